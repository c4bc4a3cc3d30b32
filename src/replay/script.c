/* Scenarios: what a query gets by the rules. */
#include "replay/script.h"

#include "replay/spelling.h"
#include "stubdns/edns.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_LENGTH 12
#define SERVER_COOKIE_LENGTH 8

struct stubdns__script *stubdns__script_need(stubdns_replay_t *replay) {
  if (stubdns__store_need(replay)) return NULL;
  struct stubdns__store *store = replay->store;
  if (store->script) return store->script;
  struct stubdns__script *script = calloc(1, sizeof *script);
  if (!script || stubdns__array_reserve((void **)&script->scenarios,
                                        &script->scenario_capacity, 0,
                                        sizeof *script->scenarios)) {
    free(script);
    return NULL;
  }
  script->scenarios[0] = (struct stubdns__scenario){.title = ""};
  script->scenarios[0].ways.seeds = 1;
  script->scenario_count = 1;
  store->script = script;
  replay->has_script = 1;
  return script;
}

void stubdns__script_free(struct stubdns__script *script) {
  if (!script) return;
  free(script->scenarios);
  free(script->rules);
  free(script->reactions);
  free(script->asks);
  free(script->expected);
  free(script);
}

static const struct stubdns__script *script_of(const stubdns_replay_t *replay) {
  return replay->store ? replay->store->script : NULL;
}

size_t stubdns_replay_scenario_count(const stubdns_replay_t *replay) {
  const struct stubdns__script *script = script_of(replay);
  return script ? script->scenario_count - 1 : 0;
}

const char *stubdns_replay_scenario_title(const stubdns_replay_t *replay,
                                          size_t index) {
  return script_of(replay)->scenarios[index + 1].title;
}

void stubdns_replay_choose(stubdns_replay_t *replay, size_t index) {
  struct stubdns__store *store = replay->store;
  if (!store) return;
  store->position = 0;
  for (size_t i = 0; i < replay->exchange_count; i++)
    store->exchanges[i].is_given = 0;
  if (store->script && index + 1 < store->script->scenario_count)
    store->script->chosen = index + 1;
}

const struct stubdns__ways *
stubdns__script_ways(const struct stubdns__script *script) {
  return &script->scenarios[script->chosen].ways;
}

int stubdns__script_holds(const struct stubdns__script *script,
                          size_t scenario) {
  return scenario == 0 || scenario == script->chosen;
}

unsigned stubdns__script_server(const stubdns_replay_t *replay,
                                const stubdns_address_t *address) {
  const struct stubdns__script *script = script_of(replay);
  if (!script) return 0;
  const struct stubdns__ways *ways = stubdns__script_ways(script);
  if (!ways->server_count) return 1; /* the only one, whatever its address */
  for (size_t i = 0; i < ways->server_count; i++)
    if (stubdns_address_equal(&ways->servers[i], address))
      return (unsigned)i + 1;
  return 0;
}

static int is_so(signed char wanted, int is) {
  return wanted < 0 || (wanted != 0) == (is != 0);
}

int stubdns__condition_holds(const struct stubdns__condition *condition,
                             const struct stubdns__received *query,
                             unsigned server, uint64_t number) {
  stubdns_option_t cookie;
  const struct stubdns__asked *asked = &query->asked;
  return number >= condition->first && number <= condition->last &&
         (!condition->server || condition->server == server) &&
         (!condition->type || condition->type == asked->question.type) &&
         (!condition->name.length ||
          stubdns_name_equal(&condition->name, &asked->question.name)) &&
         is_so(condition->tcp, asked->is_tcp) &&
         is_so(condition->edns, asked->payload_size != 0) &&
         is_so(condition->cookie,
               stubdns__find_cookie(&query->message, &cookie));
}

/* Whether there are queries that a rule is about, over UDP or TCP, where the
 * server is the first of the scenario's. */
static int may_apply(const struct stubdns__condition *condition, int is_tcp) {
  return is_so(condition->tcp, is_tcp) && condition->server <= 1;
}

/* Whether there are no others. */
static int applies_always(const struct stubdns__condition *condition) {
  return condition->first == 1 && condition->last == UINT64_MAX &&
         !condition->name.length && !condition->type && condition->edns < 0 &&
         condition->cookie < 0;
}

/* What the rules that belong to `scenario` say of whether the port is shut: 1,
 * 0, or -1 where they say nothing. */
static int find_shut(const struct stubdns__script *script, size_t scenario,
                     int is_tcp) {
  for (size_t i = 0; i < script->rule_count; i++) {
    const struct stubdns__rule *rule = &script->rules[i];
    if (rule->scenario != scenario || !may_apply(&rule->condition, is_tcp))
      continue;
    return applies_always(&rule->condition) && rule->reaction_count == 1 &&
           script->reactions[rule->first_reaction].kind == STUBDNS__REACT_SHUT;
  }
  return -1;
}

int stubdns__script_is_shut(const struct stubdns__script *script, int is_tcp) {
  int is_shut = script->chosen ? find_shut(script, script->chosen, is_tcp) : -1;
  if (is_shut < 0) is_shut = find_shut(script, 0, is_tcp);
  return is_shut > 0;
}

uint64_t stubdns__script_first_ask_us(const struct stubdns__script *script) {
  for (size_t i = 0; i < script->ask_count; i++)
    if (stubdns__script_holds(script, script->asks[i].scenario))
      return script->asks[i].time_us;
  return 0;
}

/* The chosen scenario's own rules go before those of the preamble. */
static const struct stubdns__rule *
find_rule(const struct stubdns__script *script,
          const struct stubdns__received *query, unsigned server,
          uint64_t number) {
  const struct stubdns__rule *found = NULL;
  for (size_t i = 0; i < script->rule_count; i++) {
    const struct stubdns__rule *rule = &script->rules[i];
    if (!stubdns__script_holds(script, rule->scenario)) continue;
    if (found && (rule->scenario == 0 || found->scenario != 0)) continue;
    if (stubdns__condition_holds(&rule->condition, query, server, number))
      found = rule;
  }
  return found;
}

static void put(struct stubdns__draft *draft, const void *octets,
                size_t length) {
  if (length > sizeof draft->octets - draft->length)
    length = sizeof draft->octets - draft->length;
  memcpy(draft->octets + draft->length, octets, length);
  draft->length += length;
}

static void fold_question(struct stubdns__draft *draft, size_t length) {
  for (size_t i = HEADER_LENGTH;
       i < HEADER_LENGTH + length && i < draft->length; i++)
    if (draft->octets[i] >= 'A' && draft->octets[i] <= 'Z')
      draft->octets[i] |= 0x20;
}

/* Adds an OPT record with the client's cookie, right or wrong, and one of the
 * server.  A reply that has additional records already is left alone. */
static void put_cookie(struct stubdns__draft *draft,
                       const struct stubdns__received *query, int is_wrong) {
  static const uint8_t opt[] = {
      0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 20, 0, STUBDNS_OPTION_COOKIE, 0, 16};
  static const uint8_t server[SERVER_COOKIE_LENGTH] = "stubdns";
  stubdns_option_t cookie;
  if (!stubdns__find_cookie(&query->message, &cookie) ||
      draft->length < HEADER_LENGTH || draft->octets[11])
    return;
  put(draft, opt, sizeof opt);
  put(draft, cookie.octets, STUBDNS__CLIENT_COOKIE_LENGTH);
  if (is_wrong) draft->octets[draft->length - 1] ^= 0x80;
  put(draft, server, sizeof server);
  draft->octets[11] = 1;
}

/* Writes what a reaction sends, but for a recorded answer. */
static void write_reaction(const struct stubdns__reaction *reaction,
                           const struct stubdns__received *query,
                           struct stubdns__draft *draft) {
  draft->length = 0;
  switch (reaction->kind) {
  case STUBDNS__REACT_RCODE:
    draft->length =
        stubdns__write_refusal(query, 0, reaction->rcode, draft->octets);
    break;
  case STUBDNS__REACT_BARE_RCODE:
    draft->length = stubdns__write_bare(query, reaction->rcode, draft->octets);
    break;
  case STUBDNS__REACT_TRUNCATED:
    draft->length =
        stubdns__write_refusal(query, STUBDNS_FLAG_TC, 0, draft->octets);
    break;
  case STUBDNS__REACT_SHUT:
    draft->error = STUBDNS_EREFUSED;
    break;
  case STUBDNS__REACT_CLOSE:
    draft->error = STUBDNS_ECLOSED;
    break;
  case STUBDNS__REACT_ECHO:
    put(draft, query->octets, query->length);
    break;
  default:
    stubdns__spelling_write(reaction->spelling, query, draft);
    break;
  }
}

/* What a rule may change of a recorded answer is changed here, so that the
 * store's own reply stays as it is. */
static int write_answer(struct stubdns__way *way,
                        const struct stubdns__reaction *reaction,
                        const struct stubdns__received *query,
                        struct stubdns__draft *draft) {
  const struct stubdns__recorded *exchange =
      stubdns__replay_find(way->replay, &query->asked);
  struct stubdns__recorded_reply *const recorded =
      exchange ? stubdns__recorded_message(way->replay, exchange) : NULL;
  if (!recorded) {
    stubdns__unmatched_add(way->replay, &query->asked.question);
    if (way->replay->unmatched_rcode != STUBDNS_REPLAY_NO_REPLY)
      draft->length = stubdns__write_refusal(
          query, 0, way->replay->unmatched_rcode, draft->octets);
    return STUBDNS_REPLAY_UNMATCHED;
  }
  draft->length =
      stubdns__write_recorded(exchange, recorded, query, draft->octets);
  if (reaction->is_folded)
    fold_question(draft, query->asked.question.name.length);
  if (reaction->cookie)
    put_cookie(draft, query, reaction->cookie == STUBDNS__COOKIE_WRONG);
  return STUBDNS_REPLAY_RECORDED;
}

static int react(struct stubdns__way *way, const struct stubdns__asking *asking,
                 const struct stubdns__reaction *reaction,
                 const struct stubdns__received *query,
                 struct stubdns__draft *draft) {
  int result = STUBDNS_REPLAY_RECORDED;
  const int is_of_connection = reaction->kind == STUBDNS__REACT_CLOSE;
  if (reaction->kind == STUBDNS__REACT_DROP) return result;
  if (is_of_connection && !asking->is_tcp) return result;
  draft->to = asking->to;
  draft->error = 0;
  draft->is_raw = asking->is_tcp && reaction->kind == STUBDNS__REACT_STREAM;
  draft->origin = reaction->origin;
  draft->due_us = asking->now_us + reaction->after_us;
  if (reaction->kind == STUBDNS__REACT_ANSWER)
    result = write_answer(way, reaction, query, draft);
  else
    write_reaction(reaction, query, draft);
  if (result == STUBDNS_REPLAY_UNMATCHED &&
      way->replay->unmatched_rcode == STUBDNS_REPLAY_NO_REPLY)
    return result;
  const int error = stubdns__faults_send(way, query, draft);
  return error ? error : result;
}

int stubdns__script_react(struct stubdns__way *way,
                          const struct stubdns__asking *asking,
                          const struct stubdns__received *query,
                          struct stubdns__draft *draft) {
  const struct stubdns__script *script = way->replay->store->script;
  const struct stubdns__rule *rule =
      find_rule(script, query, asking->server, way->query_count);
  int result = STUBDNS_REPLAY_RECORDED;
  if (!rule) return stubdns__way_answer(way, asking, query, draft);
  for (size_t i = 0; i < rule->reaction_count && result > 0; i++)
    result = react(way, asking, &script->reactions[rule->first_reaction + i],
                   query, draft);
  return result;
}
