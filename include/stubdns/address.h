/* Addresses of servers: an IPv4 or IPv6 address, a port and the scope of a
 * link-local address, without any system header. */
#ifndef STUBDNS_ADDRESS_H
#define STUBDNS_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STUBDNS_PORT 53

/* Room for any address as text: 39 characters, "%" and a scope of 10 digits,
 * "#" and a port, the final NUL included. */
#define STUBDNS_ADDRESS_TEXT_SIZE 57

typedef struct stubdns_address {
  uint8_t length; /* of the address: 4 or 16 octets */
  uint8_t octets[16];
  uint16_t port;     /* host order */
  uint32_t scope_id; /* interface index of an IPv6 link-local address, or 0 */
} stubdns_address_t;

/* Reads "192.0.2.1" or "2001:db8::1" (RFC 4291 section 2.2), with an optional
 * scope as a number ("fe80::1%2") and an optional port: "192.0.2.1#5300",
 * "192.0.2.1:5300", "2001:db8::1#5300", "[2001:db8::1]:5300".  The port is
 * STUBDNS_PORT where the text has none.  An IPv4-mapped IPv6 address becomes
 * the IPv4 address.
 *
 * Returns 0 or STUBDNS_EBADADDRESS. */
int stubdns_address_from_text(stubdns_address_t *address, const char *text,
                              size_t length);

/* Writes "192.0.2.1#5300" or "2001:db8::1#5300", RFC 5952.  `size` should be
 * STUBDNS_ADDRESS_TEXT_SIZE.
 *
 * Returns 0, STUBDNS_ENOSPACE, or STUBDNS_EINVALID where the length is neither
 * 4 nor 16. */
int stubdns_address_to_text(const stubdns_address_t *address, char *buffer,
                            size_t size);

int stubdns_address_equal(const stubdns_address_t *a,
                          const stubdns_address_t *b);

#ifdef __cplusplus
}
#endif
#endif
