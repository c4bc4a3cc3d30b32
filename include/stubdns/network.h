/* What stands between a resolver and the world: a look at all that it sends and
 * receives, and a network of one's own in the place of sockets and clock, for
 * tests and simulations.  Whoever wants to answer from captures finds such a
 * network in replay.h. */
#ifndef STUBDNS_NETWORK_H
#define STUBDNS_NETWORK_H

#include "resolver.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A message on its way, without the length that precedes it on TCP; or word
 * that there is no server, which is received as well and has no octets. */
typedef struct stubdns_traffic {
  const uint8_t *octets;
  size_t length;
  stubdns_address_t local; /* its length is 0 where it is not known */
  stubdns_address_t server;
  uint64_t time_us; /* by the resolver's clock, which begins anywhere */
  uint8_t is_tcp;
  uint8_t is_received;
  uint8_t is_refusal; /* ICMP says of a UDP port that nobody listens there */
} stubdns_traffic_t;

/* The octets are valid until the callback returns; it must not call the
 * resolver. */
typedef void (*stubdns_traffic_cb)(void *data,
                                   const stubdns_traffic_t *traffic);

/* Has `on_traffic` told every message that is sent, right before it is, and
 * every one that comes, before it is judged, and every refusal.  NULL ends
 * that.
 */
void stubdns_resolver_watch(stubdns_resolver_t *resolver,
                            stubdns_traffic_cb on_traffic, void *data);

/* What would be a connected socket: to the network a name for it. */
typedef struct stubdns__path stubdns_path_t;

/* What happened on a path. */
typedef struct stubdns_arrival {
  stubdns_path_t *path;
  uint8_t *octets; /* that came; they may be changed */
  size_t length;
  int error; /* instead of octets: STUBDNS_EREFUSED or STUBDNS_EUNREACHABLE */
} stubdns_arrival_t;

/* A network.  None of its functions may call the resolver. */
typedef struct stubdns_network {
  void *data;

  /* The time in microseconds; it only goes forward. */
  uint64_t (*now_us)(void *data);

  /* Fills `octets` with what the resolver takes for random numbers.  Returns 0,
   * or anything else where there are none. */
  int (*random)(void *data, uint8_t *octets, size_t length);

  /* Opens `path` to a server.  Returns 0, STUBDNS_EREFUSED or
   * STUBDNS_EUNREACHABLE; then the path is not heard of again. */
  int (*open)(void *data, stubdns_path_t *path, const stubdns_address_t *server,
              int is_tcp);

  void (*send)(void *data, stubdns_path_t *path, const uint8_t *octets,
               size_t length);

  /* Closes `path`: nothing may arrive on it any more. */
  void (*close)(void *data, stubdns_path_t *path);

  /* Lets time pass until something arrives, or until `until_us` where that is
   * sooner.  Returns whether there is an arrival. */
  int (*wait)(void *data, uint64_t until_us, stubdns_arrival_t *arrival);

  /* The resolver is closed and needs the network no more; may be NULL. */
  void (*release)(void *data);
} stubdns_network_t;

/* Makes `network`, which is copied, the whole world of a resolver that has not
 * looked up anything yet.  No socket is opened.  Time passes in its wait()
 * alone, once in each turn of the loop, so that everything else that is due
 * there comes first.
 *
 * Returns 0, STUBDNS_EINVALID (lookups are under way, or there is a network
 * already) or STUBDNS_ERANDOM; on error release() is not called. */
int stubdns_resolver_use_network(stubdns_resolver_t *resolver,
                                 const stubdns_network_t *network);

#ifdef __cplusplus
}
#endif
#endif
