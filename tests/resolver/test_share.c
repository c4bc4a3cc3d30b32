/* src/resolver/share.c: identical lookups under way share their packets and
 * nothing else. */
#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

#define COUNT 200

static struct world w;
static int users[COUNT];

static struct stubdns__request *ask(size_t user, uint32_t deadline_ms) {
  const stubdns_lookup_options_t options = {.deadline_ms = deadline_ms};
  struct stubdns__request *const request =
      world_ask_name(&w, "www.example.com", 1, &users[user], &options);
  ck_assert_ptr_nonnull(request);
  return request;
}

static const struct done *done_of(size_t user) {
  const struct done *found = NULL;
  for (size_t i = 0; i < w.done_count; i++)
    if (w.done[i].user == &users[user]) {
      ck_assert_ptr_null(found);
      found = &w.done[i];
    }
  return found;
}

static const struct done *expect(size_t user, int status, uint64_t time_ms) {
  const struct done *const done = done_of(user);
  ck_assert_ptr_nonnull(done);
  ck_assert_int_eq(done->status, status);
  ck_assert_uint_eq(done->time_us, time_ms * MS);
  return done;
}

START_TEST(identical_lookups_cost_one_packet_M16) {
  world_begin(&w, 2, NULL);
  for (size_t i = 0; i < COUNT; i++)
    ask(i, 0);
  world_sleep_until(&w, 30 * MS);
  ck_assert_uint_eq(w.sent_count, 1);
  ck_assert_uint_eq(w.opened_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, COUNT);
  for (size_t i = 0; i < COUNT; i++) {
    const struct done *const done = expect(i, 0, 30);
    ck_assert_mem_eq(done->address, "\xc0\0\2\1", 4);
    ck_assert_uint_eq(done->answer.rtt_us, 30 * MS);
    ck_assert_uint_eq(done->answer.server.port, 1);
    ck_assert_uint_eq(done->answer.send_count, 1);
    ck_assert_uint_eq(done->event_count, 2);
  }
  ask(0, 0); /* what has ended is not joined */
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(thousand_identical_lookups_cost_one_packet_M16) {
  world_begin(&w, 1, NULL);
  struct stubdns__request *requests[1000];
  for (size_t i = 0; i < 1000; i++)
    requests[i] = ask(i % COUNT, 0);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  for (size_t i = 0; i < 999; i++) {
    stubdns__core_cancel(w.core, requests[i], w.now_us);
    w.done_count = 0;
    world_drain(&w);
    ck_assert_uint_eq(w.done_count, 1);
    ck_assert_int_eq(w.done[0].status, STUBDNS_ECANCELED);
  }
  ck_assert_uint_eq(w.sent_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_int_eq(w.done[1].status, 0);
  world_end(&w);
}
END_TEST

START_TEST(only_what_is_sent_alike_is_shared) {
  static const stubdns_lookup_options_t rows[] = {
      {.flags = 0},
      {.flags = STUBDNS_LOOKUP_NO_COALESCE},
      {.flags = STUBDNS_LOOKUP_NO_COALESCE},
      {.flags = STUBDNS_LOOKUP_NO_RECURSION},
      {.flags = STUBDNS_LOOKUP_NO_EDNS},
      {.flags = STUBDNS_LOOKUP_DNSSEC_OK},
      {.flags = STUBDNS_LOOKUP_CHECKING_DISABLED},
      {.flags = STUBDNS_LOOKUP_AUTHENTIC_DATA},
      {.class_ = STUBDNS_CLASS_CH},
      {.payload_size = 512}};
  const size_t count = sizeof rows / sizeof rows[0];
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < count; i++)
    world_ask_name(&w, "www.example.com", 1, NULL, &rows[i]);
  world_ask_name(&w, "www.example.com", 28, NULL, NULL);
  world_ask_name(&w, "www.example.org", 1, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, count + 2);
  world_ask_name(&w, "WWW.example.com", 1, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, count + 2);
  const stubdns_address_t third = {.length = 4, .port = 3};
  ck_assert_int_eq(stubdns__core_add_server(w.core, &third), 0);
  world_ask_name(&w, "www.example.com", 1, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, count + 3);
  world_end(&w);
}
END_TEST

/* The first is cancelled: the second takes over, packets and all. */
START_TEST(cancelling_one_lookup_leaves_the_others_their_answer) {
  world_begin(&w, 1, NULL);
  struct stubdns__request *const first = ask(0, 0);
  ask(1, 0);
  world_drain(&w);
  world_sleep_until(&w, 20 * MS);
  ask(2, 0);
  stubdns__core_cancel(w.core, first, w.now_us);
  world_drain(&w);
  expect(0, STUBDNS_ECANCELED, 20);
  ck_assert_uint_eq(w.sent_count, 1);
  ck_assert_uint_eq(w.done_count, 1);
  ask(3, 0);
  world_sleep_until(&w, 30 * MS);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  for (size_t i = 1; i < 4; i++)
    ck_assert_uint_eq(expect(i, 0, 30)->event_count, 2);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(answer_to_other_capitals_is_an_answer_to_whoever_takes_over) {
  world_begin(&w, 1, NULL);
  struct stubdns__request *const first =
      world_ask_name(&w, "WWW.Example.com", 1, &users[0], NULL);
  ask(1, 0);
  world_drain(&w);
  stubdns__core_cancel(w.core, first, w.now_us);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(expect(1, 0, 0)->answer.drop_count, 0);
  world_end(&w);
}
END_TEST

START_TEST(follower_is_cancelled_alone) {
  world_begin(&w, 1, NULL);
  ask(0, 0);
  struct stubdns__request *const second = ask(1, 0);
  world_drain(&w);
  stubdns__core_cancel(w.core, second, w.now_us);
  world_drain(&w);
  expect(1, STUBDNS_ECANCELED, 0);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect(0, 0, 0);
  world_end(&w);
}
END_TEST

START_TEST(each_lookup_has_a_deadline_of_its_own) {
  world_begin(&w, 1, NULL);
  ask(0, 1000); /* leads */
  ask(1, 3000);
  ask(2, 500);
  ask(3, 2000);
  world_run(&w);
  expect(2, STUBDNS_ETIMEOUT, 500);
  expect(0, STUBDNS_ETIMEOUT, 1000);
  expect(3, STUBDNS_ETIMEOUT, 2000);
  const struct done *const last = expect(1, STUBDNS_ETIMEOUT, 3000);
  ck_assert_uint_eq(last->answer.send_count, w.sent_count);
  ck_assert_uint_eq(w.sent_count, 4);
  world_end(&w);
}
END_TEST

/* A reply that was kept explains to everyone why there is no answer. */
START_TEST(error_reply_is_everyones_explanation) {
  world_begin(&w, 2, NULL);
  ask(0, 200);
  ask(1, 300);
  ask(2, 100);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_run(&w);
  ck_assert_uint_eq(w.done_count, 3);
  static const uint64_t times_ms[] = {200, 300, 100};
  for (size_t i = 0; i < 3; i++) {
    const struct done *const done = expect(i, 0, times_ms[i]);
    ck_assert_uint_eq(done->rcode, STUBDNS_RCODE_SERVFAIL);
    ck_assert_uint_eq(done->answer.server.port, 1);
  }
  world_end(&w);
}
END_TEST

START_TEST(all_end_at_once_where_every_server_has_refused) {
  world_begin(&w, 1, NULL);
  ask(0, 0);
  ask(1, 4000);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_REFUSED);
  world_sleep_until(&w, 200 * MS);
  world_reply(&w, &w.sent[1], REPLY_REFUSED);
  ck_assert_uint_eq(expect(0, 0, 200)->rcode, STUBDNS_RCODE_REFUSED);
  ck_assert_uint_eq(expect(1, 0, 200)->rcode, STUBDNS_RCODE_REFUSED);
  world_end(&w);
}
END_TEST

START_TEST(lookup_that_waits_for_its_turn_is_followed_and_taken_over) {
  const struct stubdns__core_options options = {.in_flight_max = 1};
  world_begin(&w, 1, &options);
  world_ask(&w, NULL, NULL);
  struct stubdns__request *const waiting = ask(0, 0);
  ask(1, 0);
  ask(2, 0);
  world_drain(&w);
  stubdns__core_cancel(w.core, waiting, w.now_us);
  world_drain(&w);
  expect(0, STUBDNS_ECANCELED, 0);
  ck_assert_uint_eq(w.sent_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.sent_count, 2);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect(1, 0, 0);
  expect(2, 0, 0);
  world_end(&w);
}
END_TEST

START_TEST(lookup_that_waits_for_a_descriptor_is_taken_over) {
  world_begin(&w, 1, NULL);
  w.descriptor_max = 1;
  world_ask(&w, NULL, NULL);
  struct stubdns__request *const starved = ask(0, 0);
  ask(1, 0);
  world_drain(&w);
  stubdns__core_cancel(w.core, starved, w.now_us);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect(0, STUBDNS_ECANCELED, 0);
  ck_assert_uint_eq(w.sent_count, 2);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect(1, 0, 0);
  world_end(&w);
}
END_TEST

START_TEST(lookups_go_alone_while_there_is_no_randomness) {
  world_begin(&w, 1, NULL);
  w.random_fails = 1;
  ask(0, 0);
  ask(1, 0);
  world_drain(&w);
  expect(0, STUBDNS_ERANDOM, 0);
  expect(1, STUBDNS_ERANDOM, 0);
  w.random_fails = 0;
  ask(2, 0);
  ask(3, 0);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}
END_TEST

static struct stubdns__request *other;
static void cancel_other(struct world *world, void *user) {
  if (user == &users[0] && !done_of(1))
    stubdns__core_cancel(world->core, other, world->now_us);
}

static void ask_again(struct world *world, void *user) {
  if (user == &users[1] && world->done_count < 10) ask(9, 0);
}

/* Whoever began first is told first, and cancels the other. */
START_TEST(callback_may_cancel_whoever_shares_its_answer) {
  for (size_t leader = 0; leader < 2; leader++) {
    world_begin(&w, 1, NULL);
    struct stubdns__request *requests[2];
    requests[leader] = ask(leader, 0);
    requests[1 - leader] = ask(1 - leader, 0);
    other = requests[1];
    w.on_complete = cancel_other;
    world_drain(&w);
    world_reply(&w, &w.sent[0], REPLY_ANSWER);
    expect(0, 0, 0);
    expect(1, leader ? 0 : STUBDNS_ECANCELED, 0);
    world_end(&w);
  }
}
END_TEST

START_TEST(callback_that_asks_again_asks_anew) {
  world_begin(&w, 1, NULL);
  w.on_complete = ask_again;
  ask(0, 0);
  ask(1, 0);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_eq(w.done_count, 2);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  expect(9, 0, 0);
  world_end(&w);
}
END_TEST

START_TEST(closing_and_destroying_reaches_followers) {
  world_begin(&w, 1, NULL);
  ask(0, 0);
  ask(1, 0);
  ask(2, 1);
  world_sleep_until(&w, 2 * MS);
  stubdns__core_close(w.core, w.now_us);
  world_drain(&w);
  expect(0, STUBDNS_ECANCELED, 2);
  expect(1, STUBDNS_ECANCELED, 2);
  expect(2, STUBDNS_ETIMEOUT, 1);
  world_end(&w);
  world_begin(&w, 1, NULL);
  ask(0, 1);
  ask(1, 1);
  ask(2, 0);
  ask(3, 0);
  stubdns__core_on_time(w.core, w.now_us + 2 * MS); /* two are to be told */
  world_end(&w);
}
END_TEST

static size_t live_through_it(size_t fail_at) {
  world_begin(&w, 2, NULL);
  const size_t before = w.allocation_count;
  size_t missing = 0;
  w.fail_at = fail_at ? before + fail_at : 0;
  for (size_t i = 0; i < 3; i++) {
    const stubdns_lookup_options_t options = {.deadline_ms =
                                                  500 + 500 * (uint32_t)i};
    missing += !world_ask_name(&w, "www.example.com", 1, &users[i], &options);
    missing += !world_ask_name(&w, "www.example.org", 1, &users[i], &options);
  }
  world_drain(&w);
  if (w.sent_count) world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_run(&w);
  ck_assert_uint_eq(w.done_count, 6 - missing);
  for (size_t i = 0; i < w.done_count; i++)
    missing += w.done[i].status == STUBDNS_ENOMEM;
  ck_assert_uint_le(missing, fail_at != 0);
  const size_t count = w.allocation_count - before;
  world_end(&w);
  return count;
}

START_TEST(every_allocation_failing_fails_one_lookup_and_none_beside_it_T11) {
  const size_t count = live_through_it(0);
  for (size_t i = 1; i <= count; i++)
    live_through_it(i);
}
END_TEST

static void add_sharing_tests(TCase *cases) {
  tcase_add_test(cases, identical_lookups_cost_one_packet_M16);
  tcase_add_test(cases, thousand_identical_lookups_cost_one_packet_M16);
  tcase_add_test(cases, only_what_is_sent_alike_is_shared);
  tcase_add_test(cases, each_lookup_has_a_deadline_of_its_own);
  tcase_add_test(cases, error_reply_is_everyones_explanation);
  tcase_add_test(cases, all_end_at_once_where_every_server_has_refused);
  tcase_add_test(
      cases, every_allocation_failing_fails_one_lookup_and_none_beside_it_T11);
}

static void add_ending_tests(TCase *cases) {
  tcase_add_test(cases, cancelling_one_lookup_leaves_the_others_their_answer);
  tcase_add_test(cases,
                 answer_to_other_capitals_is_an_answer_to_whoever_takes_over);
  tcase_add_test(cases, follower_is_cancelled_alone);
  tcase_add_test(cases, lookups_go_alone_while_there_is_no_randomness);
  tcase_add_test(cases,
                 lookup_that_waits_for_its_turn_is_followed_and_taken_over);
  tcase_add_test(cases, lookup_that_waits_for_a_descriptor_is_taken_over);
  tcase_add_test(cases, callback_may_cancel_whoever_shares_its_answer);
  tcase_add_test(cases, callback_that_asks_again_asks_anew);
  tcase_add_test(cases, closing_and_destroying_reaches_followers);
}

Suite *test_suite(void) {
  TCase *const cases = tcase_create("share");
  add_sharing_tests(cases);
  add_ending_tests(cases);
  Suite *const suite = suite_create("resolver/share");
  suite_add_tcase(suite, cases);
  return suite;
}
