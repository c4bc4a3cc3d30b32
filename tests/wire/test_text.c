/* src/wire/text*.c: what dig prints of the same octets is what we print, and no
 * text is written outside its buffer. */
#include "stubdns/text.h"

#include "stubdns/error.h"
#include "support/octets.h"
#include "support/suite.h"
#include "texts.h"
#include "wire/type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text_table table;

/* The usual forms, of which one that is not listed is like the plain one. */
static const char *const usual_forms[] = {"+multiline", "+nosplit", "+nocrypto",
                                          "+rrcomments"};

static int is_listed(const struct text_row *row, unsigned style) {
  for (size_t i = 0; i < row->form_count; i++)
    if (row->forms[i].style == style) return 1;
  return 0;
}

/* The record's text in a heap block of exactly its size. */
static char *print_record(const stubdns_record_t *record, unsigned style) {
  size_t length = SIZE_MAX;
  ck_assert_int_eq(stubdns_record_to_text(record, style, NULL, 0, &length),
                   STUBDNS_ENOSPACE);
  char *text = malloc(length + 1);
  ck_assert_ptr_nonnull(text);
  ck_assert_int_eq(
      stubdns_record_to_text(record, style, text, length + 1, NULL), 0);
  ck_assert_uint_eq(strlen(text), length);
  return text;
}

static void check_form(const struct text_row *row, unsigned style,
                       const char *expected) {
  stubdns_message_t message;
  const stubdns_record_t record = text_row_record(row, &message);
  char *text = print_record(&record, style);
  ck_assert_msg(!strcmp(text, expected), "%s, style %#x\nwe  %s\ndig %s",
                row->what, style, text, expected);
  free(text);
}

START_TEST(record_prints_as_dig_does) {
  for (size_t i = 0; i < table.count; i++) {
    const struct text_row *row = &table.rows[i];
    ck_assert_uint_gt(row->form_count, 0);
    for (size_t k = 0; k < row->form_count; k++)
      check_form(row, row->forms[k].style, row->forms[k].text);
  }
}
END_TEST

START_TEST(form_that_changes_nothing_prints_as_the_plain_one) {
  for (size_t i = 0; i < table.count; i++) {
    const struct text_row *row = &table.rows[i];
    if (!is_listed(row, text_style_of_form("+multiline"))) continue;
    for (size_t k = 0; k < sizeof usual_forms / sizeof usual_forms[0]; k++) {
      const unsigned style = text_style_of_form(usual_forms[k]);
      if (!is_listed(row, style)) check_form(row, style, row->forms[0].text);
    }
  }
}
END_TEST

START_TEST(every_type_of_the_table_has_a_recorded_text) {
  const struct stubdns__type *form;
  for (unsigned index = 0; (form = stubdns__type_at(index)) != NULL; index++) {
    size_t count = 0;
    for (size_t i = 0; i < table.count; i++) {
      stubdns_message_t message;
      count += text_row_record(&table.rows[i], &message).type == form->number;
    }
    if (form->fields[0].kind != STUBDNS_FIELD_END)
      ck_assert_msg(count > 0, "%s is not in texts.txt", form->mnemonic);
  }
}
END_TEST

START_TEST(rdata_text_is_the_end_of_the_record_text) {
  for (size_t i = 0; i < table.count; i++) {
    stubdns_message_t message;
    const stubdns_record_t record = text_row_record(&table.rows[i], &message);
    char *line = print_record(&record, 0);
    size_t length = 0;
    stubdns_rdata_to_text(&record, 0, NULL, 0, &length);
    char *text = malloc(length + 1);
    ck_assert_int_eq(
        stubdns_rdata_to_text(&record, 0, text, length + 1, &length), 0);
    ck_assert_str_eq(line + strlen(line) - length, text);
    free(text);
    free(line);
  }
}
END_TEST

/* Beyond this size, of which no record but a few need more, sizes are tried in
 * steps of a prime. */
#define EVERY_SIZE_MAX 300
#define STEP 37

/* Prints into every size up to what is needed, each a heap block of its own:
 * the text is cut, ended by NUL, and its length told. */
static void check_sizes(const stubdns_record_t *record, unsigned style) {
  char *whole = print_record(record, style);
  const size_t needed = strlen(whole);
  for (size_t size = 0; size <= needed;
       size += size < EVERY_SIZE_MAX ? 1 : STEP) {
    char *text = malloc(size ? size : 1);
    size_t length = 0;
    ck_assert_int_eq(stubdns_record_to_text(record, style, size ? text : NULL,
                                            size, &length),
                     STUBDNS_ENOSPACE);
    ck_assert_uint_eq(length, needed);
    if (size) {
      ck_assert_mem_eq(text, whole, size - 1);
      ck_assert_int_eq(text[size - 1], '\0');
    }
    free(text);
  }
  free(whole);
}

START_TEST(record_text_is_cut_at_every_size_PP12) {
  for (size_t i = 0; i < table.count; i++) {
    stubdns_message_t message;
    const stubdns_record_t record = text_row_record(&table.rows[i], &message);
    check_sizes(&record, 0);
    check_sizes(&record, STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS);
    check_sizes(&record, STUBDNS_TEXT_UNKNOWN | STUBDNS_TEXT_TABS);
  }
}
END_TEST

/* Three labels of 63 octets and one of 61, each octet of which is \255. */
START_TEST(longest_name_text_has_1004_characters_PP12) {
  static const uint8_t sizes[] = {63, 63, 63, 61};
  stubdns_name_t name = {.length = 0};
  for (size_t i = 0; i < sizeof sizes; i++) {
    name.octets[name.length] = sizes[i];
    memset(name.octets + name.length + 1, 0xff, sizes[i]);
    name.length = (uint8_t)(name.length + 1 + sizes[i]);
  }
  name.octets[name.length++] = 0;
  ck_assert_uint_eq(name.length, STUBDNS_NAME_MAX);
  char *text = malloc(STUBDNS_NAME_TEXT_SIZE);
  size_t length;
  ck_assert_int_eq(
      stubdns_name_to_text(&name, text, STUBDNS_NAME_TEXT_SIZE, &length), 0);
  ck_assert_uint_eq(length, 1004);
  ck_assert_int_eq(
      stubdns_name_to_text(&name, text, STUBDNS_NAME_TEXT_SIZE - 1, &length),
      STUBDNS_ENOSPACE);
  free(text);
}
END_TEST

/* The escapes themselves are held to dig's by the fixture. */
START_TEST(name_of_any_octet_is_read_back_B7) {
  for (unsigned octet = 0; octet < 256; octet++) {
    const stubdns_name_t name = {4, {2, (uint8_t)octet, 'x', 0}};
    char text[STUBDNS_NAME_TEXT_SIZE];
    size_t length;
    stubdns_name_t read;
    ck_assert_int_eq(stubdns_name_to_text(&name, text, sizeof text, &length),
                     0);
    for (size_t i = 0; i < length; i++)
      ck_assert(text[i] > ' ' && text[i] < 0x7f);
    ck_assert_int_eq(stubdns_name_from_text(&read, text, length), 0);
    ck_assert(stubdns_name_identical(&read, &name));
  }
}
END_TEST

START_TEST(root_is_a_dot) {
  const stubdns_name_t root = {1, {0}};
  char text[2];
  ck_assert_int_eq(stubdns_name_to_text(&root, text, sizeof text, NULL), 0);
  ck_assert_str_eq(text, ".");
}
END_TEST

typedef int to_text(unsigned number, char *text, size_t size, size_t *length);

static int type_text(unsigned n, char *text, size_t size, size_t *length) {
  return stubdns_type_to_text((uint16_t)n, text, size, length);
}

static int class_text(unsigned n, char *text, size_t size, size_t *length) {
  return stubdns_class_to_text((uint16_t)n, text, size, length);
}

struct mnemonic_row {
  to_text *function;
  unsigned number;
  const char *text;
};

static const struct mnemonic_row mnemonics[] = {
    {type_text, 15, "MX"},
    {type_text, 0, "TYPE0"},
    {type_text, 65280, "TYPE65280"},
    {type_text, 65535, "TYPE65535"},
    {class_text, 1, "IN"},
    {class_text, 3, "CH"},
    {class_text, 4, "HS"},
    {class_text, 254, "NONE"},
    {class_text, 255, "ANY"},
    {class_text, 77, "CLASS77"},
    {class_text, 0, "CLASS0"},
    {stubdns_rcode_to_text, 0, "NOERROR"},
    {stubdns_rcode_to_text, 3, "NXDOMAIN"},
    {stubdns_rcode_to_text, 12, "RCODE12"},
    {stubdns_rcode_to_text, 23, "BADCOOKIE"},
    {stubdns_rcode_to_text, 3841, "RCODE3841"},
    {stubdns_rcode_to_text, 4294967295u, "RCODE4294967295"},
    {stubdns_opcode_to_text, 0, "QUERY"},
    {stubdns_opcode_to_text, 7, "OPCODE7"},
    {stubdns_opcode_to_text, 15, "OPCODE15"},
};

START_TEST(number_has_its_mnemonic_or_a_generic_one_PP10) {
  const struct mnemonic_row *row = &mnemonics[_i];
  const size_t needed = strlen(row->text);
  for (size_t size = 0; size <= needed; size++) {
    char text[24] = "-----------------------";
    size_t length;
    ck_assert_int_eq(row->function(row->number, text, size, &length),
                     STUBDNS_ENOSPACE);
    ck_assert_uint_eq(length, needed);
    ck_assert_int_eq(text[size], '-');
  }
  char text[24];
  ck_assert_int_eq(row->function(row->number, text, sizeof text, NULL), 0);
  ck_assert_str_eq(text, row->text);
}
END_TEST

/* Prints the record of `type` whose RDATA is `length` octets 0x01. */
static void print_any(uint16_t type, uint8_t length) {
  uint8_t octets[12 + 11 + 16] = {0, 0, 0x80, [7] = 1, [17] = 0};
  octets[12 + 1] = (uint8_t)(type >> 8);
  octets[12 + 2] = (uint8_t)type;
  octets[12 + 4] = 1;
  octets[12 + 10] = length;
  memset(octets + 23, 1, length);
  stubdns_message_t message;
  stubdns_record_t record;
  if (stubdns_message_parse(&message, octets, 23u + length, 0)) return;
  stubdns_records_t records = stubdns_message_all_records(&message);
  ck_assert(stubdns_records_next(&records, &record));
  char text[128];
  ck_assert_int_eq(stubdns_record_to_text(&record, 0, text, sizeof text, NULL),
                   0);
  char type_word[16];
  stubdns_type_to_text(type, type_word, sizeof type_word, NULL);
  if (!strstr(text, type_word)) ck_abort_msg("%s", text);
  if (!stubdns_type_mnemonic(type) && !strstr(text, "\\# "))
    ck_abort_msg("%s", text);
}

START_TEST(any_type_prints_PP10) {
  static const uint8_t lengths[] = {0, 1, 4, 16};
  for (unsigned type = 0; type <= UINT16_MAX; type++)
    for (size_t i = 0; i < sizeof lengths; i++)
      print_any((uint16_t)type, lengths[i]);
}
END_TEST

/* U1: one record is one line, and no octet from the network reaches a terminal
 * as a control character. */
START_TEST(record_text_is_printable_U1) {
  for (size_t i = 0; i < table.count; i++) {
    stubdns_message_t message;
    const stubdns_record_t record = text_row_record(&table.rows[i], &message);
    char *text = print_record(&record, STUBDNS_TEXT_COMMENTS);
    for (const char *c = text; *c; c++)
      ck_assert(*c == '\t' || (*c >= ' ' && *c < 0x7f));
    free(text);
  }
}
END_TEST

START_TEST(tabs_divide_columns) {
  stubdns_message_t message;
  const stubdns_record_t record = text_row_record(&table.rows[0], &message);
  char *text = print_record(&record, STUBDNS_TEXT_TABS);
  ck_assert_str_eq(text, "x.\t3600\tIN\tA\t192.0.2.1");
  free(text);
}
END_TEST

/* DNSKEY records of algorithm 253, whose key should begin with a name, RFC 4034
 * appendix A.1.1. */
#define KEY_OF(length) "00 0030 0001 0000003c " length " 0100 03 fd "
#define OCTETS_16 "61616161616161616161616161616161"
static const struct {
  const char *record;
  const char *comment;
} private_keys[] = {
    {KEY_OF("0008") "016100 01", "; alg = a ;"},
    {KEY_OF("0006") "00 01", "; alg = . ;"},
    {KEY_OF("0006") "0161", "; alg = PRIVATEDNS ;"},
    /* A label of 64 octets. */
    {KEY_OF("0047") "40" OCTETS_16 OCTETS_16 OCTETS_16 OCTETS_16 "00 01",
     "; alg = PRIVATEDNS ;"},
};

START_TEST(key_of_a_private_algorithm_has_its_name_where_there_is_one) {
  size_t length;
  uint8_t *const octets = octets_from_hex(private_keys[_i].record, &length);
  stubdns_record_t record;
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length), 0);
  char *const text =
      print_record(&record, STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS);
  ck_assert_msg(strstr(text, private_keys[_i].comment), "%s", text);
  free(text);
  free(octets);
}
END_TEST

Suite *test_suite(void) {
  table = texts_load();
  TCase *const cases = tcase_create("text");
  tcase_set_timeout(cases, 120);
  tcase_add_test(cases, record_prints_as_dig_does);
  tcase_add_test(cases, form_that_changes_nothing_prints_as_the_plain_one);
  tcase_add_test(cases, every_type_of_the_table_has_a_recorded_text);
  tcase_add_test(cases, rdata_text_is_the_end_of_the_record_text);
  tcase_add_test(cases, record_text_is_cut_at_every_size_PP12);
  tcase_add_test(cases, longest_name_text_has_1004_characters_PP12);
  tcase_add_test(cases, name_of_any_octet_is_read_back_B7);
  tcase_add_test(cases, root_is_a_dot);
  tcase_add_loop_test(cases, number_has_its_mnemonic_or_a_generic_one_PP10, 0,
                      (int)(sizeof mnemonics / sizeof mnemonics[0]));
  tcase_add_loop_test(
      cases, key_of_a_private_algorithm_has_its_name_where_there_is_one, 0,
      (int)(sizeof private_keys / sizeof private_keys[0]));
  tcase_add_test(cases, any_type_prints_PP10);
  tcase_add_test(cases, record_text_is_printable_U1);
  tcase_add_test(cases, tabs_divide_columns);
  Suite *const suite = suite_create("wire/text");
  suite_add_tcase(suite, cases);
  return suite;
}
