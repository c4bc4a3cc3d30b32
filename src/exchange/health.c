/* Failures in a row, and when to try again. */
#include "exchange/health.h"

static int is_recent(const struct stubdns__health *health, uint64_t now_us) {
  return now_us - health->failed_us < STUBDNS__FAILURE_US;
}

int stubdns__health_is_bad(const struct stubdns__health *health,
                           uint64_t now_us) {
  return health->failures >= STUBDNS__FAILURES_MAX && is_recent(health, now_us);
}

static uint64_t interval_us(const struct stubdns__health *health) {
  return (uint64_t)STUBDNS__PROBE_US
         << (health->failures - STUBDNS__FAILURES_MAX);
}

int stubdns__health_fail(struct stubdns__health *health, uint64_t sent_us,
                         uint64_t now_us) {
  const int was_bad = stubdns__health_is_bad(health, now_us);
  if (sent_us < health->replied_us || sent_us < health->failed_us) return 0;
  if (!is_recent(health, now_us)) health->failures = 0;
  if (health->failures < STUBDNS__FAILURES_MAX + STUBDNS__PROBE_DOUBLINGS)
    health->failures++;
  health->failed_us = now_us;
  if (!stubdns__health_is_bad(health, now_us)) return 0;
  health->probe_us = now_us + interval_us(health);
  return !was_bad;
}

int stubdns__health_recover(struct stubdns__health *health, uint64_t now_us) {
  const int was_bad = stubdns__health_is_bad(health, now_us);
  health->failures = 0;
  return was_bad;
}

int stubdns__health_takes_probe(struct stubdns__health *health,
                                uint64_t now_us) {
  if (!stubdns__health_is_bad(health, now_us) || now_us < health->probe_us)
    return 0;
  health->probe_us = now_us + STUBDNS__PROBE_WAIT_US + interval_us(health);
  return 1;
}
