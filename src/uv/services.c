/* Keeps the text of the services file for as long as the file is the same. */
#include "uv/services.h"

#include "config/services.h"
#include "uv/transport.h"

#include <string.h>

#define SERVICES "/etc/services"
#define SERVICES_MAX (1u << 20) /* octets; a larger file is none */

void stubdns__services_release(struct stubdns__transport *transport) {
  stubdns__transport_release(transport, transport->services.file.text);
  memset(&transport->services, 0, sizeof transport->services);
}

/* "" names no file. */
static const char *path_of(const struct stubdns__transport *transport) {
  const char *const named = transport->system.options.services;
  if (!named) return SERVICES;
  return named[0] ? named : NULL;
}

/* What could not be read is tried again. */
static const struct stubdns__file_text *
refresh(struct stubdns__transport *transport) {
  struct stubdns__services *const services = &transport->services;
  struct stubdns__file_version version;
  const char *const path = path_of(transport);
  if (!path) return &services->file;
  stubdns__file_version(transport, path, &version);
  if (services->was_read &&
      !memcmp(&version, &services->file.version, sizeof version))
    return &services->file;
  stubdns__services_release(transport);
  services->was_read =
      !stubdns__file_read(transport, path, SERVICES_MAX, &services->file);
  return &services->file;
}

int stubdns__services_port(struct stubdns__transport *transport,
                           const char *service, const char *protocol,
                           uint16_t *port) {
  const struct stubdns__file_text *const file = refresh(transport);
  return stubdns__services_find_port(file->text, file->length, service,
                                     protocol, port);
}

int stubdns__services_name(struct stubdns__transport *transport, uint16_t port,
                           const char *protocol, char *service, size_t size) {
  const struct stubdns__file_text *const file = refresh(transport);
  return stubdns__services_find_name(file->text, file->length, port, protocol,
                                     service, size);
}
