/* What the resolvers of a run have to do with the network: with --record all
 * that they send and receive is written down, with --replay a file is all the
 * network there is. */
#ifndef UDPDIG_NETWORK_H
#define UDPDIG_NETWORK_H

#include "arguments.h"
#include "recording.h"
#include "status.h"
#include "traffic.h"

#include "stubdns/lookup.h"
#include "stubdns/replay.h"

struct network {
  struct recording *recording; /* or NULL */
  const char *record_path;
  stubdns_replay_t *replay; /* or NULL */
  const char *replay_path;
  uint8_t *octets; /* of the message that was restored last */
};

/* Opens the files that the arguments name.  What is wrong with them it says
 * itself; network_close() is to be called in any case. */
enum status network_open(struct network *network,
                         const struct arguments *arguments);

/* Connects a resolver that has not begun a lookup.  `traffic` must outlive it;
 * with `keeps_queries` the queries are kept there.
 *
 * Returns 0 or an error of the library. */
int network_join(struct network *network, struct traffic *traffic,
                 int keeps_queries, stubdns_resolver_t *resolver);

/* An answer as it is printed: in a replay with the octets that were recorded,
 * and the time of then.  It is valid until the next one is restored. */
struct restored {
  stubdns_answer_t answer;
  stubdns_message_t message; /* which the answer may point to */
  uint64_t when_ms;          /* since 1970: when the answer came */
  const uint8_t *query;      /* of the recording, or NULL */
  size_t query_length;
};

void network_restore(struct network *network, const stubdns_answer_t *answer,
                     struct restored *restored);

/* Closes the files, and says what went wrong with them; what a replay was asked
 * for and does not have is told as well. */
enum status network_close(struct network *network);

#endif
