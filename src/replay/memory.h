/* Memory of a replay: octets that are kept until all of it goes, and lists that
 * grow. */
#ifndef STUBDNS_REPLAY_MEMORY_H
#define STUBDNS_REPLAY_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* What a hoard takes at most: a capture that never ends must not take all there
 * is. */
#define STUBDNS__HOARD_MAX ((size_t)512 << 20)

/* Octets that are kept; zeros to begin with. */
struct stubdns__hoard {
  struct stubdns__hoard_block *blocks;
  size_t left; /* in the first block */
  size_t size; /* of all */
};

/* Keeps a copy, with a NUL behind it; NULL where there is no memory, or
 * the hoard is full. */
uint8_t *stubdns__hoard_keep(struct stubdns__hoard *hoard, const void *octets,
                             size_t length);
void stubdns__hoard_free(struct stubdns__hoard *hoard);

/* Makes room in a list of `count` items, each of `item_size` octets; `*items`
 * and `*capacity` begin as NULL and 0.  Returns 0 or STUBDNS_ENOMEM. */
int stubdns__array_reserve(void **items, size_t *capacity, size_t count,
                           size_t item_size);

#endif
