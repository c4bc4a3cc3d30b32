/* The addresses of a host whose name is there in wire form. */
#ifndef STUBDNS_UV_ADDRESS_LOOKUP_H
#define STUBDNS_UV_ADDRESS_LOOKUP_H

#include "stubdns/address_lookup.h"

/* stubdns_address_lookup() for a name that was read already; `text`, as the
 * user wrote it, may also be the literal of an address.  Where it is NULL the
 * name is one. */
int stubdns__address_lookup_start(stubdns_resolver_t *resolver,
                                  stubdns_address_lookup_t *lookup,
                                  const stubdns_name_t *name, const char *text,
                                  const stubdns_address_options_t *options,
                                  stubdns_address_lookup_cb on_addresses);

#endif
