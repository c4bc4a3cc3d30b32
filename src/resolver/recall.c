/* What lookups take from the cache, and leave in it: answers, failures (RFC
 * 9520), and answers that have expired where no server has a newer one (RFC
 * 8767 section 5). */
#include "resolver/state.h"

#include "stubdns/builder.h"
#include "stubdns/edns.h"

#include <string.h>

/* A lookup that nobody replied to counts as a failure once its first query has
 * been out for so long: whoever is in a hurry has learned nothing. */
#define FAILURE_WAIT_US 2000000

#define EDE_CACHED_ERROR 13 /* RFC 8914 section 4.14 */

static int is_usable(const struct stubdns__core *core,
                     const struct stubdns__request *request) {
  return core->cache.buckets != NULL && !request->form &&
         !(request->flags & STUBDNS_LOOKUP_NO_CACHE);
}

/* Whether its servers are those whom a lookup of its name would ask now. */
static int is_current(const struct stubdns__core *core,
                      const struct stubdns__request *request,
                      const stubdns_name_t *name) {
  return request->servers == stubdns__servers_of(core, name);
}

static struct stubdns__cache_key key_of(const struct stubdns__request *request,
                                        const stubdns_question_t *question) {
  unsigned flags = stubdns__flight_header_flags(request->flags);
  if (request->flags & STUBDNS_LOOKUP_DNSSEC_OK) flags |= STUBDNS__CACHE_KEY_DO;
  return (struct stubdns__cache_key){question, (uint16_t)flags};
}

static int take_message(struct stubdns__core *core,
                        struct stubdns__request *request,
                        const stubdns_message_t *message,
                        enum stubdns__origin origin) {
  const int error =
      stubdns__request_keep(core, request, message->octets, message->length);
  if (!error) stubdns__request_set_origin(core, request, origin);
  return error;
}

/* A server's error is told again with its RCODE, which may need an OPT record,
 * and with a note that no server was asked. */
static int take_error_reply(struct stubdns__core *core,
                            struct stubdns__request *request, unsigned rcode) {
  static const uint8_t note[] = {
      0, STUBDNS_OPTION_EXTENDED_ERROR, 0, 2, 0, EDE_CACHED_ERROR};
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  const stubdns_edns_t edns = {.payload_size = STUBDNS_PAYLOAD_SIZE,
                               .extended_rcode = (uint8_t)(rcode >> 4)};
  uint8_t octets[STUBDNS_QUERY_MAX + sizeof note];
  stubdns_builder_t builder;
  stubdns_message_t message;
  size_t length;
  stubdns_builder_begin(
      &builder, octets, sizeof octets, 0,
      (uint16_t)(STUBDNS_FLAG_QR | STUBDNS_FLAG_RA | (rcode & 15)));
  stubdns_builder_question(&builder, &question);
  stubdns_builder_opt(&builder, &edns, note, sizeof note);
  (void)stubdns_builder_finish(&builder, &length); /* there is room */
  (void)stubdns_message_parse(&message, octets, length, 0);
  return take_message(core, request, &message, STUBDNS__ORIGIN_CACHE);
}

static int take_stale(struct stubdns__core *core,
                      struct stubdns__request *request) {
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  const struct stubdns__cache_key key = key_of(request, &question);
  struct stubdns__cache_hit hit;
  const enum stubdns__cache_result result =
      stubdns__cache_find_stale(&core->cache, &key, core->now_us, &hit);
  return result != STUBDNS__CACHE_NOTHING &&
         !take_message(core, request, &hit.message,
                       result == STUBDNS__CACHE_STALE ? STUBDNS__ORIGIN_STALE
                                                      : STUBDNS__ORIGIN_CACHE);
}

/* An RCODE is kept as a positive number, an error as it is. */
static int take_failure(struct stubdns__core *core,
                        struct stubdns__request *request, int failure) {
  int error = 0;
  if (take_stale(core, request)) {
    failure = 0;
  } else if (failure > 0) {
    error = take_error_reply(core, request, (unsigned)failure);
    failure = 0;
  } else {
    stubdns__request_set_origin(core, request, STUBDNS__ORIGIN_FAILURE);
  }
  if (!error) stubdns__request_finish(core, request, failure);
  return error;
}

int stubdns__recall_begin(struct stubdns__core *core,
                          struct stubdns__request *request, int *done) {
  *done = 0;
  if (!is_usable(core, request)) return 0;
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  const struct stubdns__cache_key key = key_of(request, &question);
  struct stubdns__cache_hit hit;
  const enum stubdns__cache_result result =
      stubdns__cache_find(&core->cache, &key, core->now_us, &hit);
  *done = result != STUBDNS__CACHE_NOTHING;
  if (result == STUBDNS__CACHE_FAILURE)
    return take_failure(core, request, hit.error);
  if (result != STUBDNS__CACHE_FRESH) return 0;
  const int error =
      take_message(core, request, &hit.message, STUBDNS__ORIGIN_CACHE);
  if (!error) stubdns__request_finish(core, request, 0);
  return error;
}

void stubdns__recall_keep(struct stubdns__core *core,
                          const struct stubdns__request *request,
                          const stubdns_message_t *message) {
  if (!is_usable(core, request)) return;
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  const struct stubdns__cache_key key = key_of(request, &question);
  if (is_current(core, request, &question.name))
    stubdns__cache_store(&core->cache, &key, message, core->now_us);
}

static int has_waited(const struct stubdns__core *core,
                      const struct stubdns__request *request) {
  const struct stubdns__attempt *first =
      stubdns__share_source(request)->exchange.newest;
  while (first && first->older)
    first = first->older;
  return first && core->now_us - first->sent_us >= FAILURE_WAIT_US;
}

/* What is to be remembered of a failure: an RCODE, an error, or 0 for nothing,
 * as where the fault may be on this side. */
static int failure_of(const struct stubdns__core *core,
                      const struct stubdns__request *request, int error) {
  const struct stubdns__kept *const kept = stubdns__share_source(request)->kept;
  if (kept) return kept->rcode;
  if (error == STUBDNS_EREFUSED || error == STUBDNS_EMALFORMED) return error;
  return error == STUBDNS_ETIMEOUT && has_waited(core, request) ? error : 0;
}

int stubdns__recall_fail(struct stubdns__core *core,
                         struct stubdns__request *request, int error) {
  if (!is_usable(core, request)) return 0;
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  const struct stubdns__cache_key key = key_of(request, &question);
  const int failure = failure_of(core, request, error);
  if (failure && is_current(core, request, &question.name))
    stubdns__cache_store_failure(&core->cache, &key, failure, core->now_us);
  return take_stale(core, request);
}
