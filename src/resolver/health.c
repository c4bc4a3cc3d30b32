/* Servers that do not reply: who goes first in their place, and how they are
 * found to be back. */
#include "resolver/state.h"

/* Whether its turn is over without a sign of the server.  Over TCP there is
 * nothing to learn: it fails for other reasons. */
static int has_failed(const struct stubdns__core *core,
                      const struct stubdns__flight *flight) {
  const struct stubdns__attempt *const attempt = &flight->attempt;
  if (attempt->tcp) return 0;
  if (attempt->outcome == STUBDNS__SILENT)
    return flight->is_sent &&
           core->now_us - attempt->sent_us >= attempt->wait_us;
  return attempt->outcome == STUBDNS__REFUSED ||
         attempt->outcome == STUBDNS__UNREACHABLE;
}

void stubdns__health_review(struct stubdns__core *core,
                            const struct stubdns__flight *flight) {
  struct stubdns__health *const health = &stubdns__server_asked(flight)->health;
  if (!has_failed(core, flight) ||
      !stubdns__health_fail(health, flight->attempt.sent_us, core->now_us))
    return;
  core->has_avoided = 1;
  stubdns__timeline_tell_server(core, flight, STUBDNS_EVENT_AVOIDED);
}

void stubdns__health_note_reply(struct stubdns__core *core,
                                const struct stubdns__flight *flight) {
  struct stubdns__health *const health = &stubdns__server_asked(flight)->health;
  if (stubdns__health_reply(health, core->now_us))
    stubdns__timeline_tell_server(core, flight, STUBDNS_EVENT_BACK);
}

static int is_bad(const struct stubdns__core *core,
                  const struct stubdns__request *request, unsigned index) {
  return stubdns__health_is_bad(&stubdns__server_at(request, index)->health,
                                core->now_us);
}

/* With nobody better the order stays: the only server is never given up. */
void stubdns__health_choose_first(const struct stubdns__core *core,
                                  struct stubdns__request *request) {
  const unsigned count = request->servers->count;
  const unsigned begin = request->exchange.first_server;
  for (unsigned i = 0; i < count; i++) {
    const unsigned index = (begin + i) % count;
    if (is_bad(core, request, index)) continue;
    request->exchange.first_server = (uint8_t)index;
    return;
  }
}

/* A lookup of nobody's that asks one server the same, once. */
static void probe(struct stubdns__core *core,
                  const struct stubdns__request *request,
                  const struct stubdns__server *server) {
  const stubdns_lookup_options_t options = {
      .flags = (request->flags & STUBDNS_LOOKUP_NO_RECURSION) |
               STUBDNS_LOOKUP_NO_CACHE | STUBDNS_LOOKUP_NO_COALESCE |
               STUBDNS_LOOKUP_NO_ALIASES | STUBDNS_LOOKUP_NO_TCP,
      .class_ = request->class_,
      .deadline_ms = STUBDNS__PROBE_WAIT_US / 1000,
      .servers = &server->address,
      .server_count = 1,
      .sends_per_server = 1,
  };
  stubdns_question_t question;
  struct stubdns__request *made;
  stubdns__request_question(request, &question);
  if (stubdns__request_create(core, &question, &options, NULL, &made)) return;
  made->is_probe = 1;
  core->probe_count++;
  stubdns__request_enter(core, made, STUBDNS__REQUEST_WAITING);
  stubdns__wheel_arm(&core->wheel, &made->timer, made->exchange.deadline_us);
}

/* Lookups that wait for their turn have none to spare. */
void stubdns__health_probe(struct stubdns__core *core,
                           const struct stubdns__request *request) {
  if (is_bad(core, request, request->exchange.first_server)) return;
  if (core->in_flight + core->probe_count >= core->in_flight_max) return;
  for (unsigned i = 0; i < request->servers->count; i++) {
    struct stubdns__server *const server = stubdns__server_at(request, i);
    if (stubdns__health_takes_probe(&server->health, core->now_us))
      probe(core, request, server);
  }
}

void stubdns__health_drop_probes(struct stubdns__core *core) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&core->completed)) != NULL) {
    struct stubdns__request *const request =
        STUBDNS__ITEM(link, struct stubdns__request, link);
    if (!request->is_probe) return;
    stubdns__request_set_origin(core, request, STUBDNS__ORIGIN_NONE);
    core->probe_count--;
    stubdns__request_release(core, request);
  }
}
