/* Random capitals in the name of a query, which the reply must repeat
 * (draft-vixie-dnsext-dns0x20): each letter is one more bit that a forger has
 * to guess. */
#ifndef STUBDNS_EXCHANGE_LETTERS_H
#define STUBDNS_EXCHANGE_LETTERS_H

#include "stubdns/name.h"

/* Octets whose case is chosen on its own; the one after them is as the first.
 * ID and port bring 32 bits: nobody guesses 96. */
#define STUBDNS__LETTERS_BITS 64

/* Turns each ASCII letter of `name` from small to capital or back where the bit
 * of its octet, counted from the lowest, is set.  Nothing else changes: the
 * length of a label is below every letter. */
void stubdns__letters_mix(stubdns_name_t *name, uint64_t bits);

#endif
