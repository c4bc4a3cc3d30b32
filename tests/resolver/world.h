/* A world for the core: a clock that is a number, a transport that remembers,
 * memory and randomness that fail on demand.  After every action the core is
 * checked: each lookup in exactly one list, exactly one deadline armed while it
 * is under way, none afterwards. */
#ifndef STUBDNS_TESTS_RESOLVER_WORLD_H
#define STUBDNS_TESTS_RESOLVER_WORLD_H

#include "resolver/core.h"
#include "stubdns/query.h"

#include <check.h>

#define MS ((uint64_t)1000)
#define IDLE_US (2000 * MS) /* for which a connection is kept */
#define WORLD_BEGIN_US ((uint64_t)1234567890)
#define SENT_MAX 4096
#define DONE_MAX 512
#define SOCKET_MAX 4096
#define EVENT_MAX 80

/* A socket of the transport; paths keep a pointer to theirs. */
struct socket {
  struct stubdns__path *path;
  uint16_t server_port;
  int is_open;
  int is_tcp;
};

/* A query that was sent. */
struct sent {
  struct socket *socket;
  uint64_t time_us; /* since the world's begin */
  uint16_t id;
  size_t length;
  uint8_t octets[STUBDNS_QUERY_MAX + 44]; /* a cookie */
};

/* A lookup that was completed. */
struct done {
  void *user;
  int status;
  uint64_t time_us; /* since the world's begin */
  int has_message;
  unsigned rcode;
  unsigned record_count;       /* in the answer section */
  uint8_t address[16];         /* of the first of them, where it has one */
  stubdns_question_t question; /* as the message has it */
  stubdns_answer_t answer;     /* its message has gone */
  size_t event_count;
  stubdns_event_t events[EVENT_MAX];
};

struct world {
  struct stubdns__core *core;
  uint64_t now_us;

  size_t live_count; /* blocks not released */
  size_t allocation_count;
  size_t fail_at; /* the allocation that fails, counted from 1; 0: none */
  int fails_on;   /* and all behind it */
  int random_fails;
  int random_repeats;    /* what is drawn is the same each time */
  size_t random_count;   /* draws */
  size_t random_fail_at; /* the draw that fails, counted from 1; 0: none */
  uint64_t random_state;

  size_t descriptor_max; /* sockets open at a time; 0: no limit */
  size_t descriptor_count;
  size_t opened_count;
  int open_trouble; /* enum stubdns__trouble that OPEN gives; -1: none */
  int send_trouble;

  /* What the user does in a callback; may be NULL. */
  void (*on_complete)(struct world *world, void *user);

  size_t log_count; /* events told to the log */
  void *log_user;
  stubdns_event_t log_last;

  size_t socket_count;
  size_t sent_count;
  size_t done_count;
  struct socket sockets[SOCKET_MAX];
  struct sent sent[SENT_MAX];
  struct done done[DONE_MAX];
};

/* Begins with servers on 127.0.0.1, ports 1, 2 ... `server_count`. */
void world_begin(struct world *world, unsigned server_count,
                 const struct stubdns__core_options *options);

/* What the world's cores are made with. */
struct stubdns__hooks world_hooks(struct world *world);

/* Destroys the core and checks that nothing leaked. */
void world_end(struct world *world);

/* Asks www.example.com IN A, with packets of its own. */
struct stubdns__request *world_ask(struct world *world, void *user,
                                   const stubdns_lookup_options_t *options);

/* Asks for the records of `type` at `name`; returns NULL where start fails. */
struct stubdns__request *
world_ask_name(struct world *world, const char *name, uint16_t type, void *user,
               const stubdns_lookup_options_t *options);

stubdns_question_t world_question(const char *name, uint16_t type);

void world_drain(struct world *world);
void world_check(const struct world *world);

/* Lets time pass, waking whenever the core wants it. */
void world_sleep_until(struct world *world, uint64_t time_us);

/* Lets time pass until no lookup is under way. */
void world_run(struct world *world);

/* Delivers octets, out of a block of exactly their length, to the socket of a
 * query; returns 0 where that is closed. */
int world_deliver(struct world *world, const struct sent *sent,
                  const uint8_t *octets, size_t length);

/* Delivers the reply to a query: its question, `flags`, and an A record unless
 * the RCODE in `flags` is an error. */
int world_reply(struct world *world, const struct sent *sent, unsigned flags);

#define REPLY_ANSWER 0x8180u
#define REPLY_SERVFAIL 0x8182u
#define REPLY_NXDOMAIN 0x8183u
#define REPLY_REFUSED 0x8185u

void world_trouble(struct world *world, const struct sent *sent,
                   enum stubdns__trouble trouble);

/* A number below `below`, the same in every run. */
uint64_t world_draw(struct world *world, uint64_t below);

#endif
