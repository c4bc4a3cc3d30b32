/* What a lookup is asked with and what it ends with.  These are values without
 * any handle: nothing here needs libuv. */
#ifndef STUBDNS_LOOKUP_H
#define STUBDNS_LOOKUP_H

#include "address.h"
#include "message.h"
#include "query.h"

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

/* With AD (RFC 6840 section 5.7).  The AD flag of a reply is taken out of it,
 * since anybody on the way can set it (RFC 4035 section 4.9.3), unless the
 * resolver is told to trust it, by "trust-ad" in resolv.conf or its options;
 * then every query has AD. */
#define STUBDNS_LOOKUP_AUTHENTIC_DATA 0x10u

/* Ask a server whatever the name is.  Without it names at and below localhost,
 * invalid (RFC 6761), onion (RFC 7686), alt (RFC 9476) and local (RFC 6762) are
 * answered without a server: localhost has the loopback addresses, the others
 * do not exist. */
#define STUBDNS_LOOKUP_SEND_SPECIAL 0x20u

/* Neither take the answer from the resolver's cache nor keep it there. */
#define STUBDNS_LOOKUP_NO_CACHE 0x40u

/* Have packets of its own.  Without it a lookup joins one under way that asks
 * the same in the same way: it costs no packet; its answer and timeline, and
 * the capitals in them, are the other's; its deadline, callback and cancelling
 * are its own. */
#define STUBDNS_LOOKUP_NO_COALESCE 0x80u

/* Queries with EDNS carry a cookie (RFC 7873), and names are sent with random
 * capitals (0x20) to servers that have not given a cookie yet; a reply must
 * repeat them.  Servers that do not keep to one of them are asked without it
 * for an hour.  Question and records of the answer have the user's capitals,
 * but where a server wrote the name out once more. */
#define STUBDNS_LOOKUP_NO_COOKIE 0x100u
#define STUBDNS_LOOKUP_NO_0X20 0x200u

/* Over TCP (RFC 7766) from the first query on, or never.  With neither of them
 * a lookup goes on over TCP, the same server first, after a truncated reply,
 * after BADCOOKIE to three cookies, and under attack.  Where TCP is not to be
 * used, or fails, a truncated message is handed out marked as such. */
#define STUBDNS_LOOKUP_TCP 0x400u
#define STUBDNS_LOOKUP_NO_TCP 0x800u

/* A name without a final dot may stand for others: the resolver's search list
 * (stubdns_resolver_options_t) says for which, and the first that exists is
 * answered; the answer's question has its name.  That a name has no such
 * records is an answer, and a failure ends the search as one.  Where none
 * exists, the answer is the last one's. */
#define STUBDNS_LOOKUP_SEARCH 0x10000u

/* Hand out a reply as it came.  Without it, where a reply has aliases and not
 * the records that they lead to, the name at their end is asked for, and the
 * message handed out has both: question, flags and letters as if one server had
 * known all of it, and the RCODE of the end.  A lookup that spells its query
 * out, or is without recursion, has its reply as it came as well. */
#define STUBDNS_LOOKUP_NO_ALIASES 0x8000u

/* For programs that test servers.  TAKE_ERRORS: the first reply ends the
 * lookup, whatever its RCODE; without it an error makes the lookup go on and is
 * its answer only where nothing better comes.  NO_QUESTION: queries have none,
 * and neither have their replies.  FIXED_ID: queries have the ID of `query`,
 * which anybody can guess. */
#define STUBDNS_LOOKUP_TAKE_ERRORS 0x1000u
#define STUBDNS_LOOKUP_NO_QUESTION 0x2000u
#define STUBDNS_LOOKUP_FIXED_ID 0x4000u

/* Most octets of EDNS options, and the largest block for padding, in a lookup's
 * `query`: with more no query would fit its path unfragmented. */
#define STUBDNS_LOOKUP_OPTIONS_MAX 512

typedef struct stubdns_lookup_options {
  unsigned flags;        /* STUBDNS_LOOKUP_* */
  uint16_t class_;       /* default STUBDNS_CLASS_IN */
  uint16_t payload_size; /* 512 to 65535; default STUBDNS_PAYLOAD_SIZE */
  uint32_t deadline_ms;  /* default: the resolver's */

  /* How queries are built, or NULL: flags, opcode, EDNS and its options.  It
   * goes before all above that is about them, needs no question, and is copied.
   * A cookie is added unless STUBDNS_LOOKUP_NO_COOKIE is set.  Such lookups
   * have packets of their own and neither use nor fill the cache, and the AD
   * flag of a reply is left as it came. */
  const stubdns_query_t *query;

  /* Servers to ask instead of the resolver's, at most STUBDNS_SERVERS_MAX, in
   * this order.  What they say neither comes from the cache nor goes there. */
  const stubdns_address_t *servers;
  size_t server_count;
  uint8_t sends_per_server; /* 1 to 4; default: the resolver's */
} stubdns_lookup_options_t;

/* What can happen to a lookup on its way, each with a sentence.  Events that
 * are about one datagram tell why in their text.  AVOIDED and BACK are about a
 * server, and told to the log alone. */
#define STUBDNS_EVENT_MAP(X)                                                   \
  X(SENT, "a query was sent")                                                  \
  X(ANSWERED, "the answer came")                                               \
  X(ERROR_REPLY, "the server replied with an error")                           \
  X(MALFORMED, "the reply is malformed")                                       \
  X(DROPPED, "a datagram was ignored")                                         \
  X(REFUSED, "the port is shut")                                               \
  X(UNREACHABLE, "the query could not be sent")                                \
  X(STARVED, "no descriptor was free")                                         \
  X(EDNS_OFF, "the server does not understand EDNS")                           \
  X(COOKIES_OFF, "the server does not keep to cookies")                        \
  X(0X20_OFF, "the server does not repeat the capitals of a name")             \
  X(TRUNCATED, "the reply is truncated")                                       \
  X(CLOSED, "the server closed the connection")                                \
  X(ALIAS, "the reply leads to another name")                                  \
  X(UNDER_ATTACK, "too many were ignored: only TCP or a cookie counts now")    \
  X(AVOIDED, "the server does not reply: others are asked before it")          \
  X(BACK, "the server replies again")

enum stubdns_event_kind {
#define X(name, text) STUBDNS_EVENT_##name,
  STUBDNS_EVENT_MAP(X)
#undef X
};

typedef struct stubdns_event {
  enum stubdns_event_kind kind;
  const char *text; /* static: a sentence, for DROPPED the reason */
  uint64_t time_us; /* since the lookup began */
  stubdns_address_t server;
  uint16_t id;         /* of the query that it is about */
  uint16_t local_port; /* 0 where it was not opened */
  uint16_t length;     /* octets sent or received, or 0 */
  uint16_t rcode;      /* of ANSWERED and ERROR_REPLY */
  uint8_t edns;        /* whether the query had an OPT record */
  uint8_t cookie;      /* whether it had a cookie */
  uint8_t exact;       /* whether it had random capitals */
  uint8_t tcp;         /* whether it went over TCP */
} stubdns_event_t;

/* What is known of a server: datagrams counted since it was added. */
typedef struct stubdns_server_info {
  stubdns_address_t address;
  uint64_t sent_count;
  uint64_t answer_count;
  uint64_t error_count;       /* replies with an error RCODE */
  uint64_t malformed_count;   /* replies */
  uint64_t drop_count;        /* datagrams that were no replies */
  uint64_t refused_count;     /* times that its port was found shut */
  uint64_t unreachable_count; /* queries that could not be sent */
  uint32_t rtt_us;            /* smoothed (RFC 6298), 0 while unknown */
  uint32_t rtt_variation_us;
  uint8_t cookie_is_known; /* it has given us a cookie */
  uint8_t is_avoided;      /* two queries in a row went without a sign of it:
                            * others are asked before it until it replies, and
                            * it is tried with duplicates of their queries */
  uint64_t closed_count;   /* connections over TCP that it closed on queries */
} stubdns_server_info_t;

/* What a lookup ended with.  All of it, the message's octets included, is valid
 * until the callback returns. */
typedef struct stubdns_answer {
  const stubdns_message_t *message; /* NULL where no reply was usable */
  stubdns_question_t question;      /* as asked */
  stubdns_address_t server; /* whose reply it is, or the last asked; its length
                             * is 0 where none was */
  uint64_t rtt_us;          /* from the send that was answered to its reply */
  uint64_t reply_us;   /* when that came, by the resolver's clock, which begins
                        * anywhere; 0 where none did */
  uint32_t send_count; /* datagrams sent */
  uint32_t drop_count; /* datagrams ignored: not replies to the query */
  const char *drop_reason; /* of the first one ignored, or NULL */
  uint8_t truncated;       /* TC is set: the message is not complete */
  uint8_t is_special;      /* answered without a server: a special-use name */
  uint8_t from_cache;      /* no server was asked, or none had an answer */
  uint8_t stale;           /* expired (RFC 8767), as the server says or we do */
  uint8_t under_attack;    /* 100 datagrams or more were ignored: from then on
                            * only TCP, or a confirmed cookie, was believed */
  const void *timeline;    /* private */
} stubdns_answer_t;

/* Steps through what happened to a lookup, in the order of time; begin with
 * `*position` 0.  Of more than STUBDNS_EVENTS_MAX datagrams that were ignored
 * or no answer the last are left out.  Returns 0 behind the last event. */
int stubdns_answer_next_event(const stubdns_answer_t *answer, size_t *position,
                              stubdns_event_t *event);

#define STUBDNS_EVENTS_MAX 64 /* bounds what a flood of datagrams can cost */

#ifdef __cplusplus
}
#endif
#endif
