/* Octets as digits of base 16, 32 and 64 (RFC 4648), in one piece or broken
 * into pieces of a width that the style gives. */
#include "wire/text.h"

static const char hex_digits[] = "0123456789ABCDEF";
static const char base32hex_digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define PIECE 56      /* characters of a piece on one line */
#define PIECE_LINE 44 /* the same in the multi-line form, one piece a line */

void stubdns__text_break(struct stubdns__text *text) {
  if (stubdns__text_has(text, STUBDNS_TEXT_MULTILINE))
    stubdns__text_word(text, "\n\t\t\t\t");
  else
    stubdns__text_char(text, ' ');
}

/* The characters of a piece, SIZE_MAX where there are no breaks. */
static size_t piece_width(const struct stubdns__text *text) {
  const size_t asked = text->style >> 16;
  if (stubdns__text_has(text, STUBDNS_TEXT_NO_SPLIT)) return SIZE_MAX;
  if (asked) return (asked + 3) / 4 * 4;
  return stubdns__text_has(text, STUBDNS_TEXT_MULTILINE) ? PIECE_LINE : PIECE;
}

static void put_hex_octet(struct stubdns__text *text, uint8_t octet) {
  stubdns__text_char(text, hex_digits[octet >> 4]);
  stubdns__text_char(text, hex_digits[octet & 0xf]);
}

void stubdns__hex_put(struct stubdns__hex *hex, const uint8_t *octets,
                      size_t length) {
  const size_t width = piece_width(hex->text) / 2;
  for (size_t i = 0; i < length; i++) {
    if (hex->column == width) {
      stubdns__text_break(hex->text);
      hex->column = 0;
    }
    put_hex_octet(hex->text, octets[i]);
    hex->column++;
  }
}

void stubdns__text_hex(struct stubdns__text *text, const uint8_t *octets,
                       size_t length) {
  struct stubdns__hex hex = {text, 0};
  stubdns__hex_put(&hex, octets, length);
}

void stubdns__text_hex_whole(struct stubdns__text *text, const uint8_t *octets,
                             size_t length) {
  for (size_t i = 0; i < length; i++)
    put_hex_octet(text, octets[i]);
}

void stubdns__text_small_hex_octet(struct stubdns__text *text, uint8_t octet) {
  static const char digits[] = "0123456789abcdef";
  stubdns__text_char(text, digits[octet >> 4]);
  stubdns__text_char(text, digits[octet & 0xf]);
}

/* One to three octets as four characters, RFC 4648 section 4. */
static void put_base64_group(struct stubdns__text *text, const uint8_t *octets,
                             size_t length) {
  const uint32_t bits = (uint32_t)octets[0] << 16 |
                        (length > 1 ? (uint32_t)octets[1] << 8 : 0) |
                        (length > 2 ? octets[2] : 0u);
  const char group[4] = {base64_digits[bits >> 18],
                         base64_digits[bits >> 12 & 0x3f],
                         length > 1 ? base64_digits[bits >> 6 & 0x3f] : '=',
                         length > 2 ? base64_digits[bits & 0x3f] : '='};
  stubdns__text_chars(text, group, sizeof group);
}

static void put_base64(struct stubdns__text *text, const uint8_t *octets,
                       size_t length, size_t width) {
  size_t column = 0;
  for (size_t i = 0; i < length; i += 3, column += 4) {
    if (column == width) {
      stubdns__text_break(text);
      column = 0;
    }
    put_base64_group(text, octets + i, length - i);
  }
}

void stubdns__text_base64(struct stubdns__text *text, const uint8_t *octets,
                          size_t length) {
  put_base64(text, octets, length, piece_width(text));
}

void stubdns__text_base64_whole(struct stubdns__text *text,
                                const uint8_t *octets, size_t length) {
  put_base64(text, octets, length, SIZE_MAX);
}

/* RFC 4648 section 7, without the padding that RFC 5155 section 3.3 leaves
 * out. */
void stubdns__text_base32hex(struct stubdns__text *text, const uint8_t *octets,
                             size_t length) {
  uint32_t bits = 0;
  unsigned count = 0; /* bits that were taken and not yet written, at most 12 */
  for (size_t i = 0; i < length; i++) {
    bits = bits << 8 | octets[i];
    for (count += 8; count >= 5; count -= 5)
      stubdns__text_char(text, base32hex_digits[bits >> (count - 5) & 0x1f]);
  }
  if (count)
    stubdns__text_char(text, base32hex_digits[bits << (5 - count) & 0x1f]);
}
