/* What the address of a server has to be: the system would take others, and
 * then either ask nobody or take no reply for one of the server's. */
#include "resolver/server_address.h"

#include "stubdns/error.h"

#include <string.h>

#define IPV4_LENGTH 4
#define IPV6_LENGTH 16

static const uint8_t zeros[IPV6_LENGTH];
static const uint8_t mapped_prefix[IPV6_LENGTH - IPV4_LENGTH] = {
    [10] = 0xff, [11] = 0xff};

/* fe80::/10, RFC 4291 section 2.5.6. */
static int is_link_local(const stubdns_address_t *address) {
  return address->length == IPV6_LENGTH && address->octets[0] == 0xfe &&
         (address->octets[1] & 0xc0) == 0x80;
}

static int is_mapped(const stubdns_address_t *address) {
  return address->length == IPV6_LENGTH &&
         memcmp(address->octets, mapped_prefix, sizeof mapped_prefix) == 0;
}

static void make_ipv4(stubdns_address_t *address) {
  memmove(address->octets, address->octets + sizeof mapped_prefix, IPV4_LENGTH);
  memset(address->octets + IPV4_LENGTH, 0, sizeof mapped_prefix);
  address->length = IPV4_LENGTH;
}

static void make_loopback(stubdns_address_t *address) {
  address->octets[address->length - 1] = 1;
  if (address->length == IPV4_LENGTH) address->octets[0] = 127;
}

int stubdns__server_address(const stubdns_address_t *named,
                            stubdns_address_t *address) {
  if (named->port == 0 ||
      (named->length != IPV4_LENGTH && named->length != IPV6_LENGTH))
    return STUBDNS_EINVALID;
  *address = *named;
  if (is_link_local(address) && address->scope_id == 0) return STUBDNS_EINVALID;
  if (is_mapped(address)) {
    if (address->scope_id) return STUBDNS_EINVALID;
    make_ipv4(address);
  }
  if (memcmp(address->octets, zeros, address->length) == 0)
    make_loopback(address);
  return 0;
}
