/* Services and socket types as glibc has them: those that it names without
 * being asked for, and those that it knows of. */
#include "uv/addrinfo_ports.h"

#include "uv/services.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

/* Where the system has no such thing the row is for nobody. */
#ifndef SOCK_DCCP
#define SOCK_DCCP (-1)
#endif
#ifndef IPPROTO_DCCP
#define IPPROTO_DCCP (-1)
#endif
#ifndef IPPROTO_UDPLITE
#define IPPROTO_UDPLITE (-1)
#endif
#ifndef IPPROTO_SCTP
#define IPPROTO_SCTP (-1)
#endif

static const struct row {
  int socktype;
  int protocol;
  const char *name; /* in the services file; NULL: it has no services */
  int by_default;
} rows[STUBDNS__PORTS_MAX] = {
    {SOCK_STREAM, IPPROTO_TCP, "tcp", 1},
    {SOCK_DGRAM, IPPROTO_UDP, "udp", 1},
    {SOCK_DCCP, IPPROTO_DCCP, "dccp", 0},
    {SOCK_DGRAM, IPPROTO_UDPLITE, "udplite", 0},
    {SOCK_STREAM, IPPROTO_SCTP, "sctp", 0},
    {SOCK_SEQPACKET, IPPROTO_SCTP, "sctp", 0},
    {SOCK_RAW, 0, NULL, 1},
};

/* A raw socket is right for any protocol. */
static int fits(const struct row *row, const struct addrinfo *hints) {
  if (hints->ai_socktype && hints->ai_socktype != row->socktype) return 0;
  return !hints->ai_protocol || !row->name ||
         hints->ai_protocol == row->protocol;
}

static void add(struct stubdns__ports *ports, const struct row *row,
                const struct addrinfo *hints, uint16_t port) {
  struct stubdns__port *const added = &ports->ports[ports->count++];
  added->socktype = row->socktype;
  added->protocol = row->name ? row->protocol : hints->ai_protocol;
  added->port = port;
}

static int is_open(const struct addrinfo *hints) {
  return !hints->ai_socktype && !hints->ai_protocol;
}

/* All that is usual, or the first row that fits the hints. */
static void add_number(struct stubdns__ports *ports,
                       const struct addrinfo *hints, uint16_t port) {
  for (size_t i = 0; i < STUBDNS__PORTS_MAX; i++) {
    if (is_open(hints) ? !rows[i].by_default : !fits(&rows[i], hints)) continue;
    add(ports, &rows[i], hints, port);
    if (!is_open(hints)) return;
  }
}

/* Every row for which the file names the service, or the first that fits. */
static void add_named(struct stubdns__transport *transport,
                      struct stubdns__ports *ports, const char *service,
                      const struct addrinfo *hints) {
  uint16_t port;
  for (size_t i = 0; i < STUBDNS__PORTS_MAX; i++) {
    if (!rows[i].name || !fits(&rows[i], hints)) continue;
    if (stubdns__services_port(transport, service, rows[i].name, &port))
      add(ports, &rows[i], hints, port);
    if (!is_open(hints)) return;
  }
}

static const struct row *first_fit(const struct addrinfo *hints) {
  for (size_t i = 0; i < STUBDNS__PORTS_MAX; i++)
    if (fits(&rows[i], hints)) return &rows[i];
  return NULL;
}

/* Returns 0 where the text is no number; the empty one is 0, as in the C
 * library. */
static int read_number(const char *service, unsigned long *number) {
  char *end = NULL;
  *number = strtoul(service, &end, 10);
  return *end == '\0' && service[strcspn(service, " +-")] == '\0';
}

int stubdns__ports_find(struct stubdns__transport *transport,
                        const char *service, const struct addrinfo *hints,
                        struct stubdns__ports *ports) {
  unsigned long number = 0;
  const int is_number = !service || read_number(service, &number);
  const struct row *const fit = first_fit(hints);
  ports->count = 0;
  if (!is_number && hints->ai_flags & AI_NUMERICSERV) return UV_EAI_NONAME;
  if (!fit) return hints->ai_socktype ? UV_EAI_SOCKTYPE : UV_EAI_SERVICE;
  if (service && !fit->name) return UV_EAI_SERVICE;
  if (number > UINT16_MAX) return UV_EAI_SERVICE;
  if (is_number)
    add_number(ports, hints, (uint16_t)number);
  else
    add_named(transport, ports, service, hints);
  return ports->count ? 0 : UV_EAI_SERVICE;
}
