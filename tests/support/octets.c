/* Octets and names from literals in tests. */
#include "support/octets.h"

#include "stubdns/name.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static unsigned digit_value(char digit) {
  const char *digits = "0123456789abcdef";
  const char *found = strchr(digits, tolower((unsigned char)digit));
  assert(found && *found);
  return (unsigned)(found - digits);
}

uint8_t *octets_from_hex(const char *hex, size_t *length) {
  uint8_t *const octets = malloc(strlen(hex) / 2 + 1);
  assert(octets);
  *length = 0;
  while (*hex) {
    if (isspace((unsigned char)*hex)) {
      hex++;
      continue;
    }
    octets[(*length)++] =
        (uint8_t)(digit_value(hex[0]) << 4 | digit_value(hex[1]));
    hex += 2;
  }
  return realloc(octets, *length ? *length : 1);
}

stubdns_name_t name_from_literal(const char *text) {
  stubdns_name_t name;
  const int error = stubdns_name_from_text(&name, text, strlen(text));
  assert(error == 0);
  (void)error;
  return name;
}
