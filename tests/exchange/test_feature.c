/* src/exchange/feature.c: when a protection is done without, and for how long.
 */
#include "exchange/feature.h"

#include "support/suite.h"

#define HOUR_US ((uint64_t)3600000000)

START_TEST(feature_is_on_at_first) {
  const struct stubdns__feature feature = {0, 0};
  ck_assert(stubdns__feature_is_on(&feature, 0));
}
END_TEST

START_TEST(feature_is_off_for_an_hour_after_two_mismatches) {
  struct stubdns__feature feature = {0, 0};
  ck_assert(!stubdns__feature_mismatch(&feature, 5));
  ck_assert(stubdns__feature_is_on(&feature, 5));
  ck_assert(stubdns__feature_mismatch(&feature, 7));
  ck_assert(!stubdns__feature_is_on(&feature, 7 + HOUR_US - 1));
  ck_assert(stubdns__feature_is_on(&feature, 7 + HOUR_US));
  ck_assert(!stubdns__feature_mismatch(&feature, 7 + HOUR_US));
}
END_TEST

START_TEST(feature_stays_on_where_a_match_comes_between_mismatches) {
  struct stubdns__feature feature = {0, 0};
  for (unsigned i = 0; i < 10; i++) {
    ck_assert(!stubdns__feature_mismatch(&feature, i));
    stubdns__feature_match(&feature);
  }
  ck_assert(stubdns__feature_is_on(&feature, 10));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("feature");
  tcase_add_test(cases, feature_is_on_at_first);
  tcase_add_test(cases, feature_is_off_for_an_hour_after_two_mismatches);
  tcase_add_test(cases,
                 feature_stays_on_where_a_match_comes_between_mismatches);
  Suite *const suite = suite_create("exchange/feature");
  suite_add_tcase(suite, cases);
  return suite;
}
