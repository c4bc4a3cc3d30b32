/* src/resolver/id_table.c: items are found by their key, whatever was added and
 * removed before. */
#include "resolver/id_table.h"

#include "support/suite.h"

#include <check.h>
#include <stdlib.h>

#define COUNT 3000

static size_t block_count;
static int has_memory;

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

static uint64_t state;

static uint64_t draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state >> 33;
}

/* Beside a table without any cleverness: in and out, thousands of times. */
START_TEST(id_table_finds_what_is_in_it_and_nothing_else) {
  static int items[COUNT];
  static int is_in[COUNT];
  struct stubdns__id_table table = {.hooks = &hooks};
  has_memory = 1;
  state = (uint64_t)_i;
  for (int i = 0; i < 20 * COUNT; i++) {
    const size_t k = draw() % COUNT;
    const uint64_t key = k * 65536 + k;
    ck_assert_ptr_eq(stubdns__id_table_find(&table, key),
                     is_in[k] ? &items[k] : NULL);
    if (is_in[k])
      stubdns__id_table_remove(&table, key);
    else
      ck_assert_int_eq(stubdns__id_table_add(&table, key, &items[k]), 0);
    is_in[k] = !is_in[k];
  }
  size_t count = 0;
  for (size_t k = 0; k < COUNT; k++) {
    count += (size_t)is_in[k];
    ck_assert_ptr_eq(stubdns__id_table_find(&table, k * 65536 + k),
                     is_in[k] ? &items[k] : NULL);
    is_in[k] = 0;
  }
  ck_assert_uint_eq(table.item_count, count);
  ck_assert_uint_eq(block_count, 1);
  stubdns__id_table_clear(&table);
  ck_assert_uint_eq(block_count, 0);
}
END_TEST

START_TEST(id_table_without_memory_keeps_what_it_has) {
  static int items[48];
  struct stubdns__id_table table = {.hooks = &hooks};
  has_memory = 0;
  ck_assert_int_eq(stubdns__id_table_add(&table, 1, items), STUBDNS_ENOMEM);
  ck_assert_ptr_null(stubdns__id_table_find(&table, 1));
  has_memory = 1;
  for (uint64_t key = 0; key < 48; key++)
    ck_assert_int_eq(stubdns__id_table_add(&table, key, &items[key]), 0);
  has_memory = 0;
  ck_assert_int_eq(stubdns__id_table_add(&table, 48, items), STUBDNS_ENOMEM);
  for (uint64_t key = 0; key < 48; key++)
    ck_assert_ptr_eq(stubdns__id_table_find(&table, key), &items[key]);
  ck_assert_ptr_null(stubdns__id_table_find(&table, 48));
  stubdns__id_table_clear(&table);
  ck_assert_uint_eq(block_count, 0);
}
END_TEST

Suite *test_suite(void) {
  Suite *const suite = suite_create("id_table");
  TCase *const cases = tcase_create("id_table");
  tcase_add_loop_test(cases, id_table_finds_what_is_in_it_and_nothing_else, 0,
                      8);
  tcase_add_test(cases, id_table_without_memory_keeps_what_it_has);
  suite_add_tcase(suite, cases);
  return suite;
}
