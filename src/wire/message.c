/* Parsing a message, RFC 1035 section 4.1: header, questions, records; each
 * count is a claim that the octets must bear out.  RFC 6891 section 6.1.1 for
 * the place of OPT, RFC 8945 section 5.1 for that of TSIG. */
#include "wire/message.h"

#include "stubdns/edns.h"
#include "wire/name.h"
#include "wire/rdata.h"

#include <string.h>

#define HEADER_LENGTH 12

/* A message being parsed.  The places need 32 KiB of stack; only as many are
 * cleared as the message has octets. */
struct parser {
  struct stubdns__reader reader;
  stubdns_message_t *message;
  uint16_t places[STUBDNS__PLACES_MAX];
};

static void fail(struct parser *p, int error) {
  stubdns__cursor_fail(&p->reader.cursor, error);
}

static int parse_header(struct parser *p) {
  struct stubdns__cursor *cursor = &p->reader.cursor;
  stubdns_message_t *message = p->message;
  if (!stubdns__cursor_has(cursor, HEADER_LENGTH)) return 0;
  const uint8_t *header = stubdns__cursor_step(cursor, HEADER_LENGTH);
  message->id = stubdns__load16(header);
  message->flags = stubdns__load16(header + 2);
  message->question_count = stubdns__load16(header + 4);
  for (unsigned i = 0; i < 3; i++)
    message->record_counts[i] = stubdns__load16(header + 6 + 2 * i);
  return 1;
}

/* RFC 9619: a reply to a QUERY has at most one question; RFC 6762 section 6
 * allows more over multicast.  A query that asks several is its server's to
 * refuse. */
static int has_too_many_questions(const stubdns_message_t *message) {
  return message->question_count > 1 && (message->flags & STUBDNS_FLAG_QR) &&
         stubdns_message_opcode(message) == STUBDNS_OPCODE_QUERY &&
         !(message->parse_flags & STUBDNS_PARSE_MDNS);
}

static void parse_questions(struct parser *p) {
  const stubdns_message_t *message = p->message;
  if (has_too_many_questions(message)) fail(p, STUBDNS_EQUESTIONS);
  for (unsigned i = 0; i < message->question_count; i++) {
    stubdns__reader_name(&p->reader);
    stubdns__cursor_take(&p->reader.cursor, 4);
    if (p->reader.cursor.error) return;
  }
}

static void check_opt(struct parser *p, unsigned section, size_t owner_offset) {
  stubdns_message_t *message = p->message;
  if (message->opt_offset || section != STUBDNS_SECTION_ADDITIONAL ||
      message->octets[owner_offset] != 0)
    fail(p, STUBDNS_EBADOPT);
  message->opt_offset = owner_offset;
}

/* Validates the RDATA in front of the cursor, and leaves the cursor behind it
 * even where its content is malformed. */
static void check_rdata(struct parser *p, const struct stubdns__type *form,
                        size_t length, int is_last) {
  struct stubdns__cursor *cursor = &p->reader.cursor;
  const size_t end = stubdns__cursor_narrow(cursor, length);
  if (cursor->error) return;
  const size_t rdata_end = cursor->end;
  const int error = stubdns__record_check(&p->reader, form, is_last);
  if (error && !stubdns__rdata_error_is_content(form, error)) return;
  if (error) p->message->malformed_count++; /* of less than 6000 records */
  cursor->error = 0;
  cursor->offset = rdata_end;
  cursor->end = end;
}

/* As most RDATA is: A, AAAA. */
static int is_one_fixed_field(const struct stubdns__type *form, size_t length) {
  return form && length < STUBDNS__WAY_NAME &&
         stubdns__field_ways[form->fields[0].kind] == length &&
         form->fields[1].kind == STUBDNS_FIELD_END;
}

static void parse_record(struct parser *p, unsigned section, int is_last) {
  struct stubdns__cursor *cursor = &p->reader.cursor;
  const size_t owner_offset = cursor->offset;
  stubdns_record_t record;
  stubdns__reader_short_name(&p->reader);
  if (!stubdns__record_read_fixed(&record, cursor)) return;
  if (p->message->parse_flags & STUBDNS_PARSE_MDNS)
    stubdns__record_take_flush(&record);
  if (record.type == STUBDNS_TYPE_OPT) check_opt(p, section, owner_offset);
  const struct stubdns__type *form = stubdns__record_form(&record);
  if (is_one_fixed_field(form, record.rdata_length))
    stubdns__cursor_take(cursor, record.rdata_length);
  else
    check_rdata(p, form, record.rdata_length, is_last);
}

static void parse_section(struct parser *p, unsigned section) {
  p->message->section_offsets[section] = p->reader.cursor.offset;
  const unsigned count = p->message->record_counts[section];
  for (unsigned i = 0; i < count; i++) {
    parse_record(p, section,
                 section == STUBDNS_SECTION_ADDITIONAL && i + 1 == count);
    if (p->reader.cursor.error) return;
  }
}

static void parse_all(struct parser *p) {
  if (!parse_header(p)) return;
  parse_questions(p);
  for (unsigned section = 0; section < 3; section++)
    parse_section(p, section);
  if (stubdns__has_too_many_hops(&p->reader, p->message->length))
    fail(p, STUBDNS_EPOINTERCHAIN);
  p->message->records_end = p->reader.cursor.offset;
}

/* Sets what parsing does not set in every message. */
static void begin(struct parser *p, stubdns_message_t *message,
                  const uint8_t *octets, size_t length, unsigned flags) {
  message->octets = octets;
  message->length = length;
  message->opt_offset = 0;
  message->error_offset = 0;
  message->parse_flags = flags;
  message->malformed_count = 0;
  p->message = message;
  p->reader = (struct stubdns__reader){stubdns__cursor_make(octets, length),
                                       p->places, 0};
  stubdns__places_clear(p->places, length);
}

static int fail_whole(stubdns_message_t *message, int error, size_t offset) {
  *message = (stubdns_message_t){.error_offset = offset};
  return error;
}

int stubdns_message_parse(stubdns_message_t *message, const uint8_t *octets,
                          size_t length, unsigned flags) {
  struct parser p;
  if (length > STUBDNS_MESSAGE_MAX)
    return fail_whole(message, STUBDNS_ETOOLONG, 0);
  begin(&p, message, octets, length, flags);
  parse_all(&p);
  const struct stubdns__cursor *cursor = &p.reader.cursor;
  if (cursor->error) return fail_whole(message, cursor->error, cursor->offset);
  return 0;
}

unsigned stubdns_message_opcode(const stubdns_message_t *message) {
  return message->flags >> 11 & 0xf;
}

unsigned stubdns_message_rcode(const stubdns_message_t *message) {
  stubdns_edns_t edns;
  const unsigned lower = message->flags & 0xf;
  if (!stubdns_message_edns(message, &edns)) return lower;
  return (unsigned)edns.extended_rcode << 4 | lower;
}

size_t stubdns_message_trailing_length(const stubdns_message_t *message) {
  return message->length - message->records_end;
}

/* The cursor behind the name of the first question; there is one. */
static struct stubdns__cursor question_end(const stubdns_message_t *message) {
  struct stubdns__reader reader = {
      stubdns__cursor_make(message->octets, message->length), NULL, 0};
  stubdns__cursor_seek(&reader.cursor, HEADER_LENGTH);
  stubdns__reader_name(&reader);
  return reader.cursor;
}

stubdns_question_t stubdns_message_question(const stubdns_message_t *message) {
  stubdns_question_t question;
  stubdns__name_set_root(&question.name);
  question.type = 0;
  question.class_ = 0;
  if (message->question_count == 0) return question;
  stubdns__name_expand(&question.name, message->octets, message->length,
                       HEADER_LENGTH);
  struct stubdns__cursor cursor = question_end(message);
  question.type = stubdns__cursor_u16(&cursor);
  question.class_ = stubdns__cursor_u16(&cursor);
  return question;
}

/* Whether the question is there octet by octet, as most servers repeat it. */
static int repeats(const stubdns_message_t *message,
                   const stubdns_question_t *question) {
  const size_t length = question->name.length;
  struct stubdns__cursor cursor =
      stubdns__cursor_make(message->octets, message->length);
  stubdns__cursor_seek(&cursor, HEADER_LENGTH);
  const uint8_t *octets = stubdns__cursor_take(&cursor, length + 4);
  return octets && stubdns__load16(octets + length) == question->type &&
         stubdns__load16(octets + length + 2) == question->class_ &&
         !memcmp(octets, question->name.octets, length);
}

int stubdns_message_asks(const stubdns_message_t *message,
                         const stubdns_question_t *question, int exact) {
  if (message->question_count != 1) return 0;
  if (repeats(message, question)) return 1;
  if (exact) return 0;
  struct stubdns__cursor cursor = question_end(message);
  return stubdns__cursor_u16(&cursor) == question->type &&
         stubdns__cursor_u16(&cursor) == question->class_ &&
         stubdns__name_is_at(&question->name, message->octets, message->length,
                             HEADER_LENGTH);
}
