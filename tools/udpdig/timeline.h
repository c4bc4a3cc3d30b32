/* What happened to a lookup, event by event: --timeline. */
#ifndef UDPDIG_TIMELINE_H
#define UDPDIG_TIMELINE_H

#include "output.h"

#include "stubdns/lookup.h"

/* Lines that begin with ";", times in microseconds; with `is_fixed` times and
 * local ports are 0. */
void timeline_print(struct output *output, const stubdns_answer_t *answer,
                    int is_fixed);

#endif
