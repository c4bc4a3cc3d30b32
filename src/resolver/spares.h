/* Blocks of memory that are used again: a lookup that begins takes what one
 * that ended has left.  Nothing is allocated while as many begin as end; what
 * most lookups at a time took is kept until all is cleared. */
#ifndef STUBDNS_RESOLVER_SPARES_H
#define STUBDNS_RESOLVER_SPARES_H

#include "resolver/core.h"

struct stubdns__spare {
  struct stubdns__spare *next;
};

/* Blocks of one size, a multiple of a pointer's.  All zero: there are none. */
struct stubdns__spares {
  struct stubdns__spare *first;
  struct stubdns__spare *slabs; /* what blocks were cut from */
  size_t used_count;
};

/* Gives a block of `size` octets, always the same for one struct, or NULL. */
void *stubdns__spares_take(struct stubdns__spares *spares,
                           const struct stubdns__hooks *hooks, size_t size);

void stubdns__spares_give(struct stubdns__spares *spares,
                          const struct stubdns__hooks *hooks, void *block);

/* Gives the memory of all of them back; none may be in use. */
void stubdns__spares_clear(struct stubdns__spares *spares,
                           const struct stubdns__hooks *hooks);

#endif
