/* Special-use names, which a stub answers itself so that they never reach a
 * server: localhost (RFC 6761 section 6.3), invalid (section 6.4), onion (RFC
 * 7686 section 2), alt (RFC 9476 section 2) and local (RFC 6762 section 3). */
#ifndef STUBDNS_RESOLVER_SPECIAL_H
#define STUBDNS_RESOLVER_SPECIAL_H

#include "stubdns/message.h"

/* Whether names at and below `name`, or one further up, are special: to be
 * asked as they are, if at all.  Besides those above these are resolver.arpa
 * (RFC 9462 section 4) and ipv4only.arpa (RFC 8880). */
int stubdns__special_is(const stubdns_name_t *name);

/* The longest reply: header, question and an AAAA record that points to it. */
#define STUBDNS__SPECIAL_REPLY_MAX (12 + STUBDNS_NAME_MAX + 4 + 12 + 16)

/* Whether `question` is about a special name; then `octets`, which has room for
 * STUBDNS__SPECIAL_REPLY_MAX, gets the reply: the loopback address for A and
 * AAAA at or below localhost, nothing for its other types, NXDOMAIN for the
 * other names. */
int stubdns__special_reply(const stubdns_question_t *question, uint8_t *octets,
                           size_t *length);

#endif
