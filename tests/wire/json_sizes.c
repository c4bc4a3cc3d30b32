/* Writes into heap blocks of exact sizes. */
#include "json_sizes.h"

#include "stubdns/error.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Writes into a heap block of exactly `size`, which holds as much of `whole` as
 * fits with the NUL. */
static void check_size(write_function *write, const void *subject,
                       const char *whole, size_t size) {
  const size_t length = strlen(whole);
  char *buffer = malloc(size ? size : 1);
  size_t told;
  ck_assert_ptr_nonnull(buffer);
  ck_assert_int_eq(write(subject, buffer, size, &told),
                   size > length ? 0 : STUBDNS_ENOSPACE);
  ck_assert_uint_eq(told, length);
  if (size) {
    ck_assert_uint_eq(strlen(buffer), size > length ? length : size - 1);
    ck_assert_int_eq(memcmp(buffer, whole, strlen(buffer)), 0);
  }
  free(buffer);
}

void check_sizes(write_function *write, const void *subject, size_t count) {
  size_t length;
  ck_assert_int_eq(write(subject, NULL, 0, &length), STUBDNS_ENOSPACE);
  char *whole = malloc(length + 1);
  ck_assert_ptr_nonnull(whole);
  ck_assert_int_eq(write(subject, whole, length + 1, NULL), 0);
  for (size_t size = 0; size < length; size += length / count + 1)
    check_size(write, subject, whole, size);
  for (size_t size = length; size <= length + 2; size++)
    check_size(write, subject, whole, size);
  free(whole);
}
