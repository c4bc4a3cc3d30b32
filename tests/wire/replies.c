/* Recorded replies as lines of text. */
#include "replies.h"

#include "support/expect.h"
#include "support/fixture.h"
#include "support/recorded.h"
#include "support/suite.h"

#include "stubdns/error.h"
#include "stubdns/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE (1u << 19) /* a record of 65535 octets as text */

static struct recorded_list recorded;

int replies_load(void) {
  recorded = recorded_load();
  return (int)(recorded.count / 2); /* a query and a reply each */
}

static const struct recorded *reply(int number) {
  return &recorded.messages[2 * number + 1];
}

const char *reply_name(int number) {
  return reply(number)->name;
}

void reply_parse(stubdns_message_t *message, int number) {
  const struct recorded *const fixture = reply(number);
  const int error =
      stubdns_message_parse(message, fixture->octets, fixture->length, 0);
  expect_of(fixture->name);
  expect_text("parsing it", stubdns_error_text(error), stubdns_error_text(0));
  expect_number("QR", message->flags & STUBDNS_FLAG_QR, STUBDNS_FLAG_QR);
}

void reply_read_printed(struct printed *printed, int number, const char *suffix,
                        const char *form) {
  char path[512];
  snprintf(path, sizeof path, "%s/recorded/%s%s", STUBDNS_FIXTURES,
           reply_name(number), suffix);
  printed_read(printed, path, form);
}

static char *print_record(const stubdns_record_t *record, unsigned style) {
  static char buffer[LINE_SIZE];
  ck_assert_int_eq(
      stubdns_record_to_text(record, style, buffer, sizeof buffer, NULL), 0);
  squeeze_blanks(buffer);
  const size_t size = strlen(buffer) + 1;
  char *const line = malloc(size);
  ck_assert_ptr_nonnull(line);
  memcpy(line, buffer, size);
  return line;
}

void reply_print(struct reply_lines *lines, const stubdns_message_t *message,
                 unsigned style) {
  size_t count = 0;
  for (int section = 0; section < 3; section++) {
    stubdns_records_t records =
        stubdns_message_records(message, (enum stubdns_section)section);
    stubdns_record_t record;
    while (stubdns_records_next(&records, &record))
      if (record.type != STUBDNS_TYPE_OPT)
        lines->lines[count++] = print_record(&record, style);
    lines->section_ends[section] = count;
  }
}

void reply_lines_free(struct reply_lines *lines) {
  for (size_t i = 0; i < lines->section_ends[2]; i++)
    free(lines->lines[i]);
}
