/* A path as a connected UDP socket. */
#ifndef STUBDNS_UV_SOCKET_H
#define STUBDNS_UV_SOCKET_H

#include "uv/sockaddr.h"
#include "uv/transport.h"

/* Opens the path; says so to the core, or why not, before it returns. */
void stubdns__socket_open(struct stubdns__transport *transport,
                          struct stubdns__path *path);

/* Sends a datagram; `octets` are copied where they have to wait. */
void stubdns__socket_send(struct stubdns__path *path, const uint8_t *octets,
                          size_t length);

/* The path's own address and port; of no family where the system cannot tell.
 */
void stubdns__socket_local(const struct stubdns__path *path,
                           union stubdns__sockaddr *local);

void stubdns__socket_close(struct stubdns__path *path);

#endif
