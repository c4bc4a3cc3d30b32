/* What the network does to lookups: paths open or fail, datagrams come, time
 * passes. */
#include "resolver/state.h"

#include <assert.h>
#include <string.h>

#define TRUNCATED_RANK 4 /* above stubdns__error_rank() */

void stubdns__core_on_time(struct stubdns__core *core, uint64_t now_us) {
  stubdns__core_set_time(core, now_us);
  stubdns__core_settle(core);
}

void stubdns__core_on_path_open(struct stubdns__core *core,
                                struct stubdns__path *path, uint16_t local_port,
                                uint64_t now_us) {
  struct stubdns__route *route = stubdns__route_of(path);
  stubdns__core_set_time(core, now_us);
  if (route->state == STUBDNS__PATH_CLOSING) return;
  route->local_port = local_port;
  route->state = STUBDNS__PATH_OPEN;
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&route->flights)) != NULL)
    stubdns__list_append(&core->sends, link);
}

/* The attempt was never made: it waits until a descriptor may be free. */
static void starve(struct stubdns__core *core, struct stubdns__flight *flight) {
  static const struct stubdns__happening starved = {.kind =
                                                        STUBDNS_EVENT_STARVED};
  struct stubdns__request *request = flight->request;
  const uint64_t later_us = core->now_us + STUBDNS__STARVED_PAUSE_US;
  const uint64_t deadline_us = request->exchange.deadline_us;
  stubdns__connections_close_idle(core, UINT64_MAX);
  stubdns__timeline_note(core, flight, &starved);
  stubdns__exchange_withdraw(&request->exchange, &flight->attempt);
  stubdns__flight_release(core, flight);
  stubdns__request_enter(core, request, STUBDNS__REQUEST_STARVED);
  stubdns__wheel_arm(&core->wheel, &request->timer,
                     later_us < deadline_us ? later_us : deadline_us);
}

/* Returns 0 where as much, or more, was known. */
static int note_outcome(struct stubdns__core *core,
                        struct stubdns__flight *flight,
                        enum stubdns__outcome outcome) {
  static const enum stubdns_event_kind kinds[] = {
      [STUBDNS__UNREACHABLE] = STUBDNS_EVENT_UNREACHABLE,
      [STUBDNS__CLOSED] = STUBDNS_EVENT_CLOSED,
      [STUBDNS__REFUSED] = STUBDNS_EVENT_REFUSED,
  };
  const struct stubdns__happening happening = {.kind = kinds[outcome]};
  struct stubdns__server *server = stubdns__server_asked(flight);
  if (!stubdns__attempt_note(&flight->attempt, outcome, core->now_us)) return 0;
  server->refused_count += outcome == STUBDNS__REFUSED;
  server->closed_count += outcome == STUBDNS__CLOSED;
  server->unreachable_count += outcome == STUBDNS__UNREACHABLE;
  stubdns__timeline_note(core, flight, &happening);
  stubdns__request_wake(core, flight->request);
  return 1;
}

static int note_trouble(struct stubdns__core *core,
                        struct stubdns__flight *flight,
                        enum stubdns__trouble trouble) {
  return note_outcome(core, flight,
                      trouble == STUBDNS__TROUBLE_REFUSED
                          ? STUBDNS__REFUSED
                          : STUBDNS__UNREACHABLE);
}

/* Without a socket of its own a query goes on one that others have. */
static int find_seat(struct stubdns__core *core,
                     struct stubdns__flight *flight) {
  struct stubdns__server *const server = stubdns__server_asked(flight);
  if (flight->attempt.tcp || stubdns__pool_of(server)->count == 0 ||
      stubdns__flight_has_fixed_id(flight))
    return STUBDNS_ENOMEM;
  struct stubdns__route *const route =
      stubdns__route_choose(core, flight, flight->attempt.id);
  return route ? stubdns__route_join(core, route, flight) : STUBDNS_ENOMEM;
}

static void fail_to_open(struct stubdns__core *core,
                         struct stubdns__flight *flight,
                         enum stubdns__trouble trouble) {
  if (flight->request->state == STUBDNS__REQUEST_COMPLETED) return;
  if (trouble == STUBDNS__TROUBLE_NO_DESCRIPTORS) {
    if (find_seat(core, flight)) starve(core, flight);
  } else if (trouble == STUBDNS__TROUBLE_NO_MEMORY)
    stubdns__request_finish(core, flight->request, STUBDNS_ENOMEM);
  else
    note_trouble(core, flight, trouble);
}

/* The path is gone, with nothing to close: its flights leave it, all of them
 * before any has consequences. */
static void drop_route(struct stubdns__core *core, struct stubdns__route *route,
                       enum stubdns__trouble trouble) {
  struct stubdns__link left;
  struct stubdns__link *link;
  stubdns__link_init(&left);
  if (trouble == STUBDNS__TROUBLE_NO_DESCRIPTORS)
    core->crowded_until_us = core->now_us + STUBDNS__STARVED_PAUSE_US;
  route->state = STUBDNS__PATH_NEW;
  uint32_t count = route->flight_count;
  stubdns__route_retire(core, route);
  for (; count > 0; count--) {
    link = stubdns__list_first(&route->flights);
    stubdns__route_leave(core,
                         STUBDNS__ITEM(link, struct stubdns__flight, link));
    stubdns__list_append(&left, link);
  }
  while ((link = stubdns__list_first(&left)) != NULL) {
    stubdns__list_remove(link);
    fail_to_open(core, STUBDNS__ITEM(link, struct stubdns__flight, link),
                 trouble);
  }
}

/* Whom it befell already stand first: then it costs no more for each query than
 * to note it once. */
static void trouble_flights(struct stubdns__core *core,
                            struct stubdns__route *route,
                            enum stubdns__trouble trouble) {
  for (struct stubdns__link *link = route->flights.previous;
       link != &route->flights; link = link->previous)
    if (!note_trouble(core, STUBDNS__ITEM(link, struct stubdns__flight, link),
                      trouble))
      break;
}

/* Queries that were about to be sent on a path are with its others again. */
static void take_sends_back(struct stubdns__core *core,
                            struct stubdns__route *route) {
  struct stubdns__link *next;
  for (struct stubdns__link *link = core->sends.next; link != &core->sends;
       link = next) {
    next = link->next;
    if (STUBDNS__ITEM(link, struct stubdns__flight, link)->route == route)
      stubdns__list_append(&route->flights, link);
  }
}

/* No reply comes on it any more, whatever happened. */
static void break_connection(struct stubdns__core *core,
                             struct stubdns__route *route) {
  uint32_t count = route->flight_count;
  take_sends_back(core, route);
  stubdns__route_retire(core, route);
  for (; count > 0; count--) {
    struct stubdns__flight *const flight = STUBDNS__ITEM(
        stubdns__list_first(&route->flights), struct stubdns__flight, link);
    note_outcome(core, flight, STUBDNS__CLOSED);
    stubdns__route_leave(core, flight);
  }
}

void stubdns__core_on_path_error(struct stubdns__core *core,
                                 struct stubdns__path *path,
                                 enum stubdns__trouble trouble,
                                 uint64_t now_us) {
  struct stubdns__route *route = stubdns__route_of(path);
  stubdns__core_set_time(core, now_us);
  if (route->state == STUBDNS__PATH_CLOSING) return;
  if (route->state == STUBDNS__PATH_OPENING)
    drop_route(core, route, trouble);
  else if (route->path.protocol == STUBDNS__TCP)
    break_connection(core, route);
  else
    trouble_flights(core, route, trouble);
  stubdns__core_settle(core);
}

/* The query that a datagram may be the reply to.  On a path with a single
 * query that one is meant, whatever the ID. */
static struct stubdns__flight *find(const struct stubdns__core *core,
                                    const struct stubdns__route *route,
                                    const struct stubdns__reply *reply) {
  struct stubdns__flight *flight = NULL;
  if (reply->extent != STUBDNS__READ_NOTHING)
    flight = stubdns__route_find(core, route, reply->message.id);
  if (!flight && route->flight_count == 1) {
    struct stubdns__link *link = stubdns__list_first(&route->flights);
    if (link) flight = STUBDNS__ITEM(link, struct stubdns__flight, link);
  }
  return flight && flight->is_sent ? flight : NULL;
}

static void note_reply(struct stubdns__core *core,
                       struct stubdns__flight *flight,
                       enum stubdns__outcome outcome) {
  struct stubdns__attempt *attempt = &flight->attempt;
  if (stubdns__attempt_note(attempt, outcome, core->now_us) && !attempt->tcp)
    stubdns__rtt_sample(&stubdns__server_asked(flight)->rtt, attempt->rtt_us);
  stubdns__health_note_reply(core, flight);
}

/* What the timeline calls a datagram that was found to be `finding`. */
static void note_datagram(struct stubdns__core *core,
                          struct stubdns__flight *flight,
                          enum stubdns__finding finding, size_t length) {
  struct stubdns__happening happening = {.kind = STUBDNS_EVENT_DROPPED,
                                         .text = stubdns__finding_text(finding),
                                         .length = length};
  if (finding == STUBDNS__FOUND_ERROR_REPLY)
    happening.kind = STUBDNS_EVENT_ERROR_REPLY;
  if (finding == STUBDNS__FOUND_MALFORMED)
    happening.kind = STUBDNS_EVENT_MALFORMED;
  if (finding == STUBDNS__FOUND_TRUNCATED)
    happening.kind = STUBDNS_EVENT_TRUNCATED;
  if (stubdns__finding_verdict(finding) != STUBDNS__DROP)
    happening.rcode = stubdns_message_rcode(&core->reply.message);
  stubdns__timeline_note(core, flight, &happening);
}

static void learn(struct stubdns__core *core, struct stubdns__flight *flight) {
  static const struct stubdns__happening edns_off = {
      .kind = STUBDNS_EVENT_EDNS_OFF};
  const struct stubdns__exchange *x = &flight->request->exchange;
  struct stubdns__server *server = stubdns__server_asked(flight);
  const int has_opt = core->reply.message.opt_offset != 0;
  if (stubdns__edns_learn(x, &flight->attempt, has_opt, server, core->now_us))
    stubdns__timeline_note(core, flight, &edns_off);
}

static void note_answer(struct stubdns__core *core,
                        struct stubdns__flight *flight, int goes_on) {
  const struct stubdns__happening happening = {
      .kind = goes_on ? STUBDNS_EVENT_ALIAS : STUBDNS_EVENT_ANSWERED,
      .length = core->reply.message.length,
      .rcode = stubdns_message_rcode(&core->reply.message)};
  note_reply(core, flight, STUBDNS__ANSWERED);
  stubdns__timeline_note(core, flight, &happening);
}

/* The message that a lookup ends with: the reply, or the whole chain. */
static void complete(struct stubdns__core *core, struct stubdns__flight *flight,
                     int status) {
  struct stubdns__request *const request = flight->request;
  const struct stubdns__kept *const kept = request->kept;
  stubdns_message_t message = core->reply.message;
  request->answer_length = (uint16_t)message.length;
  if (request->tail)
    (void)stubdns_message_parse(&message, kept->octets, kept->length, 0);
  stubdns__recall_keep(core, request, &message);
  stubdns__request_set_origin(core, request,
                              request->tail ? STUBDNS__ORIGIN_KEPT
                                            : STUBDNS__ORIGIN_DATAGRAM);
  stubdns__request_conclude(core, request, status);
}

static void accept_answer(struct stubdns__core *core,
                          struct stubdns__flight *flight) {
  int goes_on;
  const int error = stubdns__chain_take(core, flight, &goes_on);
  if (error == STUBDNS_ENOMEM || error == STUBDNS_ETOOLONG) {
    stubdns__request_finish(core, flight->request, error);
    return;
  }
  note_answer(core, flight, goes_on);
  if (!goes_on) complete(core, flight, error);
}

/* Keeps a copy of a reply that is worth more than the one kept: what a
 * truncated one says is more than any error. */
static int keep(struct stubdns__core *core, struct stubdns__flight *flight,
                enum stubdns__finding finding) {
  const stubdns_message_t *message = &core->reply.message;
  struct stubdns__request *request = flight->request;
  const unsigned rank =
      finding == STUBDNS__FOUND_TRUNCATED
          ? TRUNCATED_RANK
          : stubdns__error_rank(stubdns_message_rcode(message));
  if (request->kept && request->kept->rank >= rank) return 0;
  const int error =
      stubdns__request_keep(core, request, message->octets, message->length);
  if (error) return error;
  request->kept->flight = flight;
  request->kept->rank = (uint8_t)rank;
  request->kept->rcode = (uint16_t)stubdns_message_rcode(message);
  return 0;
}

/* What the reply says against the query's EDNS, `least` or more. */
static void complain(struct stubdns__core *core, struct stubdns__flight *flight,
                     enum stubdns__complaint least) {
  const unsigned rcode = stubdns_message_rcode(&core->reply.message);
  const enum stubdns__complaint told = stubdns__edns_complaint(rcode);
  const enum stubdns__complaint complaint = told > least ? told : least;
  if (flight->attempt.complaint < complaint)
    flight->attempt.complaint = (uint8_t)complaint;
}

/* Only an error without a question does more than count: it is a hint that the
 * query was not understood. */
static void take_drop(struct stubdns__core *core,
                      struct stubdns__flight *flight,
                      enum stubdns__finding finding) {
  stubdns__exchange_note_drop(&flight->request->exchange, finding);
  if (flight->request->exchange.drop_count == STUBDNS__ATTACK_DROPS) {
    static const struct stubdns__happening attack = {
        .kind = STUBDNS_EVENT_UNDER_ATTACK};
    stubdns__timeline_note(core, flight, &attack);
    stubdns__request_wake(core, flight->request);
  }
  if (finding == STUBDNS__FOUND_BARE_ERROR)
    complain(core, flight, STUBDNS__COMPLAINT_VAGUE);
}

static void take_soft(struct stubdns__core *core,
                      struct stubdns__flight *flight,
                      enum stubdns__finding finding) {
  struct stubdns__request *request = flight->request;
  if (finding == STUBDNS__FOUND_MALFORMED) {
    stubdns__attempt_note(&flight->attempt, STUBDNS__GARBLED, core->now_us);
    stubdns__request_wake(core, request);
    return;
  }
  const int error = keep(core, flight, finding);
  if (error) {
    /* To whoever takes over it has never come. */
    stubdns__request_finish(core, request, error);
    return;
  }
  if (finding == STUBDNS__FOUND_TRUNCATED) {
    note_reply(core, flight, STUBDNS__TRUNCATED);
  } else {
    note_reply(core, flight, STUBDNS__ERROR);
    complain(core, flight, STUBDNS__COMPLAINT_NONE);
  }
  stubdns__request_wake(core, request);
}

/* A reply that was read to its end. */
static int is_whole(enum stubdns__finding finding) {
  return finding == STUBDNS__FOUND_ANSWER ||
         finding == STUBDNS__FOUND_TRUNCATED ||
         finding == STUBDNS__FOUND_ERROR_REPLY;
}

/* Late replies to earlier queries are no strays, nor are such as are sent
 * twice.
 */
static void note_stray(struct stubdns__route *route,
                       const struct stubdns__reply *reply) {
  if (reply->extent == STUBDNS__READ_NOTHING ||
      !stubdns__route_has_used(route, reply->message.id))
    stubdns__route_note_stray(route);
}

void stubdns__core_on_datagram(struct stubdns__core *core,
                               struct stubdns__path *path, uint8_t *octets,
                               size_t length, uint64_t now_us) {
  struct stubdns__route *route = stubdns__route_of(path);
  assert(!core->borrower_count); /* or an answer would be lost: drain first */
  stubdns__core_set_time(core, now_us);
  stubdns__reply_read(&core->reply, octets, length);
  struct stubdns__flight *flight = find(core, route, &core->reply);
  const enum stubdns__finding finding = stubdns__judge(core, flight);
  const enum stubdns__verdict verdict = stubdns__finding_verdict(finding);
  route->server->findings[finding]++;
  if (verdict == STUBDNS__DROP) note_stray(route, &core->reply);
  if (is_whole(finding)) {
    stubdns__judge_learn(core, flight);
    stubdns__judge_restore(flight, octets);
    stubdns__judge_distrust(core, flight, octets);
  }
  if (verdict == STUBDNS__ACCEPT)
    learn(core, flight);
  else if (flight)
    note_datagram(core, flight, finding, length);
  else
    stubdns__timeline_tell_unasked(core, route, stubdns__finding_text(finding),
                                   length);
  if (verdict == STUBDNS__ACCEPT)
    accept_answer(core, flight);
  else if (verdict == STUBDNS__SOFT)
    take_soft(core, flight, finding);
  else if (flight)
    take_drop(core, flight, finding);
  stubdns__core_settle(core);
}
