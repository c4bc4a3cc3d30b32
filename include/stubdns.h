/* stubdns, a stub DNS resolver on libuv: all of it.  Programs without libuv
 * include stubdns/wire.h. */
#ifndef STUBDNS_H
#define STUBDNS_H

#include "stubdns/address_lookup.h"
#include "stubdns/getaddrinfo.h"
#include "stubdns/network.h"
#include "stubdns/resolver.h"
#include "stubdns/target_lookup.h"
#include "stubdns/wire.h"

#endif
