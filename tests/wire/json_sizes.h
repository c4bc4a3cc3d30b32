/* Whether a writer of JSON stays inside a buffer of any size. */
#ifndef STUBDNS_TESTS_JSON_SIZES_H
#define STUBDNS_TESTS_JSON_SIZES_H

#include <stddef.h>

typedef int write_function(const void *subject, char *buffer, size_t size,
                           size_t *length);

/* About `count` sizes, and both sides of the one that is just enough. */
void check_sizes(write_function *write, const void *subject, size_t count);

#endif
