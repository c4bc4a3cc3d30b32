/* From a group's settings to the library's options. */
#include "group_resolver.h"

#include "system_servers.h"

int inquiry_lookup_options(const struct inquiry *inquiry,
                           struct query_form *form,
                           stubdns_lookup_options_t *options) {
  const struct settings *const settings = &inquiry->group->settings;
  *options = (stubdns_lookup_options_t){
      .flags = query_form_flags(settings),
      .class_ = inquiry->class_,
      .deadline_ms = settings_deadline_ms(settings),
      .query = &form->query,
  };
  return query_form_make(form, settings);
}

int groups_ask_alike(const struct group *a, const struct group *b) {
  return a->servers.first == b->servers.first &&
         a->servers.count == b->servers.count &&
         a->settings.port == b->settings.port &&
         a->settings.tries == b->settings.tries &&
         a->settings.sent_query == b->settings.sent_query &&
         a->settings.ipv4_only == b->settings.ipv4_only &&
         a->settings.ipv6_only == b->settings.ipv6_only;
}

static int add_named_servers(stubdns_resolver_t *resolver,
                             const struct arguments *arguments,
                             const struct group *group) {
  for (size_t i = 0; i < group->servers.count; i++) {
    const struct server *const server =
        &arguments->servers[group->servers.first + i];
    for (size_t j = 0; j < server->address_count; j++) {
      const stubdns_address_t address =
          server_address(server, j, &group->settings);
      if (!server_is_allowed(&address, &group->settings)) continue;
      const int error = stubdns_resolver_add_server(resolver, &address);
      if (error) return error;
    }
  }
  return 0;
}

/* The library takes the system's servers as they are; where only some of them
 * are wanted, or another port, they are read here. */
static int wants_system_servers(const struct group *group) {
  return !group->servers.count && !group->settings.ipv4_only &&
         !group->settings.ipv6_only &&
         group->settings.port == default_settings.port;
}

static int add_servers(stubdns_resolver_t *resolver,
                       const struct arguments *arguments,
                       const struct group *group) {
  if (wants_system_servers(group)) return 0;
  return group->servers.count ? add_named_servers(resolver, arguments, group)
                              : system_servers_add(resolver, &group->settings);
}

int group_open_resolver(const struct arguments *arguments,
                        const struct group *group, uv_loop_t *loop,
                        stubdns_resolver_t *resolver) {
  const stubdns_resolver_options_t options = {
      .flags = wants_system_servers(group) ? 0 : STUBDNS_NO_SYSTEM_SERVERS,
      .sends_per_server = (uint8_t)group->settings.tries,
  };
  int error = stubdns_resolver_init(loop, resolver, &options);
  if (error) return error;
  error = add_servers(resolver, arguments, group);
  if (error) stubdns_resolver_close(resolver, NULL);
  return error;
}
