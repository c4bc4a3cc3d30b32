/* Distance between words: letters put in, left out, replaced, or swapped with
 * their neighbour, ASCII letters folded. */
#include "suggestion.h"

#include <ctype.h>
#include <stdint.h>

#define WORD_MAX 32 /* no option and no type is longer */

struct suggestion suggestion_begin(const char *typed, size_t length) {
  return (struct suggestion){
      .typed = typed, .typed_length = length, .distance = SIZE_MAX};
}

static int same_letter(char a, char b) {
  return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t smallest(size_t a, size_t b, size_t c) {
  const size_t smaller = a < b ? a : b;
  return smaller < c ? smaller : c;
}

/* rows[0] is for a[0..i), rows[1] for a[0..i-1), rows[2] for a[0..i-2). */
static void fill_row(size_t rows[3][WORD_MAX + 1], const char *a, size_t i,
                     const char *b, size_t b_length) {
  rows[0][0] = i;
  for (size_t j = 1; j <= b_length; j++) {
    const size_t differs = !same_letter(a[i - 1], b[j - 1]);
    rows[0][j] =
        smallest(rows[1][j] + 1, rows[0][j - 1] + 1, rows[1][j - 1] + differs);
    if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
        same_letter(a[i - 2], b[j - 1]) && rows[2][j - 2] + 1 < rows[0][j])
      rows[0][j] = rows[2][j - 2] + 1;
  }
}

static void shift_rows(size_t rows[3][WORD_MAX + 1], size_t length) {
  for (size_t j = 0; j <= length; j++) {
    rows[2][j] = rows[1][j];
    rows[1][j] = rows[0][j];
  }
}

static size_t word_distance(const char *a, size_t a_length, const char *b,
                            size_t b_length) {
  size_t rows[3][WORD_MAX + 1] = {{0}};
  for (size_t j = 0; j <= b_length; j++)
    rows[0][j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    shift_rows(rows, b_length);
    fill_row(rows, a, i, b, b_length);
  }
  return rows[0][b_length];
}

void suggestion_offer(struct suggestion *suggestion, const char *word,
                      size_t length) {
  const size_t typed_length = suggestion->typed_length;
  if (length > WORD_MAX || typed_length > WORD_MAX) return;
  const size_t longer = length > typed_length ? length : typed_length;
  const size_t distance =
      word_distance(suggestion->typed, typed_length, word, length);
  if (distance * 3 > longer || distance >= suggestion->distance) return;
  suggestion->word = word;
  suggestion->word_length = length;
  suggestion->distance = distance;
}
