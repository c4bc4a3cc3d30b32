/* Names asked for by multicast on the links of this host. */
#ifndef STUBDNS_UV_MULTICAST_H
#define STUBDNS_UV_MULTICAST_H

#include "stubdns/resolver.h"

/* Whether lookups of the question go by multicast. */
int stubdns__multicast_wants(const stubdns_resolver_t *resolver,
                             const stubdns_question_t *question,
                             const stubdns_lookup_options_t *options);

/* Begins such a lookup, whose `on_answer` is set.  Returns 0, STUBDNS_ENOMEM,
 * STUBDNS_ERANDOM, or an error of libuv where there is no socket. */
int stubdns__multicast_start(stubdns_lookup_t *lookup,
                             const stubdns_question_t *question,
                             const stubdns_lookup_options_t *options);

/* Ends it, later. */
void stubdns__multicast_cancel(stubdns_lookup_t *lookup);

#endif
