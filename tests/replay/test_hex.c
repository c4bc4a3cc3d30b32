/* src/replay/hex.c: pairs of digits, blanks and comments, and where a text is
 * wrong. */
#include "stubdns/replay.h"

#include "support/suite.h"

#include "stubdns/error.h"

#include <string.h>

struct row {
  const char *text;
  int error;
  size_t count; /* octets, or the offset of what is wrong */
  const char *octets;
};

static const struct row rows[] = {
    {"", 0, 0, ""},
    {"# nothing but a comment", 0, 0, ""},
    {"00", 0, 1, "\x00"},
    {"aB Cd\tef\r\n01", 0, 4, "\xab\xcd\xef\x01"},
    {"aabb # dead beef\ncc#", 0, 3, "\xaa\xbb\xcc"},
    {"#00\n\n  11 # 22", 0, 1, "\x11"},
    {"a", STUBDNS_EBADHEX, 0, ""},
    {"aab", STUBDNS_EBADHEX, 2, ""},
    {"aa b b", STUBDNS_EBADHEX, 3, ""},
    {"aa b#b", STUBDNS_EBADHEX, 3, ""},
    {"0x11", STUBDNS_EBADHEX, 0, ""},
    {"11 gg", STUBDNS_EBADHEX, 3, ""},
    {"11 22 33 44 55", STUBDNS_ENOSPACE, 12, ""},
};

START_TEST(text_gives_its_octets_or_where_it_is_wrong) {
  const struct row *const row = &rows[_i];
  uint8_t octets[4];
  size_t count;
  const int error = stubdns_hex_read(row->text, strlen(row->text), octets,
                                     sizeof octets, &count);
  ck_assert_int_eq(error, row->error);
  ck_assert_uint_eq(count, row->count);
  if (!error) ck_assert_mem_eq(octets, row->octets, count);
}
END_TEST

START_TEST(text_may_be_replaced_by_its_octets) {
  uint8_t buffer[] = {'0', '1', '2', '3', ' ', 'f', 'f'};
  size_t count;
  ck_assert_int_eq(stubdns_hex_read((const char *)buffer, sizeof buffer, buffer,
                                    sizeof buffer, &count),
                   0);
  ck_assert_uint_eq(count, 3);
  ck_assert_mem_eq(buffer, "\x01\x23\xff", 3);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("hex");
  tcase_add_loop_test(cases, text_gives_its_octets_or_where_it_is_wrong, 0,
                      (int)(sizeof rows / sizeof rows[0]));
  tcase_add_test(cases, text_may_be_replaced_by_its_octets);
  Suite *const suite = suite_create("replay/hex");
  suite_add_tcase(suite, cases);
  return suite;
}
