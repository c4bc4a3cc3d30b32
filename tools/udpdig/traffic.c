/* A list of octets, found by ID and local port. */
#include "traffic.h"

#include <stdlib.h>
#include <string.h>

static void keep_query(struct traffic *traffic, const stubdns_traffic_t *told) {
  if (told->length > UINT16_MAX) return;
  struct traffic_query *const query = malloc(sizeof *query + told->length);
  if (!query) return;
  query->older = traffic->newest;
  query->local_port = told->local.port;
  query->length = (uint16_t)told->length;
  memcpy(query->octets, told->octets, told->length);
  traffic->newest = query;
}

static void on_traffic(void *data, const stubdns_traffic_t *told) {
  struct traffic *const traffic = data;
  if (traffic->recording) recording_add(traffic->recording, told);
  if (traffic->keeps_queries && !told->is_received) keep_query(traffic, told);
}

void traffic_watch(struct traffic *traffic, stubdns_resolver_t *resolver) {
  stubdns_resolver_watch(resolver, on_traffic, traffic);
}

static const struct traffic_query *find(const struct traffic *traffic,
                                        const stubdns_event_t *sent) {
  const struct traffic_query *query = traffic->newest;
  while (query && (query->length < 2 || query->local_port != sent->local_port ||
                   (query->octets[0] << 8 | query->octets[1]) != sent->id))
    query = query->older;
  return query;
}

const struct traffic_query *traffic_find(const struct traffic *traffic,
                                         const stubdns_answer_t *answer) {
  const struct traffic_query *found = NULL;
  stubdns_event_t event;
  size_t position = 0;
  while (stubdns_answer_next_event(answer, &position, &event)) {
    if (event.kind != STUBDNS_EVENT_SENT) continue;
    if (answer->message && event.id == answer->message->id)
      return find(traffic, &event);
    if (!found) found = find(traffic, &event);
  }
  return found;
}

void traffic_release(struct traffic *traffic) {
  struct traffic_query *query;
  while ((query = traffic->newest) != NULL) {
    traffic->newest = query->older;
    free(query);
  }
}
