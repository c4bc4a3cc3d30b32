/* The addresses of this host.  On Linux the kernel tells which of them are of a
 * tunnel, and its table of IPv6 addresses which are deprecated or a home
 * address; elsewhere none is. */
#include "uv/interfaces.h"

#include "uv/sockaddr.h"

#if defined(__linux__) && !defined(STUBDNS_NO_INTERFACE_PROPERTIES)
#define HAS_PROPERTIES
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#endif

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIFETIME_US 1000000

static unsigned count_bits(const uint8_t *octets, size_t length) {
  unsigned bits = 0;
  for (size_t i = 0; i < length; i++)
    for (unsigned octet = octets[i]; octet; octet &= octet - 1)
      bits++;
  return bits;
}

static void note_family(struct stubdns__interfaces *interfaces,
                        const stubdns_address_t *address) {
  static const uint8_t ipv4_loopback[4] = {127, 0, 0, 1};
  static const uint8_t ipv6_loopback[16] = {[15] = 1};
  if (address->length == 4)
    interfaces->has_ipv4 |= memcmp(address->octets, ipv4_loopback, 4) != 0;
  else
    interfaces->has_ipv6 |= memcmp(address->octets, ipv6_loopback, 16) != 0;
}

static int open_socket(int family) {
  return socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

/* Whether the interface puts IP into IP.  A name may have a label behind a
 * colon. */
static int is_tunnel(int control, const char *name) {
#ifdef HAS_PROPERTIES
  struct ifreq request;
  const size_t length = strcspn(name, ":");
  memset(&request, 0, sizeof request);
  if (control < 0 || length >= sizeof request.ifr_name) return 0;
  memcpy(request.ifr_name, name, length);
  if (ioctl(control, SIOCGIFHWADDR, &request)) return 0;
  const int type = request.ifr_hwaddr.sa_family;
  return type == ARPHRD_TUNNEL || type == ARPHRD_TUNNEL6 || type == ARPHRD_SIT;
#else
  (void)control, (void)name;
  return 0;
#endif
}

static void add(struct stubdns__interfaces *interfaces, int control,
                const uv_interface_address_t *from) {
  stubdns_address_t address;
  stubdns_address_t mask;
  stubdns__sockaddr_to_address((const union stubdns__sockaddr *)&from->address,
                               &address);
  stubdns__sockaddr_to_address((const union stubdns__sockaddr *)&from->netmask,
                               &mask);
  if (!address.length) return;
  note_family(interfaces, &address);
  if (interfaces->address_count == STUBDNS__INTERFACE_ADDRESSES_MAX) return;
  struct stubdns__interface_address *const added =
      &interfaces->addresses[interfaces->address_count++];
  memset(added, 0, sizeof *added);
  added->address = address;
  added->prefix_length = (uint8_t)count_bits(mask.octets, mask.length);
  added->is_of_tunnel = (uint8_t)is_tunnel(control, from->name);
}

/* Its index, or `address_count`. */
static size_t find(const struct stubdns__interfaces *interfaces,
                   const stubdns_address_t *address) {
  size_t i = 0;
  for (; i < interfaces->address_count; i++) {
    const stubdns_address_t *const found = &interfaces->addresses[i].address;
    if (found->length == address->length &&
        !memcmp(found->octets, address->octets, address->length))
      break;
  }
  return i;
}

#ifdef HAS_PROPERTIES
#define TABLE "/proc/net/if_inet6"
#define FLAG_HOME 0x10u       /* IFA_F_HOMEADDRESS */
#define FLAG_DEPRECATED 0x20u /* IFA_F_DEPRECATED */

/* Eight groups of four hexadecimal digits, without the colons. */
static int read_address(const char *digits, stubdns_address_t *address) {
  char text[INET6_ADDRSTRLEN] = {0};
  for (size_t i = 0; i < 8; i++) {
    memcpy(text + 5 * i, digits + 4 * i, 4);
    if (i < 7) text[5 * i + 4] = ':';
  }
  memset(address, 0, sizeof *address);
  address->length = sizeof address->octets;
  return uv_inet_pton(AF_INET6, text, address->octets) == 0;
}

/* "ADDRESS INDEX PREFIX-LENGTH SCOPE FLAGS NAME" in hexadecimal. */
static void read_row(struct stubdns__interfaces *interfaces, char *row) {
  stubdns_address_t address;
  if (strcspn(row, " ") != 32 || !read_address(row, &address)) return;
  const size_t index = find(interfaces, &address);
  unsigned long flags = 0;
  char *next = row + 32;
  for (int i = 0; i < 4; i++)
    flags = strtoul(next, &next, 16);
  if (index == interfaces->address_count) return;
  interfaces->addresses[index].is_deprecated = (flags & FLAG_DEPRECATED) != 0;
  interfaces->addresses[index].is_home = (flags & FLAG_HOME) != 0;
}

static void read_properties(struct stubdns__interfaces *interfaces) {
  char row[128];
  FILE *const table = fopen(TABLE, "re");
  if (!table) return; /* a system without IPv6 */
  while (fgets(row, sizeof row, table))
    read_row(interfaces, row);
  (void)fclose(table);
}
#else
static void read_properties(struct stubdns__interfaces *interfaces) {
  (void)interfaces;
}
#endif

void stubdns__interfaces_read(struct stubdns__interfaces *interfaces,
                              uint64_t now_us) {
  uv_interface_address_t *list;
  int count;
  if (interfaces->read_us && now_us - interfaces->read_us < LIFETIME_US) return;
  memset(interfaces, 0, sizeof *interfaces);
  interfaces->read_us = now_us ? now_us : 1;
  if (uv_interface_addresses(&list, &count)) return;
  const int control = open_socket(AF_INET);
  for (int i = 0; i < count; i++)
    add(interfaces, control, &list[i]);
  if (control >= 0) (void)close(control);
  uv_free_interface_addresses(list, count);
  read_properties(interfaces);
}

static int has_prefix(const uint8_t *a, const uint8_t *b, unsigned bits) {
  const unsigned rest = bits % 8;
  if (memcmp(a, b, bits / 8) != 0) return 0;
  return rest == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - rest) == 0;
}

static int is_link_local(const stubdns_address_t *address) {
  const uint8_t *const octets = address->octets;
  if (address->length == 4) return octets[0] == 169 && octets[1] == 254;
  return octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80;
}

int stubdns__interfaces_have_link(const struct stubdns__interfaces *interfaces,
                                  const stubdns_address_t *address) {
  for (size_t i = 0; i < interfaces->address_count; i++) {
    const struct stubdns__interface_address *const own =
        &interfaces->addresses[i];
    if (own->address.length == address->length &&
        has_prefix(own->address.octets, address->octets, own->prefix_length))
      return 1;
  }
  return is_link_local(address);
}

/* One socket serves all destinations of a family, being connected again; only
 * the port must not be 0. */
static int find_source(int socket, const stubdns_address_t *to,
                       stubdns_address_t *source) {
  union stubdns__sockaddr address;
  socklen_t length =
      to->length == 4 ? sizeof address.ipv4 : sizeof address.ipv6;
  stubdns_address_t with_port = *to;
  if (!with_port.port) with_port.port = STUBDNS_PORT;
  stubdns__sockaddr_from_address(&address, &with_port);
  if (connect(socket, &address.any, length)) return 0;
  if (getsockname(socket, &address.any, &length)) return 0;
  stubdns__sockaddr_to_address(&address, source);
  return 1;
}

/* Unlike a connection to another destination, a disconnected socket takes the
 * source that fits. */
static void disconnect(int socket) {
  struct sockaddr none;
  memset(&none, 0, sizeof none);
  none.sa_family = AF_UNSPEC;
  (void)connect(socket, &none, sizeof none);
}

static void describe(const struct stubdns__interfaces *interfaces,
                     struct stubdns__destination *destination) {
  const size_t index = find(interfaces, &destination->source);
  if (index == interfaces->address_count) return;
  const struct stubdns__interface_address *const found =
      &interfaces->addresses[index];
  destination->source_prefix_length = found->prefix_length;
  destination->source_is_deprecated = found->is_deprecated;
  destination->source_is_home = found->is_home;
  destination->is_tunnelled = found->is_of_tunnel;
}

void stubdns__interfaces_find_sources(
    const struct stubdns__interfaces *interfaces,
    struct stubdns__destination *destinations, size_t count) {
  int sockets[2] = {-1, -1};
  for (size_t i = 0; i < count; i++) {
    struct stubdns__destination *const d = &destinations[i];
    const int is_ipv6 = d->address.length != 4;
    int *const used = &sockets[is_ipv6];
    if (*used < 0)
      *used = open_socket(is_ipv6 ? AF_INET6 : AF_INET);
    else
      disconnect(*used);
    if (*used >= 0 && find_source(*used, &d->address, &d->source))
      describe(interfaces, d);
  }
  for (size_t i = 0; i < 2; i++)
    if (sockets[i] >= 0) (void)close(sockets[i]);
}
