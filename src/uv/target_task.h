/* A target lookup under way, shared by target_lookup.c, which asks for the
 * records, and target_addresses.c, which asks for the addresses. */
#ifndef STUBDNS_UV_TARGET_TASK_H
#define STUBDNS_UV_TARGET_TASK_H

#include "uv/target_set.h"
#include "uv/task.h"

/* The lookup of one target's addresses. */
struct stubdns__target_part {
  stubdns_address_lookup_t lookup; /* its `data` is the task */
  stubdns_host_address_t *addresses;
  int is_asked;
};

struct stubdns__target_task {
  struct stubdns__task task;
  stubdns_target_lookup_t *lookup;
  stubdns_target_options_t options;
  stubdns_question_t question; /* of the lookup now, or of the last one */
  stubdns_address_t address;   /* whose names are asked for */
  stubdns_lookup_t records;    /* its `data` is the task */
  uint8_t *octets;             /* of the message */
  stubdns_message_t message;
  struct stubdns__target_set set;
  struct stubdns__target_part parts[STUBDNS_TARGETS_ASKED_MAX];
  unsigned alias_count;
  unsigned asked_count; /* lookups under way */
  int status;
  int is_canceled;
  uint64_t until_us;
};

/* The options of a lookup that begins now: the deadline is that of the whole.
 */
stubdns_lookup_options_t
stubdns__target_task_options(const struct stubdns__target_task *task);

/* Begins lookups of the addresses of the first targets. */
void stubdns__target_addresses_ask(struct stubdns__target_task *task);

/* All lookups have ended. */
void stubdns__target_task_finish(struct stubdns__target_task *task);

#endif
