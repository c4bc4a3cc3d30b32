/* Datagrams that this host threw away since a socket's buffer was full: they
 * were on time, and their loss is not the network's.  Only Linux tells. */
#ifndef UDPDIG_BULK_DROPS_H
#define UDPDIG_BULK_DROPS_H

#include <stdint.h>
#include <uv.h>

#define DROPS_SOCKETS_MAX 64

struct drops {
  uint64_t total;
  struct {
    const uv_handle_t *handle;
    uint32_t count; /* of the socket, when it was last looked at */
  } sockets[DROPS_SOCKETS_MAX];
};

/* Looks at every UDP socket of the loop.  What a socket dropped between the
 * last look and its end is not known. */
void drops_look(struct drops *drops, uv_loop_t *loop);

#endif
