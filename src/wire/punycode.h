/* Names of other letters than ASCII as the DNS has them: each label in
 * Punycode, RFC 3492 and RFC 5890 section 2.3.2.1.  Letters are taken as they
 * are, without the mapping of capitals and the like that RFC 5895 leaves to
 * programs. */
#ifndef STUBDNS_WIRE_PUNYCODE_H
#define STUBDNS_WIRE_PUNYCODE_H

#include <stddef.h>

/* Room for what the longest name becomes, its NUL included. */
#define STUBDNS__ASCII_NAME_SIZE 257

/* Writes the name `text`, in UTF-8, with "xn--" labels in the place of those
 * that have other letters; the ideographic full stops are dots as well.
 *
 * Returns 0, STUBDNS_EBADTEXT (no UTF-8), STUBDNS_ELABELTOOLONG or
 * STUBDNS_ENAMETOOLONG. */
int stubdns__name_to_ascii(const char *text,
                           char ascii[STUBDNS__ASCII_NAME_SIZE]);

#endif
