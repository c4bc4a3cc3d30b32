/* The table doubles when it has as many entries as buckets, and never shrinks:
 * what was under way once may be again. */
#include "resolver/table.h"

#include <string.h>

#define GROWN_MIN 64 /* buckets of the first table that is allocated */

static struct stubdns__entry **bucket_of(const struct stubdns__table *table,
                                         uint64_t hash) {
  return &table->buckets[hash & (table->bucket_count - 1)];
}

static void put(struct stubdns__table *table, struct stubdns__entry *entry) {
  struct stubdns__entry **const bucket = bucket_of(table, entry->hash);
  entry->next = *bucket;
  *bucket = entry;
}

void stubdns__table_init(struct stubdns__table *table,
                         const struct stubdns__hooks *hooks) {
  *table = (struct stubdns__table){.hooks = hooks, .bucket_count = 1};
  table->buckets = &table->first;
}

void stubdns__table_clear(struct stubdns__table *table) {
  if (table->buckets != &table->first)
    table->hooks->release(table->hooks->data, table->buckets);
  stubdns__table_init(table, table->hooks);
}

static void grow(struct stubdns__table *table) {
  const size_t count =
      table->bucket_count == 1 ? GROWN_MIN : 2 * table->bucket_count;
  struct stubdns__entry **const buckets = table->hooks->allocate(
      table->hooks->data, count * sizeof(struct stubdns__entry *));
  if (!buckets) return;
  memset(buckets, 0, count * sizeof *buckets);
  const struct stubdns__table old = *table;
  struct stubdns__entry *const *const old_buckets =
      old.bucket_count == 1 ? &old.first : old.buckets;
  table->buckets = buckets;
  table->bucket_count = count;
  for (size_t i = 0; i < old.bucket_count; i++)
    for (struct stubdns__entry *entry = old_buckets[i], *next; entry;
         entry = next) {
      next = entry->next;
      put(table, entry);
    }
  if (old.bucket_count > 1)
    table->hooks->release(table->hooks->data, old.buckets);
}

void stubdns__table_add(struct stubdns__table *table,
                        struct stubdns__entry *entry, uint64_t hash) {
  if (table->entry_count >= table->bucket_count) grow(table);
  entry->hash = hash;
  put(table, entry);
  table->entry_count++;
}

void stubdns__table_remove(struct stubdns__table *table,
                           struct stubdns__entry *entry) {
  struct stubdns__entry **place = bucket_of(table, entry->hash);
  while (*place != entry)
    place = &(*place)->next;
  *place = entry->next;
  table->entry_count--;
}

static struct stubdns__entry *first_with(struct stubdns__entry *entry,
                                         uint64_t hash) {
  while (entry && entry->hash != hash)
    entry = entry->next;
  return entry;
}

struct stubdns__entry *stubdns__table_find(const struct stubdns__table *table,
                                           uint64_t hash) {
  return first_with(*bucket_of(table, hash), hash);
}

struct stubdns__entry *
stubdns__table_find_next(const struct stubdns__entry *entry) {
  return first_with(entry->next, entry->hash);
}
