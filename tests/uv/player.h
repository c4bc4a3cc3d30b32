/* Playing scenarios, stubdns-replay(5), over real sockets: many at once, each
 * with a server of its own, by any DNS client.  What happens is compared with
 * what the scenario expects, with some slack for a busy machine. */
#ifndef STUBDNS_TESTS_PLAYER_H
#define STUBDNS_TESTS_PLAYER_H

#include "stubdns.h"
#include "support/scenario.h"

/* An address that false answers have, and no true one. */
#define FORGED_ADDRESS "\xc6\x33\x64\x01"

struct player;

/* A lookup and how it ended. */
struct errand {
  struct player *player;
  uint64_t begin_us;
  uint64_t end_us;
  int is_done;
  int status; /* 0 or an error of stubdns */
  unsigned rcode;
  uint64_t drops; /* or STUBDNS__ANY */
  uint64_t records;
  uint64_t answers;
  int is_forged; /* the message has FORGED_ADDRESS */
  void *own;     /* the client's */
};

enum verdict { VERDICT_YES, VERDICT_ASKS_AGAIN, VERDICT_NO, VERDICT_NOT_TRIED };

/* How a DNS client is used. */
struct client_kind {
  void (*open)(struct player *player);
  void (*ask)(struct errand *errand, const char *name,
              const struct stubdns__question_asked *ask);
  void (*pump)(struct player *player); /* every millisecond; or NULL */
  void (*close)(struct player *player);
  int is_ours;        /* what is expected of drops and queries holds */
  uint64_t asked_max; /* scenarios with more lookups are not tried */
};

extern const struct client_kind stubdns_kind;
extern const struct client_kind cares_kind;

struct player {
  struct scenario server;
  const struct client_kind *kind;
  uv_loop_t *loop;
  uint64_t begin_us;
  uint64_t wanted_count; /* of lookups */
  uint64_t asked_count;
  uint64_t done_count;
  size_t next_ask;
  struct errand *errands;
  uint8_t *seen; /* by expectation: its query came, and was as expected */
  uv_timer_t timer;
  void *own; /* the client's */
  enum verdict verdict;
  char reason[200]; /* why it is not yes */
};

/* Plays `count` scenarios of a file, whose numbers are in `indexes`, at once,
 * and gives a verdict for each. */
void play(const struct client_kind *kind, const char *path,
          const size_t *indexes, size_t count, enum verdict *verdicts,
          char (*reasons)[200]);

/* Tells that an errand has ended. */
void errand_end(struct errand *errand, int status, const uint8_t *octets,
                size_t length);

#endif
