/* A server as named on the command line: "127.0.0.1", "127.0.0.1#5300",
 * "127.0.0.1:5300", "[::1]:5300", "::1#5300", "fe80::1%eth0", or a host's
 * name. */
#ifndef UDPDIG_SERVER_H
#define UDPDIG_SERVER_H

#include "output.h"
#include "settings.h"

#include "stubdns/address.h"
#include "stubdns/name.h"

#define SERVER_ADDRESSES_MAX 8 /* of a host; more would never be asked */

struct server {
  const char *text;    /* as typed, without the @; NULL for the system's */
  stubdns_name_t name; /* of the host, where is_host */
  stubdns_address_t addresses[SERVER_ADDRESSES_MAX];
  size_t address_count; /* 0 for a host until it was looked up */
  uint32_t port;        /* 0 where none was typed */
  uint8_t is_host;
};

/* Reads the text behind "@".  Returns 0, or STUBDNS_EINVALID with what is wrong
 * in `message`. */
int server_read(struct server *server, const char *text,
                struct output *message);

/* An address to ask, with the port of the settings where none was typed. */
stubdns_address_t server_address(const struct server *server, size_t index,
                                 const struct settings *settings);

/* Whether -4 and -6 allow the address. */
int server_is_allowed(const stubdns_address_t *address,
                      const struct settings *settings);

#endif
