/* src/exchange/rtt.c: the arithmetic of RFC 6298 section 2, the clamps and the
 * bounds of the jitter. */
#include "exchange/rtt.h"

#include "support/suite.h"

#define MIDDLE 32768

/* Waits at the middle of the jitter differ from the plain wait by a 65535th. */
static void assert_about(uint32_t wait_us, uint32_t expected_us) {
  ck_assert_uint_ge(wait_us, expected_us - expected_us / 1000);
  ck_assert_uint_le(wait_us, expected_us + expected_us / 1000);
}

START_TEST(rtt_unknown_waits_400_ms_and_doubles_per_round_T6) {
  const struct stubdns__rtt rtt = {0};
  assert_about(stubdns__rtt_wait(&rtt, 0, MIDDLE), 400000);
  assert_about(stubdns__rtt_wait(&rtt, 1, MIDDLE), 800000);
  assert_about(stubdns__rtt_wait(&rtt, 3, MIDDLE), 3200000);
}
END_TEST

START_TEST(rtt_unknown_moves_the_wait_by_a_tenth_at_most) {
  const struct stubdns__rtt rtt = {0};
  ck_assert_uint_eq(stubdns__rtt_wait(&rtt, 0, 0), 360000);
  ck_assert_uint_eq(stubdns__rtt_wait(&rtt, 0, UINT16_MAX), 440000);
}
END_TEST

START_TEST(rtt_known_moves_the_wait_by_a_quarter_at_most) {
  struct stubdns__rtt rtt = {0};
  stubdns__rtt_sample(&rtt, 100000);
  ck_assert_uint_eq(stubdns__rtt_wait(&rtt, 0, 0), 225000);
  ck_assert_uint_eq(stubdns__rtt_wait(&rtt, 0, UINT16_MAX), 375000);
}
END_TEST

/* The third packet of a cold lookup leaves after the second's turn. */
START_TEST(rtt_unknown_sends_a_server_of_1_s_at_most_two_packets) {
  const struct stubdns__rtt rtt = {0};
  ck_assert_uint_gt(
      stubdns__rtt_wait(&rtt, 0, 0) + stubdns__rtt_wait(&rtt, 1, 0), 1000000);
}
END_TEST

START_TEST(rtt_follows_rfc_6298) {
  struct stubdns__rtt rtt = {0};
  stubdns__rtt_sample(&rtt, 100000);
  ck_assert_uint_eq(rtt.smoothed_us, 100000);
  ck_assert_uint_eq(rtt.variation_us, 50000);
  stubdns__rtt_sample(&rtt, 180000);
  ck_assert_uint_eq(rtt.variation_us, 57500); /* 3/4 * 50 + 1/4 * 80 */
  ck_assert_uint_eq(rtt.smoothed_us, 110000); /* 7/8 * 100 + 1/8 * 180 */
  stubdns__rtt_sample(&rtt, 30000);
  ck_assert_uint_eq(rtt.variation_us, 63125); /* 3/4 * 57.5 + 1/4 * 80 */
  ck_assert_uint_eq(rtt.smoothed_us, 100000); /* 7/8 * 110 + 1/8 * 30 */
  assert_about(stubdns__rtt_wait(&rtt, 0, MIDDLE), 352500);
}
END_TEST

START_TEST(rtt_is_clamped_between_40_ms_and_2_s) {
  struct stubdns__rtt near = {0};
  struct stubdns__rtt far = {0};
  for (int i = 0; i < 8000; i++) {
    stubdns__rtt_sample(&near, 0);
    stubdns__rtt_sample(&far, UINT64_MAX);
  }
  assert_about(stubdns__rtt_wait(&near, 0, MIDDLE), 40000);
  assert_about(stubdns__rtt_wait(&far, 0, MIDDLE), 2000000);
  assert_about(stubdns__rtt_wait(&far, 8, MIDDLE), 512000000);
  assert_about(stubdns__rtt_wait(&far, 200, MIDDLE), 512000000);
}
END_TEST

/* Many replies, of which one in `slow` takes 90 ms, the others 20. */
static void sample_many(struct stubdns__rtt *rtt, unsigned slow) {
  for (unsigned i = 1; i <= 8000; i++)
    stubdns__rtt_sample(rtt, slow && i % slow == 0 ? 90000 : 20000);
}

START_TEST(rtt_of_a_steady_server_comes_down_to_40_ms) {
  struct stubdns__rtt rtt = {0};
  sample_many(&rtt, 0);
  assert_about(stubdns__rtt_wait(&rtt, 0, MIDDLE), 40000);
}
END_TEST

/* Far servers reply as evenly as near ones, and are not asked twice either. */
START_TEST(rtt_of_a_steady_server_is_waited_for_whatever_the_jitter) {
  for (uint32_t steady_us = 1000; steady_us <= 1300000; steady_us += 1000) {
    struct stubdns__rtt rtt = {0};
    for (int i = 0; i < 100; i++)
      stubdns__rtt_sample(&rtt, steady_us);
    ck_assert_uint_gt(stubdns__rtt_wait(&rtt, 0, 0), steady_us);
  }
}
END_TEST

START_TEST(rtt_of_a_server_that_is_hardly_known_stays_careful) {
  struct stubdns__rtt rtt = {0};
  for (int i = 0; i < 50; i++)
    stubdns__rtt_sample(&rtt, 1000);
  ck_assert_uint_gt(stubdns__rtt_wait(&rtt, 0, MIDDLE), 130000);
}
END_TEST

/* Not even the least jitter sends again what is only slow. */
START_TEST(rtt_allows_for_the_slow_one_in_fifty) {
  struct stubdns__rtt rtt = {0};
  sample_many(&rtt, 50);
  for (int i = 0; i < 49; i++)
    stubdns__rtt_sample(&rtt, 20000);
  ck_assert_uint_gt(stubdns__rtt_wait(&rtt, 0, 0), 90000);
}
END_TEST

START_TEST(rtt_of_one_very_slow_reply_is_soon_forgotten) {
  struct stubdns__rtt rtt = {0};
  sample_many(&rtt, 0);
  stubdns__rtt_sample(&rtt, 4900000);
  for (int i = 0; i < 30; i++)
    stubdns__rtt_sample(&rtt, 20000);
  ck_assert_uint_lt(stubdns__rtt_wait(&rtt, 0, MIDDLE), 151000);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("rtt");
  tcase_add_test(cases, rtt_unknown_waits_400_ms_and_doubles_per_round_T6);
  tcase_add_test(cases, rtt_unknown_moves_the_wait_by_a_tenth_at_most);
  tcase_add_test(cases, rtt_known_moves_the_wait_by_a_quarter_at_most);
  tcase_add_test(cases, rtt_unknown_sends_a_server_of_1_s_at_most_two_packets);
  tcase_add_test(cases, rtt_follows_rfc_6298);
  tcase_add_test(cases, rtt_is_clamped_between_40_ms_and_2_s);
  tcase_add_test(cases, rtt_of_a_steady_server_comes_down_to_40_ms);
  tcase_add_test(cases,
                 rtt_of_a_steady_server_is_waited_for_whatever_the_jitter);
  tcase_add_test(cases, rtt_of_a_server_that_is_hardly_known_stays_careful);
  tcase_add_test(cases, rtt_allows_for_the_slow_one_in_fifty);
  tcase_add_test(cases, rtt_of_one_very_slow_reply_is_soon_forgotten);
  Suite *const suite = suite_create("exchange/rtt");
  suite_add_tcase(suite, cases);
  return suite;
}
