/* The command line: word by word into groups, then groups into inquiries. */
#include "arguments.h"

#include "parser.h"
#include "system_servers.h"

#include "stubdns/error.h"
#include "stubdns/message.h"
#include "stubdns/text.h"
#include "stubdns/types.h"

#include <stdlib.h>
#include <string.h>

struct group *parser_group(struct parser *parser) {
  struct arguments *const arguments = parser->arguments;
  return &arguments->groups[arguments->group_count - 1];
}

int parser_complain(struct parser *parser, const char *word,
                    const char *sentence) {
  output_quoted(parser->message, word, strlen(word));
  output_text(parser->message, sentence);
  return STUBDNS_EINVALID;
}

static int read_next(struct parser *parser) {
  const char *const word = parser->words[parser->next++];
  if (parser->options_ended) return parser_read_word(parser, word);
  switch (word[0]) {
  case '@':
    return parser_add_server(parser, word + 1);
  case '+':
    return parser_read_long_option(parser, word);
  case '-':
    if (word[1] != '-') return parser_read_letters(parser, word);
    if (word[2]) return parser_read_long_option(parser, word);
    parser->options_ended = 1;
    return 0;
  default:
    return parser_read_word(parser, word);
  }
}

/* Without any name the root's servers are asked for, as dig does. */
static void default_name(struct arguments *arguments) {
  struct group *const group = &arguments->groups[arguments->group_count++];
  *group = arguments->groups[0];
  group->names = (struct slice){0, 1};
  stubdns_name_from_text(&arguments->names[arguments->name_count++], ".", 1);
  if (group->types.count) return;
  group->types = (struct slice){arguments->type_count, 1};
  arguments->types[arguments->type_count++] = STUBDNS_TYPE_NS;
}

static int has_type(const struct arguments *arguments, const uint16_t *types,
                    size_t count, struct slice slice) {
  for (size_t i = 0; i < slice.count; i++)
    for (size_t j = 0; j < count; j++)
      if (types[j] == arguments->types[slice.first + i]) return 1;
  return 0;
}

/* Adds the types of a slice to `types`, each once. */
static size_t collect(const struct arguments *arguments, uint16_t *types,
                      size_t count, struct slice slice) {
  for (size_t i = 0; i < slice.count; i++) {
    const struct slice one = {slice.first + i, 1};
    if (!has_type(arguments, types, count, one))
      types[count++] = arguments->types[slice.first + i];
  }
  return count;
}

/* A name found by -x is asked for its PTR unless types follow it; any other for
 * the types before all names and those behind it, or for A. */
static size_t group_types(const struct arguments *arguments,
                          const struct group *group, uint16_t *types) {
  size_t count = 0;
  if (!group->is_reverse)
    count = collect(arguments, types, count, arguments->groups[0].types);
  count = collect(arguments, types, count, group->types);
  if (!count)
    types[count++] = group->is_reverse ? STUBDNS_TYPE_PTR : STUBDNS_TYPE_A;
  return count;
}

/* Once, or with --all-servers once for each server that -4 and -6 allow. */
static void add_inquiry(struct arguments *arguments,
                        const struct inquiry *inquiry) {
  const struct group *const group = inquiry->group;
  const struct slice servers = group->servers;
  if (!group->settings.all_servers) {
    arguments->inquiries[arguments->inquiry_count++] = *inquiry;
    return;
  }
  for (size_t i = 0; i < servers.count; i++) {
    struct inquiry *const next =
        &arguments->inquiries[arguments->inquiry_count];
    *next = *inquiry;
    next->only = &arguments->servers[servers.first + i];
    arguments->inquiry_count +=
        next->only->is_host ||
        server_is_allowed(&next->only->addresses[0], &group->settings);
  }
}

static void add_inquiries(struct arguments *arguments,
                          const struct group *group, const uint16_t *types,
                          size_t type_count) {
  const uint16_t class_ =
      group->class_ ? group->class_ : arguments->groups[0].class_;
  for (size_t i = 0; i < group->names.count; i++)
    for (size_t j = 0; j < type_count; j++)
      add_inquiry(
          arguments,
          &(struct inquiry){
              .group = group,
              .name = &arguments->names[group->names.first + i],
              .type = types[j],
              .class_ = class_ ? class_ : STUBDNS_CLASS_IN,
              .is_absolute = arguments->absolute[group->names.first + i],
          });
}

void inquiry_name_text(const struct inquiry *inquiry, char *text) {
  size_t length;
  (void)stubdns_name_to_text(inquiry->name, text, STUBDNS_NAME_TEXT_SIZE,
                             &length);
  if (!inquiry->is_absolute && length > 1) text[length - 1] = '\0';
}

/* A server typed as an address of the family that -4 or -6 leaves out. */
static int check_servers(const struct arguments *arguments,
                         const struct group *group, struct output *message) {
  if (group->settings.diff && group->servers.count < 2) {
    output_text(message, "'--diff' needs two servers to compare");
    return STUBDNS_EINVALID;
  }
  for (size_t i = 0; i < group->servers.count; i++) {
    const struct server *const server =
        &arguments->servers[group->servers.first + i];
    if (server->is_host || !server->text ||
        server_is_allowed(&server->addresses[0], &group->settings))
      continue;
    output_quoted(message, server->text, strlen(server->text));
    output_format(message, " is no %s address, and -%c asks no others",
                  group->settings.ipv4_only ? "IPv4" : "IPv6",
                  group->settings.local.length ? 'b'
                  : group->settings.ipv4_only  ? '4'
                                               : '6');
    return STUBDNS_EINVALID;
  }
  return 0;
}

/* Puts the system's servers behind those that were named. */
static int add_system_servers(struct arguments *arguments,
                              struct slice *servers) {
  stubdns_address_t addresses[STUBDNS_SERVERS_MAX];
  const size_t count = system_servers(addresses, &default_settings);
  *servers = (struct slice){arguments->server_count, count};
  struct server *const moved =
      realloc(arguments->servers,
              (arguments->server_count + count) * sizeof *arguments->servers);
  if (!moved) return STUBDNS_ENOMEM;
  arguments->servers = moved;
  for (size_t i = 0; i < count; i++)
    arguments->servers[arguments->server_count++] =
        (struct server){.addresses = {addresses[i]}, .address_count = 1};
  return 0;
}

/* Servers before the first name are those of every group that names none; to
 * ask each of the system's, one has to know which they are. */
static int choose_servers(struct arguments *arguments) {
  struct slice of_system = {0, 0};
  for (size_t i = 0; i < arguments->group_count; i++) {
    struct group *const group = &arguments->groups[i];
    if (!group->servers.count) group->servers = arguments->groups[0].servers;
    if (group->servers.count || !group->settings.all_servers) continue;
    if (!of_system.count) {
      const int error = add_system_servers(arguments, &of_system);
      if (error) return error;
    }
    group->servers = of_system;
  }
  return 0;
}

/* `types` has room for all types that were named, and one. */
static int make_inquiries(struct arguments *arguments, uint16_t *types,
                          struct output *message) {
  const size_t most = arguments->name_count * (arguments->type_count + 1) *
                      (arguments->server_count + 1);
  arguments->inquiries = calloc(most, sizeof *arguments->inquiries);
  if (!arguments->inquiries) return STUBDNS_ENOMEM;
  for (size_t i = 1; i < arguments->group_count; i++) {
    struct group *const group = &arguments->groups[i];
    const size_t count = group_types(arguments, group, types);
    const int error = check_servers(arguments, group, message);
    if (error) return error;
    add_inquiries(arguments, group, types, count);
  }
  if (arguments->inquiry_count) return 0;
  output_text(message, "the system has no server that -4, -6 or -b leaves");
  return STUBDNS_EINVALID;
}

/* Takes over what stands before the first name of another command line. */
static void inherit(struct arguments *arguments, const struct arguments *all) {
  struct group *const group = &arguments->groups[0];
  const struct slice servers = all->groups[0].servers;
  *group = all->groups[0];
  group->settings.mode = MODE_ASK;
  group->names = (struct slice){0};
  group->types = (struct slice){0};
  group->servers = (struct slice){0, servers.count};
  for (size_t i = 0; i < servers.count; i++)
    arguments->servers[arguments->server_count++] =
        all->servers[servers.first + i];
}

/* Types before the first name of another command line, where none was named. */
static void inherit_types(struct arguments *arguments,
                          const struct arguments *all) {
  const struct slice types = all->groups[0].types;
  if (arguments->type_count) return;
  for (size_t i = 0; i < types.count; i++)
    arguments->types[arguments->type_count++] = all->types[types.first + i];
  arguments->groups[0].types = (struct slice){0, types.count};
}

/* Each word adds at most one of a kind; the group for all, the root and its
 * type may come on top. */
static int allocate(struct arguments *arguments, size_t count,
                    const struct arguments *all) {
  const size_t servers = all ? all->groups[0].servers.count : 0;
  const size_t types = all ? all->groups[0].types.count : 0;
  arguments->servers = calloc(count + servers + 1, sizeof *arguments->servers);
  arguments->names = calloc(count + 1, sizeof *arguments->names);
  arguments->absolute = calloc(count + 1, sizeof *arguments->absolute);
  arguments->types = calloc(count + types + 1, sizeof *arguments->types);
  arguments->groups = calloc(count + 2, sizeof *arguments->groups);
  if (!arguments->servers || !arguments->names || !arguments->absolute ||
      !arguments->types || !arguments->groups)
    return STUBDNS_ENOMEM;
  arguments->groups[0].settings = default_settings;
  arguments->group_count = 1;
  return 0;
}

static int read_words(struct arguments *arguments, size_t count,
                      const char *const *words, struct output *message) {
  struct parser parser = {.arguments = arguments,
                          .message = message,
                          .words = words,
                          .word_count = count};
  while (parser.next < count && arguments->mode <= MODE_BULK) {
    const int error = read_next(&parser);
    if (error) return error;
  }
  return 0;
}

/* What was read, as inquiries. */
static int conclude(struct arguments *arguments, struct output *message) {
  int error;
  if (!arguments->name_count) default_name(arguments);
  error = choose_servers(arguments);
  if (error) return error;
  uint16_t *const types = calloc(arguments->type_count + 1, sizeof *types);
  if (!types) return STUBDNS_ENOMEM;
  error = make_inquiries(arguments, types, message);
  free(types);
  return error;
}

static int differ(const char *file, const char *other) {
  return file && other && strcmp(file, other) != 0;
}

/* One network serves all groups. */
static int check_network(const struct arguments *arguments,
                         struct output *message) {
  const char *sentence = NULL;
  const char *record = NULL;
  const char *replay = NULL;
  uint32_t threads = 1;
  for (size_t i = 0; i < arguments->group_count && !sentence; i++) {
    const struct settings *const its = &arguments->groups[i].settings;
    if (differ(record, its->record_file) || differ(replay, its->replay_file))
      sentence = "'--record' and '--replay' take one file, for all questions";
    if (its->record_file) record = its->record_file;
    if (its->replay_file) replay = its->replay_file;
    if (its->threads > threads) threads = its->threads;
  }
  if (record && replay)
    sentence = "'--record' and '--replay' exclude each other";
  else if (replay && threads > 1)
    sentence = "'--replay' has one thread: leave '--threads' out";
  if (!sentence) return 0;
  output_text(message, sentence);
  return STUBDNS_EINVALID;
}

/* With -f all names stand in the file. */
static int check_bulk(const struct arguments *arguments,
                      struct output *message) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  if (arguments->groups[0].settings.diff) {
    output_text(message,
                "'--diff' compares replies to names of the command "
                "line, not of the file of -f");
    return STUBDNS_EINVALID;
  }
  if (!arguments->name_count) return 0;
  stubdns_name_to_text(&arguments->names[0], name, sizeof name, NULL);
  output_quoted(message, name, strlen(name));
  output_text(message, " is a name beside those in the file of -f");
  return STUBDNS_EINVALID;
}

int arguments_read(struct arguments *arguments, size_t count,
                   const char *const *words, struct output *message) {
  *arguments = (struct arguments){0};
  int error = allocate(arguments, count, NULL);
  if (!error) error = read_words(arguments, count, words, message);
  if (!error) error = check_network(arguments, message);
  if (error) return error;
  if (arguments->mode == MODE_BULK) {
    error = check_bulk(arguments, message);
    return error ? error : choose_servers(arguments);
  }
  if (arguments->mode != MODE_ASK) return 0;
  return conclude(arguments, message);
}

int arguments_read_line(struct arguments *arguments,
                        const struct arguments *all, size_t count,
                        const char *const *words, struct output *message) {
  *arguments = (struct arguments){0};
  int error = allocate(arguments, count, all);
  if (error) return error;
  inherit(arguments, all);
  error = read_words(arguments, count, words, message);
  if (error || arguments->mode != MODE_ASK) return error;
  inherit_types(arguments, all);
  return conclude(arguments, message);
}

void arguments_release(struct arguments *arguments) {
  free(arguments->servers);
  free(arguments->names);
  free(arguments->absolute);
  free(arguments->types);
  free(arguments->groups);
  free(arguments->inquiries);
  *arguments = (struct arguments){0};
}
