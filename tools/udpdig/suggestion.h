/* "Did you mean": the known word that is nearest to a mistyped one. */
#ifndef UDPDIG_SUGGESTION_H
#define UDPDIG_SUGGESTION_H

#include <stddef.h>

struct suggestion {
  const char *typed;
  size_t typed_length;
  const char *word; /* the nearest so far, or NULL */
  size_t word_length;
  size_t distance;
};

struct suggestion suggestion_begin(const char *typed, size_t length);

/* Offers a known word, which wins where it is nearer than those before.  Words
 * that differ in more than a third of their letters never win. */
void suggestion_offer(struct suggestion *suggestion, const char *word,
                      size_t length);

#endif
