/* src/wire/type.c and the table in stubdns/types.h: every line has a fixture,
 * every mnemonic is found again. */
#include "wire/type.h"

#include "stubdns/wire.h"
#include "support/fixture.h"
#include "support/recorded.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t seen[UINT16_MAX + 1];

/* Notes the types of all records whose fields were read. */
static void note_types(const uint8_t *octets, size_t length) {
  stubdns_message_t message;
  stubdns_record_t record;
  stubdns_field_t field;
  if (stubdns_message_parse(&message, octets, length, 0)) return;
  stubdns_records_t records = stubdns_message_all_records(&message);
  while (stubdns_records_next(&records, &record)) {
    stubdns_fields_t fields = stubdns_record_fields(&record);
    if (stubdns_fields_next(&fields, &field)) seen[record.type] = 1;
  }
}

static void note_recorded(void) {
  struct recorded_list list = recorded_load();
  for (size_t i = 0; i < list.count; i++)
    note_types(list.messages[i].octets, list.messages[i].length);
  recorded_free(&list);
}

static void note_written(void) {
  struct file_list files = files_list("messages", ".hex");
  for (size_t i = 0; i < files.count; i++) {
    struct hex_fixture fixture = hex_load(files.paths[i]);
    note_types(fixture.message.octets, fixture.message.length);
    free(fixture.message.octets);
  }
  files_free(&files);
}

START_TEST(every_line_of_the_table_has_a_fixture) {
  unsigned missing = 0;
  note_recorded();
  note_written();
  for (unsigned i = 0; stubdns__type_at(i); i++) {
    const struct stubdns__type *const line = stubdns__type_at(i);
    if (line->fields[0].kind == STUBDNS_FIELD_END || seen[line->number])
      continue;
    fprintf(stderr, "no fixture has a record of type %s\n", line->mnemonic);
    missing++;
  }
  ck_assert_uint_eq(missing, 0);
}
END_TEST

START_TEST(every_mnemonic_is_found_again) {
  for (unsigned i = 0; stubdns__type_at(i); i++) {
    const struct stubdns__type *const line = stubdns__type_at(i);
    const size_t length = strlen(line->mnemonic);
    uint16_t type = 0;
    ck_assert_str_eq(stubdns_type_mnemonic(line->number), line->mnemonic);
    ck_assert_int_eq(stubdns_type_from_text(&type, line->mnemonic, length), 0);
    ck_assert_uint_eq(type, line->number);
    ck_assert_ptr_eq(stubdns__type_find(line->number), line);
  }
}
END_TEST

static const struct {
  const char *text;
  int type;   /* -1: none */
  int class_; /* -1: none */
} words[] = {
    {"mx", 15, -1},         {"MX", 15, -1},          {"nsap-ptr", 23, -1},
    {"any", 255, 255},      {"TYPE0", 0, -1},        {"type65535", 65535, -1},
    {"TYPE65536", -1, -1},  {"TYPE", -1, -1},        {"TYPE1x", -1, -1},
    {"TYPE000015", -1, -1}, {"TYPE00015", 15, -1},   {"TYPE-1", -1, -1},
    {"", -1, -1},           {"M", -1, -1},           {"MXX", -1, -1},
    {"in", -1, 1},          {"IN", -1, 1},           {"CH", -1, 3},
    {"chaos", -1, 3},       {"HS", -1, 4},           {"hesiod", -1, 4},
    {"none", -1, 254},      {"CLASS3841", -1, 3841}, {"class65535", -1, 65535},
    {"CLASS65536", -1, -1}, {"CLASS", -1, -1},
};

START_TEST(word_is_a_type_or_a_class_or_neither) {
  uint16_t number = 0;
  const char *const text = words[_i].text;
  int error = stubdns_type_from_text(&number, text, strlen(text));
  ck_assert_msg((error ? -1 : number) == words[_i].type, "type %s", text);
  error = stubdns_class_from_text(&number, text, strlen(text));
  ck_assert_msg((error ? -1 : number) == words[_i].class_, "class %s", text);
}
END_TEST

START_TEST(number_without_a_name_has_none_PP10) {
  ck_assert_ptr_null(stubdns_type_mnemonic(65280));
  ck_assert_ptr_null(stubdns_class_mnemonic(2));
  ck_assert_str_eq(stubdns_class_mnemonic(3), "CH");
  ck_assert_ptr_null(stubdns_rcode_mnemonic(12));
  ck_assert_ptr_null(stubdns_rcode_mnemonic(4095));
  ck_assert_str_eq(stubdns_rcode_mnemonic(23), "BADCOOKIE");
  ck_assert_ptr_null(stubdns_opcode_mnemonic(3));
  ck_assert_ptr_null(stubdns_opcode_mnemonic(15));
  ck_assert_str_eq(stubdns_opcode_mnemonic(4), "NOTIFY");
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("type");
  tcase_add_test(cases, every_line_of_the_table_has_a_fixture);
  tcase_add_test(cases, every_mnemonic_is_found_again);
  tcase_add_loop_test(cases, word_is_a_type_or_a_class_or_neither, 0,
                      (int)(sizeof words / sizeof words[0]));
  tcase_add_test(cases, number_without_a_name_has_none_PP10);
  Suite *const suite = suite_create("wire/type");
  suite_add_tcase(suite, cases);
  return suite;
}
