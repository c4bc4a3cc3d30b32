/* Text files as statements and words: a statement is a line, with the lines
 * behind it that begin with a blank; lines that begin with '#' are comments. */
#ifndef STUBDNS_REPLAY_WORDS_H
#define STUBDNS_REPLAY_WORDS_H

#include "replay/memory.h"
#include "stubdns/replay.h"

struct stubdns__words {
  /* the file */
  const char *text;
  size_t length;
  size_t offset; /* behind the statement */
  uint32_t next_line;
  struct stubdns__hoard *hoard; /* keeps the statements */
  /* the statement */
  uint32_t line;
  size_t start;
  char *rest; /* of it, what is not read yet */
  char end;   /* ',' or ':' where the last word had one at its end, else 0 */
  /* what is wrong */
  const char *sentence;
};

/* Steps to the next statement: 1, 0 behind the last, STUBDNS_ENOMEM, or
 * STUBDNS_EBADTEXT where it is no text. */
int stubdns__words_next_statement(struct stubdns__words *words);

/* Takes the next word of the statement; NULL behind the last. */
char *stubdns__words_next(struct stubdns__words *words);

/* Whether the next word is `word`. */
int stubdns__words_is_next(struct stubdns__words *words, const char *word);

/* Takes the next word where it is `word`; whether it was. */
int stubdns__words_take(struct stubdns__words *words, const char *word);

/* Takes all that is left of the statement, without blanks at its ends. */
char *stubdns__words_rest(struct stubdns__words *words);

/* Says what is wrong, the first time; returns STUBDNS_EBADTEXT. */
int stubdns__words_fail(struct stubdns__words *words, const char *sentence);

/* The values below return 0, or STUBDNS_EBADTEXT with the sentence said. */
int stubdns__words_number(struct stubdns__words *words, uint64_t *number);

/* A number from `least` to `most`; `sentence` says which numbers there are. */
int stubdns__words_number_within(struct stubdns__words *words, uint64_t *number,
                                 uint64_t least, uint64_t most,
                                 const char *sentence);

/* "80 ms", "80ms", "1.5 s"; us, ms, s, min, h. */
int stubdns__words_duration(struct stubdns__words *words,
                            uint64_t *duration_us);

int stubdns__words_name(struct stubdns__words *words, stubdns_name_t *name);
int stubdns__words_type(struct stubdns__words *words, uint16_t *type);

/* Reads NAME [CLASS] TYPE. */
int stubdns__words_question(struct stubdns__words *words,
                            stubdns_question_t *question);

/* The RCODE of a mnemonic ("SERVFAIL"), or -1. */
int stubdns__rcode_of(const char *word);

#endif
