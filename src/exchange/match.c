/* The rules by which a datagram becomes a reply, RFC 5452 section 9.1, in the
 * order in which they are tried.  A datagram that cannot be parsed is read as
 * far as its question, so that a broken reply is told from a stray packet. */
#include "exchange/match.h"

#include "exchange/cookie.h"
#include "stubdns/error.h"

#include <string.h>

#define HEADER_LENGTH 12
#define QUESTION_COUNT_OFFSET 4
#define RECORD_COUNTS_OFFSET 6

/* Parses the first octets of a datagram with the counts from `counts_offset` on
 * taken as zero: what they counted becomes octets behind the message, which are
 * no error. */
static int read_head(struct stubdns__reply *reply, const uint8_t *octets,
                     size_t length, size_t counts_offset) {
  memcpy(reply->head, octets, length);
  if (length >= HEADER_LENGTH)
    memset(reply->head + counts_offset, 0, HEADER_LENGTH - counts_offset);
  return stubdns_message_parse(&reply->message, reply->head, length, 0);
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static enum stubdns__extent read_broken(struct stubdns__reply *reply,
                                        const uint8_t *octets, size_t length) {
  const size_t question_end = smaller(length, STUBDNS__QUESTION_END_MAX);
  if (!read_head(reply, octets, question_end, RECORD_COUNTS_OFFSET))
    return STUBDNS__READ_QUESTION;
  const size_t header_end = smaller(length, HEADER_LENGTH);
  if (!read_head(reply, octets, header_end, QUESTION_COUNT_OFFSET))
    return STUBDNS__READ_HEADER;
  return STUBDNS__READ_NOTHING;
}

void stubdns__reply_read(struct stubdns__reply *reply, const uint8_t *octets,
                         size_t length) {
  reply->error = stubdns_message_parse(&reply->message, octets, length, 0);
  reply->extent = STUBDNS__READ_ALL;
  if (reply->error) reply->extent = read_broken(reply, octets, length);
}

/* After other RCODEs another server, or another query, may still do better.
 * YXDOMAIN is final with the DNAME that made the name too long, RFC 6672
 * section 2.2; otherwise it is about updates. */
static int is_final(const stubdns_message_t *message) {
  const unsigned rcode = stubdns_message_rcode(message);
  return rcode == STUBDNS_RCODE_NOERROR || rcode == STUBDNS_RCODE_NXDOMAIN ||
         (rcode == STUBDNS_RCODE_YXDOMAIN &&
          message->record_counts[STUBDNS_SECTION_ANSWER] != 0);
}

/* Servers that do not understand a query may answer with its header alone. */
static int is_bare_error(const struct stubdns__reply *reply) {
  const stubdns_message_t *m = &reply->message;
  const unsigned rcode = stubdns_message_rcode(m);
  return reply->extent == STUBDNS__READ_ALL && m->record_counts[0] == 0 &&
         m->record_counts[1] == 0 &&
         (rcode == STUBDNS_RCODE_FORMERR || rcode == STUBDNS_RCODE_SERVFAIL ||
          rcode == STUBDNS_RCODE_NOTIMP || rcode == STUBDNS_RCODE_REFUSED);
}

/* ID, QR and opcode: RFC 5452 section 9.1, RFC 1035 section 4.1.1. */
static enum stubdns__finding
match_header(const struct stubdns__reply *reply,
             const struct stubdns__expected *expected) {
  const stubdns_message_t *m = &reply->message;
  if (reply->extent == STUBDNS__READ_NOTHING)
    return STUBDNS__FOUND_SHORT_HEADER;
  if (m->id != expected->id) return STUBDNS__FOUND_OTHER_ID;
  if (!(m->flags & STUBDNS_FLAG_QR)) return STUBDNS__FOUND_QUERY;
  if (stubdns_message_opcode(m) != expected->opcode)
    return STUBDNS__FOUND_OTHER_OPCODE;
  return STUBDNS__FOUND_ANSWER;
}

/* Exactly one question (RFC 9619), and a readable one. */
static enum stubdns__finding
match_question_count(const struct stubdns__reply *reply) {
  if (reply->error == STUBDNS_EQUESTIONS)
    return STUBDNS__FOUND_SEVERAL_QUESTIONS;
  if (reply->extent == STUBDNS__READ_HEADER)
    return STUBDNS__FOUND_BROKEN_QUESTION;
  if (reply->message.question_count == 1) return STUBDNS__FOUND_ANSWER;
  return is_bare_error(reply) ? STUBDNS__FOUND_BARE_ERROR
                              : STUBDNS__FOUND_NO_QUESTION;
}

/* Which part of the question differs; it does. */
static enum stubdns__finding
name_difference(const struct stubdns__reply *reply,
                const struct stubdns__expected *expected) {
  const stubdns_question_t question = stubdns_message_question(&reply->message);
  if (!stubdns_name_equal(&question.name, &expected->question->name))
    return STUBDNS__FOUND_OTHER_NAME;
  if (question.type != expected->question->type)
    return STUBDNS__FOUND_OTHER_TYPE;
  if (question.class_ != expected->question->class_)
    return STUBDNS__FOUND_OTHER_CLASS;
  return STUBDNS__FOUND_OTHER_CASE;
}

/* There is no question to be repeated, or any error will do, and servers answer
 * what they do not understand with the header alone. */
static int is_allowed_without(const struct stubdns__reply *reply,
                              const struct stubdns__expected *expected) {
  if (reply->extent == STUBDNS__READ_HEADER) return 0;
  if (reply->message.question_count != 0) return 0;
  return !expected->question || (expected->any_rcode && is_bare_error(reply));
}

/* Query name, class and type: RFC 5452 section 9.1; letters are folded (RFC
 * 4343 section 3) unless their case was chosen at random. */
static enum stubdns__finding
match_question(const struct stubdns__reply *reply,
               const struct stubdns__expected *expected) {
  const enum stubdns__finding finding = match_question_count(reply);
  if (is_allowed_without(reply, expected)) return STUBDNS__FOUND_ANSWER;
  if (finding != STUBDNS__FOUND_ANSWER) return finding;
  if (!expected->question) return STUBDNS__FOUND_UNASKED_QUESTION;
  if (!stubdns_message_asks(&reply->message, expected->question,
                            expected->exact))
    return name_difference(reply, expected);
  return STUBDNS__FOUND_ANSWER;
}

/* A cookie that the query did not ask for says nothing; one that is not ours is
 * forged, and so is a reply without, RFC 7873 section 5.3. */
static enum stubdns__finding
match_cookie(const struct stubdns__reply *reply,
             const struct stubdns__expected *expected) {
  if (!expected->client_cookie) return STUBDNS__FOUND_ANSWER;
  switch (
      stubdns__cookie_read(&reply->message, expected->client_cookie, NULL)) {
  case STUBDNS__COOKIE_OURS:
    return STUBDNS__FOUND_ANSWER;
  case STUBDNS__COOKIE_FOREIGN:
    return STUBDNS__FOUND_OTHER_COOKIE;
  default:
    return expected->cookie_is_due ? STUBDNS__FOUND_NO_COOKIE
                                   : STUBDNS__FOUND_ANSWER;
  }
}

enum stubdns__finding stubdns__match(const struct stubdns__reply *reply,
                                     const struct stubdns__expected *expected) {
  enum stubdns__finding finding = match_header(reply, expected);
  if (finding != STUBDNS__FOUND_ANSWER) return finding;
  finding = match_question(reply, expected);
  if (finding != STUBDNS__FOUND_ANSWER) return finding;
  if (reply->extent != STUBDNS__READ_ALL) return STUBDNS__FOUND_MALFORMED;
  finding = match_cookie(reply, expected);
  if (finding != STUBDNS__FOUND_ANSWER) return finding;
  if (expected->proven && !expected->cookie_is_due)
    return STUBDNS__FOUND_UNPROVEN;
  if (!expected->any_rcode && !is_final(&reply->message))
    return STUBDNS__FOUND_ERROR_REPLY;
  return expected->whole && reply->message.flags & STUBDNS_FLAG_TC
             ? STUBDNS__FOUND_TRUNCATED
             : STUBDNS__FOUND_ANSWER;
}

enum stubdns__verdict stubdns__finding_verdict(enum stubdns__finding finding) {
  static const enum stubdns__verdict verdicts[] = {
#define X(name, verdict, text) STUBDNS__##verdict,
      STUBDNS__FINDING_MAP(X)
#undef X
  };
  return verdicts[finding];
}

const char *stubdns__finding_text(enum stubdns__finding finding) {
  static const char *const texts[] = {
#define X(name, verdict, text) text,
      STUBDNS__FINDING_MAP(X)
#undef X
  };
  return texts[finding];
}
