/* What a server may send in return for a query: the true answer and orderly
 * errors, made of the query's octets by hand, without the code under test. */
#ifndef STUBDNS_TESTS_PACKETS_H
#define STUBDNS_TESTS_PACKETS_H

#include <stddef.h>
#include <stdint.h>

#define PACKET_SIZE 65535

#define TRUE_ADDRESS "\xc0\x00\x02\x01" /* in the answer */

enum packet {
  PACKET_NONE, /* nothing is sent */
  PACKET_ANSWER,
  PACKET_NXDOMAIN,
  PACKET_SERVFAIL,
  PACKET_REFUSED,
  PACKET_FORMERR,
  PACKET_TRUNCATED, /* TC is set, no records */
  PACKET_LONGEST,   /* the longest that UDP carries over IPv4 */
};

/* Makes a packet in return for a query; `octets` has PACKET_SIZE.  Returns its
 * length, or -1 where nothing is to be sent. */
int packet_make(enum packet packet, const uint8_t *query, size_t query_length,
                uint8_t *octets);

#endif
