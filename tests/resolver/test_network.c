/* src/resolver: networks and servers with a habit, and how long a lookup takes
 * with each.  Every server here is a function from a query to what it does. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;

static int has_edns(const struct sent *sent) {
  return sent->octets[11] != 0;
}

typedef void habit(const struct sent *sent);

/* Lets the server see every query 20 ms after it was sent, until all lookups
 * are done. */
static void serve(habit *react) {
  size_t seen = 0;
  world_drain(&w);
  while (stubdns__core_lookup_count(w.core) > 0) {
    const uint64_t now_us = w.now_us - WORLD_BEGIN_US;
    if (seen < w.sent_count && w.sent[seen].time_us + 20 * MS <= now_us)
      react(&w.sent[seen++]);
    else
      world_sleep_until(&w, now_us + MS);
  }
}

static void expect_answer(size_t index, uint64_t begin_us, uint64_t span_us) {
  ck_assert_uint_gt(w.done_count, index);
  ck_assert_int_eq(w.done[index].status, 0);
  ck_assert_uint_eq(w.done[index].rcode, STUBDNS_RCODE_NOERROR);
  ck_assert_uint_le(w.done[index].time_us - begin_us, span_us);
}

static unsigned complaint;

static void complain_about_edns(const struct sent *sent) {
  world_reply(&w, sent, has_edns(sent) ? complaint : REPLY_ANSWER);
}

/* Asks a server of such habits twice: the second time it was remembered. */
static void expect_recovery(habit *react, uint64_t span_us) {
  world_ask(&w, NULL, NULL);
  serve(react);
  expect_answer(0, 0, span_us);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert(has_edns(&w.sent[0]) && !has_edns(&w.sent[1]));
  const stubdns_event_t *off = &w.done[0].events[w.done[0].event_count - 2];
  const uint64_t begin_us = w.now_us - WORLD_BEGIN_US;
  ck_assert_int_eq(off->kind, STUBDNS_EVENT_EDNS_OFF);
  world_ask(&w, NULL, NULL);
  serve(react);
  expect_answer(1, begin_us, 21 * MS);
  ck_assert_uint_eq(w.sent_count, 3);
}

START_TEST(edns_is_tried_again_after_ten_minutes_M20) {
  world_begin(&w, 1, NULL);
  complaint = 0x8181;
  expect_recovery(complain_about_edns, 150 * MS);
  w.now_us += 600000 * MS;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert(has_edns(&w.sent[3]));
  world_end(&w);
}
END_TEST

START_TEST(edns_is_off_for_the_server_that_complained_alone_M20) {
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_reply(&w, &w.sent[0], 0x8181);
  ck_assert_uint_eq(w.sent[1].socket->server_port, 2);
  ck_assert(has_edns(&w.sent[1]));
  world_end(&w);
}
END_TEST

/* The reply in small letters, whatever the query has. */
static void fold_case(const struct sent *sent) {
  struct sent folded = *sent;
  for (size_t i = 13; sent->octets[i]; i++)
    folded.octets[i] |= (uint8_t)(sent->octets[i] >= 'A' ? 0x20 : 0);
  world_reply(&w, &folded, REPLY_ANSWER);
}

static int was_turned_off(const struct done *done,
                          enum stubdns_event_kind kind) {
  for (size_t i = 0; i < done->event_count; i++)
    if (done->events[i].kind == kind) return 1;
  return 0;
}

/* The second lookup is as if the feature had never been. */
static void expect_off(habit *react, enum stubdns_event_kind kind) {
  const size_t index = w.done_count;
  for (size_t i = 0; i < 2; i++) {
    const size_t sent_count = w.sent_count;
    const uint64_t begin_us = w.now_us - WORLD_BEGIN_US;
    world_ask(&w, NULL, NULL);
    serve(react);
    expect_answer(index + i, begin_us, i ? 21 * MS : 500 * MS);
    ck_assert_uint_eq(w.sent_count - sent_count, i ? 1 : 2);
    ck_assert_int_eq(was_turned_off(&w.done[index + i], kind), i == 0);
  }
}

START_TEST(server_that_folds_case_costs_one_retry_then_nothing_M5) {
  world_begin(&w, 1, NULL);
  w.random_state = (uint64_t)_i;
  expect_off(fold_case, STUBDNS_EVENT_0X20_OFF);
  w.now_us += 3600000 * MS;
  expect_off(fold_case, STUBDNS_EVENT_0X20_OFF);
  world_end(&w);
}
END_TEST

/* Gives the client's cookie back with one of the server, or another. */
static void reply_with_cookie(const struct sent *sent, uint8_t spoil) {
  uint8_t octets[33 + 11 + 4 + 8 + 8] = {0};
  memcpy(octets, sent->octets, 33 + 11 + 4 + 8);
  octets[2] |= 0x80;
  octets[33 + 10] = 20;
  octets[33 + 11 + 3] = 16;
  octets[33 + 11 + 4] ^= spoil;
  world_deliver(&w, sent, octets, sizeof octets);
}

static int has_cookie(const struct sent *sent) {
  return sent->length > 33 + 11;
}

static void spoil_cookie(const struct sent *sent) {
  if (has_cookie(sent))
    reply_with_cookie(sent, 0x80);
  else
    world_reply(&w, sent, REPLY_ANSWER);
}

START_TEST(wrong_cookie_of_a_middlebox_costs_one_retry_then_nothing_M12) {
  world_begin(&w, 1, NULL);
  w.random_state = (uint64_t)_i;
  expect_off(spoil_cookie, STUBDNS_EVENT_COOKIES_OFF);
  ck_assert(!has_cookie(&w.sent[2]));
  w.now_us += 3600000 * MS;
  expect_off(spoil_cookie, STUBDNS_EVENT_COOKIES_OFF);
  world_end(&w);
}
END_TEST

static void keep_cookie(const struct sent *sent) {
  reply_with_cookie(sent, 0);
}

static void lose_cookie(const struct sent *sent) {
  world_reply(&w, sent, REPLY_ANSWER);
}

START_TEST(server_that_loses_its_cookies_costs_one_retry_then_nothing_M13) {
  world_begin(&w, 1, NULL);
  w.random_state = (uint64_t)_i;
  world_ask(&w, NULL, NULL);
  serve(keep_cookie);
  expect_answer(0, 0, 21 * MS);
  expect_off(lose_cookie, STUBDNS_EVENT_COOKIES_OFF);
  world_end(&w);
}
END_TEST

/* Mismatches of many lookups count together, and all of them are answered. */
START_TEST(server_that_folds_case_is_found_out_by_lookups_together_M5) {
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 10; i++)
    world_ask(&w, NULL, NULL);
  serve(fold_case);
  ck_assert_uint_eq(w.done_count, 10);
  ck_assert_uint_eq(w.sent_count, 11);
  world_end(&w);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("network");
  tcase_add_test(cases, edns_is_tried_again_after_ten_minutes_M20);
  tcase_add_test(cases, edns_is_off_for_the_server_that_complained_alone_M20);
  tcase_add_loop_test(
      cases, server_that_folds_case_costs_one_retry_then_nothing_M5, 0, 10);
  tcase_add_loop_test(
      cases, wrong_cookie_of_a_middlebox_costs_one_retry_then_nothing_M12, 0,
      10);
  tcase_add_loop_test(
      cases, server_that_loses_its_cookies_costs_one_retry_then_nothing_M13, 0,
      10);
  tcase_add_test(cases,
                 server_that_folds_case_is_found_out_by_lookups_together_M5);
  Suite *const suite = suite_create("resolver/network");
  suite_add_tcase(suite, cases);
  return suite;
}
