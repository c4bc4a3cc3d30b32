/* Deadlines of many lookups: a hierarchical timing wheel.  Arming and disarming
 * take the same few steps whether one deadline is armed or a million, as most
 * are disarmed before they come: a heap would make each of them pay for all. */
#ifndef STUBDNS_RESOLVER_WHEEL_H
#define STUBDNS_RESOLVER_WHEEL_H

#include <stdint.h>

#define STUBDNS__WHEEL_SLOTS 64  /* bits of a word */
#define STUBDNS__WHEEL_LEVELS 11 /* of 6 bits each: 66, enough for any time */

struct stubdns__timer {
  struct stubdns__timer *next;
  struct stubdns__timer **link; /* what points to this one; NULL: not armed */
  uint64_t due_us;
};

/* Level 0 has a slot for each microsecond, level 1 for each 64, and so on.  A
 * timer stands at the level of the highest digit (base 64) in which its time
 * differs from the wheel's, and moves down when that digit is reached. */
struct stubdns__wheel {
  uint64_t now_us;
  uint64_t idle_until_us;                   /* nothing is to be done before */
  uint64_t occupied[STUBDNS__WHEEL_LEVELS]; /* a bit for each slot in use */
  struct stubdns__timer *slots[STUBDNS__WHEEL_LEVELS * STUBDNS__WHEEL_SLOTS];
};

/* Arms `timer`, again if it was armed.  A time that has passed is due now. */
void stubdns__wheel_arm(struct stubdns__wheel *wheel,
                        struct stubdns__timer *timer, uint64_t due_us);

void stubdns__wheel_disarm(struct stubdns__wheel *wheel,
                           struct stubdns__timer *timer);

int stubdns__timer_is_armed(const struct stubdns__timer *timer);

/* Takes one timer out whose time has come, or returns NULL. */
struct stubdns__timer *stubdns__wheel_pop(struct stubdns__wheel *wheel,
                                          uint64_t now_us);

/* A time at which popping does something: never after the earliest timer,
 * possibly before it.  Returns 0 where no timer is armed. */
int stubdns__wheel_next(const struct stubdns__wheel *wheel, uint64_t *next_us);

#endif
