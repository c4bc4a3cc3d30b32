/* The text of hosts(5), name by name, for whoever keeps it. */
#ifndef STUBDNS_CONFIG_HOSTS_H
#define STUBDNS_CONFIG_HOSTS_H

#include "config/scoped_address.h"

#include "stubdns/name.h"

/* Is given the lines: each address with its canonical name, then the aliases of
 * the same line.  A result other than 0 ends the reading. */
struct stubdns__hosts_visitor {
  void *data;
  int (*on_line)(void *data, const struct stubdns__scoped_address *address,
                 const stubdns_name_t *name);
  int (*on_alias)(void *data, const stubdns_name_t *name);
};

/* Reads `length` characters of text, any octets.  `complain` may be NULL.
 *
 * Returns 0 or what the visitor returned. */
int stubdns__hosts_parse(const char *text, size_t length,
                         const struct stubdns__hosts_visitor *visitor,
                         const struct stubdns__complain *complain);

#endif
