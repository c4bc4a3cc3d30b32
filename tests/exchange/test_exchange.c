/* src/exchange/exchange.c: who is asked when.  The clock is a number; waits are
 * 400 ms doubled per round, without jitter, so that times can be written down.
 */
#include "exchange/exchange.h"

#include "support/suite.h"

#include "stubdns/error.h"

#define MS 1000u
#define DEADLINE_US (5000 * MS)

static struct stubdns__attempt attempts[STUBDNS_SERVERS_MAX * 4];
static size_t attempt_count;

static struct stubdns__exchange begin(uint8_t server_count) {
  attempt_count = 0;
  return (struct stubdns__exchange){.deadline_us = DEADLINE_US,
                                    .server_count = server_count,
                                    .sends_per_server = 4};
}

static struct stubdns__attempt *ask(struct stubdns__exchange *x,
                                    unsigned server, uint64_t now_us) {
  struct stubdns__attempt *attempt = &attempts[attempt_count++];
  *attempt = (struct stubdns__attempt){
      .server = (uint8_t)server,
      .wait_us = 400 * MS << stubdns__exchange_round(x, server)};
  stubdns__exchange_add(x, attempt, now_us);
  return attempt;
}

/* Waits until the exchange asks, which must be `server` at exactly `time_us`.
 */
static struct stubdns__attempt *expect_ask(struct stubdns__exchange *x,
                                           uint64_t now_us, uint64_t time_us,
                                           unsigned server) {
  struct stubdns__decision d = stubdns__exchange_decide(x, now_us);
  if (d.step == STUBDNS__STEP_WAIT) {
    ck_assert_uint_eq(d.until_us, time_us);
    if (time_us > now_us + 1) {
      const struct stubdns__decision early =
          stubdns__exchange_decide(x, time_us - 1);
      ck_assert_int_eq(early.step, STUBDNS__STEP_WAIT);
    }
    d = stubdns__exchange_decide(x, time_us);
  } else {
    ck_assert_uint_eq(now_us, time_us);
  }
  ck_assert_int_eq(d.step, STUBDNS__STEP_ASK);
  ck_assert_uint_eq(d.server, server);
  return ask(x, server, time_us);
}

static void expect_wait(const struct stubdns__exchange *x, uint64_t now_us,
                        uint64_t until_us) {
  const struct stubdns__decision d = stubdns__exchange_decide(x, now_us);
  ck_assert_int_eq(d.step, STUBDNS__STEP_WAIT);
  ck_assert_uint_eq(d.until_us, until_us);
}

static void expect_end(const struct stubdns__exchange *x, uint64_t now_us) {
  const struct stubdns__decision d = stubdns__exchange_decide(x, now_us);
  ck_assert_int_eq(d.step, STUBDNS__STEP_END);
}

START_TEST(exchange_doubles_its_waits_and_ends_exactly_at_its_deadline_T6) {
  struct stubdns__exchange x = begin(1);
  expect_ask(&x, 0, 0, 0);
  expect_ask(&x, 0, 400 * MS, 0);
  expect_ask(&x, 400 * MS, 1200 * MS, 0);
  expect_ask(&x, 1200 * MS, 2800 * MS, 0);
  expect_wait(&x, 2800 * MS, DEADLINE_US);
  expect_wait(&x, DEADLINE_US - 1, DEADLINE_US);
  expect_end(&x, DEADLINE_US);
  ck_assert_int_eq(stubdns__exchange_explain(&x), STUBDNS_ETIMEOUT);
}
END_TEST

START_TEST(exchange_asks_every_server_before_any_again_T7) {
  static const unsigned times_ms[] = {0, 400, 800, 1200, 2000, 2800, 3600};
  struct stubdns__exchange x = begin(3);
  uint64_t now_us = 0;
  for (unsigned i = 0; i < sizeof times_ms / sizeof times_ms[0]; i++) {
    expect_ask(&x, now_us, times_ms[i] * MS, i % 3);
    now_us = times_ms[i] * MS;
  }
  expect_wait(&x, now_us, DEADLINE_US);
}
END_TEST

START_TEST(exchange_asks_32_servers_in_turn) {
  struct stubdns__exchange x = begin(STUBDNS_SERVERS_MAX);
  x.deadline_us = STUBDNS__NEVER - 1;
  uint64_t now_us = 0;
  for (unsigned i = 0; i < STUBDNS_SERVERS_MAX * 4; i++) {
    expect_ask(&x, now_us, now_us, i % STUBDNS_SERVERS_MAX);
    now_us += attempts[i].wait_us;
  }
  expect_wait(&x, now_us, x.deadline_us);
}
END_TEST

START_TEST(exchange_asks_no_server_more_often_than_it_may_C15) {
  struct stubdns__exchange x = begin(2);
  x.sends_per_server = 1;
  expect_ask(&x, 0, 0, 0);
  expect_ask(&x, 0, 400 * MS, 1);
  expect_wait(&x, 400 * MS, DEADLINE_US);
}
END_TEST

START_TEST(exchange_goes_to_the_next_server_at_once_after_an_error_reply) {
  struct stubdns__exchange x = begin(3);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__ERROR, 7 * MS);
  stubdns__attempt_note(expect_ask(&x, 7 * MS, 7 * MS, 1), STUBDNS__ERROR,
                        9 * MS);
  expect_ask(&x, 9 * MS, 9 * MS, 2);
  expect_ask(&x, 9 * MS, 409 * MS, 0);
}
END_TEST

START_TEST(exchange_goes_to_the_next_server_at_once_after_a_malformed_reply) {
  struct stubdns__exchange x = begin(2);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__GARBLED, 7 * MS);
  expect_ask(&x, 7 * MS, 7 * MS, 1);
}
END_TEST

START_TEST(exchange_goes_to_the_next_server_at_once_after_a_refusal_T10) {
  struct stubdns__exchange x = begin(2);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__REFUSED, 1 * MS);
  expect_ask(&x, 1 * MS, 1 * MS, 1);
}
END_TEST

START_TEST(exchange_asks_the_only_server_again_100_ms_after_an_error_reply) {
  struct stubdns__exchange x = begin(1);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__ERROR, 7 * MS);
  expect_ask(&x, 7 * MS, 107 * MS, 0);
}
END_TEST

START_TEST(exchange_never_waits_longer_because_of_an_error_reply) {
  struct stubdns__exchange x = begin(1);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__ERROR, 399 * MS);
  expect_ask(&x, 399 * MS, 400 * MS, 0);
}
END_TEST

START_TEST(exchange_keeps_its_schedule_after_a_malformed_reply) {
  struct stubdns__exchange x = begin(1);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__GARBLED, 7 * MS);
  expect_ask(&x, 7 * MS, 400 * MS, 0);
}
END_TEST

/* Ports shut everywhere: each server is asked at the times at which it would be
 * asked alone, never faster. */
START_TEST(exchange_never_runs_faster_because_of_refusals_T10) {
  static const unsigned times_ms[] = {0, 0, 400, 400, 1200, 1200, 2800, 2800};
  struct stubdns__exchange x = begin(2);
  uint64_t now_us = 0;
  for (unsigned i = 0; i < sizeof times_ms / sizeof times_ms[0]; i++) {
    struct stubdns__attempt *attempt =
        expect_ask(&x, now_us, times_ms[i] * MS, i % 2);
    now_us = times_ms[i] * MS;
    stubdns__attempt_note(attempt, STUBDNS__REFUSED, now_us);
  }
  expect_end(&x, now_us);
  ck_assert_int_eq(stubdns__exchange_explain(&x), STUBDNS_EREFUSED);
}
END_TEST

START_TEST(exchange_ends_when_every_server_has_sent_two_error_replies) {
  struct stubdns__exchange x = begin(2);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__ERROR, 1 * MS);
  stubdns__attempt_note(expect_ask(&x, 1 * MS, 1 * MS, 1), STUBDNS__ERROR,
                        2 * MS);
  stubdns__attempt_note(expect_ask(&x, 2 * MS, 101 * MS, 0), STUBDNS__ERROR,
                        102 * MS);
  stubdns__attempt_note(expect_ask(&x, 102 * MS, 102 * MS, 1), STUBDNS__ERROR,
                        103 * MS);
  expect_end(&x, 103 * MS);
}
END_TEST

START_TEST(exchange_leaves_a_server_alone_after_two_error_replies) {
  struct stubdns__exchange x = begin(2);
  stubdns__attempt_note(expect_ask(&x, 0, 0, 0), STUBDNS__ERROR, 0);
  expect_ask(&x, 0, 0, 1);
  stubdns__attempt_note(expect_ask(&x, 0, 400 * MS, 0), STUBDNS__ERROR,
                        400 * MS);
  expect_ask(&x, 400 * MS, 400 * MS, 1);
  expect_ask(&x, 400 * MS, 1200 * MS, 1);
  expect_ask(&x, 1200 * MS, 2800 * MS, 1);
  expect_wait(&x, 2800 * MS, DEADLINE_US);
}
END_TEST

START_TEST(exchange_waits_for_the_silent_attempt_though_all_else_is_settled) {
  struct stubdns__exchange x = begin(1);
  x.sends_per_server = 2;
  struct stubdns__attempt *first = expect_ask(&x, 0, 0, 0);
  stubdns__attempt_note(expect_ask(&x, 0, 400 * MS, 0), STUBDNS__ERROR,
                        500 * MS);
  expect_wait(&x, 500 * MS, DEADLINE_US);
  stubdns__attempt_note(first, STUBDNS__ERROR, 600 * MS);
  expect_end(&x, 600 * MS);
}
END_TEST

START_TEST(exchange_lets_the_newest_attempt_have_its_turn) {
  struct stubdns__exchange x = begin(3);
  struct stubdns__attempt *first = expect_ask(&x, 0, 0, 0);
  expect_ask(&x, 0, 400 * MS, 1);
  stubdns__attempt_note(first, STUBDNS__ERROR, 410 * MS);
  expect_ask(&x, 410 * MS, 800 * MS, 2);
}
END_TEST

START_TEST(attempt_counts_its_first_error_reply_only) {
  struct stubdns__exchange x = begin(1);
  struct stubdns__attempt *first = expect_ask(&x, 0, 0, 0);
  ck_assert(stubdns__attempt_note(first, STUBDNS__ERROR, 1 * MS));
  ck_assert(!stubdns__attempt_note(first, STUBDNS__ERROR, 90 * MS));
  ck_assert(!stubdns__attempt_note(first, STUBDNS__REFUSED, 90 * MS));
  expect_ask(&x, 90 * MS, 101 * MS, 0);
}
END_TEST

START_TEST(attempt_prefers_an_error_reply_to_a_malformed_one_to_a_refusal) {
  struct stubdns__exchange x = begin(1);
  struct stubdns__attempt *first = expect_ask(&x, 0, 0, 0);
  ck_assert(stubdns__attempt_note(first, STUBDNS__REFUSED, 1));
  ck_assert(stubdns__attempt_note(first, STUBDNS__GARBLED, 2));
  ck_assert(stubdns__attempt_note(first, STUBDNS__ERROR, 3));
  ck_assert(stubdns__attempt_note(first, STUBDNS__ANSWERED, 4));
  ck_assert_uint_eq(first->rtt_us, 4);
}
END_TEST

START_TEST(exchange_counts_a_drop_and_changes_nothing_else_M10) {
  struct stubdns__exchange x = begin(1);
  struct stubdns__attempt *first = expect_ask(&x, 0, 0, 0);
  const struct stubdns__attempt before = *first;
  for (int i = 0; i < STUBDNS__FINDING_COUNT; i++) {
    const enum stubdns__finding finding = (enum stubdns__finding)i;
    if (stubdns__finding_verdict(finding) == STUBDNS__DROP)
      stubdns__exchange_note_drop(&x, finding);
  }
  ck_assert_uint_eq(x.drop_count, STUBDNS__FINDING_COUNT - 4);
  ck_assert_uint_eq(x.drop_first, STUBDNS__FOUND_SHORT_HEADER);
  ck_assert_mem_eq(first, &before, sizeof before);
  expect_ask(&x, 10 * MS, 400 * MS, 0);
}
END_TEST

/* 2^32 us are 71 minutes: less than a user's deadline may be. */
START_TEST(figures_of_an_exchange_stay_at_their_greatest) {
  static const uint64_t passed_us[] = {UINT32_MAX - 1ull, UINT32_MAX,
                                       UINT32_MAX + 1ull, UINT64_C(1) << 40};
  struct stubdns__exchange x = begin(4);
  for (unsigned i = 0; i < 4; i++) {
    struct stubdns__attempt *const attempt = ask(&x, i, 7);
    stubdns__attempt_note(attempt, STUBDNS__ERROR, 7 + passed_us[i]);
    ck_assert_uint_eq(attempt->rtt_us, i ? UINT32_MAX : UINT32_MAX - 1);
  }
  for (unsigned i = 0; i < 65537; i++) {
    stubdns__exchange_note_drop(&x, STUBDNS__FOUND_OTHER_ID);
    if (x.drop_count != (i < 65535 ? i + 1 : 65535))
      ck_abort_msg("%u drops at %u", (unsigned)x.drop_count, i);
  }
}
END_TEST

START_TEST(exchange_forgets_an_attempt_that_was_withdrawn) {
  struct stubdns__exchange x = begin(2);
  struct stubdns__attempt *first = expect_ask(&x, 0, 0, 0);
  struct stubdns__attempt *second = expect_ask(&x, 0, 400 * MS, 1);
  stubdns__exchange_withdraw(&x, second);
  expect_ask(&x, 450 * MS, 450 * MS, 1);
  stubdns__exchange_withdraw(&x, first);
  ck_assert_uint_eq(stubdns__exchange_round(&x, 0), 0);
  ck_assert_uint_eq(stubdns__exchange_round(&x, 1), 1);
}
END_TEST

struct explanation {
  enum stubdns__outcome first;
  enum stubdns__outcome second;
  int error;
};

static const struct explanation explanations[] = {
    {STUBDNS__SILENT, STUBDNS__SILENT, STUBDNS_ETIMEOUT},
    {STUBDNS__REFUSED, STUBDNS__SILENT, STUBDNS_ETIMEOUT},
    {STUBDNS__SILENT, STUBDNS__UNREACHABLE, STUBDNS_ETIMEOUT},
    {STUBDNS__UNREACHABLE, STUBDNS__UNREACHABLE, STUBDNS_EUNREACHABLE},
    {STUBDNS__REFUSED, STUBDNS__UNREACHABLE, STUBDNS_EREFUSED},
    {STUBDNS__UNREACHABLE, STUBDNS__REFUSED, STUBDNS_EREFUSED},
    {STUBDNS__GARBLED, STUBDNS__SILENT, STUBDNS_EMALFORMED},
    {STUBDNS__REFUSED, STUBDNS__GARBLED, STUBDNS_EMALFORMED},
};

START_TEST(exchange_explains_its_end_by_the_best_that_came) {
  const struct explanation *row = &explanations[_i];
  struct stubdns__exchange x = begin(2);
  ck_assert_int_eq(stubdns__exchange_explain(&x), STUBDNS_ETIMEOUT);
  stubdns__attempt_note(ask(&x, 0, 0), row->first, 1);
  stubdns__attempt_note(ask(&x, 1, 0), row->second, 1);
  ck_assert_int_eq(stubdns__exchange_explain(&x), row->error);
}
END_TEST

START_TEST(servfail_explains_more_than_refused_more_than_formerr) {
  const unsigned refused = stubdns__error_rank(STUBDNS_RCODE_REFUSED);
  ck_assert_uint_gt(stubdns__error_rank(STUBDNS_RCODE_SERVFAIL), refused);
  ck_assert_uint_lt(stubdns__error_rank(STUBDNS_RCODE_FORMERR), refused);
  ck_assert_uint_lt(stubdns__error_rank(STUBDNS_RCODE_NOTIMP), refused);
  ck_assert_uint_lt(stubdns__error_rank(STUBDNS_RCODE_BADVERS), refused);
  ck_assert_uint_lt(stubdns__error_rank(STUBDNS_RCODE_BADCOOKIE), refused);
  ck_assert_uint_gt(stubdns__error_rank(STUBDNS_RCODE_FORMERR), 0);
}
END_TEST

static void add_schedule_tests(TCase *cases) {
  tcase_add_test(
      cases, exchange_doubles_its_waits_and_ends_exactly_at_its_deadline_T6);
  tcase_add_test(cases, exchange_asks_every_server_before_any_again_T7);
  tcase_add_test(cases, exchange_asks_32_servers_in_turn);
  tcase_add_test(cases, exchange_asks_no_server_more_often_than_it_may_C15);
  tcase_add_test(cases, exchange_lets_the_newest_attempt_have_its_turn);
  tcase_add_test(cases, exchange_counts_a_drop_and_changes_nothing_else_M10);
  tcase_add_test(cases, figures_of_an_exchange_stay_at_their_greatest);
  tcase_add_test(cases, exchange_forgets_an_attempt_that_was_withdrawn);
}

static void add_soft_tests(TCase *cases) {
  tcase_add_test(cases,
                 exchange_goes_to_the_next_server_at_once_after_an_error_reply);
  tcase_add_test(
      cases, exchange_goes_to_the_next_server_at_once_after_a_malformed_reply);
  tcase_add_test(cases,
                 exchange_goes_to_the_next_server_at_once_after_a_refusal_T10);
  tcase_add_test(
      cases, exchange_asks_the_only_server_again_100_ms_after_an_error_reply);
  tcase_add_test(cases, exchange_never_waits_longer_because_of_an_error_reply);
  tcase_add_test(cases, exchange_keeps_its_schedule_after_a_malformed_reply);
  tcase_add_test(cases, exchange_never_runs_faster_because_of_refusals_T10);
  tcase_add_test(cases,
                 exchange_ends_when_every_server_has_sent_two_error_replies);
  tcase_add_test(cases, exchange_leaves_a_server_alone_after_two_error_replies);
  tcase_add_test(
      cases, exchange_waits_for_the_silent_attempt_though_all_else_is_settled);
}

Suite *test_suite(void) {
  TCase *const cases = tcase_create("exchange");
  add_schedule_tests(cases);
  add_soft_tests(cases);
  tcase_add_test(cases, attempt_counts_its_first_error_reply_only);
  tcase_add_test(
      cases, attempt_prefers_an_error_reply_to_a_malformed_one_to_a_refusal);
  tcase_add_loop_test(cases, exchange_explains_its_end_by_the_best_that_came, 0,
                      sizeof explanations / sizeof explanations[0]);
  tcase_add_test(cases, servfail_explains_more_than_refused_more_than_formerr);
  Suite *const suite = suite_create("exchange/exchange");
  suite_add_tcase(suite, cases);
  return suite;
}
