/* IPv4 addresses in all the forms that the C library reads. */
#ifndef STUBDNS_CONFIG_IPV4_TEXT_H
#define STUBDNS_CONFIG_IPV4_TEXT_H

#include "stubdns/address.h"

/* Reads an IPv4 address as inet_aton() does: "127.0.0.1", "127.1", "0x7f.1",
 * "2130706433".  The port is 0.
 *
 * Returns 0 or STUBDNS_EBADADDRESS. */
int stubdns__ipv4_from_text(stubdns_address_t *address, const char *text);

/* Reads a decimal number from 0 to 2^32 - 1, of which there must be at least a
 * digit, and steps behind it.  Returns 0 where there is none. */
int stubdns__decimal_take(const char **text, uint32_t *number);

#endif
