/* Expectations over many fixtures in one test. */
#include "support/expect.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

static const char *subject = "";
static unsigned difference_count;

void expect_of(const char *fixture) {
  subject = fixture;
}

void expect_text(const char *what, const char *actual, const char *expected) {
  if (!actual) actual = "(nothing)";
  if (!expected) expected = "(nothing)";
  if (!strcmp(actual, expected)) return;
  difference_count++;
  fprintf(stderr, "%s: %s is\n  %s\nand should be\n  %s\n", subject, what,
          actual, expected);
}

void expect_number(const char *what, unsigned long actual,
                   unsigned long expected) {
  if (actual == expected) return;
  difference_count++;
  fprintf(stderr, "%s: %s is %lu and should be %lu\n", subject, what, actual,
          expected);
}

void expect_end(void) {
  const unsigned count = difference_count;
  difference_count = 0;
  ck_assert_msg(count == 0, "%u differences", count);
}
