/* The rate by a schedule and a count; the window by halving and slow growth, as
 * TCP has it (RFC 5681). */
#include "bulk/pace.h"

#include <string.h>

#define SECOND_NS 1000000000u
#define SLOT_NS 1000000u

#define WINDOW_LEAST_SHARE 16
#define WINDOW_LEAST 8

/* A tenth more than the rate gives in 100 ms; of a slow rate at least what the
 * rate itself gives, in whole queries. */
static uint32_t most_in_slots(uint32_t rate) {
  const uint64_t tenth_more = (uint64_t)rate * 11 / 100;
  const uint64_t whole = ((uint64_t)rate + 9) / 10;
  return (uint32_t)(tenth_more > whole ? tenth_more : whole);
}

void pace_init(struct pace *pace, uint32_t rate, uint64_t now_ns) {
  *pace = (struct pace){.due_ns = now_ns, .slot = now_ns / SLOT_NS};
  if (!rate) return;
  pace->interval_ns = rate < SECOND_NS ? SECOND_NS / rate : 1;
  pace->most = most_in_slots(rate);
}

/* Forgets the slots that are over. */
static void advance(struct pace *pace, uint64_t now_ns) {
  const uint64_t slot = now_ns / SLOT_NS;
  if (slot >= pace->slot + PACE_SLOTS) {
    memset(pace->counts, 0, sizeof pace->counts);
    pace->sum = 0;
    pace->slot = slot;
  }
  while (pace->slot < slot) {
    uint32_t *const oldest = &pace->counts[++pace->slot % PACE_SLOTS];
    pace->sum -= *oldest;
    *oldest = 0;
  }
}

/* When the oldest slot that has a query is forgotten. */
static uint64_t room_ns(const struct pace *pace) {
  uint64_t slot = pace->slot + 1;
  if (pace->sum < pace->most) return 0;
  while (!pace->counts[slot % PACE_SLOTS])
    slot++;
  return slot * SLOT_NS;
}

uint64_t pace_due(const struct pace *pace) {
  const uint64_t room = room_ns(pace);
  return pace->due_ns > room ? pace->due_ns : room;
}

int pace_allows(struct pace *pace, uint64_t now_ns) {
  if (!pace->interval_ns) return 1;
  advance(pace, now_ns);
  return pace->due_ns <= now_ns && pace->sum < pace->most;
}

void pace_spend(struct pace *pace, uint64_t now_ns) {
  const uint64_t oldest_ns = now_ns > PACE_DEBT_NS ? now_ns - PACE_DEBT_NS : 0;
  if (!pace->interval_ns) return;
  advance(pace, now_ns);
  if (pace->due_ns < oldest_ns) pace->due_ns = oldest_ns;
  pace->due_ns += pace->interval_ns;
  pace->sum++;
  pace->counts[pace->slot % PACE_SLOTS]++;
}

void window_init(struct window *window, uint32_t most) {
  uint32_t least = most / WINDOW_LEAST_SHARE;
  if (least < WINDOW_LEAST) least = WINDOW_LEAST;
  if (least > most) least = most;
  *window = (struct window){.most = most, .least = least, .limit = most};
}

static uint32_t grown(const struct window *window) {
  const uint32_t growth = window->limit / 8 + 1;
  const uint32_t room = window->most - window->limit;
  return window->limit + (growth < room ? growth : room);
}

static uint32_t halved(const struct window *window) {
  const uint32_t half = window->limit / 2;
  return half > window->least ? half : window->least;
}

void window_end(struct window *window, int lost) {
  window->ended++;
  window->lost += lost != 0;
  if (window->ended < window->limit) return;
  const int too_many = window->lost > window->ended / WINDOW_LOSS_SHARE;
  window->limit = too_many ? halved(window) : grown(window);
  window->ended = 0;
  window->lost = 0;
}
