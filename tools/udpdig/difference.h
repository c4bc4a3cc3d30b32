/* What servers answer differently: --diff. */
#ifndef UDPDIG_DIFFERENCE_H
#define UDPDIG_DIFFERENCE_H

#include "output.h"
#include "print_json.h"

/* Writes what a reply says, one thing a line: its RCODE and its answers, but
 * not their order and TTLs, which differ among good servers. */
void difference_summarise(struct output *summary, const struct result *result);

/* Prints the lines that one summary has and the other has not, under a line
 * with the names of both.  Returns whether there are any. */
int difference_print(struct output *output, const char *title,
                     const struct output *a, const struct output *b);

#endif
