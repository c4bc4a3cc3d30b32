/* The timing wheel.  Invariants: an armed timer's time is not before the
 * wheel's; it stands at the highest digit that differs, so within a level all
 * timers share the wheel's higher digits, and a lower level's timers all come
 * before a higher level's. */
#include "resolver/wheel.h"

#include <stddef.h>

#define DIGIT_BITS 6

/* Of a value that is not 0. */
static unsigned highest_bit(uint64_t value) {
#ifdef __GNUC__
  return 63u ^ (unsigned)__builtin_clzll(value);
#else
  unsigned bit = 0;
  for (unsigned step = 32; step; step /= 2)
    if (value >> step) {
      value >>= step;
      bit += step;
    }
  return bit;
#endif
}

static unsigned lowest_bit(uint64_t value) {
  return highest_bit(value & (~value + 1));
}

static unsigned digit(uint64_t time_us, unsigned level) {
  return (unsigned)(time_us >> (level * DIGIT_BITS)) % STUBDNS__WHEEL_SLOTS;
}

int stubdns__timer_is_armed(const struct stubdns__timer *timer) {
  return timer->link != NULL;
}

/* Where nothing is linked any more: a slot of the wheel, or another timer. */
static void note_empty(struct stubdns__wheel *wheel,
                       struct stubdns__timer *const *link) {
  const uintptr_t offset = (uintptr_t)link - (uintptr_t)wheel->slots;
  const size_t place = offset / sizeof *link;
  if (offset >= sizeof wheel->slots) return;
  wheel->occupied[place / STUBDNS__WHEEL_SLOTS] &=
      ~((uint64_t)1 << place % STUBDNS__WHEEL_SLOTS);
}

void stubdns__wheel_disarm(struct stubdns__wheel *wheel,
                           struct stubdns__timer *timer) {
  if (!timer->link) return;
  *timer->link = timer->next;
  if (timer->next) timer->next->link = timer->link;
  if (!timer->next) note_empty(wheel, timer->link);
  timer->link = NULL;
}

static void insert(struct stubdns__wheel *wheel, struct stubdns__timer *timer) {
  const uint64_t due_us =
      timer->due_us > wheel->now_us ? timer->due_us : wheel->now_us;
  const unsigned level = highest_bit((due_us ^ wheel->now_us) | 1) / DIGIT_BITS;
  const unsigned slot = digit(due_us, level);
  struct stubdns__timer **first =
      &wheel->slots[level * STUBDNS__WHEEL_SLOTS + slot];
  timer->next = *first;
  timer->link = first;
  if (timer->next) timer->next->link = &timer->next;
  *first = timer;
  wheel->occupied[level] |= (uint64_t)1 << slot;
}

void stubdns__wheel_arm(struct stubdns__wheel *wheel,
                        struct stubdns__timer *timer, uint64_t due_us) {
  stubdns__wheel_disarm(wheel, timer);
  timer->due_us = due_us;
  if (due_us < wheel->idle_until_us) wheel->idle_until_us = due_us;
  insert(wheel, timer);
}

/* The slot whose time begins first, or -1. */
static int first_place(const struct stubdns__wheel *wheel) {
  for (unsigned level = 0; level < STUBDNS__WHEEL_LEVELS; level++)
    if (wheel->occupied[level])
      return (int)(level * STUBDNS__WHEEL_SLOTS +
                   lowest_bit(wheel->occupied[level]));
  return -1;
}

/* When the time of a slot begins: the wheel's higher digits, the slot's own,
 * zeros below. */
static uint64_t place_begin(const struct stubdns__wheel *wheel, int place) {
  const unsigned shift = (unsigned)place / STUBDNS__WHEEL_SLOTS * DIGIT_BITS;
  const uint64_t own = (uint64_t)((unsigned)place % STUBDNS__WHEEL_SLOTS);
  const unsigned above = shift + DIGIT_BITS;
  const uint64_t higher = above < 64 ? wheel->now_us >> above << above : 0;
  return higher | own << shift;
}

/* Moves a slot's timers down, the wheel having come to the slot's begin. */
static void spread(struct stubdns__wheel *wheel, int place) {
  struct stubdns__timer *timer;
  while ((timer = wheel->slots[place]) != NULL) {
    stubdns__wheel_disarm(wheel, timer);
    insert(wheel, timer);
  }
}

/* Comes as near to `now_us` as can be without passing a slot; returns the slot
 * that begins by then, or -1. */
static int advance(struct stubdns__wheel *wheel, uint64_t now_us) {
  const int place = first_place(wheel);
  const uint64_t begin_us = place < 0 ? UINT64_MAX : place_begin(wheel, place);
  const uint64_t reached_us = begin_us < now_us ? begin_us : now_us;
  if (reached_us > wheel->now_us) wheel->now_us = reached_us;
  wheel->idle_until_us = begin_us;
  return begin_us <= now_us ? place : -1;
}

struct stubdns__timer *stubdns__wheel_pop(struct stubdns__wheel *wheel,
                                          uint64_t now_us) {
  while (now_us >= wheel->idle_until_us) {
    const int place = advance(wheel, now_us);
    if (place < 0) break;
    if (place < STUBDNS__WHEEL_SLOTS) {
      struct stubdns__timer *timer = wheel->slots[place];
      stubdns__wheel_disarm(wheel, timer);
      return timer;
    }
    spread(wheel, place);
  }
  return NULL;
}

int stubdns__wheel_next(const struct stubdns__wheel *wheel, uint64_t *next_us) {
  const int place = first_place(wheel);
  if (place < 0) return 0;
  *next_us = place_begin(wheel, place);
  if (*next_us < wheel->idle_until_us) *next_us = wheel->idle_until_us;
  return 1;
}
