/* Presentation format: names and records to text and back, RFC 1035 section 5.1
 * and RFC 3597 section 5.  The text is safe on a terminal: every octet outside
 * printable ASCII is written as \DDD.
 *
 * Every ..._to_text() writes into the caller's buffer of `size` characters,
 * always ends the text with a NUL where `size` is not 0, and gives in `*length`
 * the characters that the whole text has, the NUL not counted, whether they
 * fitted or not: `*length` + 1 is the size that would do.  `length` may be
 * NULL. */
#ifndef STUBDNS_TEXT_H
#define STUBDNS_TEXT_H

#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a record is written; 0 is dig's default layout.  dig's +multiline is
 * STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS. */
#define STUBDNS_TEXT_MULTILINE 0x01u   /* long RDATA over several lines */
#define STUBDNS_TEXT_NO_SPLIT 0x02u    /* hex and base64 in one piece */
#define STUBDNS_TEXT_TTL_UNITS 0x04u   /* "1h30m" */
#define STUBDNS_TEXT_NO_TTL 0x08u      /* without the TTL column */
#define STUBDNS_TEXT_NO_CLASS 0x10u    /* without the class column */
#define STUBDNS_TEXT_UNKNOWN 0x20u     /* RFC 3597 form for every type */
#define STUBDNS_TEXT_NO_CRYPTO 0x40u   /* "[omitted]" for keys and signatures */
#define STUBDNS_TEXT_EXPAND_IPV6 0x80u /* all eight groups, all digits */
#define STUBDNS_TEXT_COMMENTS 0x100u   /* "; key id = ..." behind the RDATA */
#define STUBDNS_TEXT_TABS 0x200u       /* one tab between columns, no padding */

/* Breaks hex and base64 after `width` characters (1 to 65532, rounded up to a
 * multiple of 4) in place of 56 on one line and 44 in the multi-line form. */
#define STUBDNS_TEXT_SPLIT(width) ((unsigned)(width) << 16)

/* Writes a name with its final dot; the root is ".".  STUBDNS_NAME_TEXT_SIZE
 * characters are room for any name.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_name_to_text(const stubdns_name_t *name, char *buffer, size_t size,
                         size_t *length);

/* Writes a record's RDATA.  A record without known fields, or with malformed
 * content, is written in the form of RFC 3597 section 5: \# length hex.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_rdata_to_text(const stubdns_record_t *record, unsigned style,
                          char *buffer, size_t size, size_t *length);

/* Writes owner, TTL, class, type and RDATA in dig's columns, without a newline
 * at the end.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_record_to_text(const stubdns_record_t *record, unsigned style,
                           char *buffer, size_t size, size_t *length);

/* Writes "MX" or "TYPE65280"; "IN" or "CLASS77"; "NXDOMAIN" or "RCODE3841";
 * "QUERY" or "OPCODE7".  24 characters are room for any.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_type_to_text(uint16_t type, char *buffer, size_t size,
                         size_t *length);
int stubdns_class_to_text(uint16_t class_, char *buffer, size_t size,
                          size_t *length);
int stubdns_rcode_to_text(unsigned rcode, char *buffer, size_t size,
                          size_t *length);
int stubdns_opcode_to_text(unsigned opcode, char *buffer, size_t size,
                           size_t *length);

/* Text that holds records, one a line as in a zone file (RFC 1035 section 5.1),
 * and what the lines leave out. */
typedef struct stubdns_record_text {
  const char *text; /* need not end with a NUL */
  size_t length;
  size_t offset;                /* where to go on; 0 to begin with */
  const stubdns_name_t *origin; /* of "@" and relative names; NULL: the root */
  const stubdns_name_t *owner;  /* of lines that begin with a blank, or NULL */
  uint32_t ttl_s;
  uint16_t class_;     /* 0: IN */
  size_t error_offset; /* on error: the character that is wrong */
} stubdns_record_text_t;

/* Reads the next record and writes it in wire form without compression, as
 * stubdns_record_from_wire() views it: owner, TTL, class and type, then the
 * RDATA in the format of its type or as "\# length hex" (RFC 3597 section 5),
 * which is not looked into.  TTL and class may be left out; the TTL may have
 * units ("1h30m").  Parentheses extend a line, ";" begins a comment.
 *
 * Gives in `*length` the octets, 0 where no record is left, and moves `offset`
 * behind the record's line.
 *
 * Returns 0, or STUBDNS_ENOSPACE (`*length` octets are needed, and `offset`
 * stays), STUBDNS_ETEXTEND, STUBDNS_ETEXTEXTRA, STUBDNS_EUNCLOSED,
 * STUBDNS_EBADTEXT, STUBDNS_EBADADDRESS, or an error of
 * stubdns_name_from_text(). */
int stubdns_record_from_text(stubdns_record_text_t *source, uint8_t *octets,
                             size_t size, size_t *length);

#ifdef __cplusplus
}
#endif
#endif
