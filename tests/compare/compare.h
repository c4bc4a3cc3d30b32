/* Comparing parsers: each gives the answer records of one type as a list of
 * items, octets in one canonical form, and the lists must be the same or the
 * difference must have a known reason. */
#ifndef STUBDNS_TESTS_COMPARE_H
#define STUBDNS_TESTS_COMPARE_H

#include "stubdns/wire.h"

#include <stddef.h>
#include <stdint.h>

#define ITEMS_MAX 4096        /* more than a message of 65535 octets has */
#define ITEMS_SIZE (1u << 20) /* octets of all items */

/* The records that a parser found: items one behind the other. */
struct items {
  int error; /* the parser's own, 0: it accepted the message */
  size_t count;
  size_t length;
  size_t ends[ITEMS_MAX];
  uint8_t octets[ITEMS_SIZE];
};

void items_begin(struct items *items);
void items_put(struct items *items, const void *octets, size_t length);
void items_put16(struct items *items, unsigned value);
void items_put32(struct items *items, uint32_t value);
void items_end_one(struct items *items);
int items_equal(const struct items *a, const struct items *b);

/* The types that c-ares 1.18 has a parser for. */
struct compared_type {
  uint16_t type;
  void (*parse)(struct items *items, const uint8_t *octets, int length);
};
extern const struct compared_type compared_types[];
extern const size_t compared_type_count;

/* What we find. */
void parse_ours(struct items *items, uint16_t type, const uint8_t *octets,
                size_t length);

/* Why the two differ, in a few words, or NULL where no reason is known. */
const char *explain(uint16_t type, const uint8_t *octets, size_t length,
                    const struct items *ours, const struct items *theirs);

/* Changes up to four places of the message in `octets`, which has room for
 * `size`; gives the new length.  `state` is the generator's and not 0. */
size_t mutate(uint8_t *octets, size_t length, size_t size, uint64_t *state);
uint64_t next_random(uint64_t *state);

#endif
