/* The addresses of this host, and from which of them it would reach others. */
#ifndef STUBDNS_UV_INTERFACES_H
#define STUBDNS_UV_INTERFACES_H

#include "resolver/address_order.h"

#include <stdint.h>

#define STUBDNS__INTERFACE_ADDRESSES_MAX 128 /* others have no properties */

struct stubdns__interface_address {
  stubdns_address_t address;
  uint8_t prefix_length;
  uint8_t is_deprecated;
  uint8_t is_home;
  uint8_t is_of_tunnel;
};

/* What was found lately.  All zeros: nothing yet. */
struct stubdns__interfaces {
  struct stubdns__interface_address addresses[STUBDNS__INTERFACE_ADDRESSES_MAX];
  size_t address_count;
  uint8_t has_ipv4; /* other than loopback */
  uint8_t has_ipv6;
  uint64_t read_us; /* when; 0: never */
};

/* Reads the host's addresses, if they are not of the last second. */
void stubdns__interfaces_read(struct stubdns__interfaces *interfaces,
                              uint64_t now_us);

/* Whether an address is on a link of this host: one of its networks, link-local
 * or its own. */
int stubdns__interfaces_have_link(const struct stubdns__interfaces *interfaces,
                                  const stubdns_address_t *address);

/* Fills in where each destination would be reached from, by sockets that are
 * connected and send nothing. */
void stubdns__interfaces_find_sources(
    const struct stubdns__interfaces *interfaces,
    struct stubdns__destination *destinations, size_t count);

#endif
