/* Statements, words and the values they stand for. */
#include "replay/words.h"

#include "stubdns/text.h"

#include <string.h>

static int is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

/* The length of the line at `offset`, without its end. */
static size_t line_length(const struct stubdns__words *words, size_t offset) {
  const char *end = memchr(words->text + offset, '\n', words->length - offset);
  return end ? (size_t)(end - (words->text + offset)) : words->length - offset;
}

static void skip_line(struct stubdns__words *words) {
  words->offset += line_length(words, words->offset);
  if (words->offset < words->length) words->offset++;
  words->next_line++;
}

static int is_empty_or_comment(const struct stubdns__words *words) {
  const size_t length = line_length(words, words->offset);
  size_t i = 0;
  while (i < length && is_blank(words->text[words->offset + i]))
    i++;
  return i == length || words->text[words->offset + i] == '#';
}

static int goes_on(const struct stubdns__words *words) {
  return words->offset < words->length &&
         (is_blank(words->text[words->offset]) || is_empty_or_comment(words));
}

/* Comments between the lines of a statement become blanks. */
static void blank_comments(char *text) {
  int is_start = 1;
  int is_comment = 0;
  for (; *text; text++) {
    if (*text == '\n') {
      *text = ' ';
      is_start = 1;
      is_comment = 0;
      continue;
    }
    if (is_start && *text == '#') is_comment = 1;
    if (!is_blank(*text)) is_start = 0;
    if (is_comment) *text = ' ';
  }
}

int stubdns__words_next_statement(struct stubdns__words *words) {
  while (words->offset < words->length && is_empty_or_comment(words))
    skip_line(words);
  if (words->offset == words->length) return 0;
  words->line = words->next_line;
  words->start = words->offset;
  skip_line(words);
  while (goes_on(words))
    skip_line(words);
  const size_t length = words->offset - words->start;
  if (memchr(words->text + words->start, '\0', length))
    return stubdns__words_fail(words, "a text has no octets of value 0");
  words->rest = (char *)stubdns__hoard_keep(words->hoard,
                                            words->text + words->start, length);
  if (!words->rest) return STUBDNS_ENOMEM;
  blank_comments(words->rest);
  return 1;
}

char *stubdns__words_next(struct stubdns__words *words) {
  while (is_blank(*words->rest))
    words->rest++;
  if (!*words->rest) return NULL;
  char *const word = words->rest;
  while (*words->rest && !is_blank(*words->rest))
    words->rest++;
  char *const last = words->rest - 1;
  if (*words->rest) *words->rest++ = '\0';
  words->end = '\0';
  if (last > word && (*last == ',' || *last == ':')) {
    words->end = *last;
    *last = '\0';
  }
  return word;
}

int stubdns__words_is_next(struct stubdns__words *words, const char *word) {
  const size_t length = strlen(word);
  while (is_blank(*words->rest))
    words->rest++;
  if (strncmp(words->rest, word, length) != 0) return 0;
  const char end = words->rest[length];
  return !end || is_blank(end) || end == ',' || end == ':';
}

int stubdns__words_take(struct stubdns__words *words, const char *word) {
  if (!stubdns__words_is_next(words, word)) return 0;
  (void)stubdns__words_next(words);
  return 1;
}

char *stubdns__words_rest(struct stubdns__words *words) {
  while (is_blank(*words->rest))
    words->rest++;
  char *const rest = words->rest;
  size_t length = strlen(rest);
  while (length > 0 && is_blank(rest[length - 1]))
    length--;
  rest[length] = '\0';
  words->rest = rest + length;
  return rest;
}

int stubdns__words_fail(struct stubdns__words *words, const char *sentence) {
  if (!words->sentence) words->sentence = sentence;
  return STUBDNS_EBADTEXT;
}

/* The digits that `text` begins with; gives what is behind them, or NULL where
 * there is none, or too large a number. */
static const char *read_digits(const char *text, uint64_t *number) {
  const char *const begin = text;
  *number = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    if (*number > 1000000000000000u) return NULL;
    *number = *number * 10 + (uint64_t)(*text - '0');
  }
  return text == begin ? NULL : text;
}

int stubdns__words_number_within(struct stubdns__words *words, uint64_t *number,
                                 uint64_t least, uint64_t most,
                                 const char *sentence) {
  const char *word = stubdns__words_next(words);
  const char *end = word ? read_digits(word, number) : NULL;
  if (!end || *end || *number < least || *number > most)
    return stubdns__words_fail(words, sentence);
  return 0;
}

int stubdns__words_number(struct stubdns__words *words, uint64_t *number) {
  return stubdns__words_number_within(words, number, 0, UINT64_MAX,
                                      "a number is missing");
}

static uint64_t unit_us(const char *unit) {
  static const struct {
    const char *name;
    uint64_t us;
  } units[] = {{"us", 1},
               {"ms", 1000},
               {"s", 1000000},
               {"min", 60000000},
               {"h", 3600000000u}};
  for (size_t i = 0; unit && i < sizeof units / sizeof units[0]; i++)
    if (!strcmp(unit, units[i].name)) return units[i].us;
  return 0;
}

/* Up to six digits behind the point, in millionths. */
static const char *read_fraction(const char *text, uint64_t *millionths) {
  uint64_t weight = 100000;
  *millionths = 0;
  if (*text != '.') return text;
  for (text++; *text >= '0' && *text <= '9'; text++, weight /= 10)
    *millionths += (uint64_t)(*text - '0') * weight;
  return text;
}

int stubdns__words_duration(struct stubdns__words *words,
                            uint64_t *duration_us) {
  uint64_t whole;
  uint64_t millionths;
  const char *word = stubdns__words_next(words);
  const char *end = word ? read_digits(word, &whole) : NULL;
  if (!end || whole > 1000000000u)
    return stubdns__words_fail(words, "a time is missing, as 80 ms or 1.5 s");
  end = read_fraction(end, &millionths);
  const uint64_t us = *end ? unit_us(end) : unit_us(stubdns__words_next(words));
  if (!us)
    return stubdns__words_fail(words,
                               "a time needs a unit: us, ms, s, min or h");
  *duration_us = whole * us + millionths * us / 1000000;
  return 0;
}

int stubdns__words_name(struct stubdns__words *words, stubdns_name_t *name) {
  const char *word = stubdns__words_next(words);
  if (!word) return stubdns__words_fail(words, "a name is missing");
  const int error = stubdns_name_from_text(name, word, strlen(word));
  return error ? stubdns__words_fail(words, stubdns_error_text(error)) : 0;
}

static int read_type(struct stubdns__words *words, uint16_t *type,
                     const char *word) {
  if (word && !stubdns_type_from_text(type, word, strlen(word))) return 0;
  return stubdns__words_fail(words, "a type is missing, as A or TYPE65");
}

int stubdns__words_type(struct stubdns__words *words, uint16_t *type) {
  return read_type(words, type, stubdns__words_next(words));
}

int stubdns__words_question(struct stubdns__words *words,
                            stubdns_question_t *question) {
  const int error = stubdns__words_name(words, &question->name);
  if (error) return error;
  question->class_ = STUBDNS_CLASS_IN;
  const char *word = stubdns__words_next(words);
  if (word && !stubdns_class_from_text(&question->class_, word, strlen(word)) &&
      stubdns_type_from_text(&question->type, word, strlen(word)))
    word = stubdns__words_next(words);
  return read_type(words, &question->type, word);
}

int stubdns__rcode_of(const char *word) {
  char text[24];
  for (unsigned rcode = 0; rcode < 4096; rcode++)
    if (!stubdns_rcode_to_text(rcode, text, sizeof text, NULL) &&
        !strcmp(word, text))
      return (int)rcode;
  return -1;
}
