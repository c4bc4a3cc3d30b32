/* src/exchange/edns.c: when a server is asked without EDNS, and for how long.
 */
#include "exchange/edns.h"

#include "support/suite.h"

#include <string.h>

static struct stubdns__exchange x;
static struct stubdns__server server;
static struct stubdns__attempt attempts[8];
static size_t attempt_count;

static void begin(void) {
  memset(&server, 0, sizeof server);
  x = (struct stubdns__exchange){.server_count = 2, .sends_per_server = 4};
  attempt_count = 0;
}

static struct stubdns__attempt *ask(unsigned index, int edns) {
  struct stubdns__attempt *attempt = &attempts[attempt_count++];
  *attempt = (struct stubdns__attempt){.server = (uint8_t)index,
                                       .edns = (uint8_t)edns};
  stubdns__exchange_add(&x, attempt, 0);
  return attempt;
}

static int is_plain(unsigned index, uint64_t now_us) {
  return stubdns__edns_is_plain(&x, index, &server, now_us);
}

static void complain(struct stubdns__attempt *attempt, unsigned rcode) {
  stubdns__attempt_note(attempt, STUBDNS__ERROR, 1);
  attempt->complaint = (uint8_t)stubdns__edns_complaint(rcode);
}

static int learn(struct stubdns__attempt *attempt, int has_opt) {
  stubdns__attempt_note(attempt, STUBDNS__ANSWERED, 2);
  return stubdns__edns_learn(&x, attempt, has_opt, &server, 1000);
}

START_TEST(server_is_asked_with_edns_at_first) {
  begin();
  ck_assert(!is_plain(0, 0));
  ask(0, 1);
  ck_assert(!is_plain(0, 0));
}
END_TEST

static const unsigned complaints[] = {
    STUBDNS_RCODE_FORMERR, STUBDNS_RCODE_NOTIMP, STUBDNS_RCODE_BADVERS,
    STUBDNS_RCODE_SERVFAIL};

START_TEST(server_that_complains_is_asked_without_edns_M20_M21) {
  begin();
  complain(ask(0, 1), complaints[_i]);
  ck_assert(is_plain(0, 0));
  ck_assert(!is_plain(1, 0));
}
END_TEST

START_TEST(refusal_is_no_complaint_about_edns) {
  begin();
  complain(ask(0, 1), STUBDNS_RCODE_REFUSED);
  ck_assert(!is_plain(0, 0));
}
END_TEST

START_TEST(complaint_about_a_plain_query_says_nothing_about_edns) {
  begin();
  complain(ask(0, 0), STUBDNS_RCODE_FORMERR);
  ck_assert(!is_plain(0, 0));
}
END_TEST

START_TEST(silent_server_is_sent_one_plain_query_beside_two_with_edns_M26) {
  begin();
  ask(0, 1);
  ask(0, 1);
  ask(1, 1);
  ck_assert(is_plain(0, 0));
  ck_assert(!is_plain(1, 0));
  ask(0, 0);
  ck_assert(!is_plain(0, 0));
}
END_TEST

START_TEST(silence_of_a_connection_says_nothing_about_edns) {
  begin();
  ask(0, 1);
  ask(0, 1)->tcp = 1;
  ck_assert(!is_plain(0, 0));
}
END_TEST

START_TEST(edns_stays_off_for_ten_minutes_once_plain_has_worked_M20) {
  begin();
  complain(ask(0, 1), STUBDNS_RCODE_FORMERR);
  ck_assert_uint_eq(server.plain_until_us, 0);
  ck_assert(learn(ask(0, 0), 0));
  x.newest = NULL;
  ck_assert(is_plain(0, 1000 + 600000000u - 1));
  ck_assert(!is_plain(0, 1000 + 600000000u));
}
END_TEST

START_TEST(edns_stays_off_after_silence_once_plain_has_worked_M26) {
  begin();
  ask(0, 1);
  ask(0, 1);
  ck_assert(learn(ask(0, 0), 0));
  ck_assert(is_plain(0, 2000));
}
END_TEST

START_TEST(edns_stays_on_when_only_one_query_with_it_was_lost) {
  begin();
  ask(0, 1);
  ck_assert(!learn(ask(0, 0), 0));
  ck_assert_uint_eq(server.plain_until_us, 0);
}
END_TEST

START_TEST(edns_stays_on_until_servfail_was_its_fault_twice) {
  begin();
  complain(ask(0, 1), STUBDNS_RCODE_SERVFAIL);
  ck_assert(!learn(ask(0, 0), 0));
  x.newest = NULL;
  complain(ask(0, 1), STUBDNS_RCODE_SERVFAIL);
  ck_assert(learn(ask(0, 0), 0));
}
END_TEST

START_TEST(answer_with_edns_ends_all_doubts) {
  begin();
  complain(ask(0, 1), STUBDNS_RCODE_SERVFAIL);
  ck_assert(!learn(ask(0, 0), 0));
  x.newest = NULL;
  ck_assert(!learn(ask(0, 1), 1));
  complain(ask(0, 1), STUBDNS_RCODE_SERVFAIL);
  ck_assert(!learn(ask(0, 0), 0));
  server.plain_until_us = 5000;
  ck_assert(!learn(ask(0, 1), 1));
  ck_assert_uint_eq(server.plain_until_us, 0);
}
END_TEST

START_TEST(answer_without_opt_to_a_query_with_it_decides_nothing_M22) {
  begin();
  server.plain_until_us = 5000;
  ck_assert(!learn(ask(0, 1), 0));
  ck_assert_uint_eq(server.plain_until_us, 5000);
}
END_TEST

START_TEST(plain_query_of_the_users_wish_decides_nothing) {
  begin();
  ask(0, 0);
  ask(0, 0);
  ck_assert(!learn(ask(0, 0), 0));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("edns");
  tcase_add_test(cases, server_is_asked_with_edns_at_first);
  tcase_add_test(cases, silence_of_a_connection_says_nothing_about_edns);
  tcase_add_loop_test(cases,
                      server_that_complains_is_asked_without_edns_M20_M21, 0,
                      (int)(sizeof complaints / sizeof complaints[0]));
  tcase_add_test(cases, refusal_is_no_complaint_about_edns);
  tcase_add_test(cases, complaint_about_a_plain_query_says_nothing_about_edns);
  tcase_add_test(
      cases, silent_server_is_sent_one_plain_query_beside_two_with_edns_M26);
  tcase_add_test(cases,
                 edns_stays_off_for_ten_minutes_once_plain_has_worked_M20);
  tcase_add_test(cases, edns_stays_off_after_silence_once_plain_has_worked_M26);
  tcase_add_test(cases, edns_stays_on_when_only_one_query_with_it_was_lost);
  tcase_add_test(cases, edns_stays_on_until_servfail_was_its_fault_twice);
  tcase_add_test(cases, answer_with_edns_ends_all_doubts);
  tcase_add_test(cases,
                 answer_without_opt_to_a_query_with_it_decides_nothing_M22);
  tcase_add_test(cases, plain_query_of_the_users_wish_decides_nothing);
  Suite *const suite = suite_create("exchange/edns");
  suite_add_tcase(suite, cases);
  return suite;
}
