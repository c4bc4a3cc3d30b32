/* What a resolver tells of its traffic: the queries that went out, octet for
 * octet, for +qr and --explain; and all of it where it is recorded. */
#ifndef UDPDIG_TRAFFIC_H
#define UDPDIG_TRAFFIC_H

#include "recording.h"

struct traffic_query {
  struct traffic_query *older;
  uint16_t local_port;
  uint16_t length;
  uint8_t octets[];
};

/* Begin with zeros. */
struct traffic {
  struct traffic_query *newest;
  struct recording *recording; /* or NULL */
  int keeps_queries;
};

/* Has a resolver tell from now on; without memory for a query it is lost. */
void traffic_watch(struct traffic *traffic, stubdns_resolver_t *resolver);

/* The query that was answered, or else the first of the lookup; NULL where
 * nothing was sent. */
const struct traffic_query *traffic_find(const struct traffic *traffic,
                                         const stubdns_answer_t *answer);

void traffic_release(struct traffic *traffic);

#endif
