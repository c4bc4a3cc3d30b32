/* Reading resolv.conf(5) for udpdig itself. */
#include "system_servers.h"

#include "server.h"

#include "config/resolv_conf.h"

#include <net/if.h>
#include <stdio.h>

#define PATH "/etc/resolv.conf"
#define SIZE 65536 /* far more than 32 servers need */

/* A file that cannot be read is as good as an empty one. */
static size_t read_file(char *text) {
  FILE *const file = fopen(PATH, "r");
  if (!file) return 0;
  const size_t length = fread(text, 1, SIZE, file);
  fclose(file);
  return length;
}

/* Adds the server to the `count` that there are; returns how many those are
 * then. */
static size_t add(stubdns_address_t *addresses, size_t count,
                  const struct settings *settings,
                  const struct stubdns__scoped_address *server) {
  stubdns_address_t address = server->address;
  if (count == STUBDNS_SERVERS_MAX || !server_is_allowed(&address, settings))
    return count;
  address.port = (uint16_t)settings->port;
  if (server->scope[0]) address.scope_id = if_nametoindex(server->scope);
  addresses[count] = address;
  return count + 1;
}

static size_t add_local_host(stubdns_address_t *addresses,
                             const struct settings *settings) {
  const struct stubdns__scoped_address local[] = {
      {.address = {.length = 4, .octets = {127, 0, 0, 1}}},
      {.address = {.length = 16, .octets = {[15] = 1}}}};
  return add(addresses, 0, settings, &local[settings->ipv6_only]);
}

size_t system_servers(stubdns_address_t *addresses,
                      const struct settings *settings) {
  char text[SIZE];
  struct stubdns__resolv_conf config;
  size_t count = 0;
  stubdns__resolv_conf_parse(&config, text, read_file(text), NULL);
  if (!config.server_count) return add_local_host(addresses, settings);
  for (size_t i = 0; i < config.server_count; i++)
    count = add(addresses, count, settings, &config.servers[i]);
  return count;
}
