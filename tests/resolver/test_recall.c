/* src/resolver/recall.c: lookups that the cache answers. */
#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

#define SECOND (1000 * MS)

#define QUESTION_END (12 + 17 + 4)

static struct world w;
static const struct stubdns__core_options cached = {.cache_octets = 100000};
static const struct stubdns__core_options stale = {.cache_octets = 100000,
                                                   .stale_s = 3600};

static const struct done *last_done(void) {
  ck_assert_uint_gt(w.done_count, 0);
  return &w.done[w.done_count - 1];
}

static const struct sent *last_sent(void) {
  ck_assert_uint_gt(w.sent_count, 0);
  return &w.sent[w.sent_count - 1];
}

/* Asks and, unless `flags` is 0, replies to the query with them. */
static const struct done *ask(const stubdns_lookup_options_t *options,
                              unsigned flags) {
  world_ask(&w, NULL, options);
  world_drain(&w);
  if (flags) world_reply(&w, last_sent(), flags);
  world_run(&w);
  return last_done();
}

START_TEST(answer_is_asked_for_once_while_its_ttl_lasts) {
  world_begin(&w, 1, &cached);
  ck_assert(!ask(NULL, REPLY_ANSWER)->answer.from_cache);
  world_sleep_until(&w, 59 * SECOND);
  world_ask(&w, NULL, NULL);
  ck_assert_uint_eq(w.done_count, 1);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  const struct done *const done = last_done();
  ck_assert_int_eq(done->status, 0);
  ck_assert(done->answer.from_cache);
  ck_assert(!done->answer.stale);
  ck_assert_uint_eq(done->answer.server.length, 0);
  ck_assert_uint_eq(done->answer.send_count, 0);
  ck_assert_uint_eq(done->answer.rtt_us, 0);
  ck_assert_uint_eq(done->record_count, 1);
  ck_assert_mem_eq(done->address, "\xc0\0\2\1", 4);
  world_sleep_until(&w, 60 * SECOND);
  ck_assert(!ask(NULL, REPLY_ANSWER)->answer.from_cache);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(cache_is_off_unless_it_is_asked_for) {
  world_begin(&w, 1, NULL);
  ask(NULL, REPLY_ANSWER);
  ck_assert(!ask(NULL, REPLY_ANSWER)->answer.from_cache);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(lookup_may_pass_the_cache_by) {
  const stubdns_lookup_options_t past = {.flags = STUBDNS_LOOKUP_NO_CACHE};
  world_begin(&w, 1, &cached);
  ask(&past, REPLY_ANSWER);
  ck_assert(!ask(NULL, REPLY_ANSWER)->answer.from_cache);
  ck_assert(!ask(&past, REPLY_ANSWER)->answer.from_cache);
  ck_assert(ask(NULL, 0)->answer.from_cache);
  ck_assert_uint_eq(w.sent_count, 3);
  world_end(&w);
}
END_TEST

START_TEST(cache_keeps_answers_to_other_flags_apart) {
  static const unsigned flags[] = {
      STUBDNS_LOOKUP_NO_RECURSION, STUBDNS_LOOKUP_DNSSEC_OK,
      STUBDNS_LOOKUP_CHECKING_DISABLED, STUBDNS_LOOKUP_AUTHENTIC_DATA};
  const stubdns_lookup_options_t other = {.flags = flags[_i]};
  world_begin(&w, 1, &cached);
  ask(NULL, REPLY_ANSWER);
  ck_assert(!ask(&other, REPLY_ANSWER)->answer.from_cache);
  ck_assert(ask(&other, 0)->answer.from_cache);
  ck_assert(ask(NULL, 0)->answer.from_cache);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(query_that_is_spelled_out_passes_the_cache_by) {
  const stubdns_query_t query = STUBDNS_QUERY_INIT;
  const stubdns_lookup_options_t spelled_out = {.query = &query};
  world_begin(&w, 1, &cached);
  ask(NULL, REPLY_ANSWER);
  ck_assert(!ask(&spelled_out, REPLY_ANSWER)->answer.from_cache);
  ck_assert(ask(NULL, 0)->answer.from_cache);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

/* They are not those who are asked next. */
START_TEST(failure_of_servers_that_are_no_longer_asked_is_forgotten) {
  const stubdns_address_t server = {
      .length = 4, .octets = {127, 0, 0, 1}, .port = 9};
  world_begin(&w, 1, &cached);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_int_eq(stubdns__core_replace_servers(w.core, 1, &server, 1), 0);
  world_run(&w);
  ck_assert_int_eq(last_done()->status, STUBDNS_ETIMEOUT);
  ck_assert(!ask(NULL, REPLY_ANSWER)->answer.from_cache);
  ck_assert_int_eq(last_done()->status, 0);
  world_end(&w);
}
END_TEST

START_TEST(truncated_answer_is_not_kept) {
  const stubdns_lookup_options_t options = {.flags = 0};
  world_begin(&w, 1, &cached);
  ask(&options, REPLY_ANSWER | STUBDNS_FLAG_TC);
  ck_assert(!ask(&options, REPLY_ANSWER)->answer.from_cache);
  world_end(&w);
}
END_TEST

/* RFC 9520 section 3.2: for 5 s, then for 10. */
START_TEST(failure_of_every_server_is_told_again_for_a_while_C15) {
  world_begin(&w, 1, &cached);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_sleep_until(&w, 300 * MS);
  world_reply(&w, &w.sent[1], REPLY_SERVFAIL);
  ck_assert_uint_eq(w.done_count, 1);
  for (int i = 0; i < 100; i++) {
    const struct done *const done = ask(NULL, 0);
    ck_assert_int_eq(done->status, 0);
    ck_assert_uint_eq(done->rcode, STUBDNS_RCODE_SERVFAIL);
    ck_assert(done->answer.from_cache);
    ck_assert_uint_eq(done->answer.server.length, 0);
  }
  ck_assert_uint_eq(w.sent_count, 2);
  world_sleep_until(&w, 6 * SECOND);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 3);
  world_end(&w);
}
END_TEST

START_TEST(error_with_an_extended_rcode_is_told_again_as_it_was) {
  world_begin(&w, 1, &cached);
  world_ask(&w, NULL, NULL);
  for (size_t i = 0; i < 2; i++) {
    uint8_t reply[sizeof w.sent[i].octets];
    world_sleep_until(&w, (300 * i) * MS);
    ck_assert_uint_eq(w.sent_count, i + 1);
    memcpy(reply, w.sent[i].octets, w.sent[i].length);
    reply[2] |= 0x80;
    reply[QUESTION_END + 5] = 2; /* 16 * 2 + 0 */
    world_deliver(&w, &w.sent[i], reply, w.sent[i].length);
  }
  world_run(&w);
  ck_assert_uint_eq(last_done()->rcode, 32);
  ck_assert(!last_done()->answer.from_cache);
  ck_assert_uint_eq(ask(NULL, 0)->rcode, 32);
  ck_assert(last_done()->answer.from_cache);
  world_end(&w);
}
END_TEST

START_TEST(silence_is_told_again_and_asked_after_a_while_C15) {
  world_begin(&w, 1, &cached);
  ck_assert_int_eq(ask(NULL, 0)->status, STUBDNS_ETIMEOUT);
  const size_t sent_count = w.sent_count;
  for (int i = 0; i < 100; i++) {
    const struct done *const done = ask(NULL, 0);
    ck_assert_int_eq(done->status, STUBDNS_ETIMEOUT);
    ck_assert(done->answer.from_cache);
    ck_assert(!done->has_message);
    ck_assert_uint_eq(done->time_us, 5 * SECOND);
  }
  ck_assert_uint_eq(w.sent_count, sent_count);
  world_sleep_until(&w, 11 * SECOND);
  ck_assert(!ask(NULL, REPLY_ANSWER)->answer.from_cache);
  ck_assert(ask(NULL, 0)->answer.from_cache);
  ck_assert_int_eq(last_done()->status, 0);
  world_end(&w);
}
END_TEST

/* Whoever gives up early, or cannot send, has learned nothing of the servers.
 */
START_TEST(hurry_and_own_trouble_are_no_failures_of_the_servers) {
  const stubdns_lookup_options_t hurried = {.deadline_ms = 1000};
  world_begin(&w, 1, &cached);
  ck_assert_int_eq(ask(&hurried, 0)->status, STUBDNS_ETIMEOUT);
  w.open_trouble = STUBDNS__TROUBLE_UNREACHABLE;
  ck_assert_int_eq(ask(NULL, 0)->status, STUBDNS_EUNREACHABLE);
  w.open_trouble = STUBDNS__TROUBLE_NO_MEMORY;
  ck_assert_int_eq(ask(NULL, 0)->status, STUBDNS_ENOMEM);
  w.open_trouble = -1;
  ck_assert(!ask(NULL, REPLY_ANSWER)->answer.from_cache);
  ck_assert_int_eq(last_done()->status, 0);
  world_end(&w);
}
END_TEST

START_TEST(stale_answer_is_given_where_no_server_has_a_newer_one_M25) {
  world_begin(&w, 1, &stale);
  ask(NULL, REPLY_ANSWER);
  world_sleep_until(&w, 100 * SECOND);
  const size_t sent_count = w.sent_count;
  const struct done *done = ask(NULL, 0);
  ck_assert_uint_gt(w.sent_count, sent_count);
  ck_assert_int_eq(done->status, 0);
  ck_assert(done->answer.from_cache);
  ck_assert(done->answer.stale);
  ck_assert_mem_eq(done->address, "\xc0\0\2\1", 4);
  done = ask(NULL, 0); /* the failure is known: at once */
  ck_assert(done->answer.stale);
  ck_assert_uint_eq(done->time_us, 105 * SECOND);
  world_end(&w);
}
END_TEST

START_TEST(stale_answer_goes_before_an_error_reply) {
  world_begin(&w, 1, &stale);
  ask(NULL, REPLY_ANSWER);
  world_sleep_until(&w, 100 * SECOND);
  const struct done *const done = ask(NULL, REPLY_SERVFAIL);
  ck_assert(done->answer.stale);
  ck_assert_uint_eq(done->rcode, STUBDNS_RCODE_NOERROR);
  ck_assert_uint_eq(done->record_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(answer_that_its_server_calls_stale_is_marked_M25) {
  static const uint8_t opt[] = {0, 0, 41, 4, 208, 0, 0, 0,
                                0, 0, 6,  0, 15,  0, 2, 0};
  static const uint8_t cut[] = {0, 0, 41, 4, 208, 0, 0, 0,
                                0, 0, 5,  0, 15,  0, 1, 3};
  static const uint8_t codes[] = {3, 19, 4, 0};
  uint8_t reply[STUBDNS_QUERY_MAX];
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  const size_t head = QUESTION_END;
  memcpy(reply, w.sent[0].octets, head);
  reply[2] |= 0x80;
  memcpy(reply + head, opt, sizeof opt);
  reply[head + sizeof opt] = codes[_i];
  if (!codes[_i]) memcpy(reply + head, cut, sizeof cut);
  world_deliver(&w, &w.sent[0], reply, head + sizeof opt + (codes[_i] > 0));
  ck_assert_int_eq(last_done()->status, 0);
  ck_assert_int_eq(last_done()->answer.stale, _i < 2);
  ck_assert(!last_done()->answer.from_cache);
  world_end(&w);
}
END_TEST

START_TEST(answer_from_the_cache_can_be_cancelled_until_it_is_handed_out) {
  world_begin(&w, 1, &cached);
  ask(NULL, REPLY_ANSWER);
  struct stubdns__request *const request = world_ask(&w, NULL, NULL);
  stubdns__core_cancel(w.core, request, w.now_us);
  world_drain(&w);
  ck_assert_int_eq(last_done()->status, STUBDNS_ECANCELED);
  ck_assert(!last_done()->has_message);
  ck_assert(!last_done()->answer.from_cache);
  world_end(&w);
}
END_TEST

/* An answer, the same from the cache, a failure, the stale answer, the failure
 * again.  Whatever has no memory is missing; nothing else goes wrong. */
static void live_through_it(void) {
  world_ask_name(&w, "www.example.com", 1, NULL, NULL);
  world_drain(&w);
  if (w.sent_count) world_reply(&w, &w.sent[0], REPLY_ANSWER);
  world_run(&w);
  world_ask_name(&w, "www.example.com", 1, NULL, NULL);
  world_sleep_until(&w, 100 * SECOND);
  for (int i = 0; i < 2; i++) {
    world_ask_name(&w, "www.example.com", 1, NULL, NULL);
    world_ask_name(&w, "www.example.org", 1, NULL, NULL);
    world_run(&w);
  }
}

START_TEST(every_allocation_failing_costs_one_lookup_at_most_T11) {
  world_begin(&w, 1, &stale);
  size_t count = w.allocation_count;
  live_through_it();
  count = w.allocation_count - count;
  ck_assert_uint_eq(w.done_count, 6);
  world_end(&w);
  for (size_t i = 1; i <= count; i++) {
    size_t missing = 0;
    world_begin(&w, 1, &stale);
    w.fail_at = w.allocation_count + i;
    live_through_it();
    for (size_t j = 0; j < w.done_count; j++)
      missing += w.done[j].status == STUBDNS_ENOMEM;
    missing += 6 - w.done_count;
    ck_assert_uint_le(missing, 1);
    world_end(&w);
  }
}
END_TEST

START_TEST(core_without_memory_or_randomness_for_its_cache_is_not_made) {
  const struct stubdns__hooks hooks = world_hooks(&w);
  struct stubdns__core *core;
  world_begin(&w, 0, NULL);
  w.fail_at = w.allocation_count + 2;
  ck_assert_int_eq(stubdns__core_create(&hooks, &cached, &core),
                   STUBDNS_ENOMEM);
  w.random_fails = 1;
  ck_assert_int_eq(stubdns__core_create(&hooks, &cached, &core),
                   STUBDNS_ERANDOM);
  world_end(&w);
}
END_TEST

static void add_cache_tests(TCase *cases) {
  tcase_add_test(cases, answer_is_asked_for_once_while_its_ttl_lasts);
  tcase_add_test(cases, cache_is_off_unless_it_is_asked_for);
  tcase_add_test(cases, lookup_may_pass_the_cache_by);
  tcase_add_loop_test(cases, cache_keeps_answers_to_other_flags_apart, 0, 4);
  tcase_add_test(cases, query_that_is_spelled_out_passes_the_cache_by);
  tcase_add_test(cases, truncated_answer_is_not_kept);
  tcase_add_test(cases,
                 answer_from_the_cache_can_be_cancelled_until_it_is_handed_out);
  tcase_add_test(cases, every_allocation_failing_costs_one_lookup_at_most_T11);
  tcase_add_test(cases,
                 core_without_memory_or_randomness_for_its_cache_is_not_made);
}

static void add_failure_tests(TCase *cases) {
  tcase_add_test(cases, failure_of_every_server_is_told_again_for_a_while_C15);
  tcase_add_test(cases, error_with_an_extended_rcode_is_told_again_as_it_was);
  tcase_add_test(cases, silence_is_told_again_and_asked_after_a_while_C15);
  tcase_add_test(cases,
                 failure_of_servers_that_are_no_longer_asked_is_forgotten);
  tcase_add_test(cases, hurry_and_own_trouble_are_no_failures_of_the_servers);
  tcase_add_test(cases,
                 stale_answer_is_given_where_no_server_has_a_newer_one_M25);
  tcase_add_test(cases, stale_answer_goes_before_an_error_reply);
  tcase_add_loop_test(cases, answer_that_its_server_calls_stale_is_marked_M25,
                      0, 4);
}

Suite *test_suite(void) {
  TCase *const cases = tcase_create("recall");
  add_cache_tests(cases);
  add_failure_tests(cases);
  Suite *const suite = suite_create("resolver/recall");
  suite_add_tcase(suite, cases);
  return suite;
}
