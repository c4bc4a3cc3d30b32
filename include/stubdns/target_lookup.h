/* Records that name hosts, together with the addresses of these: MX, SRV, SVCB,
 * HTTPS and PTR.
 *
 *   static void on_targets(stubdns_target_lookup_t *lookup, int status,
 *                          const stubdns_targets_t *targets);
 *
 *   stubdns_target_lookup_t lookup;
 *   stubdns_lookup_mx(&resolver, &lookup, "example.org", NULL, on_targets);
 *
 * Targets come in the order in which they are to be tried, chosen anew for each
 * lookup.  The contracts of resolver.h hold: an error is returned at once and
 * then nothing calls back; otherwise exactly one callback comes, later. */
#ifndef STUBDNS_TARGET_LOOKUP_H
#define STUBDNS_TARGET_LOOKUP_H

#include "address_lookup.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STUBDNS_TARGETS_MAX 256 /* records beyond are left out */

/* Of the first so many targets the addresses are asked for: more would let one
 * answer cost hundreds of queries. */
#define STUBDNS_TARGETS_ASKED_MAX 16

#define STUBDNS_SERVICE_ALIASES_MAX 8 /* SVCB records in AliasMode in a row */

/* Ask for the records alone. */
#define STUBDNS_TARGET_NO_ADDRESSES 0x01u
/* Do not ask for the addresses of one family. */
#define STUBDNS_TARGET_NO_IPV4 0x02u
#define STUBDNS_TARGET_NO_IPV6 0x04u

typedef struct stubdns_target_lookup stubdns_target_lookup_t;

typedef struct stubdns_target {
  stubdns_name_t name;
  uint16_t priority;    /* lowest first; MX: the preference */
  uint16_t weight;      /* SRV */
  uint16_t port;        /* SRV, or the parameter of SVCB; else of the options */
  uint8_t is_implicit;  /* no record names it: see below */
  uint8_t is_confirmed; /* PTR: it has the address that was asked about */
  uint8_t was_asked;    /* whether its addresses were asked for */
  int status;           /* of its addresses: as of stubdns_address_lookup_cb */
  const stubdns_host_address_t *addresses;
  size_t address_count;
  stubdns_record_t record; /* with the parameters of SVCB; its `octets` are NULL
                            * where `is_implicit` */
} stubdns_target_t;

/* All is valid until the callback returns. */
typedef struct stubdns_targets {
  const stubdns_target_t *targets;
  size_t target_count;
} stubdns_targets_t;

/* `status` is 0 where there is a target, whatever became of its addresses;
 * STUBDNS_ENOSERVICE where the name says that it has no such service;
 * STUBDNS_ENONAME, STUBDNS_ENODATA, STUBDNS_EFAILURE; STUBDNS_EALIASDEPTH; or
 * an error of stubdns_lookup_cb.  `targets` is never NULL. */
typedef void (*stubdns_target_lookup_cb)(stubdns_target_lookup_t *lookup,
                                         int status,
                                         const stubdns_targets_t *targets);

/* Zero in a field means its default. */
typedef struct stubdns_target_options {
  unsigned flags;             /* STUBDNS_TARGET_* */
  uint16_t port;              /* of targets whose record has none */
  const uint16_t *known_keys; /* SVCB parameters that the caller understands, by
                               * key; default: all of RFC 9460 */
  size_t known_key_count;
  stubdns_lookup_options_t lookup; /* its deadline is that of the whole */
} stubdns_target_options_t;

struct stubdns_target_lookup {
  void *data; /* the user's */
  stubdns_resolver_t *resolver;
  /* private */
  stubdns_target_lookup_cb on_targets;
  struct stubdns__target_task *task;
};

/* Finds who takes mail for a domain, RFC 5321 section 5.1: MX records by
 * preference, those of one preference in random order; where the name exists
 * and has none, itself (`is_implicit`).  The null MX (RFC 7505) is
 * STUBDNS_ENOSERVICE.
 *
 * This and the other functions return 0, an error of stubdns_name_from_text(),
 * STUBDNS_EINVALID, STUBDNS_ENOMEM, or UV_ECANCELED where the resolver is
 * closing; `options` may be NULL and, like the others, need not outlive the
 * call, but for `known_keys`. */
int stubdns_lookup_mx(stubdns_resolver_t *resolver,
                      stubdns_target_lookup_t *lookup, const char *name,
                      const stubdns_target_options_t *options,
                      stubdns_target_lookup_cb on_targets);

/* Finds the servers of a service by its full name ("_imaps._tcp.example.org"),
 * RFC 2782: by priority, then at random by weight.  A lone target "." is
 * STUBDNS_ENOSERVICE. */
int stubdns_lookup_srv(stubdns_resolver_t *resolver,
                       stubdns_target_lookup_t *lookup, const char *name,
                       const stubdns_target_options_t *options,
                       stubdns_target_lookup_cb on_targets);

/* Finds the endpoints of a service by SVCB or HTTPS records, RFC 9460 section
 * 3.  Records in AliasMode are followed; an alias to "." is
 * STUBDNS_ENOSERVICE.  ServiceMode records that the caller cannot use, going by
 * `known_keys`, are left out; the others come by priority, those of one
 * priority in random order, a target "." as the name of its record.  After an
 * alias the name that it led to is the last target (`is_implicit`), and the
 * only one where there are no other records. */
int stubdns_lookup_svcb(stubdns_resolver_t *resolver,
                        stubdns_target_lookup_t *lookup, const char *name,
                        uint16_t type, const stubdns_target_options_t *options,
                        stubdns_target_lookup_cb on_targets);

/* Finds the names of an address by PTR records (RFC 1035 section 3.5, RFC 3596
 * section 2.5), and the addresses of these names: one that leads back to the
 * address `is_confirmed`, and only that may be trusted. */
int stubdns_lookup_names(stubdns_resolver_t *resolver,
                         stubdns_target_lookup_t *lookup,
                         const stubdns_address_t *address,
                         const stubdns_target_options_t *options,
                         stubdns_target_lookup_cb on_targets);

/* Ends a lookup early: its callback gets STUBDNS_ECANCELED, later.
 *
 * Returns 0, or STUBDNS_EINVALID where the lookup is not under way. */
int stubdns_target_cancel(stubdns_target_lookup_t *lookup);

/* Asks for the PTR records of an address, as stubdns_lookup() would by their
 * name. */
int stubdns_lookup_ptr(stubdns_resolver_t *resolver, stubdns_lookup_t *lookup,
                       const stubdns_address_t *address,
                       const stubdns_lookup_options_t *options,
                       stubdns_lookup_cb on_answer);

#ifdef __cplusplus
}
#endif
#endif
