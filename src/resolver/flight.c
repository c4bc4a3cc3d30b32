/* Attempts on their paths: each gets a path with a port of its own and a fresh
 * ID of 16 random bits, RFC 5452 section 9.2. */
#include "resolver/state.h"

#include <string.h>

struct stubdns__route *stubdns__route_of(struct stubdns__path *path) {
  return STUBDNS__ITEM(path, struct stubdns__route, path);
}

struct stubdns__flight *stubdns__flight_of(struct stubdns__attempt *attempt) {
  return STUBDNS__ITEM(attempt, struct stubdns__flight, attempt);
}

static struct stubdns__route *route_create(struct stubdns__core *core,
                                           struct stubdns__server *server) {
  struct stubdns__route *route = stubdns__allocate(core, sizeof *route);
  if (!route) return NULL;
  memset(route, 0, sizeof *route);
  route->path.address = server->address;
  route->path.protocol = STUBDNS__UDP;
  route->server = server;
  stubdns__server_hold(core, server);
  route->state = STUBDNS__PATH_NEW;
  stubdns__link_init(&route->link);
  stubdns__link_init(&route->flights);
  stubdns__list_append(&core->opens, &route->link);
  return route;
}

void stubdns__route_release(struct stubdns__core *core,
                            struct stubdns__route *route) {
  stubdns__list_remove(&route->link);
  stubdns__server_let_go(core, route->server);
  stubdns__release(core, route);
}

/* A path that nothing travels on any more is closed; one that was never opened
 * is forgotten. */
static void route_retire(struct stubdns__core *core,
                         struct stubdns__route *route) {
  if (route->state == STUBDNS__PATH_NEW) {
    stubdns__route_release(core, route);
    return;
  }
  route->state = STUBDNS__PATH_CLOSING;
  stubdns__list_append(&core->closes, &route->link);
}

static void flight_join(struct stubdns__flight *flight,
                        struct stubdns__route *route) {
  flight->route = route;
  stubdns__list_append(&route->flights, &flight->route_link);
  route->flight_count++;
}

void stubdns__flight_leave(struct stubdns__core *core,
                           struct stubdns__flight *flight) {
  struct stubdns__route *route = flight->route;
  if (!route) return;
  flight->route = NULL;
  stubdns__list_remove(&flight->send_link);
  stubdns__list_remove(&flight->route_link);
  route->flight_count--;
  if (route->flight_count == 0) route_retire(core, route);
}

/* Draws the ID, all 16 bits of it, the wait, and the letters. */
static int draw(struct stubdns__core *core, struct stubdns__flight *flight) {
  struct stubdns__attempt *attempt = &flight->attempt;
  const struct stubdns__exchange *x = &flight->request->exchange;
  uint8_t random[4 + sizeof flight->letters];
  if (core->hooks.random(core->hooks.data, random, sizeof random))
    return STUBDNS_ERANDOM;
  const uint16_t jitter = (uint16_t)(random[2] << 8 | random[3]);
  attempt->id = (uint16_t)(random[0] << 8 | random[1]);
  if (flight->request->flags & STUBDNS_LOOKUP_FIXED_ID && flight->request->form)
    attempt->id = flight->request->form->query.id;
  for (size_t i = 4; i < sizeof random; i++)
    flight->letters = flight->letters << 8 | random[i];
  attempt->wait_us =
      stubdns__rtt_wait(&stubdns__server_asked(flight)->rtt,
                        stubdns__exchange_round(x, attempt->server), jitter);
  return 0;
}

/* Random letters are for servers that have not shown yet that they understand
 * cookies, which are harder to guess. */
static void choose_protection(const struct stubdns__core *core,
                              struct stubdns__flight *flight) {
  struct stubdns__attempt *attempt = &flight->attempt;
  const struct stubdns__request *request = flight->request;
  const struct stubdns__server *server = stubdns__server_asked(flight);
  attempt->cookie =
      attempt->edns && !(request->flags & STUBDNS_LOOKUP_NO_COOKIE) &&
      stubdns__feature_is_on(&server->cookies, core->now_us) &&
      !stubdns__cookie_is_spent(&request->exchange, attempt->server);
  attempt->exact = !core->no_0x20 &&
                   !(request->flags &
                     (STUBDNS_LOOKUP_NO_0X20 | STUBDNS_LOOKUP_NO_QUESTION)) &&
                   stubdns__feature_is_on(&server->letters, core->now_us) &&
                   !(attempt->cookie && server->cookie.server_length > 0);
}

static struct stubdns__flight *flight_create(struct stubdns__core *core,
                                             struct stubdns__request *request,
                                             unsigned server) {
  struct stubdns__flight *flight = stubdns__allocate(core, sizeof *flight);
  if (!flight) return NULL;
  memset(flight, 0, sizeof *flight);
  stubdns__link_init(&flight->route_link);
  stubdns__link_init(&flight->send_link);
  flight->request = request;
  flight->attempt.server = (uint8_t)server;
  flight->attempt.edns =
      (request->form ? request->form->query.edns
                     : !(request->flags & STUBDNS_LOOKUP_NO_EDNS)) &&
      !stubdns__edns_is_plain(&request->exchange, server,
                              stubdns__server_asked(flight), core->now_us);
  choose_protection(core, flight);
  return flight;
}

int stubdns__flight_begin(struct stubdns__core *core,
                          struct stubdns__request *request, unsigned server) {
  struct stubdns__flight *flight = flight_create(core, request, server);
  if (!flight) return STUBDNS_ENOMEM;
  const int error = draw(core, flight);
  struct stubdns__route *route =
      error ? NULL : route_create(core, stubdns__server_at(request, server));
  if (!route) {
    stubdns__release(core, flight);
    return error ? error : STUBDNS_ENOMEM;
  }
  flight_join(flight, route);
  stubdns__exchange_add(&request->exchange, &flight->attempt, core->now_us);
  return 0;
}

uint16_t stubdns__flight_header_flags(unsigned lookup_flags) {
  unsigned flags = STUBDNS_FLAG_RD;
  if (lookup_flags & STUBDNS_LOOKUP_NO_RECURSION) flags = 0;
  if (lookup_flags & STUBDNS_LOOKUP_CHECKING_DISABLED) flags |= STUBDNS_FLAG_CD;
  if (lookup_flags & STUBDNS_LOOKUP_AUTHENTIC_DATA) flags |= STUBDNS_FLAG_AD;
  return (uint16_t)flags;
}

stubdns_question_t
stubdns__flight_question(const struct stubdns__flight *flight) {
  stubdns_question_t question = stubdns__request_question(flight->request);
  if (flight->attempt.exact)
    stubdns__letters_mix(&question.name, flight->letters);
  return question;
}

int stubdns__flight_build(const struct stubdns__flight *flight, uint8_t *octets,
                          size_t size, size_t *length) {
  const struct stubdns__request *request = flight->request;
  const stubdns_question_t question = stubdns__flight_question(flight);
  uint8_t octets_of_options[STUBDNS_LOOKUP_OPTIONS_MAX +
                            STUBDNS__COOKIE_OPTION_MAX];
  stubdns_options_t options = {octets_of_options, sizeof octets_of_options, 0,
                               0};
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  stubdns__form_fill(request, &query);
  if (query.options_length)
    memcpy(octets_of_options, query.options, query.options_length);
  options.length = query.options_length;
  if (flight->attempt.cookie)
    stubdns_options_add_cookie(&options, &flight->route->server->cookie);
  query.options = octets_of_options;
  query.options_length = (uint16_t)options.length;
  if (!(request->flags & STUBDNS_LOOKUP_NO_QUESTION))
    query.question = &question;
  query.id = flight->attempt.id;
  query.edns = flight->attempt.edns;
  return stubdns_query_build(&query, octets, size, length);
}
