/* The servers and the ways of asking them, as resolv.conf, the environment and
 * the user say. */
#ifndef STUBDNS_UV_SERVERS_H
#define STUBDNS_UV_SERVERS_H

#include "uv/transport.h"

/* Reads resolv.conf, unless the system's configuration is not wanted, and has
 * the core and the system's search list follow it; the local host is the server
 * where there is none.  On error everything stays as it was.
 *
 * Returns 0, STUBDNS_ENOMEM, STUBDNS_EINVALID where the user's servers leave no
 * room, or an error of libuv on reading the file; only the system's own may be
 * missing or not readable. */
int stubdns__servers_configure(struct stubdns__transport *transport);

#endif
