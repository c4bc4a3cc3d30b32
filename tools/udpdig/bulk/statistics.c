/* Counting.  This runs for every question there is. */
#include "bulk/statistics.h"

#include <string.h>

#define BUCKETS_PER_DOUBLING 16

size_t rtt_bucket(uint64_t rtt_us) {
  size_t doublings = 0;
  while (rtt_us >> doublings >= 2 * BUCKETS_PER_DOUBLING)
    doublings++;
  const size_t bucket =
      doublings * BUCKETS_PER_DOUBLING + (rtt_us >> doublings);
  return bucket < RTT_BUCKETS ? bucket : RTT_BUCKETS - 1;
}

uint64_t rtt_bucket_end(size_t bucket) {
  if (bucket < 2 * BUCKETS_PER_DOUBLING) return bucket;
  const size_t doublings = bucket / BUCKETS_PER_DOUBLING - 1;
  const uint64_t part = bucket - doublings * BUCKETS_PER_DOUBLING;
  return ((part + 1) << doublings) - 1;
}

static void count_reason(struct statistics *statistics, const char *text,
                         uint64_t count) {
  for (size_t i = 0; i < REASONS_MAX; i++) {
    struct reason *const reason = &statistics->reasons[i];
    if (!reason->text) reason->text = text;
    if (strcmp(reason->text, text) != 0) continue;
    reason->count += count;
    return;
  }
}

static void count_ignored(struct statistics *statistics,
                          const stubdns_answer_t *answer) {
  stubdns_event_t event;
  size_t position = 0;
  if (!answer->drop_count) return;
  statistics->ignored += answer->drop_count;
  while (stubdns_answer_next_event(answer, &position, &event))
    if (event.kind == STUBDNS_EVENT_DROPPED)
      count_reason(statistics, event.text, 1);
}

static struct server_count *find_server(struct statistics *statistics,
                                        const stubdns_address_t *address) {
  for (size_t i = 0; i < statistics->server_count; i++)
    if (stubdns_address_equal(&statistics->servers[i].address, address))
      return &statistics->servers[i];
  if (statistics->server_count == STUBDNS_SERVERS_MAX) return NULL;
  struct server_count *const server =
      &statistics->servers[statistics->server_count++];
  server->address = *address;
  return server;
}

static void count_reply(struct statistics *statistics,
                        const stubdns_answer_t *answer) {
  const unsigned rcode = stubdns_message_rcode(answer->message) % RCODES_MAX;
  struct server_count *const server = find_server(statistics, &answer->server);
  statistics->answered++;
  statistics->rcodes[rcode]++;
  statistics->rtts[rtt_bucket(answer->rtt_us)]++;
  if (answer->rtt_us > statistics->rtt_max_us)
    statistics->rtt_max_us = answer->rtt_us;
  if (!server) return;
  server->answered++;
  server->rtt_us += answer->rtt_us;
}

void statistics_count(struct statistics *statistics, int status,
                      const stubdns_answer_t *answer) {
  statistics->questions++;
  statistics->sent += answer->send_count;
  if (answer->send_count > 1) statistics->retried += answer->send_count - 1;
  count_ignored(statistics, answer);
  if (status || !answer->message)
    statistics->lost++;
  else
    count_reply(statistics, answer);
}

static void add_servers(struct statistics *statistics,
                        const struct statistics *other) {
  for (size_t i = 0; i < other->server_count; i++) {
    struct server_count *const server =
        find_server(statistics, &other->servers[i].address);
    if (!server) continue;
    server->answered += other->servers[i].answered;
    server->rtt_us += other->servers[i].rtt_us;
  }
}

static void add_counts(struct statistics *statistics,
                       const struct statistics *other) {
  for (size_t i = 0; i < RCODES_MAX; i++)
    statistics->rcodes[i] += other->rcodes[i];
  for (size_t i = 0; i < RTT_BUCKETS; i++)
    statistics->rtts[i] += other->rtts[i];
  for (size_t i = 0; i < REASONS_MAX && other->reasons[i].text; i++)
    count_reason(statistics, other->reasons[i].text, other->reasons[i].count);
}

void statistics_add(struct statistics *statistics,
                    const struct statistics *other) {
  statistics->questions += other->questions;
  statistics->answered += other->answered;
  statistics->lost += other->lost;
  statistics->bad_lines += other->bad_lines;
  statistics->sent += other->sent;
  statistics->retried += other->retried;
  statistics->ignored += other->ignored;
  statistics->dropped_by_host += other->dropped_by_host;
  if (other->rtt_max_us > statistics->rtt_max_us)
    statistics->rtt_max_us = other->rtt_max_us;
  add_counts(statistics, other);
  add_servers(statistics, other);
}

uint64_t statistics_percentile(const struct statistics *statistics,
                               unsigned per_mille) {
  const uint64_t wanted = (statistics->answered * per_mille + 999) / 1000;
  uint64_t count = 0;
  for (size_t i = 0; i < RTT_BUCKETS; i++) {
    count += statistics->rtts[i];
    if (count < wanted) continue;
    const uint64_t end = rtt_bucket_end(i);
    return end < statistics->rtt_max_us ? end : statistics->rtt_max_us;
  }
  return statistics->rtt_max_us;
}
