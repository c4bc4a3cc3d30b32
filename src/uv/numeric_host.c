/* Hosts that are given as numbers, as the C library reads them. */
#include "uv/numeric_host.h"

#include "config/ipv4_text.h"
#include "stubdns/error.h"

#include <net/if.h>
#include <string.h>
#include <uv.h>

#define IPV6_LENGTH 16

/* Only link-local addresses are on an interface that has a name. */
static int has_link_scope(const uint8_t *octets) {
  if (octets[0] == 0xfe) return (octets[1] & 0xc0) == 0x80;
  return octets[0] == 0xff &&
         ((octets[1] & 0x0f) == 1 || (octets[1] & 0x0f) == 2);
}

static int read_scope(const char *text, stubdns_address_t *address) {
  if (has_link_scope(address->octets)) {
    address->scope_id = if_nametoindex(text);
    if (address->scope_id) return 0;
  }
  if (!stubdns__decimal_take(&text, &address->scope_id) || *text)
    return STUBDNS_ENONAME;
  return 0;
}

static int read_ipv6(const char *text, stubdns_address_t *address) {
  char number[INET6_ADDRSTRLEN];
  const size_t length = strcspn(text, "%");
  if (length >= sizeof number) return STUBDNS_EBADADDRESS;
  memcpy(number, text, length);
  number[length] = '\0';
  if (uv_inet_pton(AF_INET6, number, address->octets))
    return STUBDNS_EBADADDRESS;
  address->length = IPV6_LENGTH;
  return text[length] ? read_scope(text + length + 1, address) : 0;
}

int stubdns__numeric_host(const char *text, stubdns_address_t *address) {
  if (stubdns__ipv4_from_text(address, text) == 0) return 0;
  memset(address, 0, sizeof *address);
  return read_ipv6(text, address);
}
