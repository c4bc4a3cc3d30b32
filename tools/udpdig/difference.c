/* Summaries are lists of lines, sorted, and compared line by line. */
#include "difference.h"

#include "status.h"

#include "stubdns/error.h"
#include "stubdns/text.h"

#include <stdlib.h>
#include <string.h>

#define MNEMONIC_SIZE 24 /* room for any RCODE */

static void put_record(struct output *summary, const stubdns_record_t *record) {
  const unsigned style =
      STUBDNS_TEXT_TABS | STUBDNS_TEXT_NO_SPLIT | STUBDNS_TEXT_NO_TTL;
  size_t length = 0;
  (void)stubdns_record_to_text(record, style, NULL, 0, &length);
  char *const room = output_room(summary, length + 1);
  if (!room) return;
  (void)stubdns_record_to_text(record, style, room, length + 1, &length);
  output_added(summary, length);
  output_text(summary, "\n");
}

void difference_summarise(struct output *summary, const struct result *result) {
  const stubdns_message_t *const message =
      result->answer ? result->answer->message : NULL;
  char rcode[MNEMONIC_SIZE];
  stubdns_record_t record;
  if (!message) {
    output_format(summary, "%s\n", error_sentence(result->status));
    return;
  }
  (void)stubdns_rcode_to_text(stubdns_message_rcode(message), rcode,
                              sizeof rcode, NULL);
  output_format(summary, "status: %s\n", rcode);
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  while (stubdns_records_next(&records, &record))
    put_record(summary, &record);
}

/* The lines of a text: places in it, each ended by a newline. */
struct lines {
  const char **begins;
  size_t count;
};

static size_t line_length(const char *line) {
  return (size_t)(strchr(line, '\n') - line) + 1;
}

static int compare_lines(const char *a, const char *b) {
  const size_t a_length = line_length(a);
  const size_t b_length = line_length(b);
  const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
  return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int compare(const void *a, const void *b) {
  return compare_lines(*(const char *const *)a, *(const char *const *)b);
}

/* `text` ends with a newline and a NUL. */
static int sort_lines(struct lines *lines, const struct output *text) {
  size_t count = 0;
  for (size_t i = 0; i < text->length; i++)
    count += text->text[i] == '\n';
  lines->begins = calloc(count + 1, sizeof *lines->begins);
  lines->count = 0;
  if (!lines->begins) return STUBDNS_ENOMEM;
  for (const char *line = text->text; lines->count < count;
       line += line_length(line))
    lines->begins[lines->count++] = line;
  qsort(lines->begins, lines->count, sizeof *lines->begins, compare);
  return 0;
}

static void put_line(struct output *output, const char *sign,
                     const char *line) {
  output_text(output, sign);
  output_octets(output, line, line_length(line));
}

/* Steps through both lists, which are sorted, side by side. */
static void put_differences(struct output *output, const struct lines *a,
                            const struct lines *b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a->count || j < b->count) {
    const int order = i == a->count ? 1
                      : j == b->count
                          ? -1
                          : compare_lines(a->begins[i], b->begins[j]);
    if (order < 0) put_line(output, "-", a->begins[i]);
    if (order > 0) put_line(output, "+", b->begins[j]);
    i += order <= 0;
    j += order >= 0;
  }
}

int difference_print(struct output *output, const char *title,
                     const struct output *a, const struct output *b) {
  struct output differences = {0};
  struct lines a_lines = {0};
  struct lines b_lines = {0};
  if (sort_lines(&a_lines, a) || sort_lines(&b_lines, b))
    output->error = STUBDNS_ENOMEM;
  else
    put_differences(&differences, &a_lines, &b_lines);
  const int differ = differences.length > 0;
  if (differ) output_format(output, "; %s\n", title);
  output_octets(output, differences.text, differences.length);
  if (differences.error) output->error = differences.error;
  output_release(&differences);
  free(a_lines.begins);
  free(b_lines.begins);
  return differ;
}
