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

/* Section 2.1, the longest prefixes first. */
static const struct policy {
  struct octets prefix;
  uint8_t prefix_length;
  uint8_t precedence;
  uint8_t label;
} policies[] = {
    {{{[15] = 1}}, 128, 50, 0},  {{{[10] = 0xff, 0xff}}, 96, 35, 4},
    {{{0}}, 96, 1, 3},           {{{0x20, 0x01}}, 32, 5, 5},
    {{{0x20, 0x02}}, 16, 30, 2}, {{{0x3f, 0xfe}}, 16, 1, 12},
    {{{0xfe, 0xc0}}, 10, 1, 11}, {{{0xfc}}, 7, 3, 13},
    {{{0}}, 0, 40, 1},
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
  unsigned bits = 0;
  for (unsigned mask = 0x80; mask && !(octet & mask); mask >>= 1)
    bits++;
  return bits;
}

static unsigned common_bits(const struct octets *a, const struct octets *b) {
  for (unsigned i = 0; i < IPV6_LENGTH; i++)
    if (a->at[i] != b->at[i])
      return 8 * i + leading_zero_bits(a->at[i] ^ b->at[i]);
  return 8 * IPV6_LENGTH;
}

static const struct policy *policy_of(const stubdns_address_t *address) {
  const struct octets octets = octets_of(address);
  const struct policy *policy = policies;
  while (common_bits(&octets, &policy->prefix) < policy->prefix_length)
    policy++; /* the last is for every address */
  return policy;
}

/* Section 3.2: private IPv4 addresses are global. */
static enum scope scope_of_ipv4(const uint8_t *octets) {
  const int is_loopback = octets[0] == 127;
  const int is_link_local = octets[0] == 169 && octets[1] == 254;
  return is_loopback || is_link_local ? LINK_LOCAL : GLOBAL;
}

/* Section 3.1, and 3.4 for the loopback address. */
static unsigned scope_of(const stubdns_address_t *address) {
  const struct octets octets = octets_of(address);
  if (policy_of(address)->label == 4) return scope_of_ipv4(octets.at + 12);
  if (octets.at[0] == 0xff) return octets.at[1] & 0x0f;
  if (policy_of(address)->prefix_length == 128) return LINK_LOCAL;
  if (octets.at[0] != 0xfe) return GLOBAL;
  if ((octets.at[1] & 0xc0) == 0x80) return LINK_LOCAL;
  return (octets.at[1] & 0xc0) == 0xc0 ? SITE_LOCAL : GLOBAL;
}

static int avoids_unusable(const struct stubdns__destination *d) {
  return d->source.length == 0;
}

static int prefers_matching_scope(const struct stubdns__destination *d) {
  return d->source.length && scope_of(&d->address) != scope_of(&d->source);
}

static int avoids_deprecated(const struct stubdns__destination *d) {
  return d->source_is_deprecated;
}

static int prefers_home(const struct stubdns__destination *d) {
  return !d->source_is_home;
}

static int prefers_matching_label(const struct stubdns__destination *d) {
  return d->source.length &&
         policy_of(&d->address)->label != policy_of(&d->source)->label;
}

static int prefers_precedence(const struct stubdns__destination *d) {
  return -policy_of(&d->address)->precedence;
}

static int prefers_native(const struct stubdns__destination *d) {
  return d->is_tunnelled;
}

static int prefers_smaller_scope(const struct stubdns__destination *d) {
  return (int)scope_of(&d->address);
}

/* Rules 1 to 8. */
static int (*const rules[])(const struct stubdns__destination *) = {
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
static int is_better(const struct stubdns__destination *b,
                     const struct stubdns__destination *a) {
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    const int difference = rules[i](b) - rules[i](a);
    if (difference) return difference < 0;
  }
  return a->address.length == b->address.length &&
         matching_bits(b) > matching_bits(a);
}

/* Merges two sorted neighbours. */
static void merge(const struct stubdns__destination *from, size_t left,
                  size_t count, struct stubdns__destination *to) {
  size_t a = 0;
  size_t b = left;
  for (size_t i = 0; i < count; i++) {
    const int takes_right =
        a == left || (b < count && is_better(&from[b], &from[a]));
    to[i] = from[takes_right ? b++ : a++];
  }
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

void stubdns__address_order(struct stubdns__destination *destinations,
                            struct stubdns__destination *scratch,
                            size_t count) {
  for (size_t run = 1; run < count; run *= 2) {
    for (size_t i = 0; i < count; i += 2 * run)
      merge(destinations + i, smaller(run, count - i),
            smaller(2 * run, count - i), scratch + i);
    memcpy(destinations, scratch, count * sizeof *scratch);
  }
}
