/* Whole messages, as ares_dns_parse() of newer versions of c-ares reads them
 * and as we do: an item for header and question, and one for each record. */
#ifndef STUBDNS_TESTS_CARES_MESSAGE_H
#define STUBDNS_TESTS_CARES_MESSAGE_H

#include "compare.h"

/* Whether c-ares takes the RDATA of the type apart; else it gives it raw. */
int cares_knows(uint16_t type);

void parse_theirs_whole(struct items *items, const uint8_t *octets,
                        size_t length);

void parse_ours_whole(struct items *items, const struct subject *subject);

/* Ways of some versions of c-ares. */
enum {
  WAY_RCODE = 1, /* an RCODE that it does not know is SERVFAIL */
  WAY_EMPTY = 2, /* the type of a raw record without RDATA is lost */
  WAYS_END = 4,
};

/* What c-ares finds by its known ways in a message that we accept, made from
 * what the plain reader found: RDATA of all classes is read like that of class
 * IN, and up to the last field; a target of SVCB may be compressed; of options
 * and parameters with the same code the last counts. */
void foretell_theirs(struct items *items, const struct subject *subject,
                     unsigned ways);

/* What is wrong with the record's RDATA as c-ares reads it: a fault it refuses
 * the message for. */
enum fault their_fault(const struct subject *subject,
                       const struct place *place);

/* Whether two options or parameters of the record have the same code. */
int has_code_twice(const struct subject *subject, const struct place *place);

/* Why the two differ, in a few words, or NULL where no reason is known. */
const char *explain_whole(const struct subject *subject,
                          const struct items *theirs);

#endif
