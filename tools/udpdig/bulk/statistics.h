/* What a run of many questions came to: counts, and the round-trip times as a
 * histogram, from which any percentile is known to 1 in 16.  Statistics of
 * several runs can be added up. */
#ifndef UDPDIG_BULK_STATISTICS_H
#define UDPDIG_BULK_STATISTICS_H

#include "output.h"

#include "stubdns/lookup.h"

#include <stddef.h>
#include <stdint.h>

/* Below 16 us each microsecond has its bucket; each doubling above has 16. */
#define RTT_BUCKETS 512

#define RCODES_MAX 4096
#define REASONS_MAX 48 /* the library has fewer sentences for datagrams */

struct reason {
  const char *text; /* static */
  uint64_t count;
};

struct server_count {
  stubdns_address_t address;
  uint64_t answered;
  uint64_t rtt_us; /* of all answers together */
};

struct statistics {
  uint64_t questions; /* that were asked */
  uint64_t answered;  /* by a reply, whatever its RCODE */
  uint64_t lost;      /* without any */
  uint64_t bad_lines;
  uint64_t sent;    /* datagrams */
  uint64_t retried; /* of them, not the first for their question */
  uint64_t ignored; /* datagrams that were no replies */
  uint64_t
      dropped_by_host; /* datagrams that found their socket's buffer full */
  uint64_t elapsed_us;
  uint64_t rcodes[RCODES_MAX];
  struct reason reasons[REASONS_MAX];
  struct server_count servers[STUBDNS_SERVERS_MAX];
  size_t server_count;
  uint64_t rtt_max_us;
  uint64_t rtts[RTT_BUCKETS];
};

/* Counts the end of a question, as stubdns_lookup_cb tells it. */
void statistics_count(struct statistics *statistics, int status,
                      const stubdns_answer_t *answer);

/* Adds what another thread counted. */
void statistics_add(struct statistics *statistics,
                    const struct statistics *other);

/* The time in microseconds that `per_mille` of all answers took at most. */
uint64_t statistics_percentile(const struct statistics *statistics,
                               unsigned per_mille);

/* Prints them for people, and as one JSON object on a line. */
void statistics_print(const struct statistics *statistics,
                      struct output *output);
void statistics_print_json(const struct statistics *statistics,
                           struct output *output);

/* The bucket of a time, and the longest time in a bucket. */
size_t rtt_bucket(uint64_t rtt_us);
uint64_t rtt_bucket_end(size_t bucket);

#endif
