/* Finding the addresses of servers that were named as hosts. */
#ifndef UDPDIG_HOSTS_H
#define UDPDIG_HOSTS_H

#include "arguments.h"
#include "network.h"

#include "stubdns/resolver.h"

/* Asks for the addresses of every server of `arguments` that is a host, all at
 * once, by a resolver with these options (NULL for the system's servers) that
 * joins the network.  A
 * host without an address is told on stderr and stays without.
 *
 * Returns 0, or an error of stubdns_resolver_init() or stubdns_lookup(). */
int hosts_find(uv_loop_t *loop, struct arguments *arguments,
               struct network *network,
               const stubdns_resolver_options_t *options);

#endif
