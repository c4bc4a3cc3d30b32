/* How long to wait for a server: RFC 6298 on the round-trip times seen. */
#ifndef STUBDNS_EXCHANGE_RTT_H
#define STUBDNS_EXCHANGE_RTT_H

#include <stdint.h>

#define STUBDNS__WAIT_UNKNOWN_US 400000 /* most servers reply in a tenth */
#define STUBDNS__WAIT_MIN_US 40000      /* below, a busy host looks lossy */
#define STUBDNS__WAIT_CAREFUL_US                                               \
  150000                             /* below, what is not cached looks lost */
#define STUBDNS__WAIT_MAX_US 2000000 /* above, too few tries fit in 5 s */

/* All zero: nothing is known. */
struct stubdns__rtt {
  uint32_t smoothed_us;  /* SRTT, 0 while unknown */
  uint32_t variation_us; /* RTTVAR */
  uint32_t least_us;     /* no wait is shorter, before jitter */
};

void stubdns__rtt_sample(struct stubdns__rtt *rtt, uint64_t sample_us);

/* How long to wait before asking again: the estimate, doubled `round` times,
 * then moved by `random` (uniform in its range) by at most a quarter, or a
 * tenth while nothing is known. */
uint32_t stubdns__rtt_wait(const struct stubdns__rtt *rtt, unsigned round,
                           uint16_t random);

#endif
