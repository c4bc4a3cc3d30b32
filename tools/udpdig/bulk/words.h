/* A line of the file of names, cut into words where it stands. */
#ifndef UDPDIG_BULK_WORDS_H
#define UDPDIG_BULK_WORDS_H

#include <stddef.h>
#include <stdint.h>

#define WORDS_MAX 64

enum line_kind {
  LINE_EMPTY, /* nothing, or a comment: "#" or ";" comes first */
  LINE_NAME,  /* a name, and maybe a type */
  LINE_WORDS, /* arguments as on the command line */
  LINE_BAD
};

struct words {
  enum line_kind kind;
  size_t count;
  const char *words[WORDS_MAX];
  size_t first_length; /* of the first word */
  uint16_t type;       /* of LINE_NAME; 0 where there is none */
  const char *why;     /* of LINE_BAD: a sentence */
};

/* Cuts the `length` characters at `text`, behind which one more can be written;
 * a NUL is put behind each word.
 *
 * A word alone is a name whatever it looks like, unless it begins with "@", "+"
 * or "-" or has octets outside ASCII; so is the first of two words of which the
 * second is a type.  All else are arguments. */
void words_cut(struct words *words, char *text, size_t length);

#endif
