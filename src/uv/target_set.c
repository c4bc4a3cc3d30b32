/* The targets that records name, collected and put in order. */
#include "uv/target_set.h"

#include "resolver/choice.h"
#include "uv/target_record.h"
#include "uv/transport.h"

#include <string.h>

int stubdns__target_set_make_room(struct stubdns__transport *transport,
                                  struct stubdns__target_set *set,
                                  size_t count) {
  if (count > STUBDNS_TARGETS_MAX) count = STUBDNS_TARGETS_MAX + 1;
  set->targets =
      stubdns__transport_allocate(transport, count * sizeof *set->targets);
  return set->targets ? 0 : STUBDNS_ENOMEM;
}

void stubdns__target_set_collect(struct stubdns__target_set *set,
                                 const stubdns_chain_t *chain,
                                 const stubdns_target_options_t *options) {
  stubdns_record_t record;
  stubdns_records_t records =
      stubdns_message_records(chain->message, STUBDNS_SECTION_ANSWER);
  while (stubdns_chain_next(chain, &records, &record)) {
    if (set->count == STUBDNS_TARGETS_MAX) return;
    set->count += (size_t)stubdns__target_read(&record, options,
                                               &set->targets[set->count]);
  }
}

void stubdns__target_set_add_implicit(struct stubdns__target_set *set,
                                      const stubdns_name_t *name,
                                      uint16_t port) {
  stubdns_target_t *const target = &set->targets[set->count++];
  memset(target, 0, sizeof *target);
  target->name = *name;
  target->port = port;
  target->is_implicit = 1;
}

static void rearrange(struct stubdns__target_set *set,
                      const stubdns_target_t *copy, const uint64_t *random) {
  struct stubdns__choice choices[STUBDNS_TARGETS_MAX];
  for (size_t i = 0; i < set->count; i++)
    choices[i] =
        (struct stubdns__choice){copy[i].priority, copy[i].weight, (uint16_t)i};
  stubdns__choices_order(choices, set->count, random);
  for (size_t i = 0; i < set->count; i++)
    set->targets[i] = copy[choices[i].index];
}

int stubdns__target_set_order(struct stubdns__transport *transport,
                              struct stubdns__target_set *set) {
  uint64_t random[STUBDNS_TARGETS_MAX];
  if (set->count < 2) return 0;
  if (stubdns__transport_random(transport, (uint8_t *)random,
                                set->count * sizeof *random))
    return STUBDNS_ERANDOM;
  stubdns_target_t *const copy =
      stubdns__transport_allocate(transport, set->count * sizeof *copy);
  if (!copy) return STUBDNS_ENOMEM;
  memcpy(copy, set->targets, set->count * sizeof *copy);
  rearrange(set, copy, random);
  stubdns__transport_release(transport, copy);
  return 0;
}
