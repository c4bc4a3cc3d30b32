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

static int add(stubdns_resolver_t *resolver, const struct settings *settings,
               const struct stubdns__scoped_address *server) {
  stubdns_address_t address = server->address;
  if (!server_is_allowed(&address, settings)) return 0;
  address.port = (uint16_t)settings->port;
  if (server->scope[0]) address.scope_id = if_nametoindex(server->scope);
  return stubdns_resolver_add_server(resolver, &address);
}

static int add_local_host(stubdns_resolver_t *resolver,
                          const struct settings *settings) {
  const struct stubdns__scoped_address local[] = {
      {.address = {.length = 4, .octets = {127, 0, 0, 1}}},
      {.address = {.length = 16, .octets = {[15] = 1}}}};
  return add(resolver, settings, &local[settings->ipv6_only]);
}

int system_servers_add(stubdns_resolver_t *resolver,
                       const struct settings *settings) {
  static char text[SIZE];
  struct stubdns__resolv_conf config;
  stubdns__resolv_conf_parse(&config, text, read_file(text), NULL);
  if (!config.server_count) return add_local_host(resolver, settings);
  for (size_t i = 0; i < config.server_count; i++) {
    const int error = add(resolver, settings, &config.servers[i]);
    if (error) return error;
  }
  return 0;
}
