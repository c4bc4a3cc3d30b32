/* Text on its way to a stream: pieces are put behind each other in memory that
 * grows, so that what is printed can be finished long before its turn comes.
 * A lack of memory sticks, and is told when the text is taken. */
#ifndef UDPDIG_OUTPUT_H
#define UDPDIG_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct output {
  char *text; /* `length` characters, no NUL behind them */
  size_t length;
  size_t size;
  int error; /* 0 or STUBDNS_ENOMEM */
};

void output_release(struct output *output);

/* Forgets the text and keeps the memory. */
void output_clear(struct output *output);

/* Each has the text of the other, and what went wrong with either. */
void output_swap(struct output *a, struct output *b);

/* Makes room for `size` more characters; gives it, or NULL. */
char *output_grow(struct output *output, size_t size);

/* Room for `size` more characters, or NULL.  Those that were written there are
 * added with output_added(). */
static inline char *output_room(struct output *output, size_t size) {
  if (output->error || size > output->size - output->length)
    return output_grow(output, size);
  return output->text + output->length;
}

void output_added(struct output *output, size_t length);

static inline void output_octets(struct output *output, const char *octets,
                                 size_t length) {
  char *const room = length ? output_room(output, length) : NULL;
  if (!room) return;
  memcpy(room, octets, length);
  output->length += length;
}

static inline void output_text(struct output *output, const char *text) {
  output_octets(output, text, strlen(text));
}

void output_number(struct output *output, uint64_t number);
void output_format(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds octets from outside with everything but printable ASCII as a dot, as dig
 * shows them beside their hex digits. */
void output_printable(struct output *output, const uint8_t *octets,
                      size_t length);

/* Adds a word from outside, quoted, for messages about it: what is no printable
 * ASCII becomes \DDD, RFC 1035 section 5.1. */
void output_quoted(struct output *output, const char *word, size_t length);

/* Adds a word from outside as a string of JSON: what is no printable ASCII
 * becomes \\DDD, the backslash escaped as JSON wants it. */
void output_json_string(struct output *output, const char *word);
void output_json_octets(struct output *output, const uint8_t *octets,
                        size_t length);

/* Adds "2026-11-22T14:34:50.174Z" for milliseconds since 1970. */
void output_timestamp(struct output *output, uint64_t when_ms);

/* Tabs and blanks up to the column `to`, at least one, as dig does it. */
void output_indent(struct output *output, size_t *column, size_t to);

#endif
