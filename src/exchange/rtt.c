/* Round-trip estimates and retransmission waits, RFC 6298 section 2.  A sample
 * is only ever taken from the attempt that a reply's ID names, so that Karn's
 * ambiguity (section 3) does not arise. */
#include "exchange/rtt.h"

#define JITTER_PERCENT 25 /* enough to spread clients that started together */

/* With less known there is less room: the second packet after a lost first one
 * must leave before 500 ms (400 + 10 %), and a server that takes 1 s must not
 * be sent a third (400 + 800, - 10 %, is above 1 s). */
#define JITTER_UNKNOWN_PERCENT 10

/* SRTT and RTTVAR forget within ten replies that one in a hundred takes long,
 * as what a server has to ask for itself does.  So a wait is at least half as
 * long again as the slowest of some thousand replies, more than jitter takes
 * away: then of all queries few are sent twice in vain.  Of a server that is
 * hardly known 150 ms are allowed for.  A thousand replies may come within a
 * moment: those of a few moments count. */
#define LEAST_FADING 4096 /* replies that are remembered, about */

#define ROUND_MAX 8 /* keeps a doubled wait within 32 bits */

static uint32_t distance(uint32_t a, uint32_t b) {
  return a > b ? a - b : b - a;
}

static uint32_t clamp(uint64_t value, uint32_t low, uint32_t high) {
  if (value < low) return low;
  return value > high ? high : (uint32_t)value;
}

static void raise_least(struct stubdns__rtt *rtt, uint32_t sample_us) {
  const uint32_t faded_us = rtt->least_us - rtt->least_us / LEAST_FADING;
  const uint32_t wanted_us =
      clamp(sample_us + (uint64_t)sample_us / 2, STUBDNS__WAIT_MIN_US,
            STUBDNS__WAIT_CAREFUL_US);
  rtt->least_us = wanted_us > faded_us ? wanted_us : faded_us;
}

void stubdns__rtt_sample(struct stubdns__rtt *rtt, uint64_t sample_us) {
  const uint32_t sample = clamp(sample_us, 1, UINT32_MAX / 8);
  if (rtt->smoothed_us == 0) {
    rtt->smoothed_us = sample;
    rtt->variation_us = sample / 2;
    rtt->least_us = STUBDNS__WAIT_CAREFUL_US;
    return;
  }
  raise_least(rtt, sample);
  const uint32_t error = distance(rtt->smoothed_us, sample);
  rtt->variation_us = (3 * rtt->variation_us + error) / 4;
  rtt->smoothed_us =
      clamp((7 * (uint64_t)rtt->smoothed_us + sample) / 8, 1, UINT32_MAX / 8);
}

/* Of a server that replies evenly RTTVAR is next to nothing, so that jitter
 * would have every other query to a far one sent twice: half of SRTT is allowed
 * for, which is more than it takes away. */
static uint32_t base_wait(const struct stubdns__rtt *rtt) {
  const uint64_t half_us = rtt->smoothed_us / 2;
  const uint64_t spread_us = 4 * (uint64_t)rtt->variation_us;
  if (rtt->smoothed_us == 0) return STUBDNS__WAIT_UNKNOWN_US;
  return clamp(rtt->smoothed_us + (spread_us > half_us ? spread_us : half_us),
               rtt->least_us, STUBDNS__WAIT_MAX_US);
}

uint32_t stubdns__rtt_wait(const struct stubdns__rtt *rtt, unsigned round,
                           uint16_t random) {
  const int64_t wait = (int64_t)base_wait(rtt)
                       << (round < ROUND_MAX ? round : ROUND_MAX);
  const int64_t percent =
      rtt->smoothed_us ? JITTER_PERCENT : JITTER_UNKNOWN_PERCENT;
  const int64_t reach = wait * percent / 100;
  return (uint32_t)(wait +
                    reach * (2 * (int64_t)random - UINT16_MAX) / UINT16_MAX);
}
