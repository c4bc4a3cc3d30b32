/* What the configuration files have in common: lines of words with blanks
 * between them, and comments.  A text is any octets; a NUL ends its line, as in
 * the C library, which reads lines as strings. */
#ifndef STUBDNS_CONFIG_TEXT_H
#define STUBDNS_CONFIG_TEXT_H

#include <stddef.h>

/* A part of the text. */
struct stubdns__span {
  const char *text;
  size_t length;
};

/* Is told what counts as not written because it is not understood; lines are
 * counted from 1. */
struct stubdns__complain {
  void *data;
  void (*on_word)(void *data, size_t line, struct stubdns__span word);
};

#endif
