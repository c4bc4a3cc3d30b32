/* bench-wire: runs each library over each reply.
 *
 *   bench-wire count   once each, for callgrind: a dump named "reply|library|
 *                      column" holds the instructions of one run
 *   bench-wire time    many rounds over all of them in turn; prints the median
 *                      nanoseconds of one run, "reply|library|column ns" */
#include "replies.h"
#include "subject.h"

#include "stubdns/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <valgrind/callgrind.h>

#define ROUNDS 41       /* odd: there is a median */
#define ROUND_NS 200000 /* of one run repeated, long beside the clock */
#define RUNS_MAX 100    /* replies x libraries x columns, and building */

volatile uint64_t sink;

struct run {
  char name[64];
  const struct input *input;
  int (*call)(const struct input *input);
  unsigned repeat;
  double ns[ROUNDS];
};

static struct composer composers[REPLY_COUNT];
static struct input inputs[REPLY_COUNT];
static struct run runs[RUNS_MAX];
static size_t run_count;

static int do_nothing(const struct input *input) {
  (void)input;
  return 0;
}

static void add_run(const char *reply, const char *library, const char *column,
                    const struct input *input,
                    int (*call)(const struct input *)) {
  if (run_count == RUNS_MAX) abort();
  struct run *run = &runs[run_count++];
  snprintf(run->name, sizeof run->name, "%s|%s|%s", reply, library, column);
  run->input = input;
  run->call = call;
}

static void add_columns(unsigned reply, const char *library,
                        const struct column *column) {
  for (; column->name; column++)
    if (!column->run(&inputs[reply]))
      add_run(replies[reply].name, library, column->name, &inputs[reply],
              column->run);
}

/* The type stands behind the question's name. */
static uint16_t question_type(const struct composer *c) {
  const size_t end =
      COMPOSE_QUESTION + strlen((const char *)c->octets + COMPOSE_QUESTION) + 1;
  return (uint16_t)(c->octets[end] << 8 | c->octets[end + 1]);
}

static void add_reply(unsigned reply) {
  struct composer *c = &composers[reply];
  replies[reply].compose(c);
  inputs[reply] = (struct input){c->octets, c->length, question_type(c)};
  add_columns(reply, "stubdns", stubdns_columns);
#ifdef HAVE_LIBRESOLV
  add_columns(reply, "libc", libc_columns);
#endif
#ifdef HAVE_CARES
  add_columns(reply, "c-ares", cares_columns);
#endif
}

static void add_builds(void) {
  add_run("query", "stubdns", "build", &inputs[0], stubdns_build);
#ifdef HAVE_LIBRESOLV
  add_run("query", "libc", "build", &inputs[0], libc_build);
#endif
#ifdef HAVE_CARES
  add_run("query", "c-ares", "build", &inputs[0], cares_build);
#endif
}

static void check(const struct run *run) {
  if (!run->call(run->input)) return;
  fprintf(stderr, "bench-wire: %s fails\n", run->name);
  exit(EXIT_FAILURE);
}

/* The parse before a visit of ours is that of the run before. */
static void count_all(void) {
  for (size_t i = 0; i < run_count; i++) {
    check(&runs[i]);
    CALLGRIND_ZERO_STATS;
    runs[i].call(runs[i].input);
    CALLGRIND_DUMP_STATS_AT(runs[i].name);
  }
}

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double time_run(const struct run *run) {
  const double start = now_ns();
  for (unsigned i = 0; i < run->repeat; i++)
    run->call(run->input);
  return (now_ns() - start) / run->repeat;
}

static void find_repeat(struct run *run) {
  run->repeat = 16;
  const double ns = time_run(run);
  run->repeat = ns < ROUND_NS ? (unsigned)(ROUND_NS / ns) : 1;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a;
  const double y = *(const double *)b;
  return (x > y) - (x < y);
}

static void time_all(void) {
  for (unsigned round = 0; round < ROUNDS; round++)
    for (size_t i = 0; i < run_count; i++) {
      check(&runs[i]);
      if (round == 0) find_repeat(&runs[i]);
      runs[i].ns[round] = time_run(&runs[i]);
    }
  for (size_t i = 0; i < run_count; i++) {
    qsort(runs[i].ns, ROUNDS, sizeof runs[i].ns[0], compare);
    printf("%s %.1f\n", runs[i].name, runs[i].ns[ROUNDS / 2]);
  }
}

int main(int argc, char **argv) {
  for (unsigned i = 0; i < REPLY_COUNT; i++)
    add_reply(i);
  add_builds();
  add_run("nothing", "stubdns", "call", NULL, do_nothing);
  if (argc == 2 && !strcmp(argv[1], "count"))
    count_all();
  else if (argc == 2 && !strcmp(argv[1], "time"))
    time_all();
  else
    return EXIT_FAILURE;
  return EXIT_SUCCESS;
}
