/* src/resolver: lookups that are answered without a server, and those that look
 * alike and are not. */
#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;

static const struct {
  const char *name;
  uint16_t type;
  unsigned rcode;
  unsigned record_count;
  uint8_t address[16];
} special_rows[] = {
    {"localhost", STUBDNS_TYPE_A, 0, 1, {127, 0, 0, 1}},
    {"localhost.", STUBDNS_TYPE_AAAA, 0, 1, {[15] = 1}},
    {"a.LOCALHOST", STUBDNS_TYPE_A, 0, 1, {127, 0, 0, 1}},
    {"localhost", STUBDNS_TYPE_MX, 0, 0, {0}},
    {"invalid", STUBDNS_TYPE_A, STUBDNS_RCODE_NXDOMAIN, 0, {0}},
    {"x.onion", STUBDNS_TYPE_A, STUBDNS_RCODE_NXDOMAIN, 0, {0}},
    {"x.alt", STUBDNS_TYPE_A, STUBDNS_RCODE_NXDOMAIN, 0, {0}},
    {"printer.local", STUBDNS_TYPE_A, STUBDNS_RCODE_NXDOMAIN, 0, {0}},
};

START_TEST(special_name_costs_no_datagram_B24_D11) {
  world_begin(&w, 1, NULL);
  int user;
  ck_assert_ptr_nonnull(world_ask_name(&w, special_rows[_i].name,
                                       special_rows[_i].type, &user, NULL));
  ck_assert_uint_eq(w.done_count, 0);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 1);
  world_drain(&w);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 0);
  ck_assert_uint_eq(w.opened_count + w.sent_count, 0);
  ck_assert_uint_eq(w.done_count, 1);
  const struct done *const done = &w.done[0];
  ck_assert_ptr_eq(done->user, &user);
  ck_assert_int_eq(done->status, 0);
  ck_assert(done->answer.is_special);
  ck_assert_uint_eq(done->answer.server.length, 0);
  ck_assert_uint_eq(done->answer.send_count, 0);
  ck_assert_uint_eq(done->event_count, 0);
  ck_assert_uint_eq(done->rcode, special_rows[_i].rcode);
  ck_assert_uint_eq(done->record_count, special_rows[_i].record_count);
  ck_assert_mem_eq(done->address, special_rows[_i].address, 16);
  world_end(&w);
}
END_TEST

/* Each goes out once, unchanged, and nothing else is asked: no shorter name
 * (RFC 9156 is for full resolvers) and none with a suffix. */
START_TEST(ordinary_name_is_sent_in_full_to_one_server_B22_B24_B25_B26_B28) {
  static const char *const names[] = {
      "notlocalhost",  "localhost.example",        "test",
      "example",       "1.0.168.192.in-addr.arpa", "_dns.resolver.arpa",
      "ipv4only.arpa", "a.b.c.d.example.com",      "www.example.com."};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const stubdns_question_t question =
        world_question(names[i], STUBDNS_TYPE_AAAA);
    stubdns_message_t query;
    world_begin(&w, 2, NULL);
    ck_assert(world_ask_name(&w, names[i], STUBDNS_TYPE_AAAA, NULL, NULL));
    world_drain(&w);
    world_reply(&w, &w.sent[0], REPLY_NXDOMAIN);
    ck_assert_uint_eq(w.sent_count, 1);
    ck_assert_uint_eq(w.done_count, 1);
    ck_assert(!w.done[0].answer.is_special);
    ck_assert_int_eq(
        stubdns_message_parse(&query, w.sent[0].octets, w.sent[0].length, 0),
        0);
    ck_assert(stubdns_message_asks(&query, &question, 0));
    world_end(&w);
  }
}
END_TEST

START_TEST(special_name_is_sent_where_the_user_wants_it_B24) {
  const stubdns_lookup_options_t options = {.flags =
                                                STUBDNS_LOOKUP_SEND_SPECIAL};
  world_begin(&w, 1, NULL);
  ck_assert(world_ask_name(&w, special_rows[_i].name, special_rows[_i].type,
                           NULL, &options));
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert(!w.done[0].answer.is_special);
  ck_assert_uint_eq(w.done[0].answer.server.port, 1);
  world_end(&w);
}
END_TEST

START_TEST(special_name_needs_no_server) {
  world_begin(&w, 0, NULL);
  ck_assert(world_ask_name(&w, "localhost", STUBDNS_TYPE_A, NULL, NULL));
  ck_assert(!world_ask_name(&w, "example.com", STUBDNS_TYPE_A, NULL, NULL));
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_int_eq(w.done[0].status, 0);
  world_end(&w);
}
END_TEST

START_TEST(special_lookup_can_be_cancelled_until_it_is_handed_out) {
  world_begin(&w, 1, NULL);
  struct stubdns__request *const request =
      world_ask_name(&w, "localhost", STUBDNS_TYPE_A, NULL, NULL);
  stubdns__core_cancel(w.core, request, w.now_us);
  world_ask_name(&w, "localhost", STUBDNS_TYPE_A, NULL, NULL);
  stubdns__core_close(w.core, w.now_us);
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, 2);
  for (size_t i = 0; i < 2; i++) {
    ck_assert_int_eq(w.done[i].status, STUBDNS_ECANCELED);
    ck_assert(!w.done[i].has_message);
    ck_assert(!w.done[i].answer.is_special);
  }
  world_end(&w);
}
END_TEST

START_TEST(special_lookup_without_memory_does_not_begin_T11) {
  for (size_t fail_at = 1; fail_at <= 2; fail_at++) {
    world_begin(&w, 1, NULL);
    w.fail_at = w.allocation_count + fail_at;
    const stubdns_question_t question = world_question("localhost", 1);
    struct stubdns__request *request;
    ck_assert_int_eq(
        stubdns__core_start(w.core, &question, NULL, NULL, w.now_us, &request),
        STUBDNS_ENOMEM);
    ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 0);
    world_drain(&w);
    ck_assert_uint_eq(w.done_count, 0);
    world_end(&w);
  }
}
END_TEST

Suite *test_suite(void) {
  const int rows = (int)(sizeof special_rows / sizeof special_rows[0]);
  TCase *const cases = tcase_create("special_lookup");
  tcase_add_loop_test(cases, special_name_costs_no_datagram_B24_D11, 0, rows);
  tcase_add_test(
      cases, ordinary_name_is_sent_in_full_to_one_server_B22_B24_B25_B26_B28);
  tcase_add_loop_test(cases, special_name_is_sent_where_the_user_wants_it_B24,
                      0, rows);
  tcase_add_test(cases, special_name_needs_no_server);
  tcase_add_test(cases, special_lookup_can_be_cancelled_until_it_is_handed_out);
  tcase_add_test(cases, special_lookup_without_memory_does_not_begin_T11);
  Suite *const suite = suite_create("resolver/special_lookup");
  suite_add_tcase(suite, cases);
  return suite;
}
