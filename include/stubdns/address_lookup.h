/* The addresses of a host, with what getaddrinfo() has no room for: how long
 * they are valid, and each family as it arrives.
 *
 *   static void on_addresses(stubdns_address_lookup_t *lookup, int status,
 *                            const stubdns_addresses_t *addresses);
 *
 *   stubdns_address_lookup_t lookup;
 *   stubdns_address_lookup(&resolver, &lookup, "example.org", NULL,
 *                          on_addresses);
 *
 * The contracts of resolver.h hold: an error is returned at once and then
 * nothing calls back; otherwise exactly one callback comes, later. */
#ifndef STUBDNS_ADDRESS_LOOKUP_H
#define STUBDNS_ADDRESS_LOOKUP_H

#include "resolver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How long A records wait for AAAA records, RFC 8305 section 3. */
#define STUBDNS_RESOLUTION_DELAY_MS 50

typedef struct stubdns_address_lookup stubdns_address_lookup_t;

/* Do not ask for the addresses of one family. */
#define STUBDNS_ADDRESS_NO_IPV4 0x01u
#define STUBDNS_ADDRESS_NO_IPV6 0x02u

/* Ask for HTTPS records as well (RFC 9460), at "_PORT._https.NAME" where the
 * port is none of 0, 80 and 443. */
#define STUBDNS_ADDRESS_HTTPS 0x04u

/* Leave the hosts file alone, or the search list. */
#define STUBDNS_ADDRESS_NO_HOSTS 0x08u
#define STUBDNS_ADDRESS_NO_SEARCH 0x10u

typedef struct stubdns_host_address {
  stubdns_address_t address; /* with the port of the options */
  uint32_t ttl_s;            /* the lowest on the way to it; 0 where it is of no
                              * record: a literal, or of the hosts file */
} stubdns_host_address_t;

/* What came of one type: addresses in the order of RFC 6724 for A and AAAA, the
 * answer itself for HTTPS.  All is valid until the callback returns. */
typedef struct stubdns_address_arrival {
  uint16_t type; /* STUBDNS_TYPE_A, _AAAA or _HTTPS */
  int status;    /* 0, or why there is nothing: as `status` below */
  const stubdns_host_address_t *addresses;
  size_t address_count;
  const stubdns_answer_t *answer; /* NULL for A and AAAA */
} stubdns_address_arrival_t;

/* All that there is, valid until the callback returns. */
typedef struct stubdns_addresses {
  const stubdns_host_address_t *addresses; /* in the order of RFC 6724 */
  size_t address_count;
  stubdns_name_t canonical_name; /* at the end of the aliases */
  int ipv4_status;               /* 0 also where the family was not asked for */
  int ipv6_status;
  int https_status;
} stubdns_addresses_t;

/* `status` is 0 where there is an address; STUBDNS_ENONAME (there is no such
 * name), STUBDNS_ENODATA (it has no address), STUBDNS_EFAILURE (the servers
 * have only errors); or an error of stubdns_lookup_cb.  `addresses` is never
 * NULL. */
typedef void (*stubdns_address_lookup_cb)(stubdns_address_lookup_t *lookup,
                                          int status,
                                          const stubdns_addresses_t *addresses);

/* Called once for each type, before the callback of the lookup.  From it every
 * function may be called; cancelling the lookup ends the arrivals. */
typedef void (*stubdns_address_arrival_cb)(
    stubdns_address_lookup_t *lookup, const stubdns_address_arrival_t *arrival);

/* Zero in a field means its default.
 *
 * Where `on_arrival` is set it is told of each type as RFC 8305 section 3
 * advises: AAAA and HTTPS at once, A together with AAAA, or alone when
 * `resolution_delay_ms` have passed without AAAA. */
typedef struct stubdns_address_options {
  unsigned flags;               /* STUBDNS_ADDRESS_* */
  uint16_t port;                /* of the addresses */
  uint32_t resolution_delay_ms; /* default STUBDNS_RESOLUTION_DELAY_MS */
  stubdns_address_arrival_cb on_arrival;
  stubdns_lookup_options_t lookup; /* for each question */
} stubdns_address_options_t;

struct stubdns_address_lookup {
  void *data; /* the user's */
  stubdns_resolver_t *resolver;
  /* private */
  stubdns_address_lookup_cb on_addresses;
  struct stubdns__address_task *task;
};

/* Finds the addresses of `name`: an address literal (RFC 4291, a scope allowed)
 * is its own; else what the hosts file has; else the A and AAAA records, asked
 * for at the same time, in the order of RFC 6724 section 6.  nsswitch.conf may
 * say otherwise.  By multicast (STUBDNS_MULTICAST) silence means that there is
 * no such name.  `options` may be NULL and need not outlive the call, as
 * `name`.
 *
 * Returns 0, or an error of stubdns_name_from_text(), STUBDNS_EINVALID (no
 * family is left, unknown flags), STUBDNS_ENOMEM, or UV_ECANCELED where the
 * resolver is closing. */
int stubdns_address_lookup(stubdns_resolver_t *resolver,
                           stubdns_address_lookup_t *lookup, const char *name,
                           const stubdns_address_options_t *options,
                           stubdns_address_lookup_cb on_addresses);

/* Ends a lookup early: its callback gets STUBDNS_ECANCELED, later.
 *
 * Returns 0, or STUBDNS_EINVALID where the lookup is not under way. */
int stubdns_address_cancel(stubdns_address_lookup_t *lookup);

#ifdef __cplusplus
}
#endif
#endif
