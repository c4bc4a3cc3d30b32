/* Domain names as values: uncompressed wire form, RFC 1035 section 3.1.  Every
 * octet may stand in a label (RFC 2181 section 11); letters A to Z compare
 * equal to a to z and nothing else folds (RFC 4343). */
#ifndef STUBDNS_NAME_H
#define STUBDNS_NAME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STUBDNS_NAME_MAX 255   /* octets, the root label included */
#define STUBDNS_LABEL_MAX 63   /* octets, without the length octet */
#define STUBDNS_LABELS_MAX 127 /* labels of one octet, without the root */

/* Characters that the longest name takes as text, the final NUL included:
 * 250 octets as \DDD and four dots (three labels of 63, one of 61). */
#define STUBDNS_NAME_TEXT_SIZE 1005

/* A name: `length` octets, the last of them the root label's zero.  It can be
 * copied by assignment; octets from `length` on have no meaning. */
typedef struct stubdns_name {
  uint8_t length; /* 1 to STUBDNS_NAME_MAX */
  uint8_t octets[STUBDNS_NAME_MAX];
} stubdns_name_t;

/* Reads `length` characters of `text` in presentation format, RFC 1035
 * section 5.1: `\X` stands for the character X and `\DDD` for the octet of that
 * decimal value.  "." is the root; a missing final dot is understood.
 *
 * Returns 0, or STUBDNS_EEMPTYLABEL (also for no characters at all),
 * STUBDNS_ELABELTOOLONG, STUBDNS_ENAMETOOLONG or STUBDNS_EBADESCAPE; then
 * `name` is the root. */
int stubdns_name_from_text(stubdns_name_t *name, const char *text,
                           size_t length);

/* The name under which PTR records of an address are found: in-addr.arpa for 4
 * octets (RFC 1035 section 3.5), ip6.arpa for 16 (RFC 3596 section 2.5).
 *
 * Returns 0, or STUBDNS_EBADADDRESS where `length` is neither. */
int stubdns_name_from_address(stubdns_name_t *name, const uint8_t *address,
                              size_t length);

/* Takes a name from `length` octets of uncompressed wire form, which must hold
 * exactly that name.
 *
 * Returns 0, or STUBDNS_ESHORT, STUBDNS_EBADLABEL (a pointer included),
 * STUBDNS_ENAMETOOLONG or STUBDNS_ERDATAEXTRA; then `name` is the root. */
int stubdns_name_from_wire(stubdns_name_t *name, const uint8_t *octets,
                           size_t length);

/* Whether both are the same name, ASCII letters folded, RFC 4343 section 3. */
int stubdns_name_equal(const stubdns_name_t *a, const stubdns_name_t *b);

/* Whether both are the same octets, for 0x20 and for keys. */
int stubdns_name_identical(const stubdns_name_t *a, const stubdns_name_t *b);

/* Less than, equal to or greater than zero by the canonical order of RFC 4034
 * section 6.1: label by label from the root, letters folded. */
int stubdns_name_compare(const stubdns_name_t *a, const stubdns_name_t *b);

/* Whether `name` is `ancestor` or below it. */
int stubdns_name_is_below(const stubdns_name_t *name,
                          const stubdns_name_t *ancestor);

/* The number of labels, the root's not counted: 0 for the root. */
size_t stubdns_name_label_count(const stubdns_name_t *name);

/* Replaces the end `from` of `name` by `to`, as a DNAME record does (RFC 6672
 * section 2.2).  `name` must be below `from`.
 *
 * Returns 0, or STUBDNS_ENAMETOOLONG, STUBDNS_EINVALID where `name` is not
 * below `from`; then `name` is unchanged. */
int stubdns_name_substitute(stubdns_name_t *name, const stubdns_name_t *from,
                            const stubdns_name_t *to);

#ifdef __cplusplus
}
#endif
#endif
