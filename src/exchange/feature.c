/* How long a protection is believed in, and how long done without. */
#include "exchange/feature.h"

int stubdns__feature_is_on(const struct stubdns__feature *feature,
                           uint64_t now_us) {
  return now_us >= feature->off_until_us;
}

int stubdns__feature_mismatch(struct stubdns__feature *feature,
                              uint64_t now_us) {
  if (++feature->mismatch_count < STUBDNS__MISMATCHES_MAX) return 0;
  feature->mismatch_count = 0;
  feature->off_until_us = now_us + STUBDNS__FEATURE_OFF_US;
  return 1;
}

void stubdns__feature_match(struct stubdns__feature *feature) {
  feature->mismatch_count = 0;
}
