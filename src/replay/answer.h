/* Replies as they are written: a recorded one made to fit the query, or one
 * that says with an RCODE why there is none. */
#ifndef STUBDNS_REPLAY_ANSWER_H
#define STUBDNS_REPLAY_ANSWER_H

#include "replay/exchanges.h"
#include "stubdns/edns.h"

#define STUBDNS__CLIENT_COOKIE_LENGTH 8 /* RFC 7873 section 4.1 */

/* A query that was received; `octets` are borrowed. */
struct stubdns__received {
  const uint8_t *octets;
  size_t length;
  stubdns_message_t message;   /* ID and flags alone where it is rejected */
  struct stubdns__asked asked; /* with a question: where it is not */
};

/* Reads a query.  Returns STUBDNS_REPLAY_SILENT where it is none,
 * STUBDNS_REPLAY_REJECTED where it has no ordinary question, which `*rcode`
 * says, else STUBDNS_REPLAY_RECORDED. */
int stubdns__query_read(struct stubdns__received *query, const uint8_t *octets,
                        size_t length, int is_tcp, unsigned *rcode);

/* Finds the first COOKIE option; whether it has a client cookie. */
int stubdns__find_cookie(const stubdns_message_t *message,
                         stubdns_option_t *option);

/* The replies below need room for STUBDNS_MESSAGE_MAX octets and return their
 * length. */

/* A recorded reply with the ID of the query, as far as it had that of its own
 * query, the letters of its name and its client cookie; without its records
 * and with TC where it is too long for the one who asks.  It counts as given.
 */
size_t stubdns__write_recorded(const struct stubdns__recorded *exchange,
                               struct stubdns__recorded_reply *reply,
                               const struct stubdns__received *query,
                               uint8_t *octets);

/* The header, the question where the query has one, and OPT where it has. */
size_t stubdns__write_refusal(const struct stubdns__received *query,
                              unsigned flags, unsigned rcode, uint8_t *octets);

/* The header alone. */
size_t stubdns__write_bare(const struct stubdns__received *query,
                           unsigned rcode, uint8_t *octets);

/* Whether what was recorded over UDP is of no use to one who asks over TCP: a
 * truncated reply, or a refusal. */
int stubdns__is_useless(const struct stubdns__recorded *exchange,
                        const struct stubdns__recorded_reply *reply,
                        const struct stubdns__received *query);

#endif
