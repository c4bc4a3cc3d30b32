/* A replay as the network of a resolver: packets arrive in a time that jumps
 * from one thing that happens to the next. */
#include "replay/way.h"

#include "replay/exchanges.h"
#include "replay/script.h"
#include "replay/stream.h"

#include <stdlib.h>
#include <string.h>

/* Where nothing was recorded at any time, time begins one second after 1970. */
#define BEGIN_US 1000000

struct attachment {
  struct stubdns__way way;
  struct stubdns__dice random;
  struct stubdns__packet *arrived; /* until the next wait */
  struct stubdns__path_entry *paths;
  size_t path_count;
  size_t path_capacity;
  uint8_t has_streams; /* octets came that are no message */
};

/* Which server a path leads to, and what has come on it of a stream. */
struct stubdns__path_entry {
  stubdns_path_t *path;
  stubdns_address_t server;
  uint8_t is_tcp;
  struct stubdns__stream stream;
};

static uint64_t now_us(void *data) {
  const struct attachment *attachment = data;
  return attachment->way.replay->now_us;
}

static int fill(void *data, uint8_t *octets, size_t length) {
  struct attachment *attachment = data;
  for (size_t i = 0; i < length; i++)
    octets[i] = (uint8_t)stubdns__dice_roll(&attachment->random);
  return 0;
}

static int open_path(void *data, stubdns_path_t *path,
                     const stubdns_address_t *server, int is_tcp) {
  struct attachment *attachment = data;
  if (stubdns__array_reserve((void **)&attachment->paths,
                             &attachment->path_capacity, attachment->path_count,
                             sizeof *attachment->paths))
    return STUBDNS_EUNREACHABLE;
  attachment->paths[attachment->path_count++] =
      (struct stubdns__path_entry){path, *server, is_tcp != 0, {0}};
  return 0;
}

static struct stubdns__path_entry *find_path(struct attachment *attachment,
                                             const stubdns_path_t *path) {
  size_t i = attachment->path_count;
  while (i > 0)
    if (attachment->paths[--i].path == path) return &attachment->paths[i];
  return NULL;
}

static void send_query(void *data, stubdns_path_t *path, const uint8_t *octets,
                       size_t length) {
  struct attachment *attachment = data;
  stubdns_replay_t *replay = attachment->way.replay;
  const struct stubdns__path_entry *entry = find_path(attachment, path);
  const struct stubdns__asking asking = {
      .to = path,
      .octets = octets,
      .length = length,
      .is_tcp = entry->is_tcp,
      .server = stubdns__script_server(replay, &entry->server),
      .now_us = replay->now_us,
  };
  /* Without memory the query is lost, as queries may be. */
  (void)stubdns__way_ask(&attachment->way, &asking);
}

static void close_path(void *data, stubdns_path_t *path) {
  struct attachment *attachment = data;
  stubdns__way_forget(&attachment->way, path);
  struct stubdns__path_entry *entry = find_path(attachment, path);
  stubdns__stream_free(&entry->stream);
  *entry = attachment->paths[--attachment->path_count];
}

/* A connected socket lets in only what comes from the server it is connected
 * to. */
static int is_let_in(const struct stubdns__packet *packet) {
  return packet->origin == STUBDNS__FROM_SERVER;
}

static void release_arrived(struct attachment *attachment) {
  free(attachment->arrived);
  attachment->arrived = NULL;
}

static void pass_time(stubdns_replay_t *replay, uint64_t until_us) {
  if (until_us > replay->now_us) replay->now_us = until_us;
}

/* Gives the next message of a stream where one is whole. */
static int take_from_streams(struct attachment *attachment,
                             stubdns_arrival_t *arrival) {
  for (size_t i = 0; i < attachment->path_count; i++) {
    struct stubdns__path_entry *entry = &attachment->paths[i];
    if (!stubdns__stream_next(&entry->stream, &arrival->octets,
                              &arrival->length))
      continue;
    arrival->path = entry->path;
    return 1;
  }
  return 0;
}

/* Once there is a part of a message all that follows belongs to the stream.
 * Returns whether it does. */
static int join_stream(struct attachment *attachment,
                       const struct stubdns__packet *packet) {
  if (packet->is_raw) attachment->has_streams = 1;
  if (packet->error || !attachment->has_streams) return 0;
  struct stubdns__path_entry *entry = find_path(attachment, packet->to);
  if (!packet->is_raw && !entry->stream.length) return 0;
  stubdns__stream_add(&entry->stream, packet->octets, packet->length,
                      packet->is_raw);
  return 1;
}

static int wait_until(void *data, uint64_t until_us,
                      stubdns_arrival_t *arrival) {
  struct attachment *attachment = data;
  struct stubdns__way *way = &attachment->way;
  const uint64_t stop_us = way->replay->stop_us;
  release_arrived(attachment);
  if (take_from_streams(attachment, arrival)) return 1;
  if (stop_us && until_us > stop_us) until_us = stop_us;
  while (stubdns__way_due_us(way) <= until_us) {
    struct stubdns__packet *packet = stubdns__way_take(way);
    pass_time(way->replay, packet->due_us);
    attachment->arrived = packet;
    arrival->path = packet->to;
    arrival->octets = packet->octets;
    arrival->length = packet->length;
    arrival->error = packet->error;
    if (!join_stream(attachment, packet) && is_let_in(packet)) return 1;
    release_arrived(attachment);
    if (take_from_streams(attachment, arrival)) return 1;
  }
  pass_time(way->replay, until_us);
  return 0;
}

static void release(void *data) {
  struct attachment *attachment = data;
  release_arrived(attachment);
  stubdns__way_free(&attachment->way);
  for (size_t i = 0; i < attachment->path_count; i++)
    stubdns__stream_free(&attachment->paths[i].stream);
  free(attachment->paths);
  free(attachment);
}

static uint64_t begin_us(const stubdns_replay_t *replay) {
  if (!replay->exchange_count) return BEGIN_US;
  const uint64_t recorded_us = replay->store->exchanges[0].time_us;
  return recorded_us > BEGIN_US ? recorded_us : BEGIN_US;
}

int stubdns_replay_attach(stubdns_resolver_t *resolver,
                          stubdns_replay_t *replay) {
  struct attachment *attachment = calloc(1, sizeof *attachment);
  if (!attachment) return STUBDNS_ENOMEM;
  stubdns__way_init(&attachment->way, replay);
  attachment->random.state = ~replay->faults.seed;
  pass_time(replay, begin_us(replay));
  const stubdns_network_t network = {
      .data = attachment,
      .now_us = now_us,
      .random = fill,
      .open = open_path,
      .send = send_query,
      .close = close_path,
      .wait = wait_until,
      .release = release,
  };
  const int error = stubdns_resolver_use_network(resolver, &network);
  if (error) release(attachment);
  return error;
}
