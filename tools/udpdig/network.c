/* Recording and replaying, around the resolvers of a run. */
#include "network.h"

#include "stubdns/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define UNMATCHED_TOLD_MAX 10
#define HEADER_LENGTH 12
#define TYPE_SIZE 16 /* TYPE65535 */

static uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum status complain(enum status status, const char *path,
                            const char *sentence) {
  fprintf(stderr, "udpdig: %s: %s\n", path, sentence);
  return status;
}

static enum status open_recording(struct network *network, const char *path,
                                  int is_buffered) {
  network->record_path = path;
  network->recording = calloc(1, sizeof *network->recording);
  if (!network->recording)
    return complain(STATUS_INTERNAL, path, strerror(ENOMEM));
  network->recording->is_buffered = is_buffered;
  const int error = recording_open(network->recording, path);
  return error ? complain(STATUS_FILE, path, strerror(error)) : STATUS_ANSWERED;
}

/* Where in the file, and what is wrong there. */
static enum status complain_file(const char *path,
                                 const stubdns_problem_t *problem) {
  if (problem->line)
    fprintf(stderr, "udpdig: %s:%" PRIu32 ": %s\n", path, problem->line,
            problem->sentence);
  else if (problem->offset)
    fprintf(stderr, "udpdig: %s: at octet %" PRIu64 ": %s\n", path,
            problem->offset, problem->sentence);
  else
    fprintf(stderr, "udpdig: %s: %s\n", path, problem->sentence);
  return STATUS_FILE;
}

static enum status open_replay(struct network *network, const char *path) {
  stubdns_problem_t problem;
  network->replay_path = path;
  network->replay = calloc(1, sizeof *network->replay);
  network->octets = malloc(STUBDNS_MESSAGE_MAX);
  if (!network->replay || !network->octets)
    return complain(STATUS_INTERNAL, path, strerror(ENOMEM));
  stubdns_replay_init(network->replay);
  network->replay->unmatched_rcode = STUBDNS_REPLAY_NO_REPLY;
  if (stubdns_replay_add_file(network->replay, path, &problem))
    return complain_file(path, &problem);
  return STATUS_ANSWERED;
}

enum status network_open(struct network *network,
                         const struct arguments *arguments) {
  const char *record_path = NULL;
  const char *replay_path = NULL;
  for (size_t i = 0; i < arguments->group_count; i++) {
    const struct settings *const settings = &arguments->groups[i].settings;
    if (settings->record_file) record_path = settings->record_file;
    if (settings->replay_file) replay_path = settings->replay_file;
  }
  *network = (struct network){0};
  if (record_path)
    return open_recording(network, record_path, arguments->mode == MODE_BULK);
  return replay_path ? open_replay(network, replay_path) : STATUS_ANSWERED;
}

int network_join(struct network *network, struct traffic *traffic,
                 int keeps_queries, stubdns_resolver_t *resolver) {
  traffic->recording = network->recording;
  traffic->keeps_queries = keeps_queries;
  if (keeps_queries || network->recording) traffic_watch(traffic, resolver);
  return network->replay ? stubdns_replay_attach(resolver, network->replay) : 0;
}

/* The recorded reply, with the name spelled as it was asked for: a name that
 * was sent with random capitals is printed without them. */
static void copy_original(uint8_t *octets, const stubdns_original_t *original,
                          const stubdns_message_t *given) {
  const stubdns_question_t question = stubdns_message_question(given);
  memcpy(octets, original->reply, original->reply_length);
  if (original->reply_length - HEADER_LENGTH < question.name.length) return;
  memcpy(octets + HEADER_LENGTH, given->octets + HEADER_LENGTH,
         question.name.length);
}

/* An answer that was put together of several replies stays as it is. */
static void restore_message(struct network *network,
                            struct restored *restored) {
  stubdns_original_t original;
  const stubdns_message_t *const given = restored->answer.message;
  if (!given ||
      !stubdns_replay_find_original(network->replay, given, &original))
    return;
  copy_original(network->octets, &original, given);
  if (stubdns_message_parse(&restored->message, network->octets,
                            original.reply_length, 0))
    return;
  restored->answer.message = &restored->message;
  restored->query = original.query;
  restored->query_length = original.query_length;
  restored->when_ms = original.reply_us / 1000;
}

void network_restore(struct network *network, const stubdns_answer_t *answer,
                     struct restored *restored) {
  restored->query = NULL;
  restored->query_length = 0;
  if (answer) restored->answer = *answer;
  if (network->replay) {
    restored->when_ms = network->replay->now_us / 1000;
    if (answer) restore_message(network, restored);
  } else if (network->recording && answer && answer->reply_us) {
    restored->when_ms =
        recording_time(network->recording, answer->reply_us) / 1000;
  } else {
    restored->when_ms = now_ms();
  }
}

static enum status close_recording(struct network *network) {
  const uint64_t left_out = network->recording->left_out;
  const int error = recording_close(network->recording);
  free(network->recording);
  network->recording = NULL;
  if (left_out)
    fprintf(stderr,
            "udpdig: %s: %" PRIu64
            " messages are left out: they are longer "
            "than an IP packet\n",
            network->record_path, left_out);
  return error ? complain(STATUS_OUTPUT, network->record_path, strerror(error))
               : STATUS_ANSWERED;
}

static void tell_unmatched(const char *path,
                           const stubdns_question_t *question) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  char type[TYPE_SIZE];
  size_t length;
  if (stubdns_name_to_text(&question->name, name, sizeof name, &length) ||
      stubdns_type_to_text(question->type, type, sizeof type, NULL))
    return;
  fprintf(stderr, "udpdig: %s: nothing was recorded for '%s %s'\n", path, name,
          type);
}

static enum status close_replay(struct network *network) {
  stubdns_question_t question;
  size_t position = 0;
  uint64_t count;
  while (position < UNMATCHED_TOLD_MAX &&
         stubdns_replay_next_unmatched(network->replay, &position, &question,
                                       &count))
    tell_unmatched(network->replay_path, &question);
  if (stubdns_replay_next_unmatched(network->replay, &position, &question,
                                    &count))
    fprintf(stderr, "udpdig: %s: nor for others\n", network->replay_path);
  const enum status status = position ? STATUS_NO_REPLY : STATUS_ANSWERED;
  stubdns_replay_free(network->replay);
  free(network->replay);
  free(network->octets);
  network->replay = NULL;
  network->octets = NULL;
  return status;
}

enum status network_close(struct network *network) {
  if (network->recording) return close_recording(network);
  return network->replay ? close_replay(network) : STATUS_ANSWERED;
}
