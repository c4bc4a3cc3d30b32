/* src/exchange/tcp.c: whom an exchange asks over TCP, once UDP has shown that
 * it will not do.  The clock is a number. */
#include "exchange/tcp.h"

#include "support/suite.h"

#define MS 1000u
#define DEADLINE_US (5000 * MS)

static struct stubdns__attempt attempts[32];
static size_t attempt_count;
static struct stubdns__exchange x;

static void begin(uint8_t server_count, enum stubdns__tcp_use use) {
  attempt_count = 0;
  x = (struct stubdns__exchange){.deadline_us = DEADLINE_US,
                                 .server_count = server_count,
                                 .sends_per_server = 4,
                                 .tcp_use = (uint8_t)use};
}

/* It must ask `server` at `now_us`. */
static struct stubdns__attempt *expect_ask(uint64_t now_us, unsigned server,
                                           int is_tcp) {
  const struct stubdns__decision d = stubdns__exchange_decide(&x, now_us);
  struct stubdns__attempt *const attempt = &attempts[attempt_count++];
  ck_assert_int_eq(d.step, STUBDNS__STEP_ASK);
  ck_assert_uint_eq(d.server, server);
  ck_assert_uint_eq(d.tcp, (unsigned)is_tcp);
  *attempt = (struct stubdns__attempt){.server = (uint8_t)server,
                                       .tcp = d.tcp,
                                       .wait_us = is_tcp ? STUBDNS__TCP_WAIT_US
                                                         : 400 * MS};
  stubdns__exchange_add(&x, attempt, now_us);
  return attempt;
}

static void expect_wait(uint64_t now_us, uint64_t until_us) {
  const struct stubdns__decision d = stubdns__exchange_decide(&x, now_us);
  ck_assert_int_eq(d.step, STUBDNS__STEP_WAIT);
  ck_assert_uint_eq(d.until_us, until_us);
}

static void expect_end(uint64_t now_us) {
  ck_assert_int_eq(stubdns__exchange_decide(&x, now_us).step,
                   STUBDNS__STEP_END);
}

/* Nothing is left to be done at `now_us`; the last reply came at `reply_us`. */
static void expect_end_after(uint64_t now_us, uint64_t reply_us) {
  expect_wait(now_us, reply_us + STUBDNS__ERROR_PAUSE_US);
  expect_end(reply_us + STUBDNS__ERROR_PAUSE_US);
}

/* An exchange that has a truncated reply of server 0 at 10 ms. */
static void begin_truncated(uint8_t server_count) {
  begin(server_count, STUBDNS__TCP_IF_NEEDED);
  stubdns__attempt_note(expect_ask(0, 0, 0), STUBDNS__TRUNCATED, 10 * MS);
}

START_TEST(truncated_reply_sends_to_the_same_server_over_tcp_at_once_T12) {
  begin_truncated(3);
  expect_ask(10 * MS, 0, 1);
  expect_wait(10 * MS, 10 * MS + STUBDNS__TCP_WAIT_US);
}
END_TEST

/* The second query was sent before the first one's reply came. */
START_TEST(server_whose_reply_was_truncated_is_asked_not_the_last_T12) {
  begin(2, STUBDNS__TCP_IF_NEEDED);
  struct stubdns__attempt *const first = expect_ask(0, 0, 0);
  expect_ask(400 * MS, 1, 0);
  stubdns__attempt_note(first, STUBDNS__TRUNCATED, 450 * MS);
  expect_ask(450 * MS, 0, 1);
}
END_TEST

START_TEST(silent_server_leaves_its_turn_over_tcp_to_the_next_T12) {
  const unsigned wait_us = STUBDNS__TCP_WAIT_US;
  begin_truncated(2);
  expect_ask(10 * MS, 0, 1);
  expect_ask(10 * MS + wait_us, 1, 1);
  expect_wait(10 * MS + wait_us, DEADLINE_US);
  expect_wait(10 * MS + 2 * wait_us, DEADLINE_US);
  expect_end(DEADLINE_US);
}
END_TEST

/* With a truncated message there is nothing left to wait for, though a query
 * over UDP may still be silent; but the message may be forged, and the true one
 * right behind it. */
START_TEST(exchange_ends_when_tcp_fails_with_every_server_T12) {
  begin(2, STUBDNS__TCP_IF_NEEDED);
  expect_ask(0, 0, 0);
  stubdns__attempt_note(expect_ask(400 * MS, 1, 0), STUBDNS__TRUNCATED,
                        410 * MS);
  stubdns__attempt_note(expect_ask(410 * MS, 1, 1), STUBDNS__REFUSED, 420 * MS);
  stubdns__attempt_note(expect_ask(420 * MS, 0, 1), STUBDNS__UNREACHABLE,
                        430 * MS);
  expect_end_after(430 * MS, 410 * MS);
}
END_TEST

START_TEST(closed_connection_is_opened_again_once_T14) {
  begin_truncated(2);
  stubdns__attempt_note(expect_ask(10 * MS, 0, 1), STUBDNS__CLOSED, 20 * MS);
  stubdns__attempt_note(expect_ask(20 * MS, 0, 1), STUBDNS__CLOSED, 30 * MS);
  stubdns__attempt_note(expect_ask(30 * MS, 1, 1), STUBDNS__CLOSED, 40 * MS);
  stubdns__attempt_note(expect_ask(40 * MS, 1, 1), STUBDNS__CLOSED, 50 * MS);
  expect_end_after(50 * MS, 10 * MS);
}
END_TEST

START_TEST(server_that_complains_about_edns_over_tcp_is_asked_again_M20) {
  begin_truncated(1);
  struct stubdns__attempt *const attempt = expect_ask(10 * MS, 0, 1);
  attempt->complaint = STUBDNS__COMPLAINT_CLEAR;
  stubdns__attempt_note(attempt, STUBDNS__ERROR, 20 * MS);
  stubdns__attempt_note(expect_ask(20 * MS, 0, 1), STUBDNS__ERROR, 30 * MS);
  expect_end_after(30 * MS, 30 * MS);
}
END_TEST

START_TEST(error_over_tcp_leads_to_the_next_server) {
  begin_truncated(2);
  stubdns__attempt_note(expect_ask(10 * MS, 0, 1), STUBDNS__ERROR, 20 * MS);
  stubdns__attempt_note(expect_ask(20 * MS, 1, 1), STUBDNS__GARBLED, 30 * MS);
  expect_end_after(30 * MS, 30 * MS);
}
END_TEST

START_TEST(exchange_over_tcp_alone_goes_from_server_to_server) {
  begin(3, STUBDNS__TCP_ALWAYS);
  stubdns__attempt_note(expect_ask(0, 0, 1), STUBDNS__REFUSED, 10 * MS);
  expect_ask(10 * MS, 1, 1);
  expect_ask(10 * MS + STUBDNS__TCP_WAIT_US, 2, 1);
  expect_wait(10 * MS + STUBDNS__TCP_WAIT_US, DEADLINE_US);
}
END_TEST

START_TEST(exchange_without_tcp_stays_with_udp) {
  begin(1, STUBDNS__TCP_NEVER);
  struct stubdns__attempt *attempt;
  for (unsigned i = 0; i < 3; i++) {
    attempt = expect_ask(i, 0, 0);
    attempt->bad_cookie = 1;
    stubdns__attempt_note(attempt, STUBDNS__ERROR, i);
  }
  expect_ask(3, 0, 0);
}
END_TEST

/* RFC 7873 section 5.3. */
START_TEST(third_badcookie_leads_to_tcp_M14) {
  begin(2, STUBDNS__TCP_IF_NEEDED);
  for (unsigned i = 0; i < 3; i++) {
    struct stubdns__attempt *const attempt = expect_ask(i, 0, 0);
    attempt->bad_cookie = 1;
    stubdns__attempt_note(attempt, STUBDNS__ERROR, i);
  }
  expect_ask(3, 0, 1);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("tcp");
  tcase_add_test(cases,
                 truncated_reply_sends_to_the_same_server_over_tcp_at_once_T12);
  tcase_add_test(cases,
                 server_whose_reply_was_truncated_is_asked_not_the_last_T12);
  tcase_add_test(cases, silent_server_leaves_its_turn_over_tcp_to_the_next_T12);
  tcase_add_test(cases, exchange_ends_when_tcp_fails_with_every_server_T12);
  tcase_add_test(cases, closed_connection_is_opened_again_once_T14);
  tcase_add_test(cases,
                 server_that_complains_about_edns_over_tcp_is_asked_again_M20);
  tcase_add_test(cases, error_over_tcp_leads_to_the_next_server);
  tcase_add_test(cases, exchange_over_tcp_alone_goes_from_server_to_server);
  tcase_add_test(cases, exchange_without_tcp_stays_with_udp);
  tcase_add_test(cases, third_badcookie_leads_to_tcp_M14);
  Suite *const suite = suite_create("exchange/tcp");
  suite_add_tcase(suite, cases);
  return suite;
}
