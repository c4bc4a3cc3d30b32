/* The text of resolv.conf(5) as values, and what the environment says instead.
 * What is not understood counts as not written, as with the C library. */
#ifndef STUBDNS_CONFIG_RESOLV_CONF_H
#define STUBDNS_CONFIG_RESOLV_CONF_H

#include "config/scoped_address.h"

#include "stubdns/lookup.h"
#include "stubdns/name.h"

#define STUBDNS__SEARCH_MAX 32 /* names in a search list */

/* The bounds and defaults of the C library. */
#define STUBDNS__NDOTS 1
#define STUBDNS__NDOTS_MAX 15
#define STUBDNS__TIMEOUT_S 5
#define STUBDNS__TIMEOUT_S_MAX 30
#define STUBDNS__ATTEMPTS 2
#define STUBDNS__ATTEMPTS_MAX 5

/* The words of `options` that have no number. */
#define STUBDNS__CONF_ROTATE 0x001u
#define STUBDNS__CONF_EDNS0 0x002u
#define STUBDNS__CONF_TRUST_AD 0x004u
#define STUBDNS__CONF_USE_VC 0x008u
#define STUBDNS__CONF_NO_AAAA 0x010u
#define STUBDNS__CONF_SINGLE_REQUEST 0x020u
#define STUBDNS__CONF_SINGLE_REQUEST_REOPEN 0x040u
#define STUBDNS__CONF_NO_TLD_QUERY 0x080u
#define STUBDNS__CONF_NO_RELOAD 0x100u
#define STUBDNS__CONF_INET6 0x200u

struct stubdns__resolv_conf {
  struct stubdns__scoped_address servers[STUBDNS_SERVERS_MAX];
  size_t server_count;
  stubdns_name_t search[STUBDNS__SEARCH_MAX]; /* of `search` or `domain` */
  size_t search_count;
  unsigned flags;    /* STUBDNS__CONF_* */
  uint8_t ndots;     /* up to its _MAX, like the following */
  uint8_t timeout_s; /* 0: not written, like the following */
  uint8_t attempts;
  uint8_t has_search; /* there was a list, which may be empty */
};

/* Reads `length` characters of text, any octets.  Servers beyond
 * STUBDNS_SERVERS_MAX and names beyond STUBDNS__SEARCH_MAX are left out.
 * `complain` may be NULL. */
void stubdns__resolv_conf_parse(struct stubdns__resolv_conf *config,
                                const char *text, size_t length,
                                const struct stubdns__complain *complain);

/* Puts the words of `text`, as LOCALDOMAIN has them, in the place of the search
 * list. */
void stubdns__resolv_conf_set_search(struct stubdns__resolv_conf *config,
                                     const char *text, size_t length,
                                     const struct stubdns__complain *complain);

/* Adds the words of an `options` line, as RES_OPTIONS has them. */
void stubdns__resolv_conf_add_options(struct stubdns__resolv_conf *config,
                                      const char *text, size_t length,
                                      const struct stubdns__complain *complain);

#endif
