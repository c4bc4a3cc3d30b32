/* src/resolver/table.c: entries are found by their hash, grown or not. */
#include "resolver/table.h"

#include "support/suite.h"

#include <check.h>
#include <stdlib.h>

#define COUNT 1000

static size_t block_count;
static int has_memory;
static struct stubdns__entry entries[COUNT];
static struct stubdns__table table;

static void *allocate(void *data, size_t size) {
  (void)data;
  if (!has_memory) return NULL;
  block_count++;
  return malloc(size);
}

static void release(void *data, void *memory) {
  (void)data;
  block_count--;
  free(memory);
}

static const struct stubdns__hooks hooks = {.allocate = allocate,
                                            .release = release};

/* Every fourth hash is that of another entry. */
static uint64_t hash_of(size_t i) {
  return (i % 4 == 3 ? i - 1 : i) * 0x9e3779b97f4a7c15u;
}

static int is_there(size_t i) {
  const struct stubdns__entry *entry = stubdns__table_find(&table, hash_of(i));
  while (entry && entry != &entries[i])
    entry = stubdns__table_find_next(entry);
  return entry != NULL;
}

START_TEST(table_finds_what_is_in_it_with_and_without_memory) {
  has_memory = _i;
  stubdns__table_init(&table, &hooks);
  ck_assert(!is_there(0));
  for (size_t i = 0; i < COUNT; i++)
    stubdns__table_add(&table, &entries[i], hash_of(i));
  ck_assert_uint_eq(block_count, (size_t)has_memory);
  for (size_t i = 0; i < COUNT; i++)
    ck_assert(is_there(i));
  for (size_t i = 0; i < COUNT; i += 2)
    stubdns__table_remove(&table, &entries[i]);
  for (size_t i = 0; i < COUNT; i++)
    ck_assert_int_eq(is_there(i), i % 2);
  ck_assert_uint_eq(table.entry_count, COUNT / 2);
  stubdns__table_clear(&table);
  ck_assert_uint_eq(block_count, 0);
  ck_assert(!is_there(1));
}
END_TEST

START_TEST(table_has_as_many_buckets_as_entries) {
  has_memory = 1;
  stubdns__table_init(&table, &hooks);
  for (size_t i = 0; i < COUNT; i++)
    stubdns__table_add(&table, &entries[i], hash_of(i));
  ck_assert_uint_ge(table.bucket_count, COUNT);
  ck_assert_uint_le(table.bucket_count, 2 * COUNT + 48);
  stubdns__table_clear(&table);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("table");
  tcase_add_loop_test(cases, table_finds_what_is_in_it_with_and_without_memory,
                      0, 2);
  tcase_add_test(cases, table_has_as_many_buckets_as_entries);
  Suite *const suite = suite_create("resolver/table");
  suite_add_tcase(suite, cases);
  return suite;
}
