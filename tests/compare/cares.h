/* Answer records of one type, as c-ares 1.18 finds them and as we do. */
#ifndef STUBDNS_TESTS_CARES_H
#define STUBDNS_TESTS_CARES_H

#include "compare.h"

/* The types that c-ares 1.18 has a parser for. */
struct compared_type {
  uint16_t type;
  void (*parse)(struct items *items, const uint8_t *octets, int length);
};
extern const struct compared_type compared_types[];
extern const size_t compared_type_count;

/* Ways of c-ares in which it gives other records than the answer has. */
enum {
  WAY_ALIASES = 1, /* only those of the name that CNAME records led to so far */
  WAY_FIRST = 8,   /* the first alone */
  WAY_CHAOS = 2,   /* those of class CH too */
  WAY_ZERO = 4,    /* names and strings end at a zero octet */
};

/* What we find, or would find with some of these ways. */
void parse_ours(struct items *items, uint16_t type,
                const struct subject *subject, unsigned ways);

/* Why the two differ, in a few words, or NULL where no reason is known. */
const char *explain(uint16_t type, const struct subject *subject,
                    const struct items *ours, const struct items *theirs);

#endif
