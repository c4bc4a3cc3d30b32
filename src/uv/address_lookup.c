/* The addresses of a host: up to three lookups at once, whose answers are
 * collected, told as they arrive where the user wants that, and put in order
 * when the last one is there. */
#include "stubdns/address_lookup.h"

#include "uv/address_lookup.h"
#include "uv/address_set.h"
#include "uv/lookup.h"
#include "uv/numeric_host.h"
#include "uv/outcome.h"
#include "uv/transport.h"

#include <stdio.h>
#include <string.h>

#define FLAGS_ALL 0x1fu
#define PORT_HTTP 80
#define PORT_HTTPS 443

enum part_state {
  PART_UNASKED,
  PART_ASKED, /* its lookup is under way */
  PART_HERE,  /* its lookup has ended, and the user was not told */
  PART_TOLD
};

/* The lookup of one type. */
struct part {
  stubdns_lookup_t lookup; /* its `data` is the task */
  enum part_state state;
  int status;
  struct stubdns__address_set set;
};

/* In the order in which the user is told. */
enum { IPV6, IPV4, HTTPS, PARTS };

static const uint16_t types[PARTS] = {STUBDNS_TYPE_AAAA, STUBDNS_TYPE_A,
                                      STUBDNS_TYPE_HTTPS};

struct stubdns__address_task {
  struct stubdns__task task;
  stubdns_address_lookup_t *lookup;
  stubdns_address_options_t options;
  stubdns_name_t name;
  stubdns_name_t canonical_name;
  struct part parts[PARTS];
  unsigned asked_count; /* parts whose lookups are under way */
  int is_canceled;
};

static struct stubdns__address_task *task_of(struct stubdns__task *task) {
  return STUBDNS__ITEM(task, struct stubdns__address_task, task);
}

static int wants(const struct stubdns__address_task *task, int index) {
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
  if (!wants(task, IPV4)) return ipv6;
  if (!wants(task, IPV6)) return ipv4;
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
  for (int i = 0; i < PARTS; i++)
    stubdns__address_set_release(transport, &task->parts[i].set);
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
  struct part *const part = &task->parts[index];
  if (!task->options.on_arrival || task->is_canceled) return;
  part->state = PART_TOLD;
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

static int is_good(const struct part *part) {
  return part->state == PART_HERE && part->status == 0;
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
  if (task->parts[IPV6].state == PART_ASKED)
    wait_for_ipv6(task);
  else
    tell(task, IPV4, NULL);
}

static void tell_the_rest(struct stubdns__address_task *task) {
  for (int i = 0; i < PARTS; i++)
    if (task->parts[i].state == PART_HERE) tell(task, i, NULL);
}

static void go_on(struct stubdns__address_task *task) {
  tell_arrivals(task);
  if (task->asked_count > 0) return;
  tell_the_rest(task);
  finish(task);
}

/* Returns the part's status. */
static int collect(struct stubdns__address_task *task, struct part *part,
                   const stubdns_answer_t *answer) {
  stubdns_chain_t chain;
  if (stubdns_chain_follow(&chain, answer->message, &answer->question))
    return STUBDNS_EMALFORMED;
  const int status = stubdns__status_of_outcome(&chain);
  if (status || part == &task->parts[HTTPS]) return status;
  task->canonical_name = chain.target;
  return stubdns__address_set_add_chain(task->task.transport, &part->set,
                                        &chain, task->options.port);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct stubdns__address_task *const task = lookup->data;
  struct part *const part = STUBDNS__ITEM(lookup, struct part, lookup);
  part->state = PART_HERE;
  part->status = status ? status : collect(task, part, answer);
  task->asked_count--;
  if (part == &task->parts[HTTPS] && !part->status) tell(task, HTTPS, answer);
  go_on(task);
}

/* RFC 9460 section 9.1. */
static int make_https_name(const struct stubdns__address_task *task,
                           stubdns_name_t *name) {
  const unsigned port = task->options.port;
  uint8_t octets[STUBDNS_NAME_MAX + sizeof "_65535._https"];
  char label[sizeof "_65535"];
  *name = task->name;
  if (port == 0 || port == PORT_HTTP || port == PORT_HTTPS) return 0;
  const int length = snprintf(label, sizeof label, "_%u", port);
  octets[0] = (uint8_t)length;
  memcpy(octets + 1, label, (size_t)length);
  memcpy(octets + 1 + length, "\6_https", 7);
  memcpy(octets + 8 + length, name->octets, name->length);
  return stubdns_name_from_wire(name, octets,
                                8 + (size_t)length + name->length);
}

/* A lookup that does not begin has ended. */
static void ask(struct stubdns__address_task *task, int index) {
  struct part *const part = &task->parts[index];
  stubdns_question_t question = {.type = types[index], .name = task->name};
  int error = 0;
  if (!wants(task, index)) return;
  if (index == HTTPS) error = make_https_name(task, &question.name);
  part->lookup.data = task;
  if (!error)
    error = stubdns__lookup_start(task->lookup->resolver, &part->lookup,
                                  &question, &task->options.lookup, on_answer);
  part->state = error ? PART_HERE : PART_ASKED;
  part->status = error;
  task->asked_count += !error;
}

static void on_time(struct stubdns__task *base) {
  struct stubdns__address_task *const task = task_of(base);
  if (task->asked_count == 0)
    go_on(task);
  else if (is_good(&task->parts[IPV4]))
    tell(task, IPV4, NULL);
}

static void cancel(struct stubdns__task *base) {
  struct stubdns__address_task *const task = task_of(base);
  task->is_canceled = 1;
  for (int i = 0; i < PARTS; i++)
    if (task->parts[i].state == PART_ASKED)
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
  if (!wants(task, index)) return;
  task->parts[index].state = PART_HERE;
  task->parts[index].status = stubdns__address_set_add(
      task->task.transport, &task->parts[index].set, &with_port, 0);
}

static void ask_all(struct stubdns__address_task *task) {
  for (int i = 0; i < PARTS; i++)
    ask(task, i);
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
    ask_all(task);
  if (task->asked_count == 0) stubdns__task_wake(&task->task, 0);
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
  lookup->resolver = resolver;
  lookup->on_addresses = on_addresses;
  lookup->task = task;
  stubdns__task_begin(transport, &task->task, &address_task);
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
