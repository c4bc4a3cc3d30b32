/* A misbehaving server on loopback, on the test's own loop.  It answers by a
 * script, counts what it sees, and does not keep the loop alive. */
#ifndef STUBDNS_TESTS_RESPONDER_H
#define STUBDNS_TESTS_RESPONDER_H

#include "stubdns/address.h"
#include "support/packets.h"

#include <uv.h>

#define RESPONDER_PACKETS 3     /* in return for one query */
#define RESPONDER_QUERIES 20000 /* whose ports are remembered */

/* What one query gets: packets, each so long after the query.  PACKET_NONE ends
 * the list, so that the empty list drops the query. */
struct turn {
  struct {
    enum packet packet;
    unsigned delay_ms;
  } packets[RESPONDER_PACKETS];
};

struct responder {
  uv_udp_t socket;
  const struct turn *turns;
  size_t turn_count;
  size_t query_count;
  uint16_t ports[RESPONDER_QUERIES]; /* from which the queries came */
  uint8_t hosts[RESPONDER_QUERIES];  /* the last octets of their addresses */
  uint16_t ids[RESPONDER_QUERIES];
  stubdns_address_t address;
  struct packet_later *on_their_way; /* packets that wait for their time */
  uint8_t octets[PACKET_SIZE];       /* of the query being received */
};

/* Opens a responder whose first query gets the first of `turns`, and so on; the
 * last turn is for all further queries. */
void responder_open(struct responder *responder, uv_loop_t *loop,
                    const struct turn *turns, size_t turn_count);

/* Closes the socket; the loop has to run once more. */
void responder_close(struct responder *responder);

/* An address on loopback where nobody listens. */
stubdns_address_t closed_address(void);

#endif
