/* A result is one block of memory, which begins with who gave it. */
#include "uv/addrinfo_list.h"

#include "stubdns/getaddrinfo.h"
#include "uv/sockaddr.h"

#include <stddef.h>
#include <string.h>

struct item {
  struct addrinfo info;
  union stubdns__sockaddr address;
};

struct result {
  stubdns_allocator_t allocator;
  struct item items[]; /* then the canonical name */
};

/* RFC 4291 section 2.5.5.2. */
static stubdns_address_t map_ipv4(const stubdns_address_t *ipv4) {
  stubdns_address_t mapped = {.length = 16, .port = ipv4->port};
  mapped.octets[10] = mapped.octets[11] = 0xff;
  memcpy(mapped.octets + 12, ipv4->octets, 4);
  return mapped;
}

static void fill(struct item *item, const stubdns_address_t *given,
                 const struct stubdns__port *port,
                 const struct addrinfo *hints) {
  stubdns_address_t address = *given;
  if (address.length == 4 && hints->ai_family == AF_INET6)
    address = map_ipv4(given);
  address.port = port->port;
  memset(&item->info, 0, sizeof item->info);
  stubdns__sockaddr_from_address(&item->address, &address);
  item->info.ai_flags = hints->ai_flags;
  item->info.ai_family = item->address.any.sa_family;
  item->info.ai_socktype = port->socktype;
  item->info.ai_protocol = port->protocol;
  item->info.ai_addr = &item->address.any;
  item->info.ai_addrlen = address.length == 4 ? sizeof item->address.ipv4
                                              : sizeof item->address.ipv6;
}

/* Mapped addresses are wanted in the place of IPv6 ones, AI_ALL: beside them.
 */
static int skips_ipv4(const stubdns_host_address_t *addresses, size_t count,
                      const struct addrinfo *hints) {
  if (hints->ai_family != AF_INET6 || hints->ai_flags & AI_ALL) return 0;
  for (size_t i = 0; i < count; i++)
    if (addresses[i].address.length != 4) return 1;
  return 0;
}

/* Returns the number of items filled. */
static size_t fill_all(struct item *items,
                       const stubdns_host_address_t *addresses, size_t count,
                       const struct stubdns__ports *ports,
                       const struct addrinfo *hints) {
  const int skips = skips_ipv4(addresses, count, hints);
  size_t filled = 0;
  for (size_t i = 0; i < count; i++) {
    if (skips && addresses[i].address.length == 4) continue;
    for (size_t k = 0; k < ports->count; k++)
      fill(&items[filled++], &addresses[i].address, &ports->ports[k], hints);
  }
  for (size_t i = 1; i < filled; i++)
    items[i - 1].info.ai_next = &items[i].info;
  return filled;
}

int stubdns__addrinfo_make(const stubdns_allocator_t *allocator,
                           const stubdns_host_address_t *addresses,
                           size_t count, const struct stubdns__ports *ports,
                           const struct addrinfo *hints,
                           const char *canonical_name,
                           struct addrinfo **result) {
  struct result *made;
  const size_t name_size = canonical_name ? strlen(canonical_name) + 1 : 0;
  const size_t items_size = count * ports->count * sizeof *made->items;
  made = allocator->allocate(allocator->data,
                             sizeof *made + items_size + name_size);
  if (!made) return UV_EAI_MEMORY;
  made->allocator = *allocator;
  const size_t filled = fill_all(made->items, addresses, count, ports, hints);
  *result = &made->items[0].info;
  if (!canonical_name) return 0;
  made->items[0].info.ai_canonname = (char *)&made->items[filled];
  memcpy(&made->items[filled], canonical_name, name_size);
  return 0;
}

void stubdns_freeaddrinfo(struct addrinfo *list) {
  if (!list) return;
  struct result *const result =
      (struct result *)(void *)((char *)list - offsetof(struct result, items));
  const stubdns_allocator_t allocator = result->allocator;
  allocator.release(allocator.data, result);
}
