/* src/resolver/special.c: which names are special, and what they are answered.
 */
#include "resolver/special.h"

#include "stubdns/address.h"
#include "stubdns/wire.h"
#include "support/octets.h"
#include "support/suite.h"

#include <string.h>

#define ORDINARY (-1)
#define NXDOMAIN STUBDNS_RCODE_NXDOMAIN

static const struct {
  const char *name;
  uint16_t type;
  uint16_t class_; /* 0: IN */
  int rcode;       /* ORDINARY: it goes to a server */
  const char *address;
} rows[] = {
    {"localhost", STUBDNS_TYPE_A, 0, 0, "127.0.0.1"},
    {"LocalHost", STUBDNS_TYPE_A, 0, 0, "127.0.0.1"},
    {"a.b.localhost", STUBDNS_TYPE_A, 0, 0, "127.0.0.1"},
    {"localhost", STUBDNS_TYPE_AAAA, 0, 0, "::1"},
    {"localhost", STUBDNS_TYPE_MX, 0, 0, NULL},
    {"localhost", STUBDNS_TYPE_A, STUBDNS_CLASS_CH, 0, NULL},
    {"invalid", STUBDNS_TYPE_A, 0, NXDOMAIN, NULL},
    {"a.INVALID", STUBDNS_TYPE_TXT, 0, NXDOMAIN, NULL},
    {"abc.onion", STUBDNS_TYPE_A, 0, NXDOMAIN, NULL},
    {"a.alt", STUBDNS_TYPE_A, 0, NXDOMAIN, NULL},
    {"printer.local", STUBDNS_TYPE_A, 0, NXDOMAIN, NULL},
    {"notlocalhost", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {"localhost.example", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {"onion.test", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {"locale", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {"alternative", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {"a\\.localhost", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {".", STUBDNS_TYPE_NS, 0, ORDINARY, NULL},
    {"test", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {"example", STUBDNS_TYPE_A, 0, ORDINARY, NULL},
    {"1.0.168.192.in-addr.arpa", STUBDNS_TYPE_PTR, 0, ORDINARY, NULL},
    {"_dns.resolver.arpa", STUBDNS_TYPE_SVCB, 0, ORDINARY, NULL},
    {"ipv4only.arpa", STUBDNS_TYPE_AAAA, 0, ORDINARY, NULL},
};

static void check_address(const stubdns_message_t *message, int row) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  stubdns_field_t field;
  stubdns_address_t address;
  const stubdns_name_t name = NAME(rows[row].name);
  stubdns_address_from_text(&address, rows[row].address,
                            strlen(rows[row].address));
  ck_assert(stubdns_records_next(&records, &record));
  ck_assert(stubdns_record_is_owned_by(&record, &name));
  ck_assert(stubdns_record_field(&record, "address", &field));
  ck_assert_uint_eq(field.length, address.length);
  ck_assert(
      !memcmp(stubdns_field_octets(&field), address.octets, field.length));
}

START_TEST(special_name_is_answered_here_and_no_other_B24_B25_B26_D11) {
  const stubdns_question_t question = {NAME(rows[_i].name), rows[_i].type,
                                       rows[_i].class_ ? rows[_i].class_
                                                       : STUBDNS_CLASS_IN};
  uint8_t octets[STUBDNS__SPECIAL_REPLY_MAX];
  size_t length;
  stubdns_message_t message;
  const int is_special = stubdns__special_reply(&question, octets, &length);
  ck_assert_msg(is_special == (rows[_i].rcode != ORDINARY), "%s",
                rows[_i].name);
  if (!is_special) return;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  ck_assert(stubdns_message_asks(&message, &question, 1));
  ck_assert_int_eq((int)stubdns_message_rcode(&message), rows[_i].rcode);
  ck_assert_uint_eq(message.record_counts[0], rows[_i].address ? 1 : 0);
  if (rows[_i].address) check_address(&message, _i);
}
END_TEST

START_TEST(reply_of_the_longest_name_has_room) {
  stubdns_question_t question = {NAME("localhost"), STUBDNS_TYPE_AAAA,
                                 STUBDNS_CLASS_IN};
  uint8_t octets[STUBDNS__SPECIAL_REPLY_MAX];
  size_t length;
  stubdns_name_t *const name = &question.name;
  while (name->length + 2 <= STUBDNS_NAME_MAX) {
    memmove(name->octets + 2, name->octets, name->length);
    name->octets[0] = 1;
    name->octets[1] = 'a';
    name->length = (uint8_t)(name->length + 2);
  }
  ck_assert_uint_eq(name->length, STUBDNS_NAME_MAX);
  ck_assert(stubdns__special_reply(&question, octets, &length));
  ck_assert_uint_eq(length, STUBDNS__SPECIAL_REPLY_MAX);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("special");
  tcase_add_loop_test(
      cases, special_name_is_answered_here_and_no_other_B24_B25_B26_D11, 0,
      (int)(sizeof rows / sizeof rows[0]));
  tcase_add_test(cases, reply_of_the_longest_name_has_room);
  Suite *const suite = suite_create("resolver/special");
  suite_add_tcase(suite, cases);
  return suite;
}
