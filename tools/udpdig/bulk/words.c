/* Cutting a line.  This runs for every name there is. */
#include "bulk/words.h"

#include "stubdns/message.h"
#include "stubdns/types.h"

#include <string.h>

static int is_blank(char character) {
  return character == ' ' || character == '\t' || character == '\r';
}

/* Ends the word at `text` with a NUL and gives the place behind it; notes in
 * `*every` which bits its characters have. */
static char *end_word(char *text, const char *end, unsigned char *every) {
  while (text < end && !is_blank(*text))
    *every |= (unsigned char)*text++;
  *text = '\0';
  return text < end ? text + 1 : text;
}

static char *skip_blanks(char *text, const char *end) {
  while (text < end && is_blank(*text))
    text++;
  return text;
}

static void refuse(struct words *words, const char *why) {
  words->kind = LINE_BAD;
  words->why = why;
}

static int is_ordinary_name(const char *word, unsigned char every) {
  return !(every & 0x80) && *word != '@' && *word != '+' && *word != '-';
}

static void choose_kind(struct words *words, unsigned char every) {
  words->kind = LINE_WORDS;
  if (words->count > 2 || !is_ordinary_name(words->words[0], every)) return;
  const char *const type = words->words[1];
  if (words->count == 2 &&
      stubdns_type_from_text(&words->type, type, strlen(type)) != 0)
    return;
  words->kind = LINE_NAME;
}

void words_cut(struct words *words, char *text, size_t length) {
  char *const end = text + length;
  unsigned char every = 0;
  words->count = 0;
  words->type = 0;
  words->kind = LINE_EMPTY;
  text = skip_blanks(text, end);
  if (text == end || *text == '#' || *text == ';') return;
  if (memchr(text, '\0', (size_t)(end - text))) {
    refuse(words, "the line has a NUL octet in it");
    return;
  }
  for (; text < end; text = skip_blanks(text, end)) {
    if (words->count == WORDS_MAX) {
      refuse(words, "the line has more than 64 words");
      return;
    }
    char *const word = text;
    text = end_word(text, end, &every);
    if (words->count == 0) words->first_length = (size_t)(text - word);
    words->words[words->count++] = word;
  }
  choose_kind(words, every);
}
