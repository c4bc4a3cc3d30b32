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

/* Is told what counts as not written, because it is not understood or because
 * there is no room; lines are counted from 1. */
struct stubdns__complain {
  void *data;
  void (*on_word)(void *data, size_t line, struct stubdns__span word);
};

/* A text on the way through its lines. */
struct stubdns__lines {
  struct stubdns__span rest; /* the lines that follow */
  struct stubdns__span line; /* of this one what is still to be read */
  size_t number;
  const char *comment; /* the characters that begin one, anywhere */
  const struct stubdns__complain *complain; /* may be NULL */
};

/* Steps to the next line, without its comment; returns 0 behind the last. */
int stubdns__lines_next(struct stubdns__lines *lines);

/* Takes the next word of the line; it is empty at the end. */
struct stubdns__span stubdns__lines_word(struct stubdns__lines *lines);

/* Complains about a word of this line, unless it is empty, or about all that
 * are left on it. */
void stubdns__lines_refuse(const struct stubdns__lines *lines,
                           struct stubdns__span word);
void stubdns__lines_refuse_rest(struct stubdns__lines *lines);

/* Takes the first `length` octets away. */
void stubdns__span_drop(struct stubdns__span *span, size_t length);

int stubdns__span_is(struct stubdns__span span, const char *text);

#endif
