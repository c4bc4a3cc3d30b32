/* Octets written as hex digits, with comments: how fixtures of odd and broken
 * messages are kept, so that a person can read and change them. */
#include "stubdns/capture.h"

/* The value of a hex digit, or -1. */
static int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static int is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The offset behind blanks and comments. */
static size_t skip_blanks(const char *text, size_t length, size_t i) {
  int is_comment = 0;
  for (; i < length; i++) {
    if (text[i] == '#') is_comment = 1;
    if (text[i] == '\n') is_comment = 0;
    if (!is_comment && !is_blank(text[i])) break;
  }
  return i;
}

/* The octet that two digits at `i` give, or -1. */
static int read_pair(const char *text, size_t length, size_t i) {
  if (length - i < 2) return -1;
  const int upper = digit_value(text[i]);
  const int lower = digit_value(text[i + 1]);
  return upper < 0 || lower < 0 ? -1 : upper << 4 | lower;
}

int stubdns_hex_read(const char *text, size_t length, uint8_t *octets,
                     size_t size, size_t *count) {
  size_t used = 0;
  size_t i = skip_blanks(text, length, 0);
  while (i < length) {
    const int octet = read_pair(text, length, i);
    if (octet < 0 || used == size) {
      *count = i;
      return octet < 0 ? STUBDNS_EBADHEX : STUBDNS_ENOSPACE;
    }
    octets[used++] = (uint8_t)octet; /* 0 to 255 */
    i = skip_blanks(text, length, i + 2);
  }
  *count = used;
  return 0;
}
