/* Reading presentation format: the words of a record's text, RFC 1035 section
 * 5.1, and what becomes of each in wire form.  The first failure sticks, with
 * the offset of the character that is wrong; then no more words come. */
#ifndef STUBDNS_WIRE_SCAN_H
#define STUBDNS_WIRE_SCAN_H

#include "stubdns/error.h"
#include "stubdns/name.h"
#include "wire/type.h"
#include "wire/writer.h"

struct stubdns__scanner {
  const char *text;
  size_t length;
  size_t offset;
  unsigned depth; /* of parentheses, in which a newline is a blank */
  int error;
  size_t error_offset;
  const stubdns_name_t *origin; /* of relative names */
  struct stubdns__writer writer;
  uint8_t gateway_type; /* as read, for the gateway behind it */
};

/* A word, still with its escapes; without the quotation marks around it. */
struct stubdns__word {
  const char *text;
  size_t length;
  size_t offset; /* from the text's first character */
  int is_quoted; /* the whole word was */
  int has_quote; /* there are quotation marks inside */
};

void stubdns__scan_fail(struct stubdns__scanner *scanner, int error,
                        size_t offset);

/* Whether another word stands on the line, which parentheses may extend. */
int stubdns__scan_more(struct stubdns__scanner *scanner);

/* Takes the next word; returns 0 where the line has none. */
int stubdns__scan_word(struct stubdns__scanner *scanner,
                       struct stubdns__word *word);

/* The same, where a word must come; an empty one after a failure. */
struct stubdns__word stubdns__scan_need(struct stubdns__scanner *scanner);

/* Goes behind the newline that ends a line on which nothing is left. */
void stubdns__scan_line_end(struct stubdns__scanner *scanner);

/* Steps over one character or escape of a word; returns 0 behind the last one
 * and after a bad escape. */
int stubdns__word_octet(struct stubdns__scanner *scanner,
                        const struct stubdns__word *word, size_t *position,
                        uint8_t *octet);

/* Whether the word is these letters, folded, and was not quoted. */
int stubdns__word_is(const struct stubdns__word *word, const char *text);

/* What each makes of the next word goes to the writer or is returned.  They
 * fail with STUBDNS_EBADTEXT, or with what names and addresses fail with. */
uint64_t stubdns__scan_number(struct stubdns__scanner *scanner, uint64_t max);
uint64_t stubdns__word_number(struct stubdns__scanner *scanner,
                              const struct stubdns__word *word, uint64_t max);
stubdns_name_t stubdns__word_name(struct stubdns__scanner *scanner,
                                  const struct stubdns__word *word);
void stubdns__scan_name(struct stubdns__scanner *scanner);
uint16_t stubdns__word_type(struct stubdns__scanner *scanner,
                            const struct stubdns__word *word);

/* Seconds in decimal or with units; returns 0 where the word is neither. */
int stubdns__word_duration(const struct stubdns__word *word, uint32_t *seconds);
uint32_t stubdns__scan_time(struct stubdns__scanner *scanner);

/* Addresses; each returns 0 where the characters are none. */
int stubdns__read_ipv4(const char *text, size_t length, uint8_t *address);
int stubdns__read_ipv6(const char *text, size_t length, uint8_t *address);

/* Value of a hex digit, 16 for another character. */
unsigned stubdns__hex_value(char c);

/* Digits in the words up to the end of the line, blanks between anywhere. */
void stubdns__scan_hex(struct stubdns__scanner *scanner);
void stubdns__scan_base64(struct stubdns__scanner *scanner);

/* Exactly `length` octets in base64, over as many words as that takes. */
void stubdns__scan_base64_sized(struct stubdns__scanner *scanner,
                                size_t length);

/* All digits of one word. */
void stubdns__word_hex(struct stubdns__scanner *scanner,
                       const struct stubdns__word *word);
void stubdns__word_base64(struct stubdns__scanner *scanner,
                          const struct stubdns__word *word);
void stubdns__word_base32hex(struct stubdns__scanner *scanner,
                             const struct stubdns__word *word);

/* The octets of a word, with a length octet in front or without. */
void stubdns__word_string(struct stubdns__scanner *scanner,
                          const struct stubdns__word *word);
void stubdns__word_octets(struct stubdns__scanner *scanner,
                          const struct stubdns__word *word);

/* One field of RDATA. */
void stubdns__scan_field(struct stubdns__scanner *scanner, uint8_t kind);

/* Fields of the kinds with a form of their own. */
void stubdns__scan_type_bitmap(struct stubdns__scanner *scanner);
void stubdns__scan_old_type_bitmap(struct stubdns__scanner *scanner);
void stubdns__scan_services(struct stubdns__scanner *scanner);
void stubdns__scan_location(struct stubdns__scanner *scanner);
void stubdns__scan_prefixes(struct stubdns__scanner *scanner);
void stubdns__scan_gateway(struct stubdns__scanner *scanner);
void stubdns__scan_host_identity(struct stubdns__scanner *scanner);
void stubdns__scan_a6(struct stubdns__scanner *scanner);
void stubdns__scan_atm_address(struct stubdns__scanner *scanner);
void stubdns__scan_svc_params(struct stubdns__scanner *scanner);

/* Writes over what was written at `offset`, where it fitted. */
static inline void stubdns__patch_u8(struct stubdns__writer *writer,
                                     size_t offset, size_t value) {
  if (offset < writer->size) writer->octets[offset] = (uint8_t)value;
}

static inline void stubdns__patch_u16(struct stubdns__writer *writer,
                                      size_t offset, size_t value) {
  stubdns__patch_u8(writer, offset, value >> 8);
  stubdns__patch_u8(writer, offset + 1, value & 0xff);
}

#endif
