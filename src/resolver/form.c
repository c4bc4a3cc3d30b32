/* How the queries of a lookup are built: as its flags say, or as the user of a
 * testing program spells out. */
#include "resolver/state.h"

#include <string.h>

int stubdns__form_check(const stubdns_lookup_options_t *options,
                        const stubdns_question_t *question) {
  stubdns_query_t query = *options->query;
  uint8_t octets[STUBDNS__QUERY_SIZE];
  size_t length;
  if (query.options_length > STUBDNS_LOOKUP_OPTIONS_MAX ||
      query.padding_block > STUBDNS_LOOKUP_OPTIONS_MAX)
    return STUBDNS_EINVALID;
  query.question =
      options->flags & STUBDNS_LOOKUP_NO_QUESTION ? NULL : question;
  return stubdns_query_build(&query, octets, sizeof octets, &length);
}

int stubdns__form_copy(struct stubdns__core *core,
                       const stubdns_lookup_options_t *options,
                       struct stubdns__form **form) {
  const stubdns_query_t *const query = options->query;
  *form = NULL;
  if (!query) return 0;
  *form = stubdns__allocate(core, sizeof **form + query->options_length);
  if (!*form) return STUBDNS_ENOMEM;
  (*form)->query = *query;
  (*form)->query.question = NULL;
  (*form)->query.options = (*form)->options;
  if (query->options_length)
    memcpy((*form)->options, query->options, query->options_length);
  return 0;
}

void stubdns__form_fill(const struct stubdns__request *request,
                        stubdns_query_t *query) {
  if (request->form) {
    *query = request->form->query;
    return;
  }
  query->flags = stubdns__flight_header_flags(request->flags);
  query->payload_size = request->payload_size;
  if (request->flags & STUBDNS_LOOKUP_DNSSEC_OK)
    query->edns_flags = STUBDNS_EDNS_DO;
}
