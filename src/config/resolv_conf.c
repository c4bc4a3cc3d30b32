/* Reads resolv.conf(5): a keyword at the start of a line, blanks, values.  "#"
 * or ";" begin a comment, also behind values, where the C library takes them
 * for more values. */
#include "config/resolv_conf.h"

#include "config/ipv4_text.h"
#include "stubdns/error.h"

#include <string.h>

#define COMMENT "#;"
#define SHORT_IPV4_SIZE 64 /* more digits than four numbers need */

/* "127.1" is a server for the C library as well. */
static int read_short_ipv4(struct stubdns__scoped_address *server,
                           struct stubdns__span word) {
  char text[SHORT_IPV4_SIZE];
  if (word.length >= sizeof text) return STUBDNS_EBADADDRESS;
  memcpy(text, word.text, word.length);
  text[word.length] = '\0';
  memset(server, 0, sizeof *server);
  const int error = stubdns__ipv4_from_text(&server->address, text);
  server->address.port = STUBDNS_PORT;
  return error;
}

/* A link-local address, fe80::/10, is one on each link. */
static int lacks_scope(const struct stubdns__scoped_address *server) {
  const stubdns_address_t *const address = &server->address;
  return address->length == 16 && address->octets[0] == 0xfe &&
         (address->octets[1] & 0xc0) == 0x80 && !address->scope_id &&
         !server->scope[0];
}

static void on_nameserver(struct stubdns__resolv_conf *config,
                          struct stubdns__lines *lines) {
  const struct stubdns__span word = stubdns__lines_word(lines);
  struct stubdns__scoped_address server;
  if (config->server_count == STUBDNS_SERVERS_MAX ||
      (stubdns__scoped_address_read(&server, word) &&
       read_short_ipv4(&server, word)) ||
      lacks_scope(&server))
    stubdns__lines_refuse(lines, word);
  else
    config->servers[config->server_count++] = server;
  stubdns__lines_refuse_rest(lines);
}

/* A dot in front is passed over, as the C library does. */
static int read_domain(stubdns_name_t *name, struct stubdns__span word) {
  if (word.length > 1 && word.text[0] == '.') stubdns__span_drop(&word, 1);
  return stubdns_name_from_text(name, word.text, word.length);
}

static void add_domain(struct stubdns__resolv_conf *config,
                       const struct stubdns__lines *lines,
                       struct stubdns__span word) {
  if (config->search_count < STUBDNS__SEARCH_MAX &&
      !read_domain(&config->search[config->search_count], word))
    config->search_count++;
  else
    stubdns__lines_refuse(lines, word);
}

/* Returns whether the line has a value, which takes the place of what was. */
static int begin_search(struct stubdns__resolv_conf *config,
                        struct stubdns__lines *lines,
                        struct stubdns__span *word) {
  *word = stubdns__lines_word(lines);
  if (word->length == 0) return 0;
  config->has_search = 1;
  config->search_count = 0;
  return 1;
}

static void on_search(struct stubdns__resolv_conf *config,
                      struct stubdns__lines *lines) {
  struct stubdns__span word;
  if (!begin_search(config, lines, &word)) return;
  for (; word.length > 0; word = stubdns__lines_word(lines))
    add_domain(config, lines, word);
}

static void on_domain(struct stubdns__resolv_conf *config,
                      struct stubdns__lines *lines) {
  struct stubdns__span word;
  if (!begin_search(config, lines, &word)) return;
  add_domain(config, lines, word);
  stubdns__lines_refuse_rest(lines);
}

/* Known, and without an effect: addresses are sorted by RFC 6724. */
static void on_sortlist(struct stubdns__resolv_conf *config,
                        struct stubdns__lines *lines) {
  (void)config;
  (void)lines;
}

static const struct flag {
  const char *word;
  unsigned flag;
} flags[] = {
    {"rotate", STUBDNS__CONF_ROTATE},
    {"edns0", STUBDNS__CONF_EDNS0},
    {"trust-ad", STUBDNS__CONF_TRUST_AD},
    {"use-vc", STUBDNS__CONF_USE_VC},
    {"no-aaaa", STUBDNS__CONF_NO_AAAA},
    {"single-request", STUBDNS__CONF_SINGLE_REQUEST},
    {"single-request-reopen", STUBDNS__CONF_SINGLE_REQUEST_REOPEN},
    {"no-tld-query", STUBDNS__CONF_NO_TLD_QUERY},
    {"no_tld_query", STUBDNS__CONF_NO_TLD_QUERY}, /* as the C library has it */
    {"no-reload", STUBDNS__CONF_NO_RELOAD},
    {"inet6", STUBDNS__CONF_INET6},
};

static const struct number {
  const char *prefix;
  size_t offset; /* of the octet in the configuration */
  unsigned max;
} numbers[] = {
    {"ndots:", offsetof(struct stubdns__resolv_conf, ndots),
     STUBDNS__NDOTS_MAX},
    {"timeout:", offsetof(struct stubdns__resolv_conf, timeout_s),
     STUBDNS__TIMEOUT_S_MAX},
    {"attempts:", offsetof(struct stubdns__resolv_conf, attempts),
     STUBDNS__ATTEMPTS_MAX},
};

/* A number from 0 on that takes up the whole word; more than `max` is `max`.
 * Returns whether it is one. */
static int read_number(struct stubdns__span word, unsigned max,
                       uint8_t *number) {
  unsigned value = 0;
  for (size_t i = 0; i < word.length; i++) {
    if (word.text[i] < '0' || word.text[i] > '9') return 0;
    value = value * 10 + (unsigned)(word.text[i] - '0');
    if (value > max) value = max;
  }
  *number = (uint8_t)value;
  return word.length > 0;
}

static int take_number(struct stubdns__resolv_conf *config,
                       struct stubdns__span word) {
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    const size_t length = strlen(numbers[i].prefix);
    uint8_t number;
    if (word.length <= length ||
        memcmp(word.text, numbers[i].prefix, length) != 0)
      continue;
    stubdns__span_drop(&word, length);
    if (!read_number(word, numbers[i].max, &number)) return 0;
    *((uint8_t *)config + numbers[i].offset) = number;
    return 1;
  }
  return 0;
}

static int take_flag(struct stubdns__resolv_conf *config,
                     struct stubdns__span word) {
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (stubdns__span_is(word, flags[i].word)) {
      config->flags |= flags[i].flag;
      return 1;
    }
  return 0;
}

static void on_options(struct stubdns__resolv_conf *config,
                       struct stubdns__lines *lines) {
  struct stubdns__span word;
  while ((word = stubdns__lines_word(lines)).length > 0)
    if (!take_flag(config, word) && !take_number(config, word))
      stubdns__lines_refuse(lines, word);
}

/* What each keyword does with the rest of its line. */
static const struct keyword {
  const char *text;
  void (*read)(struct stubdns__resolv_conf *config,
               struct stubdns__lines *lines);
} keywords[] = {
    {"nameserver", on_nameserver}, {"search", on_search},
    {"domain", on_domain},         {"sortlist", on_sortlist},
    {"options", on_options},
};

/* A keyword stands at the very beginning of its line. */
static void read_line(struct stubdns__resolv_conf *config,
                      struct stubdns__lines *lines) {
  const char *const begin = lines->line.text;
  const struct stubdns__span word = stubdns__lines_word(lines);
  for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
    if (word.text == begin && stubdns__span_is(word, keywords[i].text)) {
      keywords[i].read(config, lines);
      return;
    }
  if (word.length > 0) stubdns__lines_refuse(lines, word);
}

static struct stubdns__lines
lines_of(const char *text, size_t length,
         const struct stubdns__complain *complain) {
  return (struct stubdns__lines){
      .rest = {text, length}, .comment = COMMENT, .complain = complain};
}

void stubdns__resolv_conf_parse(struct stubdns__resolv_conf *config,
                                const char *text, size_t length,
                                const struct stubdns__complain *complain) {
  struct stubdns__lines lines = lines_of(text, length, complain);
  config->server_count = 0;
  config->search_count = 0;
  config->flags = 0;
  config->ndots = STUBDNS__NDOTS;
  config->timeout_s = 0;
  config->attempts = 0;
  config->has_search = 0;
  while (stubdns__lines_next(&lines))
    read_line(config, &lines);
}

void stubdns__resolv_conf_set_search(struct stubdns__resolv_conf *config,
                                     const char *text, size_t length,
                                     const struct stubdns__complain *complain) {
  struct stubdns__lines lines = lines_of(text, length, complain);
  config->has_search = 1;
  config->search_count = 0;
  if (stubdns__lines_next(&lines)) on_search(config, &lines);
}

void stubdns__resolv_conf_add_options(
    struct stubdns__resolv_conf *config, const char *text, size_t length,
    const struct stubdns__complain *complain) {
  struct stubdns__lines lines = lines_of(text, length, complain);
  if (stubdns__lines_next(&lines)) on_options(config, &lines);
}
