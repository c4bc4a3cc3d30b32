/* Addresses being collected, and put in order. */
#ifndef STUBDNS_UV_ADDRESS_SET_H
#define STUBDNS_UV_ADDRESS_SET_H

#include "stubdns/address_lookup.h"
#include "stubdns/answer.h"

/* All zeros is the empty set. */
struct stubdns__address_set {
  stubdns_host_address_t *addresses;
  size_t count;
  size_t size;
};

void stubdns__address_set_release(struct stubdns__transport *transport,
                                  struct stubdns__address_set *set);

/* Returns 0 or STUBDNS_ENOMEM. */
int stubdns__address_set_add(struct stubdns__transport *transport,
                             struct stubdns__address_set *set,
                             const stubdns_address_t *address, uint32_t ttl_s);

/* Adds the addresses that a chain of A or AAAA records ends in, with a port;
 * those that are link-local get the scope.  Returns 0 or STUBDNS_ENOMEM. */
int stubdns__address_set_add_chain(struct stubdns__transport *transport,
                                   struct stubdns__address_set *set,
                                   const stubdns_chain_t *chain, uint16_t port,
                                   uint32_t scope_id);

/* Puts the addresses from `first` on in the order of RFC 6724.  Returns 0 or
 * STUBDNS_ENOMEM. */
int stubdns__address_set_order(struct stubdns__transport *transport,
                               struct stubdns__address_set *set, size_t first);

#endif
