/* Expectations over many fixtures in one test: each difference is printed with
 * the fixture it belongs to, and the test goes on to the next. */
#ifndef STUBDNS_TESTS_EXPECT_H
#define STUBDNS_TESTS_EXPECT_H

/* Names the fixture that the next expectations are about. */
void expect_of(const char *fixture);

void expect_text(const char *what, const char *actual, const char *expected);
void expect_number(const char *what, unsigned long actual,
                   unsigned long expected);

/* Fails the test where there was a difference; to be called at its end. */
void expect_end(void);

#endif
