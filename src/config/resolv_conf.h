/* The text of resolv.conf(5) as values.  Nobody is told about a bad line: as
 * with the C library, it counts as not written. */
#ifndef STUBDNS_CONFIG_RESOLV_CONF_H
#define STUBDNS_CONFIG_RESOLV_CONF_H

#include "stubdns/address.h"
#include "stubdns/lookup.h"

/* The name of a network interface with its NUL: IF_NAMESIZE everywhere. */
#define STUBDNS__SCOPE_SIZE 16

/* A server as written.  Only the system knows the index of an interface, so a
 * scope that is a name ("fe80::1%eth0") is kept as one. */
struct stubdns__nameserver {
  stubdns_address_t address;       /* scope_id 0 where `scope` is a name */
  char scope[STUBDNS__SCOPE_SIZE]; /* "" where there is no name */
};

struct stubdns__resolv_conf {
  struct stubdns__nameserver servers[STUBDNS_SERVERS_MAX];
  size_t server_count;
};

/* Reads `length` characters of text, any octets.  Servers beyond
 * STUBDNS_SERVERS_MAX are left out. */
void stubdns__resolv_conf_parse(struct stubdns__resolv_conf *config,
                                const char *text, size_t length);

#endif
