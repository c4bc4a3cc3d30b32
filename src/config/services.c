/* Reads services(5): "NAME PORT/PROTOCOL [ALIAS...] [# COMMENT]".  A line that
 * is not of this form counts as not written, as in the C library. */
#include "config/services.h"

#include "config/text.h"

#include <string.h>

/* A line. */
struct entry {
  struct stubdns__span name;
  struct stubdns__span protocol;
  struct stubdns__lines aliases;
  uint16_t port;
};

/* "80/tcp" */
static int read_port(struct stubdns__span word, struct entry *entry) {
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
  stubdns__span_drop(&word, digits + 1);
  entry->protocol = word;
  return 1;
}

static struct stubdns__lines lines_of(const char *text, size_t length) {
  return (struct stubdns__lines){.rest = {text, length}, .comment = "#"};
}

/* Takes the next entry; returns 0 behind the last one. */
static int take_entry(struct stubdns__lines *lines, struct entry *entry) {
  while (stubdns__lines_next(lines)) {
    entry->name = stubdns__lines_word(lines);
    const struct stubdns__span port = stubdns__lines_word(lines);
    entry->aliases = *lines;
    if (read_port(port, entry)) return 1;
  }
  return 0;
}

static int has_name(struct entry *entry, const char *name) {
  struct stubdns__span word = entry->name;
  for (; word.length > 0; word = stubdns__lines_word(&entry->aliases))
    if (stubdns__span_is(word, name)) return 1;
  return 0;
}

int stubdns__services_find_port(const char *text, size_t length,
                                const char *service, const char *protocol,
                                uint16_t *port) {
  struct stubdns__lines lines = lines_of(text, length);
  struct entry entry;
  while (take_entry(&lines, &entry)) {
    if (!stubdns__span_is(entry.protocol, protocol) ||
        !has_name(&entry, service))
      continue;
    *port = entry.port;
    return 1;
  }
  return 0;
}

int stubdns__services_find_name(const char *text, size_t length, uint16_t port,
                                const char *protocol, char *service,
                                size_t size) {
  struct stubdns__lines lines = lines_of(text, length);
  struct entry entry;
  while (take_entry(&lines, &entry)) {
    if (entry.port != port || !stubdns__span_is(entry.protocol, protocol))
      continue;
    if (entry.name.length >= size) return 0;
    memcpy(service, entry.name.text, entry.name.length);
    service[entry.name.length] = '\0';
    return 1;
  }
  return 0;
}
