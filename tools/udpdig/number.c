/* Reading numbers by hand: strtoul() takes signs, blanks and a locale. */
#include "number.h"

#include "stubdns/error.h"

#include <string.h>

int number_read(uint32_t *number, const char *text, size_t length) {
  uint64_t value = 0;
  if (!length) return STUBDNS_EINVALID;
  for (size_t i = 0; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return STUBDNS_EINVALID;
    value = value * 10 + (uint64_t)(text[i] - '0');
    if (value > UINT32_MAX) return STUBDNS_EINVALID;
  }
  *number = (uint32_t)value;
  return 0;
}

static int ends_with(const char *text, size_t length, const char *end) {
  const size_t end_length = strlen(end);
  return length > end_length &&
         memcmp(text + length - end_length, end, end_length) == 0;
}

/* "25" behind the point is 250 ms. */
static int read_decimals(uint32_t *milliseconds, const char *text,
                         size_t length) {
  if (length > 3 || number_read(milliseconds, text, length))
    return STUBDNS_EINVALID;
  for (size_t i = length; i < 3; i++)
    *milliseconds *= 10;
  return 0;
}

static int read_seconds(uint32_t *duration_ms, const char *text,
                        size_t length) {
  const char *const point = memchr(text, '.', length);
  const size_t whole = point ? (size_t)(point - text) : length;
  uint32_t seconds;
  uint32_t milliseconds = 0;
  if (number_read(&seconds, text, whole)) return STUBDNS_EINVALID;
  if (point && read_decimals(&milliseconds, point + 1, length - whole - 1))
    return STUBDNS_EINVALID;
  if (seconds > UINT32_MAX / 1000 - 1) return STUBDNS_EINVALID;
  *duration_ms = seconds * 1000 + milliseconds;
  return 0;
}

int duration_read(uint32_t *duration_ms, const char *text, size_t length) {
  if (ends_with(text, length, "ms"))
    return number_read(duration_ms, text, length - 2);
  if (ends_with(text, length, "s")) length--;
  return read_seconds(duration_ms, text, length);
}
