/* Addresses as the system's socket calls take them. */
#ifndef STUBDNS_UV_SOCKADDR_H
#define STUBDNS_UV_SOCKADDR_H

#include "stubdns/address.h"

#include <uv.h>

union stubdns__sockaddr {
  struct sockaddr any;
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
};

void stubdns__sockaddr_from_address(union stubdns__sockaddr *sockaddr,
                                    const stubdns_address_t *address);

/* An address of length 0 for one of another family. */
void stubdns__sockaddr_to_address(const union stubdns__sockaddr *sockaddr,
                                  stubdns_address_t *address);

/* Whether address and port are the same.  The scope is not compared: the kernel
 * gives one to every link-local address, asked for or not. */
int stubdns__sockaddr_is(const struct sockaddr *sockaddr,
                         const stubdns_address_t *address);

/* The port, in host order; 0 in an address of another family. */
uint16_t stubdns__sockaddr_port(const struct sockaddr *sockaddr);

#endif
