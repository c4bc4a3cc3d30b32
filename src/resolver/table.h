/* A hash table whose entries stand in the items, as the links of lists do.  It
 * starts with one bucket of its own and grows when there is memory; where there
 * is none it goes on, and is slower: adding cannot fail. */
#ifndef STUBDNS_RESOLVER_TABLE_H
#define STUBDNS_RESOLVER_TABLE_H

#include "resolver/core.h"

struct stubdns__entry {
  struct stubdns__entry *next; /* in its bucket */
  uint64_t hash;
};

struct stubdns__table {
  const struct stubdns__hooks *hooks;
  struct stubdns__entry **buckets; /* `first`, or allocated */
  struct stubdns__entry *first;
  size_t bucket_count; /* a power of two */
  size_t entry_count;
};

void stubdns__table_init(struct stubdns__table *table,
                         const struct stubdns__hooks *hooks);

/* Gives the table's memory back; its entries are forgotten. */
void stubdns__table_clear(struct stubdns__table *table);

void stubdns__table_add(struct stubdns__table *table,
                        struct stubdns__entry *entry, uint64_t hash);

/* Takes an entry out that is in the table. */
void stubdns__table_remove(struct stubdns__table *table,
                           struct stubdns__entry *entry);

/* The entries with `hash`: the first, and the one behind `entry`, or NULL. */
struct stubdns__entry *stubdns__table_find(const struct stubdns__table *table,
                                           uint64_t hash);
struct stubdns__entry *
stubdns__table_find_next(const struct stubdns__entry *entry);

#endif
