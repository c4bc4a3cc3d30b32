/* A world from its seed to its end: events in their order, actions performed,
 * promises checked. */
#include "simulator.h"

#include "resolver/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_STEPS_MAX 100000 /* events of one moment are far fewer */

struct tally tally;

uint64_t draw(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 0x2545f4914f6cdd1du >> 8;
}

uint32_t draw_below(uint64_t *state, uint32_t limit) {
  return limit ? (uint32_t)(draw(state) % limit) : 0;
}

int draw_chance(uint64_t *state, uint32_t permille) {
  return permille && draw_below(state, 1000) < permille;
}

void broken(const struct world *world, const char *promise) {
  fprintf(stderr,
          "broken at %" PRIu64 " us: %s\nrepeat with: simulate --seed %" PRIu64
          "\n",
          world->now_us, promise, world->seed);
  abort();
}

static int is_earlier(const struct event *a, const struct event *b) {
  return a->time_us != b->time_us ? a->time_us < b->time_us
                                  : a->order < b->order;
}

void world_add_event(struct world *world, uint64_t delay_us,
                     struct event event) {
  if (world->event_count == world->event_size) {
    world->event_size = world->event_size ? 2 * world->event_size : 64;
    world->events =
        realloc(world->events, world->event_size * sizeof *world->events);
    if (!world->events) abort();
  }
  event.time_us = world->now_us + delay_us;
  event.order = world->event_order++;
  uint32_t hole = world->event_count++;
  while (hole && is_earlier(&event, &world->events[(hole - 1) / 2])) {
    world->events[hole] = world->events[(hole - 1) / 2];
    hole = (hole - 1) / 2;
  }
  world->events[hole] = event;
}

int world_take_event(struct world *world, struct event *event) {
  if (world->event_count == 0) return 0;
  *event = world->events[0];
  const struct event last = world->events[--world->event_count];
  uint32_t hole = 0;
  for (;;) {
    uint32_t child = 2 * hole + 1;
    if (child >= world->event_count) break;
    if (child + 1 < world->event_count &&
        is_earlier(&world->events[child + 1], &world->events[child]))
      child++;
    if (!is_earlier(&world->events[child], &last)) break;
    world->events[hole] = world->events[child];
    hole = child;
  }
  world->events[hole] = last;
  return 1;
}

uint64_t world_next_time(const struct world *world) {
  return world->event_count ? world->events[0].time_us : UINT64_MAX;
}

static void *give_memory(void *data, size_t size) {
  struct world *const world = data;
  if (draw_chance(&world->random, world->no_memory_permille)) return NULL;
  world->blocks++;
  return malloc(size);
}

static void take_memory(void *data, void *memory) {
  struct world *const world = data;
  if (!memory) return;
  world->blocks--;
  free(memory);
}

static int give_random(void *data, uint8_t *octets, size_t length) {
  struct world *const world = data;
  if (draw_chance(&world->random, world->no_random_permille)) return -1;
  for (size_t i = 0; i < length; i++)
    octets[i] = (uint8_t)draw(&world->random);
  return 0;
}

static unsigned find_host(const struct world *world,
                          const stubdns_address_t *address) {
  unsigned host = 0;
  while (!stubdns_address_equal(&world->hosts[host].address, address))
    if (++host == world->host_count)
      broken(world, "paths lead to servers that were added");
  return host;
}

static void count_open(struct world *world, const struct wire *wire,
                       int change) {
  uint32_t *const count =
      wire->is_tcp ? &world->connection_count : &world->open_count;
  *count += (uint32_t)change;
}

/* A host that is down never says anything to a connection either. */
static void connect_path(struct world *world, uint32_t index) {
  const struct host *const host = &world->hosts[world->wires[index].host];
  if (!host->is_down)
    world_add_event(
        world, host->delay_us,
        (struct event){.kind = host->tcp_is_shut ? EVENT_SHUT : EVENT_OPENED,
                       .index = index});
}

/* Some sockets are connected at once, some later, some not at all. */
static void open_path(struct world *world, struct stubdns__path *path) {
  const uint32_t index = world->wire_count++;
  world->wires =
      realloc(world->wires, world->wire_count * sizeof *world->wires);
  if (!world->wires) abort();
  world->wires[index] = (struct wire){.path = path,
                                      .host = find_host(world, &path->address),
                                      .is_tcp = path->protocol == STUBDNS__TCP};
  path->transport = (void *)(uintptr_t)(index + 1);
  count_open(world, &world->wires[index], 1);
  if (draw_chance(&world->random, world->no_descriptor_permille)) {
    world->wires[index].path = NULL;
    count_open(world, &world->wires[index], -1);
    stubdns__core_on_path_error(world->core, path,
                                STUBDNS__TROUBLE_NO_DESCRIPTORS, world->now_us);
  } else if (world->wires[index].is_tcp) {
    connect_path(world, index);
  } else if (draw_chance(&world->random, 100)) {
    world_add_event(world, 10,
                    (struct event){.kind = EVENT_OPENED, .index = index});
  } else {
    world->wires[index].is_open = 1;
    stubdns__core_on_path_open(world->core, path, 1024, world->now_us);
  }
}

static struct wire *wire_of(const struct world *world,
                            const struct stubdns__path *path) {
  const uintptr_t number = (uintptr_t)path->transport;
  if (number == 0 || number > world->wire_count ||
      world->wires[number - 1].path != path)
    broken(world, "a path is opened before it is used, and not used closed");
  return &world->wires[number - 1];
}

static void note_id(const struct world *world, struct wire *wire, uint16_t id) {
  const uint32_t count =
      wire->sent_count < IDS_MAX ? wire->sent_count : IDS_MAX;
  for (uint32_t i = 0; i < count; i++)
    if (wire->ids[i] == id) broken(world, "an ID is used once on a path");
  wire->ids[wire->sent_count++ % IDS_MAX] = id;
}

static void send_query(struct world *world,
                       const struct stubdns__action *action) {
  struct wire *const wire = wire_of(world, action->path);
  if (!wire->is_open) broken(world, "nothing is sent before a path is open");
  if (action->length < 12) broken(world, "a query has a header");
  note_id(world, wire, (uint16_t)(action->octets[0] << 8 | action->octets[1]));
  link_send_query(world, (uint32_t)(wire - world->wires), action->octets,
                  action->length);
}

static void close_path(struct world *world, struct stubdns__path *path) {
  struct wire *const wire = wire_of(world, path);
  wire->path = NULL;
  count_open(world, wire, -1);
}

static void perform(struct world *world, const struct stubdns__action *action) {
  switch (action->kind) {
  case STUBDNS__OPEN:
    open_path(world, action->path);
    break;
  case STUBDNS__SEND:
    send_query(world, action);
    break;
  case STUBDNS__CLOSE:
    close_path(world, action->path);
    break;
  case STUBDNS__COMPLETE:
    users_complete(world, action);
    break;
  }
}

/* Each server has a path at least, and as many as take queries may be ending.
 */
static void check_paths(const struct world *world) {
  const struct stubdns__core *const core = world->core;
  const uint32_t most = core->paths_max + world->host_count;
  if (core->path_count > most || world->open_count > most + core->paths_max)
    broken(world, "paths stay within their bound");
  if (!core->shares_paths && !world->running_count &&
      world->open_count > core->probe_count)
    broken(world, "no path is left open when no lookup is under way");
  if (world->is_closing && world->open_count)
    broken(world, "closing closes every path");
}

static void check_tables(const struct world *world) {
  const struct stubdns__core *const core = world->core;
  if (core->in_flight > core->in_flight_max)
    broken(world, "lookups in flight stay within their bound");
  if (core->flights.item_count >
      (size_t)core->in_flight *
          (core->sends_per_server + STUBDNS__TCP_ATTEMPTS) * world->host_count)
    broken(world, "the table of IDs has those of lookups in flight");
  if (core->leaders.entry_count > core->lookup_count)
    broken(world, "the table of questions has those of lookups under way");
}

/* Idle connections are kept for a while, and not longer. */
static void check_connections(struct world *world) {
  if (world->connection_count > world->host_count)
    broken(world, "there is one connection to each server");
  if (world->running_count || world->now_us <= world->slept_until_us)
    world->active_us = world->now_us;
  if (world->connection_count &&
      world->now_us - world->active_us > STUBDNS__IDLE_US)
    broken(world, "no connection is kept that is not used");
}

static void check(struct world *world) {
  const struct stubdns__cache *const cache = &world->core->cache;
  uint64_t deadline_us;
  if (cache->octets_used > cache->octets_max)
    broken(world, "the cache stays within its bound");
  if (stubdns__core_lookup_count(world->core) != world->running_count)
    broken(world, "the core counts the lookups that are under way");
  if (world->running_count &&
      !stubdns__core_deadline(world->core, &deadline_us))
    broken(world, "where a lookup is under way a deadline is armed");
  if (world->is_closing && world->running_count)
    broken(world, "closing ends every lookup at once");
  check_paths(world);
  check_tables(world);
  if (world->is_closing && world->connection_count)
    broken(world, "closing ends every connection");
  check_connections(world);
}

static void drain(struct world *world) {
  struct stubdns__action action;
  while (stubdns__core_next_action(world->core, &action))
    perform(world, &action);
  check(world);
}

/* The wire at `index`, if it is still there and connected. */
static struct stubdns__path *live_path(const struct world *world,
                                       uint32_t index) {
  const struct wire *const wire = &world->wires[index];
  return wire->path && wire->is_open ? wire->path : NULL;
}

static void on_opened(struct world *world, uint32_t index) {
  struct wire *const wire = &world->wires[index];
  if (!wire->path) return;
  wire->is_open = 1;
  stubdns__core_on_path_open(world->core, wire->path, 1024, world->now_us);
}

static void on_shut(struct world *world, uint32_t index) {
  struct wire *const wire = &world->wires[index];
  struct stubdns__path *const path = wire->path;
  if (!path) return;
  wire->path = NULL;
  count_open(world, wire, -1);
  stubdns__core_on_path_error(world->core, path, STUBDNS__TROUBLE_REFUSED,
                              world->now_us);
}

static void on_reply(struct world *world, const struct event *event) {
  struct stubdns__path *const path = live_path(world, event->index);
  if (path)
    stubdns__core_on_datagram(world->core, path, event->octets, event->length,
                              world->now_us);
}

static void on_trouble(struct world *world, const struct event *event) {
  struct stubdns__path *const path = live_path(world, event->index);
  if (path)
    stubdns__core_on_path_error(world->core, path,
                                (enum stubdns__trouble)event->trouble,
                                world->now_us);
}

static void again(struct world *world, enum event_kind kind, uint32_t gap_us) {
  if (!world->is_closing)
    world_add_event(world, 1 + draw_below(&world->random, 2 * gap_us),
                    (struct event){.kind = (uint8_t)kind});
}

static void on_start(struct world *world) {
  users_start(world);
  if (world->user_count < world->users_max)
    again(world, EVENT_START, world->start_gap_us);
}

/* The machine sleeps: time passes, and nobody calls on_time meanwhile. */
static void on_jump(struct world *world) {
  world->now_us += draw_below(&world->random, 10000000);
  world->slept_until_us = world->now_us;
  again(world, EVENT_JUMP, 100000000);
}

static void on_close(struct world *world) {
  if (world->is_closing) return;
  world->is_closing = 1;
  stubdns__core_close(world->core, world->now_us);
}

static void happen(struct world *world, const struct event *event) {
  switch (event->kind) {
  case EVENT_START:
    on_start(world);
    break;
  case EVENT_CANCEL:
    users_cancel(world, event->index);
    break;
  case EVENT_QUERY:
    host_on_query(world, event->index, event->octets, event->length);
    break;
  case EVENT_REPLY:
    on_reply(world, event);
    break;
  case EVENT_TROUBLE:
    on_trouble(world, event);
    break;
  case EVENT_OPENED:
    on_opened(world, event->index);
    break;
  case EVENT_SHUT:
    on_shut(world, event->index);
    break;
  case EVENT_FORGERY:
    forge_reply(world);
    again(world, EVENT_FORGERY, world->forgery_gap_us);
    break;
  case EVENT_CHANGE:
    host_change(world,
                &world->hosts[draw_below(&world->random, world->host_count)]);
    again(world, EVENT_CHANGE, 20000000);
    break;
  case EVENT_JUMP:
    on_jump(world);
    break;
  default:
    on_close(world);
    break;
  }
}

/* A core that asks for the same moment over and over would never end. */
static void check_progress(struct world *world, uint64_t before_us) {
  world->idle_steps = world->now_us > before_us ? 0 : world->idle_steps + 1;
  if (world->idle_steps > IDLE_STEPS_MAX) broken(world, "time goes on");
}

/* Lookups wait for descriptors too seldom for a close at random to meet one. */
static void close_while_starved(struct world *world) {
  if (!world->closes_starved || !stubdns__list_first(&world->core->starved))
    return;
  world->closes_starved = 0;
  world_add_event(world, 0, (struct event){.kind = EVENT_CLOSE});
}

/* Goes to whichever is next: an event, or the core's deadline. */
static void step(struct world *world) {
  uint64_t deadline_us;
  struct event event = {0};
  const uint64_t before_us = world->now_us;
  if (!stubdns__core_deadline(world->core, &deadline_us))
    deadline_us = UINT64_MAX;
  if (deadline_us <= world_next_time(world)) {
    if (deadline_us > world->now_us) world->now_us = deadline_us;
    stubdns__core_on_time(world->core, world->now_us);
  } else if (world_take_event(world, &event)) {
    if (event.time_us > world->now_us) world->now_us = event.time_us;
    happen(world, &event);
  }
  tally.events++;
  drain(world);
  check_progress(world, before_us);
  close_while_starved(world);
  free(event.octets); /* an answer handed out may have pointed into them */
}

static uint32_t now_and_then(struct world *world, uint32_t often_permille,
                             uint32_t value_max) {
  return draw_chance(&world->random, often_permille)
             ? 1 + draw_below(&world->random, value_max)
             : 0;
}

static void set_up(struct world *world, uint64_t seed, uint32_t lookups) {
  memset(world, 0, sizeof *world);
  world->seed = seed;
  world->random = seed * 0x9e3779b97f4a7c15u | 1;
  for (int i = 0; i < 8; i++)
    draw(&world->random);
  world->now_us = draw(&world->random) >> 16;
  world->users_max = lookups;
  world->users = calloc(lookups, sizeof *world->users);
  if (!world->users) abort();
  world->host_count = 1 + draw_below(&world->random, SERVERS_MAX);
  world->start_gap_us = 3500000; /* few lookups overlap, bursts do */
  world->in_flight_max = now_and_then(world, 300, 10);
  world->paths_max = now_and_then(world, 300, 4);
  world->shares_paths = now_and_then(world, 300, 1);
  world->sends_per_server = now_and_then(world, 300, 4);
  world->cache_octets = now_and_then(world, 300, 8000);
  world->stale_s = now_and_then(world, 500, 200);
  world->forgery_gap_us = now_and_then(world, 400, 100000);
  world->closes_starved = now_and_then(world, 100, 1);
}

/* What fails now and then is asked of the core only once it is there. */
static void let_things_fail(struct world *world) {
  world->no_memory_permille = now_and_then(world, 200, 100);
  world->no_random_permille = now_and_then(world, 100, 20);
  world->no_descriptor_permille = now_and_then(world, 200, 1000);
}

static void make_core(struct world *world) {
  const struct stubdns__hooks hooks = {.data = world,
                                       .allocate = give_memory,
                                       .release = take_memory,
                                       .random = give_random};
  const struct stubdns__core_options options = {
      .in_flight_max = world->in_flight_max,
      .cache_octets = world->cache_octets,
      .stale_s = world->stale_s,
      .sends_per_server = (uint8_t)world->sends_per_server,
      .paths_max = world->paths_max,
      .shares_paths = (uint8_t)world->shares_paths};
  if (stubdns__core_create(&hooks, &options, &world->core))
    broken(world, "a core can be made");
  for (unsigned i = 0; i < world->host_count; i++) {
    host_set_up(world, &world->hosts[i], i);
    if (stubdns__core_add_server(world->core, &world->hosts[i].address))
      broken(world, "a server can be added");
  }
}

static void begin(struct world *world) {
  make_core(world);
  let_things_fail(world);
  again(world, EVENT_START, world->start_gap_us);
  again(world, EVENT_CHANGE, 20000000);
  if (world->forgery_gap_us) again(world, EVENT_FORGERY, world->forgery_gap_us);
  if (draw_chance(&world->random, 300)) again(world, EVENT_JUMP, 100000000);
  if (draw_chance(&world->random, 300))
    world_add_event(world, draw_below(&world->random, 400000000),
                    (struct event){.kind = EVENT_CLOSE});
}

static void end(struct world *world) {
  struct event event;
  while (world_take_event(world, &event))
    free(event.octets);
  stubdns__core_destroy(world->core);
  if (world->blocks) broken(world, "all memory comes back");
  free(world->events);
  free(world->wires);
  free(world->users);
}

/* Until every user has started and ended, or some time after closing; now and
 * then the core is destroyed in the middle. */
void world_run(uint64_t seed, uint32_t lookups) {
  struct world world;
  set_up(&world, seed, lookups);
  begin(&world);
  const uint64_t began_us = world.now_us;
  const uint64_t stop_us = draw_chance(&world.random, 100)
                               ? began_us + draw_below(&world.random, 300000000)
                               : UINT64_MAX;
  while (world.now_us < stop_us &&
         !(world.is_closing && !world.running_count) &&
         (world.user_count < world.users_max || world.running_count))
    step(&world);
  tally.simulated_us += world.now_us - began_us;
  end(&world);
}
