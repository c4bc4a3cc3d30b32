/* src/wire/joined_text.c: the strings of TXT records as one text. */
#include "stubdns/wire.h"

#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

static const struct {
  const char *record;
  int error;
  const char *text;
} rows[] = {
    {"a. 1 TXT \"v=spf1 include:x\" \" -all\"", 0, "v=spf1 include:x -all"},
    {"a. 1 TXT one", 0, "one"},
    {"a. 1 TXT \"\"", 0, ""},
    {"a. 1 TXT \"\" \"\" x \"\" y", 0, "xy"},
    {"a. 1 SPF \"v=spf1\" \" -all\"", 0, "v=spf1 -all"},
    {"a. 1 TXT \"\\127\\195\\188\"", 0, "\177\303\274"},
    {"a. 1 A 192.0.2.1", STUBDNS_EINVALID, ""},
    {"a. 1 HINFO x y", STUBDNS_EINVALID, ""},
    {"a. 1 CH TXT x y", 0, "xy"},
};

static stubdns_record_t read_record(const char *text, uint8_t *octets,
                                    size_t size) {
  stubdns_record_text_t source = {.text = text, .length = strlen(text)};
  stubdns_record_t record;
  size_t length;
  ck_assert_int_eq(stubdns_record_from_text(&source, octets, size, &length), 0);
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length), 0);
  return record;
}

START_TEST(strings_are_joined_with_nothing_between) {
  uint8_t octets[512];
  const size_t expected = strlen(rows[_i].text);
  const stubdns_record_t record =
      read_record(rows[_i].record, octets, sizeof octets);
  for (size_t size = 0; size <= expected; size++) {
    uint8_t *const text = malloc(size ? size : 1);
    size_t length = 99;
    ck_assert_ptr_nonnull(text);
    const int error = stubdns_record_join_text(&record, text, size, &length);
    ck_assert_uint_eq(length, expected);
    if (size < expected)
      ck_assert_int_eq(error, STUBDNS_ENOSPACE);
    else
      ck_assert_int_eq(error, rows[_i].error);
    if (!error) ck_assert_mem_eq(text, rows[_i].text, expected);
    free(text);
  }
}
END_TEST

START_TEST(malformed_strings_are_not_joined) {
  static const uint8_t octets[] = {0, 0, 16, 0, 1, 0, 0, 0, 9, 0, 2, 5, 'a'};
  stubdns_record_t record;
  uint8_t text[8];
  size_t length;
  ck_assert_int_ne(stubdns_record_from_wire(&record, octets, sizeof octets), 0);
  ck_assert_int_eq(
      stubdns_record_join_text(&record, text, sizeof text, &length),
      STUBDNS_EINVALID);
  ck_assert_uint_eq(length, 0);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("joined_text");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(cases, strings_are_joined_with_nothing_between, 0,
                      sizeof rows / sizeof rows[0]);
  tcase_add_test(cases, malformed_strings_are_not_joined);
  suite_add_tcase(suite, cases);
  return suite;
}
