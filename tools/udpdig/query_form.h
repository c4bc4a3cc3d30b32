/* The query that the settings ask for. */
#ifndef UDPDIG_QUERY_FORM_H
#define UDPDIG_QUERY_FORM_H

#include "server.h"
#include "settings.h"

#include "stubdns/lookup.h"
#include "stubdns/query.h"

struct query_form {
  stubdns_query_t query; /* without a question; points into `options` */
  uint8_t options[STUBDNS_LOOKUP_OPTIONS_MAX];
  stubdns_address_t servers[SERVER_ADDRESSES_MAX]; /* of the only one to ask */
};

/* Fills in the query.  Returns 0, or STUBDNS_ENOSPACE where the options are too
 * many octets. */
int query_form_make(struct query_form *form, const struct settings *settings);

/* How the lookup itself is made, STUBDNS_LOOKUP_*. */
unsigned query_form_flags(const struct settings *settings);

#endif
