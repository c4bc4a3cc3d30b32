/* Finding the addresses of servers that were named as hosts. */
#ifndef UDPDIG_HOSTS_H
#define UDPDIG_HOSTS_H

#include "arguments.h"

#include "stubdns/resolver.h"

/* Asks for the addresses of every server of `arguments` that is a host, all at
 * once, by a resolver with these options: NULL for the system's servers.  A
 * host without an address is told on stderr and stays without.
 *
 * Returns 0, or an error of stubdns_resolver_init() or stubdns_lookup(). */
int hosts_find(uv_loop_t *loop, struct arguments *arguments,
               const stubdns_resolver_options_t *options);

#endif
