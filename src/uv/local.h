/* Where sockets begin: the addresses of this host that they are bound to, and
 * the ports that none of them has.  RFC 5452 section 9.2. */
#ifndef STUBDNS_UV_LOCAL_H
#define STUBDNS_UV_LOCAL_H

#include "stubdns/resolver.h"
#include "uv/sockaddr.h"

#define STUBDNS__PORT_COUNT 65536

struct stubdns__transport;

struct stubdns__local {
  stubdns_address_t addresses[STUBDNS_LOCAL_ADDRESSES_MAX];
  uint8_t address_count;                           /* 0: the system chooses */
  uint8_t has_port;                                /* one of them has */
  uint8_t excluded_ports[STUBDNS__PORT_COUNT / 8]; /* a bit for each */
};

/* Takes what the options say.
 *
 * Returns 0, STUBDNS_EINVALID, or the error of the system on an address that a
 * socket cannot be bound to. */
int stubdns__local_set(struct stubdns__local *local,
                       const stubdns_resolver_options_t *options);

/* Bind a socket that is going to `server`, unless the system is to choose.  A
 * connection never has the port of an address: many may end one after another
 * there, and the system keeps what they had for a while.
 *
 * Return 0, STUBDNS_ERANDOM, or an error of libuv: UV_EADDRNOTAVAIL where no
 * address is of the server's family. */
int stubdns__local_bind_udp(struct stubdns__transport *transport, uv_udp_t *udp,
                            const stubdns_address_t *server);
int stubdns__local_bind_tcp(struct stubdns__transport *transport, uv_tcp_t *tcp,
                            const stubdns_address_t *server);

static inline int stubdns__local_is_excluded(const struct stubdns__local *local,
                                             uint16_t port) {
  return local->excluded_ports[port / 8] >> port % 8 & 1;
}

#endif
