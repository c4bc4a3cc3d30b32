/* src/exchange/health.c: when a server is avoided, and when it is tried. */
#include "exchange/health.h"

#include "support/suite.h"

#define S ((uint64_t)1000000)

START_TEST(one_failure_is_a_packet_lost) {
  struct stubdns__health health = {0};
  ck_assert(!stubdns__health_is_bad(&health, 5 * S));
  ck_assert(!stubdns__health_fail(&health, 5 * S, 6 * S));
  ck_assert(!stubdns__health_is_bad(&health, 6 * S));
  ck_assert(!stubdns__health_takes_probe(&health, 100 * S));
}
END_TEST

START_TEST(two_in_a_row_are_not_and_a_reply_ends_it) {
  struct stubdns__health health = {0};
  stubdns__health_fail(&health, 5 * S, 6 * S);
  ck_assert(stubdns__health_fail(&health, 7 * S, 8 * S));
  ck_assert(stubdns__health_is_bad(&health, 8 * S));
  ck_assert(!stubdns__health_fail(&health, 9 * S, 10 * S));
  ck_assert(stubdns__health_reply(&health, 11 * S));
  ck_assert(!stubdns__health_is_bad(&health, 11 * S));
  ck_assert(!stubdns__health_reply(&health, 12 * S));
  ck_assert(!stubdns__health_fail(&health, 13 * S, 14 * S));
}
END_TEST

/* Queries that were sent before the last reply, or the last failure, say
 * nothing new. */
START_TEST(only_queries_sent_since_count) {
  struct stubdns__health health = {0};
  stubdns__health_reply(&health, 10 * S);
  for (unsigned i = 0; i < 10; i++)
    ck_assert(!stubdns__health_fail(&health, 9 * S, 11 * S));
  ck_assert_uint_eq(health.failures, 0);
  for (unsigned i = 0; i < 10; i++)
    ck_assert(!stubdns__health_fail(&health, 10 * S, 12 * S));
  ck_assert_uint_eq(health.failures, 1);
  ck_assert(stubdns__health_fail(&health, 12 * S, 13 * S));
}
END_TEST

START_TEST(probes_come_at_intervals_that_double_up_to_64_s) {
  const unsigned intervals[] = {1, 2, 4, 8, 16, 32, 64, 64, 64};
  struct stubdns__health health = {0};
  uint64_t now_us = S;
  stubdns__health_fail(&health, now_us, now_us);
  now_us += S;
  stubdns__health_fail(&health, now_us, now_us);
  for (size_t i = 0; i < sizeof intervals / sizeof intervals[0]; i++) {
    const uint64_t due_us = now_us + intervals[i] * S;
    ck_assert(!stubdns__health_takes_probe(&health, due_us - 1));
    ck_assert(stubdns__health_takes_probe(&health, due_us));
    ck_assert(!stubdns__health_takes_probe(&health, due_us + 2 * S));
    now_us = due_us + 2 * S;
    stubdns__health_fail(&health, due_us, now_us);
  }
}
END_TEST

/* One whose end was never told, as when there was no memory for it. */
START_TEST(a_probe_without_an_end_is_followed_by_another) {
  struct stubdns__health health = {0};
  stubdns__health_fail(&health, 1 * S, 1 * S);
  stubdns__health_fail(&health, 2 * S, 2 * S);
  ck_assert(stubdns__health_takes_probe(&health, 3 * S));
  ck_assert(!stubdns__health_takes_probe(&health, 6 * S - 1));
  ck_assert(stubdns__health_takes_probe(&health, 6 * S));
}
END_TEST

START_TEST(failures_are_forgotten_after_ten_minutes) {
  struct stubdns__health health = {0};
  stubdns__health_fail(&health, 1 * S, 1 * S);
  stubdns__health_fail(&health, 2 * S, 2 * S);
  ck_assert(stubdns__health_is_bad(&health, 602 * S - 1));
  ck_assert(!stubdns__health_is_bad(&health, 602 * S));
  ck_assert(!stubdns__health_takes_probe(&health, 602 * S));
  ck_assert(!stubdns__health_fail(&health, 603 * S, 603 * S));
  ck_assert_uint_eq(health.failures, 1);
  ck_assert(stubdns__health_fail(&health, 604 * S, 604 * S));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("health");
  tcase_add_test(cases, one_failure_is_a_packet_lost);
  tcase_add_test(cases, two_in_a_row_are_not_and_a_reply_ends_it);
  tcase_add_test(cases, only_queries_sent_since_count);
  tcase_add_test(cases, probes_come_at_intervals_that_double_up_to_64_s);
  tcase_add_test(cases, a_probe_without_an_end_is_followed_by_another);
  tcase_add_test(cases, failures_are_forgotten_after_ten_minutes);
  Suite *const suite = suite_create("exchange/health");
  suite_add_tcase(suite, cases);
  return suite;
}
