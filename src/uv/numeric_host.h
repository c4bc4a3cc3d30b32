/* Hosts that are given as numbers, and the scopes of their addresses. */
#ifndef STUBDNS_UV_NUMERIC_HOST_H
#define STUBDNS_UV_NUMERIC_HOST_H

#include "stubdns/address.h"

/* Reads IPv4 as inet_aton() does ("127.0.0.1", "127.1", "0x7f.1",
 * "2130706433"), or IPv6 with an optional scope, a number or the name of an
 * interface (RFC 4007 section 11).  The port is 0.
 *
 * Returns 0; STUBDNS_EBADADDRESS where it is something else; STUBDNS_ENONAME
 * for an IPv6 address whose scope does not exist. */
int stubdns__numeric_host(const char *text, stubdns_address_t *address);

#endif
