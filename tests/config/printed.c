/* Configuration as text. */
#include "printed.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(char *text, const char *format, ...) {
  const size_t length = strlen(text);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text + length, PRINTED_SIZE - length, format, arguments);
  va_end(arguments);
}

static void append_address(char *text,
                           const struct stubdns__scoped_address *address) {
  char written[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_address_to_text(&address->address, written, sizeof written);
  append(text, "%s", written);
  if (address->scope[0]) append(text, "/%s", address->scope);
}

/* A label's octets as they are: the tests have none that need an escape. */
static void append_name(char *text, const stubdns_name_t *name) {
  const uint8_t *label = name->octets;
  if (!label[0]) append(text, ".");
  for (; label[0]; label += 1 + label[0])
    append(text, "%.*s%s", label[0], (const char *)label + 1,
           label[1 + label[0]] ? "." : "");
}

static void append_options(char *text,
                           const struct stubdns__resolv_conf *config) {
  static const struct {
    unsigned flag;
    const char *word;
  } words[] = {
      {STUBDNS__CONF_ROTATE, "rotate"},
      {STUBDNS__CONF_EDNS0, "edns0"},
      {STUBDNS__CONF_TRUST_AD, "trust-ad"},
      {STUBDNS__CONF_USE_VC, "use-vc"},
      {STUBDNS__CONF_NO_AAAA, "no-aaaa"},
      {STUBDNS__CONF_SINGLE_REQUEST, "single-request"},
      {STUBDNS__CONF_SINGLE_REQUEST_REOPEN, "single-request-reopen"},
      {STUBDNS__CONF_NO_TLD_QUERY, "no-tld-query"},
      {STUBDNS__CONF_NO_RELOAD, "no-reload"},
      {STUBDNS__CONF_INET6, "inet6"},
  };
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (config->flags & words[i].flag) append(text, " %s", words[i].word);
}

void print_resolv_conf(char *text, const struct stubdns__resolv_conf *config) {
  append(text, "servers");
  for (size_t i = 0; i < config->server_count; i++) {
    append(text, " ");
    append_address(text, &config->servers[i]);
  }
  append(text, "\nsearch");
  for (size_t i = 0; i < config->search_count; i++) {
    append(text, " ");
    append_name(text, &config->search[i]);
  }
  append(text, "\nndots %u timeout %u attempts %u\noptions", config->ndots,
         config->timeout_s, config->attempts);
  append_options(text, config);
  append(text, "\n");
}

void print_nsswitch(char *text, const struct stubdns__nsswitch *nsswitch) {
  static const char *const sources[] = {"files",      "dns",        "mdns",
                                        "mdns_local", "myhostname", "other"};
  for (size_t i = 0; i < nsswitch->rule_count; i++) {
    append(text, "%s", sources[nsswitch->rules[i].source]);
    for (size_t s = 0; s < STUBDNS__SOURCE_STATUS_COUNT; s++)
      append(text, "%c", "crm"[nsswitch->rules[i].actions[s]]);
    append(text, " ");
  }
}

static int append_line(void *data,
                       const struct stubdns__scoped_address *address,
                       const stubdns_name_t *name) {
  if (((char *)data)[0]) append(data, "\n");
  append_address(data, address);
  append(data, " ");
  append_name(data, name);
  return 0;
}

static int append_alias(void *data, const stubdns_name_t *name) {
  append(data, " ");
  append_name(data, name);
  return 0;
}

void print_hosts(char *text, const char *source, size_t length,
                 const struct stubdns__complain *complain) {
  const struct stubdns__hosts_visitor visitor = {text, append_line,
                                                 append_alias};
  text[0] = '\0';
  stubdns__hosts_parse(source, length, &visitor, complain);
}

static void append_complaint(void *data, size_t line,
                             struct stubdns__span word) {
  append(data, "%zu:%.*s ", line, (int)word.length, word.text);
}

struct stubdns__complain print_complaints(char *text) {
  return (struct stubdns__complain){text, append_complaint};
}
