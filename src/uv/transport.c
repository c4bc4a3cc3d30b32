/* Performs the actions of the core: the only place from which users' callbacks
 * are called.  One timer serves all deadlines.
 *
 * Sockets never keep the loop alive.  The timer does while there are lookups,
 * and `soon` does while there are actions. */
#include "uv/transport.h"

#include "resolver/multicast.h"
#include "uv/connection.h"
#include "uv/network.h"
#include "uv/search_lookup.h"
#include "uv/socket.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEVER UINT64_MAX

/* Callbacks in one turn beyond those of the lookups that were there when it
 * began: a callback that asks again, and fails at once, must not keep the loop
 * from its other work. */
#define CALLBACKS_BEYOND 64

/* Queries sent in one turn: as many replies as a socket has room for by default
 * are taken before more can come. */
#define SENDS_IN_TURN 256

/* A timer of whole milliseconds is later than that on a busy loop alone. */
#define LATE_US 5000

static void *allocate_by_default(void *data, size_t size) {
  (void)data;
  return malloc(size);
}

static void release_by_default(void *data, void *memory) {
  (void)data;
  free(memory);
}

static const stubdns_allocator_t default_allocator = {
    .allocate = allocate_by_default, .release = release_by_default};

void *stubdns__transport_allocate(struct stubdns__transport *transport,
                                  size_t size) {
  const stubdns_allocator_t *const allocator = &transport->allocator;
  return allocator->allocate(allocator->data, size);
}

void stubdns__transport_release(struct stubdns__transport *transport,
                                void *memory) {
  const stubdns_allocator_t *const allocator = &transport->allocator;
  if (memory) allocator->release(allocator->data, memory);
}

uint64_t stubdns__now_us(void) {
  return uv_hrtime() / 1000;
}

uint64_t stubdns__transport_now_us(const struct stubdns__transport *transport) {
  const stubdns_network_t *const network = &transport->network;
  return network->now_us ? network->now_us(network->data) : stubdns__now_us();
}

void stubdns__transport_receive(struct stubdns__transport *transport,
                                struct stubdns__path *path, uint8_t *octets,
                                size_t length) {
  const uint64_t now_us = stubdns__transport_now_us(transport);
  stubdns__watch_tell(transport, path, octets, length, 1, now_us);
  stubdns__core_on_datagram(transport->core, path, octets, length, now_us);
}

int stubdns__transport_random(struct stubdns__transport *transport,
                              uint8_t *octets, size_t length) {
  const stubdns_network_t *const network = &transport->network;
  if (network->random) return network->random(network->data, octets, length);
  return stubdns__random_take(&transport->random, octets, length);
}

static int take_random(void *data, uint8_t *octets, size_t length) {
  return stubdns__transport_random(data, octets, length);
}

static void *allocate_for_core(void *data, size_t size) {
  return stubdns__transport_allocate(data, size);
}

static void release_for_core(void *data, void *memory) {
  stubdns__transport_release(data, memory);
}

static void log_event(void *data, void *user, const stubdns_event_t *event) {
  const struct stubdns__transport *const transport = data;
  transport->on_event(transport->log_data, user, event);
}

struct stubdns__hooks
stubdns__transport_hooks(struct stubdns__transport *transport) {
  return (struct stubdns__hooks){
      .data = transport,
      .allocate = allocate_for_core,
      .release = release_for_core,
      .random = take_random,
      .log = transport->on_event ? log_event : NULL,
  };
}

/* Sockets with one port between them are told apart by their servers alone. */
static int create_core(struct stubdns__transport *transport,
                       const stubdns_resolver_options_t *options) {
  const struct stubdns__hooks hooks = stubdns__transport_hooks(transport);
  const struct stubdns__core_options core_options = {
      .deadline_ms = options->deadline_ms,
      .in_flight_max = options->in_flight_max,
      .sends_per_server = options->sends_per_server,
      .cache_octets = options->cache_octets,
      .stale_s = options->stale_s,
      .no_0x20 = (options->flags & STUBDNS_NO_0X20) != 0,
      .shares_paths = (options->flags & STUBDNS_SHARE_PATHS) != 0,
      .paths_max = transport->local.has_port ? 1 : options->paths_max,
  };
  return stubdns__core_create(&hooks, &core_options, &transport->core);
}

static void set_multicast(struct stubdns__multicast *multicast,
                          const stubdns_resolver_options_t *options) {
  const char *const name = options->multicast_interface;
  memset(multicast, 0, sizeof *multicast);
  multicast->is_on = (options->flags & STUBDNS_MULTICAST) != 0;
  multicast->port = options->multicast_port ? options->multicast_port
                                            : STUBDNS__MULTICAST_PORT;
  if (name) (void)snprintf(multicast->interface, UV_IF_NAMESIZE, "%s", name);
}

int stubdns__transport_create(stubdns_resolver_t *resolver,
                              const stubdns_resolver_options_t *options) {
  const stubdns_allocator_t *const allocator =
      options->allocator.allocate ? &options->allocator : &default_allocator;
  struct stubdns__transport *const transport =
      allocator->allocate(allocator->data, sizeof *transport);
  if (!transport) return STUBDNS_ENOMEM;
  transport->resolver = resolver;
  transport->loop = resolver->loop;
  transport->allocator = *allocator;
  transport->network = (stubdns_network_t){0};
  transport->on_traffic = NULL;
  transport->on_event = options->on_event;
  transport->log_data = options->log_data;
  transport->shares_paths = (options->flags & STUBDNS_SHARE_PATHS) != 0;
  stubdns__outbox_init(&transport->outbox);
  stubdns__tasks_init(&transport->tasks);
  set_multicast(&transport->multicast, options);
  transport->interfaces.read_us = 0;
  transport->services = (struct stubdns__services){0};
  int error = stubdns__local_set(&transport->local, options);
  if (!error) error = stubdns__random_init(&transport->random);
  if (!error) error = create_core(transport, options);
  if (error)
    stubdns__transport_release(transport, transport);
  else
    resolver->transport = transport;
  return error;
}

void stubdns__transport_discard(struct stubdns__transport *transport) {
  const stubdns_network_t *const network = &transport->network;
  transport->resolver->transport = NULL;
  stubdns__core_destroy(transport->core);
  stubdns__outbox_clear(transport);
  stubdns__services_release(transport);
  stubdns__system_destroy(transport);
  if (network->release) network->release(network->data);
  stubdns__transport_release(transport, transport);
}

void stubdns__transport_start(struct stubdns__transport *transport) {
  uv_timer_init(transport->loop, &transport->timer);
  uv_idle_init(transport->loop, &transport->soon);
  uv_check_init(transport->loop, &transport->turn);
  transport->timer.data = transport;
  transport->soon.data = transport;
  transport->turn.data = transport;
  transport->handle_count = 3;
  transport->armed_us = NEVER;
  transport->is_overdue = 0;
  transport->draining = 0;
  transport->has_actions = 0;
  transport->closing = 0;
  stubdns__system_start(transport);
}

/* Before the callback begins the lookup is the user's again, who may free it
 * there. */
static void complete(const struct stubdns__action *action) {
  stubdns_lookup_t *const lookup = action->user;
  int status = action->status;
  lookup->request = NULL;
  if (!lookup->search ||
      !stubdns__search_lookup_goes_on(lookup, &status, action->answer))
    lookup->on_answer(lookup, status, action->answer);
}

static void perform_udp(struct stubdns__transport *transport,
                        const struct stubdns__action *action) {
  if (action->kind == STUBDNS__OPEN)
    stubdns__socket_open(transport, action->path);
  else if (action->kind == STUBDNS__SEND)
    stubdns__socket_send(action->path, action->octets, action->length);
  else
    stubdns__socket_close(action->path);
}

static void perform_tcp(struct stubdns__transport *transport,
                        const struct stubdns__action *action) {
  if (action->kind == STUBDNS__OPEN)
    stubdns__connection_open(transport, action->path);
  else if (action->kind == STUBDNS__SEND)
    stubdns__connection_send(action->path, action->octets, action->length);
  else
    stubdns__connection_close(action->path);
}

static void perform(struct stubdns__transport *transport,
                    const struct stubdns__action *action) {
  if (action->kind == STUBDNS__SEND)
    stubdns__watch_tell(transport, action->path, action->octets, action->length,
                        0, stubdns__core_now_us(transport->core));
  if (action->kind == STUBDNS__COMPLETE)
    complete(action);
  else if (transport->network.wait)
    stubdns__network_perform(transport, action);
  else if (action->path->protocol == STUBDNS__TCP)
    perform_tcp(transport, action);
  else
    perform_udp(transport, action);
}

/* Returns 0 where actions may be left, but none that borrows a datagram. */
static int perform_actions(struct stubdns__transport *transport) {
  size_t callbacks_left =
      stubdns__core_lookup_count(transport->core) + CALLBACKS_BEYOND;
  size_t sends_left = SENDS_IN_TURN;
  struct stubdns__action action;
  while (callbacks_left > 0 && sends_left > 0) {
    if (!stubdns__core_next_action(transport->core, &action)) return 1;
    perform(transport, &action);
    callbacks_left -= action.kind == STUBDNS__COMPLETE;
    sends_left -= action.kind == STUBDNS__SEND;
  }
  while (stubdns__core_next_borrower(transport->core, &action))
    perform(transport, &action);
  return 0;
}

/* Returns 0 where something may be left: what tasks ask for is performed in the
 * next turn. */
static int perform_all(struct stubdns__transport *transport) {
  const int is_done = perform_actions(transport);
  if (stubdns__list_is_empty(&transport->tasks.all)) return is_done;
  return stubdns__tasks_run(&transport->tasks,
                            stubdns__transport_now_us(transport)) &&
         is_done;
}

int stubdns__transport_deadline(const struct stubdns__transport *transport,
                                uint64_t *deadline_us) {
  uint64_t task_us;
  const int has_lookup = stubdns__core_deadline(transport->core, deadline_us);
  if (!stubdns__wheel_next(&transport->tasks.wheel, &task_us))
    return has_lookup;
  if (!has_lookup || task_us < *deadline_us) *deadline_us = task_us;
  return 1;
}

static int is_idle(const struct stubdns__transport *transport) {
  return stubdns__core_lookup_count(transport->core) == 0 &&
         stubdns__list_is_empty(&transport->tasks.all);
}

/* The time of a network passes once what was begun before is performed.  It may
 * have been performed already, with what came from a socket meanwhile. */
static void on_soon(uv_idle_t *handle) {
  struct stubdns__transport *const transport = handle->data;
  uv_idle_stop(handle);
  if (transport->network.wait && !transport->has_actions)
    stubdns__network_wait(transport);
  stubdns__transport_drain(transport);
}

void stubdns__transport_drain_soon(struct stubdns__transport *transport) {
  if (transport->draining) return;
  transport->has_actions = 1;
  uv_idle_start(&transport->soon, on_soon);
}

/* libuv runs timers before it looks at sockets. */
static int is_kept_from_sockets(const struct stubdns__transport *transport) {
  return !transport->is_overdue &&
         stubdns__now_us() > transport->armed_us + LATE_US;
}

/* Where the loop was kept from its turn, what came meanwhile waits in the
 * sockets: it is read before time is up. */
static void on_timer(uv_timer_t *handle) {
  struct stubdns__transport *const transport = handle->data;
  transport->is_overdue = is_kept_from_sockets(transport);
  if (transport->is_overdue) {
    uv_timer_start(handle, on_timer, 1, 0);
    return;
  }
  transport->armed_us = NEVER;
  stubdns__core_on_time(transport->core, stubdns__now_us());
  stubdns__transport_drain(transport);
}

/* In milliseconds of the loop, from now, never early, and not 0: that would
 * come round again in the same turn.  The loop's own time may be as old as the
 * callback that we are in. */
static uint64_t milliseconds_until(uv_loop_t *loop, uint64_t deadline_us) {
  uv_update_time(loop);
  const uint64_t now_ms = stubdns__now_us() / 1000;
  const uint64_t deadline_ms = deadline_us / 1000 + 1;
  return deadline_ms > now_ms ? deadline_ms - now_ms : 1;
}

/* A timer that is early is left alone: then most lookups come and go without
 * touching it. */
static void arm_timer(struct stubdns__transport *transport) {
  uint64_t deadline_us;
  if (!stubdns__transport_deadline(transport, &deadline_us)) {
    uv_timer_stop(&transport->timer);
    transport->armed_us = NEVER;
  } else if (deadline_us < transport->armed_us) {
    const uint64_t delay = milliseconds_until(transport->loop, deadline_us);
    uv_timer_start(&transport->timer, on_timer, delay, 0);
    transport->armed_us = deadline_us;
  }
}

static void arm(struct stubdns__transport *transport) {
  if (!transport->network.wait)
    arm_timer(transport);
  else if (!is_idle(transport))
    uv_idle_start(&transport->soon, on_soon);
}

/* An idle resolver does not keep the loop alive. */
static void hold_loop(struct stubdns__transport *transport) {
  if (is_idle(transport))
    uv_unref((uv_handle_t *)&transport->timer);
  else
    uv_ref((uv_handle_t *)&transport->timer);
}

void stubdns__transport_forget_handle(struct stubdns__transport *transport) {
  if (--transport->handle_count > 0) return;
  stubdns_resolver_t *const resolver = transport->resolver;
  const stubdns_resolver_close_cb on_closed = transport->on_closed;
  stubdns__transport_discard(transport);
  if (on_closed) on_closed(resolver);
}

static void on_own_handle_closed(uv_handle_t *handle) {
  stubdns__transport_forget_handle(handle->data);
}

/* Every path is closed by now, at least as an order to libuv. */
static void close_own_handles(struct stubdns__transport *transport) {
  assert(is_idle(transport));
  uv_close((uv_handle_t *)&transport->timer, on_own_handle_closed);
  uv_close((uv_handle_t *)&transport->soon, on_own_handle_closed);
  uv_close((uv_handle_t *)&transport->turn, on_own_handle_closed);
}

/* Returns 0 where that was the end of the transport. */
static int perform_now(struct stubdns__transport *transport) {
  assert(!transport->draining);
  transport->draining = 1;
  transport->has_actions = 0;
  const int is_done = perform_all(transport);
  transport->draining = 0;
  if (!is_done) stubdns__transport_drain_soon(transport);
  if (is_done && transport->closing) close_own_handles(transport);
  return !(is_done && transport->closing);
}

/* What is done once, however much has been performed. */
static void end_turn(struct stubdns__transport *transport) {
  stubdns__outbox_flush(transport);
  arm(transport);
  hold_loop(transport);
  /* Every lookup has a deadline, and something that waits for it. */
  assert(is_idle(transport) || uv_is_active((uv_handle_t *)&transport->timer) ||
         uv_is_active((uv_handle_t *)&transport->soon));
}

static void on_turn(uv_check_t *handle) {
  uv_check_stop(handle);
  end_turn(handle->data);
}

void stubdns__transport_drain(struct stubdns__transport *transport) {
  if (perform_now(transport)) end_turn(transport);
}

void stubdns__transport_drain_in_turn(struct stubdns__transport *transport) {
  if (perform_now(transport)) uv_check_start(&transport->turn, on_turn);
}

enum stubdns__trouble stubdns__trouble_of(int error) {
  switch (error) {
  case UV_ECONNREFUSED:
    return STUBDNS__TROUBLE_REFUSED;
  case UV_EMFILE:
  case UV_ENFILE:
  case UV_EADDRINUSE: /* no local port is free: a shortage as well */
  case UV_EAGAIN:
    return STUBDNS__TROUBLE_NO_DESCRIPTORS;
  case UV_ENOMEM:
    return STUBDNS__TROUBLE_NO_MEMORY;
  default:
    return STUBDNS__TROUBLE_UNREACHABLE;
  }
}
