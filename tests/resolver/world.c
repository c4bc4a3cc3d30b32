/* The world in which the core is tested. */
#include "resolver/world.h"

#include "resolver/state.h"

#include <stdlib.h>
#include <string.h>

uint64_t world_draw(struct world *world, uint64_t below) {
  world->random_state =
      world->random_state * 6364136223846793005u + 1442695040888963407u;
  return (world->random_state >> 24) % below;
}

static void *allocate(void *data, size_t size) {
  struct world *world = data;
  world->allocation_count++;
  if (world->fail_at &&
      (world->allocation_count == world->fail_at ||
       (world->fails_on && world->allocation_count > world->fail_at)))
    return NULL;
  world->live_count++;
  return malloc(size);
}

static void release(void *data, void *memory) {
  struct world *world = data;
  ck_assert_ptr_nonnull(memory);
  ck_assert_uint_gt(world->live_count, 0);
  world->live_count--;
  free(memory);
}

static int fill_random(void *data, uint8_t *octets, size_t length) {
  struct world *world = data;
  world->random_count++;
  if (world->random_fails || world->random_count == world->random_fail_at)
    return -1;
  if (world->random_repeats) world->random_state = 0;
  for (size_t i = 0; i < length; i++)
    octets[i] = (uint8_t)world_draw(world, 256);
  return 0;
}

static void log_event(void *data, void *user, const stubdns_event_t *event) {
  struct world *world = data;
  world->log_count++;
  world->log_user = user;
  world->log_last = *event;
}

struct stubdns__hooks world_hooks(struct world *world) {
  return (struct stubdns__hooks){.data = world,
                                 .allocate = allocate,
                                 .release = release,
                                 .random = fill_random,
                                 .log = log_event};
}

void world_begin(struct world *world, unsigned server_count,
                 const struct stubdns__core_options *options) {
  memset(world, 0, offsetof(struct world, sockets));
  world->now_us = WORLD_BEGIN_US;
  world->open_trouble = -1;
  world->send_trouble = -1;
  const struct stubdns__hooks hooks = world_hooks(world);
  ck_assert_int_eq(stubdns__core_create(&hooks, options, &world->core), 0);
  for (unsigned i = 0; i < server_count; i++) {
    const stubdns_address_t address = {
        .length = 4, .octets = {127, 0, 0, 1}, .port = (uint16_t)(i + 1)};
    ck_assert_int_eq(stubdns__core_add_server(world->core, &address), 0);
  }
}

void world_end(struct world *world) {
  stubdns__core_destroy(world->core);
  ck_assert_uint_eq(world->live_count, 0);
}

stubdns_question_t world_question(const char *name, uint16_t type) {
  stubdns_question_t question = {.type = type, .class_ = STUBDNS_CLASS_IN};
  ck_assert_int_eq(stubdns_name_from_text(&question.name, name, strlen(name)),
                   0);
  return question;
}

struct stubdns__request *
world_ask_name(struct world *world, const char *name, uint16_t type, void *user,
               const stubdns_lookup_options_t *options) {
  const stubdns_question_t question = world_question(name, type);
  struct stubdns__request *request;
  const int error = stubdns__core_start(world->core, &question, options, user,
                                        world->now_us, &request);
  return error ? NULL : request;
}

struct stubdns__request *world_ask(struct world *world, void *user,
                                   const stubdns_lookup_options_t *options) {
  stubdns_lookup_options_t own = {.flags = 0};
  if (options) own = *options;
  own.flags |= STUBDNS_LOOKUP_NO_COALESCE;
  struct stubdns__request *const request =
      world_ask_name(world, "www.example.com", 1, user, &own);
  ck_assert_ptr_nonnull(request);
  return request;
}

static void perform_open(struct world *world,
                         const struct stubdns__action *action) {
  struct stubdns__path *path = action->path;
  int trouble = world->open_trouble;
  if (world->descriptor_max && world->descriptor_count == world->descriptor_max)
    trouble = STUBDNS__TROUBLE_NO_DESCRIPTORS;
  ck_assert_ptr_null(path->transport);
  if (trouble >= 0) {
    stubdns__core_on_path_error(world->core, path,
                                (enum stubdns__trouble)trouble, world->now_us);
    return;
  }
  ck_assert_uint_lt(world->socket_count, SOCKET_MAX);
  struct socket *socket = &world->sockets[world->socket_count++];
  *socket = (struct socket){path, path->address.port, 1,
                            path->protocol == STUBDNS__TCP};
  path->transport = socket;
  world->descriptor_count++;
  world->opened_count++;
  stubdns__core_on_path_open(world->core, path, 40000, world->now_us);
}

static void perform_send(struct world *world,
                         const struct stubdns__action *action) {
  struct socket *socket = action->path->transport;
  ck_assert(socket->is_open);
  if (world->send_trouble >= 0)
    stubdns__core_on_path_error(world->core, action->path,
                                (enum stubdns__trouble)world->send_trouble,
                                world->now_us);
  ck_assert_uint_lt(world->sent_count, SENT_MAX);
  struct sent *sent = &world->sent[world->sent_count++];
  ck_assert_uint_le(action->length, sizeof sent->octets);
  sent->socket = socket;
  sent->time_us = world->now_us - WORLD_BEGIN_US;
  sent->length = action->length;
  sent->id = (uint16_t)(action->octets[0] << 8 | action->octets[1]);
  memcpy(sent->octets, action->octets, action->length);
}

static void perform_close(struct world *world,
                          const struct stubdns__action *action) {
  struct socket *socket = action->path->transport;
  ck_assert(socket->is_open);
  socket->is_open = 0;
  world->descriptor_count--;
}

static void read_message(struct done *done, const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  stubdns_field_t field;
  done->rcode = stubdns_message_rcode(message);
  done->record_count = message->record_counts[0];
  memset(done->address, 0, sizeof done->address);
  if (stubdns_records_next(&records, &record) &&
      stubdns_record_field(&record, "address", &field))
    memcpy(done->address, stubdns_field_octets(&field), field.length);
}

static void perform_complete(struct world *world,
                             const struct stubdns__action *action) {
  ck_assert_uint_lt(world->done_count, DONE_MAX);
  struct done *done = &world->done[world->done_count++];
  done->user = action->user;
  done->status = action->status;
  done->time_us = world->now_us - WORLD_BEGIN_US;
  done->answer = *action->answer;
  done->event_count = 0;
  size_t position = 0;
  stubdns_event_t event;
  while (stubdns_answer_next_event(action->answer, &position, &event))
    if (done->event_count < EVENT_MAX)
      done->events[done->event_count++] = event;
  done->has_message = action->answer->message != NULL;
  if (world->on_complete) world->on_complete(world, action->user);
  /* Whatever the user did, the message is still there to be read. */
  if (!done->has_message) return;
  read_message(done, action->answer->message);
  done->question = stubdns_message_question(action->answer->message);
}

void world_drain(struct world *world) {
  struct stubdns__action action;
  while (stubdns__core_next_action(world->core, &action)) {
    if (action.kind == STUBDNS__OPEN) perform_open(world, &action);
    if (action.kind == STUBDNS__SEND) perform_send(world, &action);
    if (action.kind == STUBDNS__CLOSE) perform_close(world, &action);
    if (action.kind == STUBDNS__COMPLETE) perform_complete(world, &action);
    world_check(world);
  }
}

/* As ck_assert(), which takes a system call even where the condition holds. */
#define HOLDS(condition)                                                       \
  do {                                                                         \
    if (!(condition)) ck_abort_msg("%s", #condition);                          \
  } while (0)

static size_t check_list(const struct stubdns__link *list,
                         enum stubdns__request_state state, size_t *following) {
  size_t count = 0;
  for (struct stubdns__link *link = list->next; link != list;
       link = link->next) {
    const struct stubdns__request *request =
        STUBDNS__ITEM(link, struct stubdns__request, link);
    HOLDS(request->state == (unsigned)state);
    const int is_armed = stubdns__timer_is_armed(&request->timer);
    HOLDS(is_armed == (state != STUBDNS__REQUEST_COMPLETED));
    if (is_armed) HOLDS(request->timer.due_us <= request->exchange.deadline_us);
    if (state != STUBDNS__REQUEST_COMPLETED &&
        !stubdns__list_is_empty(&request->followers))
      *following += check_list(&request->followers, STUBDNS__REQUEST_FOLLOWING,
                               following);
    count++;
  }
  return count;
}

void world_check(const struct world *world) {
  const struct stubdns__core *core = world->core;
  size_t following = 0;
  const size_t waiting =
      check_list(&core->waiting, STUBDNS__REQUEST_WAITING, &following);
  const size_t active =
      check_list(&core->active, STUBDNS__REQUEST_ACTIVE, &following);
  const size_t starved =
      check_list(&core->starved, STUBDNS__REQUEST_STARVED, &following);
  const size_t completed =
      check_list(&core->completed, STUBDNS__REQUEST_COMPLETED, &following);
  HOLDS(active + starved == core->in_flight);
  HOLDS(core->in_flight <= core->in_flight_max);
  HOLDS(waiting == 0 || core->in_flight == core->in_flight_max);
  HOLDS(waiting + active + starved + following + completed ==
        core->lookup_count + core->probe_count);
}

/* The next moment at which anything happens, `until_us` at the latest. */
static uint64_t next_wake(const struct world *world, uint64_t until_us) {
  uint64_t wake_us;
  if (!stubdns__core_deadline(world->core, &wake_us)) return until_us;
  if (wake_us < world->now_us) return world->now_us;
  return wake_us < until_us ? wake_us : until_us;
}

void world_sleep_until(struct world *world, uint64_t time_us) {
  const uint64_t until_us = WORLD_BEGIN_US + time_us;
  world_drain(world);
  do {
    world->now_us = next_wake(world, until_us);
    stubdns__core_on_time(world->core, world->now_us);
    world_drain(world);
  } while (world->now_us < until_us);
}

void world_run(struct world *world) {
  world_drain(world);
  while (stubdns__core_lookup_count(world->core) > 0) {
    uint64_t wake_us;
    ck_assert(stubdns__core_deadline(world->core, &wake_us));
    world_sleep_until(world, wake_us - WORLD_BEGIN_US);
  }
}

int world_deliver(struct world *world, const struct sent *sent,
                  const uint8_t *octets, size_t length) {
  if (!sent->socket->is_open) return 0;
  uint8_t *block = malloc(length ? length : 1);
  ck_assert_ptr_nonnull(memcpy(block, octets, length));
  stubdns__core_on_datagram(world->core, sent->socket->path, block, length,
                            world->now_us);
  world_drain(world);
  free(block);
  return 1;
}

static size_t question_end(const struct sent *sent) {
  size_t offset = 12;
  while (sent->octets[offset])
    offset += sent->octets[offset] + 1u;
  return offset + 5;
}

int world_reply(struct world *world, const struct sent *sent, unsigned flags) {
  static const uint8_t record[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
                                   0,    60, 0, 4, 192, 0, 2, 1};
  const int has_record = (flags & 15) == 0;
  uint8_t octets[STUBDNS_QUERY_MAX + sizeof record];
  size_t length = question_end(sent);
  memcpy(octets, sent->octets, length);
  octets[2] = (uint8_t)(flags >> 8);
  octets[3] = (uint8_t)flags;
  octets[7] = (uint8_t)has_record;
  octets[11] = 0;
  if (has_record) {
    memcpy(octets + length, record, sizeof record);
    length += sizeof record;
  }
  return world_deliver(world, sent, octets, length);
}

void world_trouble(struct world *world, const struct sent *sent,
                   enum stubdns__trouble trouble) {
  if (!sent->socket->is_open) return;
  stubdns__core_on_path_error(world->core, sent->socket->path, trouble,
                              world->now_us);
  world_drain(world);
}
