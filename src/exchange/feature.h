/* A protection that needs the server's part: cookies, or random letters.  Some
 * servers, and boxes in front of them, do not keep to it; then replies that are
 * perfect otherwise seem forged.  Two of them, without a good one in between,
 * turn it off for the server for a while. */
#ifndef STUBDNS_EXCHANGE_FEATURE_H
#define STUBDNS_EXCHANGE_FEATURE_H

#include <stdint.h>

#define STUBDNS__FEATURE_OFF_US                                                \
  3600000000u /* an hour, then it is tried again */
#define STUBDNS__MISMATCHES_MAX 2

/* All zero: it is on. */
struct stubdns__feature {
  uint64_t off_until_us;
  uint8_t mismatch_count;
};

int stubdns__feature_is_on(const struct stubdns__feature *feature,
                           uint64_t now_us);

/* Notes a reply that lacks it and is perfect otherwise, the first such one to
 * its query.  Returns whether the feature is off from now on. */
int stubdns__feature_mismatch(struct stubdns__feature *feature,
                              uint64_t now_us);

/* Notes a reply in which the server keeps to it. */
void stubdns__feature_match(struct stubdns__feature *feature);

#endif
