/* In which order the addresses of a host are best tried: RFC 6724 section 6. */
#ifndef STUBDNS_RESOLVER_ADDRESS_ORDER_H
#define STUBDNS_RESOLVER_ADDRESS_ORDER_H

#include "resolver/address_policy.h"
#include "stubdns/address.h"

/* An address to go to, and the one that the system would go there from.  What
 * is not known of them is 0. */
struct stubdns__destination {
  stubdns_address_t address;
  stubdns_address_t source;     /* its length is 0 where there is no way */
  uint8_t source_prefix_length; /* of the network that the source is in, in
                                 * bits of its own family */
  uint8_t source_is_deprecated; /* RFC 4862 section 5.5.4 */
  uint8_t source_is_home;       /* RFC 6275 */
  uint8_t is_tunnelled;         /* the packets travel inside of others */
  uint32_t index;               /* the caller's */
};

/* Puts the best destination first; those that are equally good stay in their
 * order (rule 10).  `scratch` has room for `count` destinations as well. */
void stubdns__address_order(const struct stubdns__address_policy *policy,
                            struct stubdns__destination *destinations,
                            struct stubdns__destination *scratch, size_t count);

#endif
