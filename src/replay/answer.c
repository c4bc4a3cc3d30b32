/* Answering a query from recorded exchanges, as a server would: with what was
 * recorded, or with an RCODE that says why not. */
#include "replay/exchanges.h"

#include "wire/cursor.h"

#include <string.h>

#define HEADER_LENGTH 12
#define OPCODE_BITS 0x7800u

/* An OPT record with a payload size of 1232. */
static const uint8_t opt[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0};

/* The longest refusal, and so the least room for any: RFC 1035 section 4.2.1
 * gives every asker this much. */
#define REFUSAL_MAX 512

static void write_u16(uint8_t *octets, unsigned value) {
  octets[0] = (uint8_t)(value >> 8);
  octets[1] = (uint8_t)value;
}

static size_t write_header(uint8_t *reply, const stubdns_message_t *query,
                           unsigned rcode) {
  const unsigned kept = query->flags & (OPCODE_BITS | STUBDNS_FLAG_RD);
  memset(reply, 0, HEADER_LENGTH);
  write_u16(reply, query->id);
  write_u16(reply + 2, STUBDNS_FLAG_QR | kept | rcode);
  return HEADER_LENGTH;
}

static size_t write_question(uint8_t *reply, size_t length,
                             const stubdns_question_t *question) {
  write_u16(reply + 4, 1);
  memcpy(reply + length, question->name.octets, question->name.length);
  length += question->name.length;
  write_u16(reply + length, question->type);
  write_u16(reply + length + 2, question->class_);
  return length + 4;
}

/* Writes header and question, and an OPT record where the query had one, RFC
 * 6891 section 6.1.1. */
static size_t write_refusal(uint8_t *reply, const stubdns_message_t *query,
                            const struct stubdns__asked *asked,
                            unsigned rcode) {
  size_t length = write_header(reply, query, rcode);
  length = write_question(reply, length, &asked->question);
  if (!asked->payload_size) return length;
  write_u16(reply + 10, 1);
  memcpy(reply + length, opt, sizeof opt);
  return length + sizeof opt;
}

/* Copies a recorded reply and gives it the ID of the query, and the letters of
 * its name where the reply repeats the question. */
static void write_recorded(uint8_t *reply,
                           const struct stubdns__recorded *exchange,
                           const stubdns_message_t *query,
                           const struct stubdns__asked *asked) {
  stubdns_message_t message;
  const size_t length = exchange->reply_length;
  const stubdns_name_t *name = &asked->question.name;
  if (length) memcpy(reply, exchange->reply, length);
  if (length >= 2) write_u16(reply, query->id);
  if (!stubdns_message_parse(&message, exchange->reply, length, 0) &&
      stubdns_message_asks(&message, &asked->question, 0))
    memcpy(reply + HEADER_LENGTH, name->octets, name->length);
}

/* Gives ID and flags of a query that cannot be parsed. */
static void read_header(stubdns_message_t *message, const uint8_t *query,
                        size_t length) {
  struct stubdns__cursor cursor = stubdns__cursor_make(query, length);
  message->id = stubdns__cursor_u16(&cursor);
  message->flags = stubdns__cursor_u16(&cursor);
}

static int answer_question(const stubdns_replay_t *replay,
                           const stubdns_message_t *query, uint8_t *reply,
                           size_t size, size_t *reply_length) {
  struct stubdns__asked asked;
  stubdns__asked_read(&asked, query);
  if (stubdns_message_opcode(query) != STUBDNS_OPCODE_QUERY) {
    *reply_length = write_refusal(reply, query, &asked, STUBDNS_RCODE_NOTIMP);
    return STUBDNS_REPLAY_REJECTED;
  }
  const struct stubdns__recorded *exchange =
      stubdns__replay_find(replay, &asked);
  if (!exchange) {
    *reply_length = write_refusal(reply, query, &asked, STUBDNS_RCODE_REFUSED);
    return STUBDNS_REPLAY_UNMATCHED;
  }
  if (exchange->reply_length > size) return STUBDNS_ENOSPACE;
  write_recorded(reply, exchange, query, &asked);
  *reply_length = exchange->reply_length;
  return STUBDNS_REPLAY_RECORDED;
}

int stubdns_replay_answer(const stubdns_replay_t *replay, const uint8_t *query,
                          size_t query_length, uint8_t *reply, size_t size,
                          size_t *reply_length) {
  stubdns_message_t message;
  *reply_length = 0;
  if (size < REFUSAL_MAX) return STUBDNS_ENOSPACE;
  if (query_length < HEADER_LENGTH) return STUBDNS_REPLAY_SILENT;
  const int error = stubdns_message_parse(&message, query, query_length, 0);
  if (error) read_header(&message, query, query_length);
  if (message.flags & STUBDNS_FLAG_QR) return STUBDNS_REPLAY_SILENT;
  if (!error && message.question_count == 1)
    return answer_question(replay, &message, reply, size, reply_length);
  *reply_length = write_header(reply, &message, STUBDNS_RCODE_FORMERR);
  return STUBDNS_REPLAY_REJECTED;
}
