/* A ring of bits behind a number. */
#include "bulk/done.h"

#include "stubdns/error.h"

#include <stdlib.h>
#include <string.h>

#define WORD_BITS 64
#define WORDS (DONE_SPAN / WORD_BITS)

void done_release(struct done *done) {
  free(done->words);
  *done = (struct done){0};
}

static uint64_t *word_of(const struct done *done, uint64_t line) {
  return &done->words[line / WORD_BITS % WORDS];
}

static uint64_t bit_of(uint64_t line) {
  return (uint64_t)1 << line % WORD_BITS;
}

int done_reaches(const struct done *done, uint64_t line) {
  return line <= done->through || line - done->through <= DONE_SPAN;
}

int done_has(const struct done *done, uint64_t line) {
  if (line <= done->through) return 1;
  if (line > done->last) return 0;
  return (*word_of(done, line) & bit_of(line)) != 0;
}

int done_copy(struct done *copy, const struct done *done) {
  *copy = *done;
  if (!done->words) return 0;
  copy->words = calloc(WORDS, sizeof *copy->words);
  if (!copy->words) return STUBDNS_ENOMEM;
  memcpy(copy->words, done->words, WORDS * sizeof *copy->words);
  return 0;
}

/* What is marked right behind `through` belongs to it. */
static void advance(struct done *done) {
  while (done->through < done->last && done_has(done, done->through + 1)) {
    done->through++;
    *word_of(done, done->through) &= ~bit_of(done->through);
  }
}

int done_mark(struct done *done, uint64_t line) {
  if (line <= done->through) return 0;
  if (!done_reaches(done, line)) return STUBDNS_EINVALID;
  if (line == done->through + 1) {
    done->through = line;
    if (done->last > line)
      advance(done);
    else
      done->last = line;
    return 0;
  }
  if (!done->words) done->words = calloc(WORDS, sizeof *done->words);
  if (!done->words) return STUBDNS_ENOMEM;
  *word_of(done, line) |= bit_of(line);
  if (line > done->last) done->last = line;
  return 0;
}

int done_unmark(struct done *done, uint64_t line) {
  const uint64_t through = done->through;
  int error = 0;
  if (line > through) {
    if (done_has(done, line)) *word_of(done, line) &= ~bit_of(line);
    return 0;
  }
  done->through = line - 1;
  if (!done->words) done->last = done->through;
  for (uint64_t behind = line + 1; behind <= through && !error; behind++)
    error = done_mark(done, behind);
  return error;
}

/* Writes a number behind the `length` octets, as far as there is room; returns
 * how many there are then. */
static size_t put_number(uint8_t *octets, size_t size, size_t length,
                         uint64_t number) {
  do {
    const uint8_t more = number > 127 ? 0x80 : 0;
    if (length < size) octets[length] = (uint8_t)((number & 127) | more);
    length++;
    number >>= 7;
  } while (number);
  return length;
}

/* The line behind the run that `line` is in: whole words are stepped over where
 * they can be. */
static uint64_t run_end(const struct done *done, uint64_t line, int is_done) {
  const uint64_t whole = is_done ? UINT64_MAX : 0;
  while (line <= done->last && done_has(done, line) == is_done) {
    const int steps = line % WORD_BITS == 0 && *word_of(done, line) == whole &&
                      done->last - line >= WORD_BITS;
    line += steps ? WORD_BITS : 1;
  }
  return line;
}

int done_encode(const struct done *done, uint8_t *octets, size_t size,
                size_t *length) {
  size_t written = 0;
  uint64_t line = done->through + 1;
  for (int is_done = 0; line <= done->last; is_done = !is_done) {
    const uint64_t end = run_end(done, line, is_done);
    written = put_number(octets, size, written, end - line);
    line = end;
  }
  *length = written;
  return written > size ? STUBDNS_ENOSPACE : 0;
}

/* Returns the octets read, or 0 where there is no number. */
static size_t take_number(const uint8_t *octets, size_t length,
                          uint64_t *number) {
  *number = 0;
  for (size_t i = 0; i < length && i < 9; i++) {
    *number |= (uint64_t)(octets[i] & 127) << 7 * i;
    if (!(octets[i] & 0x80)) return i + 1;
  }
  return 0;
}

static int mark_run(struct done *done, uint64_t first, uint64_t count) {
  int error = 0;
  for (uint64_t i = 0; i < count && !error; i++)
    error = done_mark(done, first + i);
  return error;
}

int done_decode(struct done *done, uint64_t through, const uint8_t *octets,
                size_t length) {
  uint64_t line = through + 1;
  uint64_t run;
  *done = (struct done){.through = through, .last = through};
  for (int is_done = 0; length; is_done = !is_done) {
    const size_t taken = take_number(octets, length, &run);
    if (!taken || !run || run > DONE_SPAN) return STUBDNS_EINVALID;
    const int error = is_done ? mark_run(done, line, run) : 0;
    if (error) return error;
    line += run;
    octets += taken;
    length -= taken;
  }
  return 0;
}
