/* The simulator: the real resolver core in a world of simulated servers, links
 * and users, where time is a number and one seed decides everything.  After
 * every event the promises of the core are checked; a broken one ends the
 * program with the command that repeats it. */
#ifndef STUBDNS_TESTS_SIMULATOR_H
#define STUBDNS_TESTS_SIMULATOR_H

#include "resolver/core.h"
#include "stubdns/wire.h"

#include <stddef.h>
#include <stdint.h>

#define SERVERS_MAX 5
#define NAMES_MAX 64
#define NAME_LOCALHOST NAMES_MAX /* which no server may be asked for */
#define DATAGRAM_MAX 512
#define ANSWER_TTL_S 60
#define IDS_MAX 64

/* One seed, one sequence: xorshift64*. */
uint64_t draw(uint64_t *state);
uint32_t draw_below(uint64_t *state, uint32_t limit);
int draw_chance(uint64_t *state, uint32_t permille);

/* How a server treats a query with an OPT record, RFC 6891 section 7. */
enum edns_habit {
  EDNS_UNDERSTOOD,
  EDNS_IGNORED, /* a reply without OPT */
  EDNS_FORMERR,
  EDNS_BARE_FORMERR, /* without the question */
  EDNS_NOTIMP,
  EDNS_SERVFAIL,
  EDNS_BADVERS,
  EDNS_SILENT,
  EDNS_HABITS
};

/* A simulated server and the link to it. */
struct host {
  stubdns_address_t address;
  uint8_t edns_habit;
  uint8_t folds_case;
  uint8_t truncates;
  uint8_t cuts_chains;   /* says of names that they are aliases, and no more */
  uint8_t is_down;       /* silent */
  uint8_t port_is_shut;  /* ICMP for every query */
  uint8_t tcp_is_shut;   /* connections are refused */
  uint8_t error_rcode;   /* for every question, if not 0 */
  uint32_t lie_permille; /* replies that are wrong in some way */
  uint32_t hang_up_permille; /* queries over TCP that end the connection */
  uint32_t loss_permille;
  uint32_t duplicate_permille;
  uint32_t corrupt_permille;
  uint32_t delay_us;
  uint32_t jitter_us; /* more than the spacing of packets: reordering */
};

/* A path as the world sees it; `path` is NULL once it was closed. */
struct wire {
  struct stubdns__path *path;
  unsigned host;
  uint8_t is_open;
  uint8_t is_tcp;
  uint32_t sent_count;
  uint16_t ids[IDS_MAX]; /* of the last queries sent on it */
};

/* A lookup as its user sees it. */
struct user {
  struct stubdns__request *request;
  uint64_t started_us;
  uint64_t deadline_us;
  uint16_t name;
  unsigned flags; /* STUBDNS_LOOKUP_* */
  uint8_t is_running;
  uint8_t is_cancelled;
};

enum event_kind {
  EVENT_START,   /* of lookups */
  EVENT_CANCEL,  /* of lookup `index` */
  EVENT_QUERY,   /* arrives at the host of wire `index` */
  EVENT_REPLY,   /* arrives at wire `index` */
  EVENT_TROUBLE, /* befalls wire `index` */
  EVENT_OPENED,  /* wire `index` is connected */
  EVENT_SHUT,    /* wire `index` cannot be connected */
  EVENT_FORGERY, /* somebody guesses */
  EVENT_CHANGE,  /* a host changes its ways */
  EVENT_JUMP,    /* the machine slept */
  EVENT_CLOSE    /* of the core */
};

struct event {
  uint64_t time_us;
  uint32_t order; /* of two at one time the earlier made comes first */
  uint8_t kind;
  uint8_t trouble;
  uint16_t length;
  uint32_t index;
  uint8_t *octets;
};

struct world {
  uint64_t seed;
  uint64_t random;
  uint64_t now_us;
  struct stubdns__core *core;
  struct host hosts[SERVERS_MAX];
  unsigned host_count;
  struct wire *wires;
  uint32_t wire_count;
  struct user *users;
  uint32_t user_count;
  uint32_t users_max;
  uint32_t running_count;
  struct event *events; /* a heap */
  uint32_t event_count;
  uint32_t event_size;
  uint32_t event_order;
  size_t blocks;       /* of memory that the core holds */
  uint32_t open_count; /* paths over UDP */
  uint32_t connection_count;
  uint64_t active_us; /* when a lookup was last under way */
  uint32_t no_memory_permille;
  uint32_t no_random_permille;
  uint32_t no_descriptor_permille;
  uint32_t forgery_gap_us; /* 0: nobody forges */
  uint32_t start_gap_us;
  uint32_t sends_per_server;
  uint32_t in_flight_max;
  uint32_t paths_max;
  uint32_t shares_paths;
  uint32_t cache_octets; /* 0: no cache */
  uint32_t stale_s;
  uint64_t answered_us[NAMES_MAX + 1]; /* when a server last answered */
  uint8_t is_closing;
  uint32_t closes_starved; /* once a lookup waits for a descriptor */
  uint64_t slept_until_us;
  uint32_t idle_steps; /* since time last went on */
};

/* What all seeds have added up to. */
struct tally {
  uint64_t lookups;
  uint64_t answered;
  uint64_t failed;
  uint64_t cancelled;
  uint64_t cached;
  uint64_t queries;
  uint64_t replies;
  uint64_t forgeries;
  uint64_t events;
  uint64_t simulated_us;
};
extern struct tally tally;

/* Ends the program: a promise was broken. */
_Noreturn void broken(const struct world *world, const char *promise);

void world_add_event(struct world *world, uint64_t delay_us,
                     struct event event);
int world_take_event(struct world *world, struct event *event);
uint64_t world_next_time(const struct world *world);

/* The question and the true address of name number `name`. */
stubdns_question_t name_question(uint16_t name);
uint32_t name_address(uint16_t name);

/* hosts.c: what comes of a query at its server. */
void host_set_up(struct world *world, struct host *host, unsigned number);
void host_change(struct world *world, struct host *host);
void host_on_query(struct world *world, uint32_t wire, const uint8_t *octets,
                   size_t length);
void forge_reply(struct world *world);

/* link.c: what comes of octets under way. */
void link_send_query(struct world *world, uint32_t wire, const uint8_t *octets,
                     size_t length);
void link_send_reply(struct world *world, uint32_t wire, const uint8_t *octets,
                     size_t length, uint64_t extra_us);
/* A reply that is wrong already is not spoilt as well: the second mistake could
 * undo the first. */
void link_send_lie(struct world *world, uint32_t wire, const uint8_t *octets,
                   size_t length);

/* users.c: lookups, and what is handed out to them. */
void users_start(struct world *world);
void users_cancel(struct world *world, uint32_t index);
void users_complete(struct world *world, const struct stubdns__action *action);

/* world.c */
void world_run(uint64_t seed, uint32_t lookups);

#endif
