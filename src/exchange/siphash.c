/* SipHash-2-4 as its authors describe it: four words of state, two rounds for
 * each eight octets, four at the end. */
#include "exchange/siphash.h"

struct state {
  uint64_t v0;
  uint64_t v1;
  uint64_t v2;
  uint64_t v3;
};

static uint64_t rotate(uint64_t word, unsigned bits) {
  return word << bits | word >> (64 - bits);
}

static void do_round(struct state *s) {
  s->v0 += s->v1;
  s->v1 = rotate(s->v1, 13) ^ s->v0;
  s->v0 = rotate(s->v0, 32);
  s->v2 += s->v3;
  s->v3 = rotate(s->v3, 16) ^ s->v2;
  s->v0 += s->v3;
  s->v3 = rotate(s->v3, 21) ^ s->v0;
  s->v2 += s->v1;
  s->v1 = rotate(s->v1, 17) ^ s->v2;
  s->v2 = rotate(s->v2, 32);
}

static void absorb(struct state *s, uint64_t word) {
  s->v3 ^= word;
  do_round(s);
  do_round(s);
  s->v0 ^= word;
}

/* Up to eight octets as a little-endian number. */
static uint64_t load(const uint8_t *octets, size_t length) {
  uint64_t word = 0;
  for (size_t i = 0; i < length; i++)
    word |= (uint64_t)octets[i] << 8 * i;
  return word;
}

uint64_t stubdns__siphash(const struct stubdns__siphash_key *key,
                          const uint8_t *octets, size_t length) {
  const uint64_t k0 = load(key->octets, 8);
  const uint64_t k1 = load(key->octets + 8, 8);
  struct state s = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
                    k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573};
  size_t done = 0;
  for (; length - done >= 8; done += 8)
    absorb(&s, load(octets + done, 8));
  absorb(&s, (uint64_t)length << 56 | load(octets + done, length - done));
  s.v2 ^= 0xff;
  for (int i = 0; i < 4; i++)
    do_round(&s);
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
