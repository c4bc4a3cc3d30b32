/* A path as a connected UDP socket. */
#ifndef STUBDNS_UV_SOCKET_H
#define STUBDNS_UV_SOCKET_H

#include "uv/transport.h"

/* Opens the path; says so to the core, or why not, before it returns. */
void stubdns__socket_open(struct stubdns__transport *transport,
                          struct stubdns__path *path);

/* Sends a datagram; `octets` are copied where they have to wait. */
void stubdns__socket_send(struct stubdns__path *path, const uint8_t *octets,
                          size_t length);

void stubdns__socket_close(struct stubdns__path *path);

#endif
