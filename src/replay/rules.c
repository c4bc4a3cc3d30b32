/* Reading what a scenario does: its ways and servers, the rules that queries
 * meet, and what is asked when. */
#include "replay/spelling.h"
#include "replay/text.h"

#include <string.h>

#define PORT 53

static int read_scenario(struct stubdns__reading *text) {
  struct stubdns__script *script = text->script;
  if (stubdns__array_reserve((void **)&script->scenarios,
                             &script->scenario_capacity, script->scenario_count,
                             sizeof *script->scenarios))
    return STUBDNS_ENOMEM;
  struct stubdns__scenario *scenario =
      &script->scenarios[script->scenario_count];
  scenario->title = stubdns__words_rest(&text->words);
  scenario->ways = script->scenarios[0].ways;
  text->scenario = script->scenario_count++;
  if (script->chosen == 0) script->chosen = 1;
  return *scenario->title
             ? 0
             : stubdns__words_fail(&text->words, "a scenario has a title");
}

static struct stubdns__ways *ways_of(const struct stubdns__reading *text) {
  return &text->script->scenarios[text->scenario].ways;
}

static int read_servers(struct stubdns__reading *text) {
  struct stubdns__ways *ways = ways_of(text);
  const char *word;
  ways->server_count = 0;
  while ((word = stubdns__words_next(&text->words)) != NULL) {
    stubdns_address_t *server = &ways->servers[ways->server_count];
    if (ways->server_count == STUBDNS__SCRIPT_SERVERS_MAX)
      return stubdns__words_fail(&text->words, "there are too many servers");
    if (stubdns_address_from_text(server, word, strlen(word)))
      return stubdns__words_fail(&text->words, "this is no address");
    if (!server->port) server->port = PORT;
    ways->server_count++;
  }
  return 0;
}

/* Words of `set` and of `ask` that are flags of lookups. */
static unsigned lookup_flag(const char *word) {
  static const struct {
    const char *name;
    unsigned flag;
  } flags[] = {{"no-recursion", STUBDNS_LOOKUP_NO_RECURSION},
               {"no-edns", STUBDNS_LOOKUP_NO_EDNS},
               {"no-cookie", STUBDNS_LOOKUP_NO_COOKIE},
               {"no-0x20", STUBDNS_LOOKUP_NO_0X20},
               {"no-cache", STUBDNS_LOOKUP_NO_CACHE},
               {"apart", STUBDNS_LOOKUP_NO_COALESCE},
               {"do", STUBDNS_LOOKUP_DNSSEC_OK},
               {"cd", STUBDNS_LOOKUP_CHECKING_DISABLED},
               {"ad", STUBDNS_LOOKUP_AUTHENTIC_DATA}};
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (!strcmp(word, flags[i].name)) return flags[i].flag;
  return 0;
}

static int read_way(struct stubdns__reading *text, const char *word) {
  struct stubdns__words *words = &text->words;
  struct stubdns__ways *ways = ways_of(text);
  const unsigned flag = lookup_flag(word);
  uint64_t number = 0;
  int error = 0;
  ways->lookup_flags |= flag;
  if (flag) return 0;
  if (!strcmp(word, "deadline")) {
    error = stubdns__words_duration(words, &number);
    ways->deadline_ms = (uint32_t)(number / 1000);
  } else if (!strcmp(word, "seeds")) {
    error = stubdns__words_number(words, &number);
    ways->seeds = number > 1000 ? 1000 : (uint32_t)number;
  } else if (!strcmp(word, "cache")) {
    error = stubdns__words_number(words, &number);
    ways->cache_octets = (uint32_t)number;
  } else if (!strcmp(word, "in-flight")) {
    error = stubdns__words_number(words, &number);
    ways->in_flight_max = (uint32_t)number;
  } else {
    return stubdns__words_fail(words, "this cannot be set");
  }
  return error;
}

static int read_ways(struct stubdns__reading *text) {
  const char *word;
  int error = 0;
  while (!error && (word = stubdns__words_next(&text->words)) != NULL)
    error = read_way(text, word);
  return error;
}

/* Reads "3", "3-5" or "3-". */
static int read_range(struct stubdns__reading *text,
                      struct stubdns__condition *condition) {
  struct stubdns__words *words = &text->words;
  static const char sentence[] = "a query has a number, as 3, 3-5 or 3-";
  char *word = stubdns__words_next(words);
  if (!word) return stubdns__words_fail(words, sentence);
  uint64_t *number = &condition->first;
  condition->first = 0;
  for (; *word; word++) {
    if (*word == '-' && number == &condition->first) {
      number = &condition->last;
      *number = word[1] ? 0 : UINT64_MAX;
    } else if (*word < '0' || *word > '9' || *number > 1000000000) {
      return stubdns__words_fail(words, sentence);
    } else {
      *number = *number * 10 + (uint64_t)(*word - '0');
    }
  }
  if (number == &condition->first) condition->last = condition->first;
  return 1;
}

static int read_condition_name(struct stubdns__reading *text,
                               struct stubdns__condition *condition) {
  const char *word = stubdns__words_next(&text->words);
  if (!word || stubdns_name_from_text(&condition->name, word, strlen(word)))
    return stubdns__words_fail(&text->words, "this is no name");
  return 1;
}

static int read_condition_type(struct stubdns__reading *text,
                               struct stubdns__condition *condition) {
  const char *word = stubdns__words_next(&text->words);
  if (!word || stubdns_type_from_text(&condition->type, word, strlen(word)))
    return stubdns__words_fail(&text->words, "this is no type");
  return 1;
}

static int read_condition_server(struct stubdns__reading *text,
                                 struct stubdns__condition *condition) {
  uint64_t number;
  const int error = stubdns__words_number(&text->words, &number);
  if (error) return error;
  condition->server = (unsigned)number;
  return 1;
}

int stubdns__text_condition(struct stubdns__reading *text,
                            struct stubdns__condition *condition,
                            const char *word) {
  if (!strcmp(word, "query")) return read_range(text, condition);
  if (!strcmp(word, "name")) return read_condition_name(text, condition);
  if (!strcmp(word, "type")) return read_condition_type(text, condition);
  if (!strcmp(word, "server")) return read_condition_server(text, condition);
  if (!strcmp(word, "tcp"))
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
  return 1;
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

static int read_ask(struct stubdns__reading *text) {
  struct stubdns__script *script = text->script;
  struct stubdns__words *words = &text->words;
  struct stubdns__question_asked ask = {.scenario = text->scenario, .count = 1};
  uint64_t count = 1;
  const char *word;
  int error = stubdns__words_duration(words, &ask.time_us);
  if (!error && !stubdns__words_take(words, "ask"))
    error = stubdns__words_fail(words, "at a time: ask NAME TYPE");
  if (!error) error = stubdns__words_question(words, &ask.question);
  while (!error && (word = stubdns__words_next(words)) != NULL) {
    const unsigned flag = lookup_flag(word);
    ask.flags |= flag;
    if (!strcmp(word, "times"))
      error = stubdns__words_number(words, &count);
    else if (!flag)
      error = stubdns__words_fail(words, "this is no flag of a lookup");
  }
  if (error) return error;
  ask.count = count > 100000 ? 100000 : (uint32_t)count;
  if (stubdns__array_reserve((void **)&script->asks, &script->ask_capacity,
                             script->ask_count, sizeof ask))
    return STUBDNS_ENOMEM;
  script->asks[script->ask_count++] = ask;
  return 0;
}

int stubdns__text_rule(struct stubdns__reading *text, const char *word) {
  int error;
  if (!strcmp(word, "scenario"))
    error = read_scenario(text);
  else if (!strcmp(word, "servers"))
    error = read_servers(text);
  else if (!strcmp(word, "set"))
    error = read_ways(text);
  else if (!strcmp(word, "on"))
    error = read_rule(text);
  else if (!strcmp(word, "at"))
    error = read_ask(text);
  else
    return 0;
  return error ? error : 1;
}
