/* Linear probing.  Invariant: between the slot where a key belongs and the one
 * where it stands no slot is empty; so removing moves later keys up, and leaves
 * no mark behind.  The table never shrinks: what was under way once may be
 * again. */
#include "resolver/id_table.h"

#include <string.h>

#define SLOTS_MIN 64

/* The upper bits of a product with 2^64 divided by the golden ratio: keys that
 * follow each other are spread, Knuth volume 3 section 6.4. */
static size_t home_of(const struct stubdns__id_table *table, uint64_t key) {
  const uint64_t product = key * 0x9e3779b97f4a7c15u;
  return (size_t)(product >> 32) & (table->slot_count - 1);
}

static size_t after(const struct stubdns__id_table *table, size_t index) {
  return (index + 1) & (table->slot_count - 1);
}

/* Where the key stands, or the empty slot where it would. */
static size_t place_of(const struct stubdns__id_table *table, uint64_t key) {
  size_t index = home_of(table, key);
  while (table->slots[index].item && table->slots[index].key != key)
    index = after(table, index);
  return index;
}

static void put(struct stubdns__id_table *table, uint64_t key, void *item) {
  table->slots[place_of(table, key)] = (struct stubdns__id_slot){key, item};
}

static int grow(struct stubdns__id_table *table) {
  const struct stubdns__id_table old = *table;
  const size_t count = old.slot_count ? 2 * old.slot_count : SLOTS_MIN;
  struct stubdns__id_slot *const slots =
      table->hooks->allocate(table->hooks->data, count * sizeof *slots);
  if (!slots) return STUBDNS_ENOMEM;
  memset(slots, 0, count * sizeof *slots);
  table->slots = slots;
  table->slot_count = count;
  for (size_t i = 0; i < old.slot_count; i++)
    if (old.slots[i].item) put(table, old.slots[i].key, old.slots[i].item);
  if (old.slots) table->hooks->release(table->hooks->data, old.slots);
  return 0;
}

/* At most three quarters are in use: then a search takes few steps, and always
 * ends. */
int stubdns__id_table_add(struct stubdns__id_table *table, uint64_t key,
                          void *item) {
  if (table->item_count >= table->slot_count / 4 * 3) {
    const int error = grow(table);
    if (error) return error;
  }
  put(table, key, item);
  table->item_count++;
  return 0;
}

/* Whether a key that belongs at `home` and stands at `place` may move up to
 * `hole`: that lies between, the table being a ring. */
static int may_move(size_t home, size_t hole, size_t place) {
  return hole <= place ? home <= hole || home > place
                       : home <= hole && home > place;
}

void stubdns__id_table_remove(struct stubdns__id_table *table, uint64_t key) {
  struct stubdns__id_slot *const slots = table->slots;
  size_t hole = place_of(table, key);
  for (size_t i = after(table, hole); slots[i].item; i = after(table, i))
    if (may_move(home_of(table, slots[i].key), hole, i)) {
      slots[hole] = slots[i];
      hole = i;
    }
  slots[hole].item = NULL;
  table->item_count--;
}

void *stubdns__id_table_find(const struct stubdns__id_table *table,
                             uint64_t key) {
  return table->slot_count ? table->slots[place_of(table, key)].item : NULL;
}

void stubdns__id_table_clear(struct stubdns__id_table *table) {
  if (table->slots) table->hooks->release(table->hooks->data, table->slots);
  *table = (struct stubdns__id_table){.hooks = table->hooks};
}
