/* What a server, or somebody in its place, may send in return for a query: the
 * true answer, orderly errors, and the packets of the hostile table.  They are
 * made of the query's octets by hand, without the code under test. */
#ifndef STUBDNS_TESTS_PACKETS_H
#define STUBDNS_TESTS_PACKETS_H

#include <stddef.h>
#include <stdint.h>

#define PACKET_SIZE 65535

/* The address in the true answer, and that in false ones. */
#define TRUE_ADDRESS "\xc0\x00\x02\x01"
#define FALSE_ADDRESS "\x06\x06\x06\x06"

/* From where a packet is sent. */
enum source { SOURCE_SERVER, SOURCE_OTHER_PORT, SOURCE_OTHER_ADDRESS };

/* The hostile packets, X(identifier, source, what it is): first those that need
 * no knowledge of the query's ID, then those with the right ID, then those with
 * the right ID and question. */
#define HOSTILE_PACKET_MAP(X)                                                  \
  X(WRONG_ID, SERVER, "an answer with another ID")                             \
  X(RANDOM_OCTETS, SERVER, "five random octets")                               \
  X(EMPTY, SERVER, "an empty datagram")                                        \
  X(HALF_HEADER, SERVER, "six octets of a header")                             \
  X(WRONG_ID_BROKEN, SERVER, "another ID and a broken question")               \
  X(OTHER_PORT, OTHER_PORT, "a perfect answer from another port")              \
  X(OTHER_ADDRESS, OTHER_ADDRESS, "a perfect answer from another address")     \
  X(OTHER_NAME, SERVER, "an answer to another name")                           \
  X(OTHER_TYPE, SERVER, "an answer to another type")                           \
  X(NO_QUESTION, SERVER, "an answer without a question")                       \
  X(TWO_QUESTIONS, SERVER, "an answer with two questions")                     \
  X(ECHO, SERVER, "the query itself")                                          \
  X(NOT_A_RESPONSE, SERVER, "an answer with QR 0")                             \
  X(NOTIFY, SERVER, "an answer with opcode 4")                                 \
  X(BROKEN_QUESTION, SERVER, "a question with a reserved label type")          \
  X(LOOPING_QUESTION, SERVER, "a question whose name is a pointer to itself")  \
  X(BARE_SERVFAIL, SERVER, "SERVFAIL, the header only")                        \
  X(BARE_REFUSED, SERVER, "REFUSED, the header only")                          \
  X(SERVFAIL_OTHER_NAME, SERVER, "SERVFAIL for another name")                  \
  X(CUT, SERVER, "an answer that is cut")                                      \
  X(LOOPING_OWNER, SERVER, "an owner that is a pointer to itself")             \
  X(LONG_RDLENGTH, SERVER, "an RDLENGTH past the end")                         \
  X(ANCOUNT_65535, SERVER, "an ANCOUNT of 65535")                              \
  X(TWO_OPT, SERVER, "an answer with two OPT records")

enum packet {
  PACKET_NONE, /* nothing is sent */
  PACKET_ANSWER,
  PACKET_NXDOMAIN,
  PACKET_SERVFAIL,
  PACKET_REFUSED,
  PACKET_FORMERR,
  PACKET_TRUNCATED, /* TC is set, no records */
  PACKET_LONGEST,   /* the longest that UDP carries over IPv4 */
#define X(identifier, source, text) PACKET_##identifier,
  HOSTILE_PACKET_MAP(X)
#undef X
      PACKET_END
};

#define PACKET_HOSTILE_FIRST PACKET_WRONG_ID

/* Makes a packet in return for a query; `octets` has PACKET_SIZE.  Returns its
 * length, or -1 where nothing is to be sent. */
int packet_make(enum packet packet, const uint8_t *query, size_t query_length,
                uint8_t *octets);

enum source packet_source(enum packet packet);

/* What a hostile packet is, for messages. */
const char *packet_text(enum packet packet);

#endif
