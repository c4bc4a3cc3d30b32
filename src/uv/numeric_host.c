/* Hosts that are given as numbers, as the C library reads them. */
#include "uv/numeric_host.h"

#include "stubdns/error.h"

#include <net/if.h>
#include <string.h>
#include <uv.h>

#define PARTS_MAX 4
#define IPV4_LENGTH 4
#define IPV6_LENGTH 16

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

static int read_ipv4(const char *text, stubdns_address_t *address) {
  uint32_t parts[PARTS_MAX];
  size_t count = 0;
  do {
    const unsigned base = take_base(&text);
    if (!take_number(&text, base, &parts[count])) return STUBDNS_EBADADDRESS;
    count++;
  } while (*text == '.' && count < PARTS_MAX && *++text);
  if (*text || text[-1] == '.') return STUBDNS_EBADADDRESS;
  address->length = IPV4_LENGTH;
  return join_parts(parts, count, address->octets);
}

/* Only link-local addresses are on an interface that has a name. */
static int has_link_scope(const uint8_t *octets) {
  if (octets[0] == 0xfe) return (octets[1] & 0xc0) == 0x80;
  return octets[0] == 0xff &&
         ((octets[1] & 0x0f) == 1 || (octets[1] & 0x0f) == 2);
}

static int read_scope(const char *text, stubdns_address_t *address) {
  if (has_link_scope(address->octets)) {
    address->scope_id = if_nametoindex(text);
    if (address->scope_id) return 0;
  }
  if (!take_number(&text, 10, &address->scope_id) || *text)
    return STUBDNS_ENONAME;
  return 0;
}

static int read_ipv6(const char *text, stubdns_address_t *address) {
  char number[INET6_ADDRSTRLEN];
  const size_t length = strcspn(text, "%");
  if (length >= sizeof number) return STUBDNS_EBADADDRESS;
  memcpy(number, text, length);
  number[length] = '\0';
  if (uv_inet_pton(AF_INET6, number, address->octets))
    return STUBDNS_EBADADDRESS;
  address->length = IPV6_LENGTH;
  return text[length] ? read_scope(text + length + 1, address) : 0;
}

int stubdns__numeric_host(const char *text, stubdns_address_t *address) {
  memset(address, 0, sizeof *address);
  if (read_ipv4(text, address) == 0) return 0;
  memset(address, 0, sizeof *address);
  return read_ipv6(text, address);
}
