/* Reading the files to answer from, and saying where one is wrong. */
#include "program.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const char *path, const char *sentence) {
  fprintf(stderr, "stubdns-replay: %s: %s\n", path, sentence);
  return STATUS_FILE;
}

static int complain_at(const char *path, int error,
                       const stubdns_problem_t *problem) {
  if (problem->line)
    fprintf(stderr, "stubdns-replay: %s:%" PRIu32 ": %s\n", path, problem->line,
            problem->sentence);
  else if (stubdns_error_name(error))
    fprintf(stderr, "stubdns-replay: %s: at octet %" PRIu64 ": %s\n", path,
            problem->offset, problem->sentence);
  else
    return complain(path, problem->sentence);
  return STATUS_FILE;
}

static int add_file(stubdns_replay_t *replay, const char *path) {
  const size_t exchange_count = replay->exchange_count;
  stubdns_problem_t problem;
  const int error = stubdns_replay_add_file(replay, path, &problem);
  if (error) return complain_at(path, error, &problem);
  if (replay->exchange_count == exchange_count && !replay->has_script)
    complain(path, "passed over: it holds no reply with a question");
  return STATUS_SUCCESS;
}

/* By number, from 1, or by title. */
static int choose(stubdns_replay_t *replay, const char *wanted) {
  const size_t count = stubdns_replay_scenario_count(replay);
  char *end;
  const unsigned long number = strtoul(wanted, &end, 10);
  for (size_t i = 0; i < count; i++) {
    const int is_number = *wanted && !*end && number == i + 1;
    if (!is_number &&
        strcmp(wanted, stubdns_replay_scenario_title(replay, i)) != 0)
      continue;
    stubdns_replay_choose(replay, i);
    return STATUS_SUCCESS;
  }
  return complain(wanted, "there is no such scenario");
}

int files_read(stubdns_replay_t *replay, const struct options *options) {
  for (int i = 0; i < options->path_count; i++) {
    const int status = add_file(replay, options->paths[i]);
    if (status) return status;
  }
  if (!replay->exchange_count && !replay->has_script)
    return complain(options->paths[0], "there is nothing to answer from");
  return options->scenario ? choose(replay, options->scenario) : STATUS_SUCCESS;
}
