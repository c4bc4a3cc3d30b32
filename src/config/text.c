/* Lines and words of configuration files. */
#include "config/text.h"

#include <string.h>

void stubdns__span_drop(struct stubdns__span *span, size_t length) {
  span->text += length;
  span->length -= length;
}

int stubdns__span_is(struct stubdns__span span, const char *text) {
  return span.length == strlen(text) &&
         memcmp(span.text, text, span.length) == 0;
}

static int is_blank(char character) {
  return character == ' ' || character == '\t' || character == '\r';
}

/* Where the first NUL or the comment is, or the line's end. */
static size_t written_length(struct stubdns__span line, const char *comment) {
  size_t length = 0;
  while (length < line.length && !strchr(comment, line.text[length]))
    length++;
  return length;
}

int stubdns__lines_next(struct stubdns__lines *lines) {
  struct stubdns__span *const rest = &lines->rest;
  if (rest->length == 0) return 0;
  const char *const end = memchr(rest->text, '\n', rest->length);
  lines->line.text = rest->text;
  lines->line.length = end ? (size_t)(end - rest->text) : rest->length;
  stubdns__span_drop(rest, lines->line.length + (end != NULL));
  lines->line.length = written_length(lines->line, lines->comment);
  lines->number++;
  return 1;
}

struct stubdns__span stubdns__lines_word(struct stubdns__lines *lines) {
  struct stubdns__span *const line = &lines->line;
  while (line->length > 0 && is_blank(line->text[0]))
    stubdns__span_drop(line, 1);
  struct stubdns__span word = {line->text, 0};
  while (word.length < line->length && !is_blank(line->text[word.length]))
    word.length++;
  stubdns__span_drop(line, word.length);
  return word;
}

void stubdns__lines_refuse(const struct stubdns__lines *lines,
                           struct stubdns__span word) {
  const struct stubdns__complain *const complain = lines->complain;
  if (complain && word.length > 0)
    complain->on_word(complain->data, lines->number, word);
}

void stubdns__lines_refuse_rest(struct stubdns__lines *lines) {
  struct stubdns__span word;
  while ((word = stubdns__lines_word(lines)).length > 0)
    stubdns__lines_refuse(lines, word);
}
