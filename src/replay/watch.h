/* Queries of a scenario as they are seen, by a resolver of ours or by the
 * server, and whether they are what is expected. */
#ifndef STUBDNS_REPLAY_WATCH_H
#define STUBDNS_REPLAY_WATCH_H

#include "replay/script.h"

struct stubdns__watch {
  const struct stubdns__script *script;
  stubdns_failure_cb on_failure;
  void *data;
  uint64_t begin_us; /* of the scenario */
  uint64_t query_count;
  uint8_t *is_seen; /* for each expectation: its query was sent */
};

/* Returns 0 or STUBDNS_ENOMEM. */
int stubdns__watch_init(struct stubdns__watch *watch,
                        const struct stubdns__script *script,
                        stubdns_failure_cb on_failure, void *data);
void stubdns__watch_free(struct stubdns__watch *watch);

/* Counts a query, and compares it where it can be read. */
void stubdns__watch_query(struct stubdns__watch *watch,
                          const struct stubdns__asking *asking);

/* Compares what is expected of queries with what was seen at the end. */
void stubdns__watch_end(const struct stubdns__watch *watch);

int stubdns__is_within(const struct stubdns__span *span, uint64_t time_us);

/* Tells that an expectation was not met. */
void stubdns__watch_fail(const struct stubdns__watch *watch,
                         const struct stubdns__expectation *expected,
                         const char *text);

#endif
