/* Which query on which path has an ID: an open-addressing hash table, in which
 * keys stand beside the items, so that searching touches nothing else.
 *
 * Keys must not be of anyone's choosing but ours, random or counted: the hash
 * is quick and can be foreseen. */
#ifndef STUBDNS_RESOLVER_ID_TABLE_H
#define STUBDNS_RESOLVER_ID_TABLE_H

#include "resolver/core.h"

struct stubdns__id_slot {
  uint64_t key;
  void *item; /* NULL: the slot is empty */
};

/* All zero but for `hooks`: an empty one. */
struct stubdns__id_table {
  const struct stubdns__hooks *hooks;
  struct stubdns__id_slot *slots;
  size_t slot_count; /* 0 or a power of two */
  size_t item_count;
};

/* Adds an item under a key that is not there.  Returns 0 or STUBDNS_ENOMEM. */
int stubdns__id_table_add(struct stubdns__id_table *table, uint64_t key,
                          void *item);

/* Takes the item of a key that is there out. */
void stubdns__id_table_remove(struct stubdns__id_table *table, uint64_t key);

/* The item, or NULL. */
void *stubdns__id_table_find(const struct stubdns__id_table *table,
                             uint64_t key);

/* Gives the table's memory back; its items are forgotten. */
void stubdns__id_table_clear(struct stubdns__id_table *table);

#endif
