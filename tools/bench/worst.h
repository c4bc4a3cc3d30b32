/* The messages that cost the most. */
#ifndef STUBDNS_BENCH_WORST_H
#define STUBDNS_BENCH_WORST_H

#include "compose.h"

struct worst {
  const char *name;
  void (*compose)(struct composer *c);
  int parses; /* whether the message is well-formed */
};

extern const struct worst worsts[]; /* one without a name ends them */

#endif
