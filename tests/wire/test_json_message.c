/* src/wire/json_message.c and json_edns.c: messages, their EDNS and questions
 * as the JSON that json.h describes. */
#include "stubdns/json.h"

#include "json_sizes.h"
#include "stubdns/error.h"
#include "support/octets.h"
#include "support/recorded.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER "0000 8000 0000 0000 0000 0001 " /* one additional record */

static char *members_of(const char *hex) {
  size_t length;
  uint8_t *octets = octets_from_hex(hex, &length);
  stubdns_message_t message;
  static char members[2048];
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  ck_assert_int_eq(
      stubdns_message_to_json_members(&message, members, sizeof members, NULL),
      0);
  free(octets);
  return members;
}

START_TEST(members_hold_header_and_sections) {
  ck_assert_str_eq(
      members_of("0b4f 8580 0000 0000 0000 0000"),
      "\"size\":12,\"id\":2895,\"opcode\":\"QUERY\",\"status\":\"NOERROR\","
      "\"rcode\":0,\"flags\":[\"qr\",\"aa\",\"rd\",\"ra\"],\"answer\":[],"
      "\"authority\":[],\"additional\":[]");
  ck_assert_str_eq(
      members_of("ffff fa7f 0000 0000 0000 0000 2122"),
      "\"size\":14,\"id\":65535,\"opcode\":\"OPCODE15\",\"status\":\"RCODE15\","
      "\"rcode\":15,\"flags\":[\"qr\",\"tc\",\"z\",\"ad\",\"cd\"],"
      "\"answer\":[],\"authority\":[],\"additional\":[],\"trailing\":2");
}
END_TEST

/* What comes behind "edns": of a reply with that OPT record alone. */
static const char *edns_of(const char *fixed, const char *options) {
  char hex[1024];
  size_t length;
  free(octets_from_hex(options, &length));
  snprintf(hex, sizeof hex, HEADER "00 0029 %s %04zx %s", fixed, length,
           options);
  char *edns = strstr(members_of(hex), "\"edns\":");
  ck_assert_ptr_nonnull(edns);
  char *end = strstr(edns, ",\"answer\":");
  ck_assert_ptr_nonnull(end);
  ck_assert_str_eq(end, ",\"answer\":[],\"authority\":[],\"additional\":[]");
  *end = '\0';
  return edns + strlen("\"edns\":");
}

START_TEST(edns_stands_for_the_opt_record) {
  ck_assert_str_eq(
      edns_of("1000 0000 8000", "000f 0009 0006 65787069726564 0003 0002 6e73"),
      "{\"version\":0,\"flags\":[\"do\"],\"udp\":4096,"
      "\"ede\":[{\"code\":6,\"name\":\"DNSSEC Bogus\","
      "\"text\":\"expired\"}],\"options\":[{\"code\":3,"
      "\"name\":\"NSID\",\"hex\":\"6e73\",\"text\":\"ns\"}]}");
  ck_assert_str_eq(edns_of("0000 0101 6001", "000f 0003 1267 1b"),
                   "{\"version\":1,\"flags\":[\"co\"],\"mbz\":8193,\"udp\":0,"
                   "\"ede\":[{\"code\":4711,\"name\":\"EDE4711\","
                   "\"text\":\"\\\\027\"}],\"options\":[]}");
}
END_TEST

START_TEST(malformed_opt_record_gives_its_options_and_octets) {
  ck_assert_str_eq(
      edns_of("04d0 0000 0000", "000f 0001 00 000a 0001 aa"),
      "{\"version\":0,\"flags\":[],\"udp\":1232,\"ede\":[],\"options\":["
      "{\"code\":15,\"name\":\"EDE\",\"hex\":\"00\"},"
      "{\"code\":10,\"name\":\"COOKIE\",\"hex\":\"aa\"}],"
      "\"hex\":\"000f000100000a0001aa\","
      "\"malformed\":\"an EDNS option does not have the form of its code\"}");
}
END_TEST

struct option_row {
  const char *option; /* hex */
  const char *expected;
};

static const struct option_row option_rows[] = {
    {"0005 0002 080d",
     "\"code\":5,\"name\":\"DAU\",\"hex\":\"080d\","
     "\"algorithms\":[8,13]"},
    {"0008 0007 0001 18 00 c00002",
     "\"code\":8,\"name\":\"CLIENT-SUBNET\",\"hex\":\"00011800c00002\","
     "\"family\":1,\"source\":24,\"scope\":0,\"address\":\"192.0.2.0\""},
    {"0008 0005 0003 08 00 ff",
     "\"code\":8,\"name\":\"CLIENT-SUBNET\",\"hex\":\"00030800ff\","
     "\"family\":3,\"source\":8,\"scope\":0"},
    {"0008 0015 0003 88 00 0102030405060708 090a0b0c0d0e0f10 11",
     "\"code\":8,\"name\":\"CLIENT-SUBNET\","
     "\"hex\":\"000388000102030405060708090a0b0c0d0e0f1011\""},
    {"0009 0004 00000e10",
     "\"code\":9,\"name\":\"EXPIRE\","
     "\"hex\":\"00000e10\",\"expire\":3600"},
    {"0009 0000", "\"code\":9,\"name\":\"EXPIRE\",\"hex\":\"\""},
    {"000a 0008 0011223344556677",
     "\"code\":10,\"name\":\"COOKIE\",\"hex\":\"0011223344556677\","
     "\"client\":\"0011223344556677\""},
    {"000a 0010 0011223344556677 8899aabbccddeeff",
     "\"code\":10,\"name\":\"COOKIE\","
     "\"hex\":\"00112233445566778899aabbccddeeff\","
     "\"client\":\"0011223344556677\",\"server\":\"8899aabbccddeeff\""},
    {"000b 0002 0078",
     "\"code\":11,\"name\":\"TCP KEEPALIVE\","
     "\"hex\":\"0078\",\"timeout_ms\":12000"},
    {"000c 0002 0000", "\"code\":12,\"name\":\"PADDING\",\"hex\":\"0000\""},
    {"000d 0003 0161 00",
     "\"code\":13,\"name\":\"CHAIN\","
     "\"hex\":\"016100\",\"domain\":\"a.\""},
    {"000e 0004 4f66 0001",
     "\"code\":14,\"name\":\"KEY-TAG\","
     "\"hex\":\"4f660001\",\"key_tags\":[20326,1]"},
    {"0012 0003 0122 00",
     "\"code\":18,\"name\":\"REPORT-CHANNEL\","
     "\"hex\":\"012200\",\"domain\":\"\\\\\\\".\""},
    {"0013 0000", "\"code\":19,\"name\":\"ZONEVERSION\",\"hex\":\"\""},
    {"0013 0006 02 00 78563412",
     "\"code\":19,\"name\":\"ZONEVERSION\",\"hex\":\"020078563412\","
     "\"labels\":2,\"version_type\":0,\"version\":\"78563412\""},
};
#define OPTION_ROWS ((int)(sizeof option_rows / sizeof option_rows[0]))

START_TEST(option_is_written_with_the_parts_of_its_value) {
  const struct option_row *row = &option_rows[_i];
  char expected[1024];
  snprintf(expected, sizeof expected,
           "{\"version\":0,\"flags\":[],\"udp\":512,\"ede\":[],"
           "\"options\":[{%s}]}",
           row->expected);
  ck_assert_str_eq(edns_of("0200 0000 0000", row->option), expected);
}
END_TEST

START_TEST(message_begins_with_its_question) {
  size_t length;
  uint8_t *octets = octets_from_hex(
      "0001 0100 0001 0000 0000 0000 0322 2e00 00 0001 0001", &length);
  stubdns_message_t message;
  char text[512];
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  ck_assert_int_eq(stubdns_message_to_json(&message, text, sizeof text, NULL),
                   0);
  ck_assert_str_eq(text,
                   "{\"question\":{\"name\":\"\\\\\\\"\\\\.\\\\000.\","
                   "\"class\":\"IN\",\"type\":\"A\"},\"size\":21,\"id\":1,"
                   "\"opcode\":\"QUERY\",\"status\":\"NOERROR\",\"rcode\":0,"
                   "\"flags\":[\"rd\"],\"answer\":[],\"authority\":[],"
                   "\"additional\":[]}");
  free(octets);
}
END_TEST

START_TEST(question_alone_is_an_object) {
  const stubdns_question_t question = {NAME("a.test."), 65280, 77};
  char text[128];
  size_t length;
  ck_assert_int_eq(
      stubdns_question_to_json(&question, text, sizeof text, &length), 0);
  ck_assert_str_eq(text,
                   "{\"name\":\"a.test.\",\"class\":\"CLASS77\","
                   "\"type\":\"TYPE65280\"}");
  ck_assert_uint_eq(length, strlen(text));
}
END_TEST

START_TEST(cache_flush_bit_of_multicast_dns_is_told) {
  size_t length;
  uint8_t *octets = octets_from_hex(
      HEADER "0178 00 0001 8001 00000e10 0004 c0000201", &length);
  stubdns_message_t message;
  stubdns_record_t record;
  char text[256];
  ck_assert_int_eq(
      stubdns_message_parse(&message, octets, length, STUBDNS_PARSE_MDNS), 0);
  stubdns_records_t records = stubdns_message_all_records(&message);
  ck_assert(stubdns_records_next(&records, &record));
  ck_assert_int_eq(stubdns_record_to_json(&record, text, sizeof text, NULL), 0);
  ck_assert_str_eq(text,
                   "{\"name\":\"x.\",\"ttl\":3600,\"class\":\"IN\","
                   "\"type\":\"A\",\"data\":\"192.0.2.1\",\"rdata\":{"
                   "\"address\":\"192.0.2.1\"},\"cache_flush\":true}");
  free(octets);
}
END_TEST

static int write_message(const void *subject, char *buffer, size_t size,
                         size_t *length) {
  return stubdns_message_to_json(subject, buffer, size, length);
}

static int write_members(const void *subject, char *buffer, size_t size,
                         size_t *length) {
  return stubdns_message_to_json_members(subject, buffer, size, length);
}

START_TEST(message_never_leaves_a_buffer_of_any_size) {
  struct recorded_list list = recorded_load();
  for (size_t i = 0; i < list.count; i++) {
    stubdns_message_t message;
    if (stubdns_message_parse(&message, list.messages[i].octets,
                              list.messages[i].length, 0))
      continue;
    check_sizes(write_message, &message, 8);
    check_sizes(write_members, &message, 4);
  }
  recorded_free(&list);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("wire/json_message");
  TCase *tcase = tcase_create("messages");
  tcase_add_test(tcase, members_hold_header_and_sections);
  tcase_add_test(tcase, edns_stands_for_the_opt_record);
  tcase_add_test(tcase, malformed_opt_record_gives_its_options_and_octets);
  tcase_add_loop_test(tcase, option_is_written_with_the_parts_of_its_value, 0,
                      OPTION_ROWS);
  tcase_add_test(tcase, message_begins_with_its_question);
  tcase_add_test(tcase, question_alone_is_an_object);
  tcase_add_test(tcase, cache_flush_bit_of_multicast_dns_is_told);
  suite_add_tcase(suite, tcase);
  TCase *exhaustive = tcase_create("sizes");
  tcase_set_tags(exhaustive, TEST_EXHAUSTIVE);
  tcase_set_timeout(exhaustive, 120);
  tcase_add_test(exhaustive, message_never_leaves_a_buffer_of_any_size);
  suite_add_tcase(suite, exhaustive);
  return suite;
}
