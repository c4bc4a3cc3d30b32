/* What is known about one server, learned from its replies. */
#ifndef STUBDNS_EXCHANGE_SERVER_H
#define STUBDNS_EXCHANGE_SERVER_H

#include "exchange/match.h"
#include "exchange/rtt.h"
#include "stubdns/address.h"

struct stubdns__server {
  stubdns_address_t address;
  struct stubdns__rtt rtt;
  uint32_t findings[STUBDNS__FINDING_COUNT]; /* datagrams by what they were */
};

#endif
