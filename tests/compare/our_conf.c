/* What our reading of a resolv.conf and of the environment gives, as libc_conf
 * prints it: three servers and six domains at most, and the C library's
 * defaults where nothing is written.
 *
 * usage: our_conf FILE */
#include "config/resolv_conf.h"

#include "stubdns/text.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVERS_MAX 3
#define DOMAINS_MAX 6
#define FILE_MAX 65536

/* A server on an interface that is not there is none. */
static void print_server(const struct stubdns__scoped_address *server) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_address_t address = server->address;
  if (server->scope[0]) address.scope_id = if_nametoindex(server->scope);
  if (server->scope[0] && !address.scope_id) return;
  stubdns_address_to_text(&address, text, sizeof text);
  *strchr(text, '#') = '\0';
  printf(" %s", text);
}

static void print_domain(const stubdns_name_t *domain) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  size_t length;
  stubdns_name_to_text(domain, text, sizeof text, &length);
  printf(" %s", text);
}

static void print_options(unsigned flags) {
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
  };
  printf("options");
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (flags & words[i].flag) printf(" %s", words[i].word);
  printf("\n");
}

static void read_all(struct stubdns__resolv_conf *conf, FILE *file) {
  static char text[FILE_MAX];
  const size_t length = fread(text, 1, sizeof text, file);
  const char *const domains = getenv("LOCALDOMAIN");
  const char *const words = getenv("RES_OPTIONS");
  stubdns__resolv_conf_parse(conf, text, length, NULL);
  if (domains)
    stubdns__resolv_conf_set_search(conf, domains, strlen(domains), NULL);
  if (words) stubdns__resolv_conf_add_options(conf, words, strlen(words), NULL);
}

static void print_all(const struct stubdns__resolv_conf *conf) {
  printf("servers");
  for (size_t i = 0; i < conf->server_count && i < SERVERS_MAX; i++)
    print_server(&conf->servers[i]);
  if (!conf->server_count) printf(" 127.0.0.1");
  printf("\nsearch");
  for (size_t i = 0; i < conf->search_count && i < DOMAINS_MAX; i++)
    print_domain(&conf->search[i]);
  if (!conf->has_search) printf(" own.example");
  printf("\nndots %u\ntimeout %u\nattempts %u\n", conf->ndots,
         conf->timeout_s ? conf->timeout_s : STUBDNS__TIMEOUT_S,
         conf->attempts ? conf->attempts : STUBDNS__ATTEMPTS);
  print_options(conf->flags);
}

int main(int argc, char **argv) {
  struct stubdns__resolv_conf conf;
  FILE *const file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file) return 1;
  read_all(&conf, file);
  fclose(file);
  print_all(&conf);
  return 0;
}
