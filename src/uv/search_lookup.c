/* Each name is a lookup of its own in the core, within the time of the first. A
 * name that is asked for by multicast is searched for no further. */
#include "uv/search_lookup.h"

#include "uv/lookup.h"
#include "uv/transport.h"

#include <string.h>

struct stubdns__search_lookup {
  struct stubdns__search search;
  struct stubdns__search_list *list; /* held */
};

static void end(struct stubdns__transport *transport,
                struct stubdns__search_lookup *state) {
  stubdns__search_list_let_go(transport, state->list);
  stubdns__transport_release(transport, state);
}

static int begin(struct stubdns__transport *transport, const char *name,
                 struct stubdns__search_lookup **begun) {
  struct stubdns__search_lookup *const state =
      stubdns__transport_allocate(transport, sizeof *state);
  if (!state) return STUBDNS_ENOMEM;
  stubdns__system_refresh(transport);
  state->list = stubdns__search_list_hold(transport);
  const int error =
      stubdns__search_begin(&state->search, state->list, name, strlen(name));
  if (error)
    end(transport, state);
  else
    *begun = state;
  return error;
}

int stubdns__search_lookup_start(stubdns_resolver_t *resolver,
                                 stubdns_lookup_t *lookup, const char *name,
                                 uint16_t type,
                                 const stubdns_lookup_options_t *options,
                                 stubdns_lookup_cb on_answer) {
  struct stubdns__search_lookup *state;
  stubdns_question_t question = {.type = type, .class_ = STUBDNS_CLASS_IN};
  if (resolver->transport->closing) return UV_ECANCELED;
  int error = begin(resolver->transport, name, &state);
  if (error) return error;
  (void)stubdns__search_next(&state->search, &question.name);
  error =
      stubdns__lookup_start(resolver, lookup, &question, options, on_answer);
  if (error || !lookup->request)
    end(resolver->transport, state);
  else
    lookup->search = state;
  return error;
}

/* Returns whether a lookup of the next name has begun. */
static int ask_next(stubdns_lookup_t *lookup, int *status) {
  struct stubdns__transport *const transport = lookup->resolver->transport;
  struct stubdns__search_lookup *const state = lookup->search;
  struct stubdns__request *request;
  stubdns_name_t name;
  if (!stubdns__search_next(&state->search, &name)) return 0;
  *status = stubdns__core_start_next(
      transport->core, &name, stubdns__transport_now_us(transport), &request);
  if (*status) return 0;
  lookup->request = request;
  return 1;
}

int stubdns__search_lookup_goes_on(stubdns_lookup_t *lookup, int *status,
                                   const stubdns_answer_t *answer) {
  struct stubdns__search_lookup *const state = lookup->search;
  if (stubdns__search_is_denied(&state->search, *status, answer) &&
      ask_next(lookup, status))
    return 1;
  lookup->search = NULL;
  end(lookup->resolver->transport, state);
  return 0;
}
