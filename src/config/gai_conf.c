/* Lines of gai.conf: a word, a prefix and a number. */
#include "config/gai_conf.h"

#include "stubdns/address.h"

#include <string.h>

#define IPV4_IN_IPV6 96 /* bits before an IPv4 address in its mapped form */

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

/* Takes what stands before a slash. */
static struct stubdns__span take_address(struct stubdns__span *word) {
  struct stubdns__span taken = {word->text, 0};
  while (taken.length < word->length && taken.text[taken.length] != '/')
    taken.length++;
  stubdns__span_drop(word, taken.length);
  return taken;
}

static int read_number(struct stubdns__span word, uint32_t max,
                       uint32_t *number) {
  uint64_t value = 0;
  for (size_t i = 0; i < word.length; i++) {
    if (word.text[i] < '0' || word.text[i] > '9') return 0;
    value = value * 10 + (uint64_t)(word.text[i] - '0');
    if (value > max) return 0;
  }
  *number = (uint32_t)value; /* at most `max` */
  return word.length > 0;
}

static size_t count_of(struct stubdns__span word, char character) {
  size_t count = 0;
  for (size_t i = 0; i < word.length; i++)
    count += word.text[i] == character;
  return count;
}

/* An address alone, without port and scope: IPv6 has two colons. */
static int read_address(struct stubdns__span word, stubdns_address_t *address) {
  return count_of(word, '%') == 0 && count_of(word, '[') == 0 &&
         count_of(word, ':') != 1 &&
         !stubdns_address_from_text(address, word.text, word.length);
}

/* How many bits the address has, or 0 where the line wants another family: of
 * IPv4 there are scopes alone, in either form. */
static unsigned read_prefix(struct stubdns__gai_line *line,
                            struct stubdns__span word) {
  const int is_scope = line->kind == STUBDNS__GAI_SCOPE;
  const int is_ipv6 = count_of(word, ':') > 0;
  stubdns_address_t address;
  if (!read_address(word, &address)) return 0;
  if (address.length == 16) {
    memcpy(line->prefix, address.octets, 16);
    return is_scope ? 0 : 128;
  }
  memcpy(line->prefix, mapped, sizeof mapped);
  memcpy(line->prefix + sizeof mapped, address.octets, 4);
  if (is_ipv6) return 128;
  return is_scope ? 32 : 0;
}

static int read_mask(struct stubdns__gai_line *line,
                     struct stubdns__span word) {
  const unsigned bits = read_prefix(line, take_address(&word));
  uint32_t length = bits;
  if (bits == 0) return 0;
  if (word.length > 0) {
    stubdns__span_drop(&word, 1); /* the slash */
    if (!read_number(word, bits, &length)) return 0;
  }
  if (bits == 32) length += IPV4_IN_IPV6;
  if (line->kind == STUBDNS__GAI_SCOPE && length < IPV4_IN_IPV6) return 0;
  line->prefix_length = (uint8_t)length; /* at most 128 */
  return 1;
}

static void read_line(struct stubdns__lines *lines,
                      struct stubdns__gai_line *line,
                      const struct stubdns__gai_visitor *visitor) {
  const struct stubdns__span mask = stubdns__lines_word(lines);
  const struct stubdns__span value = stubdns__lines_word(lines);
  if (!read_mask(line, mask))
    stubdns__lines_refuse(lines, mask);
  else if (!read_number(value, INT32_MAX, &line->value))
    stubdns__lines_refuse(lines, value.length ? value : mask);
  else if (!visitor->on_line(visitor->data, line))
    stubdns__lines_refuse(lines, mask);
  stubdns__lines_refuse_rest(lines);
}

/* The word a line begins with; whether it is one of the three. */
static int find_kind(struct stubdns__span word, enum stubdns__gai_kind *kind) {
  static const char *const names[] = {"label", "precedence", "scopev4"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (!stubdns__span_is(word, names[i])) continue;
    *kind = (enum stubdns__gai_kind)i;
    return 1;
  }
  return 0;
}

void stubdns__gai_conf_parse(const char *text, size_t length,
                             const struct stubdns__gai_visitor *visitor,
                             const struct stubdns__complain *complain) {
  struct stubdns__lines lines = {
      .rest = {text, length}, .comment = "#", .complain = complain};
  while (stubdns__lines_next(&lines)) {
    const struct stubdns__span word = stubdns__lines_word(&lines);
    struct stubdns__gai_line line = {.prefix_length = 0};
    if (find_kind(word, &line.kind))
      read_line(&lines, &line, visitor);
    else if (!stubdns__span_is(word, "reload"))
      stubdns__lines_refuse(&lines, word);
  }
}
