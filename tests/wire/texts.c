/* Reads fixtures/texts.txt, whose head describes its lines. */
#include "texts.h"

#include "stubdns/text.h"
#include "support/fixture.h"
#include "support/octets.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH STUBDNS_FIXTURES "/texts.txt"

struct option {
  const char *name;
  unsigned sets;
  unsigned clears;
};

static const struct option options[] = {
    {"+multiline", STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS, 0},
    {"+norrcomments", 0, STUBDNS_TEXT_COMMENTS},
    {"+rrcomments", STUBDNS_TEXT_COMMENTS, 0},
    {"+nosplit", STUBDNS_TEXT_NO_SPLIT, 0},
    {"+split=8", STUBDNS_TEXT_SPLIT(8), 0},
    {"+split=10", STUBDNS_TEXT_SPLIT(10), 0},
    {"+nocrypto", STUBDNS_TEXT_NO_CRYPTO, 0},
    {"+ttlunits", STUBDNS_TEXT_TTL_UNITS, 0},
    {"+nottl", STUBDNS_TEXT_NO_TTL, 0},
    {"+noclass", STUBDNS_TEXT_NO_CLASS, 0},
    {"+unknownformat", STUBDNS_TEXT_UNKNOWN, 0},
    {"+expandaaaa", STUBDNS_TEXT_EXPAND_IPV6, 0},
};

static const struct option *find_option(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
    if (strlen(options[i].name) == length &&
        !memcmp(options[i].name, name, length))
      return &options[i];
  fixture_fail(name, "is no form of dig's that is known here");
  return NULL;
}

unsigned text_style_of_form(const char *form) {
  unsigned style = 0;
  while (*form) {
    const size_t length = strcspn(form, " ");
    const struct option *option = find_option(form, length);
    style = (style | option->sets) & ~option->clears;
    form += length + strspn(form + length, " ");
  }
  return style;
}

static struct text_row *add_row(struct text_table *table, const char *what) {
  table->rows = realloc(table->rows, (table->count + 1) * sizeof *table->rows);
  assert(table->rows);
  struct text_row *row = &table->rows[table->count++];
  *row = (struct text_row){.what = strdup(what)};
  return row;
}

/* A header with QR set and one record in the additional section, which is where
 * a TSIG may stand. */
static void set_wire(struct text_row *row, const char *hex) {
  static const uint8_t header[TEXT_HEADER] = {0, 0, 0x80, [11] = 1};
  size_t length;
  uint8_t *octets = octets_from_hex(hex, &length);
  row->length = sizeof header + length;
  row->message = malloc(row->length);
  assert(row->message);
  memcpy(row->message, header, sizeof header);
  memcpy(row->message + sizeof header, octets, length);
  free(octets);
}

static void add_form(struct text_row *row, const char *form) {
  assert(row->form_count < TEXT_FORMS_MAX);
  row->forms[row->form_count++] =
      (struct text_form){text_style_of_form(form), strdup("")};
}

static void add_line(struct text_row *row, const char *line) {
  struct text_form *form = &row->forms[row->form_count - 1];
  const size_t length = strlen(form->text);
  form->text = realloc(form->text, length + strlen(line) + 2);
  assert(form->text);
  sprintf(form->text + length, "%s%s", length ? "\n" : "", line);
}

/* What follows `word` and a blank; the empty text where nothing does; NULL
 * where the line begins with another word. */
static const char *after(const char *line, const char *word) {
  const size_t length = strlen(word);
  if (strncmp(line, word, length) != 0) return NULL;
  if (line[length] == '\0') return line + length;
  return line[length] == ' ' ? line + length + 1 : NULL;
}

static void read_line(struct text_table *table, const char *line) {
  struct text_row *row = table->count ? &table->rows[table->count - 1] : NULL;
  const char *rest;
  if ((rest = after(line, "record")) != NULL)
    add_row(table, rest);
  else if ((rest = after(line, "wire")) != NULL)
    set_wire(row, rest);
  else if ((rest = after(line, "dig")) != NULL ||
           (rest = after(line, "form")) != NULL)
    add_form(row, rest);
  else if (after(line, "differs"))
    add_form(row, "");
  else if (line[0] == '|')
    add_line(row, line + 1);
  else if (line[0] && line[0] != '#' && !after(line, "also"))
    fixture_fail(PATH, line);
}

struct text_table texts_load(void) {
  struct text_table table = {NULL, 0};
  struct octets file = file_read(PATH);
  char *text = (char *)file.octets;
  text[file.length - 1] = '\0'; /* in place of the last newline */
  for (char *line = text; line;) {
    char *end = strchr(line, '\n');
    if (end) *end = '\0';
    read_line(&table, line);
    line = end ? end + 1 : NULL;
  }
  free(file.octets);
  return table;
}

void texts_free(struct text_table *table) {
  for (size_t i = 0; i < table->count; i++) {
    struct text_row *row = &table->rows[i];
    for (size_t k = 0; k < row->form_count; k++)
      free(row->forms[k].text);
    free(row->message);
    free(row->what);
  }
  free(table->rows);
}

stubdns_record_t text_row_record(const struct text_row *row,
                                 stubdns_message_t *message) {
  stubdns_record_t record;
  if (stubdns_message_parse(message, row->message, row->length, 0))
    fixture_fail(row->what, "does not parse");
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ADDITIONAL);
  if (!stubdns_records_next(&records, &record))
    fixture_fail(row->what, "has no record");
  return record;
}
