/* The servers.  Each address is known once, however many lists it is in, so
 * that what is learned of it serves every lookup.  A list does not change: a
 * lookup asks the servers that there were when it began.  Servers that nobody
 * holds any more are kept for a while, the longest unused going first. */
#include "exchange/siphash.h"
#include "resolver/server_address.h"
#include "resolver/special.h"
#include "resolver/state.h"

#include <string.h>

/* Servers that nobody holds: lookups may name servers of their own. */
#define IDLE_MAX 64

static struct stubdns__held_server *held(struct stubdns__server *server) {
  return STUBDNS__ITEM(server, struct stubdns__held_server, server);
}

static uint64_t hash_of(const struct stubdns__core *core,
                        const stubdns_address_t *address) {
  uint8_t key[sizeof address->octets + sizeof address->port] = {0};
  memcpy(key, address->octets, address->length);
  memcpy(key + sizeof address->octets, &address->port, sizeof address->port);
  return stubdns__siphash(&core->hash_key, key, sizeof key);
}

static struct stubdns__held_server *find(const struct stubdns__core *core,
                                         const stubdns_address_t *address,
                                         uint64_t hash) {
  struct stubdns__entry *entry = stubdns__table_find(&core->servers, hash);
  for (; entry; entry = stubdns__table_find_next(entry)) {
    struct stubdns__held_server *const found =
        STUBDNS__ITEM(entry, struct stubdns__held_server, entry);
    if (stubdns_address_equal(&found->server.address, address)) return found;
  }
  return NULL;
}

static void become_idle(struct stubdns__core *core,
                        struct stubdns__held_server *server) {
  stubdns__list_append(&core->idle_servers, &server->link);
  core->idle_count++;
}

static struct stubdns__held_server *make(struct stubdns__core *core,
                                         const stubdns_address_t *address,
                                         uint64_t hash) {
  struct stubdns__held_server *const made =
      stubdns__allocate(core, sizeof *made);
  if (!made) return NULL;
  memset(made, 0, sizeof *made);
  made->server.address = *address;
  stubdns__cookie_make(&core->cookie_secret, address, &made->server.cookie);
  stubdns__table_add(&core->servers, &made->entry, hash);
  stubdns__link_init(&made->link);
  stubdns__link_init(&made->pool.routes);
  become_idle(core, made);
  return made;
}

static void forget(struct stubdns__core *core,
                   struct stubdns__held_server *server) {
  stubdns__list_remove(&server->link);
  stubdns__table_remove(&core->servers, &server->entry);
  stubdns__release(core, server);
  core->idle_count--;
}

static void forget_idle(struct stubdns__core *core, size_t max) {
  while (core->idle_count > max)
    forget(core, STUBDNS__ITEM(stubdns__list_first(&core->idle_servers),
                               struct stubdns__held_server, link));
}

void stubdns__server_hold(struct stubdns__core *core,
                          struct stubdns__server *server) {
  if (held(server)->holder_count++ > 0) return;
  stubdns__list_remove(&held(server)->link);
  core->idle_count--;
}

void stubdns__server_let_go(struct stubdns__core *core,
                            struct stubdns__server *server) {
  if (--held(server)->holder_count > 0) return;
  become_idle(core, held(server));
  forget_idle(core, IDLE_MAX);
}

static int append(struct stubdns__core *core, struct stubdns__server_list *list,
                  const stubdns_address_t *named) {
  stubdns_address_t address;
  const int error = stubdns__server_address(named, &address);
  if (error) return error;
  const uint64_t hash = hash_of(core, &address);
  struct stubdns__held_server *server = find(core, &address, hash);
  if (!server) server = make(core, &address, hash);
  if (!server) return STUBDNS_ENOMEM;
  stubdns__server_hold(core, &server->server);
  list->servers[list->count++] = &server->server;
  return 0;
}

int stubdns__server_list_make(struct stubdns__core *core,
                              const stubdns_address_t *addresses, size_t count,
                              struct stubdns__server_list **made) {
  int error = 0;
  if (count > STUBDNS_SERVERS_MAX) return STUBDNS_EINVALID;
  struct stubdns__server_list *const list = stubdns__allocate(
      core, sizeof *list + count * sizeof(struct stubdns__server *));
  if (!list) return STUBDNS_ENOMEM;
  list->holder_count = 1;
  list->count = 0;
  for (size_t i = 0; !error && i < count; i++)
    error = append(core, list, &addresses[i]);
  if (error)
    stubdns__server_list_let_go(core, list);
  else
    *made = list;
  return error;
}

void stubdns__server_list_let_go(struct stubdns__core *core,
                                 struct stubdns__server_list *list) {
  if (!list || --list->holder_count > 0) return;
  for (size_t i = 0; i < list->count; i++)
    stubdns__server_let_go(core, list->servers[i]);
  stubdns__release(core, list);
}

int stubdns__server_list_is_same(const struct stubdns__server_list *a,
                                 const struct stubdns__server_list *b) {
  return a == b ||
         (a->count == b->count &&
          memcmp(a->servers, b->servers, a->count * sizeof a->servers[0]) == 0);
}

/* Copies the addresses of a list from `begin` on; returns their number. */
static size_t copy(const struct stubdns__server_list *list, size_t begin,
                   stubdns_address_t *addresses) {
  size_t count = 0;
  for (size_t i = begin; i < list->count; i++)
    addresses[count++] = list->servers[i]->address;
  return count;
}

static int replace(struct stubdns__core *core,
                   struct stubdns__server_list **list,
                   const stubdns_address_t *addresses, size_t count) {
  struct stubdns__server_list *made;
  const int error = stubdns__server_list_make(core, addresses, count, &made);
  if (error) return error;
  stubdns__server_list_let_go(core, *list);
  *list = made;
  return 0;
}

static int add(struct stubdns__core *core, struct stubdns__server_list **list,
               const stubdns_address_t *address) {
  stubdns_address_t addresses[STUBDNS_SERVERS_MAX + 1];
  const size_t count = copy(*list, 0, addresses);
  addresses[count] = *address;
  return replace(core, list, addresses, count + 1);
}

int stubdns__core_add_server(struct stubdns__core *core,
                             const stubdns_address_t *address) {
  return add(core, &core->default_servers, address);
}

/* What others said is no answer of those who are asked now. */
static void forget_answers(struct stubdns__core *core) {
  if (core->cache.buckets) stubdns__cache_forget(&core->cache);
}

int stubdns__core_replace_servers(struct stubdns__core *core,
                                  size_t first_count,
                                  const stubdns_address_t *addresses,
                                  size_t count) {
  stubdns_address_t all[STUBDNS_SERVERS_MAX];
  const size_t kept_count = core->default_servers->count - first_count;
  if (count > STUBDNS_SERVERS_MAX - kept_count) return STUBDNS_EINVALID;
  memcpy(all, addresses, count * sizeof all[0]);
  copy(core->default_servers, first_count, all + count);
  const int error =
      replace(core, &core->default_servers, all, count + kept_count);
  if (!error) forget_answers(core);
  return error;
}

size_t stubdns__core_server_count(const struct stubdns__core *core) {
  return core->default_servers->count;
}

static struct stubdns__domain *find_domain(const struct stubdns__core *core,
                                           const stubdns_name_t *name) {
  const struct stubdns__link *const head = &core->domains;
  for (struct stubdns__link *link = head->next; link != head;
       link = link->next) {
    struct stubdns__domain *const domain =
        STUBDNS__ITEM(link, struct stubdns__domain, link);
    if (stubdns_name_equal(&domain->name, name)) return domain;
  }
  return NULL;
}

static int add_domain(struct stubdns__core *core, const stubdns_name_t *name,
                      const stubdns_address_t *address) {
  struct stubdns__domain *const made = stubdns__allocate(core, sizeof *made);
  if (!made) return STUBDNS_ENOMEM;
  const int error = stubdns__server_list_make(core, address, 1, &made->servers);
  if (error) {
    stubdns__release(core, made);
    return error;
  }
  made->name = *name;
  stubdns__link_init(&made->link);
  stubdns__list_append(&core->domains, &made->link);
  return 0;
}

int stubdns__core_add_domain_server(struct stubdns__core *core,
                                    const stubdns_name_t *domain,
                                    const stubdns_address_t *address) {
  struct stubdns__domain *const there = find_domain(core, domain);
  const int error = there ? add(core, &there->servers, address)
                          : add_domain(core, domain, address);
  if (!error) forget_answers(core);
  return error;
}

/* The longest domain that the name is in, or NULL. */
static const struct stubdns__domain *domain_of(const struct stubdns__core *core,
                                               const stubdns_name_t *name) {
  const struct stubdns__link *const head = &core->domains;
  const struct stubdns__domain *best = NULL;
  for (struct stubdns__link *link = head->next; link != head;
       link = link->next) {
    const struct stubdns__domain *const domain =
        STUBDNS__ITEM(link, struct stubdns__domain, link);
    if (stubdns_name_is_below(name, &domain->name) &&
        (!best || domain->name.length > best->name.length))
      best = domain;
  }
  return best;
}

struct stubdns__server_list *
stubdns__servers_of(const struct stubdns__core *core,
                    const stubdns_name_t *name) {
  const struct stubdns__domain *const domain = domain_of(core, name);
  return domain ? domain->servers : core->default_servers;
}

int stubdns__core_asks_special(const struct stubdns__core *core,
                               const stubdns_name_t *name) {
  const struct stubdns__domain *const domain = domain_of(core, name);
  return domain && stubdns__special_is(&domain->name);
}

int stubdns__servers_init(struct stubdns__core *core) {
  stubdns__link_init(&core->domains);
  stubdns__link_init(&core->idle_servers);
  stubdns__table_init(&core->servers, &core->hooks);
  return stubdns__server_list_make(core, NULL, 0, &core->default_servers);
}

static void renew_cookies(struct stubdns__core *core,
                          const struct stubdns__server_list *list) {
  for (size_t i = 0; i < list->count; i++)
    stubdns__cookie_make(&core->cookie_secret, &list->servers[i]->address,
                         &list->servers[i]->cookie);
}

void stubdns__servers_renew_cookies(struct stubdns__core *core) {
  struct stubdns__link *const head = &core->domains;
  renew_cookies(core, core->default_servers);
  for (struct stubdns__link *link = head->next; link != head; link = link->next)
    renew_cookies(core,
                  STUBDNS__ITEM(link, struct stubdns__domain, link)->servers);
}

void stubdns__servers_clear(struct stubdns__core *core) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&core->domains)) != NULL) {
    struct stubdns__domain *const domain =
        STUBDNS__ITEM(link, struct stubdns__domain, link);
    stubdns__list_remove(link);
    stubdns__server_list_let_go(core, domain->servers);
    stubdns__release(core, domain);
  }
  stubdns__server_list_let_go(core, core->default_servers);
  forget_idle(core, 0);
  stubdns__table_clear(&core->servers);
}
