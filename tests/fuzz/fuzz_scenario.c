/* libFuzzer: any octets as the text of scenarios, which are run: a resolver
 * asks in virtual time, and whatever the rules send it every lookup ends once
 * and what is expected is compared.  Each has few lookups, so that many are
 * run. */
#include "replay/exchanges.h"
#include "replay/script.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

#define SCENARIOS_MAX 2
#define LOOKUPS_MAX 3
#define REACTIONS_MAX 8
#define FAILURES_MAX 10000

static void require(int is_true) {
  if (!is_true) abort();
}

/* Lines are counted by words.c alone; here it only matters that there are. */
static void on_failure(void *data, const stubdns_failure_t *failure) {
  require(failure->line > 0 && failure->text[0]);
  require(++*(unsigned *)data < FAILURES_MAX);
}

static void make_small(struct stubdns__script *script) {
  for (size_t i = 0; i < script->scenario_count; i++)
    script->scenarios[i].ways.seeds = 1;
  for (size_t i = 0; i < script->ask_count; i++)
    if (script->asks[i].count > LOOKUPS_MAX)
      script->asks[i].count = LOOKUPS_MAX;
  if (script->ask_count > LOOKUPS_MAX) script->ask_count = LOOKUPS_MAX;
  for (size_t i = 0; i < script->rule_count; i++)
    if (script->rules[i].reaction_count > REACTIONS_MAX)
      script->rules[i].reaction_count = REACTIONS_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  stubdns_replay_t replay;
  stubdns_problem_t problem;
  unsigned failure_count = 0;
  stubdns_replay_init(&replay);
  replay.faults.seed = length;
  if (length && memmem(octets, length, "file", 4)) return 0; /* none is read */
  if (!stubdns_replay_add_text(&replay, (const char *)octets, length, NULL,
                               &problem)) {
    make_small(replay.store->script);
    const size_t count = stubdns_replay_scenario_count(&replay);
    for (size_t i = 0; i < SCENARIOS_MAX && (i == 0 || i < count); i++) {
      stubdns_replay_choose(&replay, i);
      const int error =
          stubdns_replay_check(&replay, on_failure, &failure_count);
      require(error != STUBDNS_ENOMEM);
    }
  }
  stubdns_replay_free(&replay);
  return 0;
}
