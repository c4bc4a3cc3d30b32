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
      STUBDNS__ITEM(link, struct stubdns__flight, link);
  const int error = stubdns__flight_build(
      flight, core->handed_query, sizeof core->handed_query, &action->length);
  assert(!error); /* all of it was checked when the lookup began */
  (void)error;
  stubdns__list_append(&flight->route->flights, link);
  note_sent(core, flight, action->length);
  action->kind = STUBDNS__SEND;
  action->path = &flight->route->path;
  action->octets = core->handed_query;
}

static void hand_complete(struct stubdns__core *core,
                          struct stubdns__link *link,
                          struct stubdns__action *action) {
  struct stubdns__request *request =
      STUBDNS__ITEM(link, struct stubdns__request, link);
  stubdns__answer_fill(core, request, &core->handed_answer);
  core->borrower_count -= request->origin == STUBDNS__ORIGIN_DATAGRAM;
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
  struct stubdns__link *link;
  stubdns__core_release_handed(core);
  *action = (struct stubdns__action){0};
  if (core->probe_count) stubdns__health_drop_probes(core);
  if ((link = stubdns__list_first(&core->closes)) != NULL)
    hand_close(core, link, action);
  else if ((link = stubdns__list_first(&core->opens)) != NULL)
    hand_open(core, link, action);
  else if ((link = stubdns__list_first(&core->sends)) != NULL)
    hand_send(core, link, action);
  else if ((link = stubdns__list_first(&core->completed)) != NULL)
    hand_complete(core, link, action);
  return link != NULL;
}

int stubdns__core_next_borrower(struct stubdns__core *core,
                                struct stubdns__action *action) {
  if (core->probe_count) stubdns__health_drop_probes(core);
  if (!core->borrower_count) return 0;
  stubdns__core_release_handed(core);
  *action = (struct stubdns__action){0};
  hand_complete(core, stubdns__list_first(&core->completed), action);
  return 1;
}
