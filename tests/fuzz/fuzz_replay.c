/* libFuzzer: any octets as a file to answer from, a capture, hex digits, or the
 * text of fixtures and scenarios.  Whatever was recorded is asked, through
 * every rule and fault, and what comes back is as long as it says. */
#include "replay/exchanges.h"
#include "replay/script.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);
FILE *__wrap_fopen(const char *path, const char *mode);

#define PATH "input"
#define SCENARIOS_MAX 4
#define EXCHANGES_MAX 16

static const uint8_t *input;
static size_t input_length;

static void require(int is_true) {
  if (!is_true) abort();
}

/* The only file there is, in every folder; a text may name it as well. */
FILE *__wrap_fopen(const char *path, const char *mode) {
  const size_t length = strlen(path);
  const size_t name_length = sizeof PATH - 1;
  errno = ENOENT;
  if (length < name_length || strcmp(path + length - name_length, PATH) != 0)
    return NULL;
  return fmemopen((void *)input, input_length, mode);
}

static void check_packets(struct stubdns__way *way) {
  uint64_t due_us = 0;
  while (way->first) {
    struct stubdns__packet *packet = stubdns__way_take(way);
    require(packet->due_us >= due_us);
    require(packet->length <= STUBDNS_MESSAGE_MAX);
    due_us = packet->due_us;
    free(packet);
  }
  require(stubdns__way_due_us(way) == UINT64_MAX);
}

static void ask(struct stubdns__way *way, const uint8_t *octets, size_t length,
                int is_tcp) {
  const struct stubdns__asking asking = {.to = way,
                                         .octets = octets,
                                         .length = length,
                                         .is_tcp = is_tcp,
                                         .server = 1,
                                         .now_us = 1000};
  require(stubdns__way_ask(way, &asking) >= 0);
  check_packets(way);
}

/* A query for the question that was recorded, with letters of another case and
 * with EDNS or not. */
static size_t write_query(const struct stubdns__asked *asked, int has_edns,
                          uint8_t *octets) {
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  stubdns_question_t question = asked->question;
  size_t length = 0;
  for (size_t i = 1; i < question.name.length; i++)
    if (question.name.octets[i] >= 'a' && question.name.octets[i] <= 'z' &&
        i % 2)
      question.name.octets[i] &= 0xdf;
  query.question = &question;
  query.id = 0xabcd;
  query.edns = has_edns != 0;
  require(!stubdns_query_build(&query, octets, STUBDNS_QUERY_MAX, &length));
  return length;
}

static void ask_again(stubdns_replay_t *replay, struct stubdns__way *way,
                      const struct stubdns__recorded *exchange) {
  static uint8_t reply[STUBDNS_MESSAGE_MAX];
  uint8_t octets[STUBDNS_QUERY_MAX];
  size_t reply_length;
  if (exchange->query) ask(way, exchange->query, exchange->query_length, 0);
  for (int kind = 0; kind < 4; kind++) {
    const size_t length = write_query(&exchange->asked, kind & 1, octets);
    ask(way, octets, length, kind >> 1);
    require(stubdns_replay_answer(replay, octets, length, reply, sizeof reply,
                                  &reply_length) >= 0);
    require(reply_length <= sizeof reply);
  }
}

static void ask_all(stubdns_replay_t *replay) {
  struct stubdns__way way;
  replay->faults = (stubdns_faults_t){.seed = input_length,
                                      .duplication = 300000,
                                      .reordering = 300000,
                                      .truncation = 300000,
                                      .corruption = 300000,
                                      .wrong_id = 300000,
                                      .spoofing = 300000,
                                      .error = 100000,
                                      .jitter_us = 1000};
  stubdns__way_init(&way, replay);
  for (size_t i = 0; i < replay->exchange_count && i < EXCHANGES_MAX; i++)
    ask_again(replay, &way, &replay->store->exchanges[i]);
  stubdns__way_free(&way);
}

static void check_problem(int error, const stubdns_problem_t *problem) {
  size_t line_count = 1;
  for (size_t i = 0; i < input_length; i++)
    line_count += input[i] == '\n';
  require(error != STUBDNS_ENOMEM);
  require(problem->sentence && *problem->sentence);
  require(problem->offset <= input_length);
  require(problem->line <= line_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  stubdns_replay_t replay;
  stubdns_problem_t problem;
  input = octets;
  input_length = length;
  stubdns_replay_init(&replay);
  const int error = stubdns_replay_add_file(&replay, PATH, &problem);
  if (error) check_problem(error, &problem);
  const size_t count = stubdns_replay_scenario_count(&replay);
  for (size_t i = 0; i < count; i++)
    require(stubdns_replay_scenario_title(&replay, i) != NULL);
  for (size_t i = 0; i < SCENARIOS_MAX && (i == 0 || i < count); i++) {
    stubdns_replay_choose(&replay, i);
    ask_all(&replay);
  }
  stubdns_replay_free(&replay);
  return 0;
}
