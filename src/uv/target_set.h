/* The targets that records name, collected and put in order. */
#ifndef STUBDNS_UV_TARGET_SET_H
#define STUBDNS_UV_TARGET_SET_H

#include "stubdns/answer.h"
#include "stubdns/target_lookup.h"

struct stubdns__transport;

struct stubdns__target_set {
  stubdns_target_t *targets;
  size_t count;
};

/* Makes room for `count` targets, or for STUBDNS_TARGETS_MAX and one.  Returns
 * 0 or STUBDNS_ENOMEM. */
int stubdns__target_set_make_room(struct stubdns__transport *transport,
                                  struct stubdns__target_set *set,
                                  size_t count);

/* Adds what the records name that a chain ends in, up to
 * STUBDNS_TARGETS_MAX. */
void stubdns__target_set_collect(struct stubdns__target_set *set,
                                 const stubdns_chain_t *chain,
                                 const stubdns_target_options_t *options);

/* Adds a target that no record names. */
void stubdns__target_set_add_implicit(struct stubdns__target_set *set,
                                      const stubdns_name_t *name,
                                      uint16_t port);

/* Puts all in the order in which they are to be tried.  Returns 0,
 * STUBDNS_ENOMEM or STUBDNS_ERANDOM. */
int stubdns__target_set_order(struct stubdns__transport *transport,
                              struct stubdns__target_set *set);

#endif
