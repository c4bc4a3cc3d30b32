/* src/resolver: lookups over TCP.  One connection to each server carries any
 * number of queries, and what befalls it is told to each of them. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;

#define REPLY_TRUNCATED (REPLY_ANSWER | STUBDNS_FLAG_TC)

static const stubdns_lookup_options_t over_tcp = {.flags = STUBDNS_LOOKUP_TCP};
static const stubdns_lookup_options_t without_tcp = {.flags =
                                                         STUBDNS_LOOKUP_NO_TCP};

static void expect_done(size_t index, int status) {
  ck_assert_uint_gt(w.done_count, index);
  ck_assert_int_eq(w.done[index].status, status);
}

static int has_event(const struct done *done, enum stubdns_event_kind kind) {
  for (size_t i = 0; i < done->event_count; i++)
    if (done->events[i].kind == kind) return 1;
  return 0;
}

/* A lookup whose reply over UDP is truncated at 10 ms. */
static void begin_truncated(unsigned server_count) {
  world_begin(&w, server_count, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 10 * MS);
  world_reply(&w, &w.sent[0], REPLY_TRUNCATED);
}

START_TEST(truncated_reply_is_replaced_by_the_whole_one_over_tcp_T12) {
  begin_truncated(2);
  ck_assert_uint_eq(w.done_count, 0);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert(!w.sent[0].socket->is_tcp && w.sent[1].socket->is_tcp);
  ck_assert_uint_eq(w.sent[1].socket->server_port, 1);
  ck_assert_uint_eq(w.sent[1].time_us, 10 * MS);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect_done(0, 0);
  const struct done *const done = &w.done[0];
  ck_assert(!done->answer.truncated);
  ck_assert_uint_eq(done->record_count, 1);
  ck_assert_uint_eq(done->answer.send_count, 2);
  ck_assert_uint_eq(done->event_count, 4);
  ck_assert_int_eq(done->events[1].kind, STUBDNS_EVENT_TRUNCATED);
  ck_assert(!done->events[1].tcp && done->events[2].tcp);
  ck_assert_int_eq(done->events[3].kind, STUBDNS_EVENT_ANSWERED);
  world_end(&w);
}
END_TEST

START_TEST(truncated_reply_to_another_question_opens_no_connection_T13) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  struct sent other = w.sent[0];
  other.octets[13] ^= 1;
  world_reply(&w, &other, REPLY_TRUNCATED);
  other = w.sent[0];
  other.octets[0] ^= 1;
  world_reply(&w, &other, REPLY_TRUNCATED);
  ck_assert_uint_eq(w.opened_count, 1);
  ck_assert_uint_eq(w.sent_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_done(0, 0);
  ck_assert_uint_eq(w.done[0].answer.drop_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(truncated_message_is_handed_out_marked_where_tcp_is_unwanted_T12) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &without_tcp);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_TRUNCATED);
  expect_done(0, 0);
  ck_assert(w.done[0].answer.truncated);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}
END_TEST

static void expect_truncated(void) {
  expect_done(0, 0);
  ck_assert(w.done[0].answer.truncated);
  ck_assert(w.done[0].has_message);
}

START_TEST(truncated_message_is_handed_out_marked_where_tcp_is_refused_T12) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  w.open_trouble = STUBDNS__TROUBLE_REFUSED;
  world_reply(&w, &w.sent[0], REPLY_TRUNCATED);
  world_run(&w);
  expect_truncated();
  ck_assert_uint_eq(w.done[0].time_us, 100 * MS);
  ck_assert(has_event(&w.done[0], STUBDNS_EVENT_REFUSED));
  world_end(&w);
}
END_TEST

/* Or whoever forges a truncated reply would keep the true one away. */
START_TEST(true_answer_wins_over_a_truncated_one_where_tcp_is_refused_M10) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  w.open_trouble = STUBDNS__TROUBLE_REFUSED;
  world_reply(&w, &w.sent[0], REPLY_TRUNCATED);
  world_sleep_until(&w, 80 * MS);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_done(0, 0);
  ck_assert(!w.done[0].answer.truncated);
  world_end(&w);
}
END_TEST

START_TEST(truncated_message_is_handed_out_marked_where_tcp_is_silent_T12) {
  begin_truncated(1);
  world_run(&w);
  expect_truncated();
  ck_assert_uint_eq(w.done[0].time_us, 5000 * MS);
  world_end(&w);
}
END_TEST

/* An answer over UDP still counts, whoever gives it. */
START_TEST(whole_reply_over_udp_wins_while_tcp_is_silent_M18) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 450 * MS);
  ck_assert_uint_eq(w.sent_count, 2);
  world_reply(&w, &w.sent[1], REPLY_TRUNCATED);
  ck_assert_uint_eq(w.sent[2].socket->server_port, 2);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_done(0, 0);
  ck_assert(!w.done[0].answer.truncated);
  world_end(&w);
}
END_TEST

#define MANY 50

/* Replies come in the order of a walk with a step that is prime to their
 * number. */
START_TEST(one_connection_carries_many_queries_with_replies_in_any_order_T14) {
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < MANY; i++)
    world_ask(&w, &w.sent[i], &over_tcp);
  world_drain(&w);
  ck_assert_uint_eq(w.opened_count, 1);
  ck_assert_uint_eq(w.sent_count, MANY);
  for (size_t i = 0; i < MANY; i++)
    for (size_t j = 0; j < i; j++)
      ck_assert_uint_ne(w.sent[i].id, w.sent[j].id);
  for (size_t i = 0; i < MANY; i++) {
    const struct sent *const sent = &w.sent[i * 7 % MANY];
    world_reply(&w, sent, REPLY_ANSWER);
    expect_done(i, 0);
    ck_assert_ptr_eq(w.done[i].user, sent);
  }
  world_end(&w);
}
END_TEST

START_TEST(id_that_is_in_use_on_a_connection_is_not_given_again_T14) {
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 3; i++) {
    w.random_state = 7; /* the same ID is drawn again and again */
    world_ask(&w, NULL, &over_tcp);
  }
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 3);
  ck_assert_uint_ne(w.sent[1].id, w.sent[0].id);
  ck_assert_uint_ne(w.sent[2].id, w.sent[0].id);
  ck_assert_uint_ne(w.sent[2].id, w.sent[1].id);
  world_end(&w);
}
END_TEST

START_TEST(reply_over_tcp_must_have_the_question_as_well_T14) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  struct sent other = w.sent[0];
  other.octets[13] ^= 1;
  world_reply(&w, &other, REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 0);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_done(0, 0);
  ck_assert_uint_eq(w.done[0].answer.drop_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(idle_connection_is_used_again_then_closed_T14) {
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 3; i++) {
    world_ask(&w, NULL, &over_tcp);
    world_drain(&w);
    world_reply(&w, &w.sent[i], REPLY_ANSWER);
    world_sleep_until(&w, (i + 1) * (IDLE_US - MS));
    ck_assert_uint_eq(w.descriptor_count, 1);
  }
  ck_assert_uint_eq(w.opened_count, 1);
  world_sleep_until(&w, 2 * (IDLE_US - MS) + IDLE_US);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  ck_assert_uint_eq(w.opened_count, 2);
  world_reply(&w, &w.sent[3], REPLY_ANSWER);
  expect_done(3, 0);
  world_end(&w);
}
END_TEST

START_TEST(connection_that_the_server_closes_while_idle_is_closed_T14) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  world_trouble(&w, &w.sent[0], STUBDNS__TROUBLE_CLOSED);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect_done(1, 0);
  world_end(&w);
}
END_TEST

/* RFC 7766 section 6.2.4. */
START_TEST(queries_on_a_connection_that_breaks_go_over_a_new_one_T14) {
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 3; i++)
    world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  world_trouble(&w, &w.sent[0], STUBDNS__TROUBLE_CLOSED);
  ck_assert_uint_eq(w.opened_count, 2);
  ck_assert_uint_eq(w.descriptor_count, 1);
  ck_assert_uint_eq(w.sent_count, 6);
  for (size_t i = 0; i < 3; i++) {
    world_reply(&w, &w.sent[3 + i], REPLY_ANSWER);
    expect_done(i, 0);
    ck_assert(has_event(&w.done[i], STUBDNS_EVENT_CLOSED));
  }
  world_end(&w);
}
END_TEST

START_TEST(server_that_always_closes_is_told_apart_T14) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  world_trouble(&w, &w.sent[0], STUBDNS__TROUBLE_CLOSED);
  world_trouble(&w, &w.sent[1], STUBDNS__TROUBLE_CLOSED);
  expect_done(0, STUBDNS_ECLOSED);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(connections_are_closed_with_the_core) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  stubdns__core_close(w.core, w.now_us);
  world_drain(&w);
  expect_done(1, STUBDNS_ECANCELED);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_end(&w);
}
END_TEST

START_TEST(idle_connection_gives_its_descriptor_to_whoever_lacks_one_T23) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  w.descriptor_max = 1;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_eq(w.sent[1].time_us, 0);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect_done(1, 0);
  world_end(&w);
}
END_TEST

/* Or it would be asked without EDNS for nothing. */
START_TEST(silence_over_tcp_says_nothing_about_edns_M26) {
  begin_truncated(1);
  world_run(&w);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent[2].octets[11], 1);
  world_end(&w);
}
END_TEST

/* There are more queries than one connection takes. */
START_TEST(further_connection_is_opened_when_one_is_full_T14) {
  const struct stubdns__core_options options = {.in_flight_max = 2000};
  world_begin(&w, 1, &options);
  for (size_t i = 0; i < 1500; i++)
    world_ask(&w, NULL, &over_tcp);
  world_drain(&w);
  ck_assert_uint_eq(w.opened_count, 2);
  ck_assert_uint_eq(w.sent_count, 1500);
  ck_assert_ptr_ne(w.sent[1023].socket, w.sent[1024].socket);
  world_end(&w);
}
END_TEST

/* Its ID may have been used on the connection that there is. */
START_TEST(query_with_a_fixed_id_has_a_connection_of_its_own_T14) {
  const stubdns_query_t query = {.id = 7, .flags = STUBDNS_FLAG_RD};
  const stubdns_lookup_options_t fixed = {
      .flags = STUBDNS_LOOKUP_TCP | STUBDNS_LOOKUP_FIXED_ID, .query = &query};
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 3; i++)
    world_ask(&w, NULL, &fixed);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 3);
  ck_assert_uint_eq(w.opened_count, 3);
  for (size_t i = 0; i < 3; i++) {
    ck_assert_uint_eq(w.sent[i].id, 7);
    world_reply(&w, &w.sent[i], REPLY_ANSWER);
    expect_done(i, 0);
  }
  world_end(&w);
}
END_TEST

/* Half of all IDs: then a new one is hard to find. */
START_TEST(connection_carries_32768_queries_T14) {
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i <= 32768; i++) {
    if (w.opened_count != (i > 0)) ck_abort_msg("opened before query %zu", i);
    w.sent_count = 0;
    w.done_count = 0;
    world_ask(&w, NULL, &over_tcp);
    world_drain(&w);
    if (i == 32768) break;
    world_reply(&w, &w.sent[0], REPLY_ANSWER);
  }
  ck_assert_uint_eq(w.opened_count, 2);
  world_end(&w);
}
END_TEST

/* RFC 5452 section 9.3: a right guess after so many wrong ones is no answer. */
START_TEST(lookup_under_attack_goes_over_tcp_and_says_so_M11) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  struct sent wrong = w.sent[0];
  wrong.octets[0] ^= 1;
  for (size_t i = 0; i < 100; i++) {
    ck_assert_uint_eq(w.sent_count, 1);
    world_reply(&w, &wrong, REPLY_ANSWER);
  }
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert(w.sent[1].socket->is_tcp);
  ck_assert_uint_eq(w.log_count, 103); /* sent, ignored, attack, sent */
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 0);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect_done(0, 0);
  ck_assert(w.done[0].answer.under_attack);
  size_t attacks = 0;
  for (size_t i = 0; i < w.done[0].event_count; i++)
    attacks += w.done[0].events[i].kind == STUBDNS_EVENT_UNDER_ATTACK;
  ck_assert_uint_eq(attacks, 1);
  world_end(&w);
}
END_TEST

static void add_truncation_tests(TCase *cases) {
  tcase_add_test(cases,
                 truncated_reply_is_replaced_by_the_whole_one_over_tcp_T12);
  tcase_add_test(cases,
                 truncated_reply_to_another_question_opens_no_connection_T13);
  tcase_add_test(
      cases, truncated_message_is_handed_out_marked_where_tcp_is_unwanted_T12);
  tcase_add_test(
      cases, truncated_message_is_handed_out_marked_where_tcp_is_refused_T12);
  tcase_add_test(
      cases, true_answer_wins_over_a_truncated_one_where_tcp_is_refused_M10);
  tcase_add_test(
      cases, truncated_message_is_handed_out_marked_where_tcp_is_silent_T12);
  tcase_add_test(cases, whole_reply_over_udp_wins_while_tcp_is_silent_M18);
  tcase_add_test(cases, silence_over_tcp_says_nothing_about_edns_M26);
  tcase_add_test(cases, lookup_under_attack_goes_over_tcp_and_says_so_M11);
}

static void add_connection_tests(TCase *cases) {
  tcase_add_test(
      cases, one_connection_carries_many_queries_with_replies_in_any_order_T14);
  tcase_add_test(cases,
                 id_that_is_in_use_on_a_connection_is_not_given_again_T14);
  tcase_add_test(cases, reply_over_tcp_must_have_the_question_as_well_T14);
  tcase_add_test(cases, idle_connection_is_used_again_then_closed_T14);
  tcase_add_test(cases,
                 connection_that_the_server_closes_while_idle_is_closed_T14);
  tcase_add_test(cases,
                 queries_on_a_connection_that_breaks_go_over_a_new_one_T14);
  tcase_add_test(cases, server_that_always_closes_is_told_apart_T14);
  tcase_add_test(cases, connections_are_closed_with_the_core);
  tcase_add_test(cases,
                 idle_connection_gives_its_descriptor_to_whoever_lacks_one_T23);
  tcase_add_test(cases, query_with_a_fixed_id_has_a_connection_of_its_own_T14);
  tcase_add_test(cases, connection_carries_32768_queries_T14);
  tcase_add_test(cases, further_connection_is_opened_when_one_is_full_T14);
}

Suite *test_suite(void) {
  TCase *const cases = tcase_create("tcp");
  add_truncation_tests(cases);
  add_connection_tests(cases);
  Suite *const suite = suite_create("resolver/tcp");
  suite_add_tcase(suite, cases);
  return suite;
}
