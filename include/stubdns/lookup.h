/* What a lookup is asked with and what it ends with.  These are values without
 * any handle: nothing here needs libuv. */
#ifndef STUBDNS_LOOKUP_H
#define STUBDNS_LOOKUP_H

#include "address.h"
#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STUBDNS_DEADLINE_MS 5000
#define STUBDNS_SENDS_PER_SERVER 4 /* RFC 9520 section 3.1 asks for a bound */
#define STUBDNS_SERVERS_MAX 32

/* How one lookup differs from the resolver's ways.  Zero in a field means the
 * default; flags turn on (or, with _NO_, off) what they name. */
#define STUBDNS_LOOKUP_NO_RECURSION 0x01u /* without RD */
#define STUBDNS_LOOKUP_NO_EDNS 0x02u
#define STUBDNS_LOOKUP_DNSSEC_OK 0x04u         /* DO, RFC 3225 */
#define STUBDNS_LOOKUP_CHECKING_DISABLED 0x08u /* CD, RFC 4035 3.2.2 */
#define STUBDNS_LOOKUP_AUTHENTIC_DATA 0x10u    /* AD, RFC 6840 section 5.7 */

typedef struct stubdns_lookup_options {
  unsigned flags;        /* STUBDNS_LOOKUP_* */
  uint16_t class_;       /* default STUBDNS_CLASS_IN */
  uint16_t payload_size; /* 512 to 65535; default STUBDNS_PAYLOAD_SIZE */
  uint32_t deadline_ms;  /* default: the resolver's */
} stubdns_lookup_options_t;

/* What a lookup ended with.  All of it, the message's octets included, is valid
 * until the callback returns. */
typedef struct stubdns_answer {
  const stubdns_message_t *message; /* NULL where no reply was usable */
  stubdns_question_t question;      /* as asked */
  stubdns_address_t server;         /* whose reply it is, or the last asked */
  uint64_t rtt_us;         /* from the send that was answered to its reply */
  uint32_t send_count;     /* datagrams sent */
  uint32_t drop_count;     /* datagrams ignored: not replies to the query */
  const char *drop_reason; /* of the first one ignored, or NULL */
  uint8_t truncated;       /* TC is set: the message is not complete */
} stubdns_answer_t;

#ifdef __cplusplus
}
#endif
#endif
