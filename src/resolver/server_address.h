/* What the address of a server has to be. */
#ifndef STUBDNS_RESOLVER_SERVER_ADDRESS_H
#define STUBDNS_RESOLVER_SERVER_ADDRESS_H

#include "stubdns/address.h"

/* Gives the address that replies will come from when `named` is asked: IPv4 for
 * an IPv4-mapped one, and the loopback address for the unspecified one, as
 * connect() takes it.
 *
 * Returns 0 or STUBDNS_EINVALID: no port or no address, a link-local address
 * without the link that it is on, or an IPv4-mapped one with a scope. */
int stubdns__server_address(const stubdns_address_t *named,
                            stubdns_address_t *address);

#endif
