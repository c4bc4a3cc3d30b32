/* Octets as a rule spells them: pairs of hex digits, one pair repeated
 * ("00*4000"), and words for what the query decides. */
#ifndef STUBDNS_REPLAY_SPELLING_H
#define STUBDNS_REPLAY_SPELLING_H

#include "replay/faults.h"

/* Whether a word may stand in a spelling. */
int stubdns__spelling_has(const char *word);

/* Writes the words of `text`, which are separated by blanks and were all found
 * to be such, behind what the draft has.  Octets that find no room are left
 * out. */
void stubdns__spelling_write(const char *text,
                             const struct stubdns__received *query,
                             struct stubdns__draft *draft);

#endif
