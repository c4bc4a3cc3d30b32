/* Digits of base 16, 32 and 64 (RFC 4648) to octets.  Only the digits that
 * encoding gives are read: bits that would be lost must be zero. */
#include "wire/scan.h"

typedef struct stubdns__scanner scanner_t;
typedef const struct stubdns__word word_t;

/* Digits being read: those that make no octet yet. */
struct digits {
  uint32_t bits;
  unsigned count;   /* of the bits, less than 8 between digits */
  unsigned padding; /* how many "=" have come */
  size_t digits;    /* digits and "=" so far */
};

static void fail(scanner_t *scanner, word_t *word, size_t position) {
  stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset + position);
}

static void add_bits(scanner_t *scanner, struct digits *digits, uint32_t bits,
                     unsigned count) {
  digits->bits = digits->bits << count | bits;
  digits->count += count;
  digits->digits++;
  if (digits->count < 8) return;
  digits->count -= 8;
  stubdns__writer_u8(&scanner->writer,
                     (uint8_t)(digits->bits >> digits->count));
}

/* Whether the bits that are left over are none, or too few for a digit and
 * zero. */
static int is_complete(const struct digits *digits, unsigned digit_bits) {
  return digits->count < digit_bits &&
         (digits->bits & ((1u << digits->count) - 1)) == 0;
}

static void add_hex(scanner_t *scanner, word_t *word, struct digits *digits) {
  for (size_t i = 0; i < word->length && !scanner->error; i++) {
    const unsigned value = stubdns__hex_value(word->text[i]);
    if (value > 15) {
      fail(scanner, word, i);
      return;
    }
    add_bits(scanner, digits, value, 4);
  }
}

void stubdns__word_hex(scanner_t *scanner, word_t *word) {
  struct digits digits = {0, 0, 0, 0};
  add_hex(scanner, word, &digits);
  if (word->is_quoted || word->length == 0 || digits.count)
    fail(scanner, word, word->length);
}

void stubdns__scan_hex(scanner_t *scanner) {
  struct digits digits = {0, 0, 0, 0};
  struct stubdns__word word;
  while (stubdns__scan_word(scanner, &word)) {
    if (word.is_quoted) fail(scanner, &word, 0);
    add_hex(scanner, &word, &digits);
  }
  if (digits.count)
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, scanner->offset);
}

static unsigned base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return (unsigned)(c - 'A');
  if (c >= 'a' && c <= 'z') return (unsigned)(c - 'a') + 26;
  if (c >= '0' && c <= '9') return (unsigned)(c - '0') + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : 64;
}

static void add_base64(scanner_t *scanner, word_t *word,
                       struct digits *digits) {
  for (size_t i = 0; i < word->length && !scanner->error; i++) {
    const unsigned value = base64_value(word->text[i]);
    const int is_padding = word->text[i] == '=' && digits->digits % 4 >= 2;
    if (is_padding) {
      digits->padding++;
      digits->digits++;
    } else if (value > 63 || digits->padding) {
      fail(scanner, word, i);
    } else {
      add_bits(scanner, digits, value, 6);
    }
  }
}

static void end_base64(scanner_t *scanner, const struct digits *digits,
                       size_t offset) {
  if (digits->digits % 4 || !is_complete(digits, 6))
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, offset);
}

void stubdns__word_base64(scanner_t *scanner, word_t *word) {
  struct digits digits = {0, 0, 0, 0};
  if (word->is_quoted) fail(scanner, word, 0);
  add_base64(scanner, word, &digits);
  end_base64(scanner, &digits, word->offset + word->length);
}

void stubdns__scan_base64(scanner_t *scanner) {
  struct digits digits = {0, 0, 0, 0};
  struct stubdns__word word;
  while (stubdns__scan_word(scanner, &word)) {
    if (word.is_quoted) fail(scanner, &word, 0);
    add_base64(scanner, &word, &digits);
  }
  end_base64(scanner, &digits, scanner->offset);
}

void stubdns__scan_base64_sized(scanner_t *scanner, size_t length) {
  struct digits digits = {0, 0, 0, 0};
  const size_t start = scanner->writer.length;
  while (digits.digits < (length + 2) / 3 * 4 && !scanner->error) {
    word_t word = stubdns__scan_need(scanner);
    add_base64(scanner, &word, &digits);
  }
  end_base64(scanner, &digits, scanner->offset);
  if (scanner->writer.length - start != length)
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, scanner->offset);
}

static unsigned base32hex_value(char c) {
  if (c >= '0' && c <= '9') return (unsigned)(c - '0');
  if (c >= 'A' && c <= 'V') return (unsigned)(c - 'A') + 10;
  if (c >= 'a' && c <= 'v') return (unsigned)(c - 'a') + 10;
  return 32;
}

void stubdns__word_base32hex(scanner_t *scanner, word_t *word) {
  struct digits digits = {0, 0, 0, 0};
  for (size_t i = 0; i < word->length && !scanner->error; i++) {
    const unsigned value = base32hex_value(word->text[i]);
    if (value > 31)
      fail(scanner, word, i);
    else
      add_bits(scanner, &digits, value, 5);
  }
  if (word->is_quoted || word->length == 0 || !is_complete(&digits, 5))
    fail(scanner, word, word->length);
}
