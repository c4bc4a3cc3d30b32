/* Every allocation of every scenario fails in turn: the lookup that needed it
 * ends without memory, everything else goes on, and nothing leaks. */
#include "stubdns/replay.h"

#include "stubdns.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

#define EACH 32 /* of the first allocations each fails */
#define CALLS_MAX 50000

static size_t calls;
static size_t fail_at; /* 0: none fails */

static int fails(void) {
  return fail_at && ++calls == fail_at;
}

void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
  return fails() ? NULL : __real_realloc(memory, size);
}

static const char *const files[] = {
    "example",     "hostile",      "hostile-cookies", "hostile-letters",
    "hostile-tcp", "hostile-more", "networks",        "servers",
};

#define LONGEST_MS 60000 /* no scenario has a deadline that late */

/* Without memory much is not as expected, but every lookup ends. */
static void on_failure(void *data, const stubdns_failure_t *failure) {
  static const char ended[] = " ended after ";
  const char *const found = strstr(failure->text, ended);
  size_t *const endless = data;
  if (found && strtoull(found + sizeof ended - 1, NULL, 10) > LONGEST_MS)
    ++*endless;
}

/* Runs the scenario with the allocation at `at` failing, or none for 0; returns
 * whether there is one. */
static int run(stubdns_replay_t *replay, const char *title, size_t at) {
  size_t endless = 0;
  calls = 0;
  fail_at = at ? at : SIZE_MAX;
  const int error = stubdns_replay_check(replay, on_failure, &endless);
  const int has_failed = at && calls >= at;
  fail_at = 0;
  if (error != 0 && !(has_failed && error == STUBDNS_ENOMEM))
    ck_abort_msg("%s: %d at %zu", title, error, at);
  if (endless) ck_abort_msg("%s: a lookup did not end, at %zu", title, at);
  return has_failed;
}

/* Each of the first allocations fails, and of many some; not where there are a
 * hundred thousand lookups, each run of which takes a second. */
static size_t torture(stubdns_replay_t *replay, const char *title) {
  size_t count = 0;
  run(replay, title, 0);
  if (calls > CALLS_MAX) return 0;
  for (size_t at = 1; run(replay, title, at); at += 1 + at / EACH)
    count++;
  return count;
}

START_TEST(lookups_end_whatever_allocation_fails) {
  char path[256];
  size_t count = 0;
  stubdns_replay_t replay;
  stubdns_problem_t problem;
  snprintf(path, sizeof path, STUBDNS_FIXTURES "/scenarios/%s.txt", files[_i]);
  stubdns_replay_init(&replay);
  ck_assert_int_eq(stubdns_replay_add_file(&replay, path, &problem), 0);
  const size_t scenarios = stubdns_replay_scenario_count(&replay);
  ck_assert_uint_gt(scenarios, 0);
  for (size_t i = 0; i < scenarios; i++) {
    stubdns_replay_choose(&replay, i);
    count += torture(&replay, stubdns_replay_scenario_title(&replay, i));
  }
  ck_assert_uint_gt(count, 10 * scenarios);
  stubdns_replay_free(&replay);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("torture");
  tcase_set_timeout(cases, 120);
  tcase_add_loop_test(cases, lookups_end_whatever_allocation_fails, 0,
                      (int)(sizeof files / sizeof files[0]));
  Suite *const suite = suite_create("replay/torture");
  suite_add_tcase(suite, cases);
  return suite;
}
