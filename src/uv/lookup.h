/* Lookups by name in wire form. */
#ifndef STUBDNS_UV_LOOKUP_H
#define STUBDNS_UV_LOOKUP_H

#include "stubdns/resolver.h"

/* stubdns_lookup() for a question that is there already. */
int stubdns__lookup_start(stubdns_resolver_t *resolver,
                          stubdns_lookup_t *lookup,
                          const stubdns_question_t *question,
                          const stubdns_lookup_options_t *options,
                          stubdns_lookup_cb on_answer);

#endif
