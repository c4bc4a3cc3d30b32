/* The ten replies that are measured. */
#ifndef STUBDNS_BENCH_REPLIES_H
#define STUBDNS_BENCH_REPLIES_H

#include "compose.h"

struct reply {
  const char *name;
  void (*compose)(struct composer *c);
};

#define REPLY_COUNT 10
extern const struct reply replies[REPLY_COUNT];

#endif
