/* The words for the header's flags. */
#ifndef UDPDIG_FLAG_WORDS_H
#define UDPDIG_FLAG_WORDS_H

#include <stdint.h>

struct flag_word {
  uint16_t flag; /* STUBDNS_FLAG_* */
  const char *word;
};

#define FLAG_WORD_COUNT 7

/* In dig's order; the reserved bit is not among them. */
extern const struct flag_word flag_words[FLAG_WORD_COUNT];

#endif
