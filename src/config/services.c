/* Reads services(5): "NAME PORT/PROTOCOL [ALIAS...] [# COMMENT]".  A line that
 * is not of this form counts as not written, as in the C library. */
#include "config/services.h"

#include <string.h>

/* A part of the text. */
struct span {
  const char *text;
  size_t length;
};

struct entry {
  struct span name;
  struct span protocol;
  struct span aliases;
  uint16_t port;
};

static int is_blank(char character) {
  return character == ' ' || character == '\t' || character == '\r';
}

static void drop(struct span *span, size_t length) {
  span->text += length;
  span->length -= length;
}

/* A comment and a NUL end a line, too. */
static struct span take_line(struct span *rest) {
  const char *const begin = rest->text;
  const char *const end = memchr(begin, '\n', rest->length);
  const size_t length = end ? (size_t)(end - begin) : rest->length;
  struct span line = {begin, 0};
  while (line.length < length && begin[line.length] != '#' &&
         begin[line.length] != '\0')
    line.length++;
  drop(rest, end ? length + 1 : length);
  return line;
}

static struct span take_word(struct span *line) {
  while (line->length > 0 && is_blank(line->text[0]))
    drop(line, 1);
  struct span word = {line->text, 0};
  while (word.length < line->length && !is_blank(word.text[word.length]))
    word.length++;
  drop(line, word.length);
  return word;
}

static int is_text(struct span span, const char *text) {
  return span.length == strlen(text) && !memcmp(span.text, text, span.length);
}

/* "80/tcp" */
static int read_port(struct span word, struct entry *entry) {
  unsigned port = 0;
  size_t digits = 0;
  for (; digits < word.length && word.text[digits] != '/'; digits++) {
    const unsigned digit = (unsigned)word.text[digits] - '0';
    if (digit > 9) return 0;
    port = 10 * port + digit;
    if (port > UINT16_MAX) return 0;
  }
  if (digits == 0 || digits == word.length) return 0;
  entry->port = (uint16_t)port;
  drop(&word, digits + 1);
  entry->protocol = word;
  return 1;
}

/* Takes the next entry; returns 0 behind the last one. */
static int take_entry(struct span *rest, struct entry *entry) {
  while (rest->length > 0) {
    struct span line = take_line(rest);
    entry->name = take_word(&line);
    const struct span port = take_word(&line);
    entry->aliases = line;
    if (read_port(port, entry)) return 1;
  }
  return 0;
}

static int has_name(const struct entry *entry, const char *name) {
  struct span aliases = entry->aliases;
  struct span word = entry->name;
  for (; word.length > 0; word = take_word(&aliases))
    if (is_text(word, name)) return 1;
  return 0;
}

int stubdns__services_find_port(const char *text, size_t length,
                                const char *service, const char *protocol,
                                uint16_t *port) {
  struct span rest = {text, length};
  struct entry entry;
  while (take_entry(&rest, &entry)) {
    if (!is_text(entry.protocol, protocol) || !has_name(&entry, service))
      continue;
    *port = entry.port;
    return 1;
  }
  return 0;
}

int stubdns__services_find_name(const char *text, size_t length, uint16_t port,
                                const char *protocol, char *service,
                                size_t size) {
  struct span rest = {text, length};
  struct entry entry;
  while (take_entry(&rest, &entry)) {
    if (entry.port != port || !is_text(entry.protocol, protocol)) continue;
    if (entry.name.length >= size) return 0;
    memcpy(service, entry.name.text, entry.name.length);
    service[entry.name.length] = '\0';
    return 1;
  }
  return 0;
}
