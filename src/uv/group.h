/* Several datagrams in one call, where the system or libuv has one for that. */
#ifndef STUBDNS_UV_GROUP_H
#define STUBDNS_UV_GROUP_H

#include "uv/socket.h"

/* Sends `count` datagrams of `length` octets each, which stand one behind the
 * other, as far as the socket takes them at once.
 *
 * Returns how many of the first were sent, or, where that is none, an error of
 * libuv. */
int stubdns__group_send(struct stubdns__socket *socket, const uint8_t *octets,
                        size_t length, size_t count);

#endif
