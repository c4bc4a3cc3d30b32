/* TCP connections: one to each server, with any number of queries under way on
 * it (RFC 7766 section 6.2.1), kept for a while when there is none. */
#include "resolver/state.h"

#include <stddef.h>

/* Queries under way on one connection, and queries that it ever had, which use
 * up its IDs.  Beyond there is a further connection. */
#define IN_FLIGHT_MAX 1024
#define QUERIES_MAX 32768

static struct stubdns__route **place_of(struct stubdns__server *server) {
  return &STUBDNS__ITEM(server, struct stubdns__held_server, server)
              ->connection;
}

struct stubdns__route *stubdns__connection_to(struct stubdns__core *core,
                                              struct stubdns__server *server,
                                              int is_fresh) {
  struct stubdns__route *const there = *place_of(server);
  if (there && (is_fresh || there->flight_count >= IN_FLIGHT_MAX ||
                there->query_count >= QUERIES_MAX))
    stubdns__route_retire(core, there);
  struct stubdns__route **const place = place_of(server);
  if (!*place) *place = stubdns__route_make(core, server, STUBDNS__TCP);
  return *place;
}

int stubdns__connection_is_kept(const struct stubdns__core *core,
                                const struct stubdns__route *route) {
  return *place_of(route->server) == route && !core->is_closing &&
         route->state != STUBDNS__PATH_NEW;
}

void stubdns__connection_forget(const struct stubdns__route *route) {
  struct stubdns__route **const place = place_of(route->server);
  if (*place == route) *place = NULL;
}

void stubdns__connection_rest(struct stubdns__core *core,
                              struct stubdns__route *route) {
  route->idle_until_us = core->now_us + STUBDNS__IDLE_US;
  stubdns__list_append(&core->idles, &route->link);
}

void stubdns__connection_wake(struct stubdns__core *core,
                              struct stubdns__route *route) {
  if (route->state != STUBDNS__PATH_NEW && route->flight_count == 0)
    stubdns__list_append(&core->paths, &route->link);
}

void stubdns__connections_close_idle(struct stubdns__core *core,
                                     uint64_t until_us) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&core->idles)) != NULL) {
    struct stubdns__route *const route =
        STUBDNS__ITEM(link, struct stubdns__route, link);
    if (route->idle_until_us > until_us) break;
    stubdns__route_retire(core, route);
  }
}
