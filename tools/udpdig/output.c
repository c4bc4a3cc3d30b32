/* Growing text. */
#include "output.h"

#include "stubdns/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FIRST_SIZE 4096 /* most replies fit */

void output_release(struct output *output) {
  free(output->text);
  *output = (struct output){0};
}

void output_clear(struct output *output) {
  output->length = 0;
}

void output_swap(struct output *a, struct output *b) {
  const struct output kept = *a;
  const int error = a->error ? a->error : b->error;
  *a = *b;
  *b = kept;
  a->error = error;
}

char *output_grow(struct output *output, size_t size) {
  if (output->error) return NULL;
  size_t larger = output->size ? output->size : FIRST_SIZE;
  while (larger - output->length < size) {
    if (larger > SIZE_MAX / 2) break;
    larger *= 2;
  }
  char *const text = realloc(output->text, larger);
  if (!text || larger - output->length < size) {
    if (text) output->text = text;
    output->error = STUBDNS_ENOMEM;
    return NULL;
  }
  output->text = text;
  output->size = larger;
  return text + output->length;
}

void output_added(struct output *output, size_t length) {
  output->length += length;
}

/* Writes the last `digits` digits of a number, with zeros before them. */
static void write_digits(char *room, size_t digits, unsigned number) {
  while (digits--) {
    room[digits] = (char)('0' + number % 10);
    number /= 10;
  }
}

/* Numbers are in every record: printf() would be half of the work. */
void output_number(struct output *output, uint64_t number) {
  char digits[20];
  size_t first = sizeof digits;
  do
    digits[--first] = (char)('0' + number % 10);
  while (number /= 10);
  output_octets(output, digits + first, sizeof digits - first);
}

/* Most texts fit the room that there is, and are written once; vsnprintf()
 * writes a NUL behind them, which is not kept. */
void output_format(struct output *output, const char *format, ...) {
  va_list arguments;
  va_list again;
  const size_t size = output->size - output->length;
  char *room = output->error || !size ? NULL : output->text + output->length;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = vsnprintf(room, room ? size : 0, format, arguments);
  va_end(arguments);
  if (length >= 0 && (!room || (size_t)length >= size)) {
    room = output_room(output, (size_t)length + 1);
    if (room) vsnprintf(room, (size_t)length + 1, format, again);
  }
  if (length > 0 && room) output_added(output, (size_t)length);
  va_end(again);
}

static int is_printable(uint8_t octet) {
  return octet >= 0x20 && octet < 0x7f;
}

void output_printable(struct output *output, const uint8_t *octets,
                      size_t length) {
  char *const room = output_room(output, length);
  if (!room) return;
  for (size_t i = 0; i < length; i++)
    room[i] = (char)(is_printable(octets[i]) ? octets[i] : '.');
  output_added(output, length);
}

void output_quoted(struct output *output, const char *word, size_t length) {
  output_text(output, "'");
  for (size_t i = 0; i < length; i++) {
    const uint8_t octet = (uint8_t)word[i];
    if (is_printable(octet))
      output_octets(output, word + i, 1);
    else
      output_format(output, "\\%03u", octet);
  }
  output_text(output, "'");
}

void output_json_octets(struct output *output, const uint8_t *octets,
                        size_t length) {
  output_text(output, "\"");
  for (size_t i = 0; i < length; i++)
    if (!is_printable(octets[i]))
      output_format(output, "\\\\%03u", octets[i]);
    else if (octets[i] == '"' || octets[i] == '\\')
      output_format(output, "\\%c", octets[i]);
    else
      output_octets(output, (const char *)octets + i, 1);
  output_text(output, "\"");
}

void output_json_string(struct output *output, const char *word) {
  output_json_octets(output, (const uint8_t *)word, strlen(word));
}

void output_timestamp(struct output *output, uint64_t when_ms) {
  const time_t seconds = (time_t)(when_ms / 1000);
  char text[] = "0000-00-00T00:00:00.000Z";
  struct tm utc;
  if (!gmtime_r(&seconds, &utc)) return;
  write_digits(text, 4, (unsigned)utc.tm_year + 1900);
  write_digits(text + 5, 2, (unsigned)utc.tm_mon + 1);
  write_digits(text + 8, 2, (unsigned)utc.tm_mday);
  write_digits(text + 11, 2, (unsigned)utc.tm_hour);
  write_digits(text + 14, 2, (unsigned)utc.tm_min);
  write_digits(text + 17, 2, (unsigned)utc.tm_sec);
  write_digits(text + 20, 3, (unsigned)(when_ms % 1000));
  output_octets(output, text, sizeof text - 1);
}

void output_indent(struct output *output, size_t *column, size_t to) {
  const size_t tab = 8;
  if (to <= *column) to = *column + 1;
  while (to / tab > *column / tab) {
    output_text(output, "\t");
    *column = (*column / tab + 1) * tab;
  }
  while (*column < to) {
    output_text(output, " ");
    ++*column;
  }
}
