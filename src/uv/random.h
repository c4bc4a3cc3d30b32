/* Random octets from the kernel, taken in large portions. */
#ifndef STUBDNS_UV_RANDOM_H
#define STUBDNS_UV_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Octets fetched at once: a call of the kernel serves 2000 query IDs. */
#define STUBDNS__RANDOM_SIZE 4096

/* Octets of the first fetch, which most short-lived programs get by with: the
 * kernel gives so many in one piece, and libuv asks for no more at a time. */
#define STUBDNS__RANDOM_FIRST_SIZE 256

/* `octets` that were handed out are zero; the last `left` are still to be. */
struct stubdns__random {
  uint8_t octets[STUBDNS__RANDOM_SIZE];
  size_t left;
  size_t portion;   /* octets of the next fetch */
  unsigned process; /* which process fetched them */
};

/* Returns 0 or STUBDNS_ENOMEM. */
int stubdns__random_init(struct stubdns__random *random);

/* Fills `octets`.  No octet is ever given twice, nor to both sides of a fork().
 *
 * Returns 0 or STUBDNS_ERANDOM. */
int stubdns__random_take(struct stubdns__random *random, uint8_t *octets,
                         size_t length);

#endif
