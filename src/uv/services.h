/* The services file of the system. */
#ifndef STUBDNS_UV_SERVICES_H
#define STUBDNS_UV_SERVICES_H

#include <stddef.h>
#include <stdint.h>

struct stubdns__transport;

#define STUBDNS__SERVICES_PATH "/etc/services"
#define STUBDNS__SERVICES_MAX (1 << 20) /* octets; a larger file is none */

/* What was read of the file; all zeros: nothing yet. */
struct stubdns__services {
  char *text;
  size_t length;
  uint64_t version; /* of the file: changes when it is written */
};

void stubdns__services_release(struct stubdns__transport *transport);

/* Finds the port of a service, reading the file again if it has changed.
 * Returns 0 where there is none, or no such file. */
int stubdns__services_port(struct stubdns__transport *transport,
                           const char *service, const char *protocol,
                           uint16_t *port);

/* The name of the service at a port; `size` as there. */
int stubdns__services_name(struct stubdns__transport *transport, uint16_t port,
                           const char *protocol, char *service, size_t size);

#endif
