/* The bounded sink through which all text goes out, and what is written into it
 * piece by piece.  It counts what does not fit, so that the caller learns how
 * much room is needed; nothing is written outside the buffer. */
#ifndef STUBDNS_WIRE_TEXT_H
#define STUBDNS_WIRE_TEXT_H

#include "stubdns/error.h"
#include "stubdns/message.h"
#include "stubdns/text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct stubdns__text {
  char *buffer;
  size_t size;
  size_t length; /* characters put so far, fitting or not */
  unsigned style;
  int is_in_json; /* inside a JSON string: quotes and backslashes escaped */
};

static inline struct stubdns__text stubdns__text_make(char *buffer, size_t size,
                                                      unsigned style) {
  return (struct stubdns__text){buffer, size, 0, style, 0};
}

static inline void stubdns__text_raw_char(struct stubdns__text *text, char c) {
  if (text->length < text->size) text->buffer[text->length] = c;
  text->length++;
}

/* All text is printable ASCII, of which JSON escapes two characters. */
static inline void stubdns__text_char(struct stubdns__text *text, char c) {
  if (text->is_in_json && (c == '"' || c == '\\'))
    stubdns__text_raw_char(text, '\\');
  stubdns__text_raw_char(text, c);
}

/* Characters of which JSON escapes none. */
static inline void stubdns__text_plain(struct stubdns__text *text,
                                       const char *chars, size_t length) {
  const size_t at = text->length;
  text->length += length;
  if (at >= text->size) return;
  const size_t room = text->size - at;
  if (length <= room) /* by itself: its size is often known in advance */
    memcpy(text->buffer + at, chars, length);
  else
    memcpy(text->buffer + at, chars, room);
}

/* The same for a few of them, for which memcpy() would not pay. */
static inline void stubdns__text_short(struct stubdns__text *text,
                                       const char *chars, size_t length) {
  for (size_t i = 0; i < length; i++)
    stubdns__text_raw_char(text, chars[i]);
}

static inline void stubdns__text_chars(struct stubdns__text *text,
                                       const char *chars, size_t length) {
  if (!text->is_in_json) {
    stubdns__text_plain(text, chars, length);
    return;
  }
  for (size_t i = 0; i < length; i++)
    stubdns__text_char(text, chars[i]);
}

static inline void stubdns__text_word(struct stubdns__text *text,
                                      const char *word) {
  stubdns__text_chars(text, word, strlen(word));
}

static inline int stubdns__text_has(const struct stubdns__text *text,
                                    unsigned style) {
  return (text->style & style) != 0;
}

/* Ends the text with a NUL and tells its length.  Returns 0, or
 * STUBDNS_ENOSPACE where text and NUL do not fit. */
int stubdns__text_finish(struct stubdns__text *text, size_t *length);

/* Numbers in decimal with at least `digits` digits. */
void stubdns__text_digits(struct stubdns__text *text, uint64_t number,
                          size_t digits);

static inline void stubdns__text_number(struct stubdns__text *text,
                                        uint64_t number) {
  stubdns__text_digits(text, number, 1);
}

/* One octet of a name or of a character-string, escaped as it must be. */
void stubdns__text_name_octet(struct stubdns__text *text, uint8_t octet);
void stubdns__text_string_octet(struct stubdns__text *text, uint8_t octet);

/* A name with its final dot. */
void stubdns__text_name(struct stubdns__text *text, const stubdns_name_t *name);

/* Octets as one quoted character-string. */
void stubdns__text_quoted(struct stubdns__text *text, const uint8_t *octets,
                          size_t length);

/* Mnemonics, or what stands for a number without one. */
void stubdns__text_type(struct stubdns__text *text, uint16_t type);
void stubdns__text_class(struct stubdns__text *text, uint16_t class_);
void stubdns__text_algorithm(struct stubdns__text *text, uint8_t algorithm);

/* The mnemonic of a DNSSEC algorithm, of a CERT type, of an error in TSIG or
 * TKEY, of a SVCB key; NULL for a number that has none. */
const char *stubdns__algorithm_mnemonic(uint8_t algorithm);
const char *stubdns__certificate_mnemonic(uint16_t type);
const char *stubdns__tsig_error_mnemonic(uint16_t error);
#define STUBDNS__SVC_KEY_MAX 8 /* the highest key with a mnemonic */
const char *stubdns__svc_key_mnemonic(uint16_t key);

/* A break inside a long field: a blank, or a line in the multi-line form. */
void stubdns__text_break(struct stubdns__text *text);

/* Octets in hex capitals or base64, broken into pieces as the style says. */
void stubdns__text_hex(struct stubdns__text *text, const uint8_t *octets,
                       size_t length);
void stubdns__text_base64(struct stubdns__text *text, const uint8_t *octets,
                          size_t length);

/* The same in one piece; an octet as two small hex digits; base32 with the
 * alphabet of RFC 4648 section 7. */
void stubdns__text_hex_whole(struct stubdns__text *text, const uint8_t *octets,
                             size_t length);
void stubdns__text_base64_whole(struct stubdns__text *text,
                                const uint8_t *octets, size_t length);
void stubdns__text_small_hex_octet(struct stubdns__text *text, uint8_t octet);
void stubdns__text_base32hex(struct stubdns__text *text, const uint8_t *octets,
                             size_t length);

/* Hex that comes in several runs of octets. */
struct stubdns__hex {
  struct stubdns__text *text;
  size_t column; /* octets since the last break */
};
void stubdns__hex_put(struct stubdns__hex *hex, const uint8_t *octets,
                      size_t length);

/* An address of 4 octets, of 16 octets. */
void stubdns__text_ipv4(struct stubdns__text *text, const uint8_t *address);
void stubdns__text_ipv6(struct stubdns__text *text, const uint8_t *address);

/* `count` groups of 16 bits in hex with colons; with all zeros if `all`. */
void stubdns__text_groups(struct stubdns__text *text, const uint8_t *octets,
                          size_t count, int all);

/* Seconds since 1970 as YYYYMMDDHHmmSS, RFC 4034 section 3.2. */
void stubdns__text_time(struct stubdns__text *text, uint32_t seconds);

/* Seconds as "1h30m", and as "1 hour 30 minutes". */
void stubdns__text_ttl_units(struct stubdns__text *text, uint32_t seconds);
void stubdns__text_ttl_words(struct stubdns__text *text, uint32_t seconds);

/* One field of RDATA. */
void stubdns__text_field(struct stubdns__text *text,
                         const stubdns_field_t *field);

/* Whether the field is written as nothing at all; whether this bitmap of types
 * has none. */
int stubdns__field_is_blank(const stubdns_field_t *field);
int stubdns__bitmap_is_blank(const stubdns_field_t *field);

/* Whole fields of the kinds with a form of their own. */
void stubdns__text_type_bitmap(struct stubdns__text *text,
                               const stubdns_field_t *field);
void stubdns__text_old_type_bitmap(struct stubdns__text *text,
                                   const stubdns_field_t *field);
void stubdns__text_services(struct stubdns__text *text,
                            const stubdns_field_t *field);
void stubdns__text_location(struct stubdns__text *text,
                            const stubdns_field_t *field);
void stubdns__text_prefixes(struct stubdns__text *text,
                            const stubdns_field_t *field);
void stubdns__text_gateway(struct stubdns__text *text,
                           const stubdns_field_t *field);
void stubdns__text_host_identity(struct stubdns__text *text,
                                 const stubdns_field_t *field);
void stubdns__text_names(struct stubdns__text *text,
                         const stubdns_field_t *field);
void stubdns__text_atm_address(struct stubdns__text *text,
                               const stubdns_field_t *field);
void stubdns__text_a6(struct stubdns__text *text, const stubdns_field_t *field);
void stubdns__text_svc_params(struct stubdns__text *text,
                              const stubdns_field_t *field);

/* Whether a LOCATION, PREFIXES or ATM_ADDRESS can be written in its own form,
 * and not only in that of RFC 3597, as those of unknown versions and families.
 */
int stubdns__field_has_text(const stubdns_field_t *field);

/* Whether the record is written by its fields, and not in the form of RFC 3597.
 */
int stubdns__rdata_has_text(const stubdns_record_t *record);

/* One prefix of a PREFIXES field, and the step to the next: a cursor over the
 * field's octets is given, and 0 comes behind the last one. */
struct stubdns__prefix {
  uint16_t family;
  uint8_t bits;
  uint8_t is_negated;
  uint8_t address[16];
};
enum { STUBDNS__FAMILY_IPV4 = 1, STUBDNS__FAMILY_IPV6 = 2 };
struct stubdns__cursor;
int stubdns__next_prefix(struct stubdns__cursor *cursor,
                         struct stubdns__prefix *prefix);

/* A whole RDATA. */
void stubdns__text_rdata(struct stubdns__text *text,
                         const stubdns_record_t *record);

#endif
