/* Octets written as hex digits in tests: "c0 0c 00 01". */
#ifndef STUBDNS_TESTS_OCTETS_H
#define STUBDNS_TESTS_OCTETS_H

#include <stddef.h>
#include <stdint.h>

/* The octets of `hex` in a heap block of exactly their count, so that a
 * sanitizer sees a read or write outside; the caller frees it. */
uint8_t *octets_from_hex(const char *hex, size_t *length);

/* A name from presentation format that is known to be one. */
#define NAME(text) name_from_literal(text)
struct stubdns_name name_from_literal(const char *text);

#endif
