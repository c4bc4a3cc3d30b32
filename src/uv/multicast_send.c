/* A query to the group on every link. */
#include "uv/multicast_send.h"

#include "uv/sockaddr.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

struct message {
  const struct stubdns__multicast *multicast;
  uv_udp_t *const *sockets;
  const uint8_t *query;
  size_t length;
};

stubdns_address_t stubdns__multicast_group(int index, uint16_t port) {
  static const stubdns_address_t ipv4 = {.length = 4,
                                         .octets = {224, 0, 0, 251}};
  static const stubdns_address_t ipv6 = {.length = 16,
                                         .octets = {0xff, 2, [15] = 0xfb}};
  stubdns_address_t group = index == 0 ? ipv4 : ipv6;
  group.port = port;
  return group;
}

/* An interface that is not there any more is passed over. */
static int send_on(const struct message *message, int index, const char *name) {
  char scoped[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];
  uv_udp_t *const udp = message->sockets[index];
  union stubdns__sockaddr to;
  stubdns_address_t group =
      stubdns__multicast_group(index, message->multicast->port);
  const uv_buf_t buffer =
      uv_buf_init((char *)message->query, (unsigned)message->length);
  group.scope_id = index ? if_nametoindex(name) : 0;
  (void)snprintf(scoped, sizeof scoped, "::%%%s", name);
  stubdns__sockaddr_from_address(&to, &group);
  if (index && uv_udp_set_multicast_interface(udp, scoped)) return 0;
  return uv_udp_try_send(udp, &buffer, 1, &to.any) > 0;
}

/* IPv4 names an interface by an address that it has. */
static int choose_ipv4(uv_udp_t *udp, const uv_interface_address_t *interface) {
  char address[INET_ADDRSTRLEN];
  return !uv_ip4_name(&interface->address.address4, address, sizeof address) &&
         !uv_udp_set_multicast_interface(udp, address);
}

static int is_wanted(const struct stubdns__multicast *multicast,
                     const uv_interface_address_t *interface) {
  if (multicast->interface[0])
    return strcmp(multicast->interface, interface->name) == 0;
  return !interface->is_internal;
}

static int family_index(const uv_interface_address_t *interface) {
  return interface->address.address4.sin_family == AF_INET ? 0 : 1;
}

/* An interface has one place in the list for each of its addresses, and gets
 * one query for each family. */
static int is_first(const uv_interface_address_t *list, int index) {
  for (int i = 0; i < index; i++)
    if (family_index(&list[i]) == family_index(&list[index]) &&
        strcmp(list[i].name, list[index].name) == 0)
      return 0;
  return 1;
}

uint32_t stubdns__multicast_send(const struct stubdns__multicast *multicast,
                                 uv_udp_t *const sockets[2],
                                 const uint8_t *query, size_t length) {
  const struct message message = {multicast, sockets, query, length};
  uv_interface_address_t *list;
  uint32_t sent = 0;
  int count;
  if (uv_interface_addresses(&list, &count)) return 0;
  for (int i = 0; i < count; i++) {
    const int index = family_index(&list[i]);
    if (!is_wanted(multicast, &list[i]) || !is_first(list, i)) continue;
    if (!sockets[index]) continue;
    if (index == 0 && !choose_ipv4(sockets[0], &list[i])) continue;
    sent += (uint32_t)send_on(&message, index, list[i].name);
  }
  uv_free_interface_addresses(list, count);
  return sent;
}
