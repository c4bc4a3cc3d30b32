/* src/resolver: lookups and servers that have one hash by chance, which is
 * brought about here, are still told apart by what they are. */
#include "resolver/state.h"

#include "resolver/world.h"
#include "support/suite.h"

static struct world w;

static struct stubdns__request *ask(const char *name, uint16_t type,
                                    const stubdns_lookup_options_t *options) {
  struct stubdns__request *const request =
      world_ask_name(&w, name, type, NULL, options);
  ck_assert_ptr_nonnull(request);
  return request;
}

static const stubdns_address_t own[] = {{.length = 4, .port = 3},
                                        {.length = 4, .port = 4}};

/* Each differs in one thing from a lookup of www.example.com A, the last from
 * one that has a server of its own. */
static const struct {
  const char *name;
  uint16_t type;
  stubdns_lookup_options_t options;
} others[] = {
    {"www.example.com", 28, {.flags = 0}},
    {"www.example.com", 1, {.class_ = STUBDNS_CLASS_CH}},
    {"www.example.com", 1, {.flags = STUBDNS_LOOKUP_DNSSEC_OK}},
    {"www.example.com", 1, {.payload_size = 512}},
    {"ww.example.com", 1, {.flags = 0}},
    {"wwx.example.com", 1, {.flags = 0}},
    {"www.example.com", 1, {.servers = &own[1], .server_count = 1}},
};

START_TEST(lookups_with_one_hash_are_asked_apart_M16) {
  world_begin(&w, 1, NULL);
  const uint64_t hash =
      ask(others[_i].name, others[_i].type, &others[_i].options)->entry.hash;
  world_end(&w);
  world_begin(&w, 1, NULL); /* draws the same key */
  const stubdns_lookup_options_t options = {
      .servers = own, .server_count = others[_i].options.server_count};
  struct stubdns__request *const first = ask("www.example.com", 1, &options);
  stubdns__table_remove(&w.core->leaders, &first->entry);
  stubdns__table_add(&w.core->leaders, &first->entry, hash);
  ck_assert_uint_eq(
      ask(others[_i].name, others[_i].type, &others[_i].options)->entry.hash,
      hash);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

static struct stubdns__entry *entry_of_server(size_t index) {
  return &STUBDNS__ITEM(w.core->default_servers->servers[index],
                        struct stubdns__held_server, server)
              ->entry;
}

START_TEST(servers_with_one_hash_are_two) {
  const stubdns_address_t second = {
      .length = 4, .octets = {127, 0, 0, 1}, .port = 2};
  world_begin(&w, 2, NULL);
  const uint64_t hash = entry_of_server(1)->hash;
  world_end(&w);
  world_begin(&w, 1, NULL);
  stubdns__table_remove(&w.core->servers, entry_of_server(0));
  stubdns__table_add(&w.core->servers, entry_of_server(0), hash);
  ck_assert_int_eq(stubdns__core_add_server(w.core, &second), 0);
  ck_assert_uint_eq(entry_of_server(1)->hash, hash);
  ck_assert_uint_eq(w.core->default_servers->servers[1]->address.port, 2);
  world_end(&w);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("collision");
  tcase_add_loop_test(cases, lookups_with_one_hash_are_asked_apart_M16, 0,
                      sizeof others / sizeof others[0]);
  tcase_add_test(cases, servers_with_one_hash_are_two);
  Suite *const suite = suite_create("resolver/collision");
  suite_add_tcase(suite, cases);
  return suite;
}
