/* Recorded replies as lines of text, for comparison with what others printed of
 * them. */
#ifndef STUBDNS_TESTS_REPLIES_H
#define STUBDNS_TESTS_REPLIES_H

#include "stubdns/message.h"

#include "support/printed.h"

/* The records of one reply, blanks squeezed, as struct printed has them. */
struct reply_lines {
  char *lines[PRINTED_LINES_MAX];
  size_t section_ends[3];
};

/* Loads every exchange; gives how many there are. */
int replies_load(void);

/* The name of the fixture. */
const char *reply_name(int number);

/* Parses the reply to `message`, and names it for the expectations. */
void reply_parse(stubdns_message_t *message, int number);

/* Reads what another decoder printed of it, under a heading, or all. */
void reply_read_printed(struct printed *printed, int number, const char *suffix,
                        const char *form);

/* Prints all records but OPT, which others show apart. */
void reply_print(struct reply_lines *lines, const stubdns_message_t *message,
                 unsigned style);
void reply_lines_free(struct reply_lines *lines);

#endif
