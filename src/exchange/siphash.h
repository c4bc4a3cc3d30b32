/* SipHash-2-4: a keyed hash of which nobody without the key can guess a value.
 * Cookies are made with it (RFC 7873 section 4.1, RFC 9018 section 4), and
 * tables are protected by it from names chosen to collide. */
#ifndef STUBDNS_EXCHANGE_SIPHASH_H
#define STUBDNS_EXCHANGE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define STUBDNS__SIPHASH_KEY_LENGTH 16

struct stubdns__siphash_key {
  uint8_t octets[STUBDNS__SIPHASH_KEY_LENGTH];
};

/* The value, whose octets in little-endian order are the hash. */
uint64_t stubdns__siphash(const struct stubdns__siphash_key *key,
                          const uint8_t *octets, size_t length);

#endif
