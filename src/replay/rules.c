/* Reading the rules that queries meet: conditions, and what is done. */
#include "replay/spelling.h"
#include "replay/text.h"

#include <string.h>

/* The number from 1 on that `text` begins with; gives what is behind it, or
 * NULL. */
static const char *read_ordinal(const char *text, uint64_t *number) {
  *number = 0;
  for (; *text >= '0' && *text <= '9' && *number <= 1000000000; text++)
    *number = *number * 10 + (uint64_t)(*text - '0');
  return *number ? text : NULL;
}

/* Reads "3", "3-5" or "3-". */
static int read_range(struct stubdns__words *words,
                      struct stubdns__condition *condition) {
  const char *end = stubdns__words_next(words);
  if (end) end = read_ordinal(end, &condition->first);
  condition->last = condition->first;
  if (end && !strcmp(end, "-")) {
    condition->last = UINT64_MAX;
    return 0;
  }
  if (end && *end == '-') end = read_ordinal(end + 1, &condition->last);
  if (end && !*end && condition->first <= condition->last) return 0;
  return stubdns__words_fail(words, "a query has a number, as 3, 3-5 or 3-");
}

static int read_condition_server(struct stubdns__words *words,
                                 struct stubdns__condition *condition) {
  uint64_t number;
  const int error = stubdns__words_number_within(
      words, &number, 1, STUBDNS__SCRIPT_SERVERS_MAX,
      "servers are counted from 1, and there are at most 16");
  if (error) return error;
  condition->server = (unsigned)number;
  return 0;
}

int stubdns__text_condition(struct stubdns__reading *text,
                            struct stubdns__condition *condition,
                            const char *word) {
  struct stubdns__words *words = &text->words;
  int error = 0;
  if (!strcmp(word, "query"))
    error = read_range(words, condition);
  else if (!strcmp(word, "name"))
    error = stubdns__words_name(words, &condition->name);
  else if (!strcmp(word, "type"))
    error = stubdns__words_type(words, &condition->type);
  else if (!strcmp(word, "server"))
    error = read_condition_server(words, condition);
  else if (!strcmp(word, "tcp"))
    condition->tcp = 1;
  else if (!strcmp(word, "udp"))
    condition->tcp = 0;
  else if (!strcmp(word, "edns"))
    condition->edns = 1;
  else if (!strcmp(word, "plain"))
    condition->edns = 0;
  else if (!strcmp(word, "cookie"))
    condition->cookie = 1;
  else if (!strcmp(word, "no-cookie"))
    condition->cookie = 0;
  else
    return strcmp(word, "any") == 0;
  return error ? error : 1;
}

/* Keeps the words up to those that say when and from where, one blank between
 * them: no more octets than they had. */
static int read_spelling(struct stubdns__reading *text,
                         struct stubdns__reaction *reaction) {
  struct stubdns__words *words = &text->words;
  char *const begin = words->rest;
  char *kept = begin;
  words->end = '\0';
  while (!words->end && !stubdns__words_is_next(words, "after") &&
         !stubdns__words_is_next(words, "from")) {
    const char *word = stubdns__words_next(words);
    if (!word) break;
    if (!stubdns__spelling_has(word))
      return stubdns__words_fail(
          words,
          "octets are pairs of digits, one such pair *N, ID, OTHERID, "
          "QUESTION, SWAPPED and COOKIE");
    const size_t length = strlen(word);
    if (kept > begin) *kept++ = ' ';
    kept = (char *)memmove(kept, word, length) + length;
  }
  reaction->spelling = (const char *)stubdns__hoard_keep(
      words->hoard, begin, (size_t)(kept - begin));
  return reaction->spelling ? 0 : STUBDNS_ENOMEM;
}

static int read_answer_ways(struct stubdns__words *words,
                            struct stubdns__reaction *reaction) {
  while (!words->end) {
    if (stubdns__words_take(words, "folded"))
      reaction->is_folded = 1;
    else if (stubdns__words_take(words, "cookie"))
      reaction->cookie = STUBDNS__COOKIE_RIGHT;
    else if (stubdns__words_take(words, "wrong-cookie"))
      reaction->cookie = STUBDNS__COOKIE_WRONG;
    else
      break;
  }
  return 0;
}

static int read_rcode(struct stubdns__words *words,
                      struct stubdns__reaction *reaction, const char *word) {
  const int rcode = word ? stubdns__rcode_of(word) : -1;
  if (rcode < 0)
    return stubdns__words_fail(
        words,
        "a reaction is answer, drop, shut, close, truncated, echo, hex, "
        "stream, an RCODE, or bare and an RCODE");
  reaction->rcode = (uint16_t)rcode;
  return 0;
}

static int read_kind(struct stubdns__reading *text,
                     struct stubdns__reaction *reaction, const char *word) {
  static const struct {
    const char *name;
    enum stubdns__reaction_kind kind;
  } kinds[] = {{"answer", STUBDNS__REACT_ANSWER},
               {"drop", STUBDNS__REACT_DROP},
               {"shut", STUBDNS__REACT_SHUT},
               {"truncated", STUBDNS__REACT_TRUNCATED},
               {"echo", STUBDNS__REACT_ECHO},
               {"hex", STUBDNS__REACT_HEX},
               {"stream", STUBDNS__REACT_STREAM},
               {"close", STUBDNS__REACT_CLOSE},
               {"bare", STUBDNS__REACT_BARE_RCODE}};
  reaction->kind = STUBDNS__REACT_RCODE;
  for (size_t i = 0; word && i < sizeof kinds / sizeof kinds[0]; i++)
    if (!strcmp(word, kinds[i].name)) reaction->kind = kinds[i].kind;
  switch (reaction->kind) {
  case STUBDNS__REACT_ANSWER:
    return read_answer_ways(&text->words, reaction);
  case STUBDNS__REACT_RCODE:
    return read_rcode(&text->words, reaction, word);
  case STUBDNS__REACT_BARE_RCODE:
    return read_rcode(&text->words, reaction,
                      stubdns__words_next(&text->words));
  case STUBDNS__REACT_HEX:
  case STUBDNS__REACT_STREAM:
    return read_spelling(text, reaction);
  default:
    return 0;
  }
}

static int read_origin(struct stubdns__words *words,
                       struct stubdns__reaction *reaction) {
  if (stubdns__words_take(words, "other-port"))
    reaction->origin = STUBDNS__FROM_OTHER_PORT;
  else if (stubdns__words_take(words, "other-address"))
    reaction->origin = STUBDNS__FROM_OTHER_ADDRESS;
  else
    return stubdns__words_fail(words, "from other-port or other-address");
  return 0;
}

static int read_reaction(struct stubdns__reading *text) {
  struct stubdns__script *script = text->script;
  struct stubdns__words *words = &text->words;
  struct stubdns__reaction reaction = {.after_us = 0};
  int error = read_kind(text, &reaction, stubdns__words_next(words));
  while (!error && !words->end && *words->rest) {
    if (stubdns__words_take(words, "after"))
      error = stubdns__words_duration(words, &reaction.after_us);
    else if (stubdns__words_take(words, "from"))
      error = read_origin(words, &reaction);
    else if (stubdns__words_next(words))
      error = stubdns__words_fail(words, "behind a reaction: after, from or ,");
  }
  if (error) return error;
  if (stubdns__array_reserve((void **)&script->reactions,
                             &script->reaction_capacity, script->reaction_count,
                             sizeof reaction))
    return STUBDNS_ENOMEM;
  script->reactions[script->reaction_count++] = reaction;
  return 0;
}

static int read_conditions(struct stubdns__reading *text,
                           struct stubdns__condition *condition) {
  struct stubdns__words *words = &text->words;
  words->end = '\0';
  while (words->end != ':') {
    const char *word = stubdns__words_next(words);
    const int result =
        word ? stubdns__text_condition(text, condition, word) : 0;
    if (result < 0) return result;
    if (result == 0)
      return stubdns__words_fail(
          words,
          "on: query N, name, type, server N, udp, tcp, edns, plain, "
          "cookie, no-cookie or any, and a colon");
  }
  return 0;
}

static int read_rule(struct stubdns__reading *text) {
  struct stubdns__script *script = text->script;
  struct stubdns__rule rule = {.scenario = text->scenario,
                               .condition = STUBDNS__CONDITION_ANY,
                               .first_reaction = script->reaction_count};
  int error = read_conditions(text, &rule.condition);
  do {
    if (!error) error = read_reaction(text);
  } while (!error && text->words.end == ',');
  if (error) return error;
  rule.reaction_count = script->reaction_count - rule.first_reaction;
  if (stubdns__array_reserve((void **)&script->rules, &script->rule_capacity,
                             script->rule_count, sizeof rule))
    return STUBDNS_ENOMEM;
  script->rules[script->rule_count++] = rule;
  return 0;
}

int stubdns__text_rule(struct stubdns__reading *text, const char *word) {
  if (strcmp(word, "on") != 0) return 0;
  const int error = read_rule(text);
  return error ? error : 1;
}
