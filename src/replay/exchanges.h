/* Recorded exchanges, as they are kept: what of a query decides which replies
 * it gets, and the replies. */
#ifndef STUBDNS_REPLAY_EXCHANGES_H
#define STUBDNS_REPLAY_EXCHANGES_H

#include "replay/memory.h"
#include "stubdns/replay.h"

#define STUBDNS__NONE SIZE_MAX

struct stubdns__asked {
  stubdns_question_t question;
  uint32_t hash;         /* of the question, letters folded */
  uint16_t flags;        /* RD and CD */
  uint16_t payload_size; /* 0: no EDNS */
  uint8_t dnssec_ok;
  uint8_t is_tcp;
};

/* What came back to a query: a message, or a refusal without octets. */
struct stubdns__recorded_reply {
  const uint8_t *octets;
  size_t length;
  uint64_t delay_us; /* behind its query */
  size_t next;       /* to the same query, or STUBDNS__NONE */
  uint16_t given_id; /* of the query that it was given to last */
  uint8_t is_given;
  uint8_t is_refusal;
};

struct stubdns__recorded {
  struct stubdns__asked asked;
  uint16_t id;
  uint8_t is_given;
  const uint8_t *query; /* NULL where only the reply is known */
  size_t query_length;
  uint64_t time_us; /* of the query, since 1970 */
  size_t first_reply;
  size_t last_reply;
  size_t next; /* in the same bucket */
};

/* A question that had no answer. */
struct stubdns__unmatched {
  stubdns_question_t question;
  uint64_t count;
};

/* All that a replay holds. */
struct stubdns__store {
  struct stubdns__hoard hoard;
  struct stubdns__recorded *exchanges;
  size_t exchange_capacity;
  struct stubdns__recorded_reply *replies;
  size_t reply_count;
  size_t reply_capacity;
  size_t *buckets;
  size_t bucket_count;
  size_t position; /* in order: the exchange that comes next */
  struct stubdns__unmatched *unmatched;
  size_t unmatched_count;
  size_t unmatched_capacity;
  struct stubdns__script *script; /* NULL without one */
};

/* Makes the store where there is none yet.  Returns 0 or STUBDNS_ENOMEM. */
int stubdns__store_need(stubdns_replay_t *replay);

/* Reads what a message with one question asks. */
void stubdns__asked_read(struct stubdns__asked *asked,
                         const stubdns_message_t *message);

/* Adds an exchange without replies, and gives its index.  `query` is NULL where
 * `asker` is the octets of a reply that stands for itself.
 *
 * Returns 0, STUBDNS_ENOMEM, STUBDNS_EQUESTIONS or an error of
 * stubdns_message_parse(). */
int stubdns__recorded_add(stubdns_replay_t *replay, const uint8_t *asker,
                          size_t length, int is_query, int is_tcp,
                          size_t *index);

/* Adds a reply to the exchange at `index`; returns 0 or STUBDNS_ENOMEM. */
int stubdns__recorded_add_reply(stubdns_replay_t *replay, size_t index,
                                const uint8_t *octets, size_t length,
                                uint64_t delay_us);

/* The same of word that nobody listens at the server's port. */
int stubdns__recorded_add_refusal(stubdns_replay_t *replay, size_t index,
                                  uint64_t delay_us);

/* The first reply of an exchange that is a message, or NULL. */
struct stubdns__recorded_reply *
stubdns__recorded_message(const stubdns_replay_t *replay,
                          const struct stubdns__recorded *exchange);

/* The exchange with the same question whose query was most like `asked`: of
 * equals the first that was not given yet, then the last; or, in order, the
 * next one where it is such.  It counts as given.  NULL where there is none. */
const struct stubdns__recorded *
stubdns__replay_find(stubdns_replay_t *replay,
                     const struct stubdns__asked *asked);

/* Remembers a question that nothing was recorded for. */
void stubdns__unmatched_add(stubdns_replay_t *replay,
                            const stubdns_question_t *question);

#endif
