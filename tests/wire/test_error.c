/* src/wire/error.c: every number has a name and a sentence of its own. */
#include "stubdns/error.h"

#include "support/suite.h"

#include <string.h>

static const int errors[] = {
#define X(name, number, text) number,
    STUBDNS_ERROR_MAP(X)
#undef X
};

START_TEST(success_has_a_text_and_no_name) {
  ck_assert_str_eq(stubdns_error_text(0), "success");
  ck_assert_ptr_null(stubdns_error_name(0));
}
END_TEST

START_TEST(error_has_its_own_text_and_name) {
  const int error = errors[_i];
  ck_assert_int_lt(error, 0);
  ck_assert_str_ne(stubdns_error_text(error), "unknown error");
  ck_assert_int_eq(strncmp(stubdns_error_name(error), "STUBDNS_E", 9), 0);
  for (int other = 0; other < _i; other++)
    ck_assert_str_ne(stubdns_error_text(errors[other]),
                     stubdns_error_text(error));
}
END_TEST

START_TEST(name_is_the_one_in_the_source) {
  ck_assert_str_eq(stubdns_error_name(STUBDNS_ESHORT), "STUBDNS_ESHORT");
  ck_assert_str_eq(stubdns_error_name(STUBDNS_ETIMEOUT), "STUBDNS_ETIMEOUT");
}
END_TEST

START_TEST(foreign_number_is_unknown) {
  ck_assert_str_eq(stubdns_error_text(-1), "unknown error");
  ck_assert_str_eq(stubdns_error_text(5001), "unknown error");
  ck_assert_ptr_null(stubdns_error_name(-4999));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("error");
  tcase_add_test(cases, success_has_a_text_and_no_name);
  tcase_add_loop_test(cases, error_has_its_own_text_and_name, 0,
                      (int)(sizeof errors / sizeof errors[0]));
  tcase_add_test(cases, name_is_the_one_in_the_source);
  tcase_add_test(cases, foreign_number_is_unknown);
  Suite *const suite = suite_create("wire/error");
  suite_add_tcase(suite, cases);
  return suite;
}
