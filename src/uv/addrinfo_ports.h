/* What getaddrinfo() makes of service, socket type and protocol. */
#ifndef STUBDNS_UV_ADDRINFO_PORTS_H
#define STUBDNS_UV_ADDRINFO_PORTS_H

#include "uv/transport.h"

#define STUBDNS__PORTS_MAX 7 /* rows of the table of socket types */

/* One way to talk to each address. */
struct stubdns__port {
  int socktype;
  int protocol;
  uint16_t port;
};

struct stubdns__ports {
  struct stubdns__port ports[STUBDNS__PORTS_MAX];
  size_t count;
};

/* `service` may be NULL.  Returns 0, UV_EAI_NONAME (AI_NUMERICSERV and no
 * number), UV_EAI_SERVICE or UV_EAI_SOCKTYPE. */
int stubdns__ports_find(struct stubdns__transport *transport,
                        const char *service, const struct addrinfo *hints,
                        struct stubdns__ports *ports);

#endif
