/* libFuzzer: any octets as what happens to a resolver's core: lookups begin and
 * are cancelled, time passes, replies come right, bent or as noise, paths and
 * memory fail, the core closes.  Whatever happens in whatever order, each
 * lookup ends once, by its deadline, with an answer to its own question; at the
 * end no path is open and no memory held. */
#include "resolver/core.h"
#include "stubdns/wire.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASKS_MAX 64
#define PATHS_MAX 512
#define QUERY_SIZE 600
#define REPLY_SIZE 2048

struct ask {
  struct stubdns__request *request; /* NULL once it has ended */
  stubdns_question_t question;
  uint64_t deadline_us;
  int is_cancelled;
  int takes_errors; /* the bare header of one, too */
};

struct path {
  struct stubdns__path *path; /* NULL once it is closed */
  int is_open;
  size_t length;
  uint8_t query[QUERY_SIZE]; /* sent last */
};

struct world {
  struct stubdns__core *core;
  uint64_t now_us;
  uint64_t random;
  size_t block_count;
  size_t failing_allocation; /* counted down; fails at 1 */
  int opens_late;
  int is_closing;
  size_t ask_count;
  size_t path_count;
  struct ask asks[ASKS_MAX];
  const uint8_t *input;
  size_t input_left;
  struct path paths[PATHS_MAX]; /* those counted are set */
};

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

#define require(promise) require_at((promise) != 0, #promise, __LINE__)

static void require_at(int holds, const char *promise, int line) {
  if (holds) return;
  fprintf(stderr, "broken in line %d: %s\n", line, promise);
  abort();
}

/* Zero once the input has ended. */
static uint8_t take(struct world *world) {
  if (world->input_left == 0) return 0;
  world->input_left--;
  return *world->input++;
}

static uint64_t take_u16(struct world *world) {
  const uint64_t high = take(world);
  return high << 8 | take(world);
}

static void *give_memory(void *data, size_t size) {
  struct world *const world = data;
  if (world->failing_allocation && --world->failing_allocation == 0)
    return NULL;
  void *const memory = malloc(size);
  require(memory != NULL);
  world->block_count++;
  return memory;
}

static void take_memory(void *data, void *memory) {
  struct world *const world = data;
  if (memory) world->block_count--;
  free(memory);
}

static int give_random(void *data, uint8_t *octets, size_t length) {
  struct world *const world = data;
  for (size_t i = 0; i < length; i++) {
    world->random = world->random * 6364136223846793005u + 1442695040888963407u;
    octets[i] = (uint8_t)(world->random >> 56);
  }
  return 0;
}

static void open_path(struct world *world, struct stubdns__path *path) {
  if (world->path_count == PATHS_MAX) {
    stubdns__core_on_path_error(world->core, path, STUBDNS__TROUBLE_UNREACHABLE,
                                world->now_us);
    return;
  }
  struct path *const mine = &world->paths[world->path_count++];
  mine->path = path;
  mine->length = 0;
  path->transport = mine;
  mine->is_open = !world->opens_late;
  if (mine->is_open)
    stubdns__core_on_path_open(world->core, path, 1024, world->now_us);
}

static void send_query(const struct stubdns__action *action) {
  struct path *const mine = action->path->transport;
  require(mine->path == action->path && mine->is_open);
  require(action->length >= 12 && action->length <= sizeof mine->query);
  memcpy(mine->query, action->octets, action->length);
  mine->length = action->length;
}

static void close_path(const struct stubdns__action *action) {
  struct path *const mine = action->path->transport;
  require(mine->path == action->path);
  mine->path = NULL;
}

static void complete(struct world *world,
                     const struct stubdns__action *action) {
  struct ask *const ask = action->user;
  require(ask->request != NULL && action->answer != NULL);
  ask->request = NULL;
  require(world->now_us <= ask->deadline_us);
  if (ask->is_cancelled) require(action->status == STUBDNS_ECANCELED);
  if (action->status == STUBDNS_ECANCELED)
    require(ask->is_cancelled || world->is_closing);
  if (action->status) return;
  const stubdns_message_t *const message = action->answer->message;
  require(message != NULL);
  require(stubdns_message_asks(message, &ask->question, 0) ||
          (ask->takes_errors && message->question_count == 0 &&
           stubdns_message_rcode(message) != STUBDNS_RCODE_NOERROR));
}

static void perform(struct world *world, const struct stubdns__action *action) {
  if (action->kind == STUBDNS__OPEN)
    open_path(world, action->path);
  else if (action->kind == STUBDNS__SEND)
    send_query(action);
  else if (action->kind == STUBDNS__CLOSE)
    close_path(action);
  else
    complete(world, action);
}

static size_t running_count(const struct world *world) {
  size_t count = 0;
  for (size_t i = 0; i < world->ask_count; i++)
    count += world->asks[i].request != NULL;
  return count;
}

static void drain(struct world *world) {
  struct stubdns__action action;
  uint64_t deadline_us;
  while (stubdns__core_next_action(world->core, &action))
    perform(world, &action);
  require(stubdns__core_lookup_count(world->core) == running_count(world));
  require(!running_count(world) ||
          stubdns__core_deadline(world->core, &deadline_us));
}

static void start(struct world *world) {
  static const char *const names[] = {"a.example", "www.b.example", "localhost",
                                      "."};
  static const uint16_t types[] = {STUBDNS_TYPE_A, STUBDNS_TYPE_MX,
                                   STUBDNS_TYPE_CNAME, STUBDNS_TYPE_HTTPS};
  const uint8_t choice = take(world);
  const stubdns_lookup_options_t options = {
      /* Which question an answer is to is checked by that in it. */
      .flags = (unsigned)take_u16(world) & ~STUBDNS_LOOKUP_NO_QUESTION,
      .deadline_ms = 1 + 37u * take(world),
  };
  if (world->ask_count == ASKS_MAX) return;
  struct ask *const ask = &world->asks[world->ask_count];
  const char *const name = names[choice % 4];
  require(!stubdns_name_from_text(&ask->question.name, name, strlen(name)));
  ask->question.type = types[choice / 4 % 4];
  ask->question.class_ = STUBDNS_CLASS_IN;
  ask->takes_errors = (options.flags & STUBDNS_LOOKUP_TAKE_ERRORS) != 0;
  ask->deadline_us = world->now_us + options.deadline_ms * UINT64_C(1000);
  if (!stubdns__core_start(world->core, &ask->question, &options, ask,
                           world->now_us, &ask->request))
    world->ask_count++;
  else
    ask->request = NULL;
}

static struct path *choose_path(struct world *world) {
  const uint8_t choice = take(world);
  if (world->path_count == 0) return NULL;
  const size_t newest = world->path_count - 1;
  return &world->paths[newest - choice % world->path_count];
}

/* An answer to the query with its OPT record, and one record chosen from here:
 * an address, a chain's link, a negative answer's SOA. */
static size_t build_reply(struct world *world, const struct path *path,
                          uint8_t *reply) {
  static const char *const lines[] = {
      "a.example. 60 IN A 192.0.2.1", "a.example. 60 IN CNAME www.b.example.",
      "www.b.example. 60 IN CNAME a.example.",
      "example. 60 IN SOA a.example. b.example. 1 2 3 4 5"};
  static stubdns_builder_t builder;
  const uint8_t choice = take(world);
  const uint16_t flags = (uint16_t)(0x8180 | take(world) << 9 | choice >> 4);
  const char *const line = lines[choice % 4];
  uint8_t wire[512];
  size_t length = 0;
  stubdns_message_t query;
  stubdns_record_t record;
  require(!stubdns_message_parse(&query, path->query, path->length, 0));
  const stubdns_question_t question = stubdns_message_question(&query);
  stubdns_record_text_t source = {.text = line, .length = strlen(line)};
  require(!stubdns_record_from_text(&source, wire, sizeof wire, &length));
  require(!stubdns_record_from_wire(&record, wire, length));
  stubdns_builder_begin(&builder, reply, REPLY_SIZE, query.id, flags);
  stubdns_builder_question(&builder, &question);
  if (choice & 4)
    stubdns_builder_record(&builder,
                           choice % 4 == 3 ? STUBDNS_SECTION_AUTHORITY
                                           : STUBDNS_SECTION_ANSWER,
                           &record);
  stubdns_records_t others =
      stubdns_message_records(&query, STUBDNS_SECTION_ADDITIONAL);
  while (choice & 8 && stubdns_records_next(&others, &record))
    stubdns_builder_record(&builder, STUBDNS_SECTION_ADDITIONAL, &record);
  require(!stubdns_builder_finish(&builder, &length));
  return length;
}

static size_t build_noise(struct world *world, uint8_t *reply) {
  const size_t length = take(world);
  for (size_t i = 0; i < length; i++)
    reply[i] = take(world);
  return length;
}

/* In a block of exactly its length, so that a read outside is seen. */
static void deliver(struct world *world) {
  uint8_t reply[REPLY_SIZE];
  struct path *const path = choose_path(world);
  const uint8_t bends = take(world);
  if (!path || !path->path || !path->is_open) return;
  size_t length = path->length && bends < 0xf0 ? build_reply(world, path, reply)
                                               : build_noise(world, reply);
  for (unsigned i = 0; i < bends % 4 && length; i++)
    reply[take_u16(world) % length] ^= take(world);
  if (bends & 4) length -= take(world) % (length + 1);
  uint8_t *const datagram = malloc(length);
  require(datagram != NULL || length == 0);
  if (length) memcpy(datagram, reply, length);
  stubdns__core_on_datagram(world->core, path->path, datagram, length,
                            world->now_us);
  drain(world);
  free(datagram);
}

/* Stops at every deadline on the way, as a timer would. */
static void pass_time(struct world *world, uint64_t duration_us) {
  const uint64_t end_us = world->now_us + duration_us;
  uint64_t deadline_us;
  while (stubdns__core_deadline(world->core, &deadline_us) &&
         deadline_us <= end_us) {
    if (deadline_us > world->now_us) world->now_us = deadline_us;
    stubdns__core_on_time(world->core, world->now_us);
    drain(world);
  }
  world->now_us = end_us;
}

static void cancel(struct world *world) {
  const uint8_t choice = take(world);
  if (world->ask_count == 0) return;
  struct ask *const ask = &world->asks[choice % world->ask_count];
  if (!ask->request) return;
  ask->is_cancelled = 1;
  stubdns__core_cancel(world->core, ask->request, world->now_us);
}

/* An open path may be in any trouble; one that was not opened is gone. */
static void trouble(struct world *world) {
  struct path *const mine = choose_path(world);
  const uint8_t choice = take(world);
  if (!mine || !mine->path) return;
  struct stubdns__path *const path = mine->path;
  if (!mine->is_open) mine->path = NULL;
  stubdns__core_on_path_error(
      world->core, path, (enum stubdns__trouble)(choice % 5), world->now_us);
}

static void open_late(struct world *world) {
  world->opens_late = !world->opens_late;
  struct path *const mine = choose_path(world);
  if (!mine || !mine->path || mine->is_open) return;
  mine->is_open = 1;
  stubdns__core_on_path_open(world->core, mine->path, 1025, world->now_us);
}

static void close_core(struct world *world) {
  if (world->is_closing) return;
  world->is_closing = 1;
  stubdns__core_close(world->core, world->now_us);
}

static void happen(struct world *world) {
  const uint8_t kind = take(world);
  if (kind < 0x50)
    start(world);
  else if (kind < 0xa0)
    deliver(world);
  else if (kind < 0xc8)
    pass_time(world, take_u16(world) * 100);
  else if (kind < 0xd8)
    cancel(world);
  else if (kind < 0xe8)
    trouble(world);
  else if (kind < 0xf4)
    open_late(world);
  else if (kind < 0xff)
    world->failing_allocation = 1 + (kind - 0xf4u) * take(world);
  else
    close_core(world);
  drain(world);
}

static void begin(struct world *world) {
  const uint8_t choice = take(world);
  const struct stubdns__hooks hooks = {.data = world,
                                       .allocate = give_memory,
                                       .release = take_memory,
                                       .random = give_random};
  const struct stubdns__core_options options = {
      .in_flight_max = choice & 1 ? 2 : 0,
      .cache_octets = choice & 2 ? 4096 : 0,
      .stale_s = choice & 4 ? 60 : 0,
      .no_0x20 = choice >> 3 & 1,
  };
  require(!stubdns__core_create(&hooks, &options, &world->core));
  for (unsigned i = 0; i <= choice >> 6; i++) {
    const stubdns_address_t server = {
        .length = 4, .octets = {127, 0, 0, (uint8_t)(1 + i)}, .port = 53};
    require(!stubdns__core_add_server(world->core, &server));
  }
}

static void end(struct world *world) {
  world->failing_allocation = 0;
  close_core(world);
  drain(world);
  require(running_count(world) == 0);
  for (size_t i = 0; i < world->path_count; i++)
    require(world->paths[i].path == NULL);
  stubdns__core_destroy(world->core);
  require(world->block_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  static struct world world;
  memset(&world, 0, offsetof(struct world, paths));
  world.now_us = 1000000;
  world.input = octets;
  world.input_left = length;
  begin(&world);
  while (world.input_left)
    happen(&world);
  end(&world);
  return 0;
}
