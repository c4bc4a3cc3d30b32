/* Lookups that try the names of the search list, one after the other. */
#ifndef STUBDNS_UV_SEARCH_LOOKUP_H
#define STUBDNS_UV_SEARCH_LOOKUP_H

#include "stubdns/resolver.h"

/* stubdns_lookup() with STUBDNS_LOOKUP_SEARCH. */
int stubdns__search_lookup_start(stubdns_resolver_t *resolver,
                                 stubdns_lookup_t *lookup, const char *name,
                                 uint16_t type,
                                 const stubdns_lookup_options_t *options,
                                 stubdns_lookup_cb on_answer);

/* Asks for the next name where `answer` says that the last one does not exist;
 * returns 0 where the search is over, with what it ends with in `*status`. */
int stubdns__search_lookup_goes_on(stubdns_lookup_t *lookup, int *status,
                                   const stubdns_answer_t *answer);

#endif
