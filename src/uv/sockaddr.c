/* Addresses as the system's socket calls take them. */
#include "uv/sockaddr.h"

#include <string.h>

#define IPV4_LENGTH 4
#define IPV6_LENGTH 16

static void make_ipv4(struct sockaddr_in *ipv4,
                      const stubdns_address_t *address) {
  ipv4->sin_family = AF_INET;
  ipv4->sin_port = htons(address->port);
  memcpy(&ipv4->sin_addr, address->octets, IPV4_LENGTH);
}

static void make_ipv6(struct sockaddr_in6 *ipv6,
                      const stubdns_address_t *address) {
  ipv6->sin6_family = AF_INET6;
  ipv6->sin6_port = htons(address->port);
  ipv6->sin6_scope_id = address->scope_id;
  memcpy(&ipv6->sin6_addr, address->octets, IPV6_LENGTH);
}

void stubdns__sockaddr_from_address(union stubdns__sockaddr *sockaddr,
                                    const stubdns_address_t *address) {
  memset(sockaddr, 0, sizeof *sockaddr);
  if (address->length == IPV4_LENGTH)
    make_ipv4(&sockaddr->ipv4, address);
  else
    make_ipv6(&sockaddr->ipv6, address);
}

static const void *octets_of(const struct sockaddr *sockaddr, size_t *length) {
  *length = IPV4_LENGTH;
  if (sockaddr->sa_family == AF_INET)
    return &((const struct sockaddr_in *)sockaddr)->sin_addr;
  *length = sockaddr->sa_family == AF_INET6 ? IPV6_LENGTH : 0;
  return &((const struct sockaddr_in6 *)sockaddr)->sin6_addr;
}

uint16_t stubdns__sockaddr_port(const struct sockaddr *sockaddr) {
  if (sockaddr->sa_family == AF_INET)
    return ntohs(((const struct sockaddr_in *)sockaddr)->sin_port);
  if (sockaddr->sa_family == AF_INET6)
    return ntohs(((const struct sockaddr_in6 *)sockaddr)->sin6_port);
  return 0;
}

int stubdns__sockaddr_is(const struct sockaddr *sockaddr,
                         const stubdns_address_t *address) {
  size_t length;
  const void *const octets = octets_of(sockaddr, &length);
  return length == address->length &&
         stubdns__sockaddr_port(sockaddr) == address->port &&
         memcmp(octets, address->octets, length) == 0;
}

void stubdns__sockaddr_to_address(const union stubdns__sockaddr *sockaddr,
                                  stubdns_address_t *address) {
  size_t length;
  const void *const octets = octets_of(&sockaddr->any, &length);
  memset(address, 0, sizeof *address);
  address->length = (uint8_t)length; /* 0, 4 or 16 */
  address->port = stubdns__sockaddr_port(&sockaddr->any);
  memcpy(address->octets, octets, length);
  if (length == IPV6_LENGTH) address->scope_id = sockaddr->ipv6.sin6_scope_id;
}
