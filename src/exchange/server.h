/* What is known about one server, learned from its replies. */
#ifndef STUBDNS_EXCHANGE_SERVER_H
#define STUBDNS_EXCHANGE_SERVER_H

#include "exchange/feature.h"
#include "exchange/health.h"
#include "exchange/match.h"
#include "exchange/rtt.h"
#include "stubdns/address.h"
#include "stubdns/edns.h"

struct stubdns__server {
  stubdns_address_t address;
  struct stubdns__rtt rtt;
  struct stubdns__health health;
  uint64_t plain_until_us; /* until then it is asked without EDNS */
  uint8_t edns_doubts;     /* exchanges in which EDNS may have been at fault */
  struct stubdns__feature cookies;
  struct stubdns__feature letters; /* random ones are repeated */
  stubdns_cookie_t cookie; /* ours for it, and its last for us, if any */
  uint64_t sent_count;
  uint64_t refused_count;
  uint64_t closed_count;
  uint64_t unreachable_count;
  uint64_t findings[STUBDNS__FINDING_COUNT]; /* datagrams by what they were */
};

#endif
