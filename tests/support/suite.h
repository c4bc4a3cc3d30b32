/* The frame of a test program: it defines test_suite(), main() is here. */
#ifndef STUBDNS_TESTS_SUITE_H
#define STUBDNS_TESTS_SUITE_H

#include <check.h>

/* The tests of the file. */
Suite *test_suite(void);

#endif
