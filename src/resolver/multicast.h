/* One-shot multicast DNS, RFC 6762 section 5.1: which names are asked for that
 * way, what counts as a reply, when to ask again and when all have answered. */
#ifndef STUBDNS_RESOLVER_MULTICAST_H
#define STUBDNS_RESOLVER_MULTICAST_H

#include "stubdns/message.h"

#include <stddef.h>
#include <stdint.h>

#define STUBDNS__MULTICAST_PORT 5353

/* Section 5.1: resolvers that ask once wait 2 or 3 s. */
#define STUBDNS__MULTICAST_DEADLINE_US 3000000

/* Section 5.2: a query may be lost and is sent again after a second. */
#define STUBDNS__MULTICAST_INTERVAL_US 1000000

/* Section 6: those who share a name answer 20 to 120 ms after the query.  Once
 * nothing came for a little longer, all have answered. */
#define STUBDNS__MULTICAST_QUIET_US 150000

#define STUBDNS__MULTICAST_REPLIES_MAX 32 /* kept; a flood is cut there */
#define STUBDNS__MULTICAST_RECORDS_MAX 256

/* Names in local, and the reverse names of link-local addresses (sections 3 and
 * 4). */
int stubdns__multicast_is_for(const stubdns_name_t *name);

/* Where a datagram came from. */
struct stubdns__multicast_origin {
  uint16_t port;
  uint16_t reply_port; /* that of responders: STUBDNS__MULTICAST_PORT */
  uint8_t is_on_link;  /* section 11 */
};

/* Parses a datagram.  Returns whether it answers `question`: a response from a
 * responder on the link, without an error, that either repeats ID and question
 * (section 6.7) or has none (section 18.1), with at least one record of that
 * name and type.  Anything else is to be ignored. */
int stubdns__multicast_read(stubdns_message_t *message, const uint8_t *octets,
                            size_t length, uint16_t id,
                            const stubdns_question_t *question,
                            const struct stubdns__multicast_origin *origin);

/* The times of one question. */
struct stubdns__multicast_times {
  uint64_t end_us;    /* whatever comes, it is over then */
  uint64_t send_us;   /* of the next query */
  uint64_t answer_us; /* when something came last; 0: nothing yet */
};

void stubdns__multicast_begin(struct stubdns__multicast_times *times,
                              uint64_t now_us, uint32_t deadline_ms);

/* The next moment at which one of the two below is true. */
uint64_t stubdns__multicast_wait(const struct stubdns__multicast_times *times);

/* Whether a query is to be sent now; the next one is then due later. */
int stubdns__multicast_sends(struct stubdns__multicast_times *times,
                             uint64_t now_us);

int stubdns__multicast_is_over(const struct stubdns__multicast_times *times,
                               uint64_t now_us);

/* Writes what the messages say together as one response: each record that
 * answers `question` once, then the other records of the messages once.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns__multicast_merge(const stubdns_message_t *messages, size_t count,
                             const stubdns_question_t *question,
                             uint8_t *octets, size_t size, size_t *length);

#endif
