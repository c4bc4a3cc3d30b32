/* Every recorded message, and 100 000 made from them with a few octets changed,
 * parsed by c-ares and by us: the answer records of ten types agree, or the
 * difference has a reason that disagreements.c knows. */
#include "compare.h"

#include "support/recorded.h"
#include "support/suite.h"

#include <sys/select.h> /* fd_set, for ares.h */

#include <ares.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUTANTS 100000
#define REASONS_MAX 32

static struct {
  const char *reason;
  unsigned count;
} reasons[REASONS_MAX];
static unsigned agreed;

static void count_reason(const char *reason) {
  for (int i = 0; i < REASONS_MAX; i++) {
    if (reasons[i].reason && strcmp(reasons[i].reason, reason) != 0) continue;
    reasons[i].reason = reason;
    reasons[i].count++;
    return;
  }
}

static void print_reasons(void) {
  printf("agreed: %u\n", agreed);
  for (int i = 0; i < REASONS_MAX && reasons[i].reason; i++)
    printf("%8u %s\n", reasons[i].count, reasons[i].reason);
}

static void print_octets(const uint8_t *octets, size_t length) {
  for (size_t i = 0; i < length; i++)
    fprintf(stderr, "%02x%s", octets[i], i % 32 == 31 ? "\n" : " ");
  fprintf(stderr, "\n");
}

/* Both refused, both found nothing, or both found the same. */
static int agree(const struct items *ours, const struct items *theirs) {
  if (theirs->error == ARES_ENODATA) return !ours->error && ours->count == 0;
  if (ours->error || theirs->error) return ours->error && theirs->error;
  return items_equal(ours, theirs);
}

static int compare(const char *name, const struct compared_type *compared,
                   const uint8_t *octets, size_t length) {
  static struct items ours;
  static struct items theirs;
  parse_ours(&ours, compared->type, octets, length);
  items_begin(&theirs);
  compared->parse(&theirs, octets, (int)length);
  if (agree(&ours, &theirs)) {
    agreed++;
    return 1;
  }
  const char *const reason =
      explain(compared->type, octets, length, &ours, &theirs);
  if (reason) {
    count_reason(reason);
    return 1;
  }
  fprintf(stderr, "%s, type %s: we %d (%zu), c-ares %d (%zu)\n", name,
          stubdns_type_mnemonic(compared->type), ours.error, ours.count,
          theirs.error, theirs.count);
  print_octets(octets, length);
  return 0;
}

static int compare_all(const char *name, const uint8_t *octets, size_t length) {
  int same = 1;
  for (size_t i = 0; i < compared_type_count; i++)
    same &= compare(name, &compared_types[i], octets, length);
  return same;
}

START_TEST(cares_finds_the_same_records_in_recorded_messages) {
  struct recorded_list list = recorded_load();
  unsigned different = 0;
  for (size_t i = 0; i < list.count; i++)
    different += !compare_all(list.messages[i].name, list.messages[i].octets,
                              list.messages[i].length);
  recorded_free(&list);
  print_reasons();
  ck_assert_uint_eq(different, 0);
}
END_TEST

START_TEST(cares_finds_the_same_records_in_changed_messages) {
  struct recorded_list list = recorded_load();
  uint64_t state = 20261122;
  unsigned different = 0;
  for (unsigned i = 0; i < MUTANTS && different < 10; i++) {
    const struct recorded *const origin =
        &list.messages[next_random(&state) % list.count];
    uint8_t *const octets = malloc(origin->length + 64);
    memcpy(octets, origin->octets, origin->length);
    const size_t length =
        mutate(octets, origin->length, origin->length + 64, &state);
    different += !compare_all(origin->name, octets, length);
    free(octets);
  }
  recorded_free(&list);
  print_reasons();
  ck_assert_uint_eq(different, 0);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("cares");
  tcase_set_timeout(cases, 240);
  tcase_add_test(cases, cares_finds_the_same_records_in_recorded_messages);
  tcase_add_test(cases, cares_finds_the_same_records_in_changed_messages);
  Suite *const suite = suite_create("compare/cares");
  suite_add_tcase(suite, cases);
  return suite;
}
