/* The list of struct addrinfo that getaddrinfo() gives. */
#ifndef STUBDNS_UV_ADDRINFO_LIST_H
#define STUBDNS_UV_ADDRINFO_LIST_H

#include "stubdns/address_lookup.h"
#include "uv/addrinfo_ports.h"

/* Makes an entry for each address and port.  `canonical_name` may be NULL.  An
 * IPv4 address is mapped where the hints want IPv6.
 *
 * Returns 0 or UV_EAI_MEMORY. */
int stubdns__addrinfo_make(const stubdns_allocator_t *allocator,
                           const stubdns_host_address_t *addresses,
                           size_t count, const struct stubdns__ports *ports,
                           const struct addrinfo *hints,
                           const char *canonical_name,
                           struct addrinfo **result);

#endif
