/* The public face: checks arguments and hands on to the core.  What follows
 * from a call happens in a later turn of the loop. */
#include "stubdns/resolver.h"

#include "uv/lookup.h"
#include "uv/multicast.h"
#include "uv/search_lookup.h"
#include "uv/transport.h"

#include <string.h>

static const stubdns_resolver_options_t default_options;

#define ALL_FLAGS                                                              \
  (STUBDNS_NO_SYSTEM_SERVERS | STUBDNS_NO_0X20 | STUBDNS_SHARE_PATHS |         \
   STUBDNS_MULTICAST | STUBDNS_SYSTEM_SEARCH)

static int check_options(const stubdns_resolver_options_t *options) {
  const stubdns_allocator_t *const allocator = &options->allocator;
  if (options->flags & ~ALL_FLAGS) return STUBDNS_EINVALID;
  if (options->sends_per_server > STUBDNS_SENDS_PER_SERVER)
    return STUBDNS_EINVALID;
  return !allocator->allocate == !allocator->release ? 0 : STUBDNS_EINVALID;
}

int stubdns_resolver_init(uv_loop_t *loop, stubdns_resolver_t *resolver,
                          const stubdns_resolver_options_t *options) {
  if (!options) options = &default_options;
  int error = check_options(options);
  if (error) return error;
  resolver->loop = loop;
  resolver->transport = NULL;
  error = stubdns__transport_create(resolver, options);
  if (error) return error;
  error = stubdns__system_create(resolver->transport, options);
  if (error)
    stubdns__transport_discard(resolver->transport);
  else
    stubdns__transport_start(resolver->transport);
  return error;
}

int stubdns_resolver_add_server(stubdns_resolver_t *resolver,
                                const stubdns_address_t *server) {
  return stubdns__core_add_server(resolver->transport->core, server);
}

int stubdns_resolver_server_info(const stubdns_resolver_t *resolver,
                                 size_t index, stubdns_server_info_t *info) {
  const struct stubdns__core *const core = resolver->transport->core;
  if (index >= stubdns__core_server_count(core)) return STUBDNS_EINVALID;
  stubdns__core_server_info(core, index, info);
  return 0;
}

int stubdns_resolver_add_domain_server(stubdns_resolver_t *resolver,
                                       const char *domain,
                                       const stubdns_address_t *server) {
  stubdns_name_t name;
  const int error = stubdns_name_from_text(&name, domain, strlen(domain));
  if (error) return error;
  return stubdns__core_add_domain_server(resolver->transport->core, &name,
                                         server);
}

int stubdns__lookup_start(stubdns_resolver_t *resolver,
                          stubdns_lookup_t *lookup,
                          const stubdns_question_t *question,
                          const stubdns_lookup_options_t *options,
                          stubdns_lookup_cb on_answer) {
  struct stubdns__transport *const transport = resolver->transport;
  if (transport->closing) return UV_ECANCELED;
  stubdns__system_refresh(transport);
  lookup->resolver = resolver;
  lookup->on_answer = on_answer;
  lookup->request = NULL;
  lookup->task = NULL;
  lookup->search = NULL;
  if (stubdns__multicast_wants(resolver, question, options))
    return stubdns__multicast_start(lookup, question, options);
  struct stubdns__request *request;
  const int error =
      stubdns__core_start(transport->core, question, options, lookup,
                          stubdns__transport_now_us(transport), &request);
  if (error) return error;
  lookup->request = request;
  stubdns__transport_drain_soon(transport);
  return 0;
}

int stubdns_lookup(stubdns_resolver_t *resolver, stubdns_lookup_t *lookup,
                   const char *name, uint16_t type,
                   const stubdns_lookup_options_t *options,
                   stubdns_lookup_cb on_answer) {
  if (!name || !on_answer) return STUBDNS_EINVALID;
  if (options && options->flags & STUBDNS_LOOKUP_SEARCH)
    return stubdns__search_lookup_start(resolver, lookup, name, type, options,
                                        on_answer);
  stubdns_question_t question = {.type = type, .class_ = STUBDNS_CLASS_IN};
  const int error = stubdns_name_from_text(&question.name, name, strlen(name));
  if (error) return error;
  return stubdns__lookup_start(resolver, lookup, &question, options, on_answer);
}

int stubdns_cancel(stubdns_lookup_t *lookup) {
  if (lookup->task) {
    stubdns__multicast_cancel(lookup);
    return 0;
  }
  if (!lookup->request) return STUBDNS_EINVALID;
  struct stubdns__transport *const transport = lookup->resolver->transport;
  stubdns__core_cancel(transport->core, lookup->request,
                       stubdns__transport_now_us(transport));
  stubdns__transport_drain_soon(transport);
  return 0;
}

void stubdns_resolver_close(stubdns_resolver_t *resolver,
                            stubdns_resolver_close_cb on_closed) {
  struct stubdns__transport *const transport = resolver->transport;
  transport->closing = 1;
  transport->on_closed = on_closed;
  stubdns__system_stop(transport);
  stubdns__tasks_cancel(&transport->tasks);
  stubdns__core_close(transport->core, stubdns__transport_now_us(transport));
  stubdns__transport_drain_soon(transport);
}
