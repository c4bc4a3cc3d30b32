/* Addresses as configuration files have them. */
#ifndef STUBDNS_CONFIG_SCOPED_ADDRESS_H
#define STUBDNS_CONFIG_SCOPED_ADDRESS_H

#include "config/text.h"

#include "stubdns/address.h"

/* The name of a network interface with its NUL: IF_NAMESIZE everywhere. */
#define STUBDNS__SCOPE_SIZE 16

/* An address as written.  Only the system knows the index of an interface, so a
 * scope that is a name ("fe80::1%eth0") is kept as one. */
struct stubdns__scoped_address {
  stubdns_address_t address;       /* scope_id 0 where `scope` is a name */
  char scope[STUBDNS__SCOPE_SIZE]; /* "" where there is no name */
};

/* Reads what stubdns_address_from_text() reads, and names as scopes.
 *
 * Returns 0 or STUBDNS_EBADADDRESS. */
int stubdns__scoped_address_read(struct stubdns__scoped_address *address,
                                 struct stubdns__span word);

#endif
