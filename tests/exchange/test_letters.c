/* src/exchange/letters.c: which octets of a name change. */
#include "exchange/letters.h"

#include "support/suite.h"

#include <string.h>

static stubdns_name_t name_of(const char *text) {
  stubdns_name_t name;
  ck_assert_int_eq(stubdns_name_from_text(&name, text, strlen(text)), 0);
  return name;
}

static void expect(const char *text, uint64_t bits, const char *mixed) {
  stubdns_name_t name = name_of(text);
  const stubdns_name_t due = name_of(mixed);
  stubdns__letters_mix(&name, bits);
  ck_assert_uint_eq(name.length, due.length);
  ck_assert_mem_eq(name.octets, due.octets, due.length);
}

START_TEST(letters_change_where_their_bit_is_set_B9) {
  expect("www.example.com", 0, "www.example.com");
  expect("www.example.com", 1, "www.example.com");
  expect("www.example.com", 2, "Www.example.com");
  expect("www.example.com", 0x8022, "Www.Example.coM");
  expect("WWW.example.com", 0xe, "www.example.com");
  expect("www.example.com", UINT64_MAX, "WWW.EXAMPLE.COM");
  expect("a-1.b_2.c", 0x20a, "A-1.b_2.C");
  expect(".", UINT64_MAX, ".");
}
END_TEST

START_TEST(no_octet_but_the_52_letters_changes_B9) {
  for (unsigned octet = 0; octet < 256; octet++) {
    stubdns_name_t name = {.length = 3, .octets = {1, (uint8_t)octet, 0}};
    const int is_letter =
        (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
    stubdns__letters_mix(&name, UINT64_MAX);
    ck_assert_uint_eq(name.octets[1], is_letter ? octet ^ 0x20 : octet);
    ck_assert_uint_eq(name.octets[0], 1);
    ck_assert_uint_eq(name.octets[2], 0);
  }
}
END_TEST

/* In any place of a word, beside octets of any value. */
START_TEST(octets_do_not_change_each_other_B9) {
  for (unsigned first = 0; first < 256; first++) {
    stubdns_name_t name = {.length = 16};
    for (unsigned i = 0; i < 16; i++)
      name.octets[i] = (uint8_t)(first + 37 * i);
    const stubdns_name_t before = name;
    stubdns__letters_mix(&name, 0xa5c3);
    for (unsigned i = 0; i < 16; i++) {
      const unsigned small = before.octets[i] | 0x20u;
      const int is_letter = small >= 'a' && small <= 'z';
      const unsigned change = is_letter && 0xa5c3u >> i & 1 ? 0x20 : 0;
      ck_assert_uint_eq(name.octets[i], before.octets[i] ^ change);
    }
  }
}
END_TEST

/* Label lengths are never taken for letters, the longest neither. */
START_TEST(letters_of_the_longest_name_take_their_bits_in_turn_B9) {
  stubdns_name_t name = {.length = 255};
  static const uint8_t lengths[] = {63, 63, 63, 61};
  size_t offset = 0;
  for (size_t i = 0; i < sizeof lengths; i++) {
    name.octets[offset] = lengths[i];
    memset(name.octets + offset + 1, 'x', lengths[i]);
    offset += 1u + lengths[i];
  }
  name.octets[offset] = 0;
  stubdns_name_t mixed = name;
  stubdns__letters_mix(&mixed, 4);
  for (unsigned i = 0; i < name.length; i++) {
    const int is_changed = name.octets[i] == 'x' && i % 64 == 2;
    ck_assert_uint_eq(mixed.octets[i], is_changed ? 'X' : name.octets[i]);
  }
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("letters");
  tcase_add_test(cases, letters_change_where_their_bit_is_set_B9);
  tcase_add_test(cases, no_octet_but_the_52_letters_changes_B9);
  tcase_add_test(cases, octets_do_not_change_each_other_B9);
  tcase_add_test(cases, letters_of_the_longest_name_take_their_bits_in_turn_B9);
  Suite *const suite = suite_create("exchange/letters");
  suite_add_tcase(suite, cases);
  return suite;
}
