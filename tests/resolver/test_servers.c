/* src/resolver/servers.c: which servers a lookup asks, and what is known of
 * them while lists of them come and go.  Servers are known here by their port.
 */
#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;

static stubdns_address_t server_at(unsigned port) {
  return (stubdns_address_t){
      .length = 4, .octets = {127, 0, 0, 1}, .port = (uint16_t)port};
}

static void add_domain(const char *domain, unsigned port) {
  const stubdns_name_t name = world_question(domain, 1).name;
  const stubdns_address_t server = server_at(port);
  ck_assert_int_eq(stubdns__core_add_domain_server(w.core, &name, &server), 0);
}

/* Asks for a name; returns the port of the server that is asked first. */
static unsigned asked(const char *name,
                      const stubdns_lookup_options_t *options) {
  const size_t begin = w.sent_count;
  ck_assert_ptr_nonnull(world_ask_name(&w, name, 1, NULL, options));
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, begin + 1);
  world_reply(&w, &w.sent[begin], REPLY_ANSWER);
  return w.sent[begin].socket->server_port;
}

static const struct {
  const char *name;
  unsigned port;
} split[] = {
    {"www.example.com", 1},
    {"corp.example", 2},
    {"www.CORP.example", 2},
    {"x.corp.example.org", 1},
    {"xcorp.example", 1},
    {"lab.corp.example", 3},
    {"a.b.lab.corp.example", 3},
    {"elab.corp.example", 2},
    {"example", 1},
    {"4.0.0.10.in-addr.arpa", 4},
    {"4.0.0.11.in-addr.arpa", 1},
};

START_TEST(names_are_asked_of_the_servers_of_their_longest_domain) {
  world_begin(&w, 1, NULL);
  add_domain("corp.example", 2);
  add_domain("lab.corp.example.", 3);
  add_domain("10.in-addr.arpa", 4);
  for (size_t i = 0; i < sizeof split / sizeof split[0]; i++)
    ck_assert_msg(asked(split[i].name, NULL) == split[i].port, "%s",
                  split[i].name);
  world_end(&w);
}
END_TEST

/* Who has a server for corp.local asks for it; nobody else's names leave. */
START_TEST(special_domain_with_servers_is_asked_like_any_other_B24) {
  world_begin(&w, 1, NULL);
  add_domain("corp.local", 2);
  add_domain(".", 3);
  ck_assert_uint_eq(asked("www.corp.local", NULL), 2);
  ck_assert_uint_eq(asked("www.example.com", NULL), 3);
  ck_assert_ptr_nonnull(world_ask_name(&w, "printer.local", 1, NULL, NULL));
  ck_assert_ptr_nonnull(world_ask_name(&w, "localhost", 1, NULL, NULL));
  world_run(&w);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_eq(w.done_count, 4);
  world_end(&w);
}
END_TEST

START_TEST(domains_have_servers_where_the_resolver_has_none) {
  world_begin(&w, 0, NULL);
  add_domain("corp.example", 2);
  ck_assert_uint_eq(asked("www.corp.example", NULL), 2);
  ck_assert_ptr_null(world_ask_name(&w, "www.example.com", 1, NULL, NULL));
  world_end(&w);
}
END_TEST

START_TEST(all_servers_of_a_domain_are_asked_in_their_order) {
  world_begin(&w, 1, NULL);
  add_domain("corp.example", 3);
  add_domain("Corp.Example", 2);
  ck_assert_ptr_nonnull(world_ask_name(&w, "a.corp.example", 1, NULL, NULL));
  world_run(&w);
  ck_assert_uint_ge(w.sent_count, 4);
  for (size_t i = 0; i < w.sent_count; i++)
    ck_assert_uint_eq(w.sent[i].socket->server_port, i % 2 ? 2 : 3);
  world_end(&w);
}
END_TEST

START_TEST(lookups_may_have_servers_of_their_own) {
  const stubdns_address_t servers[] = {server_at(7), server_at(8)};
  const stubdns_lookup_options_t options = {.servers = servers,
                                            .server_count = 2};
  world_begin(&w, _i ? 1 : 0, NULL);
  if (_i) add_domain("com", 2);
  ck_assert_uint_eq(asked("www.example.com", &options), 7);
  ck_assert_ptr_nonnull(world_ask_name(&w, "silent.com", 1, NULL, &options));
  world_run(&w);
  for (size_t i = 1; i < w.sent_count; i++)
    ck_assert_uint_eq(w.sent[i].socket->server_port, i % 2 ? 7 : 8);
  world_end(&w);
}
END_TEST

START_TEST(wrong_servers_of_a_lookup_are_told_at_once) {
  static stubdns_address_t servers[STUBDNS_SERVERS_MAX + 1];
  const stubdns_question_t question = world_question("www.example.com", 1);
  const stubdns_lookup_options_t many = {
      .servers = servers, .server_count = STUBDNS_SERVERS_MAX + 1};
  const stubdns_lookup_options_t one = {.servers = servers, .server_count = 1};
  struct stubdns__request *request;
  for (unsigned i = 0; i <= STUBDNS_SERVERS_MAX; i++)
    servers[i] = server_at(i + 1);
  world_begin(&w, 1, NULL);
  ck_assert_int_eq(
      stubdns__core_start(w.core, &question, &many, NULL, w.now_us, &request),
      STUBDNS_EINVALID);
  servers[0].port = 0;
  ck_assert_int_eq(
      stubdns__core_start(w.core, &question, &one, NULL, w.now_us, &request),
      STUBDNS_EINVALID);
  servers[0] = (stubdns_address_t){.length = 5, .port = 53};
  ck_assert_int_eq(
      stubdns__core_start(w.core, &question, &one, NULL, w.now_us, &request),
      STUBDNS_EINVALID);
  world_end(&w);
}
END_TEST

START_TEST(servers_are_no_more_than_there_may_be) {
  static stubdns_address_t servers[STUBDNS_SERVERS_MAX + 1];
  for (unsigned i = 0; i <= STUBDNS_SERVERS_MAX; i++)
    servers[i] = server_at(10 + i);
  world_begin(&w, 3, NULL);
  ck_assert_int_eq(
      stubdns__core_replace_servers(w.core, 2, servers, STUBDNS_SERVERS_MAX),
      STUBDNS_EINVALID);
  ck_assert_uint_eq(asked("www.example.com", NULL), 1);
  ck_assert_int_eq(stubdns__core_replace_servers(w.core, 2, servers,
                                                 STUBDNS_SERVERS_MAX - 1),
                   0);
  ck_assert_uint_eq(stubdns__core_server_count(w.core), STUBDNS_SERVERS_MAX);
  ck_assert_uint_eq(asked("www.example.com", NULL), 10);
  world_end(&w);
}
END_TEST

/* A query's client cookie stands behind its OPT record's 11 octets and the
 * option's 4. */
static void cookie_of(const char *name, uint8_t *cookie) {
  const size_t begin = w.sent_count;
  asked(name, NULL);
  const struct sent *const sent = &w.sent[begin];
  memcpy(cookie, sent->octets + sent->length - 8, 8);
}

START_TEST(cookies_are_new_where_the_secrets_are) {
  static const char *const names[] = {"www.example.com", "www.corp.example"};
  uint8_t before[2][8];
  uint8_t after[8];
  world_begin(&w, 1, NULL);
  add_domain("corp.example", 2);
  for (size_t i = 0; i < 2; i++)
    cookie_of(names[i], before[i]);
  ck_assert_mem_ne(before[0], before[1], 8);
  w.random_fails = 1;
  ck_assert_int_eq(stubdns__core_renew_secrets(w.core), STUBDNS_ERANDOM);
  w.random_fails = 0;
  cookie_of(names[0], after);
  ck_assert_mem_eq(after, before[0], 8);
  ck_assert_int_eq(stubdns__core_renew_secrets(w.core), 0);
  for (size_t i = 0; i < 2; i++) {
    cookie_of(names[i], after);
    ck_assert_mem_ne(after, before[i], 8);
  }
  world_end(&w);
}
END_TEST

START_TEST(lookups_of_different_servers_are_asked_apart) {
  const stubdns_address_t servers[] = {server_at(7), server_at(8)};
  const stubdns_lookup_options_t options[] = {
      {.servers = &servers[0], .server_count = 1},
      {.servers = &servers[1], .server_count = 1},
      {.servers = &servers[0], .server_count = 1},
      {.servers = servers, .server_count = 2},
      {.flags = 0}};
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 5; i++)
    ck_assert_ptr_nonnull(
        world_ask_name(&w, "www.example.com", 1, NULL, &options[i]));
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 4); /* the third follows the first */
  world_end(&w);
}
END_TEST

/* What one server says is no answer of another's. */
START_TEST(cache_is_of_the_resolvers_own_servers) {
  const struct stubdns__core_options core = {.cache_octets = 100000};
  const stubdns_address_t server = server_at(7);
  const stubdns_lookup_options_t own = {.servers = &server, .server_count = 1};
  world_begin(&w, 1, &core);
  ck_assert_uint_eq(asked("www.example.com", &own), 7);
  ck_assert_uint_eq(asked("www.example.com", NULL), 1);
  ck_assert_uint_eq(asked("www.example.com", &own), 7);
  ck_assert_ptr_nonnull(world_ask_name(&w, "www.example.com", 1, NULL, NULL));
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 3);
  ck_assert(w.done[w.done_count - 1].answer.from_cache);
  world_end(&w);
}
END_TEST

static int is_cached(void) {
  ck_assert_ptr_nonnull(world_ask_name(&w, "www.example.com", 1, NULL, NULL));
  const size_t sent_count = w.sent_count;
  world_drain(&w);
  if (w.sent_count == sent_count) return 1;
  world_reply(&w, &w.sent[sent_count], REPLY_ANSWER);
  return 0;
}

/* Nor is what the servers of before said, now or later. */
START_TEST(cache_is_emptied_when_other_servers_are_to_be_asked) {
  const struct stubdns__core_options core = {.cache_octets = 100000};
  const stubdns_address_t server = server_at(5);
  world_begin(&w, 1, &core);
  ck_assert(!is_cached());
  ck_assert(is_cached());
  ck_assert_int_eq(stubdns__core_replace_servers(w.core, 1, &server, 1), 0);
  ck_assert(!is_cached());
  ck_assert(is_cached());
  add_domain("com", 6);
  const size_t late = w.sent_count;
  ck_assert_ptr_nonnull(world_ask_name(&w, "www.example.com", 1, NULL, NULL));
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, late + 1);
  add_domain("com", 7);
  world_reply(&w, &w.sent[late], REPLY_ANSWER);
  ck_assert(!is_cached());
  ck_assert(is_cached());
  world_end(&w);
}
END_TEST

static stubdns_server_info_t info_of(size_t index) {
  stubdns_server_info_t info;
  stubdns__core_server_info(w.core, index, &info);
  return info;
}

/* The servers 1 and 2 give way to 5, 6 and 2; the server 3 stays behind. */
START_TEST(servers_are_replaced_and_lookups_under_way_go_on_with_theirs) {
  const stubdns_address_t servers[] = {server_at(5), server_at(6),
                                       server_at(2)};
  world_begin(&w, 3, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_int_eq(stubdns__core_replace_servers(w.core, 2, servers, 3), 0);
  ck_assert_uint_eq(stubdns__core_server_count(w.core), 4);
  ck_assert_uint_eq(info_of(0).address.port, 5);
  ck_assert_uint_eq(info_of(2).address.port, 2);
  ck_assert_uint_eq(info_of(3).address.port, 3);
  ck_assert_uint_eq(asked("www.example.org", NULL), 5);
  ck_assert_uint_eq(info_of(0).answer_count, 1);
  world_sleep_until(&w, 1500 * MS); /* the others are asked as well */
  ck_assert_uint_eq(w.sent[2].socket->server_port, 2);
  ck_assert_uint_eq(w.sent[3].socket->server_port, 3);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_int_eq(w.done[1].status, 0);
  ck_assert_uint_eq(w.done[1].answer.server.port, 1);
  world_end(&w);
}
END_TEST

START_TEST(what_is_known_of_a_server_outlasts_its_absence) {
  const stubdns_address_t servers[] = {server_at(1), server_at(5)};
  world_begin(&w, 1, NULL);
  ck_assert_uint_eq(asked("www.example.com", NULL), 1);
  ck_assert_int_eq(stubdns__core_replace_servers(w.core, 1, &servers[1], 1), 0);
  ck_assert_uint_eq(info_of(0).sent_count, 0);
  ck_assert_int_eq(stubdns__core_replace_servers(w.core, 1, servers, 2), 0);
  ck_assert_uint_eq(info_of(0).sent_count, 1);
  ck_assert_uint_eq(info_of(0).answer_count, 1);
  world_end(&w);
}
END_TEST

/* Thousands of servers are asked once each, and memory stays bounded. */
START_TEST(servers_of_single_lookups_are_forgotten_in_time) {
  world_begin(&w, 1, NULL);
  size_t live_count = 0;
  for (unsigned i = 0; i < 1000; i++) {
    const stubdns_address_t server = server_at(1000 + i);
    const stubdns_lookup_options_t own = {.servers = &server,
                                          .server_count = 1};
    ck_assert_uint_eq(asked("www.example.com", &own), 1000 + i);
    w.done_count = 0;
    if (i == 200) live_count = w.live_count;
  }
  ck_assert_uint_le(w.live_count, live_count);
  world_end(&w);
}
END_TEST

START_TEST(lists_that_get_no_memory_leave_everything_as_it_was) {
  const stubdns_address_t servers[] = {server_at(5), server_at(6)};
  const stubdns_name_t domain = world_question("corp.example", 1).name;
  world_begin(&w, 1, NULL);
  int error = STUBDNS_ENOMEM;
  for (size_t ahead = 1; error; ahead++) {
    w.fail_at = w.allocation_count + ahead;
    error = stubdns__core_replace_servers(w.core, 1, servers, 2);
    ck_assert_int_eq(error, error ? STUBDNS_ENOMEM : 0);
    ck_assert_uint_eq(info_of(0).address.port, error ? 1 : 5);
  }
  error = STUBDNS_ENOMEM;
  for (size_t ahead = 1; error; ahead++) {
    w.fail_at = w.allocation_count + ahead;
    error = stubdns__core_add_domain_server(w.core, &domain, &servers[1]);
    ck_assert_int_eq(error, error ? STUBDNS_ENOMEM : 0);
    w.fail_at = 0;
    ck_assert_uint_eq(asked("corp.example", NULL), error ? 5 : 6);
  }
  world_end(&w);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("servers");
  tcase_add_test(cases, names_are_asked_of_the_servers_of_their_longest_domain);
  tcase_add_test(cases,
                 special_domain_with_servers_is_asked_like_any_other_B24);
  tcase_add_test(cases, domains_have_servers_where_the_resolver_has_none);
  tcase_add_test(cases, all_servers_of_a_domain_are_asked_in_their_order);
  tcase_add_loop_test(cases, lookups_may_have_servers_of_their_own, 0, 2);
  tcase_add_test(cases, wrong_servers_of_a_lookup_are_told_at_once);
  tcase_add_test(cases, servers_are_no_more_than_there_may_be);
  tcase_add_test(cases, cookies_are_new_where_the_secrets_are);
  tcase_add_test(cases, lookups_of_different_servers_are_asked_apart);
  tcase_add_test(cases, cache_is_of_the_resolvers_own_servers);
  tcase_add_test(cases, cache_is_emptied_when_other_servers_are_to_be_asked);
  tcase_add_test(cases,
                 servers_are_replaced_and_lookups_under_way_go_on_with_theirs);
  tcase_add_test(cases, what_is_known_of_a_server_outlasts_its_absence);
  tcase_add_test(cases, servers_of_single_lookups_are_forgotten_in_time);
  tcase_add_test(cases, lists_that_get_no_memory_leave_everything_as_it_was);
  Suite *const suite = suite_create("resolver/servers");
  suite_add_tcase(suite, cases);
  return suite;
}
