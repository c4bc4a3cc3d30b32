/* Parsing as a whole: properties that hold for every message, tried over all
 * values of one field at a time. */
#include "stubdns/message.h"

#include "support/octets.h"
#include "support/recorded.h"
#include "support/suite.h"
#include "support/walk.h"

#include "stubdns/error.h"
#include "stubdns/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A reply with the question www.test, and one NULL record of four octets, which
 * is opaque; its owner is at 26. */
static const char reply_hex[] =
    "1234 8180 0001 0001 0000 0000"
    "03777777 0474657374 00 0001 0001"
    "c00c 000a 0001 00000000 0004 01610000";
enum {
  ANCOUNT_OFFSET = 6,
  OWNER_OFFSET = 26,
  TYPE_OFFSET = 28,
  CLASS_OFFSET = 30,
  RDLENGTH_OFFSET = 36,
};

static uint8_t *octets;
static size_t length;

static void set_up(void) {
  octets = octets_from_hex(reply_hex, &length);
}

static void tear_down(void) {
  free(octets);
}

static void set_u16(size_t offset, unsigned value) {
  octets[offset] = (uint8_t)(value >> 8);
  octets[offset + 1] = (uint8_t)value;
}

static int parse(stubdns_message_t *message) {
  return stubdns_message_parse(message, octets, length, 0);
}

/* Names began at 12 and, label by label, at 16 and 21; every other place is
 * none, though 0 to 11 and the RDATA can be read as names. */
START_TEST(pointer_leads_only_to_where_a_name_began_PP2) {
  stubdns_message_t message;
  for (unsigned target = 0; target < 0x4000; target++) {
    set_u16(OWNER_OFFSET, 0xc000 | target);
    const int is_name = target == 12 || target == 16 || target == 21;
    ck_assert_int_eq(parse(&message), is_name ? 0 : STUBDNS_EBADPOINTER);
    if (!is_name) ck_assert_uint_eq(message.error_offset, OWNER_OFFSET + 2);
  }
}
END_TEST

START_TEST(counts_are_claims_that_octets_must_bear_out_PP5) {
  stubdns_message_t message;
  for (size_t offset = ANCOUNT_OFFSET; offset < 12; offset += 2) {
    const unsigned true_count = octets[offset + 1];
    for (unsigned count = 0; count < 0x10000; count++) {
      set_u16(offset, count);
      ck_assert_int_eq(parse(&message) != 0, count > true_count);
    }
    set_u16(offset, true_count);
  }
}
END_TEST

/* Length of RDATA in one message for each of these. */
static const unsigned rdata_lengths[] = {0, 1, 4, 16};

static void make_rdata(unsigned rdata_length) {
  octets = realloc(octets, 38 + rdata_length);
  ck_assert_ptr_nonnull(octets);
  memset(octets + 38, 0x01, rdata_length);
  set_u16(RDLENGTH_OFFSET, rdata_length);
  length = 38 + rdata_length;
}

/* Whether the table has no fields for the type, and so no form to break. */
static int is_opaque(unsigned type) {
#define F(kind, label) +1
#define X(identifier, number, mnemonic, rfc, rule, fields)                     \
  if (type == number) return (0 fields) == 0;
  STUBDNS_TYPE_MAP(X)
#undef X
#undef F
  return 1;
}

START_TEST(unknown_type_never_fails_PP10) {
  stubdns_message_t message;
  char expected[24];
  char text[24];
  make_rdata(rdata_lengths[_i]);
  for (unsigned type = 0; type < 0x10000; type++) {
    set_u16(TYPE_OFFSET, type);
    const int error = parse(&message);
    if (is_opaque(type)) ck_assert_int_eq(error, 0);
    if (!error) ck_assert_uint_eq(walk_message_unprinted(&message), 1);
    if (!error && type < 512) walk_message(&message);
    if (stubdns_type_mnemonic((uint16_t)type)) continue;
    snprintf(expected, sizeof expected, "TYPE%u", type);
    stubdns_type_to_text((uint16_t)type, text, sizeof text, NULL);
    ck_assert_str_eq(text, expected);
  }
}
END_TEST

START_TEST(unknown_class_never_fails_PP10) {
  stubdns_message_t message;
  char expected[24];
  char text[24];
  set_u16(TYPE_OFFSET, STUBDNS_TYPE_AAAA);
  for (unsigned class_ = 0; class_ < 0x10000; class_++) {
    set_u16(CLASS_OFFSET, class_);
    const int is_internet = class_ == STUBDNS_CLASS_IN;
    ck_assert_int_eq(parse(&message), is_internet ? STUBDNS_ERDATAEND : 0);
    if (stubdns_class_mnemonic((uint16_t)class_)) continue;
    snprintf(expected, sizeof expected, "CLASS%u", class_);
    stubdns_class_to_text((uint16_t)class_, text, sizeof text, NULL);
    ck_assert_str_eq(text, expected);
  }
}
END_TEST

START_TEST(unknown_flags_opcodes_and_rcodes_never_fail_PP10) {
  stubdns_message_t message;
  for (unsigned flags = 0; flags < 0x10000; flags++) {
    set_u16(2, flags);
    ck_assert_int_eq(parse(&message), 0);
    ck_assert_uint_eq(message.flags, flags);
    ck_assert_uint_eq(stubdns_message_rcode(&message), flags & 0xf);
    ck_assert_uint_eq(stubdns_message_opcode(&message), flags >> 11 & 0xf);
  }
}
END_TEST

/* The last octets of memory that can be read and not written, in front of some
 * that cannot even be read. */
static const uint8_t *guarded_copy(const struct recorded *recorded) {
  static uint8_t *pages;
  static const size_t room = 1u << 17; /* a multiple of every page's size */
  if (!pages) {
    const int zeros = open("/dev/zero", O_RDWR);
    pages = mmap(NULL, 2 * room, PROT_NONE, MAP_PRIVATE, zeros, 0);
    close(zeros);
    ck_assert(pages != MAP_FAILED);
  }
  uint8_t *const copy = pages + room - recorded->length;
  ck_assert_int_eq(mprotect(pages, room, PROT_READ | PROT_WRITE), 0);
  if (recorded->length) memcpy(copy, recorded->octets, recorded->length);
  ck_assert_int_eq(mprotect(pages, room, PROT_READ), 0);
  return copy;
}

START_TEST(parsing_changes_nothing_but_its_result_PP8) {
  struct recorded_list recorded = recorded_load();
  for (size_t i = 0; i < recorded.count; i++) {
    const struct recorded *const one = &recorded.messages[i];
    const uint8_t *const copy = guarded_copy(one);
    stubdns_message_t first;
    stubdns_message_t second;
    memset(&first, 0x00, sizeof first);
    memset(&second, 0xff, sizeof second);
    ck_assert_int_eq(stubdns_message_parse(&first, copy, one->length, 0), 0);
    walk_message(&first);
    ck_assert_int_eq(stubdns_message_parse(&second, copy, one->length, 0), 0);
    ck_assert_mem_eq(copy, one->octets, one->length);
    ck_assert_uint_eq(first.records_end, second.records_end);
    ck_assert_uint_eq(first.opt_offset, second.opt_offset);
    ck_assert_uint_eq(first.flags, second.flags);
  }
  recorded_free(&recorded);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("properties");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, pointer_leads_only_to_where_a_name_began_PP2);
  tcase_add_test(cases, parsing_changes_nothing_but_its_result_PP8);
  TCase *const all = tcase_create("every value");
  tcase_add_checked_fixture(all, set_up, tear_down);
  tcase_set_tags(all, "exhaustive");
  tcase_set_timeout(all, 60);
  tcase_add_test(all, counts_are_claims_that_octets_must_bear_out_PP5);
  tcase_add_loop_test(all, unknown_type_never_fails_PP10, 0,
                      (int)(sizeof rdata_lengths / sizeof rdata_lengths[0]));
  tcase_add_test(all, unknown_class_never_fails_PP10);
  tcase_add_test(all, unknown_flags_opcodes_and_rcodes_never_fail_PP10);
  Suite *const suite = suite_create("wire/properties");
  suite_add_tcase(suite, cases);
  suite_add_tcase(suite, all);
  return suite;
}
