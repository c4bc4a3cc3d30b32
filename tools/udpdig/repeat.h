/* The same question asked again and again: --count and --interval. */
#ifndef UDPDIG_REPEAT_H
#define UDPDIG_REPEAT_H

#include "output.h"
#include "print_json.h"

/* What came of the lookups of one question. */
struct repeat {
  uint32_t begun; /* lookups */
  uint32_t answered;
  uint64_t *rtts_us; /* of the answered ones; room for all */
};

/* Makes room for `count` lookups.  Returns 0 or STUBDNS_ENOMEM. */
int repeat_begin(struct repeat *repeat, uint32_t count);
void repeat_release(struct repeat *repeat);

/* Notes how a lookup ended, and prints a line about it. */
void repeat_note(struct repeat *repeat, struct output *output,
                 const struct result *result);

/* Prints how many were answered, and percentiles of the round trips in
 * microseconds. */
void repeat_summarise(const struct repeat *repeat, struct output *output);

#endif
