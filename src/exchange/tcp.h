/* When an exchange goes over TCP, and whom it then asks: RFC 7766 sections 5
 * and 6, RFC 7873 section 5.3. */
#ifndef STUBDNS_EXCHANGE_TCP_H
#define STUBDNS_EXCHANGE_TCP_H

#include "exchange/exchange.h"

/* A server's turn over TCP: the system sends a lost SYN again after a second,
 * RFC 6298 section 2.1, and that should still be in time. */
#define STUBDNS__TCP_WAIT_US 1500000

/* Attempts over TCP for each server, where the first ended with the connection:
 * it may have been closed as idle at that moment, RFC 7766 section 6.2.4. */
#define STUBDNS__TCP_ATTEMPTS 2

/* Whether the next attempt is one over TCP. */
int stubdns__tcp_is_due(const struct stubdns__exchange *x);

/* What is to be done then; no later than the deadline is seen to elsewhere. */
struct stubdns__decision stubdns__tcp_decide(const struct stubdns__exchange *x,
                                             uint64_t now_us);

#endif
