/* Messages that are nearly right: recorded ones with a few octets changed. */
#include "compare.h"

#include <string.h>

uint64_t next_random(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * 0x2545f4914f6cdd1du;
}

size_t random_below(uint64_t *state, size_t limit) {
  return (size_t)(next_random(state) >> 32) % limit;
}

static void set_telling_octet(uint8_t *octets, size_t length, uint64_t *state) {
  static const uint8_t telling[] = {0x00, 0x01, 0x3f, 0x40, 0x80, 0xc0, 0xff};
  octets[random_below(state, length)] =
      telling[random_below(state, sizeof telling)];
}

static void move_octets(uint8_t *octets, size_t length, uint64_t *state) {
  const size_t count = 1 + random_below(state, 16);
  if (count >= length) return;
  memmove(octets + random_below(state, length - count),
          octets + random_below(state, length - count), count);
}

/* Makes a count or a length one more or less. */
static void shift_octet(uint8_t *octets, size_t length, uint64_t *state) {
  uint8_t *const octet = &octets[random_below(state, length)];
  *octet = (uint8_t)(*octet + (random_below(state, 2) ? 1 : -1));
}

static size_t grow(uint8_t *octets, size_t length, size_t size,
                   uint64_t *state) {
  size_t count = 1 + random_below(state, 8);
  while (count-- > 0 && length < size)
    octets[length++] = (uint8_t)next_random(state);
  return length;
}

static size_t change_once(uint8_t *octets, size_t length, size_t size,
                          uint64_t *state) {
  switch (random_below(state, 8)) {
  case 0:
    return 1 + random_below(state, length);
  case 1:
    return grow(octets, length, size, state);
  case 2:
    set_telling_octet(octets, length, state);
    return length;
  case 3:
    move_octets(octets, length, state);
    return length;
  case 4:
  case 5:
    shift_octet(octets, length, state);
    return length;
  default:
    octets[random_below(state, length)] ^=
        (uint8_t)(1u << random_below(state, 8));
    return length;
  }
}

size_t mutate(uint8_t *octets, size_t length, size_t size, uint64_t *state) {
  size_t changes = 1 + random_below(state, 4);
  while (changes-- > 0 && length > 0)
    length = change_once(octets, length, size, state);
  return length;
}
