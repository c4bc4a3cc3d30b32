/* The services file of the system. */
#ifndef STUBDNS_UV_SERVICES_H
#define STUBDNS_UV_SERVICES_H

#include "uv/file.h"

/* What was read of the file. */
struct stubdns__services {
  struct stubdns__file_text file;
  int was_read;
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
