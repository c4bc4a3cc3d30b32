/* src/wire/edns.c: each kind of option, read and written.  The octets of the
 * rows were written by hand from the RFC of each option. */
#include "stubdns/wire.h"

#include "support/octets.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

/* An option that is read and written again by the functions of its kind. */
typedef int reread_fn(const stubdns_option_t *option,
                      stubdns_options_t *options);

static int reread_client_subnet(const stubdns_option_t *option,
                                stubdns_options_t *options) {
  stubdns_client_subnet_t subnet;
  const int error = stubdns_option_client_subnet(option, &subnet);
  if (!error) stubdns_options_add_client_subnet(options, &subnet);
  return error;
}

static int reread_cookie(const stubdns_option_t *option,
                         stubdns_options_t *options) {
  stubdns_cookie_t cookie;
  const int error = stubdns_option_cookie(option, &cookie);
  if (!error) stubdns_options_add_cookie(options, &cookie);
  return error;
}

static int reread_extended_error(const stubdns_option_t *option,
                                 stubdns_options_t *options) {
  stubdns_extended_error_t extended_error;
  const int error = stubdns_option_extended_error(option, &extended_error);
  if (!error) stubdns_options_add_extended_error(options, &extended_error);
  return error;
}

static int reread_zone_version(const stubdns_option_t *option,
                               stubdns_options_t *options) {
  stubdns_zone_version_t version;
  const int error = stubdns_option_zone_version(option, &version);
  if (!error) stubdns_options_add_zone_version(options, &version);
  return error;
}

static int reread_expire(const stubdns_option_t *option,
                         stubdns_options_t *options) {
  int present;
  uint32_t expire_s;
  const int error = stubdns_option_expire(option, &present, &expire_s);
  if (!error && present) stubdns_options_add_expire(options, expire_s);
  if (!error && !present)
    stubdns_options_add(options, STUBDNS_OPTION_EXPIRE, NULL, 0);
  return error;
}

static int reread_keepalive(const stubdns_option_t *option,
                            stubdns_options_t *options) {
  int present;
  uint16_t timeout;
  const int error = stubdns_option_keepalive(option, &present, &timeout);
  if (!error && present) stubdns_options_add_keepalive(options, timeout);
  if (!error && !present)
    stubdns_options_add(options, STUBDNS_OPTION_KEEPALIVE, NULL, 0);
  return error;
}

static int reread_name(const stubdns_option_t *option,
                       stubdns_options_t *options) {
  stubdns_name_t name;
  const int error = stubdns_option_name(option, &name);
  if (!error) stubdns_options_add_name(options, option->code, &name);
  return error;
}

static int reread_key_tags(const stubdns_option_t *option,
                           stubdns_options_t *options) {
  uint16_t tags[16];
  size_t count = 0;
  while (count < 16 && stubdns_option_key_tag(option, count, &tags[count]))
    count++;
  stubdns_options_add_key_tags(options, tags, count);
  return 0;
}

static const struct {
  const char *what;
  uint16_t code;
  reread_fn *reread;
  const char *value;
  int valid;
} rows[] = {
    {"IPv4 subnet", 8, reread_client_subnet, "0001 18 00 c00002", 1},
    {"IPv6 subnet", 8, reread_client_subnet, "0002 38 00 20010db8000000", 1},
    {"opt-out B18", 8, reread_client_subnet, "0001 00 00", 1},
    {"prefix of 33 bits E08", 8, reread_client_subnet, "0001 21 00 c000020180",
     0},
    {"an octet too many E09", 8, reread_client_subnet, "0001 18 00 c0000201",
     0},
    {"a bit behind the prefix E10", 8, reread_client_subnet,
     "0001 14 00 c00001", 0},
    {"subnet cut", 8, reread_client_subnet, "0001 18", 0},
    {"subnet without octets", 8, reread_client_subnet, "", 0},
    {"a subnet under another code, of 17 octets", 65001, reread_client_subnet,
     "0002 80 00 20010db8000000000000000000000001 00", 0},
    {"a cookie under another code, of 7 octets", 65001, reread_cookie,
     "01020304050607", 0},
    {"a cookie under another code, of 41 octets", 65001, reread_cookie,
     "0102030405060708 1112131415161718 1112131415161718 1112131415161718"
     "1112131415161718 19",
     0},
    {"an address of 17 octets", 8, reread_client_subnet,
     "0002 80 00 20010db8000000000000000000000001 00", 0},
    {"client cookie E04", 10, reread_cookie, "0102030405060708", 1},
    {"both cookies E06", 10, reread_cookie, "0102030405060708 1112131415161718",
     1},
    {"cookie of 40 octets", 10, reread_cookie,
     "0102030405060708 1112131415161718 1112131415161718 1112131415161718"
     "1112131415161718",
     1},
    {"cookie of 7 octets E03", 10, reread_cookie, "01020304050607", 0},
    {"cookie of 12 octets E05", 10, reread_cookie, "010203040506070811121314",
     0},
    {"cookie of 41 octets E07", 10, reread_cookie,
     "0102030405060708 1112131415161718 1112131415161718 1112131415161718"
     "1112131415161718 19",
     0},
    {"extended error without text", 15, reread_extended_error, "0006", 1},
    {"extended error with text E02", 15, reread_extended_error, "0012 1b5b324a",
     1},
    {"extended error of 1 octet E01", 15, reread_extended_error, "00", 0},
    {"zone version", 19, reread_zone_version, "02 00 78d2f1a4", 1},
    {"zone version in a query", 19, reread_zone_version, "", 1},
    {"zone version of 1 octet", 19, reread_zone_version, "02", 0},
    {"expire", 9, reread_expire, "00093a80", 1},
    {"expire in a query", 9, reread_expire, "", 1},
    {"expire of 3 octets", 9, reread_expire, "000102", 0},
    {"keepalive", 11, reread_keepalive, "0064", 1},
    {"keepalive in a query", 11, reread_keepalive, "", 1},
    {"keepalive of 1 octet E11", 11, reread_keepalive, "64", 0},
    {"keepalive of 3 octets", 11, reread_keepalive, "640000", 0},
    {"chain", 13, reread_name, "076578616d706c65 00", 1},
    {"chain with a pointer", 13, reread_name, "c00c", 0},
    {"report channel", 18, reread_name, "03657272 076578616d706c65 00", 1},
    {"report channel cut", 18, reread_name, "036572", 0},
    {"report channel and an octet", 18, reread_name, "03657272 00 00", 0},
    {"key tags", 14, reread_key_tags, "4a5c 9cde", 1},
};

START_TEST(option_is_read_and_written_as_its_rfc_says_PP14) {
  size_t length;
  uint8_t *const value = octets_from_hex(rows[_i].value, &length);
  const stubdns_option_t option = {rows[_i].code, (uint16_t)length, value};
  uint8_t octets[64];
  stubdns_options_t options = {octets, sizeof octets, 0, 0};
  const int error = rows[_i].reread(&option, &options);
  ck_assert_msg((error == 0) == rows[_i].valid, "%s", rows[_i].what);
  if (!error) {
    ck_assert_int_eq(options.error, 0);
    ck_assert_msg(options.length == 4 + length, "%s", rows[_i].what);
    ck_assert_uint_eq(octets[1], rows[_i].code);
    ck_assert_uint_eq(octets[3], length);
    ck_assert_msg(!memcmp(octets + 4, value, length), "%s", rows[_i].what);
  } else {
    ck_assert_int_eq(error, STUBDNS_EBADOPTION);
  }
  free(value);
}
END_TEST

START_TEST(options_say_how_much_room_they_need) {
  uint8_t octets[6];
  stubdns_options_t options = {octets, sizeof octets, 0, 0};
  stubdns_options_add_padding(&options, 2);
  ck_assert_int_eq(options.error, 0);
  stubdns_options_add_expire(&options, 1);
  ck_assert_int_eq(options.error, STUBDNS_ENOSPACE);
  ck_assert_uint_eq(options.length, 14);
}
END_TEST

/* One beyond what 16 bits can say. */
START_TEST(options_have_no_value_of_65536_octets) {
  static uint8_t octets[70000];
  static const uint8_t value[65536];
  stubdns_options_t options = {octets, sizeof octets, 0, 0};
  stubdns_options_add(&options, 65001, value, 65535);
  ck_assert_int_eq(options.error, 0);
  options.length = 0;
  stubdns_options_add(&options, 65001, value, 65536);
  ck_assert_int_eq(options.error, STUBDNS_EBADOPTION);
}
END_TEST

START_TEST(key_tags_end_with_their_option) {
  static const uint8_t value[] = {0x4a, 0x5c, 0x9c, 0xde, 0x01};
  static const stubdns_option_t option = {14, sizeof value, value};
  static const struct {
    size_t index;
    int key_tag; /* -1: there is none */
  } tags[] = {{0, 0x4a5c}, {1, 0x9cde},           {2, -1}, {3, -1}, {65535, -1},
              {65536, -1}, {SIZE_MAX / 2 + 1, -1}};
  for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
    uint16_t key_tag = 0;
    const int found = stubdns_option_key_tag(&option, tags[i].index, &key_tag);
    ck_assert_int_eq(found, tags[i].key_tag >= 0);
    if (found) ck_assert_int_eq(key_tag, tags[i].key_tag);
  }
}
END_TEST

START_TEST(options_refuse_a_value_without_a_form) {
  uint8_t octets[64];
  const stubdns_client_subnet_t subnet = {.family = 1, .source_prefix = 33};
  const stubdns_client_subnet_t beyond = {.family = 2, .source_prefix = 255};
  const stubdns_cookie_t cookie = {.server_length = 3};
  const stubdns_cookie_t too_long = {.server_length = 33};
  stubdns_options_t options = {octets, sizeof octets, 0, 0};
  stubdns_options_add_client_subnet(&options, &subnet);
  ck_assert_int_eq(options.error, STUBDNS_EBADOPTION);
  stubdns_options_add_cookie(&options, &cookie);
  ck_assert_int_eq(options.error, STUBDNS_EBADOPTION);
  options = (stubdns_options_t){octets, sizeof octets, 0, 0};
  stubdns_options_add_cookie(&options, &cookie);
  ck_assert_int_eq(options.error, STUBDNS_EBADOPTION);
  options = (stubdns_options_t){octets, sizeof octets, 0, 0};
  stubdns_options_add_cookie(&options, &too_long);
  ck_assert_int_eq(options.error, STUBDNS_EBADOPTION);
  options = (stubdns_options_t){octets, sizeof octets, 0, 0};
  stubdns_options_add_client_subnet(&options, &beyond);
  ck_assert_int_eq(options.error, STUBDNS_EBADOPTION);
}
END_TEST

/* A reply whose OPT has NSID, an unknown option, and NSID again. */
static const char reply_with_options[] =
    "1234 8180 0000 0000 0000 0001"
    "00 0029 1000 01 00 8000 000f  0003 0001 41  fde9 0002 beef  0003 0000";

START_TEST(message_gives_options_in_order_and_repeated_PP14) {
  size_t length;
  uint8_t *const octets = octets_from_hex(reply_with_options, &length);
  stubdns_message_t message;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  static const uint16_t codes[] = {3, 65001, 3};
  static const uint16_t lengths[] = {1, 2, 0};
  stubdns_option_t option;
  size_t position = 0;
  for (int i = 0; i < 3; i++) {
    ck_assert(stubdns_message_next_option(&message, &position, &option));
    ck_assert_uint_eq(option.code, codes[i]);
    ck_assert_uint_eq(option.length, lengths[i]);
  }
  ck_assert(!stubdns_message_next_option(&message, &position, &option));
  free(octets);
}
END_TEST

START_TEST(opt_gives_the_upper_bits_of_the_rcode_P14_PP13) {
  size_t length;
  uint8_t *const octets = octets_from_hex(reply_with_options, &length);
  stubdns_message_t message;
  stubdns_edns_t edns;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  ck_assert_uint_eq(stubdns_message_rcode(&message), STUBDNS_RCODE_BADVERS);
  ck_assert(stubdns_message_edns(&message, &edns));
  ck_assert_uint_eq(edns.payload_size, 4096);
  ck_assert_uint_eq(edns.version, 0);
  ck_assert_uint_eq(edns.flags, STUBDNS_EDNS_DO);
  free(octets);
}
END_TEST

/* NXDOMAIN with an alias, and with three extended errors or without OPT. */
#define ALIAS_TO_NO_NAME                                                       \
  "0161 0474657374 00 0001 0001 "                                              \
  "c00c 0005 0001 0000003c 0002 c00e c00e 0006 0001 0000003c 0018 "            \
  "c00e c00e 00000001 00000002 00000003 00000004 00000005 "
static const char *const with_and_without_errors[] = {
    "1234 8183 0001 0001 0001 0001 " ALIAS_TO_NO_NAME
    "00 0029 04d0 00000000 0016 000f 0003 0003 41 "
    "000f 0005 ffff 1b5b4a 000f 0002 0003",
    "1234 8183 0001 0001 0001 0000 " ALIAS_TO_NO_NAME,
};

static void follow(stubdns_chain_t *chain, const stubdns_message_t *message) {
  const stubdns_question_t question = stubdns_message_question(message);
  ck_assert_int_eq(stubdns_chain_follow(chain, message, &question), 0);
  ck_assert_int_eq(chain->outcome, STUBDNS_OUTCOME_NXDOMAIN);
  ck_assert_uint_eq(chain->alias_count, 1);
  ck_assert_uint_eq(chain->ttl_s, 60);
}

static void check_extended_errors(const stubdns_message_t *message) {
  static const stubdns_extended_error_t expected[] = {
      {3, 1, (const uint8_t *)"A"},
      {65535, 3, (const uint8_t *)"\x1b[J"},
      {3, 0, (const uint8_t *)""}};
  stubdns_option_t option;
  stubdns_extended_error_t error;
  size_t position = 0;
  for (int i = 0; i < 3; i++) {
    ck_assert(stubdns_message_next_option(message, &position, &option));
    ck_assert_int_eq(stubdns_option_extended_error(&option, &error), 0);
    ck_assert_uint_eq(error.code, expected[i].code);
    ck_assert_uint_eq(error.text_length, expected[i].text_length);
    ck_assert_mem_eq(error.text, expected[i].text, error.text_length);
  }
  ck_assert(!stubdns_message_next_option(message, &position, &option));
}

START_TEST(extended_errors_are_told_in_order_and_decide_nothing_C16) {
  for (int i = 0; i < 2; i++) {
    size_t length;
    uint8_t *const octets =
        octets_from_hex(with_and_without_errors[i], &length);
    stubdns_message_t message;
    stubdns_chain_t chain;
    char json[2048];
    ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
    follow(&chain, &message);
    if (i == 0) check_extended_errors(&message);
    stubdns_message_to_json(&message, json, sizeof json, NULL);
    ck_assert((strstr(json, "EDE65535") == NULL) == i);
    ck_assert((strstr(json, "Stale Answer") == NULL) == i);
    free(octets);
  }
}
END_TEST

START_TEST(registries_have_names_for_known_numbers_only) {
  ck_assert_str_eq(stubdns_option_mnemonic(STUBDNS_OPTION_COOKIE), "COOKIE");
  ck_assert_ptr_null(stubdns_option_mnemonic(65001));
  ck_assert_str_eq(stubdns_extended_error_text(6), "DNSSEC Bogus");
  ck_assert_str_eq(stubdns_extended_error_text(0), "Other");
  ck_assert_ptr_null(stubdns_extended_error_text(65535));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("edns");
  tcase_add_loop_test(cases, option_is_read_and_written_as_its_rfc_says_PP14, 0,
                      (int)(sizeof rows / sizeof rows[0]));
  tcase_add_test(cases, options_say_how_much_room_they_need);
  tcase_add_test(cases, options_refuse_a_value_without_a_form);
  tcase_add_test(cases, options_have_no_value_of_65536_octets);
  tcase_add_test(cases, key_tags_end_with_their_option);
  tcase_add_test(cases, message_gives_options_in_order_and_repeated_PP14);
  tcase_add_test(cases, opt_gives_the_upper_bits_of_the_rcode_P14_PP13);
  tcase_add_test(cases,
                 extended_errors_are_told_in_order_and_decide_nothing_C16);
  tcase_add_test(cases, registries_have_names_for_known_numbers_only);
  Suite *const suite = suite_create("wire/edns");
  suite_add_tcase(suite, cases);
  return suite;
}
