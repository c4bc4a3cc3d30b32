/* The addresses of a host: what is found is told as it arrives, where the user
 * wants that, and put in order when the last of it is there. */
#include "stubdns/address_lookup.h"

#include "uv/address_lookup.h"
#include "uv/address_task.h"
#include "uv/numeric_host.h"
#include "uv/system.h"
#include "uv/transport.h"

#include <string.h>

#define FLAGS_ALL 0x1fu

enum { IPV6 = STUBDNS__IPV6, IPV4 = STUBDNS__IPV4, HTTPS = STUBDNS__HTTPS };

static const uint16_t types[STUBDNS__PARTS] = {
    STUBDNS_TYPE_AAAA, STUBDNS_TYPE_A, STUBDNS_TYPE_HTTPS};

static struct stubdns__address_task *task_of(struct stubdns__task *task) {
  return STUBDNS__ITEM(task, struct stubdns__address_task, task);
}

int stubdns__address_task_wants(const struct stubdns__address_task *task,
                                int index) {
  const unsigned flags = task->options.flags;
  if (index == IPV4) return !(flags & STUBDNS_ADDRESS_NO_IPV4);
  if (index == IPV6) return !(flags & STUBDNS_ADDRESS_NO_IPV6);
  return (flags & STUBDNS_ADDRESS_HTTPS) != 0;
}

/* What is told of the whole: an address if there is one, else what says most: a
 * failure more than "no", since the other half might be there, and that there
 * is no such type more than that there is no such name. */
static int status_of(const struct stubdns__address_task *task, size_t count) {
  const int ipv4 = task->parts[IPV4].status;
  const int ipv6 = task->parts[IPV6].status;
  if (task->is_canceled) return STUBDNS_ECANCELED;
  if (ipv4 == STUBDNS_ENOMEM || ipv6 == STUBDNS_ENOMEM) return STUBDNS_ENOMEM;
  if (count > 0) return 0;
  if (!stubdns__address_task_wants(task, IPV4)) return ipv6;
  if (!stubdns__address_task_wants(task, IPV6)) return ipv4;
  if (ipv4 == STUBDNS_ENONAME) return ipv6;
  return ipv4 == STUBDNS_ENODATA && ipv6 != STUBDNS_ENONAME ? ipv6 : ipv4;
}

/* All addresses in one set, that of IPv6. */
static int join_sets(struct stubdns__address_task *task) {
  struct stubdns__transport *const transport = task->task.transport;
  struct stubdns__address_set *const all = &task->parts[IPV6].set;
  const struct stubdns__address_set *const more = &task->parts[IPV4].set;
  int error = 0;
  for (size_t i = 0; i < more->count && !error; i++)
    error = stubdns__address_set_add(
        transport, all, &more->addresses[i].address, more->addresses[i].ttl_s);
  return error ? error : stubdns__address_set_order(transport, all, 0);
}

static void destroy(struct stubdns__address_task *task) {
  struct stubdns__transport *const transport = task->task.transport;
  for (int i = 0; i < STUBDNS__PARTS; i++)
    stubdns__address_set_release(transport, &task->parts[i].set);
  if (task->search) stubdns__search_list_let_go(transport, task->search->list);
  stubdns__transport_release(transport, task->search);
  stubdns__task_end(&task->task);
  stubdns__transport_release(transport, task);
}

static void finish(struct stubdns__address_task *task) {
  const int error = task->is_canceled ? 0 : join_sets(task);
  const struct stubdns__address_set *const set = &task->parts[IPV6].set;
  const int status = error ? error : status_of(task, set->count);
  const stubdns_addresses_t addresses = {
      .addresses = set->addresses,
      .address_count = status ? 0 : set->count,
      .canonical_name = task->canonical_name,
      .ipv4_status = task->parts[IPV4].status,
      .ipv6_status = task->parts[IPV6].status,
      .https_status = task->parts[HTTPS].status,
  };
  stubdns_address_lookup_t *const lookup = task->lookup;
  lookup->task = NULL;
  stubdns__task_sleep(&task->task);
  lookup->on_addresses(lookup, status, &addresses);
  destroy(task);
}

static void tell(struct stubdns__address_task *task, int index,
                 const stubdns_answer_t *answer) {
  struct stubdns__part *const part = &task->parts[index];
  if (!task->options.on_arrival || task->is_canceled) return;
  part->state = STUBDNS__PART_TOLD;
  if (stubdns__address_set_order(task->task.transport, &part->set, 0))
    part->status = STUBDNS_ENOMEM;
  const stubdns_address_arrival_t arrival = {
      .type = types[index],
      .status = part->status,
      .addresses = part->set.addresses,
      .address_count = part->status ? 0 : part->set.count,
      .answer = answer,
  };
  task->options.on_arrival(task->lookup, &arrival);
}

static int is_good(const struct stubdns__part *part) {
  return part->state == STUBDNS__PART_HERE && part->status == 0;
}

/* IPv4 waits while IPv6 is still asked for, but not for long. */
static void wait_for_ipv6(struct stubdns__address_task *task) {
  struct stubdns__transport *const transport = task->task.transport;
  const uint32_t set_ms = task->options.resolution_delay_ms;
  const uint64_t delay_ms = set_ms ? set_ms : STUBDNS_RESOLUTION_DELAY_MS;
  if (stubdns__timer_is_armed(&task->task.timer)) return;
  stubdns__task_wake(&task->task,
                     stubdns__transport_now_us(transport) + delay_ms * 1000);
}

static void tell_arrivals(struct stubdns__address_task *task) {
  if (!task->options.on_arrival) return;
  if (is_good(&task->parts[IPV6])) tell(task, IPV6, NULL);
  if (!is_good(&task->parts[IPV4])) return;
  if (task->parts[IPV6].state == STUBDNS__PART_ASKED)
    wait_for_ipv6(task);
  else
    tell(task, IPV4, NULL);
}

static void conclude(struct stubdns__address_task *task) {
  for (int i = 0; i < STUBDNS__PARTS; i++)
    if (task->parts[i].state == STUBDNS__PART_HERE) tell(task, i, NULL);
  finish(task);
}

static void go_on(struct stubdns__address_task *task) {
  tell_arrivals(task);
  if (task->asked_count == 0) stubdns__address_sources_go_on(task);
  if (task->asked_count == 0) conclude(task);
}

void stubdns__address_task_arrive(struct stubdns__address_task *task, int index,
                                  const stubdns_answer_t *answer) {
  if (index == HTTPS && is_good(&task->parts[HTTPS])) tell(task, HTTPS, answer);
  go_on(task);
}

static void on_time(struct stubdns__task *base) {
  struct stubdns__address_task *const task = task_of(base);
  if (task->asked_count == 0)
    conclude(task);
  else if (is_good(&task->parts[IPV4]))
    tell(task, IPV4, NULL);
}

static void cancel(struct stubdns__task *base) {
  struct stubdns__address_task *const task = task_of(base);
  task->is_canceled = 1;
  for (int i = 0; i < STUBDNS__PARTS; i++)
    if (task->parts[i].state == STUBDNS__PART_ASKED)
      (void)stubdns_cancel(&task->parts[i].lookup);
  if (task->asked_count == 0) stubdns__task_wake(base, 0);
}

static const struct stubdns__task_kind address_task = {on_time, cancel};

/* An address is its own, if its family is wanted. */
static void take_literal(struct stubdns__address_task *task,
                         const stubdns_address_t *address) {
  const int index = address->length == 4 ? IPV4 : IPV6;
  stubdns_address_t with_port = *address;
  with_port.port = task->options.port;
  task->parts[IPV4].status = task->parts[IPV6].status = STUBDNS_ENODATA;
  if (!stubdns__address_task_wants(task, index)) return;
  task->parts[index].state = STUBDNS__PART_HERE;
  task->parts[index].status = stubdns__address_set_add(
      task->task.transport, &task->parts[index].set, &with_port, 0);
}

/* `text` may be NULL: the name is not to be taken for anything else. */
static void begin(struct stubdns__address_task *task, const char *text) {
  stubdns_address_t literal;
  const int error =
      text ? stubdns__numeric_host(text, &literal) : STUBDNS_EBADADDRESS;
  if (!error)
    take_literal(task, &literal);
  else if (error == STUBDNS_ENONAME)
    task->parts[IPV4].status = task->parts[IPV6].status = error;
  else
    stubdns__address_sources_begin(task);
  if (task->asked_count == 0) stubdns__task_wake(&task->task, 0);
}

/* A name given as text may be short for others.  Returns 0 or STUBDNS_ENOMEM.
 */
static int begin_search(struct stubdns__address_task *task, const char *text) {
  struct stubdns__transport *const transport = task->task.transport;
  const struct stubdns__search_list *const list = transport->system.search;
  const int is_searched = text && list && list->domain_count > 0 &&
                          !(task->options.flags & STUBDNS_ADDRESS_NO_SEARCH);
  if (!is_searched) return 0;
  task->search = stubdns__transport_allocate(transport, sizeof *task->search);
  if (!task->search) return STUBDNS_ENOMEM;
  task->search->list = stubdns__search_list_hold(transport);
  return stubdns__search_begin(&task->search->search, task->search->list, text,
                               strlen(text));
}

static int check(const stubdns_address_options_t *options) {
  const unsigned none = STUBDNS_ADDRESS_NO_IPV4 | STUBDNS_ADDRESS_NO_IPV6;
  if (options->flags & ~FLAGS_ALL) return STUBDNS_EINVALID;
  return (options->flags & none) == none ? STUBDNS_EINVALID : 0;
}

int stubdns__address_lookup_start(stubdns_resolver_t *resolver,
                                  stubdns_address_lookup_t *lookup,
                                  const stubdns_name_t *name, const char *text,
                                  const stubdns_address_options_t *options,
                                  stubdns_address_lookup_cb on_addresses) {
  struct stubdns__transport *const transport = resolver->transport;
  if (transport->closing) return UV_ECANCELED;
  struct stubdns__address_task *const task =
      stubdns__transport_allocate(transport, sizeof *task);
  if (!task) return STUBDNS_ENOMEM;
  memset(task, 0, sizeof *task);
  task->lookup = lookup;
  task->options = *options;
  task->name = task->canonical_name = *name;
  const uint32_t own_ms = options->lookup.deadline_ms;
  task->until_us = stubdns__transport_now_us(transport) +
                   1000 * (uint64_t)(own_ms ? own_ms : transport->deadline_ms);
  lookup->resolver = resolver;
  lookup->on_addresses = on_addresses;
  lookup->task = task;
  stubdns__task_begin(transport, &task->task, &address_task);
  stubdns__system_refresh(transport);
  const int error = begin_search(task, text);
  if (error) {
    lookup->task = NULL;
    destroy(task);
    return error;
  }
  begin(task, text);
  return 0;
}

/* The text "fe80::1%eth0" is a name as well, though nobody's. */
int stubdns_address_lookup(stubdns_resolver_t *resolver,
                           stubdns_address_lookup_t *lookup, const char *name,
                           const stubdns_address_options_t *options,
                           stubdns_address_lookup_cb on_addresses) {
  static const stubdns_address_options_t defaults;
  stubdns_name_t wire;
  if (!name || !on_addresses) return STUBDNS_EINVALID;
  if (!options) options = &defaults;
  int error = check(options);
  if (!error) error = stubdns_name_from_text(&wire, name, strlen(name));
  if (error) return error;
  return stubdns__address_lookup_start(resolver, lookup, &wire, name, options,
                                       on_addresses);
}

int stubdns_address_cancel(stubdns_address_lookup_t *lookup) {
  if (!lookup->task) return STUBDNS_EINVALID;
  cancel(&lookup->task->task);
  return 0;
}
