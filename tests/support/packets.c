/* Packets in return for a query, RFC 1035 section 4.1 and RFC 6891, laid down
 * octet by octet. */
#include "support/packets.h"

#include <string.h>

#define HEADER 12
#define UDP_MAX 65507 /* 65535 without the headers of IPv4 and UDP */

/* Places in the header. */
enum { FLAGS = 2, RCODE = 3, QDCOUNT = 5, ANCOUNT = 6 };

/* A packet as it grows. */
struct draft {
  uint8_t *octets;
  size_t length;
  size_t question_end;
};

static void put(struct draft *d, const void *octets, size_t length) {
  memcpy(d->octets + d->length, octets, length);
  d->length += length;
}

/* A query's name has no pointers.  Returns the offset behind type and class, or
 * HEADER in a query without a whole question. */
static size_t find_question_end(const uint8_t *query, size_t length) {
  size_t offset = HEADER;
  while (offset < length && query[offset] != 0)
    offset += 1 + (size_t)query[offset];
  return offset + 5 <= length ? offset + 5 : HEADER;
}

/* The header with QR and RA and no counts but the question's. */
static void put_head(struct draft *d, const uint8_t *query, size_t length) {
  d->length = 0;
  d->question_end = find_question_end(query, length);
  put(d, query, d->question_end);
  memset(d->octets + 4, 0, 8);
  d->octets[FLAGS] |= 0x80;
  d->octets[RCODE] = 0x80;
  d->octets[QDCOUNT] = 1;
}

/* An A record, owned by the name in the question. */
static void put_address(struct draft *d, const char *address) {
  put(d, "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4", 12);
  put(d, address, 4);
  d->octets[ANCOUNT + 1]++;
}

static void end_with_rcode(struct draft *d, uint8_t rcode) {
  d->octets[RCODE] |= rcode;
}

/* A NULL record with as many octets as a datagram has room for. */
static void put_longest(struct draft *d) {
  put_address(d, TRUE_ADDRESS);
  put(d, "\xc0\x0c\0\x0a\0\1\0\0\0\x3c\0\0", 12);
  const size_t rest = UDP_MAX - d->length;
  d->octets[d->length - 2] = (uint8_t)(rest >> 8);
  d->octets[d->length - 1] = (uint8_t)(rest & 0xff);
  memset(d->octets + d->length, 0xa5, rest);
  d->length = UDP_MAX;
  d->octets[ANCOUNT + 1]++;
}

/* What stands behind the head. */
static void finish(struct draft *d, enum packet packet) {
  if (packet == PACKET_ANSWER) put_address(d, TRUE_ADDRESS);
  if (packet == PACKET_FORMERR) end_with_rcode(d, 1);
  if (packet == PACKET_SERVFAIL) end_with_rcode(d, 2);
  if (packet == PACKET_NXDOMAIN) end_with_rcode(d, 3);
  if (packet == PACKET_REFUSED) end_with_rcode(d, 5);
  if (packet == PACKET_TRUNCATED) d->octets[FLAGS] |= 0x02;
  if (packet == PACKET_LONGEST) put_longest(d);
}

int packet_make(enum packet packet, const uint8_t *query, size_t query_length,
                uint8_t *octets) {
  if (packet == PACKET_NONE || query_length < HEADER) return -1;
  struct draft d;
  d.octets = octets;
  put_head(&d, query, query_length);
  finish(&d, packet);
  return (int)d.length;
}
