/* Lines and names are cut off large blocks of memory, which are given back all
 * at once.  Of the lines with one address, and of the places of one name, the
 * first stands in a hash table and leads to the others. */
#include "resolver/hosts.h"

#include "exchange/siphash.h"
#include "resolver/list.h"
#include "wire/name.h"

#include <stdalign.h>
#include <string.h>

#define BLOCK_SIZE 16384 /* room for 100 lines */

/* What an address is found by: its octets and its scope. */
#define ADDRESS_KEY_MAX (16 + sizeof(uint32_t))

struct block {
  struct block *next;
  size_t used;
  alignas(max_align_t) unsigned char octets[BLOCK_SIZE];
};

struct stubdns__hosts {
  struct stubdns__hooks hooks;
  struct stubdns__siphash_key key;
  struct stubdns__table names;
  struct stubdns__table addresses;
  struct block *blocks;
  struct stubdns__host *newest;          /* the line added last */
  const struct stubdns__host_name **end; /* of the names on it */
};

int stubdns__hosts_create(const struct stubdns__hooks *hooks,
                          struct stubdns__hosts **hosts) {
  struct stubdns__hosts *made = hooks->allocate(hooks->data, sizeof *made);
  if (!made) return STUBDNS_ENOMEM;
  memset(made, 0, sizeof *made);
  made->hooks = *hooks;
  stubdns__table_init(&made->names, &made->hooks);
  stubdns__table_init(&made->addresses, &made->hooks);
  if (hooks->random(hooks->data, made->key.octets, sizeof made->key.octets)) {
    hooks->release(hooks->data, made);
    return STUBDNS_ERANDOM;
  }
  *hosts = made;
  return 0;
}

void stubdns__hosts_destroy(struct stubdns__hosts *hosts) {
  if (!hosts) return;
  const struct stubdns__hooks hooks = hosts->hooks;
  for (struct block *block = hosts->blocks, *next; block; block = next) {
    next = block->next;
    hooks.release(hooks.data, block);
  }
  stubdns__table_clear(&hosts->names);
  stubdns__table_clear(&hosts->addresses);
  hooks.release(hooks.data, hosts);
}

/* Takes `size` octets, which fit into a block, or returns NULL. */
static void *take(struct stubdns__hosts *hosts, size_t size) {
  const size_t alignment = alignof(max_align_t);
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  struct block *block = hosts->blocks;
  if (!block || sizeof block->octets - block->used < rounded) {
    block = hosts->hooks.allocate(hosts->hooks.data, sizeof *block);
    if (!block) return NULL;
    block->next = hosts->blocks;
    block->used = 0;
    hosts->blocks = block;
  }
  void *const taken = block->octets + block->used;
  block->used += rounded;
  return memset(taken, 0, size);
}

static uint64_t hash_of_name(const struct stubdns__hosts *hosts,
                             const stubdns_name_t *name) {
  uint8_t folded[STUBDNS_NAME_MAX];
  for (size_t i = 0; i < name->length; i++)
    folded[i] = stubdns__fold(name->octets[i]);
  return stubdns__siphash(&hosts->key, folded, name->length);
}

static struct stubdns__host_name *find_name(const struct stubdns__hosts *hosts,
                                            const stubdns_name_t *name,
                                            uint64_t hash) {
  struct stubdns__entry *entry = stubdns__table_find(&hosts->names, hash);
  for (; entry; entry = stubdns__table_find_next(entry)) {
    struct stubdns__host_name *const found =
        STUBDNS__ITEM(entry, struct stubdns__host_name, entry);
    if (found->length == name->length &&
        stubdns__octets_equal_folded(found->octets, name->octets, name->length))
      return found;
  }
  return NULL;
}

static uint64_t hash_of_address(const struct stubdns__hosts *hosts,
                                const stubdns_address_t *address) {
  uint8_t key[ADDRESS_KEY_MAX];
  memcpy(key, address->octets, address->length);
  memcpy(key + address->length, &address->scope_id, sizeof address->scope_id);
  return stubdns__siphash(&hosts->key, key,
                          address->length + sizeof address->scope_id);
}

static int is_same_address(const stubdns_address_t *a,
                           const stubdns_address_t *b) {
  return a->length == b->length && a->scope_id == b->scope_id &&
         memcmp(a->octets, b->octets, a->length) == 0;
}

static struct stubdns__host *find_address(const struct stubdns__hosts *hosts,
                                          const stubdns_address_t *address,
                                          uint64_t hash) {
  struct stubdns__entry *entry = stubdns__table_find(&hosts->addresses, hash);
  for (; entry; entry = stubdns__table_find_next(entry)) {
    struct stubdns__host *const found =
        STUBDNS__ITEM(entry, struct stubdns__host, entry);
    if (is_same_address(&found->address, address)) return found;
  }
  return NULL;
}

/* Puts the name behind its earlier places, or into the table. */
static void index_name(struct stubdns__hosts *hosts,
                       struct stubdns__host_name *added,
                       struct stubdns__host_name *first, uint64_t hash) {
  if (first) {
    first->last->same = added;
    first->last = added;
  } else {
    added->last = added;
    stubdns__table_add(&hosts->names, &added->entry, hash);
  }
}

static struct stubdns__host_name *make_name(struct stubdns__hosts *hosts,
                                            const stubdns_name_t *name) {
  struct stubdns__host_name *const made =
      take(hosts, sizeof *made + name->length);
  if (!made) return NULL;
  made->length = name->length;
  memcpy(made->octets, name->octets, name->length);
  return made;
}

int stubdns__hosts_add_alias(struct stubdns__hosts *hosts,
                             const stubdns_name_t *name) {
  struct stubdns__host *const host = hosts->newest;
  const uint64_t hash = hash_of_name(hosts, name);
  struct stubdns__host_name *const first = find_name(hosts, name, hash);
  if (first && first->last->host == host) return 0;
  struct stubdns__host_name *const added = make_name(hosts, name);
  if (!added) return STUBDNS_ENOMEM;
  added->host = host;
  *hosts->end = added;
  hosts->end = &added->next;
  index_name(hosts, added, first, hash);
  return 0;
}

static void index_host(struct stubdns__hosts *hosts,
                       struct stubdns__host *added) {
  const uint64_t hash = hash_of_address(hosts, &added->address);
  struct stubdns__host *const first =
      find_address(hosts, &added->address, hash);
  if (first) {
    first->last->same = added;
    first->last = added;
  } else {
    added->last = added;
    stubdns__table_add(&hosts->addresses, &added->entry, hash);
  }
}

int stubdns__hosts_add_line(struct stubdns__hosts *hosts,
                            const stubdns_address_t *address,
                            const stubdns_name_t *name) {
  struct stubdns__host *const host = take(hosts, sizeof *host);
  if (!host) return STUBDNS_ENOMEM;
  host->address = *address;
  hosts->newest = host;
  hosts->end = &host->names;
  const int error = stubdns__hosts_add_alias(hosts, name);
  if (!error) index_host(hosts, host);
  return error;
}

const struct stubdns__host_name *
stubdns__hosts_find_name(const struct stubdns__hosts *hosts,
                         const stubdns_name_t *name) {
  return hosts ? find_name(hosts, name, hash_of_name(hosts, name)) : NULL;
}

const struct stubdns__host *
stubdns__hosts_find_address(const struct stubdns__hosts *hosts,
                            const stubdns_address_t *address) {
  return hosts ? find_address(hosts, address, hash_of_address(hosts, address))
               : NULL;
}

void stubdns__host_name_get(const struct stubdns__host_name *host_name,
                            stubdns_name_t *name) {
  name->length = host_name->length;
  memcpy(name->octets, host_name->octets, host_name->length);
}
