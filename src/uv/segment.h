/* UDP_SEGMENT of Linux: the kernel cuts one large send into datagrams of one
 * length.  Where it is missing, or turned off when this is built, every call
 * says so and nothing else changes. */
#ifndef STUBDNS_UV_SEGMENT_H
#define STUBDNS_UV_SEGMENT_H

#include "uv/socket.h"

/* Sends `count` datagrams of `length` octets each, which stand one behind the
 * other, or none of them.
 *
 * Returns 0 or an error of libuv. */
int stubdns__segment_send(struct stubdns__socket *socket, const uint8_t *octets,
                          size_t length, size_t count);

/* Whether an error of stubdns__segment_send() means that the kernel or the
 * device cannot do it. */
int stubdns__segment_is_missing(int error);

/* Has a datagram that is sent by itself left in one piece. */
void stubdns__segment_spare(struct stubdns__socket *socket, size_t length);

#endif
