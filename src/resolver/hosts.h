/* The hosts table: the lines of hosts(5), found by name and by address however
 * many there are.  A table is filled once and does not change afterwards; what
 * it gives is valid until it is destroyed. */
#ifndef STUBDNS_RESOLVER_HOSTS_H
#define STUBDNS_RESOLVER_HOSTS_H

#include "resolver/core.h"
#include "resolver/table.h"

struct stubdns__hosts;

/* A name on a line.  `entry` and `last` are private. */
struct stubdns__host_name {
  struct stubdns__entry entry;
  const struct stubdns__host *host;
  const struct stubdns__host_name *next; /* the next name on the line */
  const struct stubdns__host_name *same; /* the same name on the next line that
                                          * has it, in the file's order */
  struct stubdns__host_name *last;
  uint8_t length; /* of the name in wire form, as stubdns_name_t has it */
  uint8_t octets[];
};

/* A line.  `entry` and `last` are private. */
struct stubdns__host {
  struct stubdns__entry entry;
  const struct stubdns__host_name *names; /* the canonical name, then aliases */
  const struct stubdns__host *same; /* the next line with the same address */
  struct stubdns__host *last;
  stubdns_address_t address; /* with its scope; the port has no meaning */
};

/* Makes an empty table.  `hooks` must outlive it.
 *
 * Returns 0, STUBDNS_ENOMEM or STUBDNS_ERANDOM. */
int stubdns__hosts_create(const struct stubdns__hooks *hooks,
                          struct stubdns__hosts **hosts);

/* `hosts` may be NULL. */
void stubdns__hosts_destroy(struct stubdns__hosts *hosts);

/* Adds a line with its canonical name. */
int stubdns__hosts_add_line(struct stubdns__hosts *hosts,
                            const stubdns_address_t *address,
                            const stubdns_name_t *name);

/* Adds an alias to the line added last.  A name that the line has already is
 * left out.  Both return 0 or STUBDNS_ENOMEM. */
int stubdns__hosts_add_alias(struct stubdns__hosts *hosts,
                             const stubdns_name_t *name);

/* The first line's place of `name`, letters folded; its `same` leads to the
 * others: to all addresses of the name.  NULL where there is none, also where
 * `hosts` is NULL. */
const struct stubdns__host_name *
stubdns__hosts_find_name(const struct stubdns__hosts *hosts,
                         const stubdns_name_t *name);

/* The first line with `address`, whose port is not compared; its `same` leads
 * to the others: to all names of the address.  NULL as above. */
const struct stubdns__host *
stubdns__hosts_find_address(const struct stubdns__hosts *hosts,
                            const stubdns_address_t *address);

/* Copies the name. */
void stubdns__host_name_get(const struct stubdns__host_name *host_name,
                            stubdns_name_t *name);

#endif
