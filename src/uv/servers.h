/* The servers that the system is configured with. */
#ifndef STUBDNS_UV_SERVERS_H
#define STUBDNS_UV_SERVERS_H

#include "uv/transport.h"

/* Adds the servers of the resolv.conf at `path`, or of the system's where it is
 * NULL; the local host where there are none.
 *
 * Returns 0, STUBDNS_ENOMEM, or an error of libuv on reading the file; only the
 * system's own may be missing. */
int stubdns__servers_add_system(struct stubdns__transport *transport,
                                const char *path);

#endif
