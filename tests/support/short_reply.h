/* Replies written in short: "www.test CNAME a.test;a.test A 1". */
#ifndef STUBDNS_TESTS_SHORT_REPLY_H
#define STUBDNS_TESTS_SHORT_REPLY_H

#include "stubdns/wire.h"

/* Records are "owner TYPE rdata", separated by semicolons; the rdata is the
 * last number of 192.0.2.x for A, the last field for SOA, a name for CNAME,
 * DNAME, NS and MX, any word for HINFO, which is then "RFC8482".  A number
 * behind it is the record's own TTL. */
struct short_reply {
  uint16_t flags; /* with the RCODE */
  uint32_t ttl_s; /* of records without their own */
  const char *answer;
  const char *authority;
  const char *additional;
};

/* Writes the reply to `question`, with ID 1; gives its length. */
size_t short_reply_write(const struct short_reply *reply,
                         const stubdns_question_t *question, uint8_t *octets,
                         size_t size);

#endif
