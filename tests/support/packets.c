/* Packets in return for a query, RFC 1035 section 4.1 and RFC 6891, laid down
 * octet by octet. */
#include "support/packets.h"

#include <string.h>

#define HEADER 12
#define UDP_MAX 65507 /* 65535 without the headers of IPv4 and UDP */

/* Places in the header. */
enum { ID = 0, FLAGS = 2, RCODE = 3, QDCOUNT = 5, ANCOUNT = 6, ARCOUNT = 11 };

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

static void put_opt(struct draft *d) {
  put(d, "\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
  d->octets[ARCOUNT]++;
}

static void end_with_rcode(struct draft *d, uint8_t rcode) {
  d->octets[RCODE] |= rcode;
}

/* The header only, no counts. */
static void end_with_bare_rcode(struct draft *d, uint8_t rcode) {
  end_with_rcode(d, rcode);
  d->octets[QDCOUNT] = 0;
  d->length = HEADER;
}

static void falsify_id(struct draft *d) {
  d->octets[ID + 1] ^= 1;
}

/* Another first letter. */
static void falsify_name(struct draft *d) {
  d->octets[HEADER + 1] = d->octets[HEADER + 1] == 'q' ? 'z' : 'q';
}

/* AAAA for anything but AAAA. */
static void falsify_type(struct draft *d) {
  uint8_t *const type = d->octets + d->question_end - 3;
  *type = *type == 28 ? 16 : 28;
}

/* 64 characters, and there are not as many: also a reserved label type. */
static void break_question(struct draft *d) {
  d->octets[HEADER] = 0x80;
}

static void put_without_question(struct draft *d) {
  d->length = HEADER;
  d->octets[QDCOUNT] = 0;
  put(d, "\1a\0\0\1\0\1\0\0\0\x3c\0\4" FALSE_ADDRESS, 17);
  d->octets[ANCOUNT + 1] = 1;
}

static void put_two_questions(struct draft *d) {
  put(d, d->octets + HEADER, d->question_end - HEADER);
  d->octets[QDCOUNT] = 2;
  put_address(d, FALSE_ADDRESS);
}

static void put_looping_question(struct draft *d) {
  d->length = HEADER;
  put(d, "\xc0\x0c\0\1\0\1", 6);
  put(d, "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" FALSE_ADDRESS, 16);
  d->octets[ANCOUNT + 1] = 1;
}

static void put_looping_owner(struct draft *d) {
  const size_t owner = d->length;
  put_address(d, FALSE_ADDRESS);
  d->octets[owner] = (uint8_t)(0xc0 | owner >> 8);
  d->octets[owner + 1] = (uint8_t)(owner & 0xff);
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

/* What stands behind the head, in orderly replies. */
static void finish_orderly(struct draft *d, enum packet packet) {
  if (packet == PACKET_ANSWER) put_address(d, TRUE_ADDRESS);
  if (packet == PACKET_FORMERR) end_with_rcode(d, 1);
  if (packet == PACKET_SERVFAIL) end_with_rcode(d, 2);
  if (packet == PACKET_NXDOMAIN) end_with_rcode(d, 3);
  if (packet == PACKET_REFUSED) end_with_rcode(d, 5);
  if (packet == PACKET_TRUNCATED) d->octets[FLAGS] |= 0x02;
  if (packet == PACKET_LONGEST) put_longest(d);
}

/* Right ID or none. */
static void finish_blind(struct draft *d, enum packet packet) {
  if (packet == PACKET_RANDOM_OCTETS) d->length = 0;
  if (packet == PACKET_RANDOM_OCTETS) put(d, "\x8f\x27\xd1\x03\x6e", 5);
  if (packet == PACKET_EMPTY) d->length = 0;
  if (packet == PACKET_HALF_HEADER) d->length = 6;
  if (packet == PACKET_WRONG_ID_BROKEN) break_question(d);
  if (packet == PACKET_WRONG_ID || packet == PACKET_WRONG_ID_BROKEN)
    falsify_id(d);
}

/* Wrong in header or question. */
static void finish_strange(struct draft *d, enum packet packet) {
  if (packet == PACKET_OTHER_NAME) falsify_name(d);
  if (packet == PACKET_OTHER_TYPE) falsify_type(d);
  if (packet == PACKET_NOT_A_RESPONSE) d->octets[FLAGS] &= 0x7f;
  if (packet == PACKET_NOTIFY) d->octets[FLAGS] |= 0x20;
  if (packet == PACKET_BROKEN_QUESTION) break_question(d);
  if (packet == PACKET_ANCOUNT_65535) memset(d->octets + ANCOUNT, 0xff, 2);
  if (packet == PACKET_CUT) d->length -= 3;
  if (packet == PACKET_LONG_RDLENGTH) d->octets[d->length - 5]++;
  if (packet != PACKET_TWO_OPT) return;
  put_opt(d);
  put_opt(d);
}

/* Those that are no false answer with a change or two. */
static int finish_special(struct draft *d, enum packet packet) {
  switch (packet) {
  case PACKET_NO_QUESTION:
    put_without_question(d);
    return 1;
  case PACKET_TWO_QUESTIONS:
    put_two_questions(d);
    return 1;
  case PACKET_LOOPING_QUESTION:
    put_looping_question(d);
    return 1;
  case PACKET_LOOPING_OWNER:
    put_looping_owner(d);
    return 1;
  case PACKET_BARE_SERVFAIL:
    end_with_bare_rcode(d, 2);
    return 1;
  case PACKET_BARE_REFUSED:
    end_with_bare_rcode(d, 5);
    return 1;
  case PACKET_SERVFAIL_OTHER_NAME:
    falsify_name(d);
    end_with_rcode(d, 2);
    return 1;
  default:
    return 0;
  }
}

static int echo(const uint8_t *query, size_t query_length, uint8_t *octets) {
  memcpy(octets, query, query_length);
  return (int)query_length;
}

int packet_make(enum packet packet, const uint8_t *query, size_t query_length,
                uint8_t *octets) {
  if (packet == PACKET_NONE || query_length < HEADER) return -1;
  if (packet == PACKET_ECHO) return echo(query, query_length, octets);
  struct draft d = {.octets = octets};
  put_head(&d, query, query_length);
  if (packet < PACKET_HOSTILE_FIRST) {
    finish_orderly(&d, packet);
  } else if (!finish_special(&d, packet)) {
    put_address(&d, FALSE_ADDRESS);
    finish_blind(&d, packet);
    finish_strange(&d, packet);
  }
  return (int)d.length;
}

enum source packet_source(enum packet packet) {
  static const enum source sources[] = {
#define X(identifier, source, text) SOURCE_##source,
      HOSTILE_PACKET_MAP(X)
#undef X
  };
  if (packet < PACKET_HOSTILE_FIRST) return SOURCE_SERVER;
  return sources[packet - PACKET_HOSTILE_FIRST];
}

const char *packet_text(enum packet packet) {
  static const char *const texts[] = {
#define X(identifier, source, text) text,
      HOSTILE_PACKET_MAP(X)
#undef X
  };
  if (packet < PACKET_HOSTILE_FIRST) return "an orderly reply";
  return texts[packet - PACKET_HOSTILE_FIRST];
}
