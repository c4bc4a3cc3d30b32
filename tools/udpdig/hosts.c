/* Two lookups a host, A and AAAA.  "localhost" is never asked for (RFC 6761
 * section 6.3). */
#include "hosts.h"

#include "stubdns.h"
#include "stubdns/answer.h"
#include "stubdns/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The search for one server's addresses. */
struct search {
  struct server *server;
  stubdns_lookup_t lookups[2]; /* A, AAAA */
  stubdns_address_t found[2][SERVER_ADDRESSES_MAX / 2];
  size_t found_count[2];
};

static void add_address(struct search *search, int family,
                        const stubdns_record_t *record) {
  stubdns_field_t field;
  size_t *const count = &search->found_count[family];
  if (*count == SERVER_ADDRESSES_MAX / 2) return;
  if (!stubdns_record_field(record, "address", &field)) return;
  stubdns_address_t *const address = &search->found[family][(*count)++];
  *address = (stubdns_address_t){.length = family ? 16 : 4};
  memcpy(address->octets, stubdns_field_octets(&field), address->length);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct search *const search = lookup->data;
  stubdns_chain_t chain;
  stubdns_record_t record;
  if (status) return;
  if (stubdns_chain_follow(&chain, answer->message, &answer->question)) return;
  stubdns_records_t records =
      stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
  while (stubdns_chain_next(&chain, &records, &record))
    add_address(search, lookup == &search->lookups[1], &record);
}

static int is_localhost(const struct server *server) {
  static const stubdns_name_t localhost = {
      11, {9, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', 0}};
  return stubdns_name_is_below(&server->name, &localhost);
}

static void set_localhost(struct server *server) {
  server->addresses[0] =
      (stubdns_address_t){.length = 4, .octets = {127, 0, 0, 1}};
  server->addresses[1] =
      (stubdns_address_t){.length = 16, .octets = {[15] = 1}};
  server->address_count = 2;
}

static int begin(stubdns_resolver_t *resolver, struct search *search) {
  static const uint16_t types[2] = {STUBDNS_TYPE_A, STUBDNS_TYPE_AAAA};
  char name[STUBDNS_NAME_TEXT_SIZE];
  stubdns_name_to_text(&search->server->name, name, sizeof name, NULL);
  for (int i = 0; i < 2; i++) {
    search->lookups[i].data = search;
    const int error = stubdns_lookup(resolver, &search->lookups[i], name,
                                     types[i], NULL, on_answer);
    if (error) return error;
  }
  return 0;
}

static void finish(const struct search *search) {
  struct server *const server = search->server;
  if (!server) return;
  for (int family = 0; family < 2; family++)
    for (size_t i = 0; i < search->found_count[family]; i++)
      server->addresses[server->address_count++] = search->found[family][i];
  if (!server->address_count)
    fprintf(stderr, "udpdig: no address was found for the server '%s'\n",
            server->text);
}

static int search_all(uv_loop_t *loop, struct arguments *arguments,
                      struct network *network,
                      const stubdns_resolver_options_t *options,
                      struct search *searches) {
  stubdns_resolver_t resolver;
  struct traffic traffic = {0};
  int error = stubdns_resolver_init(loop, &resolver, options);
  if (error) return error;
  error = network_join(network, &traffic, 0, &resolver);
  for (size_t i = 0; i < arguments->server_count && !error; i++) {
    if (!arguments->servers[i].is_host || arguments->servers[i].address_count)
      continue;
    searches[i].server = &arguments->servers[i];
    error = begin(&resolver, &searches[i]);
  }
  uv_run(loop, UV_RUN_DEFAULT);
  stubdns_resolver_close(&resolver, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  for (size_t i = 0; i < arguments->server_count; i++)
    finish(&searches[i]);
  return error;
}

int hosts_find(uv_loop_t *loop, struct arguments *arguments,
               struct network *network,
               const stubdns_resolver_options_t *options) {
  size_t count = 0;
  for (size_t i = 0; i < arguments->server_count; i++) {
    struct server *const server = &arguments->servers[i];
    if (server->is_host && is_localhost(server)) set_localhost(server);
    count += server->is_host && !server->address_count;
  }
  if (!count) return 0;
  struct search *const searches =
      calloc(arguments->server_count, sizeof *searches);
  if (!searches) return STUBDNS_ENOMEM;
  const int error = search_all(loop, arguments, network, options, searches);
  free(searches);
  return error;
}
