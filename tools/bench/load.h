/* What the clients that are measured have in common: as many questions as they
 * are told, a window of them in flight at a time. */
#ifndef STUBDNS_BENCH_LOAD_H
#define STUBDNS_BENCH_LOAD_H

#include <stddef.h>
#include <stdint.h>

struct load {
  uint16_t port; /* of the server, on 127.0.0.1 */
  size_t count;
  size_t window;
  int is_mixed; /* names differ in length */
  int is_once;  /* nothing is sent again */
  int shows_resources;
  /* What comes of it. */
  size_t answered;
  size_t octets_each; /* in flight; 0: not measured */
  size_t
      allocation_count;   /* after all that were in flight at first had ended */
  uint64_t *latencies_ns; /* of every question; NULL: not asked for */
};

/* Writes the name of question number `number`, at most 63 characters. */
size_t load_name(const struct load *load, size_t number, char *name);

uint64_t load_now_ns(void);

/* Each returns 0 when all questions have been dealt with. */
int load_raw(struct load *load);
int load_blocking(struct load *load);
int load_stubdns(struct load *load);
int load_stubdns_fresh(struct load *load);
int load_memory(struct load *load);
int load_cares(struct load *load);
int load_addresses(struct load *load);
int load_addresses_uv(struct load *load);
int load_addresses_cares(struct load *load);

#endif
