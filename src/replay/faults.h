/* What befalls a reply on its way, by rate and seed. */
#ifndef STUBDNS_REPLAY_FAULTS_H
#define STUBDNS_REPLAY_FAULTS_H

#include "replay/answer.h"
#include "replay/way.h"

/* A packet before it is sent. */
struct stubdns__draft {
  void *to;
  uint64_t due_us;
  enum stubdns__origin origin;
  int error;
  int is_raw; /* octets of a stream, not a message */
  size_t length;
  uint8_t octets[STUBDNS_MESSAGE_MAX];
};

/* Puts a packet on its way as it is; returns 0 or STUBDNS_ENOMEM. */
int stubdns__way_send(struct stubdns__way *way,
                      const struct stubdns__draft *draft);

/* Puts a packet on its way with what befalls it there, `draft` being changed;
 * returns 0 or STUBDNS_ENOMEM. */
int stubdns__faults_send(struct stubdns__way *way,
                         const struct stubdns__received *query,
                         struct stubdns__draft *draft);

/* Answers a query from what was recorded.  Returns one of enum
 * stubdns_replay_result or STUBDNS_ENOMEM. */
int stubdns__way_answer(struct stubdns__way *way,
                        const struct stubdns__asking *asking,
                        const struct stubdns__received *query,
                        struct stubdns__draft *draft);

#endif
