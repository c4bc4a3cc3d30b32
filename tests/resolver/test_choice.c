/* src/resolver/choice.c: the order by priority and weight, and that chance is
 * as RFC 2782 wants it. */
#include "resolver/choice.h"

#include "support/suite.h"

#include <math.h>
#include <string.h>

#define CHOICES_MAX 6
#define ROUNDS 20000

/* Numbers that are the same in every run (splitmix64). */
static uint64_t next_random(void) {
  static uint64_t state = 20261125;
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static void order(struct stubdns__choice *choices, size_t count) {
  uint64_t random[CHOICES_MAX];
  for (size_t i = 0; i < count; i++)
    random[i] = next_random();
  for (size_t i = 0; i < count; i++)
    choices[i].index = (uint16_t)i;
  stubdns__choices_order(choices, count, random);
}

START_TEST(lowest_priority_comes_first) {
  for (int i = 0; i < 200; i++) {
    struct stubdns__choice choices[] = {
        {20, 5, 0}, {10, 1, 0}, {65535, 0, 0}, {0, 65535, 0}, {10, 9, 0}};
    order(choices, 5);
    ck_assert_uint_eq(choices[0].index, 3);
    ck_assert_uint_eq(choices[1].priority, 10);
    ck_assert_uint_eq(choices[2].priority, 10);
    ck_assert_uint_ne(choices[1].index, choices[2].index);
    ck_assert_uint_eq(choices[3].index, 0);
    ck_assert_uint_eq(choices[4].index, 2);
  }
}
END_TEST

/* The chance of each to be first, in parts of `of`: with the sum S of weights a
 * number of 0 to S is drawn, so that those with weight 0 share one part and the
 * others have as many as they weigh. */
static const struct {
  size_t count;
  uint16_t weights[CHOICES_MAX];
  double parts[CHOICES_MAX];
  double of;
} rows[] = {
    {2, {1, 3}, {2, 3}, 5}, /* the first sum reaches 0 and 1 */
    {3, {0, 10, 30}, {1, 10, 30}, 41},
    {3, {30, 0, 10}, {30, 1, 10}, 41},
    {4, {0, 0, 0, 0}, {1, 1, 1, 1}, 4},
    {1, {7}, {1}, 1},
    {2, {65535, 65535}, {65536, 65535}, 131071},
    {6, {1, 2, 3, 4, 5, 6}, {2, 2, 3, 4, 5, 6}, 22},
};

/* Within five standard deviations of what is expected. */
START_TEST(first_choice_is_distributed_by_weight) {
  unsigned counts[CHOICES_MAX] = {0};
  for (int round = 0; round < ROUNDS; round++) {
    struct stubdns__choice choices[CHOICES_MAX];
    for (size_t i = 0; i < rows[_i].count; i++)
      choices[i] = (struct stubdns__choice){1, rows[_i].weights[i], 0};
    order(choices, rows[_i].count);
    counts[choices[0].index]++;
  }
  for (size_t i = 0; i < rows[_i].count; i++) {
    const double chance = rows[_i].parts[i] / rows[_i].of;
    const double mean = ROUNDS * chance;
    const double deviation = sqrt(mean * (1 - chance));
    ck_assert_double_le(fabs(counts[i] - mean), 5 * deviation + 1);
  }
}
END_TEST

/* Every order of three equal ones comes about as often. */
START_TEST(equal_ones_are_shuffled) {
  unsigned counts[9] = {0};
  for (int round = 0; round < ROUNDS; round++) {
    struct stubdns__choice choices[3] = {{0}};
    order(choices, 3);
    counts[choices[0].index * 3 + choices[1].index]++;
  }
  for (unsigned i = 0; i < 9; i++) {
    const double mean = i % 4 == 0 ? 0 : ROUNDS / 6.0;
    ck_assert_double_le(fabs(counts[i] - mean), 5 * sqrt(mean));
  }
}
END_TEST

START_TEST(no_choice_is_left_as_it_is) {
  stubdns__choices_order(NULL, 0, NULL);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("choice");
  TCase *cases = tcase_create("cases");
  tcase_add_test(cases, lowest_priority_comes_first);
  tcase_add_loop_test(cases, first_choice_is_distributed_by_weight, 0,
                      sizeof rows / sizeof rows[0]);
  tcase_add_test(cases, equal_ones_are_shuffled);
  tcase_add_test(cases, no_choice_is_left_as_it_is);
  suite_add_tcase(suite, cases);
  return suite;
}
