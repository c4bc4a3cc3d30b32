/* getaddrinfo() on top of the address lookup: what RFC 3493 section 6.1 and the
 * C library make of the arguments, and of what was found. */
#include "stubdns/getaddrinfo.h"

#include "stubdns/text.h"
#include "uv/address_set.h"
#include "uv/addrinfo_list.h"
#include "uv/eai.h"
#include "uv/numeric_host.h"
#include "wire/punycode.h"

#include <string.h>

#define FLAGS_ALL                                                              \
  (AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_NUMERICSERV | AI_V4MAPPED | \
   AI_ALL | AI_ADDRCONFIG)

struct state {
  struct stubdns__task task;
  uv_getaddrinfo_t *request;
  stubdns_address_lookup_t lookup; /* its `data` is the state */
  struct addrinfo hints;
  struct stubdns__ports ports;
  stubdns_host_address_t addresses[2]; /* that need no lookup */
  size_t address_count;
  int status;
  char node[]; /* "" for none */
};

static struct state *state_of(struct stubdns__task *task) {
  return STUBDNS__ITEM(task, struct state, task);
}

/* The request's place for what is private keeps the state. */
static void set_state(uv_getaddrinfo_t *request, struct state *state) {
  request->reserved[0] = state;
}

static void finish(struct state *state, int status, struct addrinfo *result) {
  struct stubdns__transport *const transport = state->task.transport;
  uv_getaddrinfo_t *const request = state->request;
  set_state(request, NULL);
  stubdns__task_end(&state->task);
  stubdns__transport_release(transport, state);
  request->addrinfo = result;
  request->cb(request, status, result);
}

static void give(struct state *state, const stubdns_host_address_t *addresses,
                 size_t count, const char *canonical_name) {
  struct addrinfo *result = NULL;
  const int wants_name = state->hints.ai_flags & AI_CANONNAME;
  const int error = stubdns__addrinfo_make(
      &state->task.transport->allocator, addresses, count, &state->ports,
      &state->hints, wants_name ? canonical_name : NULL, &result);
  finish(state, error, result);
}

static void give_found(struct state *state,
                       const stubdns_addresses_t *addresses) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  size_t length = 0;
  (void)stubdns_name_to_text(&addresses->canonical_name, name, sizeof name,
                             &length);
  if (length > 1 && name[length - 1] == '.') name[length - 1] = '\0';
  give(state, addresses->addresses, addresses->address_count, name);
}

static void on_addresses(stubdns_address_lookup_t *lookup, int status,
                         const stubdns_addresses_t *addresses) {
  struct state *const state = lookup->data;
  if (status)
    finish(state, stubdns__eai_from_error(status), NULL);
  else
    give_found(state, addresses);
}

static void on_time(struct stubdns__task *task) {
  struct state *const state = state_of(task);
  if (state->status)
    finish(state, state->status, NULL);
  else
    give(state, state->addresses, state->address_count, state->node);
}

static void cancel(struct stubdns__task *task) {
  struct state *const state = state_of(task);
  if (state->lookup.task) {
    (void)stubdns_address_cancel(&state->lookup);
    return;
  }
  state->status = UV_EAI_CANCELED;
  stubdns__task_wake(task, 0);
}

static const struct stubdns__task_kind getaddrinfo_task = {on_time, cancel};

static int check_hints(const struct addrinfo *hints, const char *node) {
  const int family = hints->ai_family;
  if (hints->ai_flags & ~FLAGS_ALL) return UV_EAI_BADFLAGS;
  if (hints->ai_flags & AI_CANONNAME && !node) return UV_EAI_BADFLAGS;
  if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
    return UV_EAI_FAMILY;
  return 0;
}

/* AI_ADDRCONFIG: a family of which this host has no address but loopback's is
 * not wanted, unless it has neither. */
static int narrow_family(struct stubdns__transport *transport,
                         struct addrinfo *hints) {
  struct stubdns__interfaces *const interfaces = &transport->interfaces;
  if (!(hints->ai_flags & AI_ADDRCONFIG)) return 0;
  stubdns__interfaces_read(interfaces, stubdns__now_us());
  const int has_ipv4 = interfaces->has_ipv4;
  const int has_ipv6 = interfaces->has_ipv6;
  if (hints->ai_family == AF_INET && !has_ipv4) return UV_EAI_NONAME;
  if (hints->ai_family == AF_INET6 && !has_ipv6) return UV_EAI_NONAME;
  if (hints->ai_family == AF_UNSPEC && has_ipv4 != has_ipv6)
    hints->ai_family = has_ipv4 ? AF_INET : AF_INET6;
  return 0;
}

static void add_address(struct state *state, const stubdns_address_t *address) {
  state->addresses[state->address_count++].address = *address;
}

static int is_mapped(const stubdns_address_t *address) {
  static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
  return address->length == 16 && !memcmp(address->octets, prefix, 12);
}

/* A number of the other family is one of this where it is mapped, RFC 3493
 * section 6.1. */
static int take_number(struct state *state, stubdns_address_t *address) {
  const int family = state->hints.ai_family;
  if (family == AF_INET && is_mapped(address)) {
    memmove(address->octets, address->octets + 12, 4);
    address->length = 4;
  }
  if (family == AF_INET && address->length != 4) return UV_EAI_ADDRFAMILY;
  if (family == AF_INET6 && address->length == 4 &&
      !(state->hints.ai_flags & AI_V4MAPPED))
    return UV_EAI_ADDRFAMILY;
  add_address(state, address);
  return 0;
}

/* Whatever is bound to, or the loopback addresses, in the order in which they
 * are reached. */
static void take_own_addresses(struct state *state) {
  static const stubdns_address_t loopback4 = {.length = 4,
                                              .octets = {127, 0, 0, 1}};
  static const stubdns_address_t loopback6 = {.length = 16,
                                              .octets = {[15] = 1}};
  static const stubdns_address_t any4 = {.length = 4};
  static const stubdns_address_t any6 = {.length = 16};
  const int is_passive = state->hints.ai_flags & AI_PASSIVE;
  const int family = state->hints.ai_family;
  struct stubdns__address_set set = {state->addresses, 0, 2};
  if (family != AF_INET) add_address(state, is_passive ? &any6 : &loopback6);
  if (family != AF_INET6) add_address(state, is_passive ? &any4 : &loopback4);
  set.count = state->address_count;
  if (stubdns__address_set_order(state->task.transport, &set, 0))
    state->status = UV_EAI_MEMORY;
}

static unsigned address_flags(const struct addrinfo *hints) {
  if (hints->ai_family == AF_INET) return STUBDNS_ADDRESS_NO_IPV6;
  if (hints->ai_family == AF_INET6 && !(hints->ai_flags & AI_V4MAPPED))
    return STUBDNS_ADDRESS_NO_IPV4;
  return 0;
}

static int look_up(struct state *state, stubdns_resolver_t *resolver) {
  const stubdns_address_options_t options = {.flags =
                                                 address_flags(&state->hints)};
  state->lookup.data = state;
  const int error = stubdns_address_lookup(resolver, &state->lookup,
                                           state->node, &options, on_addresses);
  return error ? stubdns__eai_from_error(error) : 0;
}

/* Begins a lookup where one is needed; `*is_begun` says so.  Returns a status
 * of getaddrinfo(). */
static int begin(struct state *state, stubdns_resolver_t *resolver,
                 const char *node, const char *service, int *is_begun) {
  stubdns_address_t number;
  struct stubdns__transport *const transport = resolver->transport;
  int error = check_hints(&state->hints, node);
  if (!error) error = narrow_family(transport, &state->hints);
  if (!error)
    error =
        stubdns__ports_find(transport, service, &state->hints, &state->ports);
  if (error) return error;
  if (!node) {
    take_own_addresses(state);
    return state->status;
  }
  error = stubdns__numeric_host(node, &number);
  if (!error) return take_number(state, &number);
  if (error == STUBDNS_ENONAME || state->hints.ai_flags & AI_NUMERICHOST)
    return UV_EAI_NONAME;
  error = look_up(state, resolver);
  *is_begun = !error;
  return error;
}

static struct state *make_state(struct stubdns__transport *transport,
                                const char *node,
                                const struct addrinfo *hints) {
  /* glibc's own defaults */
  static const struct addrinfo defaults = {.ai_flags =
                                               AI_V4MAPPED | AI_ADDRCONFIG};
  const size_t node_size = node ? strlen(node) + 1 : 1;
  struct state *const state =
      stubdns__transport_allocate(transport, sizeof *state + node_size);
  if (!state) return NULL;
  memset(state, 0, sizeof *state + node_size);
  state->hints = hints ? *hints : defaults;
  if (node) memcpy(state->node, node, node_size);
  return state;
}

/* "*" stands for nothing, as in the C library. */
static const char *without_asterisk(const char *text) {
  return text && strcmp(text, "*") == 0 ? NULL : text;
}

static int is_ascii(const char *text) {
  while (*text && (uint8_t)*text < 0x80)
    text++;
  return *text == '\0';
}

/* Names of other letters as libuv takes them, in UTF-8: `*node` is then led to
 * what they are in the DNS.  What is no such name is left as it is, and will
 * not be found. */
static int convert_node(const char **node,
                        char ascii[STUBDNS__ASCII_NAME_SIZE]) {
  if (!*node || is_ascii(*node)) return 0;
  const int error = stubdns__name_to_ascii(*node, ascii);
  if (error == STUBDNS_EBADTEXT) return UV_EINVAL;
  if (!error) *node = ascii;
  return 0;
}

int stubdns_getaddrinfo(stubdns_resolver_t *resolver, uv_getaddrinfo_t *request,
                        uv_getaddrinfo_cb on_addresses_found, const char *node,
                        const char *service, const struct addrinfo *hints) {
  struct stubdns__transport *const transport = resolver->transport;
  char ascii[STUBDNS__ASCII_NAME_SIZE];
  int is_begun = 0;
  node = without_asterisk(node);
  service = without_asterisk(service);
  if (!on_addresses_found || (!node && !service)) return UV_EINVAL;
  if (convert_node(&node, ascii)) return UV_EINVAL;
  if (transport->closing) return UV_ECANCELED;
  struct state *const state = make_state(transport, node, hints);
  if (!state) return UV_ENOMEM;
  state->request = request;
  request->type = UV_UNKNOWN_REQ; /* libuv has no part in it */
  request->loop = resolver->loop;
  request->cb = on_addresses_found;
  set_state(request, state);
  stubdns__task_begin(transport, &state->task, &getaddrinfo_task);
  state->status = begin(state, resolver, node, service, &is_begun);
  if (!is_begun) stubdns__task_wake(&state->task, 0);
  return 0;
}

int stubdns_getaddrinfo_cancel(uv_getaddrinfo_t *request) {
  struct state *const state = request->reserved[0];
  if (!state) return STUBDNS_EINVALID;
  cancel(&state->task);
  return 0;
}
