/* DNS cookies, RFC 7873 and RFC 9018: a reply that has our client cookie comes
 * from somebody who saw a query of ours. */
#ifndef STUBDNS_EXCHANGE_COOKIE_H
#define STUBDNS_EXCHANGE_COOKIE_H

#include "exchange/exchange.h"
#include "exchange/siphash.h"
#include "stubdns/address.h"
#include "stubdns/edns.h"

#define STUBDNS__CLIENT_COOKIE_LENGTH 8

/* Octets of the longest option: code, length, client's and server's part. */
#define STUBDNS__COOKIE_OPTION_MAX (4 + STUBDNS__CLIENT_COOKIE_LENGTH + 32)

/* Times that a server may say BADCOOKIE and is asked with its new one. */
#define STUBDNS__COOKIE_RETRIES 2

enum stubdns__cookie_state {
  STUBDNS__COOKIE_ABSENT,
  STUBDNS__COOKIE_FOREIGN, /* not our client cookie, or of no legal length */
  STUBDNS__COOKIE_OURS
};

/* The client cookie for a server, RFC 7873 section 4.1: nobody without the
 * secret knows it, and no server knows that of another. */
void stubdns__cookie_make(const struct stubdns__siphash_key *secret,
                          const stubdns_address_t *address,
                          stubdns_cookie_t *cookie);

/* What the first COOKIE option of a message is; others do not count, RFC 7873
 * section 5.3.  `cookie` gets its value where it is ours, and may be NULL. */
enum stubdns__cookie_state
stubdns__cookie_read(const stubdns_message_t *message, const uint8_t *client,
                     stubdns_cookie_t *cookie);

/* Whether the server has had its chances to get a cookie that it likes: it is
 * asked without from then on. */
int stubdns__cookie_is_spent(const struct stubdns__exchange *x, unsigned index);

#endif
