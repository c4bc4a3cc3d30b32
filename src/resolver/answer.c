/* What a lookup is handed at its end. */
#include "resolver/state.h"

#include "stubdns/edns.h"

#include <assert.h>
#include <string.h>

#define EDE_STALE_ANSWER 3
#define EDE_STALE_NXDOMAIN 19

static const stubdns_message_t *message_kept(struct stubdns__core *core,
                                             const struct stubdns__kept *kept) {
  const int error = stubdns_message_parse(&core->handed_message, kept->octets,
                                          kept->length, 0);
  assert(!error); /* it was parsed when it came, or made here */
  (void)error;
  return &core->handed_message;
}

/* What the cache gave this lookup, or what its exchange has kept. */
static const struct stubdns__kept *
kept_of(const struct stubdns__request *request) {
  return request->kept ? request->kept : stubdns__share_source(request)->kept;
}

static const stubdns_message_t *
message_of(struct stubdns__core *core, const struct stubdns__request *request) {
  switch (request->origin) {
  case STUBDNS__ORIGIN_NONE:
  case STUBDNS__ORIGIN_FAILURE:
    return NULL;
  case STUBDNS__ORIGIN_DATAGRAM:
    core->handed_message = core->reply.message;
    return &core->handed_message;
  default:
    return message_kept(core, kept_of(request));
  }
}

/* The attempt that was answered, or the last one; NULL: none was made. */
static const struct stubdns__attempt *
attempt_of(const struct stubdns__request *request) {
  const struct stubdns__request *const source = stubdns__share_source(request);
  if (request->origin == STUBDNS__ORIGIN_DATAGRAM)
    return &stubdns__request_answered(source)->attempt;
  if (request->origin == STUBDNS__ORIGIN_KEPT && kept_of(request)->flight)
    return &kept_of(request)->flight->attempt;
  return source->exchange.newest ? source->exchange.newest
                                 : stubdns__request_past(source);
}

static int is_of_attempt(const struct stubdns__request *request) {
  return request->origin == STUBDNS__ORIGIN_DATAGRAM ||
         request->origin == STUBDNS__ORIGIN_KEPT;
}

/* Whether the server says itself that its answer is stale, RFC 8914 sections
 * 4.4 and 4.20. */
static int is_told_stale(const stubdns_message_t *message) {
  stubdns_option_t option;
  stubdns_extended_error_t note;
  size_t position = 0;
  while (stubdns_message_next_option(message, &position, &option))
    if (option.code == STUBDNS_OPTION_EXTENDED_ERROR &&
        !stubdns_option_extended_error(&option, &note) &&
        (note.code == EDE_STALE_ANSWER || note.code == EDE_STALE_NXDOMAIN))
      return 1;
  return 0;
}

static void mark(stubdns_answer_t *answer, unsigned origin) {
  answer->is_special = origin == STUBDNS__ORIGIN_SPECIAL;
  answer->from_cache = origin == STUBDNS__ORIGIN_CACHE ||
                       origin == STUBDNS__ORIGIN_STALE ||
                       origin == STUBDNS__ORIGIN_FAILURE;
  answer->stale = origin == STUBDNS__ORIGIN_STALE;
  if (!answer->message) return;
  answer->truncated = (answer->message->flags & STUBDNS_FLAG_TC) != 0;
  answer->stale |= (uint8_t)is_told_stale(answer->message);
}

void stubdns__answer_fill(struct stubdns__core *core,
                          const struct stubdns__request *request,
                          stubdns_answer_t *answer) {
  const struct stubdns__request *const source = stubdns__share_source(request);
  const struct stubdns__exchange *const x = &source->exchange;
  const struct stubdns__attempt *const attempt = attempt_of(request);
  memset(answer, 0, sizeof *answer);
  answer->message = message_of(core, request);
  stubdns__request_question(request, &answer->question);
  if (attempt)
    answer->server = stubdns__server_at(source, attempt->server)->address;
  if (attempt && is_of_attempt(request)) {
    answer->rtt_us = attempt->rtt_us;
    answer->reply_us = attempt->sent_us + attempt->rtt_us;
  }
  answer->send_count = source->send_count;
  answer->timeline = core;
  answer->drop_count = x->drop_count;
  answer->under_attack = x->drop_count >= STUBDNS__ATTACK_DROPS;
  if (x->drop_count)
    answer->drop_reason =
        stubdns__finding_text((enum stubdns__finding)x->drop_first);
  mark(answer, request->origin);
}
