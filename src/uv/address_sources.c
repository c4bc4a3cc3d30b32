/* Where the addresses of a host are looked for: the sources of nsswitch.conf in
 * their order.  In the DNS the names of the search list are tried in turn, both
 * families of each at once. */
#include "config/nsswitch.h"
#include "resolver/multicast.h"
#include "uv/address_task.h"
#include "uv/lookup.h"
#include "uv/outcome.h"
#include "uv/system.h"
#include "uv/transport.h"

#include "config/resolv_conf.h"

#include <stdio.h>
#include <string.h>

#define PORT_HTTP 80
#define PORT_HTTPS 443

static const uint16_t types[STUBDNS__PARTS] = {
    STUBDNS_TYPE_AAAA, STUBDNS_TYPE_A, STUBDNS_TYPE_HTTPS};

static int is_multicast(const struct stubdns__address_task *task) {
  return task->task.transport->multicast.is_on &&
         stubdns__multicast_is_for(&task->name);
}

/* Returns the part's status. */
static int collect(struct stubdns__address_task *task, int index,
                   const stubdns_answer_t *answer) {
  stubdns_chain_t chain;
  if (stubdns_chain_follow(&chain, answer->message, &answer->question))
    return STUBDNS_EMALFORMED;
  const int status = stubdns__status_of_outcome(&chain);
  if (status || index == STUBDNS__HTTPS) return status;
  /* The link on which a neighbour said so is the one that he is on. */
  const uint32_t scope_id = is_multicast(task) ? answer->server.scope_id : 0;
  task->canonical_name = chain.target;
  return stubdns__address_set_add_chain(task->task.transport,
                                        &task->parts[index].set, &chain,
                                        task->options.port, scope_id);
}

/* Nobody on a link says no: silence does.  Whoever has one family and says
 * nothing of the other has had the time to. */
static int status_by_multicast(struct stubdns__address_task *task, int status) {
  if (task->is_canceled || !is_multicast(task)) return status;
  if (status == STUBDNS_ECANCELED) return STUBDNS_ENODATA;
  if (status) return status == STUBDNS_ETIMEOUT ? STUBDNS_ENONAME : status;
  for (int i = 0; i < STUBDNS__PARTS; i++)
    if (task->parts[i].state == STUBDNS__PART_ASKED)
      (void)stubdns_cancel(&task->parts[i].lookup);
  return 0;
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct stubdns__address_task *const task = lookup->data;
  struct stubdns__part *const part =
      STUBDNS__ITEM(lookup, struct stubdns__part, lookup);
  const int index = (int)(part - task->parts);
  part->state = STUBDNS__PART_HERE;
  part->status = status ? status : collect(task, index, answer);
  part->status = status_by_multicast(task, part->status);
  task->asked_count--;
  if (task->search)
    (void)stubdns__search_is_denied(&task->search->search, status, answer);
  stubdns__address_task_arrive(task, index, answer);
}

/* The name that is asked for now. */
static const stubdns_name_t *
asked_name(const struct stubdns__address_task *task) {
  return task->search ? &task->search->name : &task->name;
}

/* RFC 9460 section 9.1. */
static int make_https_name(const struct stubdns__address_task *task,
                           stubdns_name_t *name) {
  const unsigned port = task->options.port;
  uint8_t octets[STUBDNS_NAME_MAX + sizeof "_65535._https"];
  char label[sizeof "_65535"];
  *name = *asked_name(task);
  if (port == 0 || port == PORT_HTTP || port == PORT_HTTPS) return 0;
  const int length = snprintf(label, sizeof label, "_%u", port);
  octets[0] = (uint8_t)length;
  memcpy(octets + 1, label, (size_t)length);
  memcpy(octets + 1 + length, "\6_https", 7);
  memcpy(octets + 8 + length, name->octets, name->length);
  return stubdns_name_from_wire(name, octets,
                                8 + (size_t)length + name->length);
}

/* The names of a search share the deadline. */
static stubdns_lookup_options_t
lookup_options(const struct stubdns__address_task *task) {
  stubdns_lookup_options_t options = task->options.lookup;
  const uint64_t now_us = stubdns__transport_now_us(task->task.transport);
  const uint64_t left_us =
      task->until_us > now_us ? task->until_us - now_us : 0;
  options.deadline_ms = (uint32_t)((left_us + 999) / 1000);
  if (options.deadline_ms == 0) options.deadline_ms = 1;
  return options;
}

static int start_lookup(struct stubdns__address_task *task, int index) {
  const stubdns_lookup_options_t options = lookup_options(task);
  const unsigned flags = task->task.transport->system.flags;
  stubdns_question_t question = {.type = types[index],
                                 .name = *asked_name(task)};
  if (index == STUBDNS__IPV6 && flags & STUBDNS__CONF_NO_AAAA)
    return STUBDNS_ENODATA;
  if (index == STUBDNS__HTTPS) {
    const int error = make_https_name(task, &question.name);
    if (error) return error;
  }
  task->parts[index].lookup.data = task;
  return stubdns__lookup_start(task->lookup->resolver,
                               &task->parts[index].lookup, &question, &options,
                               on_answer);
}

/* A lookup that does not begin has ended. */
static void ask(struct stubdns__address_task *task) {
  for (int i = 0; i < STUBDNS__PARTS; i++) {
    struct stubdns__part *const part = &task->parts[i];
    if (!stubdns__address_task_wants(task, i)) continue;
    if (part->state == STUBDNS__PART_TOLD) continue;
    const int error = start_lookup(task, i);
    part->state = error ? STUBDNS__PART_HERE : STUBDNS__PART_ASKED;
    part->status = error;
    task->asked_count += !error;
  }
}

static size_t count_addresses(const struct stubdns__address_task *task) {
  return task->parts[STUBDNS__IPV4].set.count +
         task->parts[STUBDNS__IPV6].set.count;
}

static void set_statuses(struct stubdns__address_task *task, int status) {
  for (int i = STUBDNS__IPV6; i <= STUBDNS__IPV4; i++) {
    struct stubdns__part *const part = &task->parts[i];
    const int is_good = part->set.count > 0;
    if (!stubdns__address_task_wants(task, i)) continue;
    if (part->state != STUBDNS__PART_TOLD) part->state = STUBDNS__PART_HERE;
    part->status = is_good ? 0 : status;
  }
}

static void add_host(struct stubdns__address_task *task,
                     const stubdns_address_t *found) {
  const int index = found->length == 4 ? STUBDNS__IPV4 : STUBDNS__IPV6;
  stubdns_address_t address = *found;
  if (!stubdns__address_task_wants(task, index)) return;
  address.port = task->options.port;
  if (stubdns__address_set_add(task->task.transport, &task->parts[index].set,
                               &address, 0))
    task->parts[index].status = STUBDNS_ENOMEM;
}

/* The first line's first name is the canonical one. */
static enum stubdns__source_status
look_in_files(struct stubdns__address_task *task) {
  const struct stubdns__hosts *hosts;
  if (task->options.flags & STUBDNS_ADDRESS_NO_HOSTS)
    return STUBDNS__SOURCE_UNAVAILABLE;
  if (stubdns__system_hosts(task->task.transport, &hosts))
    return STUBDNS__SOURCE_TRY_AGAIN;
  const struct stubdns__host_name *const first =
      stubdns__hosts_find_name(hosts, &task->name);
  for (const struct stubdns__host_name *at = first; at; at = at->same)
    add_host(task, &at->host->address);
  if (count_addresses(task) == 0) {
    set_statuses(task, STUBDNS_ENONAME);
    return STUBDNS__SOURCE_NOT_FOUND;
  }
  stubdns__host_name_get(first->host->names, &task->canonical_name);
  set_statuses(task, STUBDNS_ENODATA);
  return STUBDNS__SOURCE_SUCCESS;
}

/* Returns 0 where all names were tried. */
static int next_name(struct stubdns__address_task *task) {
  struct stubdns__name_search *const search = task->search;
  return search && stubdns__search_next(&search->search, &search->name);
}

/* Whether lookups are under way. */
static int begin_names(struct stubdns__address_task *task) {
  (void)next_name(task);
  ask(task);
  return task->asked_count > 0;
}

/* What the lookups of one name ended with. */
static enum stubdns__source_status
status_of_names(const struct stubdns__address_task *task) {
  if (count_addresses(task) > 0) return STUBDNS__SOURCE_SUCCESS;
  for (int i = STUBDNS__IPV6; i <= STUBDNS__IPV4; i++) {
    const int status = task->parts[i].status;
    if (status == STUBDNS_ENOSERVER) return STUBDNS__SOURCE_UNAVAILABLE;
    if (status && status != STUBDNS_ENONAME && status != STUBDNS_ENODATA)
      return STUBDNS__SOURCE_TRY_AGAIN;
  }
  return STUBDNS__SOURCE_NOT_FOUND;
}

static int is_denied(const struct stubdns__address_task *task) {
  for (int i = STUBDNS__IPV6; i <= STUBDNS__IPV4; i++)
    if (stubdns__address_task_wants(task, i) &&
        task->parts[i].status != STUBDNS_ENONAME)
      return 0;
  return 1;
}

/* Tries a source.  Returns 1 where lookups are under way, else gives how it
 * ended. */
static int try_source(struct stubdns__address_task *task,
                      enum stubdns__source source,
                      enum stubdns__source_status *status) {
  const int is_mdns =
      source == STUBDNS__SOURCE_MDNS || source == STUBDNS__SOURCE_MDNS_LOCAL;
  *status = STUBDNS__SOURCE_UNAVAILABLE;
  if (source == STUBDNS__SOURCE_FILES) *status = look_in_files(task);
  if (source != STUBDNS__SOURCE_DNS && !(is_mdns && is_multicast(task)))
    return 0;
  if (begin_names(task)) return 1;
  *status = status_of_names(task);
  return 0;
}

/* Goes on behind the rule whose source has ended. */
static void follow_rules(struct stubdns__address_task *task,
                         const struct stubdns__nsswitch *nsswitch,
                         enum stubdns__source_status status, int has_ended) {
  for (;;) {
    if (has_ended &&
        nsswitch->rules[task->rule].actions[status] == STUBDNS__SOURCE_RETURN)
      return;
    task->rule += (size_t)has_ended;
    if (task->rule >= nsswitch->rule_count) return;
    has_ended = 1;
    if (try_source(task,
                   (enum stubdns__source)nsswitch->rules[task->rule].source,
                   &status))
      return;
  }
}

/* Where the rules have become fewer meanwhile, it ends. */
static void follow(struct stubdns__address_task *task, int has_ended) {
  const struct stubdns__nsswitch *nsswitch;
  const enum stubdns__source_status status = status_of_names(task);
  if (stubdns__system_nsswitch(task->task.transport, &nsswitch)) {
    set_statuses(task, STUBDNS_ENOMEM);
    return;
  }
  if (task->rule < nsswitch->rule_count)
    follow_rules(task, nsswitch, status, has_ended);
}

void stubdns__address_sources_begin(struct stubdns__address_task *task) {
  set_statuses(task, STUBDNS_ENONAME);
  follow(task, 0);
}

void stubdns__address_sources_go_on(struct stubdns__address_task *task) {
  if (task->is_canceled) return;
  if (is_denied(task) && next_name(task)) {
    ask(task);
    if (task->asked_count > 0) return;
  }
  follow(task, 1);
}
