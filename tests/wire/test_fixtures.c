/* Every recorded reply, as we read and print it, against what dig printed of
 * the same octets when it was recorded. */
#include "stubdns/message.h"

#include "replies.h"
#include "support/expect.h"
#include "support/suite.h"

#include "stubdns/edns.h"
#include "stubdns/query.h"
#include "stubdns/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The flags that dig prints as words. */
#define WORD_FLAGS                                                             \
  (STUBDNS_FLAG_QR | STUBDNS_FLAG_AA | STUBDNS_FLAG_TC | STUBDNS_FLAG_RD |     \
   STUBDNS_FLAG_RA | STUBDNS_FLAG_AD | STUBDNS_FLAG_CD)

static int reply_count;

static void check_header(const stubdns_message_t *message,
                         const struct printed *printed) {
  char text[24];
  expect_number("the ID", message->id, printed->id);
  expect_number("flags", message->flags & WORD_FLAGS, printed->flags);
  expect_number("QDCOUNT", message->question_count, printed->counts[0]);
  for (int i = 0; i < 3; i++)
    expect_number("a count", message->record_counts[i], printed->counts[i + 1]);
  stubdns_rcode_to_text(stubdns_message_rcode(message), text, sizeof text,
                        NULL);
  expect_text("the status", text, printed->status);
}

/* dig's name of an opcode without one is "RESERVED7". */
static void check_opcode(const stubdns_message_t *message,
                         const struct printed *printed) {
  const unsigned opcode = stubdns_message_opcode(message);
  char text[24];
  if (stubdns_opcode_mnemonic(opcode))
    stubdns_opcode_to_text(opcode, text, sizeof text, NULL);
  else
    snprintf(text, sizeof text, "RESERVED%u", opcode);
  expect_text("the opcode", text, printed->opcode);
}

static void check_edns(const stubdns_message_t *message,
                       const struct printed *printed) {
  stubdns_edns_t edns;
  const int has_edns = stubdns_message_edns(message, &edns);
  expect_number("EDNS", has_edns != 0, printed->has_edns != 0);
  if (!has_edns) return;
  expect_number("its version", edns.version, printed->edns_version);
  expect_number("its size", edns.payload_size, printed->edns_payload_size);
  expect_number("DO", (edns.flags & STUBDNS_EDNS_DO) != 0,
                printed->edns_dnssec_ok);
}

static void check_question(const stubdns_message_t *message,
                           const struct printed *printed) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  char class_[24];
  char type[24];
  char line[STUBDNS_NAME_TEXT_SIZE + 48];
  expect_number("QDCOUNT", message->question_count, printed->question != NULL);
  if (message->question_count == 0) return;
  const stubdns_question_t question = stubdns_message_question(message);
  stubdns_name_to_text(&question.name, name, sizeof name, NULL);
  stubdns_class_to_text(question.class_, class_, sizeof class_, NULL);
  stubdns_type_to_text(question.type, type, sizeof type, NULL);
  snprintf(line, sizeof line, "%s %s %s", name, class_, type);
  expect_text("the question", line, printed->question);
}

static void compare_headers(int number) {
  stubdns_message_t message;
  struct printed printed;
  reply_parse(&message, number);
  reply_read_printed(&printed, number, ".dig", "dig");
  if (printed.opcode) {
    check_header(&message, &printed);
    check_opcode(&message, &printed);
    check_edns(&message, &printed);
    check_question(&message, &printed);
  } else { /* dig prints the records of zone transfers only */
    expect_number("the type", stubdns_message_question(&message).type,
                  STUBDNS_TYPE_IXFR);
  }
  printed_free(&printed);
}

START_TEST(header_and_question_are_those_that_dig_printed) {
  for (int i = 0; i < reply_count; i++)
    compare_headers(i);
  expect_end();
}
END_TEST

static int compare_lines(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* dig prints the records of a set together, wherever they stand. */
static void sort_sections(char **lines, const size_t ends[3]) {
  size_t start = 0;
  for (int section = 0; section < 3; section++) {
    qsort(lines + start, ends[section] - start, sizeof *lines, compare_lines);
    start = ends[section];
  }
}

/* A of class CH has a form that dig knows, and of HS that of IN; RFC 1035
 * defines it for IN only, so to us it is opaque. */
static int is_opaque_to_us(const char *line) {
  return strstr(line, " CH A ") || strstr(line, " HS A ") ||
         strstr(line, " CLASS3 TYPE1 ");
}

static void check_line(const char *line, const char *printed) {
  if (is_opaque_to_us(line) && is_opaque_to_us(printed))
    expect_number("opaque", strstr(line, " \\# ") != NULL, 1);
  else
    expect_text("a record", line, printed);
}

static void check_records(struct reply_lines *lines, struct printed *printed) {
  for (int section = 0; section < 3; section++)
    expect_number("the end of a section", lines->section_ends[section],
                  printed->section_ends[section]);
  if (lines->section_ends[2] != printed->section_ends[2]) return;
  sort_sections(lines->lines, lines->section_ends);
  sort_sections(printed->records, printed->section_ends);
  for (size_t i = 0; i < lines->section_ends[2]; i++)
    check_line(lines->lines[i], printed->records[i]);
}

static void compare_records(int number, const char *form, unsigned style) {
  stubdns_message_t message;
  struct printed printed;
  struct reply_lines lines;
  reply_parse(&message, number);
  reply_read_printed(&printed, number, ".dig", form);
  reply_print(&lines, &message, style);
  check_records(&lines, &printed);
  reply_lines_free(&lines);
  printed_free(&printed);
}

static void compare_with_dig(const char *form, unsigned style) {
  for (int i = 0; i < reply_count; i++)
    compare_records(i, form, style);
  expect_end();
}

START_TEST(records_are_those_that_dig_printed) {
  compare_with_dig("dig", 0);
}
END_TEST

START_TEST(records_in_one_piece_are_those_that_dig_printed) {
  compare_with_dig("dig +nosplit", STUBDNS_TEXT_NO_SPLIT);
}
END_TEST

START_TEST(records_with_units_of_time_are_those_that_dig_printed) {
  compare_with_dig("dig +ttlunits", STUBDNS_TEXT_TTL_UNITS);
}
END_TEST

START_TEST(records_of_rfc3597_form_are_those_that_dig_printed) {
  compare_with_dig("dig +unknownformat", STUBDNS_TEXT_UNKNOWN);
}
END_TEST

Suite *test_suite(void) {
  reply_count = replies_load();
  TCase *const cases = tcase_create("recorded replies");
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, header_and_question_are_those_that_dig_printed);
  tcase_add_test(cases, records_are_those_that_dig_printed);
  tcase_add_test(cases, records_in_one_piece_are_those_that_dig_printed);
  tcase_add_test(cases, records_with_units_of_time_are_those_that_dig_printed);
  tcase_add_test(cases, records_of_rfc3597_form_are_those_that_dig_printed);
  Suite *const suite = suite_create("wire/fixtures");
  suite_add_tcase(suite, cases);
  return suite;
}
