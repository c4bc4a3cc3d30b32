/* What a resolver is behind its public struct: the core, the loop's handles
 * that serve it, and the one place where its actions are performed. */
#ifndef STUBDNS_UV_TRANSPORT_H
#define STUBDNS_UV_TRANSPORT_H

#include "resolver/core.h"
#include "stubdns/network.h"
#include "stubdns/resolver.h"
#include "uv/interfaces.h"
#include "uv/local.h"
#include "uv/outbox.h"
#include "uv/random.h"
#include "uv/services.h"
#include "uv/system.h"
#include "uv/task.h"

/* Room for as many datagrams of any length, so that nothing is cut by us: libuv
 * gives each 64 KiB.  Eight in one call of the system make its cost small. */
#define STUBDNS__DATAGRAM_SIZE 65536u
#define STUBDNS__RECEIVE_SIZE (8 * STUBDNS__DATAGRAM_SIZE)

/* How multicast DNS is asked, if it is. */
struct stubdns__multicast {
  uint8_t is_on;
  uint16_t port;
  char interface[UV_IF_NAMESIZE]; /* "": all that are up */
};

struct stubdns__transport {
  stubdns_resolver_t *resolver;
  uv_loop_t *loop;
  stubdns_allocator_t allocator;
  struct stubdns__core *core;
  struct stubdns__random random;
  uv_timer_t timer;    /* for every deadline */
  uint64_t armed_us;   /* what the timer waits for; UINT64_MAX when it is off */
  int is_overdue;      /* when it fired, it was late, and comes again */
  uv_check_t turn;     /* active while the turn has to be brought to its end */
  uv_idle_t soon;      /* active while actions, or a network, wait for a turn */
  size_t handle_count; /* handles that libuv still knows */
  int has_actions;     /* maybe: the user has asked for something since */
  int draining;        /* actions are being performed, maybe further up */
  int closing;
  int shares_paths; /* as the options say */
  stubdns_resolver_close_cb on_closed;
  stubdns_network_t network; /* without functions: sockets and the clock */
  stubdns_traffic_cb on_traffic;
  stubdns_log_cb on_event; /* NULL: nobody wants to know */
  void *log_data;
  void *traffic_data;
  struct stubdns__tasks tasks;
  struct stubdns__multicast multicast;
  struct stubdns__local local;
  uint32_t deadline_ms; /* of a lookup that has none of its own */
  struct stubdns__interfaces interfaces;
  struct stubdns__services services;
  struct stubdns__system system;
  struct stubdns__outbox outbox;
  uint8_t octets[STUBDNS__RECEIVE_SIZE]; /* of the datagrams being received */
};

/* Makes the transport of `resolver`, without servers.
 *
 * Returns 0, STUBDNS_ENOMEM, STUBDNS_ERANDOM or an error about addresses of
 * this host. */
int stubdns__transport_create(stubdns_resolver_t *resolver,
                              const stubdns_resolver_options_t *options);

/* Undoes create, before any lookup. */
void stubdns__transport_discard(struct stubdns__transport *transport);

/* Puts the transport's handles on its loop. */
void stubdns__transport_start(struct stubdns__transport *transport);

/* What core and tables are made with. */
struct stubdns__hooks
stubdns__transport_hooks(struct stubdns__transport *transport);

/* Memory by the user's hooks; NULL where there is none. */
void *stubdns__transport_allocate(struct stubdns__transport *transport,
                                  size_t size);
void stubdns__transport_release(struct stubdns__transport *transport,
                                void *memory);

/* Fills `octets` from the generator of query IDs.  Returns 0, or anything else
 * on failure. */
int stubdns__transport_random(struct stubdns__transport *transport,
                              uint8_t *octets, size_t length);

/* The system's time, by which sockets live. */
uint64_t stubdns__now_us(void);

/* The time by which the core lives. */
uint64_t stubdns__transport_now_us(const struct stubdns__transport *transport);

/* When something is to be done next; returns 0 where there is nothing to wait
 * for. */
int stubdns__transport_deadline(const struct stubdns__transport *transport,
                                uint64_t *deadline_us);

/* Gives the core what came on an open path.  The actions that follow are to be
 * performed before `octets` go. */
void stubdns__transport_receive(struct stubdns__transport *transport,
                                struct stubdns__path *path, uint8_t *octets,
                                size_t length);

/* Performs what the core asks for, users' callbacks included: to be called with
 * nothing of the user's on the stack. */
void stubdns__transport_drain(struct stubdns__transport *transport);

/* The same, from a callback about what came in this turn of the loop, after
 * which there is a better time for what can wait: when all has come. */
void stubdns__transport_drain_in_turn(struct stubdns__transport *transport);

/* Has actions performed in the next turn of the loop at the latest. */
void stubdns__transport_drain_soon(struct stubdns__transport *transport);

/* For a handle that is about to be closed and counted in `handle_count`. */
void stubdns__transport_forget_handle(struct stubdns__transport *transport);

/* What an error of libuv on a path means to the core. */
enum stubdns__trouble stubdns__trouble_of(int error);

#endif
