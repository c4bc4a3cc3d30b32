/* Colours are put around what is printable already: comments grey, warnings
 * yellow, errors red, owners bold.  See no-color.org and
 * bixense.com/clicolors for the variables. */
#include "color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RESET "\033[0m"
#define BOLD "\033[1m"
#define GREY "\033[2m"
#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"

/* A variable's value, "" where there is none. */
static const char *variable(const char *name) {
  const char *const value = getenv(name);
  return value ? value : "";
}

static int is_forced(void) {
  const char *const forced = variable("CLICOLOR_FORCE");
  return *forced && strcmp(forced, "0") != 0;
}

int color_is_wanted(const struct settings *settings) {
  if (settings->color != COLOR_AUTO) return settings->color == COLOR_ALWAYS;
  if (is_forced()) return 1;
  return !*variable("NO_COLOR") && strcmp(variable("TERM"), "dumb") != 0 &&
         isatty(STDOUT_FILENO);
}

static int begins_with(const char *line, size_t length, const char *begin) {
  const size_t begin_length = strlen(begin);
  return length >= begin_length && memcmp(line, begin, begin_length) == 0;
}

static void put(struct output *output, const char *color, const char *text,
                size_t length) {
  output_text(output, color);
  output_octets(output, text, length);
  output_text(output, RESET);
}

/* What stands behind `before` in the line, or the line's end. */
static const char *find_behind(const char *line, size_t length,
                               const char *before) {
  size_t i = 0;
  while (i < length && !begins_with(line + i, length - i, before))
    i++;
  return i < length ? line + i + strlen(before) : line + length;
}

/* The status stands out of the header's line. */
static void put_header(struct output *output, const char *line, size_t length) {
  const char *const status = find_behind(line, length, "status: ");
  const size_t rest = (size_t)(line + length - status);
  const char *const comma = memchr(status, ',', rest);
  const size_t status_length = comma ? (size_t)(comma - status) : rest;
  put(output, GREY, line, (size_t)(status - line));
  if (!status_length) return;
  put(output, begins_with(status, status_length, "NOERROR") ? GREEN : RED,
      status, status_length);
  put(output, GREY, status + status_length, rest - status_length);
}

static void put_record(struct output *output, const char *line, size_t length) {
  const char *const tab = memchr(line, '\t', length);
  const char *const blank = memchr(line, ' ', length);
  const char *const end = tab && (!blank || tab < blank) ? tab : blank;
  const size_t owner_length = end ? (size_t)(end - line) : 0;
  if (owner_length) put(output, BOLD, line, owner_length);
  output_octets(output, line + owner_length, length - owner_length);
}

static void put_line(struct output *output, const char *line, size_t length) {
  if (begins_with(line, length, ";; WARNING") ||
      begins_with(line, length, ";; malformed"))
    put(output, YELLOW, line, length);
  else if (begins_with(line, length, ";; ->>HEADER<<-"))
    put_header(output, line, length);
  else if (begins_with(line, length, ";"))
    put(output, GREY, line, length);
  else
    put_record(output, line, length);
}

void color_append(struct output *output, const char *text, size_t length) {
  while (length) {
    const char *const newline = memchr(text, '\n', length);
    const size_t line_length = newline ? (size_t)(newline - text) : length;
    if (line_length) put_line(output, text, line_length);
    if (newline) output_text(output, "\n");
    text += line_length + (newline != NULL);
    length -= line_length + (newline != NULL);
  }
}
