/* The way between whoever asks and a replay: what a query gets, what befalls it
 * on the way, and when it arrives.  Time is told to it. */
#ifndef STUBDNS_REPLAY_WAY_H
#define STUBDNS_REPLAY_WAY_H

#include "replay/dice.h"
#include "stubdns/replay.h"

/* From where a packet comes: the server asked, or somebody else. */
enum stubdns__origin {
  STUBDNS__FROM_SERVER,
  STUBDNS__FROM_OTHER_PORT,
  STUBDNS__FROM_OTHER_ADDRESS
};

/* A packet on its way back. */
struct stubdns__packet {
  struct stubdns__packet *next;
  uint64_t due_us;
  uint64_t query; /* that it answers: which one it was, from 1 */
  void *to;       /* whoever asked */
  enum stubdns__origin origin;
  int error;  /* instead of octets: STUBDNS_EREFUSED or STUBDNS_ECLOSED */
  int is_raw; /* octets of a stream, not a message */
  size_t length;
  uint8_t octets[];
};

struct stubdns__way {
  stubdns_replay_t *replay;
  struct stubdns__dice dice;
  uint64_t query_count;
  struct stubdns__packet *first; /* by the time that they are due */
  struct stubdns__packet *last;
};

void stubdns__way_init(struct stubdns__way *way, stubdns_replay_t *replay);
void stubdns__way_free(struct stubdns__way *way);

/* A query as it comes. */
struct stubdns__asking {
  void *to;
  const uint8_t *octets;
  size_t length;
  int is_tcp;
  unsigned server; /* which of the servers is asked, from 1; 0: not known */
  uint64_t now_us;
};

/* Puts on their way the packets that answer a query.  Returns one of enum
 * stubdns_replay_result or STUBDNS_ENOMEM. */
int stubdns__way_ask(struct stubdns__way *way,
                     const struct stubdns__asking *asking);

/* When the next packet arrives; UINT64_MAX where none is on its way. */
uint64_t stubdns__way_due_us(const struct stubdns__way *way);

/* Takes out the first packet, which is the caller's to free(). */
struct stubdns__packet *stubdns__way_take(struct stubdns__way *way);

/* Forgets the packets for one who asked. */
void stubdns__way_forget(struct stubdns__way *way, const void *to);

#endif
