/* --decode: the DNS messages of a file, printed in any of the forms. */
#ifndef UDPDIG_DECODE_H
#define UDPDIG_DECODE_H

#include "settings.h"
#include "status.h"

/* Prints every message of the file that `settings` names: a capture, read in
 * pieces, or one message as hex digits, base64 or octets.  What is malformed
 * is told on stderr, or in JSON on stdout, and the rest goes on. */
enum status decode(const struct settings *settings);

#endif
