/* What is to be done, one thing after the other: descriptors are freed before
 * new ones are taken, and answers go out last. */
#include "resolver/state.h"

#include <assert.h>
#include <string.h>

void stubdns__core_release_handed(struct stubdns__core *core) {
  if (core->handed_request)
    stubdns__request_release(core, core->handed_request);
  if (core->handed_route) stubdns__route_release(core, core->handed_route);
  core->handed_request = NULL;
  core->handed_route = NULL;
}

/* A descriptor becomes free: whoever waits longest for one may try. */
static void wake_starved(struct stubdns__core *core) {
  struct stubdns__link *link = stubdns__list_first(&core->starved);
  if (link)
    stubdns__request_wake(core,
                          STUBDNS__ITEM(link, struct stubdns__request, link));
  stubdns__core_settle(core);
}

static void hand_close(struct stubdns__core *core, struct stubdns__link *link,
                       struct stubdns__action *action) {
  struct stubdns__route *route =
      STUBDNS__ITEM(link, struct stubdns__route, link);
  stubdns__list_remove(link);
  core->handed_route = route;
  action->kind = STUBDNS__CLOSE;
  action->path = &route->path;
  wake_starved(core);
}

static void hand_open(struct stubdns__core *core, struct stubdns__link *link,
                      struct stubdns__action *action) {
  struct stubdns__route *route =
      STUBDNS__ITEM(link, struct stubdns__route, link);
  stubdns__list_append(&core->paths, link);
  route->state = STUBDNS__PATH_OPENING;
  action->kind = STUBDNS__OPEN;
  action->path = &route->path;
}

static void note_sent(struct stubdns__core *core,
                      struct stubdns__flight *flight, size_t length) {
  const struct stubdns__happening sent = {.kind = STUBDNS_EVENT_SENT,
                                          .length = length};
  flight->is_sent = 1;
  flight->length = (uint16_t)length;
  flight->local_port = flight->route->local_port;
  flight->attempt.sent_us = core->now_us;
  flight->request->send_count++;
  flight->route->server->sent_count++;
  stubdns__timeline_note(core, flight, &sent);
}

static void hand_send(struct stubdns__core *core, struct stubdns__link *link,
                      struct stubdns__action *action) {
  struct stubdns__flight *flight =
      STUBDNS__ITEM(link, struct stubdns__flight, send_link);
  const int error = stubdns__flight_build(
      flight, core->handed_query, sizeof core->handed_query, &action->length);
  assert(!error); /* all of it was checked when the lookup began */
  (void)error;
  stubdns__list_remove(link);
  note_sent(core, flight, action->length);
  action->kind = STUBDNS__SEND;
  action->path = &flight->route->path;
  action->octets = core->handed_query;
}

/* The message of the answer: the datagram just received, or the kept copy. */
static const stubdns_message_t *
answer_message(struct stubdns__core *core,
               const struct stubdns__request *request) {
  if (!request->answered) return NULL;
  if (core->borrower == request) {
    core->handed_message = core->reply.message;
    return &core->handed_message;
  }
  const int error = stubdns_message_parse(
      &core->handed_message, request->kept->octets, request->kept->length, 0);
  assert(!error); /* it was parsed when it came */
  (void)error;
  return &core->handed_message;
}

/* Whose reply it is, or the last asked, or the first of all. */
static const struct stubdns__server *
answer_server(const struct stubdns__core *core,
              const struct stubdns__request *request) {
  const struct stubdns__attempt *attempt = request->exchange.newest;
  if (request->answered) attempt = &request->answered->attempt;
  return core->servers[attempt ? attempt->server : 0];
}

static uint32_t answer_rtt_us(const struct stubdns__core *core,
                              const struct stubdns__request *request) {
  if (!request->answered) return 0;
  return core->borrower == request ? request->answered->attempt.rtt_us
                                   : request->kept->rtt_us;
}

static void fill_answer(struct stubdns__core *core,
                        const struct stubdns__request *request,
                        stubdns_answer_t *answer) {
  const struct stubdns__exchange *x = &request->exchange;
  memset(answer, 0, sizeof *answer);
  answer->message = answer_message(core, request);
  answer->question = stubdns__request_question(request);
  answer->server = answer_server(core, request)->address;
  answer->rtt_us = answer_rtt_us(core, request);
  answer->send_count = request->send_count;
  answer->timeline = core;
  answer->drop_count = x->drop_count;
  if (x->drop_count)
    answer->drop_reason =
        stubdns__finding_text((enum stubdns__finding)x->drop_first);
  if (answer->message)
    answer->truncated = (answer->message->flags & STUBDNS_FLAG_TC) != 0;
}

static void hand_complete(struct stubdns__core *core,
                          struct stubdns__link *link,
                          struct stubdns__action *action) {
  struct stubdns__request *request =
      STUBDNS__ITEM(link, struct stubdns__request, link);
  fill_answer(core, request, &core->handed_answer);
  if (core->borrower == request) core->borrower = NULL;
  stubdns__list_remove(link);
  core->handed_request = request;
  core->lookup_count--;
  action->kind = STUBDNS__COMPLETE;
  action->user = request->user;
  action->status = request->status;
  action->answer = &core->handed_answer;
}

int stubdns__core_next_action(struct stubdns__core *core,
                              struct stubdns__action *action) {
  typedef void hand(struct stubdns__core *, struct stubdns__link *,
                    struct stubdns__action *);
  static hand *const hands[] = {hand_close, hand_open, hand_send,
                                hand_complete};
  const struct stubdns__link *const lists[] = {&core->closes, &core->opens,
                                               &core->sends, &core->completed};
  stubdns__core_release_handed(core);
  memset(action, 0, sizeof *action);
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    struct stubdns__link *link = stubdns__list_first(lists[i]);
    if (!link) continue;
    hands[i](core, link, action);
    return 1;
  }
  return 0;
}
