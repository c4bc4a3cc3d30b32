/* Users: they start lookups, cancel some, do things from their callbacks, and
 * check what they are handed. */
#include "simulator.h"

#define DEADLINE_MS_DEFAULT STUBDNS_DEADLINE_MS

static uint32_t draw_deadline_ms(struct world *world) {
  if (draw_chance(&world->random, 700)) return 0;
  return 1 + draw_below(&world->random, 8000);
}

static void start_one(struct world *world) {
  if (world->user_count == world->users_max) return;
  struct user *const user = &world->users[world->user_count];
  stubdns_lookup_options_t options = {.deadline_ms = draw_deadline_ms(world)};
  if (draw_chance(&world->random, 50)) options.flags = STUBDNS_LOOKUP_NO_EDNS;
  if (draw_chance(&world->random, 50)) options.flags |= STUBDNS_LOOKUP_NO_CACHE;
  if (draw_chance(&world->random, 200))
    options.flags |= STUBDNS_LOOKUP_NO_COALESCE;
  if (draw_chance(&world->random, 50)) options.flags |= STUBDNS_LOOKUP_TCP;
  if (draw_chance(&world->random, 50)) options.flags |= STUBDNS_LOOKUP_NO_TCP;
  user->flags = options.flags;
  user->name = (uint16_t)(draw_chance(&world->random, 10)
                              ? NAME_LOCALHOST
                              : draw_below(&world->random, NAMES_MAX));
  user->started_us = world->now_us;
  user->deadline_us =
      world->now_us + 1000u * (uint64_t)(options.deadline_ms
                                             ? options.deadline_ms
                                             : DEADLINE_MS_DEFAULT);
  const stubdns_question_t question = name_question(user->name);
  const int error = stubdns__core_start(world->core, &question, &options, user,
                                        world->now_us, &user->request);
  world->user_count++;
  tally.lookups++;
  if (error == STUBDNS_ENOMEM || error == STUBDNS_ERANDOM ||
      (error == STUBDNS_ECANCELED && world->is_closing))
    return;
  if (error) broken(world, "start fails only where it says so");
  user->is_running = 1;
  world->running_count++;
  if (draw_chance(&world->random, 80))
    world_add_event(
        world, draw_below(&world->random, 6000000),
        (struct event){.kind = EVENT_CANCEL, .index = world->user_count - 1});
}

void users_start(struct world *world) {
  uint32_t count =
      draw_chance(&world->random, 100) ? 1 + draw_below(&world->random, 20) : 1;
  while (count-- > 0)
    start_one(world);
}

void users_cancel(struct world *world, uint32_t index) {
  struct user *const user = &world->users[index];
  if (!user->is_running) return;
  user->is_cancelled = 1;
  stubdns__core_cancel(world->core, user->request, world->now_us);
}

static uint32_t address_in(const stubdns_field_t *field) {
  const uint8_t *const octets = stubdns_field_octets(field);
  return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
         (uint32_t)octets[2] << 8 | octets[3];
}

/* An alias comes with the address that it leads to, where that is known. */
static void check_alias(const struct world *world,
                        const stubdns_message_t *message,
                        const stubdns_record_t *alias) {
  const int is_whole =
      stubdns_message_rcode(message) == STUBDNS_RCODE_NOERROR &&
      !(message->flags & STUBDNS_FLAG_TC);
  if (alias->section != STUBDNS_SECTION_ANSWER)
    broken(world, "aliases are in the answer section");
  if (is_whole && message->record_counts[0] != 2)
    broken(world, "a chain is handed out whole");
}

static void check_records(const struct world *world, const struct user *user,
                          const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  stubdns_field_t field;
  if (stubdns_message_rcode(message) == STUBDNS_RCODE_NOERROR &&
      !(message->flags & STUBDNS_FLAG_TC) && message->record_counts[0] != 1 &&
      message->record_counts[0] != 2)
    broken(world, "an answer has the records that its servers gave");
  while (stubdns_records_next(&records, &record))
    if (record.type == STUBDNS_TYPE_CNAME)
      check_alias(world, message, &record);
    else if (!stubdns_record_field(&record, "address", &field))
      broken(world, "an answer has an address record");
    else if (address_in(&field) != name_address(user->name))
      broken(world, "an answer is the one to the question that was asked");
}

/* What the cache gives must have been answered by a server, and not long ago.
 */
static void check_cached(const struct world *world, const struct user *user,
                         const struct stubdns__action *action) {
  const stubdns_answer_t *const answer = action->answer;
  const uint64_t age_us = world->now_us - world->answered_us[user->name];
  const uint64_t stale_s = answer->stale ? world->stale_s : 0;
  if (!world->cache_octets || user->flags & STUBDNS_LOOKUP_NO_CACHE)
    broken(world, "no cache is used that is not wanted");
  if (answer->message && stubdns_message_rcode(answer->message) == 0 &&
      age_us >= (ANSWER_TTL_S + stale_s) * 1000000)
    broken(world, "the cache gives nothing that has expired");
  tally.cached++;
}

/* What a server answers is remembered with its time. */
static void note_answered(struct world *world, const struct user *user,
                          const stubdns_answer_t *answer) {
  if (answer->message && !answer->from_cache &&
      stubdns_message_rcode(answer->message) == 0)
    world->answered_us[user->name] = world->now_us;
}

/* Whether something was tried over TCP that did not help.  Events are lost
 * where there is no memory for them. */
static int was_tcp_tried(const struct world *world,
                         const stubdns_answer_t *answer) {
  stubdns_event_t event;
  size_t position = 0;
  while (stubdns_answer_next_event(answer, &position, &event))
    if (event.tcp) return 1;
  return world->no_memory_permille != 0;
}

/* The records must lead from the question to the address. */
static void check_chain(const struct world *world,
                        const stubdns_message_t *message,
                        const stubdns_question_t *question) {
  stubdns_chain_t chain;
  if (stubdns_message_rcode(message) != STUBDNS_RCODE_NOERROR ||
      message->flags & STUBDNS_FLAG_TC)
    return;
  if (stubdns_chain_follow(&chain, message, question) ||
      chain.outcome != STUBDNS_OUTCOME_ANSWER)
    broken(world, "an answer leads from its question to its records");
}

static void check_truncated(const struct world *world, const struct user *user,
                            const stubdns_answer_t *answer) {
  if (answer->truncated && !(user->flags & STUBDNS_LOOKUP_NO_TCP) &&
      world->now_us < user->deadline_us && !was_tcp_tried(world, answer))
    broken(world, "a truncated message is handed out only where TCP fails");
}

static void check_answer(const struct world *world, const struct user *user,
                         const stubdns_answer_t *answer) {
  const stubdns_question_t question = name_question(user->name);
  if (!answer->message) broken(world, "success comes with a message");
  if (!stubdns_message_asks(answer->message, &question, 0))
    broken(world, "a reply has the question that was asked");
  if (!(answer->message->flags & STUBDNS_FLAG_QR))
    broken(world, "a reply is no query");
  check_records(world, user, answer->message);
  check_chain(world, answer->message, &question);
  check_truncated(world, user, answer);
}

static int is_possible(int status) {
  switch (status) {
  case STUBDNS_ETIMEOUT:
  case STUBDNS_EREFUSED:
  case STUBDNS_EMALFORMED:
  case STUBDNS_EUNREACHABLE:
  case STUBDNS_ECLOSED:
  case STUBDNS_ECANCELED:
  case STUBDNS_ENOMEM:
  case STUBDNS_ERANDOM:
    return 1;
  default:
    return 0;
  }
}

static void check_status(const struct world *world, const struct user *user,
                         const struct stubdns__action *action) {
  const int status = action->status;
  if (!action->answer) broken(world, "there is always an answer");
  if (status == 0) check_answer(world, user, action->answer);
  if (action->answer->from_cache) check_cached(world, user, action);
  if (status && !is_possible(status)) broken(world, "an error is a known one");
  if (user->is_cancelled && status != STUBDNS_ECANCELED)
    broken(world, "a cancelled lookup ends as cancelled");
  if (status == STUBDNS_ECANCELED && !user->is_cancelled && !world->is_closing)
    broken(world, "nothing is cancelled that nobody cancelled");
  if (status == STUBDNS_ENOMEM && !world->no_memory_permille)
    broken(world, "memory is not missed while there is some");
  if (status == STUBDNS_ETIMEOUT && world->now_us < user->deadline_us &&
      !action->answer->from_cache)
    broken(world, "no lookup times out before its deadline");
  if (world->now_us > user->deadline_us &&
      world->now_us > world->slept_until_us)
    broken(world, "every lookup ends by its deadline");
}

static void count_status(int status) {
  if (status == 0)
    tally.answered++;
  else if (status == STUBDNS_ECANCELED)
    tally.cancelled++;
  else
    tally.failed++;
}

/* What users do from their callbacks. */
static void act(struct world *world) {
  if (draw_chance(&world->random, 50)) start_one(world);
  if (draw_chance(&world->random, 50) && world->user_count)
    users_cancel(world, draw_below(&world->random, world->user_count));
}

void users_complete(struct world *world, const struct stubdns__action *action) {
  struct user *const user = action->user;
  if (!user->is_running) broken(world, "a lookup completes once");
  check_status(world, user, action);
  note_answered(world, user, action->answer);
  count_status(action->status);
  user->is_running = 0;
  user->request = NULL;
  world->running_count--;
  world->active_us = world->now_us;
  act(world);
}
