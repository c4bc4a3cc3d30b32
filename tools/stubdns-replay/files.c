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

/* Frames that gave no message must not go unsaid. */
static void tell_others(const char *path, const stubdns_replay_t *before,
                        const stubdns_replay_t *replay) {
  const uint64_t fragments = replay->fragment_count - before->fragment_count;
  const uint64_t cut = replay->cut_count - before->cut_count;
  const uint64_t other = replay->other_count - before->other_count;
  const uint64_t unknown =
      replay->unknown_link_count - before->unknown_link_count;
  if (fragments + cut + other + unknown == 0) return;
  fprintf(stderr,
          "stubdns-replay: %s: of %" PRIu64 " frames %" PRIu64
          " gave no message: %" PRIu64 " fragments, %" PRIu64 " cut, %" PRIu64
          " of other protocols, %" PRIu64 " of unknown links\n",
          path, replay->frame_count - before->frame_count,
          fragments + cut + other + unknown, fragments, cut, other, unknown);
}

static int add_file(stubdns_replay_t *replay, const char *path) {
  const stubdns_replay_t before = *replay;
  stubdns_problem_t problem;
  const int error = stubdns_replay_add_file(replay, path, &problem);
  tell_others(path, &before, replay);
  if (error) return complain_at(path, error, &problem);
  if (replay->exchange_count == before.exchange_count && !replay->has_script)
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
