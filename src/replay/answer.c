/* Writing replies to a query, as a server would: with what was recorded, or
 * with an RCODE that says why not. */
#include "replay/answer.h"

#include "stubdns/edns.h"
#include "wire/cursor.h"

#include <string.h>

#define HEADER_LENGTH 12
#define OPCODE_BITS 0x7800u
#define PAYLOAD_SIZE_MIN 512 /* RFC 1035 section 4.2.1 */

/* An OPT record with a payload size of 1232; its sixth octet is the upper part
 * of the RCODE. */
static const uint8_t opt[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0};

static void write_u16(uint8_t *octets, unsigned value) {
  octets[0] = (uint8_t)(value >> 8);
  octets[1] = (uint8_t)value;
}

size_t stubdns__write_bare(const struct stubdns__received *query,
                           unsigned rcode, uint8_t *octets) {
  const unsigned kept = query->message.flags & (OPCODE_BITS | STUBDNS_FLAG_RD);
  memset(octets, 0, HEADER_LENGTH);
  write_u16(octets, query->message.id);
  write_u16(octets + 2, STUBDNS_FLAG_QR | kept | (rcode & 0xf));
  return HEADER_LENGTH;
}

static size_t write_question(uint8_t *octets, size_t length,
                             const stubdns_question_t *question) {
  write_u16(octets + 4, 1);
  memcpy(octets + length, question->name.octets, question->name.length);
  length += question->name.length;
  write_u16(octets + length, question->type);
  write_u16(octets + length + 2, question->class_);
  return length + 4;
}

size_t stubdns__write_refusal(const struct stubdns__received *query,
                              unsigned flags, unsigned rcode, uint8_t *octets) {
  size_t length = stubdns__write_bare(query, rcode, octets);
  if (query->asked.question.name.length == 0) return length;
  octets[2] |= (uint8_t)(flags >> 8);
  octets[3] |= (uint8_t)flags;
  length = write_question(octets, length, &query->asked.question);
  if (!query->asked.payload_size) return length;
  write_u16(octets + 10, 1);
  memcpy(octets + length, opt, sizeof opt);
  octets[length + 5] = (uint8_t)(rcode >> 4);
  return length + sizeof opt;
}

/* A reply may have another ID than the query it was recorded for; it stays
 * another. */
static void write_id(uint8_t *octets, size_t length, uint16_t recorded_id,
                     uint16_t id) {
  const unsigned change = recorded_id ^ id;
  if (length < 2) return;
  octets[0] ^= (uint8_t)(change >> 8);
  octets[1] ^= (uint8_t)change;
}

/* Where the reply has the octets of the recorded question's name it gets those
 * of the query.  A letter that it has changed stays changed. */
static void write_letters(uint8_t *octets, size_t length,
                          const stubdns_name_t *recorded,
                          const stubdns_name_t *name) {
  if (length < HEADER_LENGTH || length - HEADER_LENGTH < recorded->length ||
      recorded->length != name->length)
    return;
  uint8_t *const place = octets + HEADER_LENGTH;
  stubdns_name_t there = {.length = recorded->length};
  memcpy(there.octets, place, there.length);
  if (!stubdns_name_equal(&there, recorded)) return;
  for (size_t i = 0; i < there.length; i++)
    if (place[i] == recorded->octets[i]) place[i] = name->octets[i];
}

int stubdns__find_cookie(const stubdns_message_t *message,
                         stubdns_option_t *option) {
  size_t position = 0;
  while (stubdns_message_next_option(message, &position, option))
    if (option->code == STUBDNS_OPTION_COOKIE)
      return option->length >= STUBDNS__CLIENT_COOKIE_LENGTH;
  return 0;
}

static int find_cookie_in(const uint8_t *octets, size_t length,
                          stubdns_option_t *option) {
  stubdns_message_t message;
  return octets && !stubdns_message_parse(&message, octets, length, 0) &&
         stubdns__find_cookie(&message, option);
}

/* RFC 7873 section 5.2: a reply repeats the client's cookie.  One that did not
 * repeat that of the recorded query is left alone. */
static void write_cookie(uint8_t *octets, size_t length,
                         const struct stubdns__recorded *exchange,
                         const struct stubdns__received *query) {
  stubdns_option_t ours;
  stubdns_option_t theirs;
  stubdns_option_t recorded;
  if (!stubdns__find_cookie(&query->message, &ours)) return;
  if (!find_cookie_in(octets, length, &theirs)) return;
  if (find_cookie_in(exchange->query, exchange->query_length, &recorded) &&
      memcmp(recorded.octets, theirs.octets, STUBDNS__CLIENT_COOKIE_LENGTH) !=
          0)
    return;
  memcpy(octets + (theirs.octets - octets), ours.octets,
         STUBDNS__CLIENT_COOKIE_LENGTH);
}

static size_t length_max(const struct stubdns__asked *asked) {
  if (asked->is_tcp) return STUBDNS_MESSAGE_MAX;
  return asked->payload_size > PAYLOAD_SIZE_MIN ? asked->payload_size
                                                : PAYLOAD_SIZE_MIN;
}

/* A server that once sent more than it was asked for is let do so again. */
static int is_too_long(const struct stubdns__recorded *exchange, size_t length,
                       const struct stubdns__received *query) {
  if (length <= length_max(&query->asked)) return 0;
  return !exchange->query || length <= length_max(&exchange->asked);
}

static uint16_t flags_of(const struct stubdns__recorded_reply *reply) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(reply->octets, reply->length);
  stubdns__cursor_u16(&cursor);
  return stubdns__cursor_u16(&cursor);
}

size_t stubdns__write_recorded(const struct stubdns__recorded *exchange,
                               struct stubdns__recorded_reply *reply,
                               const struct stubdns__received *query,
                               uint8_t *octets) {
  reply->is_given = 1;
  reply->given_id = query->message.id;
  if (is_too_long(exchange, reply->length, query))
    return stubdns__write_refusal(query, flags_of(reply) | STUBDNS_FLAG_TC, 0,
                                  octets);
  if (reply->length) memcpy(octets, reply->octets, reply->length);
  write_id(octets, reply->length, exchange->id, query->message.id);
  write_letters(octets, reply->length, &exchange->asked.question.name,
                &query->asked.question.name);
  write_cookie(octets, reply->length, exchange, query);
  return reply->length;
}

int stubdns__is_useless(const struct stubdns__recorded *exchange,
                        const struct stubdns__recorded_reply *reply,
                        const struct stubdns__received *query) {
  return query->asked.is_tcp && !exchange->asked.is_tcp &&
         (reply->is_refusal || (flags_of(reply) & STUBDNS_FLAG_TC) != 0);
}

/* ID and flags of a query that cannot be parsed. */
static void read_header(stubdns_message_t *message, const uint8_t *query,
                        size_t length) {
  struct stubdns__cursor cursor = stubdns__cursor_make(query, length);
  message->id = stubdns__cursor_u16(&cursor);
  message->flags = stubdns__cursor_u16(&cursor);
}

int stubdns__query_read(struct stubdns__received *query, const uint8_t *octets,
                        size_t length, int is_tcp, unsigned *rcode) {
  memset(query, 0, sizeof *query);
  query->octets = octets;
  query->length = length;
  if (length < HEADER_LENGTH) return STUBDNS_REPLAY_SILENT;
  const int error = stubdns_message_parse(&query->message, octets, length, 0);
  if (error) read_header(&query->message, octets, length);
  if (query->message.flags & STUBDNS_FLAG_QR) return STUBDNS_REPLAY_SILENT;
  *rcode = STUBDNS_RCODE_FORMERR;
  if (error || query->message.question_count != 1)
    return STUBDNS_REPLAY_REJECTED;
  stubdns__asked_read(&query->asked, &query->message);
  query->asked.is_tcp = is_tcp != 0;
  *rcode = STUBDNS_RCODE_NOTIMP;
  return stubdns_message_opcode(&query->message) == STUBDNS_OPCODE_QUERY
             ? STUBDNS_REPLAY_RECORDED
             : STUBDNS_REPLAY_REJECTED;
}

static int answer_question(stubdns_replay_t *replay,
                           const struct stubdns__received *query,
                           uint8_t *reply, size_t size, size_t *reply_length) {
  const struct stubdns__recorded *exchange =
      stubdns__replay_find(replay, &query->asked);
  if (!exchange) {
    stubdns__unmatched_add(replay, &query->asked.question);
    if (replay->unmatched_rcode != STUBDNS_REPLAY_NO_REPLY)
      *reply_length =
          stubdns__write_refusal(query, 0, replay->unmatched_rcode, reply);
    return STUBDNS_REPLAY_UNMATCHED;
  }
  struct stubdns__recorded_reply *const recorded =
      stubdns__recorded_message(replay, exchange);
  if (!recorded) return STUBDNS_REPLAY_SILENT;
  if (recorded->length > size &&
      !is_too_long(exchange, recorded->length, query))
    return STUBDNS_ENOSPACE;
  *reply_length = stubdns__write_recorded(exchange, recorded, query, reply);
  return STUBDNS_REPLAY_RECORDED;
}

int stubdns_replay_answer(stubdns_replay_t *replay, const uint8_t *query,
                          size_t query_length, uint8_t *reply, size_t size,
                          size_t *reply_length) {
  struct stubdns__received asked;
  unsigned rcode;
  *reply_length = 0;
  if (size < PAYLOAD_SIZE_MIN) return STUBDNS_ENOSPACE;
  const int result =
      stubdns__query_read(&asked, query, query_length, 0, &rcode);
  if (result == STUBDNS_REPLAY_RECORDED)
    return answer_question(replay, &asked, reply, size, reply_length);
  if (result == STUBDNS_REPLAY_REJECTED)
    *reply_length = stubdns__write_refusal(&asked, 0, rcode, reply);
  return result;
}
