/* A network in virtual time whose server answers by a script: each answer is
 * records in presentation format, and comes as late as the script says. */
#ifndef STUBDNS_TESTS_SCRIPTED_H
#define STUBDNS_TESTS_SCRIPTED_H

#include "stubdns.h"

struct script_answer {
  const char *name; /* with its final dot; NULL ends the script */
  uint16_t type;
  unsigned delay_ms;
  unsigned rcode;      /* SCRIPT_SILENCE: nothing comes */
  const char *records; /* "NAME TTL CLASS TYPE RDATA", one a line; of those that
                        * are asked and not listed "" with NXDOMAIN comes */
};

#define SCRIPT_SILENCE 0xffffu

struct scripted {
  uv_loop_t loop;
  stubdns_resolver_t resolver;
  const struct script_answer *script;
  uint64_t now_us;
  size_t query_count;
  size_t blocks;  /* of memory that the resolver holds */
  size_t calls;   /* of its allocator */
  size_t fail_at; /* the call that gets nothing; 0: none */
  struct scripted_packet *packets;
};

/* `options` may be NULL; its allocator is replaced and the system's files are
 * left alone. */
void scripted_open(struct scripted *scripted,
                   const struct script_answer *script,
                   const stubdns_resolver_options_t *options);

/* Runs the loop until nothing keeps it alive. */
void scripted_run(struct scripted *scripted);

/* Milliseconds since the begin. */
unsigned scripted_ms(const struct scripted *scripted);

/* Closes all; no memory may be left. */
void scripted_close(struct scripted *scripted);

#endif
