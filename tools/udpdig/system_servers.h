/* The system's servers where -4, -6 or -p choose among them. */
#ifndef UDPDIG_SYSTEM_SERVERS_H
#define UDPDIG_SYSTEM_SERVERS_H

#include "settings.h"

#include "stubdns/resolver.h"

/* The servers of resolv.conf that the settings allow, at their port; the local
 * host where the file names none, as resolv.conf(5) has it.  `addresses` has
 * room for STUBDNS_SERVERS_MAX.  Returns how many there are: none, where the
 * file names some and none is allowed. */
size_t system_servers(stubdns_address_t *addresses,
                      const struct settings *settings);

#endif
