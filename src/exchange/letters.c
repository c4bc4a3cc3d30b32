/* Only the 52 ASCII letters have a case, RFC 4343 section 3. */
#include "exchange/letters.h"

#define CASE_BIT 0x20u

static int is_letter(uint8_t octet) {
  const unsigned small = octet | CASE_BIT;
  return small >= 'a' && small <= 'z';
}

void stubdns__letters_mix(stubdns_name_t *name, uint64_t bits) {
  unsigned letter = 0;
  for (size_t i = 0; i < name->length; i++) {
    if (!is_letter(name->octets[i])) continue;
    if (bits >> letter % STUBDNS__LETTERS_BITS & 1) name->octets[i] ^= CASE_BIT;
    letter++;
  }
}
