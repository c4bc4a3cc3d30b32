/* src/wire/address.c.  The texts are rows; the C library's inet_pton() and
 * inet_ntop() are asked about many more. */
#include "stubdns/address.h"

#include "stubdns/error.h"
#include "support/suite.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text and how it is written by the rules; NULL for no address. */
static const struct row {
  const char *text;
  const char *canonical;
} rows[] = {
    {"192.0.2.1", "192.0.2.1#53"},
    {"0.0.0.0", "0.0.0.0#53"},
    {"255.255.255.255", "255.255.255.255#53"},
    {"192.0.2.1#5300", "192.0.2.1#5300"},
    {"192.0.2.1:5300", "192.0.2.1#5300"},
    {"192.0.2.1#65535", "192.0.2.1#65535"},
    {"192.0.2.1#1", "192.0.2.1#1"},
    {"::", "::#53"},
    {"::1", "::1#53"},
    {"1::", "1::#53"},
    {"2001:db8::1", "2001:db8::1#53"},
    {"2001:DB8::00A1", "2001:db8::a1#53"},
    {"2001:0db8:0:0:0:0:0:1", "2001:db8::1#53"},
    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1#53"},
    {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1#53"},
    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1#53"},
    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0#53"},
    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8#53"},
    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8#53"},
    {"1:2:3:4:5:6::", "1:2:3:4:5:6::#53"},
    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221#53"},
    {"1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221#53"},
    {"::192.0.2.33", "::c000:221#53"},
    {"::ffff:192.0.2.33", "192.0.2.33#53"},
    {"::FFFF:c000:221", "192.0.2.33#53"},
    {"[::ffff:192.0.2.33]:5300", "192.0.2.33#5300"},
    {"fe80::1%2", "fe80::1%2#53"},
    {"fe80::1%4294967295", "fe80::1%4294967295#53"},
    {"fe80::1%2#5300", "fe80::1%2#5300"},
    {"2001:db8::1#5300", "2001:db8::1#5300"},
    {"[2001:db8::1]:5300", "2001:db8::1#5300"},
    {"[fe80::1%7]:5300", "fe80::1%7#5300"},
    {"[::1]", "::1#53"},
    {"::1:5300", "::1:5300#53"},
    {"", NULL},
    {" ", NULL},
    {"localhost", NULL},
    {"192.0.2", NULL},
    {"192.0.2.", NULL},
    {"192.0.2.1.", NULL},
    {"192.0.2.1.1", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.01", NULL},
    {"192.0.2.00", NULL},
    {"192.0.2.1000", NULL},
    {"192.0.2.1 ", NULL},
    {" 192.0.2.1", NULL},
    {"192..2.1", NULL},
    {"-1.0.2.1", NULL},
    {"0xc0.0.2.1", NULL},
    {"192.0.2.1#", NULL},
    {"192.0.2.1#0", NULL},
    {"192.0.2.1#65536", NULL},
    {"192.0.2.1#100000", NULL},
    {"192.0.2.1#53x", NULL},
    {"192.0.2.1#+53", NULL},
    {"192.0.2.1%2", NULL},
    {"[192.0.2.1]:53", NULL},
    {":", NULL},
    {":::", NULL},
    {"1", NULL},
    {"1:", NULL},
    {":1", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:", NULL},
    {"1:2:3:4:5:6:7:8:", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4:5:6:7:8::", NULL},
    {"::1:2:3:4:5:6:7:8", NULL},
    {"1:2:3:4::5:6:7:8", NULL},
    {"1::2::3", NULL},
    {"1:::2", NULL},
    {"::12345", NULL},
    {"::g", NULL},
    {"1:2:3:4:5:6:7:192.0.2.33", NULL},
    {"::192.0.2.33:1", NULL},
    {"::192.0.2", NULL},
    {"fe80::1%", NULL},
    {"fe80::1%0", NULL},
    {"fe80::1%4294967296", NULL},
    {"fe80::1%99999999999", NULL},
    {"fe80::1%lo", NULL},
    {"::ffff:192.0.2.33%2", NULL},
    {"[::1", NULL},
    {"[::1]:", NULL},
    {"[::1]#53", NULL},
    {"[::1]53", NULL},
    {"::1]", NULL},
    {"[]", NULL},
};

/* Reads a text that lies alone in a block of its exact size. */
static int read_exactly(stubdns_address_t *address, const char *text,
                        size_t length) {
  char *const block = malloc(length > 0 ? length : 1);
  ck_assert_ptr_nonnull(block);
  memcpy(block, text, length);
  const int error = stubdns_address_from_text(address, block, length);
  free(block);
  return error;
}

START_TEST(address_is_read_and_written_by_the_rules) {
  const struct row *row = &rows[_i];
  stubdns_address_t address = {.length = 99};
  const int error = read_exactly(&address, row->text, strlen(row->text));
  if (!row->canonical) {
    ck_assert_msg(error == STUBDNS_EBADADDRESS, "%s was read", row->text);
    ck_assert_uint_eq(address.length, 99);
    return;
  }
  ck_assert_msg(error == 0, "%s was refused", row->text);
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  ck_assert_int_eq(stubdns_address_to_text(&address, text, sizeof text), 0);
  ck_assert_str_eq(text, row->canonical);
}
END_TEST

START_TEST(every_beginning_of_a_text_is_read_within_it) {
  const char *text = rows[_i].text;
  stubdns_address_t address;
  for (size_t length = 0; length < strlen(text); length++) {
    const int error = read_exactly(&address, text, length);
    ck_assert(error == 0 || error == STUBDNS_EBADADDRESS);
  }
}
END_TEST

START_TEST(mapped_address_becomes_ipv4_T20) {
  stubdns_address_t address;
  ck_assert_int_eq(read_exactly(&address, "::ffff:192.0.2.33", 17), 0);
  ck_assert_uint_eq(address.length, 4);
  ck_assert_mem_eq(address.octets, "\xc0\0\2\x21\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}
END_TEST

START_TEST(mapped_address_is_written_with_dots) {
  const stubdns_address_t address = {
      16, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 33}, 53, 0};
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  ck_assert_int_eq(stubdns_address_to_text(&address, text, sizeof text), 0);
  ck_assert_str_eq(text, "::ffff:192.0.2.33#53");
}
END_TEST

START_TEST(longest_address_fills_its_room) {
  stubdns_address_t address = {16, {0}, 65535, UINT32_MAX};
  memset(address.octets, 0xff, sizeof address.octets);
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  ck_assert_int_eq(stubdns_address_to_text(&address, text, sizeof text), 0);
  ck_assert_str_eq(text,
                   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                   "%4294967295#65535");
  ck_assert_uint_eq(strlen(text) + 1, sizeof text);
}
END_TEST

START_TEST(address_is_not_written_into_too_small_a_buffer) {
  const stubdns_address_t address = {4, {192, 0, 2, 1}, 53, 0};
  for (size_t size = 0; size < sizeof "192.0.2.1#53"; size++) {
    char *const buffer = malloc(size > 0 ? size : 1);
    ck_assert_ptr_nonnull(buffer);
    ck_assert_int_eq(stubdns_address_to_text(&address, buffer, size),
                     STUBDNS_ENOSPACE);
    free(buffer);
  }
}
END_TEST

START_TEST(address_of_odd_length_is_not_written) {
  const stubdns_address_t address = {5, {0}, 53, 0};
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  ck_assert_int_eq(stubdns_address_to_text(&address, text, sizeof text),
                   STUBDNS_EINVALID);
}
END_TEST

START_TEST(addresses_are_equal_in_all_parts_or_not) {
  const stubdns_address_t a = {16, {0xfe, 0x80, [15] = 1}, 53, 2};
  stubdns_address_t b = a;
  ck_assert(stubdns_address_equal(&a, &b));
  b.port = 54;
  ck_assert(!stubdns_address_equal(&a, &b));
  b = a;
  b.scope_id = 3;
  ck_assert(!stubdns_address_equal(&a, &b));
  b = a;
  b.octets[15] = 2;
  ck_assert(!stubdns_address_equal(&a, &b));
  b = a;
  b.length = 4;
  ck_assert(!stubdns_address_equal(&a, &b));
}
END_TEST

static unsigned random_below(unsigned limit) {
  return (unsigned)rand() % limit;
}

/* Characters of addresses in disorder, with a bias to what nearly is one. */
static size_t make_text(char *text) {
  static const char *const pieces[] = {"::", ":", "0",  "1",      "ffff",
                                       ".",  "9", "db", "255",    "1.2.3.4",
                                       ":1", "0", ":0", "2001:0", "1:2:3:4:5"};
  const unsigned count = 1 + random_below(12);
  text[0] = '\0';
  for (unsigned i = 0; i < count; i++)
    strcat(text, pieces[random_below(sizeof pieces / sizeof pieces[0])]);
  return strlen(text);
}

static int is_mapped(const uint8_t *octets) {
  return memcmp(octets, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0;
}

static void compare_reading(const char *text, size_t length, size_t counts[2]) {
  uint8_t octets[16];
  const int is_ipv4 = inet_pton(AF_INET, text, octets) == 1;
  const int is_ipv6 = !is_ipv4 && inet_pton(AF_INET6, text, octets) == 1;
  stubdns_address_t address;
  const int error = read_exactly(&address, text, length);
  ck_assert_msg((error == 0) == (is_ipv4 || is_ipv6), "%s", text);
  counts[error == 0]++;
  if (error) return;
  const int mapped = is_ipv6 && is_mapped(octets);
  ck_assert_uint_eq(address.length, is_ipv4 || mapped ? 4 : 16);
  ck_assert_mem_eq(address.octets, mapped ? octets + 12 : octets,
                   address.length);
}

/* "1.2.3.4:1" is an address with a port here and nothing there. */
static int has_port(const char *text) {
  const char *dot = strchr(text, '.');
  return dot && strchr(dot, ':');
}

START_TEST(address_is_read_as_the_c_library_reads_it) {
  size_t counts[2] = {0, 0};
  srand(4291);
  for (int i = 0; i < 200000; i++) {
    char text[128];
    const size_t length = make_text(text);
    if (!has_port(text)) compare_reading(text, length, counts);
  }
  ck_assert_uint_gt(counts[0], 1000);
  ck_assert_uint_gt(counts[1], 1000);
}
END_TEST

/* inet_ntop() has its own way with ::1.2.3.4 and other addresses below 2^32. */
START_TEST(address_is_written_as_the_c_library_writes_it) {
  srand(5952);
  for (int i = 0; i < 100000; i++) {
    stubdns_address_t address = {.length = 16, .port = 7};
    for (size_t j = 0; j < 16; j++)
      address.octets[j] = random_below(3) ? 0 : (uint8_t)random_below(256);
    address.octets[0] |= 1;
    char expected[INET6_ADDRSTRLEN + 2];
    inet_ntop(AF_INET6, address.octets, expected, INET6_ADDRSTRLEN);
    strcat(expected, "#7");
    char text[STUBDNS_ADDRESS_TEXT_SIZE];
    ck_assert_int_eq(stubdns_address_to_text(&address, text, sizeof text), 0);
    ck_assert_str_eq(text, expected);
  }
}
END_TEST

Suite *test_suite(void) {
  const int row_count = (int)(sizeof rows / sizeof rows[0]);
  TCase *const cases = tcase_create("address");
  tcase_add_loop_test(cases, address_is_read_and_written_by_the_rules, 0,
                      row_count);
  tcase_add_loop_test(cases, every_beginning_of_a_text_is_read_within_it, 0,
                      row_count);
  tcase_add_test(cases, mapped_address_becomes_ipv4_T20);
  tcase_add_test(cases, mapped_address_is_written_with_dots);
  tcase_add_test(cases, longest_address_fills_its_room);
  tcase_add_test(cases, address_is_not_written_into_too_small_a_buffer);
  tcase_add_test(cases, address_of_odd_length_is_not_written);
  tcase_add_test(cases, addresses_are_equal_in_all_parts_or_not);
  TCase *const comparison = tcase_create("comparison");
  tcase_set_timeout(comparison, 60);
  tcase_set_tags(comparison, TEST_EXHAUSTIVE);
  tcase_add_test(comparison, address_is_read_as_the_c_library_reads_it);
  tcase_add_test(comparison, address_is_written_as_the_c_library_writes_it);
  Suite *const suite = suite_create("wire/address");
  suite_add_tcase(suite, cases);
  suite_add_tcase(suite, comparison);
  return suite;
}
