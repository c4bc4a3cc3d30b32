/* Running a scenario: a resolver of ours asks what it says, in virtual time,
 * and what happens is compared with what is expected. */
#include "replay/watch.h"

#include "stubdns/answer.h"
#include "stubdns/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_SIZE 300
#define DIGITS_MAX 24 /* of a lookup's number, and more */

/* A lookup and how it ended. */
struct errand {
  stubdns_lookup_t lookup;
  struct run *run;
  uint64_t begin_us;
  uint64_t end_us;
  int is_done;
  int status;
  unsigned rcode;
  uint64_t drops;
  uint64_t records;
  uint64_t answers;
};

struct run {
  stubdns_replay_t *replay;
  const struct stubdns__script *script;
  struct stubdns__watch watch;
  uv_loop_t loop;
  stubdns_resolver_t resolver;
  struct errand *errands;
  size_t errand_count;
  size_t begun_count;
  size_t done_count;
};

/* The records that a question leads to in the message. */
static uint64_t count_answers(const stubdns_answer_t *answer) {
  stubdns_chain_t chain;
  if (stubdns_chain_follow(&chain, answer->message, &answer->question))
    return 0;
  return chain.answer_count;
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct errand *errand = lookup->data;
  errand->is_done = 1;
  errand->end_us = errand->run->replay->now_us;
  errand->status = status;
  errand->drops = answer->drop_count;
  errand->run->done_count++;
  if (!answer->message) return;
  errand->rcode = stubdns_message_rcode(answer->message);
  errand->records = answer->message->record_counts[STUBDNS_SECTION_ANSWER];
  errand->answers = count_answers(answer);
}

static void on_traffic(void *data, const stubdns_traffic_t *traffic) {
  struct run *run = data;
  const struct stubdns__asking asking = {
      .octets = traffic->octets,
      .length = traffic->length,
      .is_tcp = traffic->is_tcp,
      .server = stubdns__script_server(run->replay, &traffic->server),
      .now_us = traffic->time_us};
  if (!traffic->is_received) stubdns__watch_query(&run->watch, &asking);
}

static void describe_lookup(char *text, const struct errand *errand,
                            uint64_t number) {
  char ending[24];
  const uint64_t time_us = errand->end_us - errand->begin_us;
  if (!errand->status)
    stubdns_rcode_to_text(errand->rcode, ending, sizeof ending, NULL);
  snprintf(text, SENTENCE_SIZE,
           "lookup %" PRIu64 " ended after %" PRIu64 ".%03u ms: %s, %" PRIu64
           " datagrams dropped, %" PRIu64 " records, %" PRIu64 " answers",
           number, time_us / 1000, (unsigned)(time_us % 1000),
           errand->status ? stubdns_error_text(errand->status) : ending,
           errand->drops, errand->records, errand->answers);
}

static int is_met(const struct stubdns__expectation *expected,
                  const struct errand *errand) {
  return (expected->status == 1 || expected->status == errand->status) &&
         (expected->rcode == STUBDNS__ANY ||
          expected->rcode == errand->rcode) &&
         (expected->drops == STUBDNS__ANY ||
          expected->drops == errand->drops) &&
         (expected->records == STUBDNS__ANY ||
          expected->records == errand->records) &&
         (expected->answers == STUBDNS__ANY ||
          expected->answers == errand->answers) &&
         stubdns__is_within(&expected->span, errand->end_us - errand->begin_us);
}

/* Returns whether it went as expected. */
static int check_lookup(const struct run *run,
                        const struct stubdns__expectation *expected,
                        uint64_t number) {
  char text[SENTENCE_SIZE];
  if (number == 0 || number > run->begun_count) {
    snprintf(text, sizeof text, "lookup %" PRIu64 " was not begun", number);
    stubdns__watch_fail(&run->watch, expected, text);
    return 0;
  }
  const struct errand *errand = &run->errands[number - 1];
  if (errand->is_done && is_met(expected, errand)) return 1;
  describe_lookup(text, errand, number);
  stubdns__watch_fail(&run->watch, expected, text);
  return 0;
}

/* Of lookups with one fault the first is told. */
static void check_lookups(const struct run *run,
                          const struct stubdns__expectation *expected) {
  uint64_t number = expected->number;
  while (number <= expected->number_last && check_lookup(run, expected, number))
    number++;
}

/* Lets time pass up to `time_us`; where nothing is under way it only jumps. */
static void pass_time(struct run *run, uint64_t time_us) {
  stubdns_replay_t *replay = run->replay;
  replay->stop_us = time_us;
  while (run->done_count < run->begun_count && replay->now_us < time_us)
    uv_run(&run->loop, UV_RUN_NOWAIT);
  replay->stop_us = 0;
  if (replay->now_us < time_us) replay->now_us = time_us;
}

/* The name, with the lookup's number in the place of '#'. */
static void write_name(char *text, const stubdns_name_t *name,
                       uint64_t number) {
  char digits[DIGITS_MAX];
  stubdns_name_to_text(name, text, STUBDNS_NAME_TEXT_SIZE, NULL);
  char *const place = strchr(text, '#');
  if (!place) return;
  const int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
  memmove(place + length, place + 1, strlen(place + 1) + 1);
  memcpy(place, digits, (size_t)length);
}

static int begin_lookup(struct run *run,
                        const struct stubdns__question_asked *ask) {
  const stubdns_lookup_options_t options = {
      .flags = ask->flags | stubdns__script_ways(run->script)->lookup_flags,
      .class_ = ask->question.class_,
  };
  struct errand *errand = &run->errands[run->begun_count];
  char name[STUBDNS_NAME_TEXT_SIZE + DIGITS_MAX];
  write_name(name, &ask->question.name, run->begun_count + 1);
  errand->run = run;
  errand->begin_us = run->replay->now_us;
  errand->lookup.data = errand;
  const int error = stubdns_lookup(&run->resolver, &errand->lookup, name,
                                   ask->question.type, &options, on_answer);
  if (!error) run->begun_count++;
  return error;
}

static int ask_all(struct run *run) {
  const struct stubdns__script *script = run->script;
  int error = 0;
  for (size_t i = 0; i < script->ask_count && !error; i++) {
    const struct stubdns__question_asked *ask = &script->asks[i];
    if (!stubdns__script_holds(script, ask->scenario)) continue;
    pass_time(run, run->watch.begin_us + ask->time_us);
    for (uint32_t j = 0; j < ask->count && !error; j++)
      error = begin_lookup(run, ask);
  }
  return error;
}

static int add_servers(struct run *run, const struct stubdns__ways *ways) {
  static const stubdns_address_t server = {4, {192, 0, 2, 53}, 53, 0};
  if (!ways->server_count)
    return stubdns_resolver_add_server(&run->resolver, &server);
  int error = 0;
  for (size_t i = 0; i < ways->server_count && !error; i++)
    error = stubdns_resolver_add_server(&run->resolver, &ways->servers[i]);
  return error;
}

static int run_resolver(struct run *run) {
  int error = add_servers(run, stubdns__script_ways(run->script));
  if (!error) error = stubdns_replay_attach(&run->resolver, run->replay);
  run->watch.begin_us = run->replay->now_us;
  stubdns_resolver_watch(&run->resolver, on_traffic, run);
  if (!error) error = ask_all(run);
  uv_run(&run->loop, UV_RUN_DEFAULT);
  stubdns_resolver_close(&run->resolver, NULL);
  uv_run(&run->loop, UV_RUN_DEFAULT);
  return error;
}

static int run_loop(struct run *run) {
  const struct stubdns__ways *ways = stubdns__script_ways(run->script);
  const stubdns_resolver_options_t options = {
      .flags = STUBDNS_NO_SYSTEM_SERVERS,
      .deadline_ms = ways->deadline_ms,
      .cache_octets = ways->cache_octets,
      .in_flight_max = ways->in_flight_max,
  };
  int error = uv_loop_init(&run->loop);
  if (error) return error;
  error = stubdns_resolver_init(&run->loop, &run->resolver, &options);
  if (!error) error = run_resolver(run);
  uv_loop_close(&run->loop);
  return error;
}

static size_t count_lookups(const struct stubdns__script *script) {
  size_t count = 0;
  for (size_t i = 0; i < script->ask_count; i++)
    if (stubdns__script_holds(script, script->asks[i].scenario))
      count += script->asks[i].count;
  return count;
}

static void check_end(const struct run *run) {
  const struct stubdns__script *script = run->script;
  stubdns__watch_end(&run->watch);
  for (size_t i = 0; i < script->expected_count; i++)
    if (script->expected[i].kind == STUBDNS__EXPECT_LOOKUP &&
        stubdns__script_holds(script, script->expected[i].scenario))
      check_lookups(run, &script->expected[i]);
}

static int run_once(struct run *run, stubdns_failure_cb on_failure,
                    void *data) {
  const struct stubdns__script *script = run->script;
  int error = stubdns__watch_init(&run->watch, script, on_failure, data);
  run->errands = calloc(count_lookups(script) + 1, sizeof *run->errands);
  if (!run->errands) error = STUBDNS_ENOMEM;
  if (!error) error = run_loop(run);
  if (!error) check_end(run);
  free(run->errands);
  stubdns__watch_free(&run->watch);
  return error;
}

/* Every run begins anew, but for the seed. */
int stubdns_replay_check(stubdns_replay_t *replay,
                         stubdns_failure_cb on_failure, void *data) {
  struct stubdns__script *script = stubdns__script_need(replay);
  if (!script) return STUBDNS_ENOMEM;
  const uint64_t seed = replay->faults.seed;
  const size_t chosen = script->chosen;
  int error = 0;
  for (uint32_t i = 0; i < stubdns__script_ways(script)->seeds && !error; i++) {
    struct run run = {.replay = replay, .script = script};
    stubdns_replay_choose(replay, chosen ? chosen - 1 : 0);
    replay->faults.seed = seed + i;
    replay->now_us = 0;
    error = run_once(&run, on_failure, data);
  }
  replay->faults.seed = seed;
  return error;
}
