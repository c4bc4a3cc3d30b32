/* Reading the text of fixtures and scenarios, stubdns-replay(5). */
#ifndef STUBDNS_REPLAY_TEXT_H
#define STUBDNS_REPLAY_TEXT_H

#include "replay/script.h"
#include "replay/words.h"

struct stubdns__fixture;

/* What is being read. */
struct stubdns__reading {
  struct stubdns__words words;
  stubdns_replay_t *replay;
  const char *folder; /* of files that are named, or NULL */
  struct stubdns__script *script;
  size_t scenario; /* that statements belong to; 0: the preamble */
  struct stubdns__fixture *fixture;
};

/* Each reads the statement that begins with the word it is for: returns 1, 0
 * where the word is none of its own, or an error. */
int stubdns__text_fixture(struct stubdns__reading *text, const char *word);
int stubdns__text_scenario(struct stubdns__reading *text, const char *word);
int stubdns__text_rule(struct stubdns__reading *text, const char *word);
int stubdns__text_expectation(struct stubdns__reading *text, const char *word);

/* Adds the exchange that is being read, if there is one.  Returns 0 or an
 * error. */
int stubdns__text_end_exchange(struct stubdns__reading *text);

struct stubdns__fixture *stubdns__fixture_make(void);
void stubdns__fixture_free(struct stubdns__fixture *fixture);

/* Reads what one word of an `on` or `expect query` statement says of a query,
 * and the words that belong to it: 1, 0 where it says none, or an error. */
int stubdns__text_condition(struct stubdns__reading *text,
                            struct stubdns__condition *condition,
                            const char *word);

#define STUBDNS__CONDITION_ANY                                                 \
  { .first = 1, .last = UINT64_MAX, .tcp = -1, .edns = -1, .cookie = -1 }

#endif
