/* A query to the group of multicast DNS, RFC 6762 section 3. */
#ifndef STUBDNS_UV_MULTICAST_SEND_H
#define STUBDNS_UV_MULTICAST_SEND_H

#include "uv/transport.h"

/* The group's address in IPv4 (`index` 0) or IPv6 (1). */
stubdns_address_t stubdns__multicast_group(int index, uint16_t port);

/* Sends the query on every link that is wanted, by the socket for IPv4, that
 * for IPv6 or both; one that is NULL is left out.  Returns how many datagrams
 * were sent. */
uint32_t stubdns__multicast_send(const struct stubdns__multicast *multicast,
                                 uv_udp_t *const sockets[2],
                                 const uint8_t *query, size_t length);

#endif
