/* Names with letters outside ASCII, RFC 5890, by libidn2, which is loaded when
 * the first such name comes. */
#ifndef UDPDIG_IDN_H
#define UDPDIG_IDN_H

#include "output.h"
#include "settings.h"

#include <stddef.h>

#define IDN_SIZE 1024 /* room for any name that is one */

/* Writes the ASCII form of a name in UTF-8.  Returns 0, or STUBDNS_EINVALID
 * with the rest of a sentence that begins with the name in `message`. */
int idn_to_ascii(const char *name, char *ascii, size_t size,
                 struct output *message);

/* Whether names in `text` are to be written as people write them: it has some,
 * and +idnout says so, or by default stdout is a terminal. */
int idn_is_wanted(const struct settings *settings, const char *text,
                  size_t length);

/* Appends text in presentation format with every name in it that has "xn--"
 * labels as people write it.  A name stays as it is where libidn2 or the locale
 * cannot tell, or where it has anything but letters and digits. */
void idn_append(struct output *output, const char *text, size_t length);

#endif
