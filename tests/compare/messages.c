/* The messages that are compared, and the count of the reasons given. */
#include "compare.h"

#include "support/fixture.h"
#include "support/recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 64 /* octets that a message may grow by */
#define DIFFERENT_MAX 10
#define SEED 20261122 /* any but 0 */

void reasons_count(struct reasons *reasons, const char *reason) {
  int i = 0;
  while (i < REASONS_MAX - 1 && reasons->reasons[i] &&
         strcmp(reasons->reasons[i], reason) != 0)
    i++;
  reasons->reasons[i] = reason;
  reasons->counts[i]++;
}

void reasons_print(const struct reasons *reasons) {
  for (int i = 0; i < REASONS_MAX && reasons->reasons[i]; i++)
    printf("%8u %s\n", reasons->counts[i], reasons->reasons[i]);
}

static void print_subject(const struct subject *subject) {
  fprintf(stderr, "%s:", subject->name);
  for (size_t i = 0; i < subject->length; i++)
    fprintf(stderr, "%c%02x", i % 32 ? ' ' : '\n', subject->octets[i]);
  fprintf(stderr, "\n");
}

static uint64_t first_state(void) {
  const char *const seed = getenv("STUBDNS_SEED");
  return seed ? strtoull(seed, NULL, 0) | 1 : SEED;
}

/* Whether parsing gives back what was built. */
static int has_records(const struct subject *subject,
                       const struct items *records) {
  static struct items found;
  items_begin(&found);
  stubdns_records_t walk = stubdns_message_all_records(&subject->message);
  stubdns_record_t record;
  while (!subject->error && stubdns_records_next(&walk, &record))
    items_put_record(&found, record.section, &record);
  if (items_equal(&found, records)) return 1;
  fprintf(stderr, "we find other records than were built in ");
  return 0;
}

/* Whether we and the plain reader agree on a message being well-formed. */
static int has_right_error(const struct subject *subject) {
  if (!subject->error == !subject->reading.fault) return 1;
  fprintf(stderr, "we give %d, the plain reader fault %d of ", subject->error,
          (int)subject->reading.fault);
  return 0;
}

/* Parses a copy in a heap block of exactly its size, so that a sanitizer sees
 * every read outside.  `records` is what parsing must give, or NULL. */
static int compare_one(compare_fn *compare, const char *name,
                       const uint8_t *octets, size_t length,
                       const struct items *records) {
  static struct subject subject;
  const struct octets copy = octets_copy(octets, length);
  subject.name = name;
  subject.octets = copy.octets;
  subject.length = length;
  subject.error =
      stubdns_message_parse(&subject.message, copy.octets, length, 0);
  reference_read(&subject.reading, copy.octets, length);
  const int is_well = has_right_error(&subject) &&
                      (!records || has_records(&subject, records)) &&
                      compare(&subject);
  if (!is_well) print_subject(&subject);
  free(copy.octets);
  return is_well;
}

static void add_hex(struct recorded_list *list, const char *path) {
  struct recorded *const messages =
      realloc(list->messages, (list->count + 1) * sizeof *messages);
  if (!messages) fixture_fail(path, "there is no memory left");
  list->messages = messages;
  const struct octets octets = hex_load(path).message;
  struct recorded *const message = &messages[list->count++];
  snprintf(message->name, sizeof message->name, "%s", strrchr(path, '/') + 1);
  message->octets = octets.octets;
  message->length = octets.length;
}

/* All recorded messages and those written by hand. */
static struct recorded_list fixtures_load(void) {
  static const char *const folders[] = {"messages", "malformed"};
  struct recorded_list list = recorded_load();
  for (size_t i = 0; i < 2; i++) {
    struct file_list files = files_list(folders[i], ".hex");
    for (size_t j = 0; j < files.count; j++)
      add_hex(&list, files.paths[j]);
    files_free(&files);
  }
  return list;
}

unsigned compare_fixtures(compare_fn *compare) {
  struct recorded_list list = fixtures_load();
  unsigned different = 0;
  for (size_t i = 0; i < list.count && different < DIFFERENT_MAX; i++)
    different +=
        !compare_one(compare, list.messages[i].name, list.messages[i].octets,
                     list.messages[i].length, NULL);
  recorded_free(&list);
  return different;
}

static int compare_mutant(compare_fn *compare, const struct recorded *origin,
                          uint64_t *state) {
  static uint8_t octets[STUBDNS_MESSAGE_MAX];
  size_t size = origin->length + ROOM;
  if (size > sizeof octets) size = sizeof octets;
  if (origin->length) memcpy(octets, origin->octets, origin->length);
  const size_t length = mutate(octets, origin->length, size, state);
  return compare_one(compare, origin->name, octets, length, NULL);
}

unsigned compare_mutants(compare_fn *compare, unsigned count) {
  struct recorded_list list = fixtures_load();
  uint64_t state = first_state();
  unsigned different = 0;
  for (unsigned i = 0; i < count && different < DIFFERENT_MAX; i++) {
    const size_t origin = random_below(&state, list.count);
    different += !compare_mutant(compare, &list.messages[origin], &state);
  }
  recorded_free(&list);
  return different;
}

unsigned compare_built(compare_fn *compare, unsigned count) {
  static uint8_t octets[STUBDNS_MESSAGE_MAX];
  static struct items records;
  uint64_t state = first_state();
  unsigned different = 0;
  for (unsigned i = 0; i < count && different < DIFFERENT_MAX; i++) {
    const size_t length = generate(octets, &records, &state);
    different += !compare_one(compare, "built", octets, length, &records);
  }
  return different;
}
