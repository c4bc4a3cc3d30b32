/* Numbers that look random and are the same for the same seed: SplitMix64. */
#ifndef STUBDNS_REPLAY_DICE_H
#define STUBDNS_REPLAY_DICE_H

#include <stdint.h>

struct stubdns__dice {
  uint64_t state;
};

static inline uint64_t stubdns__dice_roll(struct stubdns__dice *dice) {
  uint64_t z = dice->state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

/* A number below `bound`, 0 where that is 0; what it favours for bounds far
 * below 2^64 is nothing. */
static inline uint64_t stubdns__dice_below(struct stubdns__dice *dice,
                                           uint64_t bound) {
  const uint64_t rolled = stubdns__dice_roll(dice);
  return bound ? rolled % bound : 0;
}

/* Whether something happens that happens `rate` times of a million.  One roll
 * each, whatever the rate. */
static inline int stubdns__dice_happens(struct stubdns__dice *dice,
                                        uint32_t rate) {
  return stubdns__dice_below(dice, 1000000) < rate;
}

#endif
