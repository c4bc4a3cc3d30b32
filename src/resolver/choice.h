/* In which order the targets of a service are tried: by priority, then at
 * random by weight, RFC 2782. */
#ifndef STUBDNS_RESOLVER_CHOICE_H
#define STUBDNS_RESOLVER_CHOICE_H

#include <stddef.h>
#include <stdint.h>

struct stubdns__choice {
  uint16_t priority;
  uint16_t weight;
  uint16_t index; /* the caller's */
};

/* Puts the choices in order.  `random` is a number for each, evenly
 * distributed.  Where all weights of a priority are 0 its order is any, each
 * with the same probability.  The work grows with the square of `count`. */
void stubdns__choices_order(struct stubdns__choice *choices, size_t count,
                            const uint64_t *random);

#endif
