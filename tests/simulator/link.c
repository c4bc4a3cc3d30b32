/* Links: octets under way are lost, delayed, doubled, reordered and spoilt, and
 * arrive as events. */
#include "simulator.h"

#include <stdlib.h>
#include <string.h>

static uint64_t draw_delay(struct world *world, const struct host *host) {
  return host->delay_us / 2 + draw_below(&world->random, host->jitter_us);
}

static void schedule(struct world *world, enum event_kind kind, uint32_t wire,
                     const uint8_t *octets, size_t length, uint64_t delay_us) {
  uint8_t *const copy = malloc(length ? length : 1);
  if (!copy) abort();
  memcpy(copy, octets, length);
  world_add_event(world, delay_us,
                  (struct event){.kind = (uint8_t)kind,
                                 .index = wire,
                                 .octets = copy,
                                 .length = (uint16_t)length});
}

/* Spoils an octet whose change shows: of the ID, of the upper half of a count
 * or of the question's name.  Against others UDP has a checksum. */
static void spoil(struct world *world, uint8_t *octets, size_t length) {
  static const uint8_t places[] = {0, 1, 4, 6, 8, 10, 13, 14};
  const size_t place =
      places[draw_below(&world->random, sizeof places / sizeof places[0])];
  if (place < length)
    octets[place] ^= (uint8_t)(1u << draw_below(&world->random, 8));
}

/* A connection loses nothing. */
static int is_tcp(const struct world *world, uint32_t wire) {
  return world->wires[wire].is_tcp;
}

static void carry(struct world *world, enum event_kind kind, uint32_t wire,
                  const uint8_t *octets, size_t length, uint64_t extra_us) {
  const struct host *const host = &world->hosts[world->wires[wire].host];
  if (!is_tcp(world, wire) && draw_chance(&world->random, host->loss_permille))
    return;
  schedule(world, kind, wire, octets, length,
           extra_us + draw_delay(world, host));
  if (!is_tcp(world, wire) &&
      draw_chance(&world->random, host->duplicate_permille))
    schedule(world, kind, wire, octets, length,
             extra_us + draw_delay(world, host));
}

void link_send_query(struct world *world, uint32_t wire, const uint8_t *octets,
                     size_t length) {
  tally.queries++;
  carry(world, EVENT_QUERY, wire, octets, length, 0);
}

void link_send_reply(struct world *world, uint32_t wire, const uint8_t *octets,
                     size_t length, uint64_t extra_us) {
  const struct host *const host = &world->hosts[world->wires[wire].host];
  uint8_t copy[DATAGRAM_MAX];
  memcpy(copy, octets, length);
  if (!is_tcp(world, wire) &&
      draw_chance(&world->random, host->corrupt_permille))
    spoil(world, copy, length);
  carry(world, EVENT_REPLY, wire, copy, length, extra_us);
}

void link_send_lie(struct world *world, uint32_t wire, const uint8_t *octets,
                   size_t length) {
  carry(world, EVENT_REPLY, wire, octets, length, 0);
}
