/* Whether a server understands EDNS, RFC 6891 section 7.  It is believed to
 * until a query without EDNS has worked where one with it had not; then it is
 * spared EDNS for a while.  What is learned is about one server. */
#ifndef STUBDNS_EXCHANGE_EDNS_H
#define STUBDNS_EXCHANGE_EDNS_H

#include "exchange/exchange.h"
#include "exchange/server.h"

#define STUBDNS__PLAIN_SPAN_US 600000000u /* 10 minutes, then EDNS is tried */

/* Silent queries with EDNS after which one without it is sent beside them. */
#define STUBDNS__EDNS_SILENT_MAX 2

/* SERVFAIL has many causes: it must have been EDNS this often in a row. */
#define STUBDNS__EDNS_DOUBTS_MAX 2

/* How much an RCODE says against the EDNS of the query. */
enum stubdns__complaint stubdns__edns_complaint(unsigned rcode);

/* Whether the next query to the server of place `index` should be without. */
int stubdns__edns_is_plain(const struct stubdns__exchange *x, unsigned index,
                           const struct stubdns__server *server,
                           uint64_t now_us);

/* Learns from the answer to `attempt`, which has or has not an OPT record.
 * Returns 1 where the server is found not to understand EDNS. */
int stubdns__edns_learn(const struct stubdns__exchange *x,
                        const struct stubdns__attempt *attempt, int has_opt,
                        struct stubdns__server *server, uint64_t now_us);

#endif
