/* The frame of a test program: it defines test_suite(), main() is here. */
#ifndef STUBDNS_TESTS_SUITE_H
#define STUBDNS_TESTS_SUITE_H

#include <check.h>

/* The tag of test cases with thousands of inputs.  They run in every ordinary
 * run and are left out under Valgrind, where a second becomes a minute. */
#define TEST_EXHAUSTIVE "exhaustive"

/* The tests of the file. */
Suite *test_suite(void);

#endif
