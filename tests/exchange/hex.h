/* Datagrams written as hex text: "1234 8180 ..." with blanks as one likes. */
#ifndef STUBDNS_TESTS_EXCHANGE_HEX_H
#define STUBDNS_TESTS_EXCHANGE_HEX_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Gives the octets in a heap block of exactly their length, so that a sanitizer
 * sees any read behind them. */
static uint8_t *hex_octets(const char *text, size_t *length) {
  static const char digits[] = "0123456789abcdef";
  uint8_t octets[2048];
  size_t digit_count = 0;
  for (; *text; text++) {
    const char *digit = strchr(digits, *text);
    if (!digit) continue;
    ck_assert_uint_lt(digit_count / 2, sizeof octets);
    const unsigned high = digit_count % 2 ? octets[digit_count / 2] * 16u : 0;
    octets[digit_count++ / 2] = (uint8_t)(high + (size_t)(digit - digits));
  }
  ck_assert_uint_eq(digit_count % 2, 0);
  *length = digit_count / 2;
  uint8_t *block = malloc(*length ? *length : 1);
  ck_assert_ptr_nonnull(block);
  return memcpy(block, octets, *length);
}

#endif
