/* The resolver: asks DNS servers over UDP from a libuv loop.
 *
 *   static void on_answer(stubdns_lookup_t *lookup, int status,
 *                         const stubdns_answer_t *answer);
 *
 *   stubdns_resolver_t resolver;
 *   stubdns_resolver_init(loop, &resolver, NULL);
 *   stubdns_lookup_t lookup;
 *   stubdns_lookup(&resolver, &lookup, "example.org", STUBDNS_TYPE_MX, NULL,
 *                  on_answer);
 *
 * All calls and all callbacks are on the loop's thread.  Structs belong to the
 * user; a lookup's is the user's again when its callback begins, the resolver's
 * when its close callback begins.  A function that returns an error never calls
 * back; one that returns 0 calls back exactly once, later, never from inside
 * itself.  From a callback every function may be called.  An idle resolver does
 * not keep the loop alive. */
#ifndef STUBDNS_RESOLVER_H
#define STUBDNS_RESOLVER_H

#include "address.h"
#include "error.h"
#include "lookup.h"
#include "message.h"
#include "query.h"

#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stubdns_resolver stubdns_resolver_t;
typedef struct stubdns_lookup stubdns_lookup_t;

/* Memory for a resolver and all it holds; both functions or neither. */
typedef struct stubdns_allocator {
  void *data;
  void *(*allocate)(void *data, size_t size);
  void (*release)(void *data, void *memory);
} stubdns_allocator_t;

/* Leave the system's configuration (resolv.conf and the environment) alone: ask
 * only the servers that stubdns_resolver_add_server() names. */
#define STUBDNS_NO_SYSTEM_SERVERS 0x01u

/* Send names as they were given, without random capitals, as with
 * STUBDNS_LOOKUP_NO_0X20 in every lookup. */
#define STUBDNS_NO_0X20 0x02u

/* Have queries share sockets from the first on, and keep those open: for bulk
 * work, which is several times faster so.  Without it a query has a socket, and
 * with it a random port, of its own, unless `paths_max` others have one. */
#define STUBDNS_SHARE_PATHS 0x04u

/* Ask for names in local, and for the reverse names of link-local addresses, by
 * multicast on the links of this host (RFC 6762 section 5.1, one-shot): replies
 * are gathered until 150 ms pass without one, for 3 s at most, and given as one
 * message.  Without it no such name exists.  Nobody's signature vouches for
 * what a neighbour says. */
#define STUBDNS_MULTICAST 0x08u

/* A word of a configuration file that is not understood, and counts as not
 * written, or for which there is no room.  `origin` is the file's path, the
 * name of a variable of the environment, or that of a field below; lines are
 * counted from 1.  All of it is valid until the function returns. */
typedef struct stubdns_complaint {
  const char *origin;
  size_t line;
  const char *word; /* without a final NUL */
  size_t length;
} stubdns_complaint_t;

/* With STUBDNS_NO_SYSTEM_SERVERS: take the search list and `options` from the
 * system's configuration all the same. */
#define STUBDNS_SYSTEM_SEARCH 0x10u

/* `lookup` is the one that the event is about: the user's, or one of the
 * resolver's own where a call takes several; NULL where a datagram is about
 * none.  `event` is valid until the function returns, which must not call the
 * resolver. */
typedef void (*stubdns_log_cb)(void *data, const stubdns_lookup_t *lookup,
                               const stubdns_event_t *event);

/* Most addresses of this host that sockets may be bound to. */
#define STUBDNS_LOCAL_ADDRESSES_MAX 16

/* The ports from `first` to `last`. */
typedef struct stubdns_port_range {
  uint16_t first;
  uint16_t last;
} stubdns_port_range_t;

/* How a resolver works.  Zero in a field means its default.
 *
 * With `cache_octets` answers, and that something does not exist (RFC 2308),
 * are kept for as long as they say, within so much memory, the least recently
 * used going first; and that no server could answer for 5 s, then longer, up to
 * 5 minutes (RFC 9520).  With `stale_s` answers that expired that long ago are
 * given where no server has a newer one (RFC 8767).  The cache is off unless it
 * is asked for: whoever has a caching server beside him gains little. */
typedef struct stubdns_resolver_options {
  unsigned flags;                /* STUBDNS_NO_* */
  uint32_t deadline_ms;          /* of a lookup; default STUBDNS_DEADLINE_MS */
  uint8_t sends_per_server;      /* 1 to 4; default STUBDNS_SENDS_PER_SERVER */
  uint32_t in_flight_max;        /* lookups sent at a time; others wait in turn;
                                  * default 10 000 */
  size_t cache_octets;           /* of memory for answers; default 0: none */
  uint32_t stale_s;              /* default 0; RFC 8767 advises 1 to 3 days */
  const char *resolv_conf;       /* default "/etc/resolv.conf" */
  stubdns_allocator_t allocator; /* default malloc and free */
  uint32_t paths_max; /* sockets that queries have; default 256.  A few more are
                       * open while the last replies to old ones may come */
  const char *multicast_interface; /* its name; default: all but loopback */
  uint16_t multicast_port;         /* default 5353 */

  /* Files of address lookups: default "/etc/hosts" and "/etc/nsswitch.conf"; ""
   * for none. */
  const char *hosts;
  const char *nsswitch;

  /* In the place of what resolv.conf and the environment (LOCALDOMAIN) say: the
   * domains of the search list, with blanks between them.  "" is an empty one.
   */
  const char *search;

  /* Words of resolv.conf's `options`, with blanks between them, as "ndots:2
   * rotate trust-ad".  They go before those of the file and the environment
   * (RES_OPTIONS), and what the fields above set goes before them.  Where the C
   * library works in another way they mean:
   *   timeout:T  attempts:A
   *             a lookup that nobody answers ends after T times A seconds (of 5
   *             and 2 where one is not written), and a server is sent A
   *             queries, at most 4; when is up to the round-trip times
   *   use-vc    TCP, but for lookups with STUBDNS_LOOKUP_NO_TCP
   *   no-aaaa   address lookups ask for no AAAA records
   *   edns0  single-request  single-request-reopen  inet6
   *             nothing: EDNS is used anyway, and no two queries are told apart
   *             by their order */
  const char *resolv_options;

  /* Is told of each word of the configuration that is not understood. */
  void (*on_complaint)(void *data, const stubdns_complaint_t *complaint);
  void *complaint_data;

  const char *services; /* default "/etc/services"; "" for none */

  /* Which addresses of a host go first, beside RFC 6724: default
   * "/etc/gai.conf", whose words label, precedence and scopev4 count as in the
   * C library, 32 lines of each; "" for none. */
  const char *gai_conf;

  /* Is told of each event as it happens; NULL costs nothing. */
  stubdns_log_cb on_event;
  void *log_data;

  /* Addresses of this host, at most STUBDNS_LOCAL_ADDRESSES_MAX, that sockets
   * are bound to; default: what the system chooses.  Each socket has one at
   * random of its server's family (RFC 5452 section 9.2); where there is none
   * the server counts as unreachable, and "0.0.0.0" or "::" leave the choice
   * among a family's to the system.  Link-local ones have a scope.
   *
   * Their port should be 0, which is not what stubdns_address_from_text() gives
   * by itself.  Another one is that of all UDP queries: then who guesses at a
   * reply has little left to guess but the ID.  Multicast is not concerned. */
  const stubdns_address_t *local_addresses;
  size_t local_address_count;

  /* Local ports that no query over UDP comes from, beside those that the system
   * gives to nobody (on Linux net.ipv4.ip_local_reserved_ports, the default).
   */
  const stubdns_port_range_t *excluded_ports;
  size_t excluded_port_count;
} stubdns_resolver_options_t;

/* `status` is 0 where a reply came, whatever its RCODE; an error of the aliases
 * in the message that came (STUBDNS_EALIASLOOP, STUBDNS_EALIASCONFLICT,
 * STUBDNS_EALIASDEPTH, STUBDNS_ENAMETOOLONG); or, with a message only where its
 * aliases could not be followed to their end, STUBDNS_ETIMEOUT,
 * STUBDNS_EREFUSED (every server's port is closed), STUBDNS_EMALFORMED,
 * STUBDNS_EUNREACHABLE, STUBDNS_ECLOSED, STUBDNS_ECANCELED, STUBDNS_ENOMEM,
 * STUBDNS_ERANDOM.
 * `answer` is never NULL. */
typedef void (*stubdns_lookup_cb)(stubdns_lookup_t *lookup, int status,
                                  const stubdns_answer_t *answer);

typedef void (*stubdns_resolver_close_cb)(stubdns_resolver_t *resolver);

struct stubdns_resolver {
  void *data; /* the user's */
  uv_loop_t *loop;
  /* private */
  struct stubdns__transport *transport;
};

struct stubdns_lookup {
  void *data; /* the user's */
  stubdns_resolver_t *resolver;
  /* private */
  stubdns_lookup_cb on_answer;
  void *request;
  struct stubdns__task *task; /* in the place of a request: by multicast */
  struct stubdns__search_lookup *search; /* NULL: of one name alone */
};

/* Makes a resolver on `loop`.  `options` may be NULL and need not outlive the
 * call.  Unless STUBDNS_NO_SYSTEM_SERVERS is set, the `nameserver` lines of
 * resolv.conf are its servers, or 127.0.0.1 where there are none
 * (resolv.conf(5)).  They may have ports, as stubdns_address_from_text() reads
 * them, and there may be STUBDNS_SERVERS_MAX.  The system's file may be missing
 * or not readable, one that is named in the options may not.
 *
 * Files are read again when they have changed, in the next call that begins a
 * lookup; lookups under way go on as they began.  The word "no-reload" turns
 * that off.
 *
 * Returns 0, STUBDNS_ENOMEM, STUBDNS_ERANDOM, STUBDNS_EINVALID or an error of
 * libuv, as UV_EADDRNOTAVAIL where an address of `local_addresses` is not this
 * host's; then there is nothing to close. */
int stubdns_resolver_init(uv_loop_t *loop, stubdns_resolver_t *resolver,
                          const stubdns_resolver_options_t *options);

/* Adds a server behind those there are.  They are asked in this order, but one
 * that left two queries in a row without any reply comes behind the others,
 * until it replies again: from time to time, 1 s later and then less often, it
 * is asked the same as another, which delays no lookup.  Where
 * its address is IPv4 mapped to IPv6 it is asked over IPv4, and where it is the
 * unspecified one ("0.0.0.0", "::") at the loopback address.
 *
 * Returns 0, STUBDNS_EINVALID (port 0, no address, an IPv6 link-local one
 * without scope, or STUBDNS_SERVERS_MAX are there) or STUBDNS_ENOMEM. */
int stubdns_resolver_add_server(stubdns_resolver_t *resolver,
                                const stubdns_address_t *server);

/* Tells what is known of the server at `index`, counted from 0 in the order in
 * which they are asked; domains' own servers are not among them.
 *
 * Returns 0, or STUBDNS_EINVALID behind the last one. */
int stubdns_resolver_server_info(const stubdns_resolver_t *resolver,
                                 size_t index, stubdns_server_info_t *info);

/* Adds a server behind those that names at and below `domain` have for
 * themselves (split DNS): they are asked those alone.  Of several domains that
 * a name is in, the longest counts.  A domain that is special otherwise, as
 * "corp.local", is asked like any other.
 *
 * Returns 0, an error of stubdns_name_from_text(), or one of
 * stubdns_resolver_add_server(). */
int stubdns_resolver_add_domain_server(stubdns_resolver_t *resolver,
                                       const char *domain,
                                       const stubdns_address_t *server);

/* Asks for the records of `type` at `name` (presentation format, a missing
 * final dot is understood).  `options` may be NULL and need not outlive the
 * call, as `name`.
 *
 * Returns 0, or an error of stubdns_name_from_text(), STUBDNS_EBADTYPE,
 * STUBDNS_ENOSERVER, STUBDNS_EINVALID, STUBDNS_ENOMEM, or UV_ECANCELED where
 * the resolver is closing. */
int stubdns_lookup(stubdns_resolver_t *resolver, stubdns_lookup_t *lookup,
                   const char *name, uint16_t type,
                   const stubdns_lookup_options_t *options,
                   stubdns_lookup_cb on_answer);

/* Ends a lookup early: its callback gets STUBDNS_ECANCELED, later.
 *
 * Returns 0, or STUBDNS_EINVALID where the lookup is not under way. */
int stubdns_cancel(stubdns_lookup_t *lookup);

/* Cancels every lookup, lets their callbacks run, then calls `on_closed`, which
 * may be NULL.  After that nothing of the resolver is on the loop.  Closing
 * twice is an error of the caller. */
void stubdns_resolver_close(stubdns_resolver_t *resolver,
                            stubdns_resolver_close_cb on_closed);

#ifdef __cplusplus
}
#endif
#endif
