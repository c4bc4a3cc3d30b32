/* src/wire/json_field.c and its kin: records as the JSON that json.h describes,
 * and no character outside the buffer. */
#include "stubdns/json.h"

#include "json_sizes.h"
#include "stubdns/error.h"
#include "support/fixture.h"
#include "support/octets.h"
#include "support/suite.h"
#include "wire/type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An owner "x.", class IN and a TTL of an hour stand around each RDATA. */
struct row {
  uint16_t type;
  const char *rdata;    /* hex */
  const char *expected; /* from "type" on, behind the class */
};

static const struct row rows[] = {
    {STUBDNS_TYPE_A, "c0000201",
     "\"A\",\"data\":\"192.0.2.1\",\"rdata\":{\"address\":\"192.0.2.1\"}}"},
    {STUBDNS_TYPE_AAAA, "20010db8000000000000000000000001",
     "\"AAAA\",\"data\":\"2001:db8::1\","
     "\"rdata\":{\"address\":\"2001:db8::1\"}}"},
    {STUBDNS_TYPE_MX, "000a 046d61696c 00",
     "\"MX\",\"data\":\"10 mail.\","
     "\"rdata\":{\"preference\":10,\"exchange\":\"mail.\"}}"},
    {STUBDNS_TYPE_SOA,
     "026e7300 0161026e7300 00000001 00000e10 00000384 00093a80 ffffffff",
     "\"SOA\",\"data\":\"ns. a.ns. 1 3600 900 604800 4294967295\","
     "\"rdata\":{\"mname\":\"ns.\",\"rname\":\"a.ns.\",\"serial\":1,"
     "\"refresh\":3600,\"retry\":900,\"expire\":604800,"
     "\"minimum\":4294967295}}"},
    {STUBDNS_TYPE_TXT, "05 611b225cff 00",
     "\"TXT\",\"data\":\"\\\"a\\\\027\\\\\\\"\\\\\\\\\\\\255\\\" \\\"\\\"\","
     "\"rdata\":{\"strings\":[\"a\\\\027\\\\\\\"\\\\\\\\\\\\255\",\"\"]}}"},
    {STUBDNS_TYPE_RRSIG,
     "0001 0d 02 00000e10 67748580 00000000 002a 0178 00 0001",
     "\"RRSIG\",\"data\":\"A 13 2 3600 20250101000000 19700101000000 42 x. "
     "AAE=\",\"rdata\":{\"type_covered\":\"A\",\"algorithm\":13,\"labels\":2,"
     "\"original_ttl\":3600,\"expiration\":\"20250101000000\","
     "\"inception\":\"19700101000000\",\"key_tag\":42,\"signer\":\"x.\","
     "\"signature\":\"AAE=\"}}"},
    {STUBDNS_TYPE_NSEC, "0161 00 0006 400000000003 0401 80",
     "\"NSEC\",\"data\":\"a. A RRSIG NSEC "
     "TYPE1024\",\"rdata\":{\"next\":\"a.\","
     "\"types\":[\"A\",\"RRSIG\",\"NSEC\",\"TYPE1024\"]}}"},
    {STUBDNS_TYPE_NSEC3, "01 01 0000 00 02 0001",
     "\"NSEC3\",\"data\":\"1 1 0 - 000G\",\"rdata\":{\"hash_algorithm\":1,"
     "\"flags\":1,\"iterations\":0,\"salt\":\"\","
     "\"next_hashed_owner\":\"000G\",\"types\":[]}}"},
    {STUBDNS_TYPE_DS, "002a 0d 02 00ff",
     "\"DS\",\"data\":\"42 13 2 00FF\",\"rdata\":{\"key_tag\":42,"
     "\"algorithm\":13,\"digest_type\":2,\"digest\":\"00FF\"}}"},
    {STUBDNS_TYPE_NAPTR, "0001 0002 0153 00 032f2f2f 00",
     "\"NAPTR\",\"data\":\"1 2 \\\"S\\\" \\\"\\\" \\\"///\\\" .\","
     "\"rdata\":{\"order\":1,\"preference\":2,\"flag_string\":\"S\","
     "\"service\":\"\",\"regexp\":\"///\",\"replacement\":\".\"}}"},
    {STUBDNS_TYPE_HTTPS,
     "0001 00 0000 0004 00010004 0001 0006 026833 02612c 0002 0000 "
     "0003 0002 20fb 0004 0008 c0000201c0000202 0005 0002 0001 "
     "0006 0010 20010db8000000000000000000000001 0007 0002 2f22 "
     "0008 0000 0009 0001 ff",
     "\"HTTPS\",\"data\":\"1 . mandatory=alpn,ipv4hint "
     "alpn=\\\"h3,a\\\\\\\\,\\\" no-default-alpn port=8443 "
     "ipv4hint=192.0.2.1,192.0.2.2 ech=AAE= ipv6hint=2001:db8::1 "
     "key7=\\\"/\\\\\\\"\\\" key8 "
     "key9=\\\"\\\\255\\\"\",\"rdata\":{\"priority\":1,\"target\":\".\","
     "\"params\":{\"mandatory\":[\"alpn\",\"ipv4hint\"],"
     "\"alpn\":[\"h3\",\"a,\"],\"no-default-alpn\":true,\"port\":8443,"
     "\"ipv4hint\":[\"192.0.2.1\",\"192.0.2.2\"],\"ech\":\"AAE=\","
     "\"ipv6hint\":[\"2001:db8::1\"],\"dohpath\":\"/"
     "\\\\\\\"\",\"ohttp\":true,\"key9\":\"\\\\255\"}}}"},
    {STUBDNS_TYPE_APL, "0001 18 03 c00002 0002 20 84 20010db8",
     "\"APL\",\"data\":\"1:192.0.2.0/24 !2:2001:db8::/32\","
     "\"rdata\":{\"prefixes\":[{\"negated\":false,\"family\":1,"
     "\"address\":\"192.0.2.0\",\"prefix\":24},{\"negated\":true,\"family\":2,"
     "\"address\":\"2001:db8::\",\"prefix\":32}]}}"},
    {STUBDNS_TYPE_LOC, "00 33 16 13 894be8f8 6f6d5d4c 0098967a",
     "\"LOC\",\"data\":\"43 19 29.784 N 77 14 5.364 W -0.06m 30m 10000m 10m\","
     "\"rdata\":{\"location\":{\"latitude_ms\":155969784,"
     "\"longitude_ms\":-278045364,\"altitude_cm\":-6,\"size_cm\":3000,"
     "\"horizontal_cm\":1000000,\"vertical_cm\":1000}}}"},
    {STUBDNS_TYPE_WKS, "c0000201 06 0000 40",
     "\"WKS\",\"data\":\"192.0.2.1 6 17\",\"rdata\":{"
     "\"address\":\"192.0.2.1\",\"services\":{\"protocol\":6,"
     "\"ports\":[17]}}}"},
    {STUBDNS_TYPE_HIP, "02 02 0001 abcd 00 0161 00 0162 00",
     "\"HIP\",\"data\":\"2 ABCD AA== a. b.\",\"rdata\":{"
     "\"host_identity\":{\"algorithm\":2,\"hit\":\"ABCD\","
     "\"public_key\":\"AA==\"},\"servers\":[\"a.\",\"b.\"]}}"},
    {STUBDNS_TYPE_AMTRELAY, "0a 81 c0000201",
     "\"AMTRELAY\",\"data\":\"10 1 1 192.0.2.1\",\"rdata\":{"
     "\"precedence\":10,\"discovery_optional\":true,\"relay_type\":1,"
     "\"relay\":\"192.0.2.1\"}}"},
    {STUBDNS_TYPE_NID, "0001 0014004fff20ee64",
     "\"NID\",\"data\":\"1 14:4f:ff20:ee64\",\"rdata\":{\"preference\":1,"
     "\"node_id\":\"14:4f:ff20:ee64\"}}"},
    {STUBDNS_TYPE_TSIG, "0161 00 ffffffffffff 012c 0001 ff 1234 0010 0000",
     "\"TSIG\",\"data\":\"a. 281474976710655 300 1 /w== 4660 BADSIG 0 \","
     "\"rdata\":{\"algorithm_name\":\"a.\",\"time_signed\":281474976710655,"
     "\"fudge\":300,\"mac\":\"/w==\",\"original_id\":4660,"
     "\"error\":\"BADSIG\",\"other\":\"\"}}"},
    {STUBDNS_TYPE_CERT, "0001 002a 08 00",
     "\"CERT\",\"data\":\"PKIX 42 RSASHA256 AA==\",\"rdata\":{"
     "\"type\":\"PKIX\",\"key_tag\":42,\"algorithm\":8,"
     "\"certificate\":\"AA==\"}}"},
    {STUBDNS_TYPE_ISDN, "0131",
     "\"ISDN\",\"data\":\"\\\"1\\\"\",\"rdata\":{\"address\":\"1\"}}"},
    {STUBDNS_TYPE_OPT, "000f 0003 000641 0003 0001 22 fde9 0000",
     "\"OPT\",\"data\":\"\\\\# 16 000F0003000641000300012"
     "2FDE90000\",\"rdata\":{\"options\":["
     "{\"code\":15,\"name\":\"EDE\",\"hex\":\"000641\",\"info_code\":6,"
     "\"text\":\"A\"},{\"code\":3,\"name\":\"NSID\",\"hex\":\"22\","
     "\"text\":\"\\\\\\\"\"},{\"code\":65001,\"name\":\"OPT65001\","
     "\"hex\":\"\"}]}}"},
    {65280, "0aff",
     "\"TYPE65280\",\"data\":\"\\\\# 2 0AFF\",\"rdata\":{\"hex\":\"0aff\"}}"},
    {STUBDNS_TYPE_NULL, "",
     "\"NULL\",\"data\":\"\\\\# 0\",\"rdata\":{\"hex\":\"\"}}"},
    {STUBDNS_TYPE_LOC, "01 33 16 13 894be8f8 6f6d5d4c 0098967a",
     "\"LOC\",\"data\":\"\\\\# 16 01331613894BE8F86F6D5D4C0098967A\","
     "\"rdata\":{\"hex\":\"01331613894be8f86f6d5d4c0098967a\"}}"},
    {STUBDNS_TYPE_DS, "002a",
     "\"DS\",\"data\":\"\\\\# 2 002A\",\"rdata\":{\"hex\":\"002a\","
     "\"malformed\":\"RDATA ends inside a field\"}}"},
};
#define ROWS ((int)(sizeof rows / sizeof rows[0]))

#define HEADER "0000 8000 0000 0000 0000 0001 " /* one additional record */

/* A reply of one additional record with the row's RDATA. */
static struct octets reply_of(const struct row *row) {
  char hex[1024];
  struct octets reply;
  size_t length;
  free(octets_from_hex(row->rdata, &length));
  snprintf(hex, sizeof hex, HEADER "%s %04x 0001 00000e10 %04zx %s",
           row->type == STUBDNS_TYPE_OPT ? "00" : "0178 00", row->type, length,
           row->rdata);
  reply.octets = octets_from_hex(hex, &reply.length);
  return reply;
}

static stubdns_record_t parse_only_record(stubdns_message_t *message,
                                          const struct octets *reply) {
  stubdns_record_t record;
  ck_assert_int_eq(
      stubdns_message_parse(message, reply->octets, reply->length, 0), 0);
  stubdns_records_t records = stubdns_message_all_records(message);
  ck_assert(stubdns_records_next(&records, &record));
  return record;
}

START_TEST(record_is_written_by_the_fields_of_its_type) {
  const struct row *row = &rows[_i];
  const struct octets reply = reply_of(row);
  stubdns_message_t message;
  const stubdns_record_t record = parse_only_record(&message, &reply);
  char expected[2048];
  char actual[2048];
  const char *owner = row->type == STUBDNS_TYPE_OPT ? "." : "x.";
  snprintf(expected, sizeof expected,
           "{\"name\":\"%s\",\"ttl\":3600,\"class\":\"IN\",\"type\":%s", owner,
           row->expected);
  ck_assert_int_eq(stubdns_record_to_json(&record, actual, sizeof actual, NULL),
                   0);
  ck_assert_str_eq(actual, expected);
  free(reply.octets);
}
END_TEST

/* Reads a JSON string: returns what stands behind its closing quote. */
static const char *skip_string(const char *text) {
  ck_assert_int_eq(*text++, '"');
  while (*text != '"') {
    ck_assert(*text >= ' ' && *text <= '~');
    if (*text == '\\') text++;
    ck_assert(*text >= ' ' && *text <= '~');
    text++;
  }
  return text + 1;
}

/* In the name of a question and in a string, each octet alone. */
START_TEST(U3_every_octet_gives_a_valid_string) {
  char hex[64];
  char text[256];
  snprintf(hex, sizeof hex, "0178 00 0010 0001 00000e10 0002 01%02x", _i);
  size_t length;
  uint8_t *octets = octets_from_hex(hex, &length);
  stubdns_record_t record;
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length), 0);
  ck_assert_int_eq(stubdns_record_to_json(&record, text, sizeof text, NULL), 0);
  const char *data = strstr(text, "\"data\":");
  const char *strings = strstr(text, "\"strings\":[");
  ck_assert_ptr_nonnull(data);
  ck_assert_ptr_nonnull(strings);
  ck_assert_int_eq(*skip_string(data + strlen("\"data\":")), ',');
  ck_assert_str_eq(skip_string(strings + strlen("\"strings\":[")), "]}}");
  free(octets);
}
END_TEST

static int write_record(const void *subject, char *buffer, size_t size,
                        size_t *length) {
  return stubdns_record_to_json(subject, buffer, size, length);
}

START_TEST(record_never_leaves_a_buffer_of_any_size) {
  const struct octets reply = reply_of(&rows[_i]);
  stubdns_message_t message;
  const stubdns_record_t record = parse_only_record(&message, &reply);
  check_sizes(write_record, &record, SIZE_MAX);
  free(reply.octets);
}
END_TEST

/* Kinds of JSON values that a kind of field gives. */
static char value_of(uint8_t kind) {
  switch (kind) {
  case STUBDNS_FIELD_U8:
  case STUBDNS_FIELD_U16:
  case STUBDNS_FIELD_U32:
  case STUBDNS_FIELD_U48:
  case STUBDNS_FIELD_DURATION:
  case STUBDNS_FIELD_ALGORITHM:
  case STUBDNS_FIELD_CERT_ALGORITHM:
  case STUBDNS_FIELD_SCHEME:
  case STUBDNS_FIELD_GATEWAY_TYPE:
  case STUBDNS_FIELD_RELAY_TYPE:
    return 'n';
  case STUBDNS_FIELD_NAMES:
  case STUBDNS_FIELD_STRINGS:
  case STUBDNS_FIELD_TYPE_BITMAP:
  case STUBDNS_FIELD_TYPE_BITMAP_OLD:
  case STUBDNS_FIELD_PREFIXES:
  case STUBDNS_FIELD_OPTIONS:
    return '[';
  case STUBDNS_FIELD_SERVICES:
  case STUBDNS_FIELD_LOCATION:
  case STUBDNS_FIELD_HOST_IDENTITY:
  case STUBDNS_FIELD_SVC_PARAMS:
    return '{';
  default:
    return '"';
  }
}

/* The first field of the table with this label. */
static const struct stubdns__field_form *first_with(const char *label) {
  const struct stubdns__type *form;
  for (unsigned i = 0; (form = stubdns__type_at(i)) != NULL; i++)
    for (size_t k = 0; form->fields[k].kind != STUBDNS_FIELD_END; k++)
      if (!strcmp(form->fields[k].label, label)) return &form->fields[k];
  return NULL;
}

START_TEST(labels_of_the_table_keep_their_type_across_record_types) {
  const struct stubdns__type *form;
  for (unsigned i = 0; (form = stubdns__type_at(i)) != NULL; i++)
    for (size_t k = 0; form->fields[k].kind != STUBDNS_FIELD_END; k++) {
      const char *label = form->fields[k].label;
      ck_assert_msg(value_of(form->fields[k].kind) ==
                        value_of(first_with(label)->kind),
                    "\"%s\" of %s", label, form->mnemonic);
      ck_assert_str_ne(label, "hex");
      ck_assert_str_ne(label, "malformed");
    }
}
END_TEST

static TCase *case_of_rows(void) {
  TCase *tcase = tcase_create("rows");
  tcase_add_loop_test(tcase, record_is_written_by_the_fields_of_its_type, 0,
                      ROWS);
  tcase_add_loop_test(tcase, record_never_leaves_a_buffer_of_any_size, 0, ROWS);
  tcase_add_loop_test(tcase, U3_every_octet_gives_a_valid_string, 0, 256);
  return tcase;
}

Suite *test_suite(void) {
  Suite *suite = suite_create("wire/json");
  TCase *tcase = tcase_create("json");
  tcase_add_test(tcase,
                 labels_of_the_table_keep_their_type_across_record_types);
  suite_add_tcase(suite, tcase);
  suite_add_tcase(suite, case_of_rows());
  return suite;
}
