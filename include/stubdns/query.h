/* Building queries, RFC 1035 section 4.1 and RFC 6891. */
#ifndef STUBDNS_QUERY_H
#define STUBDNS_QUERY_H

#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The longest query without options: header, name, type, class and OPT. */
#define STUBDNS_QUERY_MAX 282

/* The payload size that we advertise: replies of this size are not fragmented
 * on any usual path, RFC 9715. */
#define STUBDNS_PAYLOAD_SIZE 1232

/* What is to be asked.  STUBDNS_QUERY_INIT gives an ordinary query: RD set,
 * EDNS version 0 with a payload size of 1232. */
typedef struct stubdns_query {
  const stubdns_question_t *question; /* NULL: a query without one */
  uint16_t id;
  uint16_t flags; /* STUBDNS_FLAG_RD, _AD, _CD, _AA, _TC, _RA, _Z */
  uint8_t opcode; /* STUBDNS_OPCODE_QUERY unless one knows better */
  uint8_t edns;   /* 0: no OPT record */
  uint8_t edns_version;
  uint8_t edns_rcode;      /* extended RCODE; 0 in a query */
  uint16_t edns_flags;     /* STUBDNS_EDNS_DO */
  uint16_t payload_size;   /* 512 to 65535 */
  uint16_t padding_block;  /* pad the query to a multiple, RFC 8467; 0: not */
  const uint8_t *options;  /* EDNS options in wire form: code, length, value */
  uint16_t options_length; /* octets of all options */
} stubdns_query_t;

#define STUBDNS_EDNS_DO 0x8000u

#define STUBDNS_QUERY_INIT                                                     \
  { .flags = STUBDNS_FLAG_RD, .edns = 1, .payload_size = STUBDNS_PAYLOAD_SIZE }

/* Writes `query` into `octets`, never more than `size` of them, and gives in
 * `*length` the octets it takes, also where they did not fit.
 *
 * Returns 0; STUBDNS_ENOSPACE; STUBDNS_EINVALID where the opcode is above 15 or
 * DSO, the flags hold a bit of opcode or RCODE, or the payload size is below
 * 512; STUBDNS_EBADOPTION where `options` are not a sequence of options. */
int stubdns_query_build(const stubdns_query_t *query, uint8_t *octets,
                        size_t size, size_t *length);

/* Whether a type may be asked in an ordinary query: not OPT, TSIG, TKEY, AXFR,
 * IXFR nor NXNAME, which mean something else or need TCP.
 *
 * Returns 0 or STUBDNS_EBADTYPE. */
int stubdns_query_check_type(uint16_t type);

#ifdef __cplusplus
}
#endif
#endif
