/* A path as a connected UDP socket. */
#ifndef STUBDNS_UV_SOCKET_H
#define STUBDNS_UV_SOCKET_H

#include "uv/sockaddr.h"
#include "uv/transport.h"

struct stubdns__socket {
  uv_udp_t udp; /* first: libuv hands it back */
  struct stubdns__transport *transport;
  struct stubdns__path *path; /* NULL once the core has closed it */
  size_t segment; /* what is longer is cut into pieces of it; 0: nothing is */
};

/* Opens the path; says so to the core, or why not, before it returns. */
void stubdns__socket_open(struct stubdns__transport *transport,
                          struct stubdns__path *path);

/* Sends a datagram, together with others in this turn; `octets` are copied. */
void stubdns__socket_send(struct stubdns__path *path, const uint8_t *octets,
                          size_t length);

/* Gives what came from an address to the core, unless it was cut or is from
 * somebody else, and performs what follows: then the path may be gone. */
void stubdns__socket_deliver(struct stubdns__socket *socket, uint8_t *octets,
                             size_t length, const struct sockaddr *from,
                             int is_cut);

/* Tells the core about trouble with an open path. */
void stubdns__socket_report(struct stubdns__socket *socket, int error);

/* The path's own address and port; of no family where the system cannot tell.
 */
void stubdns__socket_local(const struct stubdns__path *path,
                           union stubdns__sockaddr *local);

void stubdns__socket_close(struct stubdns__path *path);

#endif
