/* Reads nsswitch.conf(5): "hosts: files mdns4_minimal [NOTFOUND=return] dns".
 * Between brackets stand actions for the source before them; letters of
 * statuses and actions may be of either case. */
#include "config/nsswitch.h"

#include "wire/name.h"

#include <string.h>

#define BLANKS " \t\r"

static const struct stubdns__source_rule default_rules[] = {
    {STUBDNS__SOURCE_FILES, {STUBDNS__SOURCE_RETURN}},
    {STUBDNS__SOURCE_DNS, {STUBDNS__SOURCE_RETURN}},
};

static const struct {
  const char *word;
  enum stubdns__source source;
} sources[] = {
    {"files", STUBDNS__SOURCE_FILES},
    {"dns", STUBDNS__SOURCE_DNS},
    {"mdns", STUBDNS__SOURCE_MDNS},
    {"mdns4", STUBDNS__SOURCE_MDNS},
    {"mdns6", STUBDNS__SOURCE_MDNS},
    {"mdns_minimal", STUBDNS__SOURCE_MDNS_LOCAL},
    {"mdns4_minimal", STUBDNS__SOURCE_MDNS_LOCAL},
    {"mdns6_minimal", STUBDNS__SOURCE_MDNS_LOCAL},
    {"myhostname", STUBDNS__SOURCE_MYHOSTNAME},
};

static const char *const statuses[] = {
    [STUBDNS__SOURCE_SUCCESS] = "SUCCESS",
    [STUBDNS__SOURCE_NOT_FOUND] = "NOTFOUND",
    [STUBDNS__SOURCE_UNAVAILABLE] = "UNAVAIL",
    [STUBDNS__SOURCE_TRY_AGAIN] = "TRYAGAIN",
};

static const char *const actions[] = {
    [STUBDNS__SOURCE_CONTINUE] = "continue",
    [STUBDNS__SOURCE_RETURN] = "return",
    [STUBDNS__SOURCE_MERGE] = "merge",
};

/* Where `word` stands in a list of `count` words, or `count`. */
static size_t place_of(struct stubdns__span word, const char *const *words,
                       size_t count) {
  size_t i = 0;
  while (i < count && (strlen(words[i]) != word.length ||
                       !stubdns__octets_equal_folded((const uint8_t *)words[i],
                                                     (const uint8_t *)word.text,
                                                     word.length)))
    i++;
  return i;
}

static enum stubdns__source source_of(struct stubdns__span word) {
  for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++)
    if (stubdns__span_is(word, sources[i].word)) return sources[i].source;
  return STUBDNS__SOURCE_OTHER;
}

/* Takes what stands before the next of `characters`, or all there is. */
static struct stubdns__span take_until(struct stubdns__span *line,
                                       const char *characters) {
  struct stubdns__span taken = {line->text, 0};
  while (taken.length < line->length &&
         !strchr(characters, line->text[taken.length]))
    taken.length++;
  stubdns__span_drop(line, taken.length);
  return taken;
}

static void skip_blanks(struct stubdns__span *line) {
  while (line->length > 0 && strchr(BLANKS, line->text[0]))
    stubdns__span_drop(line, 1);
}

static int take_character(struct stubdns__span *line, char character) {
  if (line->length == 0 || line->text[0] != character) return 0;
  stubdns__span_drop(line, 1);
  return 1;
}

/* "NOTFOUND=return" or "!UNAVAIL=return", which is for all other statuses.
 * Returns whether it is understood. */
static int read_action(struct stubdns__source_rule *rule,
                       struct stubdns__span word) {
  const int is_inverse = take_character(&word, '!');
  const struct stubdns__span name = take_until(&word, "=");
  const size_t status = place_of(name, statuses, STUBDNS__SOURCE_STATUS_COUNT);
  if (status == STUBDNS__SOURCE_STATUS_COUNT || !take_character(&word, '='))
    return 0;
  const size_t action = place_of(word, actions, STUBDNS__SOURCE_MERGE + 1);
  if (action > STUBDNS__SOURCE_MERGE) return 0;
  for (size_t i = 0; i < STUBDNS__SOURCE_STATUS_COUNT; i++)
    if ((i == status) != is_inverse) rule->actions[i] = (uint8_t)action;
  return 1;
}

/* Reads up to the closing bracket, and past it; `rule` is NULL where no source
 * stands before the brackets. */
static void read_actions(struct stubdns__source_rule *rule,
                         struct stubdns__lines *lines) {
  while (lines->line.length > 0 && !take_character(&lines->line, ']')) {
    const struct stubdns__span word = take_until(&lines->line, BLANKS "]");
    if (word.length == 0)
      stubdns__span_drop(&lines->line, 1);
    else if (!rule || !read_action(rule, word))
      stubdns__lines_refuse(lines, word);
  }
}

/* Returns the rule of the source, or NULL where there is no room. */
static struct stubdns__source_rule *
add_source(struct stubdns__nsswitch *nsswitch,
           const struct stubdns__lines *lines, struct stubdns__span word) {
  const enum stubdns__source source = source_of(word);
  const int has_room = nsswitch->rule_count < STUBDNS__SOURCES_MAX;
  if (source == STUBDNS__SOURCE_OTHER || !has_room)
    stubdns__lines_refuse(lines, word);
  if (!has_room) return NULL;
  struct stubdns__source_rule *const rule =
      &nsswitch->rules[nsswitch->rule_count++];
  *rule =
      (struct stubdns__source_rule){(uint8_t)source, {STUBDNS__SOURCE_RETURN}};
  return rule;
}

static void read_hosts(struct stubdns__nsswitch *nsswitch,
                       struct stubdns__lines *lines) {
  struct stubdns__source_rule *rule = NULL;
  nsswitch->rule_count = 0;
  while (lines->line.length > 0) {
    const struct stubdns__span word = take_until(&lines->line, BLANKS "[");
    if (word.length > 0)
      rule = add_source(nsswitch, lines, word);
    else if (take_character(&lines->line, '['))
      read_actions(rule, lines);
    else
      stubdns__span_drop(&lines->line, 1);
  }
}

/* The database is named up to a colon, with blanks around. */
static int is_hosts_line(struct stubdns__lines *lines) {
  struct stubdns__span *const line = &lines->line;
  skip_blanks(line);
  const struct stubdns__span name = take_until(line, BLANKS ":");
  skip_blanks(line);
  return stubdns__span_is(name, "hosts") && take_character(line, ':');
}

void stubdns__nsswitch_parse(struct stubdns__nsswitch *nsswitch,
                             const char *text, size_t length,
                             const struct stubdns__complain *complain) {
  struct stubdns__lines lines = {
      .rest = {text, length}, .comment = "#", .complain = complain};
  nsswitch->rule_count = sizeof default_rules / sizeof default_rules[0];
  memcpy(nsswitch->rules, default_rules, sizeof default_rules);
  while (stubdns__lines_next(&lines))
    if (is_hosts_line(&lines)) read_hosts(nsswitch, &lines);
}
