/* Reading a scenario's frame: its title, its servers and ways, and what is
 * asked when. */
#include "replay/text.h"

#include <string.h>

#define DEADLINE_US_MAX 3600000000u
#define SEEDS_MAX 1000
#define LOOKUPS_MAX 100000

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

static int read_server(struct stubdns__words *words, struct stubdns__ways *ways,
                       const char *word) {
  stubdns_address_t *server = &ways->servers[ways->server_count];
  if (ways->server_count == STUBDNS__SCRIPT_SERVERS_MAX)
    return stubdns__words_fail(words, "there are at most 16 servers");
  if (!word || stubdns_address_from_text(server, word, strlen(word)))
    return stubdns__words_fail(
        words, "a server is an IPv4 or IPv6 address, maybe with #PORT");
  ways->server_count++;
  return 0;
}

static int read_servers(struct stubdns__reading *text) {
  struct stubdns__words *words = &text->words;
  struct stubdns__ways *ways = ways_of(text);
  ways->server_count = 0;
  int error = read_server(words, ways, stubdns__words_next(words));
  const char *word;
  while (!error && (word = stubdns__words_next(words)) != NULL)
    error = read_server(words, ways, word);
  return error;
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

static int read_deadline(struct stubdns__words *words,
                         struct stubdns__ways *ways) {
  uint64_t deadline_us;
  const int error = stubdns__words_duration(words, &deadline_us);
  if (error) return error;
  if (deadline_us < 1000 || deadline_us > DEADLINE_US_MAX)
    return stubdns__words_fail(words, "a deadline is from 1 ms to 1 h");
  ways->deadline_ms = (uint32_t)(deadline_us / 1000);
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
  if (!strcmp(word, "deadline")) return read_deadline(words, ways);
  if (!strcmp(word, "seeds")) {
    error = stubdns__words_number_within(words, &number, 1, SEEDS_MAX,
                                         "seeds are from 1 to 1000");
    ways->seeds = (uint32_t)number;
  } else if (!strcmp(word, "cache")) {
    error = stubdns__words_number_within(words, &number, 0, UINT32_MAX,
                                         "a cache has 0 to 4294967295 octets");
    ways->cache_octets = (uint32_t)number;
  } else if (!strcmp(word, "in-flight")) {
    error = stubdns__words_number_within(
        words, &number, 1, UINT32_MAX,
        "in-flight is the number of lookups at a time");
    ways->in_flight_max = (uint32_t)number;
  } else {
    error = stubdns__words_fail(
        words,
        "set no-recursion, no-edns, no-cookie, no-0x20, no-cache, apart, "
        "do, cd, ad, deadline TIME, cache OCTETS, in-flight N or seeds N");
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

static int read_ask_word(struct stubdns__words *words,
                         struct stubdns__question_asked *ask,
                         const char *word) {
  const unsigned flag = lookup_flag(word);
  uint64_t count = 1;
  ask->flags |= flag;
  if (flag) return 0;
  if (strcmp(word, "times") != 0)
    return stubdns__words_fail(
        words,
        "behind a question: times N, no-recursion, no-edns, no-cookie, "
        "no-0x20, no-cache, apart, do, cd or ad");
  const int error = stubdns__words_number_within(words, &count, 1, LOOKUPS_MAX,
                                                 "times are from 1 to 100000");
  ask->count = (uint32_t)count;
  return error;
}

/* Lookups are begun in the order in which they stand. */
static int is_in_time(const struct stubdns__script *script,
                      const struct stubdns__question_asked *ask) {
  for (size_t i = 0; i < script->ask_count; i++)
    if (script->asks[i].time_us > ask->time_us &&
        (script->asks[i].scenario == 0 ||
         script->asks[i].scenario == ask->scenario))
      return 0;
  return 1;
}

static int read_ask(struct stubdns__reading *text) {
  struct stubdns__script *script = text->script;
  struct stubdns__words *words = &text->words;
  struct stubdns__question_asked ask = {.scenario = text->scenario, .count = 1};
  const char *word;
  int error = stubdns__words_duration(words, &ask.time_us);
  if (!error && !is_in_time(script, &ask))
    error = stubdns__words_fail(words,
                                "the earlier of two times is to stand first");
  if (!error && !stubdns__words_take(words, "ask"))
    error = stubdns__words_fail(words, "at a time: ask NAME TYPE");
  if (!error) error = stubdns__words_question(words, &ask.question);
  while (!error && (word = stubdns__words_next(words)) != NULL)
    error = read_ask_word(words, &ask, word);
  if (error) return error;
  if (stubdns__array_reserve((void **)&script->asks, &script->ask_capacity,
                             script->ask_count, sizeof ask))
    return STUBDNS_ENOMEM;
  script->asks[script->ask_count++] = ask;
  return 0;
}

int stubdns__text_scenario(struct stubdns__reading *text, const char *word) {
  int error;
  if (!strcmp(word, "scenario"))
    error = read_scenario(text);
  else if (!strcmp(word, "servers"))
    error = read_servers(text);
  else if (!strcmp(word, "set"))
    error = read_ways(text);
  else if (!strcmp(word, "at"))
    error = read_ask(text);
  else
    return 0;
  return error ? error : 1;
}
