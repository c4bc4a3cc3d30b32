/* Reading what is no option: types, classes, names, addresses and servers. */
#include "idn.h"
#include "parser.h"
#include "suggestion.h"

#include "stubdns/error.h"
#include "stubdns/lookup.h"
#include "stubdns/message.h"
#include "stubdns/query.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

static struct group *begin_group(struct parser *parser) {
  struct arguments *const arguments = parser->arguments;
  struct group *const group = &arguments->groups[arguments->group_count++];
  group->settings = arguments->groups[0].settings;
  group->servers.first = arguments->server_count;
  group->names.first = arguments->name_count;
  group->types.first = arguments->type_count;
  return group;
}

static void put_name(struct parser *parser, const stubdns_name_t *name,
                     int is_absolute) {
  struct arguments *const arguments = parser->arguments;
  arguments->absolute[arguments->name_count] = (uint8_t)is_absolute;
  arguments->names[arguments->name_count++] = *name;
  parser_group(parser)->names.count++;
}

static int complain_error(struct parser *parser, const char *word, int error) {
  parser_complain(parser, word, ": ");
  output_text(parser->message, stubdns_error_text(error));
  return STUBDNS_EINVALID;
}

static int is_ascii(const char *word) {
  while (*word && !(*word & 0x80))
    word++;
  return !*word;
}

/* A dot behind a backslash belongs to a label, unless that backslash does. */
static int ends_with_dot(const char *word) {
  size_t length = strlen(word);
  int is_dot = word[length - 1] == '.';
  if (!is_dot) return 0;
  while (length > 1 && word[length - 2] == '\\') {
    is_dot = !is_dot;
    length--;
  }
  return is_dot;
}

int parser_add_name(struct parser *parser, const char *word) {
  stubdns_name_t name;
  if (!*word)
    return parser_complain(parser, word, " is no name; the root is '.'");
  char ascii[IDN_SIZE];
  const char *text = word;
  if (!is_ascii(word) && parser_group(parser)->settings.idn_in) {
    parser_complain(parser, word, "");
    if (idn_to_ascii(word, ascii, sizeof ascii, parser->message))
      return STUBDNS_EINVALID;
    output_clear(parser->message);
    text = ascii;
  }
  const int error = stubdns_name_from_text(&name, text, strlen(text));
  if (error) return complain_error(parser, word, error);
  if (!parser->names_may_join) begin_group(parser);
  put_name(parser, &name, ends_with_dot(word));
  parser->names_may_join = 1;
  return 0;
}

int parser_add_reverse(struct parser *parser, const char *word) {
  uint8_t address[16];
  stubdns_name_t name;
  size_t length = 4;
  if (inet_pton(AF_INET, word, address) != 1) {
    if (inet_pton(AF_INET6, word, address) != 1)
      return parser_complain(parser, word,
                             " is no address for -x: write all of it, like "
                             "192.0.2.1 or 2001:db8::1");
    length = 16;
  }
  const int error = stubdns_name_from_address(&name, address, length);
  if (error) return complain_error(parser, word, error);
  begin_group(parser)->is_reverse = 1;
  put_name(parser, &name, 1);
  parser->names_may_join = 0;
  return 0;
}

/* Without a port in it the library's default is there, which is a server's. */
static int has_port(const char *word) {
  const char *const colon = strchr(word, ':');
  return strchr(word, '#') || strstr(word, "]:") ||
         (colon && !strchr(colon + 1, ':'));
}

int parser_set_local(struct parser *parser, const char *word) {
  struct settings *const settings = &parser_group(parser)->settings;
  stubdns_address_t local;
  if (stubdns_address_from_text(&local, word, strlen(word)))
    return parser_complain(parser, word,
                           " is no address for -b: write one of this host's, "
                           "like 192.0.2.1, 192.0.2.1#5300 or 2001:db8::1");
  if (!has_port(word)) local.port = 0;
  settings->local = local;
  settings->ipv4_only = local.length == 4;
  settings->ipv6_only = local.length == 16;
  parser->names_may_join = 0;
  return 0;
}

static void suggest_type(struct parser *parser, const char *word) {
  struct suggestion suggestion = suggestion_begin(word, strlen(word));
  for (uint32_t type = 0; type <= UINT16_MAX; type++) {
    const char *const mnemonic = stubdns_type_mnemonic((uint16_t)type);
    if (mnemonic && stubdns_query_check_type((uint16_t)type) == 0)
      suggestion_offer(&suggestion, mnemonic, strlen(mnemonic));
  }
  if (suggestion.word)
    output_format(parser->message, "; did you mean %s?", suggestion.word);
}

/* "ixfr=SERIAL" is dig's. */
static int names_transfer(const char *word) {
  return strncasecmp(word, "ixfr=", 5) == 0;
}

static int put_type(struct parser *parser, const char *word, uint16_t type) {
  struct arguments *const arguments = parser->arguments;
  if (names_transfer(word) || stubdns_query_check_type(type))
    return parser_complain(parser, word,
                           " cannot be asked in a single query over UDP");
  arguments->types[arguments->type_count++] = type;
  parser_group(parser)->types.count++;
  parser->names_may_join = 0;
  return 0;
}

int parser_add_type(struct parser *parser, const char *word) {
  uint16_t type = 0;
  if (names_transfer(word) ||
      stubdns_type_from_text(&type, word, strlen(word)) == 0)
    return put_type(parser, word, type);
  parser_complain(parser, word, " is no type: write one like MX or TYPE65280");
  suggest_type(parser, word);
  return STUBDNS_EINVALID;
}

static int put_class(struct parser *parser, const char *word, uint16_t class_) {
  struct group *const group = parser_group(parser);
  if (!class_) return parser_complain(parser, word, " is a reserved class");
  if (group->class_ && group->class_ != class_)
    return parser_complain(parser, word,
                           " is a second class for the same names");
  group->class_ = class_;
  parser->names_may_join = 0;
  return 0;
}

int parser_add_class(struct parser *parser, const char *word) {
  uint16_t class_;
  if (stubdns_class_from_text(&class_, word, strlen(word)))
    return parser_complain(parser, word,
                           " is no class: write one like IN, CH or CLASS77");
  return put_class(parser, word, class_);
}

int parser_add_server(struct parser *parser, const char *word) {
  struct arguments *const arguments = parser->arguments;
  struct server *const server = &arguments->servers[arguments->server_count];
  const int error = server_read(server, word, parser->message);
  if (error) return error;
  struct group *const group = parser_group(parser);
  if (group->servers.count == STUBDNS_SERVERS_MAX)
    return parser_complain(parser, word, " is a server too many, after 32");
  arguments->server_count++;
  group->servers.count++;
  parser->names_may_join = 0;
  return 0;
}

/* Capitals, digits and hyphens, with at least one capital: meant as a type. */
static int looks_like_type(const char *word) {
  int capitals = 0;
  for (; *word; word++) {
    if (!isupper((unsigned char)*word) && !isdigit((unsigned char)*word) &&
        *word != '-')
      return 0;
    capitals |= isupper((unsigned char)*word);
  }
  return capitals;
}

int parser_read_word(struct parser *parser, const char *word) {
  uint16_t value = 0;
  if (names_transfer(word) ||
      stubdns_type_from_text(&value, word, strlen(word)) == 0)
    return put_type(parser, word, value);
  if (stubdns_class_from_text(&value, word, strlen(word)) == 0)
    return put_class(parser, word, value);
  if (!looks_like_type(word)) return parser_add_name(parser, word);
  parser_complain(parser, word,
                  " is no type and no class; use -q to ask for a name");
  suggest_type(parser, word);
  return STUBDNS_EINVALID;
}
