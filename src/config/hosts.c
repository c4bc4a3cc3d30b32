/* Reads hosts(5): an address, its canonical name, aliases; "#" begins a
 * comment.  A line without an address is left out as a whole. */
#include "config/hosts.h"

#include "stubdns/error.h"

/* The root is no host. */
static int read_name(stubdns_name_t *name, struct stubdns__span word) {
  return !stubdns_name_from_text(name, word.text, word.length) &&
         name->length > 1;
}

/* "192.0.2.1:53" and "[::1]:53" are servers, not hosts. */
static int has_port(struct stubdns__span word) {
  int dots = 0;
  for (size_t i = 0; i < word.length; i++) {
    dots |= word.text[i] == '.';
    if (word.text[i] == '[' || (dots && word.text[i] == ':')) return 1;
  }
  return 0;
}

/* Returns the visitor's result. */
static int read_names(struct stubdns__lines *lines,
                      const struct stubdns__scoped_address *address,
                      const struct stubdns__hosts_visitor *visitor) {
  int is_alias = 0;
  int result = 0;
  struct stubdns__span word;
  while (!result && (word = stubdns__lines_word(lines)).length > 0) {
    stubdns_name_t name;
    if (!read_name(&name, word)) {
      stubdns__lines_refuse(lines, word);
      continue;
    }
    result = is_alias ? visitor->on_alias(visitor->data, &name)
                      : visitor->on_line(visitor->data, address, &name);
    is_alias = 1;
  }
  return result;
}

static int read_line(struct stubdns__lines *lines,
                     const struct stubdns__hosts_visitor *visitor) {
  const struct stubdns__span word = stubdns__lines_word(lines);
  struct stubdns__scoped_address address;
  if (word.length == 0) return 0;
  if (!has_port(word) && !stubdns__scoped_address_read(&address, word))
    return read_names(lines, &address, visitor);
  stubdns__lines_refuse(lines, word);
  return 0;
}

int stubdns__hosts_parse(const char *text, size_t length,
                         const struct stubdns__hosts_visitor *visitor,
                         const struct stubdns__complain *complain) {
  struct stubdns__lines lines = {
      .rest = {text, length}, .comment = "#", .complain = complain};
  int result = 0;
  while (!result && stubdns__lines_next(&lines))
    result = read_line(&lines, visitor);
  return result;
}
