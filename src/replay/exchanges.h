/* Recorded exchanges, as they are kept: what of a query decides which reply it
 * gets, and the reply. */
#ifndef STUBDNS_REPLAY_EXCHANGES_H
#define STUBDNS_REPLAY_EXCHANGES_H

#include "stubdns/replay.h"

struct stubdns__asked {
  stubdns_question_t question;
  uint32_t hash;         /* of the question, letters folded */
  uint16_t flags;        /* RD and CD */
  uint16_t payload_size; /* 0: no EDNS */
  uint8_t dnssec_ok;
};

struct stubdns__recorded {
  struct stubdns__asked asked;
  const uint8_t *reply;
  size_t reply_length;
  size_t next; /* in the same bucket */
};

/* Reads what a message with one question asks. */
void stubdns__asked_read(struct stubdns__asked *asked,
                         const stubdns_message_t *message);

/* The exchange with the same question whose query was most like `asked`, or
 * NULL where there is none. */
const struct stubdns__recorded *
stubdns__replay_find(const stubdns_replay_t *replay,
                     const struct stubdns__asked *asked);

#endif
