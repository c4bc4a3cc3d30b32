/* Finding the addresses of servers that were named as hosts. */
#ifndef UDPDIG_HOSTS_H
#define UDPDIG_HOSTS_H

#include "arguments.h"

#include <uv.h>

/* Asks the system's servers for the addresses of every server of `arguments`
 * that is a host, all at once.  A host without an address is told on stderr and
 * stays without.
 *
 * Returns 0, or an error of stubdns_resolver_init() or stubdns_lookup(). */
int hosts_find(uv_loop_t *loop, struct arguments *arguments);

#endif
