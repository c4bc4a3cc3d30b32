/* libFuzzer: any octets as each of the configuration files.  What comes of them
 * is within its bounds, and what is complained about lies in the text. */
#include "config/gai_conf.h"
#include "config/hosts.h"
#include "config/nsswitch.h"
#include "config/resolv_conf.h"
#include "config/services.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static struct stubdns__span whole;

static void require(int is_true) {
  if (!is_true) abort();
}

static void check_name(const stubdns_name_t *name) {
  stubdns_name_t again;
  require(!stubdns_name_from_wire(&again, name->octets, name->length));
}

static void check_address(const struct stubdns__scoped_address *address) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  require(!stubdns_address_to_text(&address->address, text, sizeof text));
  require(address->scope[STUBDNS__SCOPE_SIZE - 1] == '\0');
}

static void on_word(void *data, size_t line, struct stubdns__span word) {
  (void)data;
  require(line >= 1 && line <= whole.length && word.length > 0);
  require(word.text >= whole.text &&
          word.text + word.length <= whole.text + whole.length);
}

static const struct stubdns__complain complain = {NULL, on_word};

static int on_line(void *data, const struct stubdns__scoped_address *address,
                   const stubdns_name_t *name) {
  check_address(address);
  check_name(name);
  *(int *)data = 1;
  return 0;
}

static int on_alias(void *data, const stubdns_name_t *name) {
  check_name(name);
  require(*(int *)data); /* there was a line */
  return 0;
}

static void read_hosts(void) {
  int has_line = 0;
  const struct stubdns__hosts_visitor visitor = {&has_line, on_line, on_alias};
  stubdns__hosts_parse(whole.text, whole.length, &visitor, &complain);
}

static void read_nsswitch(void) {
  struct stubdns__nsswitch nsswitch;
  stubdns__nsswitch_parse(&nsswitch, whole.text, whole.length, &complain);
  require(nsswitch.rule_count <= STUBDNS__SOURCES_MAX);
  for (size_t i = 0; i < nsswitch.rule_count; i++) {
    require(nsswitch.rules[i].source <= STUBDNS__SOURCE_OTHER);
    for (size_t s = 0; s < STUBDNS__SOURCE_STATUS_COUNT; s++)
      require(nsswitch.rules[i].actions[s] <= STUBDNS__SOURCE_MERGE);
  }
}

static void check_resolv_conf(const struct stubdns__resolv_conf *config) {
  require(config->server_count <= STUBDNS_SERVERS_MAX);
  require(config->search_count <= STUBDNS__SEARCH_MAX);
  require(config->ndots <= STUBDNS__NDOTS_MAX);
  require(config->timeout_s <= STUBDNS__TIMEOUT_S_MAX);
  require(config->attempts <= STUBDNS__ATTEMPTS_MAX);
  for (size_t i = 0; i < config->server_count; i++)
    check_address(&config->servers[i]);
  for (size_t i = 0; i < config->search_count; i++)
    check_name(&config->search[i]);
}

static void read_resolv_conf(void) {
  struct stubdns__resolv_conf config;
  stubdns__resolv_conf_parse(&config, whole.text, whole.length, &complain);
  check_resolv_conf(&config);
  stubdns__resolv_conf_set_search(&config, whole.text, whole.length, &complain);
  stubdns__resolv_conf_add_options(&config, whole.text, whole.length,
                                   &complain);
  check_resolv_conf(&config);
}

static int on_gai_line(void *data, const struct stubdns__gai_line *line) {
  require(line->kind <= STUBDNS__GAI_SCOPE && line->value <= INT32_MAX);
  require(line->prefix_length <= 128);
  require(line->kind != STUBDNS__GAI_SCOPE || line->prefix_length >= 96);
  return ++*(unsigned *)data <= 32;
}

static void read_gai_conf(void) {
  unsigned count = 0;
  const struct stubdns__gai_visitor visitor = {&count, on_gai_line};
  stubdns__gai_conf_parse(whole.text, whole.length, &visitor, &complain);
}

static void read_services(void) {
  char name[16];
  uint16_t port;
  stubdns__services_find_port(whole.text, whole.length, "http", "tcp", &port);
  if (stubdns__services_find_name(whole.text, whole.length, 80, "tcp", name,
                                  sizeof name))
    require(memchr(name, '\0', sizeof name) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  whole = (struct stubdns__span){(const char *)octets, length};
  read_hosts();
  read_nsswitch();
  read_resolv_conf();
  read_services();
  read_gai_conf();
  return 0;
}
