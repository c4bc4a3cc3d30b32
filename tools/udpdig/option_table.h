/* The options: one table from which come the parser, the help and whatever
 * else lists them.  An option is written +name, +noname, +name=value, or
 * --name, --no-name, --name=value; those with a letter also -l.  A value that
 * --name needs may be the next word. */
#ifndef UDPDIG_OPTION_TABLE_H
#define UDPDIG_OPTION_TABLE_H

#include "option_apply.h"
#include "settings.h"

#include <stddef.h>
#include <stdint.h>

enum option_topic {
  TOPIC_WHAT,    /* what is asked, and whom */
  TOPIC_QUERY,   /* what stands in the query */
  TOPIC_TIME,    /* how long, how often */
  TOPIC_PARTS,   /* which parts are printed */
  TOPIC_RECORDS, /* how records are printed */
  TOPIC_FORMS,   /* other forms than dig's */
  TOPIC_CHECKS,  /* what is expected of the reply */
  TOPIC_BULK,    /* a file of names */
  TOPIC_PROGRAM, /* help and version */
  TOPIC_REFUSED, /* dig's, which mean nothing here; not in the help */
  TOPIC_COUNT
};

/* What an option takes and where its value goes. */
enum option_kind {
  OPTION_SWITCH,       /* nothing; 1 or 0 into the member */
  OPTION_NUMBER,       /* a number within minimum and maximum */
  OPTION_NUMBER_MAYBE, /* the same or nothing */
  OPTION_DURATION,     /* seconds ("1.5") or milliseconds ("400ms") */
  OPTION_CHOICE_MAYBE, /* nothing, or one of the words in `value`, divided by
                        * "|": their number, counted from 1 */
  OPTION_TEXT,         /* what `read` reads; without it, the text itself */
  OPTION_TEXT_MAYBE,   /* the same or nothing */
  OPTION_FILE_MAYBE,   /* the same; with -f the word behind --name is it */
  OPTION_WORD,         /* -l VALUE only: the parser knows what it means */
  OPTION_REFUSED       /* `help` says why; +noname is what is done anyway */
};

#define NO_MEMBER SIZE_MAX

struct option {
  const char *names; /* divided by blanks, the main one first; "" for -l only */
  char letter;       /* or 0 */
  enum option_topic topic;
  enum option_kind kind;
  size_t member; /* offset in struct settings, or NO_MEMBER */
  uint32_t minimum;
  uint32_t maximum;
  const char *value; /* what the help calls the value, or NULL */
  const char *help;
  option_apply *apply; /* or NULL; not called where `read` was */
  option_read *read;
};

extern const struct option option_table[];
extern const size_t option_count;
extern const char *const topic_titles[TOPIC_COUNT];

/* Finds an option by its letter, or NULL. */
const struct option *option_by_letter(char letter);

/* Finds options by a name or the beginning of one: gives how many there are,
 * and the first in `*option`.  A whole name is found alone, also where others
 * begin with it; dig's that are refused are found by whole names alone. */
size_t option_by_name(const char *name, size_t length,
                      const struct option **option);

/* Steps through the names of an option: gives the next one and its length;
 * begin with `*position` NULL.  Returns NULL behind the last. */
const char *option_next_name(const struct option *option, const char **position,
                             size_t *length);

#endif
