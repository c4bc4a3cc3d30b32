/* src/resolver: the course of lookups, from the first query to the answer, on a
 * network that is written down. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;

static void expect_done(size_t index, int status, unsigned rcode) {
  ck_assert_uint_gt(w.done_count, index);
  const struct done *done = &w.done[index];
  ck_assert_int_eq(done->status, status);
  ck_assert_int_eq(done->has_message, status == 0);
  if (status == 0) ck_assert_uint_eq(done->rcode, rcode);
}

START_TEST(lookup_gives_the_answer_of_the_server) {
  int user;
  world_begin(&w, 1, NULL);
  world_ask(&w, &user, NULL);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 1);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  world_sleep_until(&w, 30 * MS);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_done(0, 0, STUBDNS_RCODE_NOERROR);
  const struct done *done = &w.done[0];
  ck_assert_ptr_eq(done->user, &user);
  ck_assert_uint_eq(done->answer.rtt_us, 30 * MS);
  ck_assert_uint_eq(done->answer.send_count, 1);
  ck_assert_uint_eq(done->answer.drop_count, 0);
  ck_assert_ptr_null(done->answer.drop_reason);
  ck_assert_uint_eq(done->answer.server.port, 1);
  ck_assert_uint_eq(done->answer.question.type, 1);
  ck_assert_uint_eq(done->answer.question.name.length, 17);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 0);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_end(&w);
}
END_TEST

START_TEST(lookup_never_completes_inside_start) {
  world_begin(&w, 1, NULL);
  w.random_fails = 1;
  world_ask(&w, NULL, NULL);
  ck_assert_uint_eq(w.done_count, 0);
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(lookup_takes_nxdomain_as_an_answer) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_NXDOMAIN);
  expect_done(0, 0, STUBDNS_RCODE_NXDOMAIN);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}
END_TEST

/* Each attempt has a socket and an ID of its own. */
START_TEST(lookup_sends_each_attempt_on_a_fresh_path_with_a_fresh_id_M18_T1) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 4000 * MS);
  ck_assert_uint_eq(w.sent_count, 4);
  for (size_t i = 1; i < 4; i++) {
    ck_assert_ptr_ne(w.sent[i].socket, w.sent[i - 1].socket);
    ck_assert_uint_ne(w.sent[i].id, w.sent[i - 1].id);
    ck_assert(w.sent[i].socket->is_open);
  }
  world_end(&w);
}
END_TEST

/* What a query allows its reply: 512 octets without an OPT record.  That
 * is its last 11 octets, where there are no options. */
static unsigned payload_size(const struct sent *sent) {
  const uint8_t *const opt = sent->octets + sent->length - 11;
  return sent->octets[11] ? opt[3] * 256u + opt[4] : 512;
}

/* Every link of IPv6 carries packets of 1280 octets in one piece; 48 of them
 * are the headers of IPv6 and UDP.  After two silences one query is plain, for
 * EDNS may be what does not get through. */
START_TEST(no_query_allows_a_reply_that_needs_fragments_T16) {
  static const unsigned sizes[] = {1280 - 48, 1280 - 48, 512, 1280 - 48};
  const stubdns_lookup_options_t options = {.flags = STUBDNS_LOOKUP_NO_COOKIE};
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &options);
  world_run(&w);
  ck_assert_uint_eq(w.sent_count, 4);
  for (size_t i = 0; i < 4; i++)
    ck_assert_uint_eq(payload_size(&w.sent[i]), sizes[i]);
  world_end(&w);
}
END_TEST

START_TEST(lookup_accepts_a_late_answer_to_any_attempt_M18) {
  const size_t attempt = (size_t)_i;
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 3000 * MS);
  ck_assert_uint_eq(w.sent_count, 5);
  world_reply(&w, &w.sent[attempt], REPLY_ANSWER);
  expect_done(0, 0, STUBDNS_RCODE_NOERROR);
  ck_assert_uint_eq(w.done[0].time_us, 3000 * MS);
  ck_assert_uint_eq(w.done[0].answer.server.port, attempt % 2 + 1);
  ck_assert_uint_eq(w.done[0].answer.rtt_us,
                    3000 * MS - w.sent[attempt].time_us);
  for (size_t i = 0; i < 5; i++)
    ck_assert(!world_reply(&w, &w.sent[i], REPLY_ANSWER));
  ck_assert_uint_eq(w.done_count, 1);
  world_end(&w);
}
END_TEST

static void lose_everything_for_a_second(uint64_t seed) {
  world_begin(&w, 1, NULL);
  w.random_state = seed;
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 1000 * MS);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_ge(w.sent[1].time_us, 360 * MS);
  ck_assert_uint_le(w.sent[1].time_us, 440 * MS);
  world_end(&w);
}

/* Whatever the random numbers, a cold lookup whose first packet is lost is
 * answered within 0.5 s, and a server that takes 1 s is sent two packets. */
START_TEST(lookup_sends_again_within_half_a_second_but_not_thrice_in_one_T6) {
  for (uint64_t seed = 0; seed < 200; seed++)
    lose_everything_for_a_second(seed);
}
END_TEST

START_TEST(lookup_waits_by_what_it_learned_of_the_server) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 20 * MS);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 20 * MS + 187 * MS + 500);
  ck_assert_uint_eq(w.sent_count, 3);
  ck_assert_uint_ge(w.sent[2].time_us - w.sent[1].time_us, 112 * MS);
  world_end(&w);
}
END_TEST

START_TEST(lookup_ends_exactly_at_its_deadline_T8) {
  const stubdns_lookup_options_t options = {.deadline_ms = 1234};
  world_begin(&w, 3, NULL);
  world_ask(&w, NULL, NULL);
  world_ask(&w, NULL, &options);
  world_run(&w);
  expect_done(0, STUBDNS_ETIMEOUT, 0);
  expect_done(1, STUBDNS_ETIMEOUT, 0);
  ck_assert_uint_eq(w.done[0].time_us, 1234 * MS);
  ck_assert_uint_eq(w.done[1].time_us, 5000 * MS);
  ck_assert_uint_ge(w.done[1].answer.send_count, 6);
  world_end(&w);
}
END_TEST

START_TEST(lookup_survives_a_clock_that_jumps_or_stands_T8) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  stubdns__core_on_time(w.core, w.now_us - 1000 * MS);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  w.now_us -= 1000 * MS;
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done[0].answer.rtt_us, 0);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  w.now_us += (uint64_t)86400 * 1000 * MS;
  stubdns__core_on_time(w.core, w.now_us);
  world_drain(&w);
  expect_done(1, STUBDNS_ETIMEOUT, 0);
  world_end(&w);
}
END_TEST

START_TEST(lookup_goes_to_the_next_server_when_one_has_an_error) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 5 * MS);
  world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_eq(w.sent[1].socket->server_port, 2);
  ck_assert_uint_eq(w.sent[1].time_us, 5 * MS);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect_done(0, 0, STUBDNS_RCODE_NOERROR);
  ck_assert_uint_eq(w.done[0].answer.server.port, 2);
  world_end(&w);
}
END_TEST

/* Replies with `flags` to everything that is sent, until the lookup ends. */
static void reply_to_all(unsigned flags) {
  size_t replied = 0;
  world_drain(&w);
  while (stubdns__core_lookup_count(w.core) > 0) {
    if (replied < w.sent_count)
      world_reply(&w, &w.sent[replied++], flags);
    else
      world_sleep_until(&w, w.now_us - WORLD_BEGIN_US + MS);
  }
}

START_TEST(lookup_ends_at_once_when_all_servers_say_the_error_twice) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  reply_to_all(REPLY_REFUSED);
  expect_done(0, 0, STUBDNS_RCODE_REFUSED);
  ck_assert_uint_eq(w.sent_count, 4);
  ck_assert_uint_eq(w.done[0].answer.server.port, 1);
  ck_assert_uint_le(w.done[0].time_us, 110 * MS);
  ck_assert_uint_eq(w.done[0].answer.rtt_us, 0);
  world_end(&w);
}
END_TEST

START_TEST(lookup_gives_the_error_reply_when_nothing_better_comes) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 5 * MS);
  world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_run(&w);
  expect_done(0, 0, STUBDNS_RCODE_SERVFAIL);
  ck_assert_uint_eq(w.done[0].time_us, 5000 * MS);
  ck_assert_uint_eq(w.done[0].answer.server.port, 1);
  ck_assert_uint_eq(w.done[0].answer.rtt_us, 5 * MS);
  world_end(&w);
}
END_TEST

START_TEST(lookup_gives_the_error_reply_that_explains_most) {
  world_begin(&w, 3, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_REFUSED);
  world_reply(&w, &w.sent[1], REPLY_SERVFAIL);
  world_reply(&w, &w.sent[2], REPLY_REFUSED);
  world_run(&w);
  expect_done(0, 0, STUBDNS_RCODE_SERVFAIL);
  ck_assert_uint_eq(w.done[0].answer.server.port, 2);
  world_end(&w);
}
END_TEST

START_TEST(lookup_accepts_the_answer_behind_an_error_reply_to_the_same_query) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_sleep_until(&w, 80 * MS);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_done(0, 0, STUBDNS_RCODE_NOERROR);
  ck_assert_uint_eq(w.sent_count, 1);
  ck_assert_uint_eq(w.done[0].answer.rtt_us, 80 * MS);
  world_end(&w);
}
END_TEST

START_TEST(lookup_tells_when_every_port_is_shut_T10) {
  size_t refused = 0;
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  while (w.done_count == 0) {
    if (refused < w.sent_count)
      world_trouble(&w, &w.sent[refused++], STUBDNS__TROUBLE_REFUSED);
    else
      world_sleep_until(&w, w.now_us - WORLD_BEGIN_US + 10 * MS);
  }
  expect_done(0, STUBDNS_EREFUSED, 0);
  ck_assert_uint_eq(w.sent_count, 8);
  ck_assert_uint_ge(w.done[0].time_us, 2520 * MS);
  world_end(&w);
}
END_TEST

START_TEST(lookup_accepts_the_answer_behind_a_forged_refusal_T10) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_trouble(&w, &w.sent[0], STUBDNS__TROUBLE_REFUSED);
  world_sleep_until(&w, 80 * MS);
  ck_assert_uint_eq(w.sent_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_done(0, 0, STUBDNS_RCODE_NOERROR);
  world_end(&w);
}
END_TEST

START_TEST(lookup_tells_when_no_query_could_be_sent_T11) {
  world_begin(&w, 2, NULL);
  w.open_trouble = STUBDNS__TROUBLE_UNREACHABLE;
  world_ask(&w, NULL, NULL);
  world_run(&w);
  expect_done(0, STUBDNS_EUNREACHABLE, 0);
  ck_assert_uint_eq(w.sent_count, 0);
  ck_assert_uint_eq(w.done[0].answer.send_count, 0);
  world_end(&w);
}
END_TEST

START_TEST(lookup_tells_when_every_send_failed_T11) {
  world_begin(&w, 1, NULL);
  w.send_trouble = STUBDNS__TROUBLE_UNREACHABLE;
  world_ask(&w, NULL, NULL);
  world_run(&w);
  expect_done(0, STUBDNS_EUNREACHABLE, 0);
  world_end(&w);
}
END_TEST

static void add_course_tests(TCase *cases) {
  tcase_add_test(cases, lookup_gives_the_answer_of_the_server);
  tcase_add_test(cases, lookup_never_completes_inside_start);
  tcase_add_test(cases, lookup_takes_nxdomain_as_an_answer);
  tcase_add_test(cases, no_query_allows_a_reply_that_needs_fragments_T16);
  tcase_add_test(
      cases, lookup_sends_each_attempt_on_a_fresh_path_with_a_fresh_id_M18_T1);
  tcase_add_loop_test(cases, lookup_accepts_a_late_answer_to_any_attempt_M18, 0,
                      5);
  tcase_add_test(
      cases, lookup_sends_again_within_half_a_second_but_not_thrice_in_one_T6);
  tcase_add_test(cases, lookup_waits_by_what_it_learned_of_the_server);
  tcase_add_test(cases, lookup_ends_exactly_at_its_deadline_T8);
  tcase_add_test(cases, lookup_survives_a_clock_that_jumps_or_stands_T8);
}

static void add_soft_tests(TCase *cases) {
  tcase_add_test(cases, lookup_goes_to_the_next_server_when_one_has_an_error);
  tcase_add_test(cases,
                 lookup_ends_at_once_when_all_servers_say_the_error_twice);
  tcase_add_test(cases, lookup_gives_the_error_reply_when_nothing_better_comes);
  tcase_add_test(cases, lookup_gives_the_error_reply_that_explains_most);
  tcase_add_test(
      cases, lookup_accepts_the_answer_behind_an_error_reply_to_the_same_query);
  tcase_add_test(cases, lookup_tells_when_every_port_is_shut_T10);
  tcase_add_test(cases, lookup_accepts_the_answer_behind_a_forged_refusal_T10);
  tcase_add_test(cases, lookup_tells_when_no_query_could_be_sent_T11);
  tcase_add_test(cases, lookup_tells_when_every_send_failed_T11);
}

Suite *test_suite(void) {
  TCase *const cases = tcase_create("core");
  add_course_tests(cases);
  add_soft_tests(cases);
  Suite *const suite = suite_create("resolver/core");
  suite_add_tcase(suite, cases);
  return suite;
}
