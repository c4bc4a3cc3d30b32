/* The rules of RFC 6724 section 6, each a number for which less is better, but
 * for rule 9, which compares addresses of one family alone.  Because of that
 * they are no total order; merging is stable and takes its n log n steps
 * whatever they say. */
#include "resolver/address_order.h"

#include <string.h>

#define IPV4_LENGTH 4
#define IPV6_LENGTH 16
#define IPV4_IN_IPV6 96 /* bits before an IPv4 address in its mapped form */

enum scope { LINK_LOCAL = 2, SITE_LOCAL = 5, GLOBAL = 14 };

/* An address as RFC 6724 sees all: IPv4 in its mapped form. */
struct octets {
  uint8_t at[IPV6_LENGTH];
};

static struct octets octets_of(const stubdns_address_t *address) {
  struct octets octets = {{0}};
  if (address->length == IPV6_LENGTH) {
    memcpy(octets.at, address->octets, IPV6_LENGTH);
  } else {
    octets.at[10] = octets.at[11] = 0xff;
    memcpy(octets.at + 12, address->octets, IPV4_LENGTH);
  }
  return octets;
}

static unsigned leading_zero_bits(uint8_t octet) {
  unsigned bits = 7; /* of an octet that is not 0 */
  while (octet >>= 1)
    bits--;
  return bits;
}

static unsigned common_bits(const struct octets *a, const struct octets *b) {
  for (unsigned i = 0; i < IPV6_LENGTH; i++)
    if (a->at[i] != b->at[i])
      return 8 * i + leading_zero_bits(a->at[i] ^ b->at[i]);
  return 8 * IPV6_LENGTH;
}

static uint32_t value_of(const struct stubdns__address_policy *policy,
                         enum stubdns__policy_kind kind,
                         const stubdns_address_t *address) {
  const struct octets octets = octets_of(address);
  return stubdns__address_policy_value(policy, kind, octets.at);
}

/* Section 3.1, and 3.4 for the loopback address. */
static uint32_t scope_of_ipv6(const struct octets *octets) {
  static const struct octets loopback = {{[15] = 1}};
  if (octets->at[0] == 0xff) return octets->at[1] & 0x0f;
  if (!memcmp(octets, &loopback, sizeof loopback)) return LINK_LOCAL;
  if (octets->at[0] != 0xfe) return GLOBAL;
  if ((octets->at[1] & 0xc0) == 0x80) return LINK_LOCAL;
  return (octets->at[1] & 0xc0) == 0xc0 ? SITE_LOCAL : GLOBAL;
}

/* Section 3.2 for IPv4. */
static uint32_t scope_of(const struct stubdns__address_policy *policy,
                         const stubdns_address_t *address) {
  static const struct octets mapped = {{[10] = 0xff, [11] = 0xff}};
  const struct octets octets = octets_of(address);
  if (common_bits(&octets, &mapped) < IPV4_IN_IPV6)
    return scope_of_ipv6(&octets);
  return stubdns__address_policy_value(policy, STUBDNS__POLICY_SCOPE,
                                       octets.at);
}

static int avoids_unusable(const struct stubdns__address_policy *policy,
                           const struct stubdns__destination *d) {
  (void)policy;
  return d->source.length == 0;
}

static int prefers_matching_scope(const struct stubdns__address_policy *policy,
                                  const struct stubdns__destination *d) {
  return d->source.length &&
         scope_of(policy, &d->address) != scope_of(policy, &d->source);
}

static int avoids_deprecated(const struct stubdns__address_policy *policy,
                             const struct stubdns__destination *d) {
  (void)policy;
  return d->source_is_deprecated;
}

static int prefers_home(const struct stubdns__address_policy *policy,
                        const struct stubdns__destination *d) {
  (void)policy;
  return !d->source_is_home;
}

static int prefers_matching_label(const struct stubdns__address_policy *policy,
                                  const struct stubdns__destination *d) {
  return d->source.length &&
         value_of(policy, STUBDNS__POLICY_LABEL, &d->address) !=
             value_of(policy, STUBDNS__POLICY_LABEL, &d->source);
}

static int prefers_precedence(const struct stubdns__address_policy *policy,
                              const struct stubdns__destination *d) {
  return -(int)value_of(policy, STUBDNS__POLICY_PRECEDENCE, &d->address);
}

static int prefers_native(const struct stubdns__address_policy *policy,
                          const struct stubdns__destination *d) {
  (void)policy;
  return d->is_tunnelled;
}

static int prefers_smaller_scope(const struct stubdns__address_policy *policy,
                                 const struct stubdns__destination *d) {
  return (int)scope_of(policy, &d->address);
}

/* Rules 1 to 8. */
static int (*const rules[])(const struct stubdns__address_policy *,
                            const struct stubdns__destination *) = {
    avoids_unusable, prefers_matching_scope, avoids_deprecated,
    prefers_home,    prefers_matching_label, prefers_precedence,
    prefers_native,  prefers_smaller_scope,
};

/* Rule 9.  What the source's network does not reach says nothing of nearness,
 * RFC 6724 section 2.2: beyond, the server's order stands. */
static int matching_bits(const struct stubdns__destination *d) {
  if (d->source.length != d->address.length) return 0;
  const struct octets address = octets_of(&d->address);
  const struct octets source = octets_of(&d->source);
  const unsigned before = d->source.length == IPV4_LENGTH ? IPV4_IN_IPV6 : 0;
  const unsigned common = common_bits(&address, &source) - before;
  return (int)(common < d->source_prefix_length ? common
                                                : d->source_prefix_length);
}

/* Whether `b` goes before `a`, which stood before it. */
static int is_better(const struct stubdns__address_policy *policy,
                     const struct stubdns__destination *b,
                     const struct stubdns__destination *a) {
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    const int difference = rules[i](policy, b) - rules[i](policy, a);
    if (difference) return difference < 0;
  }
  return a->address.length == b->address.length &&
         matching_bits(b) > matching_bits(a);
}

/* Merges two sorted neighbours. */
static void merge(const struct stubdns__address_policy *policy,
                  const struct stubdns__destination *from, size_t left,
                  size_t count, struct stubdns__destination *to) {
  size_t a = 0;
  size_t b = left;
  for (size_t i = 0; i < count; i++) {
    const int takes_right =
        a == left || (b < count && is_better(policy, &from[b], &from[a]));
    to[i] = from[takes_right ? b++ : a++];
  }
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

void stubdns__address_order(const struct stubdns__address_policy *policy,
                            struct stubdns__destination *destinations,
                            struct stubdns__destination *scratch,
                            size_t count) {
  for (size_t run = 1; run < count; run *= 2) {
    for (size_t i = 0; i < count; i += 2 * run)
      merge(policy, destinations + i, smaller(run, count - i),
            smaller(2 * run, count - i), scratch + i);
    memcpy(destinations, scratch, count * sizeof *scratch);
  }
}
