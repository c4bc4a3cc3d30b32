/* Three sources, of which a later one goes before an earlier: resolv.conf, the
 * variables LOCALDOMAIN and RES_OPTIONS, and the resolver's options.
 *
 * How words that mean another way of asking than ours are understood:
 * - timeout:T and attempts:A end a lookup that nobody answers after T times A
 *   seconds, as long as the C library asks one server; in between queries are
 *   sent when the servers' round-trip times call for it.
 * - attempts:A also bounds the queries to one server.
 * - edns0 asks for what is done anyway.  single-request and
 *   single-request-reopen are about two queries on one socket: here each has a
 *   path of its own, or an ID of its own that is matched.  inet6 is obsolete.
 */
#include "uv/servers.h"

#include "config/resolv_conf.h"
#include "uv/system.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#define RESOLV_CONF_MAX 65536 /* octets; more are none of this kind */
#define HOST_NAME_SIZE 256

static const stubdns_address_t local_host = {
    4, {127, 0, 0, 1}, STUBDNS_PORT, 0};

static int wants_servers(const struct stubdns__transport *transport) {
  return !(transport->system.options.flags & STUBDNS_NO_SYSTEM_SERVERS);
}

static int is_system_wanted(const struct stubdns__transport *transport) {
  return stubdns__system_is_wanted(&transport->system.options);
}

/* Errors after which the C library goes on as with an empty file. */
static int is_as_good_as_empty(int error) {
  return error == UV_ENOENT || error == UV_ENOTDIR || error == UV_EACCES ||
         error == UV_EPERM || error == UV_ELOOP || error == UV_EISDIR;
}

/* A file that is gone for a while changes nothing: it may be on its way. */
static int read_file(struct stubdns__transport *transport,
                     struct stubdns__resolv_conf *conf) {
  struct stubdns__system *const system = &transport->system;
  const char *const named = system->options.resolv_conf;
  struct stubdns__file_text text = {0};
  struct stubdns__complaints complaints;
  int error = 0;
  if (system->resolv_conf.path)
    error = stubdns__system_read(transport, &system->resolv_conf,
                                 RESOLV_CONF_MAX, &text);
  if (error && (named || system->search || !is_as_good_as_empty(error)))
    return error;
  const struct stubdns__complain complain = stubdns__system_complain(
      transport, system->resolv_conf.path, &complaints);
  stubdns__resolv_conf_parse(conf, text.text, text.length, &complain);
  if (text.text) stubdns__transport_release(transport, text.text);
  return 0;
}

/* The part of the host's own name behind its first dot is the search list where
 * none is written, resolv.conf(5). */
static void search_own_domain(struct stubdns__resolv_conf *conf) {
  char name[HOST_NAME_SIZE];
  size_t size = sizeof name;
  if (uv_os_gethostname(name, &size)) return;
  const char *const dot = strchr(name, '.');
  if (dot)
    stubdns__resolv_conf_set_search(conf, dot + 1, strlen(dot + 1), NULL);
}

typedef void read_words(struct stubdns__resolv_conf *conf, const char *text,
                        size_t length,
                        const struct stubdns__complain *complain);

/* Reads words that are in no file, if there are any; `origin` is told with
 * complaints about them. */
static void read_more(struct stubdns__transport *transport,
                      struct stubdns__resolv_conf *conf, read_words *read,
                      const char *words, const char *origin) {
  struct stubdns__complaints complaints;
  const struct stubdns__complain complain =
      stubdns__system_complain(transport, origin, &complaints);
  if (words) read(conf, words, strlen(words), &complain);
}

static void read_environment(struct stubdns__transport *transport,
                             struct stubdns__resolv_conf *conf) {
  if (!is_system_wanted(transport)) return;
  read_more(transport, conf, stubdns__resolv_conf_set_search,
            getenv("LOCALDOMAIN"), "LOCALDOMAIN");
  read_more(transport, conf, stubdns__resolv_conf_add_options,
            getenv("RES_OPTIONS"), "RES_OPTIONS");
}

static int read_all(struct stubdns__transport *transport,
                    struct stubdns__resolv_conf *conf) {
  const stubdns_resolver_options_t *const options = &transport->system.options;
  const int error = read_file(transport, conf);
  if (error) return error;
  read_environment(transport, conf);
  read_more(transport, conf, stubdns__resolv_conf_set_search, options->search,
            "search");
  read_more(transport, conf, stubdns__resolv_conf_add_options,
            options->resolv_options, "resolv_options");
  if (!conf->has_search && is_system_wanted(transport)) search_own_domain(conf);
  return 0;
}

/* A server on an interface that is not there is skipped, as a bad line is. */
static size_t collect_servers(const struct stubdns__resolv_conf *conf,
                              stubdns_address_t *addresses) {
  size_t count = 0;
  for (size_t i = 0; i < conf->server_count; i++) {
    addresses[count] = conf->servers[i].address;
    if (conf->servers[i].scope[0])
      addresses[count].scope_id = if_nametoindex(conf->servers[i].scope);
    count += !conf->servers[i].scope[0] || addresses[count].scope_id != 0;
  }
  if (count == 0) addresses[count++] = local_host;
  return count;
}

static int replace_servers(struct stubdns__transport *transport,
                           const struct stubdns__resolv_conf *conf) {
  struct stubdns__system *const system = &transport->system;
  stubdns_address_t addresses[STUBDNS_SERVERS_MAX];
  if (!wants_servers(transport)) return 0;
  const size_t count = collect_servers(conf, addresses);
  const int error = stubdns__core_replace_servers(
      transport->core, system->server_count, addresses, count);
  if (!error) system->server_count = count;
  return error;
}

static struct stubdns__search_list *
make_list(struct stubdns__transport *transport,
          const struct stubdns__resolv_conf *conf) {
  const size_t domains_size = conf->search_count * sizeof conf->search[0];
  struct stubdns__search_list *const list =
      stubdns__transport_allocate(transport, sizeof *list + domains_size);
  if (!list) return NULL;
  list->holder_count = 1;
  list->ndots = conf->ndots;
  list->no_tld_query = (conf->flags & STUBDNS__CONF_NO_TLD_QUERY) != 0;
  list->domain_count = conf->search_count;
  memcpy(list->domains, conf->search, domains_size);
  return list;
}

/* What the user has set goes before what is written. */
static void set_core(struct stubdns__transport *transport,
                     const struct stubdns__resolv_conf *conf) {
  const stubdns_resolver_options_t *const options = &transport->system.options;
  const unsigned timeout_s =
      conf->timeout_s ? conf->timeout_s : STUBDNS__TIMEOUT_S;
  const unsigned attempts = conf->attempts ? conf->attempts : STUBDNS__ATTEMPTS;
  struct stubdns__core_settings settings = {
      .deadline_ms = options->deadline_ms,
      .sends_per_server = options->sends_per_server,
      .rotates = (conf->flags & STUBDNS__CONF_ROTATE) != 0,
      .trusts_ad = (conf->flags & STUBDNS__CONF_TRUST_AD) != 0,
  };
  if (conf->flags & STUBDNS__CONF_TRUST_AD)
    settings.lookup_flags |= STUBDNS_LOOKUP_AUTHENTIC_DATA;
  if (conf->flags & STUBDNS__CONF_USE_VC)
    settings.lookup_flags |= STUBDNS_LOOKUP_TCP;
  if (!settings.deadline_ms && (conf->timeout_s || conf->attempts))
    settings.deadline_ms = 1000 * timeout_s * attempts;
  if (!settings.sends_per_server && conf->attempts)
    settings.sends_per_server =
        (uint8_t)(conf->attempts < STUBDNS_SENDS_PER_SERVER
                      ? conf->attempts
                      : STUBDNS_SENDS_PER_SERVER);
  if (!settings.deadline_ms) settings.deadline_ms = STUBDNS_DEADLINE_MS;
  transport->deadline_ms = settings.deadline_ms;
  stubdns__core_set(transport->core, &settings);
}

int stubdns__servers_configure(struct stubdns__transport *transport) {
  struct stubdns__system *const system = &transport->system;
  struct stubdns__resolv_conf conf;
  int error = read_all(transport, &conf);
  if (error) return error;
  struct stubdns__search_list *const list = make_list(transport, &conf);
  if (!list) return STUBDNS_ENOMEM;
  error = replace_servers(transport, &conf);
  if (error) {
    stubdns__search_list_let_go(transport, list);
    return error;
  }
  stubdns__search_list_let_go(transport, system->search);
  system->search = list;
  system->flags = conf.flags;
  set_core(transport, &conf);
  return 0;
}
