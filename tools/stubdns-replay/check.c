/* Running scenarios, and printing how they went: Test Anything Protocol 13. */
#include "program.h"

#include <inttypes.h>
#include <stdio.h>

struct failures {
  const char *path; /* NULL where there are several files */
  size_t count;
  char first[8192]; /* what was said, to be printed behind the result */
  size_t length;
};

static void on_failure(void *data, const stubdns_failure_t *failure) {
  struct failures *failures = data;
  const size_t room = sizeof failures->first - failures->length;
  const int written = snprintf(
      failures->first + failures->length, room, "# %s:%" PRIu32 ": %s\n",
      failures->path ? failures->path : "line", failure->line, failure->text);
  failures->count++;
  if (written > 0 && (size_t)written < room)
    failures->length += (size_t)written;
  else
    failures->first[failures->length] = '\0';
}

static int check_one(stubdns_replay_t *replay, const struct options *options,
                     size_t number, const char *title) {
  struct failures failures = {0};
  if (options->path_count == 1) failures.path = options->paths[0];
  const int error = stubdns_replay_check(replay, on_failure, &failures);
  if (error) {
    fprintf(stderr, "stubdns-replay: the scenario cannot be run: error %d\n",
            error);
    return STATUS_INTERNAL;
  }
  printf("%s %zu - %s\n%s", failures.count ? "not ok" : "ok", number, title,
         failures.first);
  return failures.count ? STATUS_UNMET : STATUS_SUCCESS;
}

static int check_all(stubdns_replay_t *replay, const struct options *options,
                     size_t count) {
  int worst = STATUS_SUCCESS;
  printf("TAP version 13\n1..%zu\n", count ? count : 1);
  if (!count) return check_one(replay, options, 1, options->paths[0]);
  for (size_t i = 0; i < count; i++) {
    stubdns_replay_choose(replay, i);
    const int status = check_one(replay, options, i + 1,
                                 stubdns_replay_scenario_title(replay, i));
    if (status > worst) worst = status;
  }
  return worst;
}

int check_run(stubdns_replay_t *replay, const struct options *options) {
  int status;
  replay->at_once = 0;
  if (options->scenario) {
    printf("TAP version 13\n1..1\n");
    status = check_one(replay, options, 1, options->scenario);
  } else {
    status = check_all(replay, options, stubdns_replay_scenario_count(replay));
  }
  if (!fflush(stdout) && !ferror(stdout)) return status;
  fputs("stubdns-replay: the results cannot be printed\n", stderr);
  return STATUS_OUTPUT;
}
