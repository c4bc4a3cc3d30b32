/* Scenarios played by our resolver. */
#include "player.h"

#include <check.h>
#include <stdlib.h>

/* Its `data` is the errand. */
static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct errand *const errand = lookup->data;
  const stubdns_message_t *const message = answer->message;
  stubdns_chain_t chain;
  errand_end(errand, status, message ? message->octets : NULL,
             message ? message->length : 0);
  errand->drops = answer->drop_count;
  if (!message) return;
  errand->rcode = stubdns_message_rcode(message);
  if (!stubdns_chain_follow(&chain, message, &answer->question))
    errand->answers = chain.answer_count;
}

static void open_resolver(struct player *p) {
  const struct stubdns__ways *const ways =
      stubdns__script_ways(p->server.script);
  const stubdns_resolver_options_t options = {
      .flags = STUBDNS_NO_SYSTEM_SERVERS,
      .deadline_ms = ways->deadline_ms,
      .cache_octets = ways->cache_octets,
      .in_flight_max = ways->in_flight_max,
  };
  stubdns_resolver_t *const resolver = malloc(sizeof *resolver);
  ck_assert_ptr_nonnull(resolver);
  ck_assert_int_eq(stubdns_resolver_init(p->loop, resolver, &options), 0);
  ck_assert_int_eq(stubdns_resolver_add_server(resolver, &p->server.address),
                   0);
  p->own = resolver;
}

static void ask(struct errand *errand, const char *name,
                const struct stubdns__question_asked *ask) {
  struct player *const p = errand->player;
  const stubdns_lookup_options_t options = {
      .flags =
          ask->flags | stubdns__script_ways(p->server.script)->lookup_flags,
      .class_ = ask->question.class_,
  };
  stubdns_lookup_t *const lookup = malloc(sizeof *lookup);
  ck_assert_ptr_nonnull(lookup);
  lookup->data = errand;
  errand->own = lookup;
  ck_assert_int_eq(stubdns_lookup(p->own, lookup, name, ask->question.type,
                                  &options, on_answer),
                   0);
}

static void on_closed(stubdns_resolver_t *resolver) {
  free(resolver);
}

static void close_resolver(struct player *p) {
  for (uint64_t i = 0; i < p->asked_count; i++)
    free(p->errands[i].own);
  stubdns_resolver_close(p->own, on_closed);
}

const struct client_kind stubdns_kind = {.open = open_resolver,
                                         .ask = ask,
                                         .close = close_resolver,
                                         .is_ours = 1,
                                         .asked_max = UINT64_MAX};
