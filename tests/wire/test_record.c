/* src/wire/record.c: single records, and those whose octets are others by the
 * time they are printed: what stands behind them is not read. */
#include "stubdns/wire.h"

#include "support/octets.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#define L13 "61616161616161616161616161"
#define L16 "0f6161" L13
#define L64 L16 L16 L16 L16
#define L112 L64 L16 L16 L16
#define L128 L64 L64

#define A "0161 00 0001 0001 0000003c 0004 "

static const struct {
  const char *octets;
  int error;
} rows[] = {
    {A "c0000201", 0},
    {"", STUBDNS_ESHORT},
    {"0161", STUBDNS_ESHORT},
    {"0161 00 0001 0001 0000003c 00", STUBDNS_ESHORT},
    {A "c00002", STUBDNS_ESHORT},
    {A "c0000201 00", STUBDNS_ERDATAEXTRA},
    {"c000 0001 0001 0000003c 0004 c0000201", STUBDNS_EBADPOINTER},
    {"0161 00 0001 0001 0000003c 0003 c00002", STUBDNS_ERDATAEND},
    {"00 0041 0001 0000003c 0101 0001 " L128 L112 "0d" L13 "00", 0},
    {"00 0041 0001 0000003c 0103 0001 " L128 L128 "00", STUBDNS_ENAMETOOLONG},
};

START_TEST(record_is_read_from_all_of_its_octets) {
  size_t length;
  uint8_t *const octets = octets_from_hex(rows[_i].octets, &length);
  stubdns_record_t record;
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length),
                   rows[_i].error);
  free(octets);
}
END_TEST

/* MX 7 a. */
START_TEST(field_that_is_not_there_is_empty) {
  static const uint8_t octets[] = {0, 0, 15, 0, 1, 0, 0,   0,
                                   9, 0, 5,  0, 7, 1, 'a', 0};
  stubdns_record_t record;
  stubdns_field_t field;
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, sizeof octets), 0);
  ck_assert(stubdns_record_field(&record, "preference", &field));
  ck_assert_uint_eq(stubdns_field_number(&field), 7);
  ck_assert(!stubdns_record_field(&record, "target", &field));
  ck_assert_uint_eq(field.kind, STUBDNS_FIELD_END);
  ck_assert_uint_eq(field.length, 0);
  ck_assert_uint_eq(stubdns_field_number(&field), 0);
  ck_assert_uint_eq(stubdns_field_name(&field).length, 1);
}
END_TEST

START_TEST(nothing_longer_than_a_message_is_read) {
  static uint8_t octets[STUBDNS_MESSAGE_MAX + 1] = {0, 0xff, 0, 0, 1};
  stubdns_record_t record;
  stubdns_message_t message;
  octets[9] = 0xff; /* RDLENGTH, with what stands before 65535 octets */
  octets[10] = 0xf4;
  ck_assert_int_eq(
      stubdns_record_from_wire(&record, octets, STUBDNS_MESSAGE_MAX), 0);
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, sizeof octets),
                   STUBDNS_ETOOLONG);
  memset(octets, 0, sizeof octets);
  ck_assert_int_eq(
      stubdns_message_parse(&message, octets, STUBDNS_MESSAGE_MAX, 0), 0);
  ck_assert_int_eq(stubdns_message_parse(&message, octets, sizeof octets, 0),
                   STUBDNS_ETOOLONG);
}
END_TEST

/* A record at the root, in which an octet changes once it has been checked. */
static const struct {
  const char *octets;
  size_t offset; /* in RDATA */
  uint8_t octet;
  const char *text; /* of RDATA, or NULL: any */
} changes[] = {
    /* The length of an NSEC bitmap's window. */
    {"00 002f 0001 0000003c 0009 00 00 06 400000000003", 2, 32, "."},
    /* Of the host identity of HIP, and of its key. */
    {"00 0037 0001 0000003c 0007 02 02 0001 abcd 00", 0, 9, NULL},
    {"00 0037 0001 0000003c 0007 02 02 0001 abcd 00", 3, 9, NULL},
    /* Of a protocol in SVCB's alpn. */
    {"00 0040 0001 0000003c 000a 0001 00 0001 0003 026832", 7, 9, NULL},
    /* Of a prefix in APL. */
    {"00 002a 0001 0000003c 0007 0001 18 03 c00002", 3, 9, NULL},
    /* A family of unknown form, of which nothing changes. */
    {"00 002a 0001 0000003c 0015 0003 88 11 0102030405060708090a0b0c0d0e0f1011",
     2, 0x88, "\\# 21 000388110102030405060708090A0B0C0D0E0F1011"},
    /* Of an option. */
    {"00 0029 0001 0000003c 0005 0003 0001 41", 3, 9, NULL},
};

START_TEST(record_that_changes_is_printed_without_what_stands_behind_it) {
  size_t length;
  uint8_t *const octets = octets_from_hex(changes[_i].octets, &length);
  stubdns_record_t record;
  char text[512];
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length), 0);
  octets[record.rdata_offset + changes[_i].offset] = changes[_i].octet;
  stubdns_rdata_to_text(&record, 0, text, sizeof text, NULL);
  ck_assert_uint_lt(strlen(text), sizeof text - 1);
  if (changes[_i].text) ck_assert_str_eq(text, changes[_i].text);
  stubdns_record_to_json(&record, text, sizeof text, NULL);
  ck_assert_uint_lt(strlen(text), sizeof text - 1);
  ck_assert_int_eq(text[strlen(text) - 1], '}');
  free(octets);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

Suite *test_suite(void) {
  TCase *const cases = tcase_create("record");
  tcase_add_loop_test(cases, record_is_read_from_all_of_its_octets, 0,
                      COUNT(rows));
  tcase_add_test(cases, field_that_is_not_there_is_empty);
  tcase_add_test(cases, nothing_longer_than_a_message_is_read);
  tcase_add_loop_test(
      cases, record_that_changes_is_printed_without_what_stands_behind_it, 0,
      COUNT(changes));
  Suite *const suite = suite_create("wire/record");
  suite_add_tcase(suite, cases);
  return suite;
}
