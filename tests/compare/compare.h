/* Comparing parsers: each gives what it finds as a list of items, octets in one
 * canonical form, and the lists must be the same or the difference must have a
 * known reason. */
#ifndef STUBDNS_TESTS_COMPARE_H
#define STUBDNS_TESTS_COMPARE_H

#include "stubdns/wire.h"

#include "reference.h"

#include <stddef.h>
#include <stdint.h>

#define ITEMS_MAX 6000        /* a record takes 11 of 65535 octets */
#define ITEMS_SIZE (1u << 20) /* octets of all items */

/* What a parser found: items one behind the other. */
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
void items_put_string(struct items *items, const void *octets, size_t length);
void items_end_one(struct items *items);
int items_equal(const struct items *a, const struct items *b);

/* Says on the standard error where two lists begin to differ. */
void items_print_difference(const struct items *ours,
                            const struct items *theirs);

/* RDATA with names expanded. */
void items_put_rdata(struct items *items, const stubdns_record_t *record);

/* A record whole: section, owner, type, class, TTL and RDATA. */
void items_put_record(struct items *items, enum stubdns_section section,
                      const stubdns_record_t *record);

/* A name from c-ares, which leaves the final dot away. */
void items_put_name_text(struct items *items, const char *text);

/* A message, and what we and the plain reader make of it. */
struct subject {
  const char *name; /* of the fixture that it is or was made of */
  const uint8_t *octets;
  size_t length;
  int error; /* of stubdns_message_parse() */
  stubdns_message_t message;
  struct reading reading;
};

/* Each calls `compare` with many messages; it returns whether all is well.
 * Before that we and the plain reader must agree on whether the message is
 * well-formed.  They give the number of messages where not all is well, and
 * stop at ten, each printed on the standard error.
 *
 * Random choices begin with a fixed seed, or that in the environment variable
 * STUBDNS_SEED. */
typedef int compare_fn(const struct subject *subject);

/* All recorded messages and those written by hand. */
unsigned compare_fixtures(compare_fn *compare);

/* Fixtures with a few octets changed. */
unsigned compare_mutants(compare_fn *compare, unsigned count);

/* Messages made by our builder of random records; parsing must give these
 * records back. */
unsigned compare_built(compare_fn *compare, unsigned count);

/* How often each reason was given. */
#define REASONS_MAX 40
struct reasons {
  const char *reasons[REASONS_MAX];
  unsigned counts[REASONS_MAX];
};
void reasons_count(struct reasons *reasons, const char *reason);
void reasons_print(const struct reasons *reasons);

/* xorshift64*: the same seed gives the same messages everywhere.  `state` is
 * not 0. */
uint64_t next_random(uint64_t *state);
size_t random_below(uint64_t *state, size_t limit);

/* Changes up to four places of the message in `octets`, which has room for
 * `size`; gives the new length. */
size_t mutate(uint8_t *octets, size_t length, size_t size, uint64_t *state);

/* Builds a message of random records into STUBDNS_MESSAGE_MAX octets, and puts
 * into `records` what was built: see items_put_record().  Gives the length, or
 * 0 where the builder fails. */
size_t generate(uint8_t *octets, struct items *records, uint64_t *state);

#endif
