/* What is measured: a library's way to parse a reply and to visit all of it. */
#ifndef STUBDNS_BENCH_SUBJECT_H
#define STUBDNS_BENCH_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

/* A reply as received. */
struct input {
  const uint8_t *octets;
  size_t length;
  uint16_t type; /* asked */
};

/* A column of the table.  It gives nonzero for a reply that this library's
 * functions cannot read. */
struct column {
  const char *name;
  int (*run)(const struct input *input);
};

extern const struct column stubdns_columns[];
extern const struct column libc_columns[];
extern const struct column cares_columns[];

/* Where results go, so that no compiler leaves out what makes them. */
extern volatile uint64_t sink;

/* Builds a query into a buffer of its own, for www.example.com A with EDNS
 * where the library can. */
int stubdns_build(const struct input *input);
int libc_build(const struct input *input);
int cares_build(const struct input *input);

#endif
