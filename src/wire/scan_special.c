/* The fields with a syntax of their own: LOC (RFC 1876 section 3), APL (RFC
 * 3123 section 5), the gateways of IPSECKEY and AMTRELAY (RFC 4025, RFC 8777),
 * HIP (RFC 8005 section 6), A6 (RFC 2874 section 3.2) and ATMA. */
#include "wire/scan.h"

typedef struct stubdns__scanner scanner_t;
typedef struct stubdns__word word_t;

static void fail(scanner_t *scanner, const word_t *word, size_t position) {
  stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset + position);
}

/* A number with at most `places` places behind the point, as a whole number of
 * its last place. */
static uint64_t word_decimal(scanner_t *scanner, const word_t *word,
                             size_t length, unsigned places, uint64_t max) {
  uint64_t number = 0;
  unsigned left = places;
  int has_point = 0;
  if (length == 0) fail(scanner, word, 0);
  for (size_t i = 0; i < length && !scanner->error; i++) {
    const char c = word->text[i];
    if (c == '.' && !has_point) {
      has_point = 1;
      continue;
    }
    if (c < '0' || c > '9' || (has_point && left-- == 0))
      fail(scanner, word, i);
    number = number * 10 + (uint64_t)(c - '0');
    if (number > max) fail(scanner, word, i);
  }
  for (; left && !scanner->error; left--)
    number *= 10;
  if (!scanner->error && number > max) fail(scanner, word, 0);
  return scanner->error ? 0 : number;
}

#define ARC_ZERO 0x80000000u

/* Whether the word is one of the two directions; `*sign` is set for it. */
static int is_direction(const word_t *word, const char *directions,
                        int *is_negative) {
  if (word->length != 1) return 0;
  const char c = (char)(word->text[0] & ~0x20);
  *is_negative = c == directions[1];
  return c == directions[0] || *is_negative;
}

/* Degrees, and if they are given minutes and seconds, up to the direction. */
static void scan_arc(scanner_t *scanner, const char *directions,
                     uint32_t degrees_max) {
  static const uint32_t units[] = {3600000, 60000, 1000};
  const uint32_t max = degrees_max * 3600000;
  uint32_t sum = 0;
  int is_negative = 0;
  word_t word = stubdns__scan_need(scanner);
  for (int i = 0; i < 3; i++) {
    if (i && is_direction(&word, directions, &is_negative)) break;
    const uint64_t number =
        word_decimal(scanner, &word, word.length, i == 2 ? 3 : 0,
                     i == 0   ? degrees_max
                     : i == 1 ? 59
                              : 59999);
    sum += (uint32_t)number * (i == 2 ? 1 : units[i]);
    word = stubdns__scan_need(scanner);
  }
  if (!is_direction(&word, directions, &is_negative) || sum > max)
    fail(scanner, &word, 0);
  stubdns__writer_u32(&scanner->writer,
                      is_negative ? ARC_ZERO - sum : ARC_ZERO + sum);
}

/* Without the "m" at the end. */
static size_t metres_length(const word_t *word) {
  const size_t length = word->length;
  return length && (word->text[length - 1] | 0x20) == 'm' ? length - 1 : length;
}

#define ALTITUDE_ZERO 10000000u /* centimeters */

static uint32_t scan_altitude(scanner_t *scanner) {
  word_t word = stubdns__scan_need(scanner);
  const int is_negative = word.length && word.text[0] == '-';
  if (is_negative) {
    word.text++;
    word.offset++;
    word.length--;
  }
  const uint64_t max = is_negative ? ALTITUDE_ZERO : UINT32_MAX - ALTITUDE_ZERO;
  const uint32_t altitude =
      (uint32_t)word_decimal(scanner, &word, metres_length(&word), 2, max);
  return is_negative ? ALTITUDE_ZERO - altitude : ALTITUDE_ZERO + altitude;
}

#define PRECISION_MAX 9000000000u /* centimeters: the digit 9, power 9 */

/* The highest digit and its power of ten; digits below are lost. */
static uint8_t scan_precision(scanner_t *scanner, uint8_t otherwise) {
  word_t word;
  if (!stubdns__scan_word(scanner, &word)) return otherwise;
  uint64_t size = word_decimal(scanner, &word, metres_length(&word), 2,
                               (uint64_t)PRECISION_MAX);
  uint8_t power = 0;
  for (; size > 9; size /= 10)
    power++;
  return (uint8_t)(size << 4 | power);
}

void stubdns__scan_location(scanner_t *scanner) {
  struct stubdns__writer *writer = &scanner->writer;
  const size_t start = writer->length;
  stubdns__writer_u32(writer, 0); /* version and precisions, set below */
  scan_arc(scanner, "NS", 90);
  scan_arc(scanner, "EW", 180);
  stubdns__writer_u32(writer, scan_altitude(scanner));
  /* 1 m, 10 000 m and 10 m, RFC 1876 section 3. */
  stubdns__patch_u8(writer, start + 1, scan_precision(scanner, 0x12));
  stubdns__patch_u8(writer, start + 2, scan_precision(scanner, 0x16));
  stubdns__patch_u8(writer, start + 3, scan_precision(scanner, 0x13));
}

/* The part of a word from `start` up to `divider`, which must be there unless
 * it is NUL, which stands for the word's end. */
static word_t part(scanner_t *scanner, const word_t *word, size_t start,
                   char divider) {
  const char *text = word->text + start;
  const size_t left = word->length - start;
  const char *end = divider ? memchr(text, divider, left) : text + left;
  if (!end) fail(scanner, word, word->length);
  return (word_t){.text = text,
                  .length = end ? (size_t)(end - text) : 0,
                  .offset = word->offset + start};
}

static void put_prefix(scanner_t *scanner, uint16_t family, uint8_t bits,
                       int is_negated, const uint8_t *address) {
  size_t length = family == 1 ? 4 : 16;
  while (length && address[length - 1] == 0)
    length--;
  stubdns__writer_u16(&scanner->writer, family);
  stubdns__writer_u8(&scanner->writer, bits);
  stubdns__writer_u8(&scanner->writer,
                     (uint8_t)(length | (is_negated ? 0x80u : 0)));
  stubdns__writer_octets(&scanner->writer, address, length);
}

/* "!2:2001:db8::/32" */
static void scan_prefix(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  const size_t start = word.length && word.text[0] == '!' ? 1 : 0;
  const word_t family = part(scanner, &word, start, ':');
  const uint16_t number =
      (uint16_t)stubdns__word_number(scanner, &family, UINT16_MAX);
  if (scanner->error) return;
  const word_t address = part(scanner, &word, start + family.length + 1, '/');
  if (scanner->error) return;
  const word_t bits =
      part(scanner, &word, start + family.length + address.length + 2, '\0');
  uint8_t octets[16] = {0};
  const int is_address =
      number == 1   ? stubdns__read_ipv4(address.text, address.length, octets)
      : number == 2 ? stubdns__read_ipv6(address.text, address.length, octets)
                    : 0;
  if (!is_address)
    stubdns__scan_fail(scanner, STUBDNS_EBADADDRESS, address.offset);
  const uint64_t count =
      stubdns__word_number(scanner, &bits, number == 1 ? 32 : 128);
  put_prefix(scanner, number, (uint8_t)count, start == 1, octets);
}

void stubdns__scan_prefixes(scanner_t *scanner) {
  while (stubdns__scan_more(scanner))
    scan_prefix(scanner);
}

static void put_name(scanner_t *scanner, const word_t *word) {
  const stubdns_name_t name = stubdns__word_name(scanner, word);
  stubdns__writer_octets(&scanner->writer, name.octets, name.length);
}

void stubdns__scan_gateway(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  uint8_t address[16];
  int is_valid = 1;
  switch (scanner->gateway_type) {
  case 1:
    is_valid = stubdns__read_ipv4(word.text, word.length, address);
    if (is_valid) stubdns__writer_octets(&scanner->writer, address, 4);
    break;
  case 2:
    is_valid = stubdns__read_ipv6(word.text, word.length, address);
    if (is_valid) stubdns__writer_octets(&scanner->writer, address, 16);
    break;
  case 3:
    put_name(scanner, &word);
    break;
  default:
    is_valid = stubdns__word_is(&word, ".");
    break;
  }
  if (!is_valid) fail(scanner, &word, 0);
}

/* The lengths come before what they measure, so they are written last. */
void stubdns__scan_host_identity(scanner_t *scanner) {
  struct stubdns__writer *writer = &scanner->writer;
  const size_t start = writer->length;
  const uint64_t algorithm = stubdns__scan_number(scanner, UINT8_MAX);
  stubdns__writer_u32(writer, 0);
  const word_t hit = stubdns__scan_need(scanner);
  stubdns__word_hex(scanner, &hit);
  const size_t hit_length = writer->length - start - 4;
  const word_t key = stubdns__scan_need(scanner);
  stubdns__word_base64(scanner, &key);
  const size_t key_length = writer->length - start - 4 - hit_length;
  if (hit_length > UINT8_MAX) fail(scanner, &hit, 0);
  if (key_length > UINT16_MAX) fail(scanner, &key, 0);
  stubdns__patch_u8(writer, start, hit_length);
  stubdns__patch_u8(writer, start + 1, algorithm);
  stubdns__patch_u16(writer, start + 2, key_length);
}

void stubdns__scan_a6(scanner_t *scanner) {
  const unsigned bits = (unsigned)stubdns__scan_number(scanner, 128);
  const size_t length = (128 - bits + 7) / 8;
  uint8_t address[16] = {0};
  stubdns__writer_u8(&scanner->writer, (uint8_t)bits);
  if (bits < 128) {
    const word_t word = stubdns__scan_need(scanner);
    if (!stubdns__read_ipv6(word.text, word.length, address))
      stubdns__scan_fail(scanner, STUBDNS_EBADADDRESS, word.offset);
  }
  if (bits % 8) address[bits / 8] &= (uint8_t)(0xff >> bits % 8);
  stubdns__writer_octets(&scanner->writer, address + 16 - length, length);
  if (bits > 0) stubdns__scan_name(scanner);
}

/* "+" and digits for E.164, else hex digits with dots where one likes. */
void stubdns__scan_atm_address(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  const int is_e164 = word.length && word.text[0] == '+';
  unsigned high = 16; /* the digit that makes no octet yet, 16 for none */
  stubdns__writer_u8(&scanner->writer, is_e164 ? 1 : 0);
  for (size_t i = is_e164 ? 1 : 0; i < word.length; i++) {
    const char c = word.text[i];
    const unsigned value = stubdns__hex_value(c);
    if (c == '.') continue;
    if (value > (is_e164 ? 9u : 15u)) {
      fail(scanner, &word, i);
    } else if (is_e164) {
      stubdns__writer_u8(&scanner->writer, (uint8_t)c);
    } else if (high > 15) {
      high = value;
    } else {
      stubdns__writer_u8(&scanner->writer, (uint8_t)(high << 4 | value));
      high = 16;
    }
  }
  if (high < 16) fail(scanner, &word, word.length);
}
