/* Fixtures, 100 000 messages made from them with a few octets changed, and
 * 20 000 built by us, parsed by c-ares's ares_dns_parse() and by us: the whole
 * message agrees, or the difference has a reason that disagreements_whole.c
 * knows. */
#include "cares_message.h"

#include "support/suite.h"

#define MUTANTS 100000
#define BUILT 20000

static struct reasons reasons;

static int agree(const struct items *ours, const struct items *theirs) {
  return ours->error || theirs->error ? ours->error && theirs->error
                                      : items_equal(ours, theirs);
}

static int compare(const struct subject *subject) {
  static struct items ours;
  static struct items theirs;
  parse_ours_whole(&ours, subject);
  parse_theirs_whole(&theirs, subject->octets, subject->length);
  const char *const reason =
      agree(&ours, &theirs) ? "agreed" : explain_whole(subject, &theirs);
  if (reason) {
    reasons_count(&reasons, reason);
    return 1;
  }
  items_print_difference(&ours, &theirs);
  return 0;
}

START_TEST(newer_cares_finds_the_same_in_fixtures) {
  const unsigned different = compare_fixtures(compare);
  reasons_print(&reasons);
  ck_assert_uint_eq(different, 0);
}
END_TEST

START_TEST(newer_cares_finds_the_same_in_changed_messages) {
  const unsigned different = compare_mutants(compare, MUTANTS);
  reasons_print(&reasons);
  ck_assert_uint_eq(different, 0);
}
END_TEST

START_TEST(newer_cares_finds_the_same_in_built_messages) {
  const unsigned different = compare_built(compare, BUILT);
  reasons_print(&reasons);
  ck_assert_uint_eq(different, 0);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("cares_message");
  tcase_set_timeout(cases, 240);
  tcase_add_test(cases, newer_cares_finds_the_same_in_fixtures);
  tcase_add_test(cases, newer_cares_finds_the_same_in_changed_messages);
  tcase_add_test(cases, newer_cares_finds_the_same_in_built_messages);
  Suite *const suite = suite_create("compare/cares_message");
  suite_add_tcase(suite, cases);
  return suite;
}
