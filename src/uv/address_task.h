/* An address lookup under way, shared by address_lookup.c, which tells the
 * user, and address_sources.c, which asks. */
#ifndef STUBDNS_UV_ADDRESS_TASK_H
#define STUBDNS_UV_ADDRESS_TASK_H

#include "resolver/search.h"
#include "stubdns/address_lookup.h"
#include "uv/address_set.h"
#include "uv/task.h"

enum stubdns__part_state {
  STUBDNS__PART_UNASKED,
  STUBDNS__PART_ASKED, /* its lookup is under way */
  STUBDNS__PART_HERE,  /* it has ended, and the user was not told */
  STUBDNS__PART_TOLD
};

/* What is known of one type. */
struct stubdns__part {
  stubdns_lookup_t lookup; /* its `data` is the task */
  enum stubdns__part_state state;
  int status;
  struct stubdns__address_set set;
};

/* In the order in which the user is told. */
enum { STUBDNS__IPV6, STUBDNS__IPV4, STUBDNS__HTTPS, STUBDNS__PARTS };

/* The names that a short one may stand for. */
struct stubdns__name_search {
  struct stubdns__search_list *list; /* held */
  struct stubdns__search search;
  stubdns_name_t name; /* that is asked for now */
};

struct stubdns__address_task {
  struct stubdns__task task;
  stubdns_address_lookup_t *lookup;
  stubdns_address_options_t options;
  uint64_t until_us;
  stubdns_name_t name; /* as the user gave it */
  stubdns_name_t canonical_name;
  struct stubdns__part parts[STUBDNS__PARTS];
  unsigned asked_count; /* parts whose lookups are under way */
  int is_canceled;

  size_t rule; /* of nsswitch.conf: the source that is asked */
  struct stubdns__name_search *search; /* NULL: the name stands for itself */
};

int stubdns__address_task_wants(const struct stubdns__address_task *task,
                                int index);

/* Looks in one source after the other, as nsswitch.conf says, until lookups are
 * under way or nothing is left; then the same once all lookups have ended. */
void stubdns__address_sources_begin(struct stubdns__address_task *task);
void stubdns__address_sources_go_on(struct stubdns__address_task *task);

/* A part's lookup has ended; `answer` may be NULL. */
void stubdns__address_task_arrive(struct stubdns__address_task *task, int index,
                                  const stubdns_answer_t *answer);

#endif
