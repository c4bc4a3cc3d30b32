/* From a group's settings to the library's options. */
#include "group_resolver.h"

#include "system_servers.h"

#include "stubdns/error.h"

#include <stdio.h>

/* Enough that the replies to a thousand queries fit the sockets' buffers, few
 * enough that many replies are taken from one at a time. */
#define SHARED_PATHS 16

#define WORDS_SIZE 32 /* of resolv.conf's options */

/* Whether the library's flags say all there is to the query: they cost less
 * than a query that is spelled out. */
static int is_plain(const struct settings *settings) {
  return !(settings->authoritative || settings->truncated ||
           settings->available || settings->reserved || settings->nsid ||
           settings->subnet_family || settings->cookie_length ||
           settings->expire || settings->keepalive ||
           settings->edns_options_length || settings->edns_version ||
           settings->edns_flags || settings->compact_ok || settings->padding ||
           settings->opcode || settings->header_only ||
           settings->has_query_id || settings->deterministic);
}

static unsigned plain_flags(const struct settings *settings) {
  unsigned flags = 0;
  if (!settings->recursion) flags |= STUBDNS_LOOKUP_NO_RECURSION;
  if (!settings->edns) flags |= STUBDNS_LOOKUP_NO_EDNS;
  if (settings->dnssec_ok) flags |= STUBDNS_LOOKUP_DNSSEC_OK;
  if (settings->checking_disabled) flags |= STUBDNS_LOOKUP_CHECKING_DISABLED;
  if (settings->authentic_data) flags |= STUBDNS_LOOKUP_AUTHENTIC_DATA;
  return flags;
}

/* A server without addresses cannot be asked, nor may others be in its place.
 */
static int add_only_server(const struct inquiry *inquiry,
                           struct query_form *form,
                           stubdns_lookup_options_t *options) {
  const struct server *const server = inquiry->only;
  const struct settings *const settings = &inquiry->group->settings;
  for (size_t i = 0; i < server->address_count; i++) {
    const stubdns_address_t address = server_address(server, i, settings);
    if (server_is_allowed(&address, settings))
      form->servers[options->server_count++] = address;
  }
  options->servers = form->servers;
  return options->server_count ? 0 : STUBDNS_ENOSERVER;
}

int inquiry_lookup_options(const struct inquiry *inquiry,
                           struct query_form *form,
                           stubdns_lookup_options_t *options) {
  const struct settings *const settings = &inquiry->group->settings;
  *options = (stubdns_lookup_options_t){
      .flags = query_form_flags(settings),
      .class_ = inquiry->class_,
      .deadline_ms = settings_deadline_ms(settings),
      .query = &form->query,
      .sends_per_server = (uint8_t)settings->tries,
  };
  const int error = inquiry->only ? add_only_server(inquiry, form, options) : 0;
  return error ? error : query_form_make(form, settings);
}

int inquiry_quick_options(const struct inquiry *inquiry,
                          struct query_form *form,
                          stubdns_lookup_options_t *options) {
  const struct settings *const settings = &inquiry->group->settings;
  const int error = inquiry_lookup_options(inquiry, form, options);
  if (error || !is_plain(settings)) return error;
  options->flags |= plain_flags(settings);
  options->payload_size = (uint16_t)settings->payload_size;
  options->query = NULL;
  return 0;
}

int groups_ask_alike(const struct group *a, const struct group *b) {
  return a->servers.first == b->servers.first &&
         a->servers.count == b->servers.count &&
         a->settings.port == b->settings.port &&
         a->settings.tries == b->settings.tries &&
         a->settings.sent_query == b->settings.sent_query &&
         a->settings.search == b->settings.search &&
         a->settings.has_ndots == b->settings.has_ndots &&
         a->settings.ndots == b->settings.ndots &&
         a->settings.domain == b->settings.domain &&
         stubdns_address_equal(&a->settings.local, &b->settings.local) &&
         a->settings.ipv4_only == b->settings.ipv4_only &&
         a->settings.ipv6_only == b->settings.ipv6_only;
}

static size_t named_servers(const struct arguments *arguments,
                            const struct group *group,
                            stubdns_address_t *addresses) {
  size_t count = 0;
  for (size_t i = 0; i < group->servers.count; i++) {
    const struct server *const server =
        &arguments->servers[group->servers.first + i];
    for (size_t j = 0; j < server->address_count; j++) {
      const stubdns_address_t address =
          server_address(server, j, &group->settings);
      if (count < STUBDNS_SERVERS_MAX &&
          server_is_allowed(&address, &group->settings))
        addresses[count++] = address;
    }
  }
  return count;
}

/* The library takes the system's servers as they are; where only some of them
 * are wanted, or another port, they are read here. */
int group_wants_system_servers(const struct group *group) {
  return !group->servers.count && !group->settings.ipv4_only &&
         !group->settings.ipv6_only &&
         group->settings.port == default_settings.port;
}

size_t group_servers(const struct arguments *arguments,
                     const struct group *group, stubdns_address_t *addresses) {
  return group->servers.count ? named_servers(arguments, group, addresses)
                              : system_servers(addresses, &group->settings);
}

static int add_servers(stubdns_resolver_t *resolver,
                       const struct arguments *arguments,
                       const struct group *group) {
  stubdns_address_t addresses[STUBDNS_SERVERS_MAX];
  if (group_wants_system_servers(group)) return 0;
  const size_t count = group_servers(arguments, group, addresses);
  for (size_t i = 0; i < count; i++) {
    const int error = stubdns_resolver_add_server(resolver, &addresses[i]);
    if (error) return error;
  }
  return 0;
}

int group_open_resolver(const struct arguments *arguments,
                        const struct group *group, uint32_t window,
                        uv_loop_t *loop, stubdns_resolver_t *resolver) {
  const struct settings *const settings = &group->settings;
  char words[WORDS_SIZE] = "trust-ad"; /* show AD as it came */
  stubdns_resolver_options_t options = {.sends_per_server =
                                            (uint8_t)settings->tries,
                                        .search = settings->domain,
                                        .resolv_options = words};
  if (settings->has_ndots)
    snprintf(words, sizeof words, "trust-ad ndots:%u",
             (unsigned)settings->ndots);
  if (settings->search) options.flags |= STUBDNS_SYSTEM_SEARCH;
  if (!group_wants_system_servers(group))
    options.flags |= STUBDNS_NO_SYSTEM_SERVERS;
  if (settings->local.length && !settings->replay_file) {
    options.local_addresses = &settings->local;
    options.local_address_count = 1;
  }
  if (window) {
    options.flags |= STUBDNS_SHARE_PATHS;
    options.in_flight_max = window;
    options.paths_max = SHARED_PATHS;
  }
  int error = stubdns_resolver_init(loop, resolver, &options);
  if (error) return error;
  error = add_servers(resolver, arguments, group);
  if (error) stubdns_resolver_close(resolver, NULL);
  return error;
}
