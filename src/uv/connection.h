/* A path as a TCP connection, RFC 7766. */
#ifndef STUBDNS_UV_CONNECTION_H
#define STUBDNS_UV_CONNECTION_H

#include "uv/sockaddr.h"
#include "uv/transport.h"

/* Begins to connect; the core is told how it ends, maybe before this returns
 * where it fails. */
void stubdns__connection_open(struct stubdns__transport *transport,
                              struct stubdns__path *path);

/* Sends a message behind its length; `octets` are copied. */
void stubdns__connection_send(struct stubdns__path *path, const uint8_t *octets,
                              size_t length);

/* As stubdns__socket_local(). */
void stubdns__connection_local(const struct stubdns__path *path,
                               union stubdns__sockaddr *local);

void stubdns__connection_close(struct stubdns__path *path);

#endif
