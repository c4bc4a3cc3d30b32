/* What decides among addresses that are reached alike: labels and precedences
 * by prefix, RFC 6724 section 2.1, and the scopes of IPv4 addresses,
 * section 3.2. IPv4 addresses are in their mapped form here. */
#ifndef STUBDNS_RESOLVER_ADDRESS_POLICY_H
#define STUBDNS_RESOLVER_ADDRESS_POLICY_H

#include <stddef.h>
#include <stdint.h>

#define STUBDNS__POLICY_ROWS_MAX 32 /* of a kind; RFC 6724 has nine */

enum stubdns__policy_kind {
  STUBDNS__POLICY_LABEL,
  STUBDNS__POLICY_PRECEDENCE,
  STUBDNS__POLICY_SCOPE, /* of IPv4 addresses */
  STUBDNS__POLICY_KIND_COUNT
};

struct stubdns__policy_row {
  uint8_t prefix[16];
  uint8_t prefix_length;
  uint32_t value; /* at most INT32_MAX */
};

/* The longest prefixes first. */
struct stubdns__policy_list {
  struct stubdns__policy_row rows[STUBDNS__POLICY_ROWS_MAX];
  size_t count;
  uint8_t is_written; /* it is not that of the RFC */
};

struct stubdns__address_policy {
  struct stubdns__policy_list lists[STUBDNS__POLICY_KIND_COUNT];
};

/* That of the RFC. */
void stubdns__address_policy_init(struct stubdns__address_policy *policy);

/* Adds a row; the first of a kind takes the place of all that the RFC has.  Of
 * equal prefixes the first counts.  Returns whether there was room. */
int stubdns__address_policy_add(struct stubdns__address_policy *policy,
                                enum stubdns__policy_kind kind,
                                const struct stubdns__policy_row *row);

/* The value of an address: where no row is for it, that which the RFC has for
 * all others. */
uint32_t
stubdns__address_policy_value(const struct stubdns__address_policy *policy,
                              enum stubdns__policy_kind kind,
                              const uint8_t octets[16]);

#endif
