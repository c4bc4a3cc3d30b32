/* What a reply is expected to be: --expect, for health checks. */
#ifndef UDPDIG_EXPECT_H
#define UDPDIG_EXPECT_H

#include "output.h"
#include "settings.h"

#include "stubdns/message.h"

/* An expectation has one of the forms
 *
 *   rcode=NXDOMAIN   ttl<=300   count=2   flag=ad   A   A 192.0.2.80
 *
 * "ttl" is that of every answer, "count" the number of answers, the others are
 * about one answer at least.  The signs are =, !=, <, <=, > and >=.
 *
 * Returns 0, or STUBDNS_EINVALID where `text` is none. */
int expect_check(const char *text);

/* Finds the first expectation that the reply does not meet, or NULL. */
const char *expect_unmet(const struct settings *settings,
                         const stubdns_message_t *message);

#endif
