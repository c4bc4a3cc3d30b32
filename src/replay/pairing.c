/* Which datagrams of a capture answer which query: those that come back to its
 * address and port, by their ID where several queries are under way there. */
#include "replay/exchanges.h"

#include "replay/pairing.h"
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

/* A query that may still be answered. */
struct pending {
  stubdns_address_t source;
  stubdns_address_t destination;
  uint64_t time_ns;
  uint16_t id;
  uint8_t is_tcp;
  size_t exchange; /* STUBDNS__NONE: it could not be read */
};

/* The last queries, in a ring. */
struct window {
  size_t count;
  struct pending queries[WINDOW];
};

static int is_on_way_back(const stubdns_datagram_t *datagram,
                          const struct pending *query) {
  return datagram->is_tcp == query->is_tcp &&
         stubdns_address_equal(&query->source, &datagram->destination) &&
         stubdns_address_equal(&query->destination, &datagram->source);
}

/* The query that a datagram answers: the last with its ID, or else, and where
 * it is a refusal, the last of all between these addresses and ports; NULL
 * where there is none. */
static const struct pending *find_query(const struct window *window,
                                        const stubdns_datagram_t *datagram) {
  const struct header header = read_header(datagram);
  const int is_reply = (header.flags & STUBDNS_FLAG_QR) != 0;
  const struct pending *last = NULL;
  for (size_t age = 1; age <= WINDOW && age <= window->count; age++) {
    const struct pending *query =
        &window->queries[(window->count - age) % WINDOW];
    if (!is_on_way_back(datagram, query)) continue;
    if (datagram->is_refusal || query->id == header.id) return query;
    /* One without QR may also be a question the other way. */
    if (!last && (is_reply || datagram->length < 4)) last = query;
  }
  return last;
}

static int add_query(stubdns_replay_t *replay, struct window *window,
                     const stubdns_datagram_t *datagram) {
  struct pending *query = &window->queries[window->count++ % WINDOW];
  query->source = datagram->source;
  query->destination = datagram->destination;
  query->time_ns = datagram->time_ns;
  query->id = read_header(datagram).id;
  query->is_tcp = datagram->is_tcp;
  query->exchange = STUBDNS__NONE;
  const int error =
      stubdns__recorded_add(replay, datagram->octets, datagram->length, 1,
                            datagram->is_tcp, &query->exchange);
  if (!error)
    replay->store->exchanges[query->exchange].time_us =
        datagram->time_ns / 1000;
  else
    query->exchange = STUBDNS__NONE;
  return error;
}

static int add_reply(stubdns_replay_t *replay, const struct pending *query,
                     const stubdns_datagram_t *datagram) {
  const uint64_t delay_ns = datagram->time_ns > query->time_ns
                                ? datagram->time_ns - query->time_ns
                                : 0;
  if (query->exchange == STUBDNS__NONE) return 0;
  if (datagram->is_refusal)
    return stubdns__recorded_add_refusal(replay, query->exchange,
                                         delay_ns / 1000);
  return stubdns__recorded_add_reply(replay, query->exchange, datagram->octets,
                                     datagram->length, delay_ns / 1000);
}

static int sort_datagram(stubdns_replay_t *replay, struct window *window,
                         const stubdns_datagram_t *datagram) {
  const struct pending *query = find_query(window, datagram);
  int error;
  if (query)
    error = add_reply(replay, query, datagram);
  else if (datagram->is_refusal)
    return 0;
  else if (read_header(datagram).flags & STUBDNS_FLAG_QR)
    error =
        stubdns_replay_add(replay, NULL, 0, datagram->octets, datagram->length);
  else
    error = add_query(replay, window, datagram);
  /* Nobody can ask for a reply whose question cannot be read. */
  return error == STUBDNS_ENOMEM ? error : 0;
}

struct stubdns__pairing {
  struct window window;
};

/* Adds the frames that were read since `before`. */
static void count_frames(stubdns_replay_t *replay,
                         const stubdns_capture_t *before,
                         const stubdns_capture_t *capture) {
  replay->frame_count += capture->frame_count - before->frame_count;
  replay->fragment_count += capture->fragment_count - before->fragment_count;
  replay->cut_count += capture->cut_count - before->cut_count;
  replay->other_count += capture->other_count - before->other_count;
  replay->unknown_link_count +=
      capture->unknown_link_count - before->unknown_link_count;
}

int stubdns__pairing_run(stubdns_replay_t *replay, stubdns_capture_t *capture,
                         struct stubdns__pairing *pairing) {
  const stubdns_capture_t before = *capture;
  stubdns_datagram_t datagram;
  int error = 0;
  int result;
  while (!error && (result = stubdns_capture_next(capture, &datagram)) == 1)
    error = sort_datagram(replay, &pairing->window, &datagram);
  count_frames(replay, &before, capture);
  return error ? error : result;
}

struct stubdns__pairing *stubdns__pairing_make(void) {
  return calloc(1, sizeof(struct stubdns__pairing));
}

int stubdns_replay_add_capture(stubdns_replay_t *replay,
                               stubdns_capture_t *capture) {
  struct stubdns__pairing *pairing = stubdns__pairing_make();
  if (!pairing) return STUBDNS_ENOMEM;
  capture->with_tcp = 1;
  capture->with_refusals = 1;
  const int result = stubdns__pairing_run(replay, capture, pairing);
  free(pairing);
  return result;
}
