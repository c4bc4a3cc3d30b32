/* Where sockets begin.  Which of several addresses is one more thing that who
 * guesses at a reply has to guess, RFC 5452 section 9.2. */
#include "uv/local.h"

#include "uv/transport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static socklen_t length_of(const union stubdns__sockaddr *sockaddr) {
  return sockaddr->any.sa_family == AF_INET ? sizeof sockaddr->ipv4
                                            : sizeof sockaddr->ipv6;
}

/* Whoever names a port has all sockets on it, one to each server. */
static int try_to_bind(int descriptor, const union stubdns__sockaddr *to) {
  const int on = 1;
  if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
      bind(descriptor, &to->any, length_of(to)))
    return uv_translate_sys_error(errno);
  return 0;
}

/* Better said now than by every query. */
static int check_address(const stubdns_address_t *address) {
  union stubdns__sockaddr to;
  if (address->length != 4 && address->length != 16) return STUBDNS_EINVALID;
  stubdns__sockaddr_from_address(&to, address);
  const int descriptor = socket(to.any.sa_family, SOCK_DGRAM, 0);
  if (descriptor < 0) return uv_translate_sys_error(errno);
  const int error = try_to_bind(descriptor, &to);
  (void)close(descriptor);
  return error;
}

static int exclude(struct stubdns__local *local,
                   const stubdns_port_range_t *range) {
  if (range->first > range->last) return STUBDNS_EINVALID;
  for (unsigned port = range->first; port <= range->last; port++)
    local->excluded_ports[port / 8] |= (uint8_t)(1u << port % 8);
  return 0;
}

static int add(struct stubdns__local *local, const stubdns_address_t *address) {
  const int error = check_address(address);
  if (error) return error;
  if (address->port && stubdns__local_is_excluded(local, address->port))
    return STUBDNS_EINVALID;
  local->addresses[local->address_count++] = *address;
  local->has_port |= address->port != 0;
  return 0;
}

int stubdns__local_set(struct stubdns__local *local,
                       const stubdns_resolver_options_t *options) {
  int error = 0;
  memset(local, 0, sizeof *local);
  if (options->local_address_count > STUBDNS_LOCAL_ADDRESSES_MAX)
    return STUBDNS_EINVALID;
  for (size_t i = 0; !error && i < options->excluded_port_count; i++)
    error = exclude(local, &options->excluded_ports[i]);
  for (size_t i = 0; !error && i < options->local_address_count; i++)
    error = add(local, &options->local_addresses[i]);
  return error;
}

/* From one link there is no way to a server on another. */
static int may_begin(const stubdns_address_t *address,
                     const stubdns_address_t *server) {
  return address->length == server->length &&
         (!address->scope_id || !server->scope_id ||
          address->scope_id == server->scope_id);
}

/* Of so few the draw prefers one by 2^-28 at most. */
static int draw(struct stubdns__transport *transport, unsigned count,
                unsigned *drawn) {
  uint8_t random[4];
  *drawn = 0;
  if (count == 1) return 0;
  if (stubdns__transport_random(transport, random, sizeof random))
    return STUBDNS_ERANDOM;
  for (size_t i = 0; i < sizeof random; i++)
    *drawn = *drawn << 8 | random[i];
  *drawn %= count;
  return 0;
}

/* Gives an address; of length 0 where the system is to choose. */
static int choose(struct stubdns__transport *transport,
                  const stubdns_address_t *server, stubdns_address_t *chosen) {
  const struct stubdns__local *const local = &transport->local;
  const stubdns_address_t *fitting[STUBDNS_LOCAL_ADDRESSES_MAX];
  unsigned count = 0;
  unsigned drawn;
  chosen->length = 0;
  if (local->address_count == 0) return 0;
  for (size_t i = 0; i < local->address_count; i++)
    if (may_begin(&local->addresses[i], server))
      fitting[count++] = &local->addresses[i];
  if (count == 0) return UV_EADDRNOTAVAIL;
  const int error = draw(transport, count, &drawn);
  if (!error) *chosen = *fitting[drawn];
  return error;
}

int stubdns__local_bind_udp(struct stubdns__transport *transport, uv_udp_t *udp,
                            const stubdns_address_t *server) {
  stubdns_address_t chosen;
  union stubdns__sockaddr from;
  const int error = choose(transport, server, &chosen);
  if (error || !chosen.length) return error;
  stubdns__sockaddr_from_address(&from, &chosen);
  return uv_udp_bind(udp, &from.any, chosen.port ? UV_UDP_REUSEADDR : 0);
}

int stubdns__local_bind_tcp(struct stubdns__transport *transport, uv_tcp_t *tcp,
                            const stubdns_address_t *server) {
  stubdns_address_t chosen;
  union stubdns__sockaddr from;
  const int error = choose(transport, server, &chosen);
  if (error || !chosen.length) return error;
  chosen.port = 0;
  stubdns__sockaddr_from_address(&from, &chosen);
  return uv_tcp_bind(tcp, &from.any, 0);
}
