/* Only the 52 ASCII letters have a case, RFC 4343 section 3.  Eight octets are
 * looked at in one go, as every query and every reply takes this way: what
 * stands in one octet of a word never carries into the next. */
#include "exchange/letters.h"

#define WORD 8
#define EACH(octet) ((octet)*UINT64_C(0x0101010101010101))
#define CASE_BITS EACH(0x20)
#define HIGH_BITS EACH(0x80)

static uint64_t load(const uint8_t *octets, size_t count) {
  uint64_t word = 0;
  for (size_t i = 0; i < count; i++)
    word |= (uint64_t)octets[i] << 8 * i;
  return word;
}

static void store(uint8_t *octets, size_t count, uint64_t word) {
  for (size_t i = 0; i < count; i++)
    octets[i] = (uint8_t)(word >> 8 * i);
}

/* The bit of the case in each octet that is a letter. */
static uint64_t letters_of(uint64_t word) {
  const uint64_t small = (word | CASE_BITS) & ~HIGH_BITS;
  const uint64_t is_from_a = small + EACH(0x80 - 'a');
  const uint64_t is_past_z = small + EACH(0x7f - 'z');
  return (is_from_a & ~is_past_z & ~word & HIGH_BITS) >> 2;
}

/* The bit of the case in each octet whose own of the lowest eight is set. */
static uint64_t spread(uint64_t bits) {
  const uint64_t apart = EACH(bits & 0xff) & UINT64_C(0x8040201008040201);
  return ((apart + EACH(0x7f)) & HIGH_BITS) >> 2;
}

static void mix(uint8_t *octets, size_t count, uint64_t bits) {
  const uint64_t word = load(octets, count);
  store(octets, count, word ^ (letters_of(word) & spread(bits)));
}

/* What stands behind the name, where there is room for a whole word, is read
 * and written back as it is. */
void stubdns__letters_mix(stubdns_name_t *name, uint64_t bits) {
  size_t offset = 0;
  for (; name->length - offset >= WORD; offset += WORD)
    mix(name->octets + offset, WORD, bits >> offset % STUBDNS__LETTERS_BITS);
  const size_t left = name->length - offset;
  const uint64_t last =
      bits >> offset % STUBDNS__LETTERS_BITS & ((UINT64_C(1) << left) - 1);
  if (offset <= STUBDNS_NAME_MAX - WORD)
    mix(name->octets + offset, WORD, last);
  else
    mix(name->octets + offset, left, last);
}
