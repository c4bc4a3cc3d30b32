/* The text of services(5): which port a service has by custom. */
#ifndef STUBDNS_CONFIG_SERVICES_H
#define STUBDNS_CONFIG_SERVICES_H

#include <stddef.h>
#include <stdint.h>

/* Finds the port of a service by its name or one of its aliases, letter case
 * counting.  Returns 0 where the `length` characters of `text` have none. */
int stubdns__services_find_port(const char *text, size_t length,
                                const char *service, const char *protocol,
                                uint16_t *port);

/* Finds the name of the first service at a port, of which `size` has room for
 * all but the NUL.  Returns 0 where there is none or it does not fit. */
int stubdns__services_find_name(const char *text, size_t length, uint16_t port,
                                const char *protocol, char *service,
                                size_t size);

#endif
