/* Whether a server replies at all.  One that leaves two queries in a row
 * without any sign of life is avoided: others are asked before it.  Every reply
 * ends that, and so does time; meanwhile it is tried with duplicates of queries
 * that go to others, at growing intervals, so that no lookup has to wait for
 * it. */
#ifndef STUBDNS_EXCHANGE_HEALTH_H
#define STUBDNS_EXCHANGE_HEALTH_H

#include <stdint.h>

/* Failures after which a server is avoided: one is a packet lost. */
#define STUBDNS__FAILURES_MAX 2

/* The time to the first probe, which doubles with each that fails. */
#define STUBDNS__PROBE_US 1000000u
#define STUBDNS__PROBE_DOUBLINGS 6 /* 64 s */

/* So long a probe waits for its reply. */
#define STUBDNS__PROBE_WAIT_US 2000000u

/* A failure is forgotten after this. */
#define STUBDNS__FAILURE_US 600000000u

/* All zero: nothing is known, and it is not avoided. */
struct stubdns__health {
  uint64_t replied_us; /* when it replied last */
  uint64_t failed_us;  /* when it failed last */
  uint64_t probe_us;   /* while it is avoided: when to try it next */
  uint8_t failures;    /* since it replied, or more */
};

int stubdns__health_is_bad(const struct stubdns__health *health,
                           uint64_t now_us);

/* Notes that a query sent at `sent_us` has had no reply in its turn, or could
 * not reach the server.  It counts only where nothing has been heard since, nor
 * another failure: a burst of queries is one.  Returns whether the server is
 * avoided from now on. */
int stubdns__health_fail(struct stubdns__health *health, uint64_t sent_us,
                         uint64_t now_us);

/* Ends what failures there are; returns whether the server was avoided. */
int stubdns__health_recover(struct stubdns__health *health, uint64_t now_us);

/* Notes a reply; returns whether the server was avoided until now. */
static inline int stubdns__health_reply(struct stubdns__health *health,
                                        uint64_t now_us) {
  health->replied_us = now_us;
  return health->failures && stubdns__health_recover(health, now_us);
}

/* Whether it is to be tried now; the next time comes later. */
int stubdns__health_takes_probe(struct stubdns__health *health,
                                uint64_t now_us);

#endif
