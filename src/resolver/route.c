/* Which path a query goes on.
 *
 * While few queries are in flight each has a path with a port of its own, RFC
 * 5452 section 9.2.  Beyond that, or from the first on where one wants it so,
 * queries share paths: a run of them goes on one, since they can be sent
 * together, then on another at random.  A shared path is left to end after a
 * while, after many queries, or when somebody seems to guess at it.
 *
 * An ID is used once on a path, ever: no late reply meets a newer query.  The
 * port of a path that has ended may come again, as the kernel draws it: with
 * the same ID too in one of 2^30 cases, and then a reply must still be to the
 * same question. */
#include "resolver/state.h"

#include <string.h>

#define ID_COUNT 65536u

/* Half of the IDs there are: one that is new is found in two draws, and is one
 * of 32768 at least. */
#define QUERIES_MAX (ID_COUNT / 2)

#define SPAN_US                                                                \
  30000000u          /* then a path that is shared gives way to another        \
                      */
#define STRAYS_MAX 8 /* datagrams by which one may know that it is found */

/* Queries in a row on one path: as many can be sent at once. */
#define RUN 32

/* Draws for an ID: that each meets a used one has a chance of 2^-32. */
#define DRAWS_MAX 32

struct stubdns__route *stubdns__route_of(struct stubdns__path *path) {
  return STUBDNS__ITEM(path, struct stubdns__route, path);
}

void stubdns__route_release(struct stubdns__core *core,
                            struct stubdns__route *route) {
  stubdns__list_remove(&route->link);
  stubdns__server_let_go(core, route->server);
  stubdns__release(core, route->used_ids);
  stubdns__release(core, route);
}

static void enter_pool(struct stubdns__core *core, struct stubdns__pool *pool,
                       struct stubdns__route *route) {
  route->pool = pool;
  stubdns__list_append(&pool->routes, &route->pool_link);
  pool->count++;
  core->path_count++;
}

static void leave_pool(struct stubdns__core *core,
                       struct stubdns__route *route) {
  struct stubdns__pool *const pool = route->pool;
  stubdns__list_remove(&route->pool_link);
  route->pool = NULL;
  pool->count--;
  core->path_count--;
  for (unsigned i = 0; i < STUBDNS__RUNS; i++)
    if (pool->runs[i].route == route)
      pool->runs[i] = (struct stubdns__run){NULL, 0};
}

struct stubdns__route *stubdns__route_make(struct stubdns__core *core,
                                           struct stubdns__server *server,
                                           enum stubdns__protocol protocol) {
  struct stubdns__route *const route = stubdns__allocate(core, sizeof *route);
  if (!route) return NULL;
  memset(route, 0, sizeof *route);
  route->path.address = server->address;
  route->path.protocol = protocol;
  route->server = server;
  stubdns__server_hold(core, server);
  route->number = ++core->last_number;
  route->begin_us = core->now_us;
  route->state = STUBDNS__PATH_NEW;
  stubdns__link_init(&route->link);
  stubdns__link_init(&route->pool_link);
  stubdns__link_init(&route->flights);
  stubdns__list_append(&core->opens, &route->link);
  return route;
}

struct stubdns__route *stubdns__route_create(struct stubdns__core *core,
                                             struct stubdns__server *server) {
  struct stubdns__route *const route =
      stubdns__route_make(core, server, STUBDNS__UDP);
  if (route) enter_pool(core, stubdns__pool_of(server), route);
  return route;
}

/* Whether a path without a query may have some soon. */
static int is_spare(const struct stubdns__core *core,
                    const struct stubdns__route *route) {
  return route->pool && core->shares_paths && !core->is_closing &&
         core->path_count <= core->paths_max;
}

static int is_tcp(const struct stubdns__route *route) {
  return route->path.protocol == STUBDNS__TCP;
}

/* A path is closed, or forgotten where it was never opened. */
static void end(struct stubdns__core *core, struct stubdns__route *route) {
  if (route->state == STUBDNS__PATH_NEW) {
    stubdns__route_release(core, route);
    return;
  }
  route->state = STUBDNS__PATH_CLOSING;
  stubdns__list_append(&core->closes, &route->link);
}

static void end_connection_if_idle(struct stubdns__core *core,
                                   struct stubdns__route *route) {
  if (route->flight_count > 0) return;
  if (stubdns__connection_is_kept(core, route)) {
    stubdns__connection_rest(core, route);
    return;
  }
  stubdns__connection_forget(route);
  end(core, route);
}

/* A path that nothing travels on ends. */
static void end_if_idle(struct stubdns__core *core,
                        struct stubdns__route *route) {
  if (is_tcp(route)) {
    end_connection_if_idle(core, route);
    return;
  }
  if (route->flight_count > 0 || is_spare(core, route)) return;
  if (route->pool)
    leave_pool(core, route);
  else
    core->retired_count--;
  end(core, route);
}

static void retire_connection(struct stubdns__core *core,
                              struct stubdns__route *route) {
  stubdns__connection_forget(route);
  end_connection_if_idle(core, route);
}

void stubdns__route_retire(struct stubdns__core *core,
                           struct stubdns__route *route) {
  if (is_tcp(route)) {
    retire_connection(core, route);
    return;
  }
  if (!route->pool) return;
  leave_pool(core, route);
  core->retired_count++;
  end_if_idle(core, route);
}

static void retire_all(struct stubdns__core *core, struct stubdns__link *list) {
  struct stubdns__link *next;
  for (struct stubdns__link *link = list->next; link != list; link = next) {
    struct stubdns__route *const route =
        STUBDNS__ITEM(link, struct stubdns__route, link);
    next = link->next;
    stubdns__route_retire(core, route);
  }
}

void stubdns__routes_retire(struct stubdns__core *core) {
  retire_all(core, &core->opens);
  retire_all(core, &core->paths);
  stubdns__connections_close_idle(core, UINT64_MAX);
}

/* Strangers can bring a path to its end early, but not so that paths are used
 * up: those that are ending are as many as those in use at most. */
static int is_worn(const struct stubdns__core *core,
                   const struct stubdns__route *route) {
  if (route->query_count >= QUERIES_MAX) return 1;
  return core->retired_count < core->paths_max &&
         (route->stray_count >= STRAYS_MAX ||
          core->now_us - route->begin_us >= SPAN_US);
}

static int wants_fresh(const struct stubdns__core *core,
                       const struct stubdns__pool *pool,
                       const struct stubdns__run *run) {
  if (pool->count == 0) return 1;
  if (core->path_count >= core->paths_max) return 0;
  if (core->now_us < core->crowded_until_us) return 0;
  return !core->shares_paths || run->left == 0;
}

static struct stubdns__route *any_of(const struct stubdns__pool *pool,
                                     uint16_t random) {
  struct stubdns__link *link = pool->routes.next;
  for (uint32_t steps = random % pool->count; steps > 0; steps--)
    link = link->next;
  return STUBDNS__ITEM(link, struct stubdns__route, pool_link);
}

/* A path that others are on, or NULL where all are worn. */
static struct stubdns__route *share(struct stubdns__core *core,
                                    struct stubdns__pool *pool,
                                    struct stubdns__run *run, uint16_t random) {
  while (pool->count > 0) {
    if (run->left == 0) *run = (struct stubdns__run){any_of(pool, random), RUN};
    struct stubdns__route *const route = run->route;
    if (!is_worn(core, route)) {
      run->left--;
      return route;
    }
    stubdns__route_retire(core, route);
  }
  return NULL;
}

struct stubdns__route *
stubdns__route_choose(struct stubdns__core *core,
                      const struct stubdns__flight *flight, uint16_t random) {
  struct stubdns__server *const server = stubdns__server_asked(flight);
  struct stubdns__pool *const pool = stubdns__pool_of(server);
  struct stubdns__run *const run =
      &pool->runs[flight->request->name_length % STUBDNS__RUNS];
  struct stubdns__route *route = NULL;
  if (!wants_fresh(core, pool, run)) route = share(core, pool, run, random);
  if (route) return route;
  route = stubdns__route_create(core, server);
  if (route && core->shares_paths) *run = (struct stubdns__run){route, RUN - 1};
  return route;
}

static uint64_t key_of(const struct stubdns__route *route, uint16_t id) {
  return route->number * ID_COUNT | id;
}

static void mark_used(struct stubdns__route *route, uint16_t id) {
  route->used_ids[id / 8] |= (uint8_t)(1u << id % 8);
}

int stubdns__route_has_used(const struct stubdns__route *route, uint16_t id) {
  if (route->query_count == 0) return 0;
  if (!route->used_ids) return id == route->first_id;
  return route->used_ids[id / 8] >> id % 8 & 1;
}

/* The ID that was drawn, or another where that was used, RFC 5452 section 9.2.
 */
static int find_id(struct stubdns__core *core,
                   const struct stubdns__route *route, uint16_t *id) {
  for (unsigned i = 0; stubdns__route_has_used(route, *id); i++) {
    uint8_t random[2];
    if (i == DRAWS_MAX ||
        core->hooks.random(core->hooks.data, random, sizeof random))
      return STUBDNS_ERANDOM;
    *id = (uint16_t)(random[0] << 8 | random[1]);
  }
  return 0;
}

/* One ID is remembered as it is; for more there is a bit each. */
static int prepare_for_more(struct stubdns__core *core,
                            struct stubdns__route *route) {
  if (route->query_count == 0 || route->used_ids) return 0;
  route->used_ids = stubdns__allocate(core, ID_COUNT / 8);
  if (!route->used_ids) return STUBDNS_ENOMEM;
  memset(route->used_ids, 0, ID_COUNT / 8);
  mark_used(route, route->first_id);
  return 0;
}

static int take_id(struct stubdns__core *core, struct stubdns__route *route,
                   struct stubdns__flight *flight) {
  uint16_t *const id = &flight->attempt.id;
  int error = find_id(core, route, id);
  if (!error) error = prepare_for_more(core, route);
  if (!error)
    error = stubdns__id_table_add(&core->flights, key_of(route, *id), flight);
  if (error) return error;
  if (route->query_count == 0)
    route->first_id = *id;
  else
    mark_used(route, *id);
  route->query_count++;
  return 0;
}

int stubdns__route_join(struct stubdns__core *core,
                        struct stubdns__route *route,
                        struct stubdns__flight *flight) {
  const int error = take_id(core, route, flight);
  if (error) {
    end_if_idle(core, route);
    return error;
  }
  if (is_tcp(route)) stubdns__connection_wake(core, route);
  flight->route = route;
  route->flight_count++;
  stubdns__list_append(route->state == STUBDNS__PATH_OPEN ? &core->sends
                                                          : &route->flights,
                       &flight->link);
  return 0;
}

void stubdns__route_leave(struct stubdns__core *core,
                          struct stubdns__flight *flight) {
  struct stubdns__route *const route = flight->route;
  if (!route) return;
  stubdns__id_table_remove(&core->flights, key_of(route, flight->attempt.id));
  stubdns__list_remove(&flight->link);
  flight->route = NULL;
  route->flight_count--;
  end_if_idle(core, route);
}

struct stubdns__flight *stubdns__route_find(const struct stubdns__core *core,
                                            const struct stubdns__route *route,
                                            uint16_t id) {
  return stubdns__id_table_find(&core->flights, key_of(route, id));
}

void stubdns__route_note_stray(struct stubdns__route *route) {
  if (route->stray_count < STRAYS_MAX) route->stray_count++;
}
