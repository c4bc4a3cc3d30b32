/* Which file is read when, and what is kept of it. */
#include "uv/system.h"

#include "config/hosts.h"
#include "config/resolv_conf.h"
#include "uv/servers.h"
#include "uv/transport.h"

#include <net/if.h>
#include <string.h>

#define RESOLV_CONF "/etc/resolv.conf"
#define HOSTS "/etc/hosts"
#define NSSWITCH "/etc/nsswitch.conf"
#define GAI_CONF "/etc/gai.conf"

#define LOOK_PAUSE_US 1000000

#define HOSTS_MAX (1u << 26) /* octets: a million lines */
#define NSSWITCH_MAX 65536

static void on_word(void *data, size_t line, struct stubdns__span word) {
  const struct stubdns__complaints *const complaints = data;
  const stubdns_resolver_options_t *const options =
      &complaints->transport->system.options;
  const stubdns_complaint_t complaint = {.origin = complaints->origin,
                                         .line = line,
                                         .word = word.text,
                                         .length = word.length};
  if (options->on_complaint)
    options->on_complaint(options->complaint_data, &complaint);
}

struct stubdns__complain
stubdns__system_complain(struct stubdns__transport *transport,
                         const char *origin,
                         struct stubdns__complaints *complaints) {
  *complaints = (struct stubdns__complaints){transport, origin};
  return (struct stubdns__complain){complaints, on_word};
}

static int is_reloaded(const struct stubdns__system *system) {
  return system->is_started && !(system->flags & STUBDNS__CONF_NO_RELOAD);
}

/* Whether somebody has to look at the file: because something happened, or
 * because a while has passed in which the loop may not have run to hear of it.
 */
static int is_worth_a_look(struct stubdns__system_file *file) {
  const uint64_t now_us = stubdns__now_us();
  if (!file->watch.may_have_changed && !file->watch.is_blind &&
      now_us - file->looked_us < LOOK_PAUSE_US)
    return 0;
  file->looked_us = now_us;
  file->watch.may_have_changed = 0;
  return 1;
}

int stubdns__system_is_due(struct stubdns__transport *transport,
                           struct stubdns__system_file *file) {
  struct stubdns__file_version version;
  if (!file->path) return 0;
  if (!file->was_read) return 1;
  if (!is_reloaded(&transport->system) || !is_worth_a_look(file)) return 0;
  stubdns__file_version(transport, file->path, &version);
  return memcmp(&version, &file->version, sizeof version) != 0;
}

/* Watched from before it is read, so that no change is missed.  A link on its
 * way may have changed as well. */
static void watch(struct stubdns__transport *transport,
                  struct stubdns__system_file *file) {
  if (file->path && file->was_read && is_reloaded(&transport->system))
    stubdns__file_watch_start(&file->watch, transport, file->path);
}

int stubdns__system_read(struct stubdns__transport *transport,
                         struct stubdns__system_file *file, size_t max,
                         struct stubdns__file_text *text) {
  file->was_read = 1;
  watch(transport, file);
  const int error = stubdns__file_read(transport, file->path, max, text);
  file->version = text->version;
  file->was_read = error != STUBDNS_ENOMEM;
  return error;
}

void stubdns__system_refresh(struct stubdns__transport *transport) {
  struct stubdns__system_file *const file = &transport->system.resolv_conf;
  if (stubdns__system_is_due(transport, file) &&
      stubdns__servers_configure(transport) == STUBDNS_ENOMEM)
    file->was_read = 0;
}

/* A table being filled. */
struct filling {
  struct stubdns__hosts *hosts;
  int is_skipped; /* the line's interface is not there */
};

static int add_line(void *data, const struct stubdns__scoped_address *address,
                    const stubdns_name_t *name) {
  struct filling *const filling = data;
  stubdns_address_t found = address->address;
  if (address->scope[0]) found.scope_id = if_nametoindex(address->scope);
  filling->is_skipped = address->scope[0] && !found.scope_id;
  if (filling->is_skipped) return 0;
  return stubdns__hosts_add_line(filling->hosts, &found, name);
}

static int add_alias(void *data, const stubdns_name_t *name) {
  const struct filling *const filling = data;
  if (filling->is_skipped) return 0;
  return stubdns__hosts_add_alias(filling->hosts, name);
}

static int fill_hosts(struct stubdns__transport *transport,
                      const struct stubdns__file_text *text,
                      struct stubdns__hosts **hosts) {
  const struct stubdns__hooks hooks = stubdns__transport_hooks(transport);
  struct filling filling = {0};
  struct stubdns__complaints complaints;
  const struct stubdns__hosts_visitor visitor = {&filling, add_line, add_alias};
  const struct stubdns__complain complain = stubdns__system_complain(
      transport, transport->system.hosts_file.path, &complaints);
  int error = stubdns__hosts_create(&hooks, &filling.hosts);
  if (error) return error;
  error = stubdns__hosts_parse(text->text, text->length, &visitor, &complain);
  if (error)
    stubdns__hosts_destroy(filling.hosts);
  else
    *hosts = filling.hosts;
  return error;
}

/* A file that cannot be read is as good as an empty one. */
static int read_hosts(struct stubdns__transport *transport) {
  struct stubdns__system *const system = &transport->system;
  struct stubdns__file_text text;
  struct stubdns__hosts *hosts = NULL;
  int error =
      stubdns__system_read(transport, &system->hosts_file, HOSTS_MAX, &text);
  if (error == STUBDNS_ENOMEM) return error;
  error = error ? 0 : fill_hosts(transport, &text, &hosts);
  if (text.text) stubdns__transport_release(transport, text.text);
  if (error) {
    system->hosts_file.was_read = 0;
    return error;
  }
  stubdns__hosts_destroy(system->hosts);
  system->hosts = hosts;
  return 0;
}

int stubdns__system_hosts(struct stubdns__transport *transport,
                          const struct stubdns__hosts **hosts) {
  int error = 0;
  if (stubdns__system_is_due(transport, &transport->system.hosts_file))
    error = read_hosts(transport);
  *hosts = transport->system.hosts;
  return error;
}

static int read_nsswitch(struct stubdns__transport *transport) {
  struct stubdns__system *const system = &transport->system;
  struct stubdns__file_text text;
  struct stubdns__complaints complaints;
  const struct stubdns__complain complain = stubdns__system_complain(
      transport, system->nsswitch_file.path, &complaints);
  const int error = stubdns__system_read(transport, &system->nsswitch_file,
                                         NSSWITCH_MAX, &text);
  if (error == STUBDNS_ENOMEM) return error;
  stubdns__nsswitch_parse(&system->nsswitch, text.text, text.length, &complain);
  if (text.text) stubdns__transport_release(transport, text.text);
  return 0;
}

int stubdns__system_nsswitch(struct stubdns__transport *transport,
                             const struct stubdns__nsswitch **nsswitch) {
  int error = 0;
  if (stubdns__system_is_due(transport, &transport->system.nsswitch_file))
    error = read_nsswitch(transport);
  *nsswitch = &transport->system.nsswitch;
  return error;
}

struct stubdns__search_list *
stubdns__search_list_hold(struct stubdns__transport *transport) {
  struct stubdns__search_list *const list = transport->system.search;
  if (list) list->holder_count++;
  return list;
}

void stubdns__search_list_let_go(struct stubdns__transport *transport,
                                 struct stubdns__search_list *list) {
  if (list && --list->holder_count == 0)
    stubdns__transport_release(transport, list);
}

/* Texts of the options, which the user may take away. */
#define TEXT_COUNT 7

static void list_texts(stubdns_resolver_options_t *options,
                       const char **texts[TEXT_COUNT]) {
  texts[0] = &options->resolv_conf;
  texts[1] = &options->hosts;
  texts[2] = &options->nsswitch;
  texts[3] = &options->search;
  texts[4] = &options->resolv_options;
  texts[5] = &options->services;
  texts[6] = &options->gai_conf;
}

static size_t size_of(const char *text) {
  return text ? strlen(text) + 1 : 0;
}

static int copy_options(struct stubdns__transport *transport,
                        const stubdns_resolver_options_t *options) {
  struct stubdns__system *const system = &transport->system;
  const char **texts[TEXT_COUNT];
  size_t size = 1;
  system->options = *options;
  system->options.local_addresses = NULL; /* taken elsewhere */
  system->options.excluded_ports = NULL;
  list_texts(&system->options, texts);
  for (size_t i = 0; i < TEXT_COUNT; i++)
    size += size_of(*texts[i]);
  system->texts = stubdns__transport_allocate(transport, size);
  if (!system->texts) return STUBDNS_ENOMEM;
  char *end = system->texts;
  for (size_t i = 0; i < TEXT_COUNT; i++) {
    if (!*texts[i]) continue;
    *texts[i] = memcpy(end, *texts[i], size_of(*texts[i]));
    end += size_of(end);
  }
  return 0;
}

/* "" names no file. */
static const char *path_of(const char *named, const char *path) {
  if (!named) return path;
  return named[0] ? named : NULL;
}

int stubdns__system_is_wanted(const stubdns_resolver_options_t *options) {
  return !(options->flags & STUBDNS_NO_SYSTEM_SERVERS) ||
         (options->flags & STUBDNS_SYSTEM_SEARCH);
}

int stubdns__system_create(struct stubdns__transport *transport,
                           const stubdns_resolver_options_t *options) {
  struct stubdns__system *const system = &transport->system;
  memset(system, 0, sizeof *system);
  const int error = copy_options(transport, options);
  if (error) return error;
  if (stubdns__system_is_wanted(options))
    system->resolv_conf.path =
        path_of(system->options.resolv_conf, RESOLV_CONF);
  system->hosts_file.path = path_of(system->options.hosts, HOSTS);
  system->nsswitch_file.path = path_of(system->options.nsswitch, NSSWITCH);
  system->gai_conf_file.path = path_of(system->options.gai_conf, GAI_CONF);
  stubdns__nsswitch_parse(&system->nsswitch, NULL, 0, NULL);
  stubdns__address_policy_init(&system->policy);
  return stubdns__servers_configure(transport);
}

void stubdns__system_destroy(struct stubdns__transport *transport) {
  struct stubdns__system *const system = &transport->system;
  stubdns__search_list_let_go(transport, system->search);
  stubdns__hosts_destroy(system->hosts);
  if (system->texts) stubdns__transport_release(transport, system->texts);
}

void stubdns__system_start(struct stubdns__transport *transport) {
  transport->system.is_started = 1;
  watch(transport, &transport->system.resolv_conf);
}

void stubdns__system_stop(struct stubdns__transport *transport) {
  struct stubdns__system *const system = &transport->system;
  system->is_started = 0;
  stubdns__file_watch_stop(&system->resolv_conf.watch);
  stubdns__file_watch_stop(&system->hosts_file.watch);
  stubdns__file_watch_stop(&system->nsswitch_file.watch);
  stubdns__file_watch_stop(&system->gai_conf_file.watch);
}
