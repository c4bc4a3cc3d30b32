/* How a datagram is judged for the query that it came for.  Cookies (RFC 7873)
 * and random letters are asked of a reply only while its server keeps to them:
 * what would be dropped for the lack of them again and again is taken without,
 * so that neither keeps anybody from an answer. */
#include "exchange/cookie.h"
#include "resolver/state.h"

#include <string.h>

#define HEADER_LENGTH 12

/* What this query may ask of its reply now; `question` gets its letters. */
static struct stubdns__expected
expected_of(const struct stubdns__core *core,
            const struct stubdns__flight *flight,
            const stubdns_question_t *question) {
  const struct stubdns__attempt *attempt = &flight->attempt;
  const struct stubdns__server *server = stubdns__server_asked(flight);
  const struct stubdns__request *request = flight->request;
  struct stubdns__expected expected = {.question = question, .id = attempt->id};
  if (request->flags & STUBDNS_LOOKUP_NO_QUESTION) expected.question = NULL;
  if (request->form) expected.opcode = request->form->query.opcode;
  expected.any_rcode = (request->flags & STUBDNS_LOOKUP_TAKE_ERRORS) != 0;
  expected.whole =
      !attempt->tcp && request->exchange.tcp_use != STUBDNS__TCP_NEVER;
  expected.proven =
      !attempt->tcp && request->exchange.drop_count >= STUBDNS__ATTACK_DROPS;
  expected.exact =
      attempt->exact && stubdns__feature_is_on(&server->letters, core->now_us);
  if (attempt->cookie &&
      stubdns__feature_is_on(&server->cookies, core->now_us)) {
    expected.client_cookie = server->cookie.client;
    expected.cookie_is_due = server->cookie.server_length > 0;
  }
  return expected;
}

static unsigned lacking(enum stubdns__finding finding) {
  switch (finding) {
  case STUBDNS__FOUND_OTHER_CASE:
    return STUBDNS__LACKS_LETTERS;
  case STUBDNS__FOUND_OTHER_COOKIE:
  case STUBDNS__FOUND_NO_COOKIE:
    return STUBDNS__LACKS_COOKIE;
  default:
    return 0;
  }
}

static int is_good_otherwise(const struct stubdns__reply *reply,
                             const struct stubdns__expected *expected) {
  struct stubdns__expected bare = *expected;
  bare.exact = 0;
  bare.client_cookie = NULL;
  const enum stubdns__finding finding = stubdns__match(reply, &bare);
  return finding == STUBDNS__FOUND_ANSWER ||
         finding == STUBDNS__FOUND_ERROR_REPLY;
}

static void turn_off(struct stubdns__core *core, struct stubdns__flight *flight,
                     unsigned lack) {
  const struct stubdns__happening off = {
      .kind = lack == STUBDNS__LACKS_LETTERS ? STUBDNS_EVENT_0X20_OFF
                                             : STUBDNS_EVENT_COOKIES_OFF};
  if (lack == STUBDNS__LACKS_COOKIE)
    stubdns__server_asked(flight)->cookie.server_length = 0;
  stubdns__timeline_note(core, flight, &off);
}

/* Counts what the reply lacks, once for each query, since one packet may be
 * doubled on its way.  Returns whether that is asked of it no longer. */
static int doubt(struct stubdns__core *core, struct stubdns__flight *flight,
                 unsigned lack) {
  struct stubdns__server *server = stubdns__server_asked(flight);
  struct stubdns__feature *feature =
      lack == STUBDNS__LACKS_LETTERS ? &server->letters : &server->cookies;
  if (flight->attempt.lacks & lack) return 0;
  flight->attempt.lacks |= (uint8_t)lack;
  if (!stubdns__feature_mismatch(feature, core->now_us)) return 0;
  turn_off(core, flight, lack);
  return 1;
}

enum stubdns__finding stubdns__judge(struct stubdns__core *core,
                                     struct stubdns__flight *flight) {
  const struct stubdns__reply *reply = &core->reply;
  if (!flight) return STUBDNS__FOUND_UNASKED;
  stubdns_question_t question;
  stubdns__flight_question(flight, &question);
  for (;;) { /* each time round one of two features has been turned off */
    const struct stubdns__expected expected =
        expected_of(core, flight, &question);
    const enum stubdns__finding finding = stubdns__match(reply, &expected);
    const unsigned lack = lacking(finding);
    if (!lack || expected.proven || !is_good_otherwise(reply, &expected) ||
        !doubt(core, flight, lack))
      return finding;
  }
}

/* A cookie of the server is kept to be sent back as it came, and with BADCOOKIE
 * it is a reason to ask again, RFC 7873 section 5.3. */
static void learn_cookie(struct stubdns__core *core,
                         struct stubdns__flight *flight) {
  const stubdns_message_t *message = &core->reply.message;
  struct stubdns__server *server = stubdns__server_asked(flight);
  stubdns_cookie_t cookie;
  if (stubdns__cookie_read(message, server->cookie.client, &cookie) !=
          STUBDNS__COOKIE_OURS ||
      cookie.server_length == 0)
    return;
  server->cookie = cookie;
  stubdns__feature_match(&server->cookies);
  if (stubdns_message_rcode(message) == STUBDNS_RCODE_BADCOOKIE)
    flight->attempt.bad_cookie = 1;
}

void stubdns__judge_learn(struct stubdns__core *core,
                          struct stubdns__flight *flight) {
  const struct stubdns__expected expected = expected_of(core, flight, NULL);
  if (expected.exact)
    stubdns__feature_match(&stubdns__server_asked(flight)->letters);
  if (expected.client_cookie) learn_cookie(core, flight);
}

void stubdns__judge_distrust(struct stubdns__core *core,
                             const struct stubdns__flight *flight,
                             uint8_t *octets) {
  if (core->trusts_ad || flight->request->form) return;
  core->reply.message.flags &= (uint16_t)~STUBDNS_FLAG_AD;
  octets[3] &= (uint8_t)~STUBDNS_FLAG_AD;
}

void stubdns__judge_restore(const struct stubdns__flight *flight,
                            uint8_t *octets) {
  const struct stubdns__request *const request = flight->request;
  const struct stubdns__tail *const tail = request->tail;
  if (flight->attempt.exact)
    memcpy(octets + HEADER_LENGTH, tail ? tail->octets : request->name,
           tail ? tail->name_length : request->name_length);
}
