/* IPv4 addresses of one to four parts, of which the last fills all octets that
 * the others leave. */
#include "config/ipv4_text.h"

#include "stubdns/error.h"

#include <string.h>

#define PARTS_MAX 4
#define IPV4_LENGTH 4

static unsigned digit_value(char character) {
  if (character >= '0' && character <= '9') return (unsigned)(character - '0');
  if (character >= 'a' && character <= 'f')
    return (unsigned)(character - 'a') + 10;
  if (character >= 'A' && character <= 'F')
    return (unsigned)(character - 'A') + 10;
  return UINT32_MAX;
}

/* "0x" begins a hexadecimal number and "0" an octal one, in which a lone zero
 * is right as well. */
static unsigned take_base(const char **text) {
  const char *const at = *text;
  if (at[0] != '0') return 10;
  if (at[1] != 'x' && at[1] != 'X') return 8;
  *text += 2;
  return 16;
}

/* Returns 0 where there is no number that fits into 32 bits. */
static int take_number(const char **text, unsigned base, uint32_t *number) {
  const char *const begin = *text;
  uint64_t value = 0;
  for (; digit_value(**text) < base; ++*text) {
    value = value * base + digit_value(**text);
    if (value > UINT32_MAX) return 0;
  }
  *number = (uint32_t)value;
  return *text > begin;
}

/* The last part fills all octets that the others leave. */
static int join_parts(const uint32_t *parts, size_t count, uint8_t *octets) {
  for (size_t i = 0; i + 1 < count; i++) {
    if (parts[i] > 0xff) return STUBDNS_EBADADDRESS;
    octets[i] = (uint8_t)parts[i];
  }
  uint32_t last = parts[count - 1];
  for (size_t i = IPV4_LENGTH; i-- > count - 1;) {
    octets[i] = (uint8_t)(last & 0xff);
    last >>= 8;
  }
  return last ? STUBDNS_EBADADDRESS : 0;
}

int stubdns__decimal_take(const char **text, uint32_t *number) {
  return take_number(text, 10, number);
}

int stubdns__ipv4_from_text(stubdns_address_t *address, const char *text) {
  uint32_t parts[PARTS_MAX];
  size_t count = 0;
  do {
    const unsigned base = take_base(&text);
    if (!take_number(&text, base, &parts[count])) return STUBDNS_EBADADDRESS;
    count++;
  } while (*text == '.' && count < PARTS_MAX && *++text);
  if (*text || text[-1] == '.') return STUBDNS_EBADADDRESS;
  memset(address, 0, sizeof *address);
  address->length = IPV4_LENGTH;
  return join_parts(parts, count, address->octets);
}
