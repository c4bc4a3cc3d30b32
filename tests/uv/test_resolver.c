/* src/uv/resolver.c and socket.c: lookups over real sockets on loopback. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct client client;
static struct responder responder;
static struct responder second;

static const struct turn drops = {{{PACKET_NONE, 0}}};
static const struct turn answers = {{{PACKET_ANSWER, 0}}};

static void begin(const struct turn *turns, size_t turn_count,
                  const stubdns_resolver_options_t *options) {
  client_open(&client, options);
  responder_open(&responder, &client.loop, turns, turn_count);
  client_add(&client, &responder.address);
}

static void end(void) {
  responder_close(&responder);
  client_close(&client);
}

START_TEST(lookup_gets_the_answer) {
  begin(&answers, 1, NULL);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(result.answer.send_count, 1);
  ck_assert_uint_eq(result.answer.drop_count, 0);
  ck_assert_ptr_null(result.answer.drop_reason);
  ck_assert(stubdns_address_equal(&result.answer.server, &responder.address));
  ck_assert_uint_eq(result.answer.question.type, STUBDNS_TYPE_A);
  ck_assert_uint_lt(result.answer.rtt_us, 1000000);
  end();
}
END_TEST

/* Replies come from 127.0.0.1. */
START_TEST(server_that_is_named_in_another_way_is_asked_T20) {
  static const stubdns_address_t names[] = {
      {4, {0}, 0, 0}, {16, {[10] = 0xff, 0xff, 127, 0, 0, 1}, 0, 0}};
  stubdns_address_t server = names[_i];
  client_open(&client, NULL);
  responder_open(&responder, &client.loop, &answers, 1);
  server.port = responder.address.port;
  client_add(&client, &server);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert(stubdns_address_equal(&result.answer.server, &responder.address));
  end();
}
END_TEST

START_TEST(server_without_a_link_is_refused_T20) {
  const stubdns_address_t server = {16, {0xfe, 0x80, [15] = 1}, 53, 0};
  client_open(&client, NULL);
  ck_assert_int_eq(stubdns_resolver_add_server(&client.resolver, &server),
                   STUBDNS_EINVALID);
  client_close(&client);
}
END_TEST

START_TEST(rcode_is_an_answer) {
  static const struct turn turn = {{{PACKET_NXDOMAIN, 0}}};
  begin(&turn, 1, NULL);
  struct result result;
  client_ask(&client, &result, "nothing.example.test.");
  client_run(&client);
  ck_assert_int_eq(result.status, 0);
  ck_assert_uint_eq(result.rcode, STUBDNS_RCODE_NXDOMAIN);
  end();
}
END_TEST

START_TEST(lost_query_is_sent_again_soon) {
  const struct turn turns[] = {drops, answers};
  begin(turns, 2, NULL);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(responder.query_count, 2);
  ck_assert_uint_ge(result.elapsed_ms, 150);
  ck_assert_uint_le(result.elapsed_ms, 700); /* 500 and a slow machine */
  end();
}
END_TEST

/* The first query is answered when two more are on their way. */
/* The loop is kept from its turn while the answer waits in the socket. */
START_TEST(answer_that_came_in_time_is_read_before_time_is_up) {
  begin(&answers, 1, NULL);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  while (responder.query_count == 0)
    uv_run(&client.loop, UV_RUN_NOWAIT);
  ck_assert_int_eq(result.callback_count, 0);
  uv_sleep(500); /* 440 at most are waited for a reply */
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(result.answer.send_count, 1);
  end();
}
END_TEST

START_TEST(late_answer_is_taken_M18) {
  static const struct turn turns[] = {{{{PACKET_ANSWER, 1500}}},
                                      {{{PACKET_NONE, 0}}}};
  begin(turns, 2, NULL);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_ge(result.elapsed_ms, 1490);
  ck_assert_uint_le(result.elapsed_ms, 2500);
  ck_assert_uint_ge(responder.query_count, 2);
  ck_assert_uint_ne(responder.ports[0], responder.ports[1]);
  end();
}
END_TEST

START_TEST(longest_datagram_arrives_whole_T4) {
  static const struct turn turn = {{{PACKET_LONGEST, 0}}};
  begin(&turn, 1, NULL);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(result.message_length, 65507);
  end();
}
END_TEST

START_TEST(silence_ends_at_the_deadline) {
  const stubdns_lookup_options_t options = {.deadline_ms = 700};
  begin(&drops, 1, NULL);
  struct result result;
  ck_assert_int_eq(client_try(&client, &result, "www.example.test",
                              STUBDNS_TYPE_A, &options),
                   0);
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 1);
  ck_assert_int_eq(result.status, STUBDNS_ETIMEOUT);
  ck_assert_int_eq(result.has_message, 0);
  ck_assert_uint_ge(result.elapsed_ms, 699);
  ck_assert_uint_le(result.elapsed_ms, 1200);
  ck_assert_uint_ge(responder.query_count, 2);
  ck_assert_uint_eq(result.answer.send_count, responder.query_count);
  end();
}
END_TEST

static void block(uv_timer_t *timer) {
  const uint64_t until = uv_hrtime() + 300000000;
  while (uv_hrtime() < until)
    continue;
  client_ask(&client, timer->data, "www.example.test");
  uv_close((uv_handle_t *)timer, NULL);
}

/* The loop's own time is 300 ms old when the lookup begins. */
START_TEST(deadline_counts_from_the_call_in_a_slow_callback_T9) {
  const stubdns_resolver_options_t options = {.deadline_ms = 400};
  begin(&drops, 1, &options);
  struct result result;
  uv_timer_t timer;
  uv_timer_init(&client.loop, &timer);
  timer.data = &result;
  uv_timer_start(&timer, block, 0, 0);
  client_run(&client);
  ck_assert_int_eq(result.status, STUBDNS_ETIMEOUT);
  ck_assert_uint_ge(result.elapsed_ms, 399);
  ck_assert_uint_le(result.elapsed_ms, 900);
  end();
}
END_TEST

START_TEST(closed_port_is_told_as_refused) {
  const stubdns_resolver_options_t options = {.deadline_ms = 600};
  client_open(&client, &options);
  const stubdns_address_t nobody = closed_address();
  client_add(&client, &nobody);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 1);
  ck_assert_int_eq(result.status, STUBDNS_EREFUSED);
  client_close(&client);
}
END_TEST

START_TEST(refusal_makes_the_next_server_be_asked_at_once_T10) {
  client_open(&client, NULL);
  responder_open(&responder, &client.loop, &answers, 1);
  const stubdns_address_t nobody = closed_address();
  client_add(&client, &nobody);
  client_add(&client, &responder.address);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert(stubdns_address_equal(&result.answer.server, &responder.address));
  ck_assert_uint_le(result.elapsed_ms, 350); /* sooner than a silent one's */
  end();
}
END_TEST

START_TEST(silent_server_makes_the_next_one_be_asked_T7) {
  begin(&drops, 1, NULL);
  responder_open(&second, &client.loop, &answers, 1);
  client_add(&client, &second.address);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(responder.query_count, 1);
  ck_assert_uint_eq(second.query_count, 1);
  ck_assert_uint_le(result.elapsed_ms, 700);
  responder_close(&second);
  end();
}
END_TEST

START_TEST(server_without_a_route_is_passed_over) {
  const stubdns_address_t nowhere = {16, {0xfe, 0x80, [15] = 1}, 53, 4294967};
  client_open(&client, NULL);
  client_add(&client, &nowhere);
  responder_open(&responder, &client.loop, &answers, 1);
  client_add(&client, &responder.address);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  end();
}
END_TEST

START_TEST(server_without_a_route_alone_is_unreachable) {
  const stubdns_resolver_options_t options = {.deadline_ms = 500};
  const stubdns_address_t nowhere = {16, {0xfe, 0x80, [15] = 1}, 53, 4294967};
  client_open(&client, &options);
  client_add(&client, &nowhere);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 1);
  ck_assert_int_eq(result.status, STUBDNS_EUNREACHABLE);
  client_close(&client);
}
END_TEST

static size_t count_distinct(const uint16_t *numbers, size_t count) {
  static uint8_t seen[65536];
  memset(seen, 0, sizeof seen);
  size_t distinct = 0;
  for (size_t i = 0; i < count; i++)
    distinct += !seen[numbers[i]]++;
  return distinct;
}

/* Asks for as many names at once. */
static struct result *ask_many(size_t count) {
  struct result *const results = calloc(count, sizeof *results);
  ck_assert_ptr_nonnull(results);
  for (size_t i = 0; i < count; i++) {
    char name[64];
    sprintf(name, "n%zu.example.test", i);
    client_ask(&client, &results[i], name);
  }
  return results;
}

START_TEST(lookups_at_once_go_out_from_many_ports_T1) {
  static const struct turn turn = {{{PACKET_ANSWER, 50}}};
  begin(&turn, 1, NULL);
  struct result *const results = ask_many(500);
  client_run(&client);
  for (size_t i = 0; i < 500; i++)
    assert_true_answer(&results[i]);
  const size_t count = responder.query_count;
  ck_assert_uint_ge(count_distinct(responder.ports, count), 200);
  ck_assert_uint_ge(count_distinct(responder.ids, count), 450);
  free(results);
  end();
}
END_TEST

/* Of 200 random numbers in a row about 100 are above the one before, and fewer
 * than 60 or more than 140 once in 10^20 runs. */
START_TEST(port_does_not_tell_the_next_one_T3) {
  begin(&answers, 1, NULL);
  struct result *const results = ask_many(200);
  client_run(&client);
  ck_assert_uint_ge(responder.query_count, 200);
  size_t rise_count = 0;
  for (size_t i = 1; i < 200; i++)
    rise_count += responder.ports[i] > responder.ports[i - 1];
  ck_assert_uint_ge(rise_count, 60);
  ck_assert_uint_le(rise_count, 140);
  free(results);
  end();
}
END_TEST

START_TEST(ten_thousand_lookups_at_once_are_all_answered) {
  const stubdns_resolver_options_t options = {.deadline_ms = 30000};
  begin(&answers, 1, &options);
  struct result *const results = ask_many(10000);
  client_run(&client);
  for (size_t i = 0; i < 10000; i++)
    assert_true_answer(&results[i]);
  free(results);
  end();
}
END_TEST

START_TEST(two_resolvers_share_a_loop) {
  static struct client other;
  begin(&answers, 1, NULL);
  const stubdns_resolver_options_t options = {.flags =
                                                  STUBDNS_NO_SYSTEM_SERVERS};
  ck_assert_int_eq(
      stubdns_resolver_init(&client.loop, &other.resolver, &options), 0);
  client_add(&other, &responder.address);
  struct result results[2];
  client_ask(&client, &results[0], "one.example.test");
  client_ask(&other, &results[1], "two.example.test");
  client_run(&client);
  assert_true_answer(&results[0]);
  assert_true_answer(&results[1]);
  stubdns_resolver_close(&other.resolver, NULL);
  client_ask(&client, &results[0], "three.example.test");
  client_run(&client);
  assert_true_answer(&results[0]);
  end();
}
END_TEST

START_TEST(idle_resolver_does_not_keep_the_loop_alive) {
  begin(&answers, 1, NULL);
  ck_assert_int_eq(uv_loop_alive(&client.loop), 0);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  ck_assert_int_ne(uv_loop_alive(&client.loop), 0);
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_int_eq(uv_loop_alive(&client.loop), 0);
  end();
}
END_TEST

/* Nothing can be sent to a server that is not there. */
START_TEST(wrong_arguments_are_told_at_once) {
  struct result result;
  const stubdns_address_t no_port = {4, {127, 0, 0, 1}, 0, 0};
  char label[65];
  memset(label, 'a', 64);
  label[64] = '\0';
  client_open(&client, NULL);
  stubdns_resolver_t *const r = &client.resolver;
  ck_assert_int_eq(client_try(&client, &result, "a.test", 1, NULL),
                   STUBDNS_ENOSERVER);
  ck_assert_int_eq(stubdns_resolver_add_server(r, &no_port), STUBDNS_EINVALID);
  const stubdns_address_t nobody = closed_address();
  client_add(&client, &nobody);
  ck_assert_int_eq(client_try(&client, &result, "a..test", 1, NULL),
                   STUBDNS_EEMPTYLABEL);
  ck_assert_int_eq(client_try(&client, &result, label, 1, NULL),
                   STUBDNS_ELABELTOOLONG);
  ck_assert_int_eq(client_try(&client, &result, "a\\25", 1, NULL),
                   STUBDNS_EBADESCAPE);
  ck_assert_int_eq(
      client_try(&client, &result, "a.test", STUBDNS_TYPE_OPT, NULL),
      STUBDNS_EBADTYPE);
  ck_assert_int_eq(client_try(&client, &result, NULL, 1, NULL),
                   STUBDNS_EINVALID);
  ck_assert_int_eq(stubdns_lookup(r, &result.lookup, "a.test", 1, NULL, NULL),
                   STUBDNS_EINVALID);
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 0);
  client_close(&client);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("resolver");
  tcase_set_timeout(cases, 120);
  tcase_add_test(cases, lookup_gets_the_answer);
  tcase_add_loop_test(cases, server_that_is_named_in_another_way_is_asked_T20,
                      0, 2);
  tcase_add_test(cases, server_without_a_link_is_refused_T20);
  tcase_add_test(cases, rcode_is_an_answer);
  tcase_add_test(cases, lost_query_is_sent_again_soon);
  tcase_add_test(cases, answer_that_came_in_time_is_read_before_time_is_up);
  tcase_add_test(cases, late_answer_is_taken_M18);
  tcase_add_test(cases, longest_datagram_arrives_whole_T4);
  tcase_add_test(cases, silence_ends_at_the_deadline);
  tcase_add_test(cases, deadline_counts_from_the_call_in_a_slow_callback_T9);
  tcase_add_test(cases, closed_port_is_told_as_refused);
  tcase_add_test(cases, refusal_makes_the_next_server_be_asked_at_once_T10);
  tcase_add_test(cases, silent_server_makes_the_next_one_be_asked_T7);
  tcase_add_test(cases, server_without_a_route_is_passed_over);
  tcase_add_test(cases, server_without_a_route_alone_is_unreachable);
  tcase_add_test(cases, lookups_at_once_go_out_from_many_ports_T1);
  tcase_add_test(cases, port_does_not_tell_the_next_one_T3);
  tcase_add_test(cases, ten_thousand_lookups_at_once_are_all_answered);
  tcase_add_test(cases, two_resolvers_share_a_loop);
  tcase_add_test(cases, idle_resolver_does_not_keep_the_loop_alive);
  tcase_add_test(cases, wrong_arguments_are_told_at_once);
  Suite *const suite = suite_create("uv/resolver");
  suite_add_tcase(suite, cases);
  return suite;
}
