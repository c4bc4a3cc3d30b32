/* src/wire/query.c: queries octet by octet.  The expected octets were written
 * by hand from RFC 1035 section 4.1 and RFC 6891 section 6.1.2. */
#include "stubdns/wire.h"

#include "support/octets.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#define WWW "03777777 07657861 6d706c65 03636f6d 00 "
#define OPT_1232 "00 0029 04d0 00 00 0000 0000"

static const uint8_t nsid[] = {0, 3, 0, 0};
static const uint8_t cookie[] = {0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t opt_out[] = {0, 8, 0, 4, 0, 1, 0, 0};

static const struct {
  const char *what;
  const char *name;
  uint16_t type;
  stubdns_query_t query;
  const char *expected;
} rows[] = {
    {"a query as it is by default",
     "www.example.com",
     1,
     {.id = 0x1234, .flags = 0x0100, .edns = 1, .payload_size = 1232},
     "1234 0100 0001 0000 0000 0001" WWW "0001 0001" OPT_1232},
    {"RD off and no EDNS",
     "www.example.com",
     28,
     {.id = 0xffff},
     "ffff 0000 0001 0000 0000 0000" WWW "001c 0001"},
    {"ID 0, the root, NS",
     ".",
     2,
     {.id = 0, .flags = 0x0100},
     "0000 0100 0001 0000 0000 0000 00 0002 0001"},
    {"letters keep their case",
     "WwW.eXample.COM",
     1,
     {.id = 1},
     "0001 0000 0001 0000 0000 0000 03577757 07655861 6d706c65 03434f4d 00"
     "0001 0001"},
    {"AD and CD as asked",
     "www.example.com",
     1,
     {.id = 1, .flags = 0x0130},
     "0001 0130 0001 0000 0000 0000" WWW "0001 0001"},
    {"DO B19",
     "www.example.com",
     1,
     {.id = 1, .edns = 1, .payload_size = 1232, .edns_flags = 0x8000},
     "0001 0000 0001 0000 0000 0001" WWW
     "0001 0001 00 0029 04d0 00 00 8000 0000"},
    {"another payload size and version",
     "www.example.com",
     1,
     {.id = 1, .edns = 1, .payload_size = 4096, .edns_version = 1},
     "0001 0000 0001 0000 0000 0001" WWW
     "0001 0001 00 0029 1000 00 01 0000 0000"},
    {"an option",
     "www.example.com",
     1,
     {.id = 1,
      .edns = 1,
      .payload_size = 1232,
      .options = nsid,
      .options_length = sizeof nsid},
     "0001 0000 0001 0000 0000 0001" WWW
     "0001 0001 00 0029 04d0 00 00 0000 0004 00030000"},
    {"a client cookie",
     "www.example.com",
     1,
     {.id = 1,
      .edns = 1,
      .payload_size = 1232,
      .options = cookie,
      .options_length = sizeof cookie},
     "0001 0000 0001 0000 0000 0001" WWW
     "0001 0001 00 0029 04d0 00 00 0000 000c 000a0008 0102030405060708"},
    {"opt-out of client subnets B18",
     "www.example.com",
     1,
     {.id = 1,
      .edns = 1,
      .payload_size = 1232,
      .options = opt_out,
      .options_length = sizeof opt_out},
     "0001 0000 0001 0000 0000 0001" WWW
     "0001 0001 00 0029 04d0 00 00 0000 0008 00080004 00010000"},
    {"NOTIFY",
     "www.example.com",
     6,
     {.id = 1, .opcode = 4, .flags = 0x0400},
     "0001 2400 0001 0000 0000 0000" WWW "0006 0001"},
    {"padding to 64 octets",
     "www.example.com",
     1,
     {.id = 1, .edns = 1, .payload_size = 1232, .padding_block = 64},
     "0001 0000 0001 0000 0000 0001" WWW
     "0001 0001 00 0029 04d0 00 00 0000 0014"
     "000c0010 00000000 00000000 00000000 00000000"},
    {"padding that has nothing to fill",
     "www.example.com",
     1,
     {.id = 1, .edns = 1, .payload_size = 1232, .padding_block = 48},
     "0001 0000 0001 0000 0000 0001" WWW
     "0001 0001 00 0029 04d0 00 00 0000 0004 000c0000"},
};
#define ROWS ((int)(sizeof rows / sizeof rows[0]))

static int build_row(int row, uint8_t *octets, size_t size, size_t *length) {
  const stubdns_question_t question = {NAME(rows[row].name), rows[row].type,
                                       STUBDNS_CLASS_IN};
  stubdns_query_t query = rows[row].query;
  query.question = &question;
  return stubdns_query_build(&query, octets, size, length);
}

START_TEST(query_has_these_octets_everywhere_B1_B8_B10_B12_B13_B17_B18_B30) {
  uint8_t octets[512];
  size_t length;
  size_t expected_length;
  uint8_t *const expected =
      octets_from_hex(rows[_i].expected, &expected_length);
  ck_assert_int_eq(build_row(_i, octets, sizeof octets, &length), 0);
  ck_assert_msg(length == expected_length, "%s: %zu", rows[_i].what, length);
  ck_assert_msg(!memcmp(octets, expected, length), "%s", rows[_i].what);
  free(expected);
}
END_TEST

/* Header, OPT and the option's head are 27 octets. */
START_TEST(query_without_a_question_is_padded_as_well) {
  const stubdns_query_t query = {
      .edns = 1, .payload_size = 1232, .padding_block = 32};
  uint8_t octets[64];
  size_t length;
  ck_assert_int_eq(stubdns_query_build(&query, octets, sizeof octets, &length),
                   0);
  ck_assert_uint_eq(length, 32);
  ck_assert_mem_eq(octets + 12 + 9, "\0\x09\0\x0c\0\5\0\0\0\0\0", 11);
}
END_TEST

START_TEST(options_and_padding_are_no_longer_than_their_length_can_say) {
  static uint8_t options[65535] = {0xfd, 0xe9, 0xff, 0xfb};
  static uint8_t octets[70000];
  stubdns_query_t query = {.edns = 1,
                           .payload_size = 1232,
                           .options = options,
                           .options_length = sizeof options};
  size_t length;
  ck_assert_int_eq(stubdns_query_build(&query, octets, sizeof octets, &length),
                   0);
  ck_assert_uint_eq(length, 12 + 11 + sizeof options);
  query.padding_block = 1;
  ck_assert_int_eq(stubdns_query_build(&query, octets, sizeof octets, &length),
                   STUBDNS_EINVALID);
  ck_assert_uint_eq(length, 0);
}
END_TEST

START_TEST(query_stays_inside_every_smaller_buffer_B29) {
  uint8_t octets[512];
  size_t full;
  build_row(_i, octets, sizeof octets, &full);
  for (size_t size = 0; size < full; size++) {
    uint8_t *const block = malloc(size ? size : 1);
    size_t length;
    ck_assert_int_eq(build_row(_i, block, size, &length), STUBDNS_ENOSPACE);
    ck_assert_uint_eq(length, full);
    free(block);
  }
}
END_TEST

/* Whatever was in the memory before, the octets are the same; Valgrind sees
 * the comparison read each of them. */
START_TEST(query_has_no_octet_of_the_memory_before_B27) {
  uint8_t zeros[512] = {0};
  uint8_t others[512];
  size_t length;
  memset(others, 0xaa, sizeof others);
  ck_assert_int_eq(build_row(_i, zeros, sizeof zeros, &length), 0);
  ck_assert_int_eq(build_row(_i, others, sizeof others, &length), 0);
  ck_assert(!memcmp(zeros, others, length));
}
END_TEST

START_TEST(query_has_one_question_that_can_be_read_B4) {
  uint8_t octets[512];
  size_t length;
  stubdns_message_t message;
  const stubdns_question_t question = {NAME(rows[_i].name), rows[_i].type,
                                       STUBDNS_CLASS_IN};
  build_row(_i, octets, sizeof octets, &length);
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  ck_assert_uint_eq(message.question_count, 1);
  ck_assert(stubdns_message_asks(&message, &question, 1));
  ck_assert_uint_eq(stubdns_message_trailing_length(&message), 0);
}
END_TEST

static const uint8_t cut_option[] = {0, 3, 0, 5, 1};

static const struct {
  const char *what;
  stubdns_query_t query;
  int error;
} refused[] = {
    {"opcode 6, DSO B23", {.opcode = 6}, STUBDNS_EINVALID},
    {"opcode 16", {.opcode = 16}, STUBDNS_EINVALID},
    {"QR set", {.flags = 0x8000}, STUBDNS_EINVALID},
    {"an RCODE", {.flags = 0x0001}, STUBDNS_EINVALID},
    {"an opcode among the flags", {.flags = 0x2000}, STUBDNS_EINVALID},
    {"a payload size of 511",
     {.edns = 1, .payload_size = 511},
     STUBDNS_EINVALID},
    {"an option that is cut",
     {.edns = 1,
      .payload_size = 1232,
      .options = cut_option,
      .options_length = sizeof cut_option},
     STUBDNS_EBADOPTION},
    {"padding beyond what OPT can hold",
     {.edns = 1,
      .payload_size = 1232,
      .options = nsid,
      .options_length = sizeof nsid,
      .padding_block = 65535},
     0},
};

START_TEST(query_that_cannot_be_is_refused_B13_B23) {
  const stubdns_question_t question = {NAME("www.example.com"), 1, 1};
  static uint8_t octets[STUBDNS_MESSAGE_MAX + 300];
  size_t length;
  stubdns_query_t query = refused[_i].query;
  query.question = &question;
  const int error = stubdns_query_build(&query, octets, sizeof octets, &length);
  ck_assert_msg(error == refused[_i].error, "%s: %d", refused[_i].what, error);
}
END_TEST

START_TEST(type_that_is_no_question_is_refused_B20_B21) {
  static const uint16_t types[] = {41, 249, 250, 251, 252, 128};
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    ck_assert_int_eq(stubdns_query_check_type(types[i]), STUBDNS_EBADTYPE);
  ck_assert_int_eq(stubdns_query_check_type(STUBDNS_TYPE_ANY), 0);
  ck_assert_int_eq(stubdns_query_check_type(STUBDNS_TYPE_A), 0);
  ck_assert_int_eq(stubdns_query_check_type(65280), 0);
}
END_TEST

/* A reply without OPT whose answer is a TXT record of 1000 octets. */
START_TEST(reply_of_more_than_512_octets_is_read_without_edns_B14) {
  uint8_t octets[12 + 5 + 11 + 1000] = {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1};
  static const uint8_t question[] = {0, 0, 16, 0, 1};
  static const uint8_t record[] = {0, 0, 16, 0, 1, 0, 0, 0, 0, 0x03, 0xe8};
  stubdns_message_t message;
  memcpy(octets + 12, question, sizeof question);
  memcpy(octets + 17, record, sizeof record);
  ck_assert_int_eq(stubdns_message_parse(&message, octets, sizeof octets, 0),
                   0);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ANSWER], 1);
  ck_assert_uint_eq(stubdns_message_trailing_length(&message), 0);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("query");
  tcase_add_loop_test(
      cases, query_has_these_octets_everywhere_B1_B8_B10_B12_B13_B17_B18_B30, 0,
      ROWS);
  tcase_add_loop_test(cases, query_stays_inside_every_smaller_buffer_B29, 0,
                      ROWS);
  tcase_add_loop_test(cases, query_has_no_octet_of_the_memory_before_B27, 0,
                      ROWS);
  tcase_add_loop_test(cases, query_has_one_question_that_can_be_read_B4, 0,
                      ROWS);
  tcase_add_loop_test(cases, query_that_cannot_be_is_refused_B13_B23, 0,
                      (int)(sizeof refused / sizeof refused[0]));
  tcase_add_test(cases, query_without_a_question_is_padded_as_well);
  tcase_add_test(cases,
                 options_and_padding_are_no_longer_than_their_length_can_say);
  tcase_add_test(cases, type_that_is_no_question_is_refused_B20_B21);
  tcase_add_test(cases, reply_of_more_than_512_octets_is_read_without_edns_B14);
  Suite *const suite = suite_create("wire/query");
  suite_add_tcase(suite, cases);
  return suite;
}
