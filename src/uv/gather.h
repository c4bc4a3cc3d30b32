/* Receiving many datagrams in one call of the system: of those that Linux has
 * joined on their way (UDP_GRO) it tells where each begins, which libuv does
 * not hand on.  Where it is turned off when this is built, libuv receives. */
#ifndef STUBDNS_UV_GATHER_H
#define STUBDNS_UV_GATHER_H

#include "uv/socket.h"

/* Whether stubdns__gather_receive() is to be called when there is something to
 * receive, instead of letting libuv do so. */
int stubdns__gather_is_on(void);

/* Has datagrams to a socket joined, where the system can. */
void stubdns__gather_begin(const struct stubdns__socket *socket);

/* Receives what is there, up to a bound, so that the loop gets to its other
 * work, and delivers it.
 *
 * Returns 0 or an error of libuv. */
int stubdns__gather_receive(struct stubdns__socket *socket);

#endif
