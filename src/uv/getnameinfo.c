/* getnameinfo(): the name of an address by its PTR record, and of a port in the
 * services file; RFC 3493 section 6.2. */
#include "stubdns/getaddrinfo.h"

#include "stubdns/answer.h"
#include "stubdns/text.h"
#include "uv/eai.h"
#include "uv/lookup.h"
#include "uv/services.h"
#include "uv/sockaddr.h"
#include "uv/system.h"
#include "uv/transport.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define FLAGS_ALL                                                              \
  (NI_NUMERICHOST | NI_NUMERICSERV | NI_NAMEREQD | NI_NOFQDN | NI_DGRAM)

struct state {
  struct stubdns__task task;
  uv_getnameinfo_t *request;
  stubdns_lookup_t lookup; /* its `data` is the state */
  stubdns_address_t address;
  int is_asked; /* the lookup is under way */
  int status;
};

static struct state *state_of(struct stubdns__task *task) {
  return STUBDNS__ITEM(task, struct state, task);
}

static void finish(struct state *state, int status) {
  struct stubdns__transport *const transport = state->task.transport;
  uv_getnameinfo_t *const request = state->request;
  request->reserved[0] = NULL;
  stubdns__task_end(&state->task);
  stubdns__transport_release(transport, state);
  if (status)
    request->getnameinfo_cb(request, status, NULL, NULL);
  else
    request->getnameinfo_cb(request, 0, request->host, request->service);
}

/* The scope as the name of its interface where it has one. */
static void append_scope(uint32_t scope_id, char *text, size_t size) {
  char name[IF_NAMESIZE];
  const size_t length = strlen(text);
  if (if_indextoname(scope_id, name))
    (void)snprintf(text + length, size - length, "%%%s", name);
  else
    (void)snprintf(text + length, size - length, "%%%u", (unsigned)scope_id);
}

static void write_number(struct state *state) {
  const stubdns_address_t *const address = &state->address;
  char *const text = state->request->host;
  const size_t size = sizeof state->request->host;
  const int family = address->length == 4 ? AF_INET : AF_INET6;
  (void)uv_inet_ntop(family, address->octets, text, size);
  if (address->scope_id) append_scope(address->scope_id, text, size);
}

/* Whoever has no name is shown as a number, unless a name is required. */
static int name_is_missing(struct state *state) {
  if (state->request->flags & NI_NAMEREQD) return UV_EAI_NONAME;
  write_number(state);
  return 0;
}

static int is_host_character(char character) {
  return (character >= 'a' && character <= 'z') ||
         (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '-' ||
         character == '_' || character == '.';
}

/* RFC 1123 section 2.1.  Whatever else a server makes up is not handed to
 * programs, which expect the name of a host. */
static int is_host_name(const char *text) {
  if (text[0] == '-' || text[0] == '.') return 0;
  while (is_host_character(*text))
    text++;
  return *text == '\0';
}

/* NI_NOFQDN: without the domain that this host is in as well. */
static void cut_own_domain(char *name) {
  char own[UV_MAXHOSTNAMESIZE];
  size_t size = sizeof own;
  if (uv_os_gethostname(own, &size)) return;
  const char *const domain = strchr(own, '.');
  if (!domain || !domain[1]) return;
  const size_t length = strlen(name);
  const size_t domain_length = strlen(domain);
  if (length <= domain_length) return;
  char *const end = name + length - domain_length;
  if (strcmp(end, domain) == 0) *end = '\0';
}

/* Returns 0 where the name is no host's. */
static int take_name(struct state *state, const stubdns_name_t *name) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  size_t length;
  char *const host = state->request->host;
  if (stubdns_name_to_text(name, text, sizeof text, &length)) return 0;
  if (length > 1) text[--length] = '\0';
  if (length >= sizeof state->request->host || !is_host_name(text)) return 0;
  memcpy(host, text, length + 1);
  if (state->request->flags & NI_NOFQDN) cut_own_domain(host);
  return 1;
}

/* The first PTR record that names a host. */
static int take_answer(struct state *state, const stubdns_answer_t *answer) {
  stubdns_chain_t chain;
  stubdns_record_t record;
  stubdns_field_t field;
  if (stubdns_chain_follow(&chain, answer->message, &answer->question))
    return name_is_missing(state);
  if (chain.outcome == STUBDNS_OUTCOME_FAILURE) return UV_EAI_AGAIN;
  stubdns_records_t records =
      stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
  while (stubdns_chain_next(&chain, &records, &record)) {
    if (!stubdns_record_field(&record, "target", &field)) continue;
    const stubdns_name_t name = stubdns_field_name(&field);
    if (take_name(state, &name)) return 0;
  }
  return name_is_missing(state);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct state *const state = lookup->data;
  if (status)
    finish(state, stubdns__eai_from_error(status));
  else
    finish(state, take_answer(state, answer));
}

static void on_time(struct stubdns__task *task) {
  struct state *const state = state_of(task);
  finish(state, state->status);
}

static void cancel(struct stubdns__task *task) {
  struct state *const state = state_of(task);
  if (state->is_asked) {
    (void)stubdns_cancel(&state->lookup);
    return;
  }
  state->status = UV_EAI_CANCELED;
  stubdns__task_wake(task, 0);
}

static const struct stubdns__task_kind getnameinfo_task = {on_time, cancel};

static void find_service(struct state *state) {
  uv_getnameinfo_t *const request = state->request;
  const char *const protocol = request->flags & NI_DGRAM ? "udp" : "tcp";
  const uint16_t port = state->address.port;
  if (!(request->flags & NI_NUMERICSERV) &&
      stubdns__services_name(state->task.transport, port, protocol,
                             request->service, sizeof request->service))
    return;
  (void)snprintf(request->service, sizeof request->service, "%u", port);
}

/* Returns 1 where a line of the hosts file names the address. */
static int look_in_files(struct state *state) {
  const struct stubdns__hosts *hosts;
  stubdns_name_t name;
  if (stubdns__system_hosts(state->task.transport, &hosts)) return 0;
  const struct stubdns__host *const host =
      stubdns__hosts_find_address(hosts, &state->address);
  if (!host) return 0;
  stubdns__host_name_get(host->names, &name);
  return take_name(state, &name);
}

static int look_in_dns(struct state *state, stubdns_resolver_t *resolver) {
  const stubdns_address_t *const address = &state->address;
  stubdns_question_t question = {.type = STUBDNS_TYPE_PTR};
  int error = stubdns_name_from_address(&question.name, address->octets,
                                        address->length);
  if (!error)
    error = stubdns__lookup_start(resolver, &state->lookup, &question, NULL,
                                  on_answer);
  state->is_asked = !error;
  return error ? stubdns__eai_from_error(error) : 0;
}

/* In the order of nsswitch.conf.  Begins a lookup, or returns the status. */
static int find_name(struct state *state, stubdns_resolver_t *resolver) {
  const struct stubdns__nsswitch *nsswitch;
  if (stubdns__system_nsswitch(state->task.transport, &nsswitch))
    return UV_EAI_MEMORY;
  for (size_t i = 0; i < nsswitch->rule_count; i++) {
    const unsigned source = nsswitch->rules[i].source;
    if (source == STUBDNS__SOURCE_FILES && look_in_files(state)) return 0;
    if (source == STUBDNS__SOURCE_DNS) return look_in_dns(state, resolver);
  }
  return name_is_missing(state);
}

/* Begins a lookup, or returns the status. */
static int begin(struct state *state, stubdns_resolver_t *resolver) {
  const int flags = state->request->flags;
  if (flags & ~FLAGS_ALL) return UV_EAI_BADFLAGS;
  find_service(state);
  if (flags & NI_NUMERICHOST) return name_is_missing(state);
  return find_name(state, resolver);
}

static int read_address(const struct sockaddr *addr,
                        stubdns_address_t *address) {
  union stubdns__sockaddr copy;
  if (addr->sa_family == AF_INET)
    memcpy(&copy.ipv4, addr, sizeof copy.ipv4);
  else if (addr->sa_family == AF_INET6)
    memcpy(&copy.ipv6, addr, sizeof copy.ipv6);
  else
    return UV_EINVAL;
  stubdns__sockaddr_to_address(&copy, address);
  return 0;
}

int stubdns_getnameinfo(stubdns_resolver_t *resolver, uv_getnameinfo_t *request,
                        uv_getnameinfo_cb on_name, const struct sockaddr *addr,
                        int flags) {
  struct stubdns__transport *const transport = resolver->transport;
  stubdns_address_t address;
  if (!on_name || !addr || read_address(addr, &address)) return UV_EINVAL;
  if (transport->closing) return UV_ECANCELED;
  struct state *const state =
      stubdns__transport_allocate(transport, sizeof *state);
  if (!state) return UV_ENOMEM;
  memset(state, 0, sizeof *state);
  state->request = request;
  state->address = address;
  state->lookup.data = state;
  request->type = UV_UNKNOWN_REQ; /* libuv has no part in it */
  request->loop = resolver->loop;
  request->getnameinfo_cb = on_name;
  request->flags = flags;
  request->reserved[0] = state; /* the request's place for what is private */
  stubdns__task_begin(transport, &state->task, &getnameinfo_task);
  state->status = begin(state, resolver);
  if (!state->is_asked) stubdns__task_wake(&state->task, 0);
  return 0;
}

int stubdns_getnameinfo_cancel(uv_getnameinfo_t *request) {
  struct state *const state = request->reserved[0];
  if (!state) return STUBDNS_EINVALID;
  cancel(&state->task);
  return 0;
}
