/* The scenarios of fixtures/scenarios over real sockets, each with a server of
 * its own that does what it says; and how c-ares fares with them.  Fails where
 * we do not do as expected; how c-ares fares is its own affair. */
#include "player.h"

#include "support/suite.h"

#include <sys/select.h> /* ares.h takes fd_set for granted */

#include <ares.h>
#include <stdio.h>
#include <string.h>

#define SCENARIOS_MAX 256
#define BATCH 60   /* played at once: each needs some file descriptors */
#define ATTEMPTS 3 /* of a scenario, on a machine that is busy */

/* Scenarios with more lookups are played alone, so as not to hold up others. */
#define LOOKUPS_MAX 10000

/* c-ares sends neither letters nor cookies that a reply could lack. */
static const struct {
  const char *name;
  const char *what;
  int is_compared; /* with c-ares */
} files[] = {
    {"hostile", "first packet", 1},
    {"hostile-more", "first packet", 1},
    {"hostile-letters", "first packet", 0},
    {"hostile-cookies", "first packet", 0},
    {"hostile-tcp", "what comes over TCP", 1},
    {"networks", "network", 1},
};
#define FILE_COUNT ((int)(sizeof files / sizeof files[0]))

static enum verdict ours[SCENARIOS_MAX];
static enum verdict theirs[SCENARIOS_MAX];
static char reasons[SCENARIOS_MAX][200];
static char their_reasons[SCENARIOS_MAX][200];

static void play_in_batches(const struct client_kind *client, const char *path,
                            size_t count, enum verdict *verdicts,
                            char (*texts)[200]) {
  size_t indexes[BATCH];
  struct client_kind kind = *client;
  if (kind.asked_max > LOOKUPS_MAX) kind.asked_max = LOOKUPS_MAX;
  for (size_t first = 0; first < count; first += BATCH) {
    size_t n = 0;
    while (n < BATCH && first + n < count) {
      indexes[n] = first + n;
      n++;
    }
    play(&kind, path, indexes, n, verdicts + first, texts + first);
  }
}

/* What went wrong may be the machine's fault: then it goes well alone.  So is
 * played what was left out. */
static void play_again(const char *path, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (int n = 1; n < ATTEMPTS && ours[i] != VERDICT_YES; n++)
      play(&stubdns_kind, path, &i, 1, &ours[i], &reasons[i]);
}

static void print_titles(const char *path, size_t count, int file) {
  static const char *const words[] = {"yes", "asks again", "no", "not tried"};
  stubdns_replay_t replay;
  stubdns_problem_t problem;
  stubdns_replay_init(&replay);
  ck_assert_int_eq(stubdns_replay_add_file(&replay, path, &problem), 0);
  printf("\n%-62s %-11s %s\n", files[file].what, "c-ares", "stubdns");
  for (size_t i = 0; i < count; i++) {
    printf("%-62.62s %-11s %s\n", stubdns_replay_scenario_title(&replay, i),
           words[theirs[i]], words[ours[i]]);
    if (ours[i] != VERDICT_YES) printf("  %s\n", reasons[i]);
  }
  stubdns_replay_free(&replay);
}

/* To get the answer with more packets than needed is to get it. */
static size_t count_good(const enum verdict *verdicts, size_t count,
                         enum verdict worst) {
  size_t good = 0;
  for (size_t i = 0; i < count; i++)
    good += verdicts[i] <= worst;
  return good;
}

static void print_counts(const char *name, size_t count, size_t good) {
  const size_t tried = count_good(theirs, count, VERDICT_NO);
  if (tried)
    printf(
        "%s: c-ares %s gets the answer in %zu of %zu, stubdns in %zu of %zu\n",
        name, ares_version(NULL), count_good(theirs, count, VERDICT_ASKS_AGAIN),
        tried, good, count);
  else
    printf("%s: stubdns gets the answer in %zu of %zu\n", name, good, count);
}

START_TEST(scenarios_go_over_sockets_as_in_virtual_time_M1_M2_M10_T4_T14) {
  char path[200];
  snprintf(path, sizeof path, STUBDNS_FIXTURES "/scenarios/%s.txt",
           files[_i].name);
  const size_t count = scenario_count(path);
  ck_assert_uint_gt(count, 0);
  ck_assert_uint_le(count, SCENARIOS_MAX);
  play_in_batches(&stubdns_kind, path, count, ours, reasons);
  play_again(path, count);
  for (size_t i = 0; i < count; i++)
    theirs[i] = VERDICT_NOT_TRIED;
  if (files[_i].is_compared)
    play_in_batches(&cares_kind, path, count, theirs, their_reasons);
  print_titles(path, count, _i);
  const size_t good = count_good(ours, count, VERDICT_YES);
  print_counts(files[_i].name, count, good);
  fflush(stdout);
  ck_assert_uint_eq(good, count);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("scenarios");
  /* So long take all attempts at the longest scenario, of 60 s, and the rest.
   */
  tcase_set_timeout(cases, 300);
  tcase_add_loop_test(
      cases, scenarios_go_over_sockets_as_in_virtual_time_M1_M2_M10_T4_T14, 0,
      FILE_COUNT);
  Suite *const suite = suite_create("uv/scenarios");
  suite_add_tcase(suite, cases);
  return suite;
}
