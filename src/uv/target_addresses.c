/* The addresses of all targets at once. */
#include "uv/address_lookup.h"
#include "uv/target_task.h"
#include "uv/transport.h"

#include <string.h>

static int has_address(const stubdns_target_t *target,
                       const stubdns_address_t *address) {
  for (size_t i = 0; i < target->address_count; i++) {
    const stubdns_address_t *const found = &target->addresses[i].address;
    if (found->length == address->length &&
        !memcmp(found->octets, address->octets, address->length))
      return 1;
  }
  return 0;
}

/* Returns STUBDNS_ENOMEM where they cannot be kept. */
static int keep_addresses(struct stubdns__target_task *task,
                          struct stubdns__target_part *part,
                          stubdns_target_t *target,
                          const stubdns_addresses_t *addresses) {
  const size_t size = addresses->address_count * sizeof *part->addresses;
  if (size == 0) return 0;
  part->addresses = stubdns__transport_allocate(task->task.transport, size);
  if (!part->addresses) return STUBDNS_ENOMEM;
  memcpy(part->addresses, addresses->addresses, size);
  target->addresses = part->addresses;
  target->address_count = addresses->address_count;
  target->is_confirmed = (uint8_t)has_address(target, &task->address);
  return 0;
}

static void on_addresses(stubdns_address_lookup_t *lookup, int status,
                         const stubdns_addresses_t *addresses) {
  struct stubdns__target_task *const task = lookup->data;
  struct stubdns__target_part *const part =
      STUBDNS__ITEM(lookup, struct stubdns__target_part, lookup);
  stubdns_target_t *const target = &task->set.targets[part - task->parts];
  const int error = keep_addresses(task, part, target, addresses);
  target->status = error ? error : status;
  part->is_asked = 0;
  task->asked_count--;
  if (task->asked_count == 0) stubdns__target_task_finish(task);
}

static unsigned address_flags(unsigned flags) {
  unsigned address_flags = STUBDNS_ADDRESS_NO_SEARCH;
  if (flags & STUBDNS_TARGET_NO_IPV4) address_flags |= STUBDNS_ADDRESS_NO_IPV4;
  if (flags & STUBDNS_TARGET_NO_IPV6) address_flags |= STUBDNS_ADDRESS_NO_IPV6;
  return address_flags;
}

void stubdns__target_addresses_ask(struct stubdns__target_task *task) {
  const stubdns_address_options_t base = {
      .flags = address_flags(task->options.flags),
      .lookup = stubdns__target_task_options(task)};
  if (task->options.flags & STUBDNS_TARGET_NO_ADDRESSES) return;
  for (size_t i = 0; i < task->set.count; i++) {
    if (i == STUBDNS_TARGETS_ASKED_MAX) return;
    stubdns_address_options_t options = base;
    stubdns_target_t *const target = &task->set.targets[i];
    options.port = target->port;
    task->parts[i].lookup.data = task;
    target->was_asked = 1;
    target->status = stubdns__address_lookup_start(
        task->lookup->resolver, &task->parts[i].lookup, &target->name, NULL,
        &options, on_addresses);
    task->parts[i].is_asked = !target->status;
    task->asked_count += !target->status;
  }
}
