/* Records that name hosts, and the addresses of these: one lookup after the
 * other along aliases of SVCB, then the addresses of all targets at once. */
#include "stubdns/target_lookup.h"

#include "uv/lookup.h"
#include "uv/outcome.h"
#include "uv/target_task.h"
#include "uv/transport.h"

#include <string.h>

#define FLAGS_ALL 0x07u

static struct stubdns__target_task *task_of(struct stubdns__task *task) {
  return STUBDNS__ITEM(task, struct stubdns__target_task, task);
}

static void destroy(struct stubdns__target_task *task) {
  struct stubdns__transport *const transport = task->task.transport;
  for (size_t i = 0; i < STUBDNS_TARGETS_ASKED_MAX; i++)
    stubdns__transport_release(transport, task->parts[i].addresses);
  stubdns__transport_release(transport, task->set.targets);
  stubdns__transport_release(transport, task->octets);
  stubdns__task_end(&task->task);
  stubdns__transport_release(transport, task);
}

void stubdns__target_task_finish(struct stubdns__target_task *task) {
  stubdns_target_lookup_t *const lookup = task->lookup;
  const int status = task->is_canceled ? STUBDNS_ECANCELED : task->status;
  const stubdns_targets_t targets = {
      .targets = task->set.targets,
      .target_count = status ? 0 : task->set.count,
  };
  lookup->task = NULL;
  stubdns__task_sleep(&task->task);
  lookup->on_targets(lookup, status, &targets);
  destroy(task);
}

stubdns_lookup_options_t
stubdns__target_task_options(const struct stubdns__target_task *task) {
  stubdns_lookup_options_t options = task->options.lookup;
  const uint64_t now_us = stubdns__transport_now_us(task->task.transport);
  const uint64_t left_us =
      task->until_us > now_us ? task->until_us - now_us : 0;
  options.deadline_ms = (uint32_t)(left_us / 1000 + 1);
  return options;
}

static int is_svcb(const struct stubdns__target_task *task) {
  return task->question.type == STUBDNS_TYPE_SVCB ||
         task->question.type == STUBDNS_TYPE_HTTPS;
}

/* Where no record names a target the name may be one itself. */
static int take_none(struct stubdns__target_task *task, int status,
                     const stubdns_name_t *name) {
  const int is_mail =
      task->question.type == STUBDNS_TYPE_MX && status == STUBDNS_ENODATA;
  const int is_alias = is_svcb(task) && task->alias_count > 0 &&
                       (status == STUBDNS_ENODATA || status == STUBDNS_ENONAME);
  if (!is_mail && !is_alias) return status;
  const int error =
      stubdns__target_set_make_room(task->task.transport, &task->set, 1);
  if (!error)
    stubdns__target_set_add_implicit(&task->set, name, task->options.port);
  return error;
}

/* Returns 0 or an error. */
static int fill_set(struct stubdns__target_task *task,
                    const stubdns_chain_t *chain) {
  struct stubdns__transport *const transport = task->task.transport;
  /* one more, for what no record names */
  int error = stubdns__target_set_make_room(transport, &task->set,
                                            chain->answer_count + (size_t)1);
  if (error) return error;
  stubdns__target_set_collect(&task->set, chain, &task->options);
  if (task->question.type != STUBDNS_TYPE_PTR)
    error = stubdns__target_set_order(transport, &task->set);
  if (!error && is_svcb(task) && task->alias_count > 0)
    stubdns__target_set_add_implicit(&task->set, &chain->target,
                                     task->options.port);
  return error;
}

static int take_targets(struct stubdns__target_task *task,
                        const stubdns_chain_t *chain) {
  const int error = fill_set(task, chain);
  if (error || task->set.count > 0) return error;
  return is_svcb(task) ? STUBDNS_ENODATA : STUBDNS_ENOSERVICE;
}

/* The records outlive the lookup that brought them. */
static int keep_message(struct stubdns__target_task *task,
                        const stubdns_message_t *message) {
  struct stubdns__transport *const transport = task->task.transport;
  stubdns__transport_release(transport, task->octets);
  task->octets = stubdns__transport_allocate(transport, message->length);
  if (!task->octets) return STUBDNS_ENOMEM;
  memcpy(task->octets, message->octets, message->length);
  return stubdns_message_parse(&task->message, task->octets, message->length,
                               message->parse_flags);
}

/* A set with a record in AliasMode has no other, RFC 9460 section 2.4.1; of
 * several one is taken at random. */
static int find_alias(struct stubdns__target_task *task,
                      const stubdns_chain_t *chain, stubdns_name_t *target) {
  stubdns_name_t name;
  stubdns_record_t record;
  size_t count = 0;
  stubdns_records_t records =
      stubdns_message_records(chain->message, STUBDNS_SECTION_ANSWER);
  while (stubdns_chain_next(chain, &records, &record)) {
    uint32_t random = 0;
    if (!stubdns_record_is_service_alias(&record, &name)) continue;
    count++;
    if (stubdns__transport_random(task->task.transport, (uint8_t *)&random,
                                  sizeof random))
      return 0;
    if (random % count == 0) *target = name;
  }
  return count > 0;
}

static void ask_records(struct stubdns__target_task *task);

static int follow_alias(struct stubdns__target_task *task,
                        const stubdns_name_t *target) {
  if (target->length == 1) return STUBDNS_ENOSERVICE;
  if (task->alias_count == STUBDNS_SERVICE_ALIASES_MAX)
    return STUBDNS_EALIASDEPTH;
  task->alias_count++;
  task->question.name = *target;
  ask_records(task);
  return task->status;
}

/* Returns the status of the whole so far; begins what comes next. */
static int take_answer(struct stubdns__target_task *task,
                       const stubdns_answer_t *answer) {
  stubdns_chain_t chain;
  stubdns_name_t alias;
  int error = keep_message(task, answer->message);
  if (error) return error;
  error = stubdns_chain_follow(&chain, &task->message, &answer->question);
  if (error) return error;
  const int status = stubdns__status_of_outcome(&chain);
  if (!status && find_alias(task, &chain, &alias))
    return follow_alias(task, &alias);
  error = status ? take_none(task, status, &task->question.name)
                 : take_targets(task, &chain);
  if (!error) stubdns__target_addresses_ask(task);
  return error;
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct stubdns__target_task *const task = lookup->data;
  task->asked_count = 0;
  task->status = status;
  if (!status && !task->is_canceled) task->status = take_answer(task, answer);
  if (task->asked_count == 0) stubdns__target_task_finish(task);
}

static void ask_records(struct stubdns__target_task *task) {
  const stubdns_lookup_options_t options = stubdns__target_task_options(task);
  task->records.data = task;
  task->status = stubdns__lookup_start(task->lookup->resolver, &task->records,
                                       &task->question, &options, on_answer);
  task->asked_count = !task->status;
}

static void on_time(struct stubdns__task *base) {
  stubdns__target_task_finish(task_of(base));
}

static void cancel(struct stubdns__task *base) {
  struct stubdns__target_task *const task = task_of(base);
  task->is_canceled = 1;
  (void)stubdns_cancel(&task->records);
  for (size_t i = 0; i < STUBDNS_TARGETS_ASKED_MAX; i++)
    if (task->parts[i].is_asked)
      (void)stubdns_address_cancel(&task->parts[i].lookup);
}

static const struct stubdns__task_kind target_task = {on_time, cancel};

static int check_flags(unsigned flags) {
  const unsigned none = STUBDNS_TARGET_NO_IPV4 | STUBDNS_TARGET_NO_IPV6;
  if (flags & ~FLAGS_ALL || (flags & none) == none) return STUBDNS_EINVALID;
  return 0;
}

static int start(stubdns_resolver_t *resolver, stubdns_target_lookup_t *lookup,
                 const stubdns_question_t *question,
                 const stubdns_target_options_t *options,
                 stubdns_target_lookup_cb on_targets) {
  static const stubdns_target_options_t defaults;
  struct stubdns__transport *const transport = resolver->transport;
  if (!options) options = &defaults;
  if (!on_targets || check_flags(options->flags)) return STUBDNS_EINVALID;
  if (transport->closing) return UV_ECANCELED;
  struct stubdns__target_task *const task =
      stubdns__transport_allocate(transport, sizeof *task);
  if (!task) return STUBDNS_ENOMEM;
  memset(task, 0, sizeof *task);
  task->lookup = lookup;
  task->options = *options;
  task->question = *question;
  const uint32_t own_ms = options->lookup.deadline_ms;
  task->until_us = stubdns__transport_now_us(transport) +
                   1000 * (uint64_t)(own_ms ? own_ms : transport->deadline_ms);
  lookup->resolver = resolver;
  lookup->on_targets = on_targets;
  lookup->task = task;
  stubdns__task_begin(transport, &task->task, &target_task);
  ask_records(task);
  const int error = task->status;
  if (!error) return 0;
  lookup->task = NULL;
  destroy(task);
  return error;
}

static int start_by_name(stubdns_resolver_t *resolver,
                         stubdns_target_lookup_t *lookup, const char *name,
                         uint16_t type, const stubdns_target_options_t *options,
                         stubdns_target_lookup_cb on_targets) {
  stubdns_question_t question = {.type = type};
  if (!name) return STUBDNS_EINVALID;
  const int error = stubdns_name_from_text(&question.name, name, strlen(name));
  return error ? error
               : start(resolver, lookup, &question, options, on_targets);
}

int stubdns_lookup_mx(stubdns_resolver_t *resolver,
                      stubdns_target_lookup_t *lookup, const char *name,
                      const stubdns_target_options_t *options,
                      stubdns_target_lookup_cb on_targets) {
  return start_by_name(resolver, lookup, name, STUBDNS_TYPE_MX, options,
                       on_targets);
}

int stubdns_lookup_srv(stubdns_resolver_t *resolver,
                       stubdns_target_lookup_t *lookup, const char *name,
                       const stubdns_target_options_t *options,
                       stubdns_target_lookup_cb on_targets) {
  return start_by_name(resolver, lookup, name, STUBDNS_TYPE_SRV, options,
                       on_targets);
}

int stubdns_lookup_svcb(stubdns_resolver_t *resolver,
                        stubdns_target_lookup_t *lookup, const char *name,
                        uint16_t type, const stubdns_target_options_t *options,
                        stubdns_target_lookup_cb on_targets) {
  if (type != STUBDNS_TYPE_SVCB && type != STUBDNS_TYPE_HTTPS)
    return STUBDNS_EINVALID;
  return start_by_name(resolver, lookup, name, type, options, on_targets);
}

int stubdns_lookup_names(stubdns_resolver_t *resolver,
                         stubdns_target_lookup_t *lookup,
                         const stubdns_address_t *address,
                         const stubdns_target_options_t *options,
                         stubdns_target_lookup_cb on_targets) {
  stubdns_question_t question = {.type = STUBDNS_TYPE_PTR};
  int error = stubdns_name_from_address(&question.name, address->octets,
                                        address->length);
  if (!error) error = start(resolver, lookup, &question, options, on_targets);
  if (!error) lookup->task->address = *address;
  return error;
}

int stubdns_target_cancel(stubdns_target_lookup_t *lookup) {
  if (!lookup->task) return STUBDNS_EINVALID;
  cancel(&lookup->task->task);
  return 0;
}

int stubdns_lookup_ptr(stubdns_resolver_t *resolver, stubdns_lookup_t *lookup,
                       const stubdns_address_t *address,
                       const stubdns_lookup_options_t *options,
                       stubdns_lookup_cb on_answer_found) {
  stubdns_question_t question = {.type = STUBDNS_TYPE_PTR};
  if (!on_answer_found) return STUBDNS_EINVALID;
  const int error = stubdns_name_from_address(&question.name, address->octets,
                                              address->length);
  if (error) return error;
  return stubdns__lookup_start(resolver, lookup, &question, options,
                               on_answer_found);
}
