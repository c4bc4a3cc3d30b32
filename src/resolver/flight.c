/* Attempts: what is random about each, what protects it, and its query. */
#include "resolver/state.h"

#include <string.h>

struct stubdns__flight *stubdns__flight_of(struct stubdns__attempt *attempt) {
  return STUBDNS__ITEM(attempt, struct stubdns__flight, attempt);
}

void stubdns__flight_release(struct stubdns__core *core,
                             struct stubdns__flight *flight) {
  stubdns__spares_give(&core->spare_flights, &core->hooks, flight);
}

int stubdns__flight_has_fixed_id(const struct stubdns__flight *flight) {
  const struct stubdns__request *const request = flight->request;
  return request->flags & STUBDNS_LOOKUP_FIXED_ID && request->form;
}

/* Draws the ID, all 16 bits of it, the wait, and the letters.  What jitters the
 * wait is no secret, and chooses a path as well. */
static int draw(struct stubdns__core *core, struct stubdns__flight *flight,
                uint16_t *jitter) {
  struct stubdns__attempt *attempt = &flight->attempt;
  const struct stubdns__exchange *x = &flight->request->exchange;
  uint8_t random[4 + sizeof flight->letters];
  if (core->hooks.random(core->hooks.data, random, sizeof random))
    return STUBDNS_ERANDOM;
  attempt->id = (uint16_t)(random[0] << 8 | random[1]);
  if (stubdns__flight_has_fixed_id(flight))
    attempt->id = flight->request->form->query.id;
  *jitter = (uint16_t)(random[2] << 8 | random[3]);
  for (size_t i = 4; i < sizeof random; i++)
    flight->letters = flight->letters << 8 | random[i];
  attempt->wait_us =
      attempt->tcp
          ? STUBDNS__TCP_WAIT_US
          : stubdns__rtt_wait(&stubdns__server_asked(flight)->rtt,
                              stubdns__exchange_round(x, attempt->server),
                              *jitter);
  return 0;
}

/* Random letters are for servers that have not shown yet that they understand
 * cookies, which are harder to guess.  A connection needs neither. */
static void choose_protection(const struct stubdns__core *core,
                              struct stubdns__flight *flight) {
  struct stubdns__attempt *attempt = &flight->attempt;
  const struct stubdns__request *request = flight->request;
  const struct stubdns__server *server = stubdns__server_asked(flight);
  if (attempt->tcp) return;
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

static struct stubdns__flight *
flight_create(struct stubdns__core *core, struct stubdns__request *request,
              const struct stubdns__decision *decision) {
  const unsigned server = decision->server;
  struct stubdns__flight *flight =
      stubdns__spares_take(&core->spare_flights, &core->hooks, sizeof *flight);
  if (!flight) return NULL;
  memset(flight, 0, sizeof *flight);
  stubdns__link_init(&flight->link);
  flight->request = request;
  flight->attempt.server = (uint8_t)server;
  flight->attempt.tcp = decision->tcp;
  flight->attempt.edns =
      (request->form ? request->form->query.edns
                     : !(request->flags & STUBDNS_LOOKUP_NO_EDNS)) &&
      !stubdns__edns_is_plain(&request->exchange, server,
                              stubdns__server_asked(flight), core->now_us);
  choose_protection(core, flight);
  return flight;
}

/* An ID that is fixed may have been used on any path but a new one. */
static struct stubdns__route *choose_route(struct stubdns__core *core,
                                           const struct stubdns__flight *flight,
                                           uint16_t jitter) {
  struct stubdns__server *const server = stubdns__server_asked(flight);
  const int is_fresh = stubdns__flight_has_fixed_id(flight);
  if (flight->attempt.tcp)
    return stubdns__connection_to(core, server, is_fresh);
  return is_fresh ? stubdns__route_create(core, server)
                  : stubdns__route_choose(core, flight, jitter);
}

static int take_off(struct stubdns__core *core,
                    struct stubdns__flight *flight) {
  uint16_t jitter;
  const int error = draw(core, flight, &jitter);
  if (error) return error;
  struct stubdns__route *const route = choose_route(core, flight, jitter);
  return route ? stubdns__route_join(core, route, flight) : STUBDNS_ENOMEM;
}

int stubdns__flight_begin(struct stubdns__core *core,
                          struct stubdns__request *request,
                          const struct stubdns__decision *decision) {
  struct stubdns__flight *flight = flight_create(core, request, decision);
  if (!flight) return STUBDNS_ENOMEM;
  const int error = take_off(core, flight);
  if (error)
    stubdns__flight_release(core, flight);
  else
    stubdns__exchange_add(&request->exchange, &flight->attempt, core->now_us);
  return error;
}

uint16_t stubdns__flight_header_flags(unsigned lookup_flags) {
  unsigned flags = STUBDNS_FLAG_RD;
  if (lookup_flags & STUBDNS_LOOKUP_NO_RECURSION) flags = 0;
  if (lookup_flags & STUBDNS_LOOKUP_CHECKING_DISABLED) flags |= STUBDNS_FLAG_CD;
  if (lookup_flags & STUBDNS_LOOKUP_AUTHENTIC_DATA) flags |= STUBDNS_FLAG_AD;
  return (uint16_t)flags;
}

void stubdns__flight_question(const struct stubdns__flight *flight,
                              stubdns_question_t *question) {
  stubdns__request_current_question(flight->request, question);
  if (flight->attempt.exact)
    stubdns__letters_mix(&question->name, flight->letters);
}

int stubdns__flight_build(const struct stubdns__flight *flight, uint8_t *octets,
                          size_t size, size_t *length) {
  const struct stubdns__request *request = flight->request;
  stubdns_question_t question;
  uint8_t octets_of_options[STUBDNS_LOOKUP_OPTIONS_MAX +
                            STUBDNS__COOKIE_OPTION_MAX];
  stubdns_options_t options = {octets_of_options, sizeof octets_of_options, 0,
                               0};
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  stubdns__flight_question(flight, &question);
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
