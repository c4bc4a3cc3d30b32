/* The server of a scenario, stubdns-replay(5), over real sockets on loopback:
 * UDP, two more sockets for packets from elsewhere, and TCP.  It is on the
 * test's own loop, and does not keep that alive. */
#ifndef STUBDNS_TESTS_SCENARIO_H
#define STUBDNS_TESTS_SCENARIO_H

#include "replay/script.h"
#include "replay/way.h"

#include <uv.h>

struct asker;
struct asker_stream;

/* Is told each query as it comes: its number, from 1. */
typedef void scenario_query_cb(void *data,
                               const struct stubdns__received *query,
                               uint64_t number);

struct scenario {
  stubdns_replay_t replay; /* with the scenario chosen */
  const struct stubdns__script *script;
  stubdns_address_t address;
  uint64_t query_count;
  scenario_query_cb *on_query; /* or NULL */
  void *data;
  /* private */
  struct stubdns__way way;
  uv_udp_t sockets[3]; /* by enum stubdns__origin */
  uv_tcp_t listener;
  uv_timer_t timer;
  struct asker *askers;
  struct asker_stream *streams;
};

/* How many scenarios a file has; fails the test where it cannot be read. */
size_t scenario_count(const char *path);

void scenario_open(struct scenario *scenario, uv_loop_t *loop, const char *path,
                   size_t index);

/* Closes the sockets; then the loop has to run once more, and scenario_free()
 * is to be called. */
void scenario_close(struct scenario *scenario);
void scenario_free(struct scenario *scenario);

#endif
