/* src/wire/text*.c over every recorded reply: each record's text stands as
 * whole lines in what dig printed of the same octets at recording time. */
#include "stubdns/text.h"

#include "stubdns/message.h"
#include "support/fixture.h"
#include "support/recorded.h"
#include "support/suite.h"
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct recorded_list recorded;

static const char *const forms[] = {"", "+multiline", "+nosplit", "+ttlunits",
                                    "+unknownformat"};
#define FORMS (sizeof forms / sizeof forms[0])

/* What our text is not dig's in, on purpose: an A record has a form in class IN
 * alone (RFC 3597 section 5), and dig sets the parenthesis of HHIT and BRID the
 * wrong way round. */
static int is_ours_alone(const stubdns_record_t *record, unsigned style) {
  switch (record->type) {
  case STUBDNS_TYPE_A:
    return record->class_ != STUBDNS_CLASS_IN;
  case STUBDNS_TYPE_HHIT:
  case STUBDNS_TYPE_BRID:
    return style & STUBDNS_TEXT_MULTILINE;
  default:
    return 0;
  }
}

static char *load_dig_text(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "%s/recorded/%s.dig", STUBDNS_FIXTURES, name);
  const struct octets file = file_read(path);
  char *text = malloc(file.length + 1);
  ck_assert_ptr_nonnull(text);
  memcpy(text, file.octets, file.length);
  text[file.length] = '\0';
  free(file.octets);
  return text;
}

/* The section of a form, ended by NUL: its lines as a text of their own. */
static char *copy_section(const char *text, const char *form) {
  char head[64];
  snprintf(head, sizeof head, "=== dig%s%s\n", *form ? " " : "", form);
  const char *start = strstr(text, head);
  ck_assert_ptr_nonnull(start);
  start += strlen(head) - 1; /* keeps the newline */
  const char *end = strstr(start, "\n=== ");
  return strndup(start, end ? (size_t)(end - start) + 1 : strlen(start));
}

/* Whether `lines` stands in `section` as whole lines. */
static int has_lines(const char *section, const char *lines) {
  const size_t size = strlen(lines) + 3;
  char *framed = malloc(size);
  ck_assert_ptr_nonnull(framed);
  snprintf(framed, size, "\n%s\n", lines);
  const int is_there = strstr(section, framed) != NULL;
  free(framed);
  return is_there;
}

static void check_record(const struct recorded *message,
                         const stubdns_record_t *record, unsigned style,
                         const char *section) {
  static char text[1u << 20];
  if (record->type == STUBDNS_TYPE_OPT || is_ours_alone(record, style)) return;
  ck_assert_int_eq(
      stubdns_record_to_text(record, style, text, sizeof text, NULL), 0);
  ck_assert_msg(has_lines(section, text), "%s, style %#x: dig has no\n%s",
                message->name, style, text);
}

static size_t check_message(const struct recorded *reply, const char *form,
                            const char *section) {
  const unsigned style = text_style_of_form(form);
  size_t count = 0;
  stubdns_message_t message;
  stubdns_record_t record;
  ck_assert_int_eq(
      stubdns_message_parse(&message, reply->octets, reply->length, 0), 0);
  stubdns_records_t records = stubdns_message_all_records(&message);
  for (; stubdns_records_next(&records, &record); count++)
    check_record(reply, &record, style, section);
  return count;
}

START_TEST(recorded_reply_prints_as_dig_printed_it) {
  size_t count = 0;
  for (size_t i = 1; i < recorded.count; i += 2) {
    const struct recorded *reply = &recorded.messages[i];
    ck_assert_str_eq(reply->name, recorded.messages[i - 1].name);
    char *text = load_dig_text(reply->name);
    for (size_t k = 0; k < FORMS; k++) {
      char *section = copy_section(text, forms[k]);
      count += check_message(reply, forms[k], section);
      free(section);
    }
    free(text);
  }
  ck_assert_uint_gt(count, 10000);
}
END_TEST

Suite *test_suite(void) {
  recorded = recorded_load();
  TCase *const cases = tcase_create("recorded");
  tcase_set_timeout(cases, 120);
  tcase_add_test(cases, recorded_reply_prints_as_dig_printed_it);
  Suite *const suite = suite_create("wire/text_recorded");
  suite_add_tcase(suite, cases);
  return suite;
}
