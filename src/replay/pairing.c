/* Which reply of a capture belongs to which query: that with its ID, between
 * the same addresses and ports. */
#include "stubdns/replay.h"

#include "wire/cursor.h"

#include <stdlib.h>
#include <string.h>

/* A reply is looked for among this many queries before it. */
#define WINDOW 1024

struct header {
  uint16_t id;
  uint16_t flags;
};

/* Zeros where the datagram is too short. */
static struct header read_header(const stubdns_datagram_t *datagram) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(datagram->octets, datagram->length);
  struct header header;
  header.id = stubdns__cursor_u16(&cursor);
  header.flags = stubdns__cursor_u16(&cursor);
  return header;
}

static int is_reply(const stubdns_datagram_t *datagram) {
  return (read_header(datagram).flags & STUBDNS_FLAG_QR) != 0;
}

static int answers(const stubdns_datagram_t *reply,
                   const stubdns_datagram_t *query) {
  return query->octets && read_header(query).id == read_header(reply).id &&
         stubdns_address_equal(&query->source, &reply->destination) &&
         stubdns_address_equal(&query->destination, &reply->source);
}

/* The last queries without a reply, in a ring; `octets` is NULL in those that
 * have one. */
struct pending {
  size_t count;
  stubdns_datagram_t queries[WINDOW];
};

static void add_pending(struct pending *pending,
                        const stubdns_datagram_t *query) {
  pending->queries[pending->count++ % WINDOW] = *query;
}

/* Takes out the last query that `reply` answers; without octets where there is
 * none. */
static stubdns_datagram_t take_pending(struct pending *pending,
                                       const stubdns_datagram_t *reply) {
  for (size_t age = 1; age <= WINDOW && age <= pending->count; age++) {
    stubdns_datagram_t *query =
        &pending->queries[(pending->count - age) % WINDOW];
    if (!answers(reply, query)) continue;
    const stubdns_datagram_t taken = *query;
    query->octets = NULL;
    return taken;
  }
  return (stubdns_datagram_t){0};
}

static int sort_datagram(stubdns_replay_t *replay, struct pending *pending,
                         const stubdns_datagram_t *datagram) {
  if (!is_reply(datagram)) {
    add_pending(pending, datagram);
    return 0;
  }
  const stubdns_datagram_t query = take_pending(pending, datagram);
  const int error = stubdns_replay_add(replay, query.octets, query.length,
                                       datagram->octets, datagram->length);
  /* Nobody can ask for a reply whose question cannot be read. */
  return error == STUBDNS_ENOMEM ? error : 0;
}

int stubdns_replay_add_capture(stubdns_replay_t *replay,
                               stubdns_capture_t *capture) {
  struct pending *pending = calloc(1, sizeof *pending);
  if (!pending) return STUBDNS_ENOMEM;
  stubdns_datagram_t datagram;
  int result = 0;
  while (!result && (result = stubdns_capture_next(capture, &datagram)) > 0)
    result = sort_datagram(replay, pending, &datagram);
  free(pending);
  return result;
}
