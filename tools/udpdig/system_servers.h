/* The system's servers where -4, -6 or -p choose among them. */
#ifndef UDPDIG_SYSTEM_SERVERS_H
#define UDPDIG_SYSTEM_SERVERS_H

#include "settings.h"

#include "stubdns/resolver.h"

/* Adds the servers of resolv.conf that the settings allow, at their port; the
 * local host where the file names none, as resolv.conf(5) has it.  Where it
 * names some and none is allowed, none is added.
 *
 * Returns 0 or an error of stubdns_resolver_add_server(). */
int system_servers_add(stubdns_resolver_t *resolver,
                       const struct settings *settings);

#endif
