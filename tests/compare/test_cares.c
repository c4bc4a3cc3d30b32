/* Fixtures, 100 000 messages made from them with a few octets changed, and
 * 20 000 built by us, parsed by c-ares and by us: the answer records of ten
 * types agree, or the difference has a reason that disagreements.c knows. */
#include "cares.h"

#include "support/suite.h"

#include <sys/select.h> /* fd_set, for ares.h */

#include <ares.h>
#include <stdio.h>

#define MUTANTS 100000
#define BUILT 20000

static struct reasons reasons;

/* Both refused, both found nothing, or both found the same. */
static int agree(const struct items *ours, const struct items *theirs) {
  if (theirs->error == ARES_ENODATA) return !ours->error && ours->count == 0;
  if (ours->error || theirs->error) return ours->error && theirs->error;
  return items_equal(ours, theirs);
}

static int compare(const struct compared_type *compared,
                   const struct subject *subject) {
  static struct items ours;
  static struct items theirs;
  parse_ours(&ours, compared->type, subject, 0);
  items_begin(&theirs);
  compared->parse(&theirs, subject->octets, (int)subject->length);
  const char *const reason =
      agree(&ours, &theirs) ? "agreed"
                            : explain(compared->type, subject, &ours, &theirs);
  if (reason) {
    reasons_count(&reasons, reason);
    return 1;
  }
  fprintf(stderr, "%s: ", stubdns_type_mnemonic(compared->type));
  items_print_difference(&ours, &theirs);
  return 0;
}

static int compare_all(const struct subject *subject) {
  int same = 1;
  for (size_t i = 0; i < compared_type_count; i++)
    same &= compare(&compared_types[i], subject);
  return same;
}

START_TEST(cares_finds_the_same_records_in_fixtures) {
  const unsigned different = compare_fixtures(compare_all);
  reasons_print(&reasons);
  ck_assert_uint_eq(different, 0);
}
END_TEST

START_TEST(cares_finds_the_same_records_in_changed_messages) {
  const unsigned different = compare_mutants(compare_all, MUTANTS);
  reasons_print(&reasons);
  ck_assert_uint_eq(different, 0);
}
END_TEST

START_TEST(cares_finds_the_same_records_in_built_messages) {
  const unsigned different = compare_built(compare_all, BUILT);
  reasons_print(&reasons);
  ck_assert_uint_eq(different, 0);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("cares");
  tcase_set_timeout(cases, 240);
  tcase_add_test(cases, cares_finds_the_same_records_in_fixtures);
  tcase_add_test(cases, cares_finds_the_same_records_in_changed_messages);
  tcase_add_test(cases, cares_finds_the_same_records_in_built_messages);
  Suite *const suite = suite_create("compare/cares");
  suite_add_tcase(suite, cases);
  return suite;
}
