/* Addresses being collected, and put in order. */
#include "uv/address_set.h"

#include "resolver/address_order.h"
#include "uv/transport.h"

#include <string.h>

#define FIRST_SIZE 8 /* enough for most hosts */

void stubdns__address_set_release(struct stubdns__transport *transport,
                                  struct stubdns__address_set *set) {
  stubdns__transport_release(transport, set->addresses);
  memset(set, 0, sizeof *set);
}

static int grow(struct stubdns__transport *transport,
                struct stubdns__address_set *set) {
  const size_t size = set->size ? 2 * set->size : FIRST_SIZE;
  stubdns_host_address_t *const addresses =
      stubdns__transport_allocate(transport, size * sizeof *addresses);
  if (!addresses) return STUBDNS_ENOMEM;
  if (set->count)
    memcpy(addresses, set->addresses, set->count * sizeof *addresses);
  stubdns__transport_release(transport, set->addresses);
  set->addresses = addresses;
  set->size = size;
  return 0;
}

int stubdns__address_set_add(struct stubdns__transport *transport,
                             struct stubdns__address_set *set,
                             const stubdns_address_t *address, uint32_t ttl_s) {
  if (set->count == set->size) {
    const int error = grow(transport, set);
    if (error) return error;
  }
  stubdns_host_address_t *const added = &set->addresses[set->count++];
  added->address = *address;
  added->ttl_s = ttl_s;
  return 0;
}

/* IPv6 alone has scopes. */
static int is_link_local(const stubdns_address_t *address) {
  return address->length == 16 && address->octets[0] == 0xfe &&
         (address->octets[1] & 0xc0) == 0x80;
}

int stubdns__address_set_add_chain(struct stubdns__transport *transport,
                                   struct stubdns__address_set *set,
                                   const stubdns_chain_t *chain, uint16_t port,
                                   uint32_t scope_id) {
  stubdns_address_t address;
  stubdns_record_t record;
  stubdns_records_t records =
      stubdns_message_records(chain->message, STUBDNS_SECTION_ANSWER);
  memset(&address, 0, sizeof address);
  address.length = chain->type == STUBDNS_TYPE_A ? 4 : 16;
  address.port = port;
  while (stubdns_chain_next(chain, &records, &record)) {
    if (record.rdata_length != address.length) continue; /* of another class */
    memcpy(address.octets, record.octets + record.rdata_offset, address.length);
    address.scope_id = is_link_local(&address) ? scope_id : 0;
    const int error =
        stubdns__address_set_add(transport, set, &address, chain->ttl_s);
    if (error) return error;
  }
  return 0;
}

/* A network that is not the system's has no sources to be found. */
static void find_sources(struct stubdns__transport *transport,
                         struct stubdns__destination *destinations,
                         size_t count) {
  if (transport->network.wait) return;
  stubdns__interfaces_read(&transport->interfaces, stubdns__now_us());
  stubdns__interfaces_find_sources(&transport->interfaces, destinations, count);
}

/* `destinations` has room for two of each address, and a copy of it. */
static void order(struct stubdns__transport *transport,
                  const struct stubdns__address_policy *policy,
                  stubdns_host_address_t *addresses, size_t count,
                  struct stubdns__destination *destinations) {
  stubdns_host_address_t *const scratch =
      (stubdns_host_address_t *)(void *)(destinations + 2 * count);
  memcpy(scratch, addresses, count * sizeof *scratch);
  memset(destinations, 0, count * sizeof *destinations);
  for (size_t i = 0; i < count; i++) {
    destinations[i].address = addresses[i].address;
    destinations[i].index = (uint32_t)i;
  }
  find_sources(transport, destinations, count);
  stubdns__address_order(policy, destinations, destinations + count, count);
  for (size_t i = 0; i < count; i++)
    addresses[i] = scratch[destinations[i].index];
}

int stubdns__address_set_order(struct stubdns__transport *transport,
                               struct stubdns__address_set *set, size_t first) {
  const size_t count = set->count - first;
  const struct stubdns__address_policy *policy;
  struct stubdns__destination *destinations;
  if (count < 2) return 0;
  const int error = stubdns__system_policy(transport, &policy);
  if (error) return error;
  destinations = stubdns__transport_allocate(
      transport, count * (2 * sizeof *destinations + sizeof *set->addresses));
  if (!destinations) return STUBDNS_ENOMEM;
  order(transport, policy, set->addresses + first, count, destinations);
  stubdns__transport_release(transport, destinations);
  return 0;
}
