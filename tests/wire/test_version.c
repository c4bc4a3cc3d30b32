/* src/wire/version.c: headers, library and build agree on the version. */
#include "stubdns/version.h"

#include "support/suite.h"

#include <stdio.h>

START_TEST(text_is_made_of_the_three_numbers) {
  char text[32];
  snprintf(text, sizeof text, "%d.%d.%d", STUBDNS_VERSION_MAJOR,
           STUBDNS_VERSION_MINOR, STUBDNS_VERSION_PATCH);
  ck_assert_str_eq(STUBDNS_VERSION, text);
  ck_assert_str_eq(stubdns_version_text(), text);
}
END_TEST

START_TEST(number_holds_each_part_in_an_octet) {
  const unsigned version = stubdns_version();
  ck_assert_uint_eq(version >> 16, STUBDNS_VERSION_MAJOR);
  ck_assert_uint_eq(version >> 8 & 0xff, STUBDNS_VERSION_MINOR);
  ck_assert_uint_eq(version & 0xff, STUBDNS_VERSION_PATCH);
}
END_TEST

START_TEST(packages_have_the_version_of_the_headers) {
  ck_assert_str_eq(PACKAGE_VERSION, STUBDNS_VERSION);
}
END_TEST

Suite *test_suite(void) {
  TCase *tests = tcase_create("version");
  tcase_add_test(tests, text_is_made_of_the_three_numbers);
  tcase_add_test(tests, number_holds_each_part_in_an_octet);
  tcase_add_test(tests, packages_have_the_version_of_the_headers);
  Suite *suite = suite_create("wire.version");
  suite_add_tcase(suite, tests);
  return suite;
}
