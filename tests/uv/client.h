/* A resolver on a loop of its own, and lookups that keep what they end with. */
#ifndef STUBDNS_TESTS_CLIENT_H
#define STUBDNS_TESTS_CLIENT_H

#include "stubdns.h"

/* Memory that is counted, and that runs out when it is told to. */
struct memory {
  size_t blocks;       /* allocated and not yet released */
  size_t calls;        /* of allocate */
  size_t fail_at;      /* the call that gets nothing; 0: none */
  size_t fail_every;   /* every so manieth call gets nothing; 0: none */
  size_t failed_calls; /* that got nothing */
};

struct client {
  uv_loop_t loop;
  stubdns_resolver_t resolver;
  struct memory memory;
  int is_closed; /* times the close callback ran */
};

/* A lookup and what it ended with.  The address is that of the first A record,
 * zeros where there is none. */
struct result {
  stubdns_lookup_t lookup; /* first; its `data` is the test's */
  int callback_count;
  int status;
  unsigned rcode;
  uint8_t address[4];
  int has_message;
  size_t message_length;
  stubdns_answer_t answer; /* without its message */
  uint64_t started_ms;
  uint64_t elapsed_ms;
};

/* `options` may be NULL.  Its allocator is replaced by `memory`, and the
 * system's servers are left alone. */
void client_open(struct client *client,
                 const stubdns_resolver_options_t *options);

/* The same for a resolver that may not come to be; returns the error of
 * stubdns_resolver_init().  `client->memory` says when memory runs out. */
int client_try_open(struct client *client,
                    const stubdns_resolver_options_t *options);

void client_add(struct client *client, const stubdns_address_t *server);

/* Asks for the addresses of a name; fails the test where that is refused. */
void client_ask(struct client *client, struct result *result, const char *name);

/* The same with all there is to choose; returns stubdns_lookup()'s error. */
int client_try(struct client *client, struct result *result, const char *name,
               uint16_t type, const stubdns_lookup_options_t *options);

/* Keeps what a lookup ended with; a test's own callback may call it. */
void result_keep(stubdns_lookup_t *lookup, int status,
                 const stubdns_answer_t *answer);

/* Runs the loop until nothing keeps it alive. */
void client_run(struct client *client);

/* Closes the resolver, unless the test has done so, and the loop; nothing may
 * be left on it, and no memory. */
void client_close(struct client *client);

/* Counts the callbacks of a resolver's closing; the resolver's data is the
 * client. */
void client_on_closed(stubdns_resolver_t *resolver);

/* The lookup succeeded with the true address. */
void assert_true_answer(const struct result *result);

#endif
