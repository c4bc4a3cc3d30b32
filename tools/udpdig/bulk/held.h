/* Texts that wait for their turn to be written: many, of any length, put down
 * and taken out again without asking the system for memory each time. */
#ifndef UDPDIG_BULK_HELD_H
#define UDPDIG_BULK_HELD_H

#include "output.h"

#include <stddef.h>

struct piece;
struct slab;

/* One text; zeroed, the empty one. */
struct held {
  struct piece *first;
  struct piece *last;
};

/* Where pieces come from; zeroed, an empty one. */
struct held_pool {
  struct piece *free;
  struct slab *slabs;
  size_t octets; /* of all texts, as pieces */
};

/* Adds characters to a text.  Returns 0 or STUBDNS_ENOMEM. */
int held_add(struct held_pool *pool, struct held *held, const char *text,
             size_t length);

/* Moves a text to the end of `output`, which keeps a lack of memory. */
void held_take(struct held_pool *pool, struct held *held,
               struct output *output);

/* Forgets a text. */
void held_drop(struct held_pool *pool, struct held *held);

/* Releases the pool and every text in it. */
void held_pool_release(struct held_pool *pool);

#endif
