/* src/resolver/judge.c: cookies and random letters, as one server after the
 * other sees them.  The question is always www.example.com IN A. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

#define NAME_OFFSET 12
#define NAME_LENGTH 17
#define QUESTION_END (NAME_OFFSET + NAME_LENGTH + 4)
#define OPT_LENGTH 11
#define BARE_LENGTH (QUESTION_END + OPT_LENGTH)
#define COOKIE_OFFSET (BARE_LENGTH + 4)
#define BADCOOKIE 23u

static struct world w;

static const struct stubdns__core_options plain = {.no_0x20 = 1};

static const uint8_t server_part[32] = {9, 8, 7,  6,  5,  4,  3,  2,
                                        1, 0, 11, 12, 13, 14, 15, 16};

/* The octets of the query's cookie, 0 where it has none. */
static size_t cookie_length(const struct sent *sent) {
  if (sent->length <= COOKIE_OFFSET) return 0;
  ck_assert_mem_eq(sent->octets + BARE_LENGTH, "\0\12\0", 3);
  ck_assert_uint_eq(sent->octets[BARE_LENGTH + 3],
                    sent->length - COOKIE_OFFSET);
  return sent->length - COOKIE_OFFSET;
}

static const uint8_t *cookie_of(const struct sent *sent) {
  ck_assert_uint_ge(cookie_length(sent), 8);
  return sent->octets + COOKIE_OFFSET;
}

/* Replies with an OPT record, which has the query's client cookie with
 * `server_length` octets of the server, the client's changed by `spoil`. */
static void reply_with_cookie(const struct sent *sent, unsigned rcode,
                              size_t server_length, uint8_t spoil) {
  uint8_t octets[BARE_LENGTH + 4 + 8 + 32];
  memcpy(octets, sent->octets, BARE_LENGTH);
  octets[2] |= 0x80;
  octets[3] = (uint8_t)(rcode & 15);
  octets[QUESTION_END + 5] = (uint8_t)(rcode >> 4);
  octets[BARE_LENGTH - 1] = (uint8_t)(4 + 8 + server_length);
  memcpy(octets + BARE_LENGTH, "\0\12\0", 3);
  octets[BARE_LENGTH + 3] = (uint8_t)(8 + server_length);
  memcpy(octets + COOKIE_OFFSET, cookie_of(sent), 8);
  octets[COOKIE_OFFSET] ^= spoil;
  memcpy(octets + COOKIE_OFFSET + 8, server_part, server_length);
  world_deliver(&w, sent, octets, COOKIE_OFFSET + 8 + server_length);
}

/* One lookup, after which the server has given its cookie. */
static void confirm_cookie(void) {
  const size_t first = w.sent_count;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  reply_with_cookie(&w.sent[first], 0, 8, 0);
  ck_assert_uint_eq(w.sent_count, first + 1);
}

static int has_letters_as_asked(const struct sent *sent) {
  return memcmp(sent->octets + NAME_OFFSET, "\3www\7example\3com", 17) == 0;
}

static const struct sent *ask_with(unsigned flags) {
  const stubdns_lookup_options_t options = {.flags = flags};
  world_ask(&w, NULL, &options);
  world_drain(&w);
  return &w.sent[w.sent_count - 1];
}

/* RFC 5452 section 9.3: after so many wrong guesses over UDP only the cookie
 * counts, which is hard to guess. */
START_TEST(lookup_under_attack_believes_a_confirmed_cookie_M11) {
  world_begin(&w, 1, &plain);
  confirm_cookie();
  const struct sent *const sent = ask_with(STUBDNS_LOOKUP_NO_TCP);
  for (size_t i = 0; i < 100; i++)
    reply_with_cookie(sent, 0, 8, 1);
  ck_assert_uint_eq(w.done_count, 1);
  world_reply(&w, sent, 0x8180);
  ck_assert_uint_eq(w.done_count, 1);
  reply_with_cookie(sent, 0, 8, 0);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_int_eq(w.done[1].status, 0);
  ck_assert(w.done[1].answer.under_attack);
  world_end(&w);
}
END_TEST

START_TEST(client_cookie_stays_and_differs_by_server_and_core_B15) {
  uint8_t before[8];
  world_begin(&w, 1, NULL);
  w.random_state = 1;
  memcpy(before, cookie_of(ask_with(0)), 8);
  ck_assert_mem_eq(cookie_of(ask_with(0)), before, 8);
  ck_assert_uint_eq(cookie_length(ask_with(0)), 8);
  world_end(&w);
  world_begin(&w, 2, NULL);
  ask_with(0);
  world_sleep_until(&w, 1000 * MS);
  ck_assert_uint_ne(w.sent[0].socket->server_port,
                    w.sent[1].socket->server_port);
  ck_assert_mem_ne(cookie_of(&w.sent[0]), cookie_of(&w.sent[1]), 8);
  world_end(&w);
}
END_TEST

START_TEST(core_without_randomness_for_its_secret_is_not_made_B3_B15) {
  static struct world empty = {.random_fails = 1}; /* too large for a stack */
  const struct stubdns__hooks hooks = world_hooks(&empty);
  ck_assert_int_eq(stubdns__core_create(&hooks, NULL, &empty.core),
                   STUBDNS_ERANDOM);
  ck_assert_uint_eq(empty.live_count, 0);
}
END_TEST

START_TEST(cookie_is_sent_with_edns_unless_the_user_says_no) {
  world_begin(&w, 1, NULL);
  ck_assert_uint_eq(cookie_length(ask_with(0)), 8);
  ck_assert_uint_eq(ask_with(STUBDNS_LOOKUP_NO_COOKIE)->length, BARE_LENGTH);
  ck_assert_uint_eq(ask_with(STUBDNS_LOOKUP_NO_EDNS)->length, QUESTION_END);
  world_end(&w);
}
END_TEST

static const size_t server_lengths[] = {8, 9, 16, 32};

START_TEST(server_cookie_goes_back_as_it_came_with_its_client_cookie_B16) {
  const size_t length = server_lengths[_i];
  stubdns_server_info_t info;
  world_begin(&w, 1, NULL);
  reply_with_cookie(ask_with(0), 0, length, 0);
  stubdns__core_server_info(w.core, 0, &info);
  ck_assert(info.cookie_is_known);
  const struct sent *second = ask_with(0);
  ck_assert_uint_eq(cookie_length(second), 8 + length);
  ck_assert_mem_eq(cookie_of(second), cookie_of(&w.sent[0]), 8);
  ck_assert_mem_eq(cookie_of(second) + 8, server_part, length);
  world_end(&w);
}
END_TEST

START_TEST(client_cookie_alone_is_no_cookie_of_the_server_B16) {
  stubdns_server_info_t info;
  world_begin(&w, 1, NULL);
  reply_with_cookie(ask_with(0), 0, 0, 0);
  ck_assert_int_eq(w.done[0].status, 0);
  stubdns__core_server_info(w.core, 0, &info);
  ck_assert(!info.cookie_is_known);
  world_end(&w);
}
END_TEST

START_TEST(reply_with_a_wrong_cookie_is_dropped_and_the_answer_taken_M12) {
  world_begin(&w, 1, NULL);
  const struct sent *sent = ask_with(0);
  for (unsigned i = 0; i < 3; i++) /* one packet, tripled on its way */
    reply_with_cookie(sent, 0, 8, 1);
  ck_assert_uint_eq(w.done_count, 0);
  reply_with_cookie(sent, 0, 8, 0);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_uint_eq(w.done[0].answer.drop_count, 3);
  ck_assert_str_eq(w.done[0].answer.drop_reason, "its cookie is not ours");
  world_end(&w);
}
END_TEST

START_TEST(reply_without_the_cookie_expected_is_dropped_M13) {
  world_begin(&w, 1, NULL);
  confirm_cookie();
  const struct sent *sent = ask_with(0);
  world_reply(&w, sent, REPLY_ANSWER);
  world_reply(&w, sent, REPLY_SERVFAIL);
  ck_assert_uint_eq(w.done_count, 1);
  reply_with_cookie(sent, 0, 8, 0);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_uint_eq(w.done[1].answer.drop_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(reply_without_a_cookie_is_taken_by_a_lookup_without_M13) {
  world_begin(&w, 1, NULL);
  confirm_cookie();
  world_reply(&w, ask_with(STUBDNS_LOOKUP_NO_COOKIE), REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_int_eq(w.done[1].status, 0);
  world_end(&w);
}
END_TEST

START_TEST(first_of_several_cookies_counts_M15) {
  uint8_t octets[COOKIE_OFFSET + 8 + 4 + 8];
  world_begin(&w, 1, NULL);
  const struct sent *sent = ask_with(0);
  memcpy(octets, sent->octets, sent->length);
  memcpy(octets + COOKIE_OFFSET + 8, octets + BARE_LENGTH, 12);
  octets[2] |= 0x80;
  octets[BARE_LENGTH - 1] = 24;
  octets[COOKIE_OFFSET] ^= 1;
  world_deliver(&w, sent, octets, sizeof octets);
  ck_assert_uint_eq(w.done_count, 0);
  octets[COOKIE_OFFSET] ^= 1;
  octets[COOKIE_OFFSET + 12] ^= 1;
  world_deliver(&w, sent, octets, sizeof octets);
  ck_assert_uint_eq(w.done_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(badcookie_is_answered_at_once_with_the_new_cookie_M14) {
  world_begin(&w, 2, NULL);
  const struct sent *sent = ask_with(0);
  world_sleep_until(&w, 20 * MS);
  reply_with_cookie(sent, BADCOOKIE, 16, 0);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_eq(w.sent[1].time_us, 20 * MS);
  ck_assert_uint_eq(w.sent[1].socket->server_port,
                    w.sent[0].socket->server_port);
  ck_assert_uint_eq(cookie_length(&w.sent[1]), 24);
  ck_assert_mem_eq(cookie_of(&w.sent[1]) + 8, server_part, 16);
  reply_with_cookie(&w.sent[1], 0, 16, 0);
  ck_assert_int_eq(w.done[0].status, 0);
  ck_assert_uint_eq(w.done[0].rcode, 0);
  world_end(&w);
}
END_TEST

START_TEST(server_that_always_says_badcookie_is_asked_four_times_M14) {
  world_begin(&w, 1, NULL);
  ask_with(_i ? STUBDNS_LOOKUP_NO_TCP : 0);
  for (size_t i = 0; i < 3; i++) {
    ck_assert_uint_eq(w.sent_count, i + 1);
    reply_with_cookie(&w.sent[i], BADCOOKIE, 8, 0);
  }
  ck_assert_uint_eq(w.sent_count, 4);
  ck_assert_uint_eq(w.sent[3].length, BARE_LENGTH);
  ck_assert_int_eq(w.sent[3].socket->is_tcp, _i == 0);
  world_run(&w);
  ck_assert_uint_eq(w.sent_count, 4);
  ck_assert_uint_eq(w.done[0].rcode, BADCOOKIE);
  world_end(&w);
}
END_TEST

START_TEST(badcookie_without_a_cookie_of_the_server_is_an_error_M14) {
  world_begin(&w, 1, NULL);
  reply_with_cookie(ask_with(0), BADCOOKIE, 0, 0);
  ck_assert_uint_eq(w.sent_count, 1);
  world_sleep_until(&w, 100 * MS);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

/* Of thirteen letters all are as asked once in 8192 times. */
START_TEST(letters_are_random_until_a_cookie_is_confirmed_M5_B9) {
  unsigned as_asked = 0;
  world_begin(&w, 1, NULL);
  for (unsigned i = 0; i < 20; i++)
    as_asked += (unsigned)has_letters_as_asked(ask_with(0));
  ck_assert_uint_le(as_asked, 1);
  confirm_cookie();
  for (unsigned i = 0; i < 20; i++)
    ck_assert(has_letters_as_asked(ask_with(0)));
  as_asked = 0;
  for (unsigned i = 0; i < 20; i++)
    as_asked +=
        (unsigned)has_letters_as_asked(ask_with(STUBDNS_LOOKUP_NO_COOKIE));
  ck_assert_uint_le(as_asked, 1);
  world_end(&w);
}
END_TEST

START_TEST(letters_stay_where_the_user_wants_it_B8) {
  world_begin(&w, 1, NULL);
  for (unsigned i = 0; i < 20; i++)
    ck_assert(has_letters_as_asked(ask_with(STUBDNS_LOOKUP_NO_0X20)));
  world_end(&w);
  world_begin(&w, 1, &plain);
  for (unsigned i = 0; i < 20; i++)
    ck_assert(has_letters_as_asked(ask_with(0)));
  world_end(&w);
}
END_TEST

START_TEST(reply_with_other_letters_is_dropped_and_the_answer_taken_M5) {
  world_begin(&w, 1, NULL);
  const struct sent *sent = ask_with(0);
  struct sent folded = *sent;
  folded.octets[NAME_OFFSET + 1] ^= 0x20;
  world_reply(&w, &folded, REPLY_ANSWER);
  world_reply(&w, &folded, REPLY_SERVFAIL);
  ck_assert_uint_eq(w.done_count, 0);
  world_reply(&w, sent, REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_uint_eq(w.done[0].answer.drop_count, 2);
  world_end(&w);
}
END_TEST

static const unsigned reply_flags[] = {REPLY_ANSWER, REPLY_REFUSED};

START_TEST(message_has_the_letters_that_the_user_wrote_B8) {
  const stubdns_question_t question = world_question("www.example.com", 1);
  world_begin(&w, 1, NULL);
  const size_t first = w.sent_count;
  ask_with(0);
  for (size_t i = first; i < w.sent_count && !w.done_count; i++) {
    world_reply(&w, &w.sent[i], reply_flags[_i]);
    world_sleep_until(&w, 1000 * MS);
  }
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_mem_eq(w.done[0].question.name.octets, question.name.octets,
                   NAME_LENGTH);
  ck_assert_mem_eq(w.done[0].answer.question.name.octets, question.name.octets,
                   NAME_LENGTH);
  world_end(&w);
}
END_TEST

START_TEST(timeline_tells_which_queries_were_protected) {
  world_begin(&w, 1, NULL);
  confirm_cookie();
  confirm_cookie();
  ck_assert(w.done[0].events[0].cookie && w.done[0].events[0].exact);
  ck_assert(w.done[1].events[0].cookie && !w.done[1].events[0].exact);
  world_end(&w);
}
END_TEST

static void add_cookie_tests(TCase *cases) {
  tcase_add_test(cases, lookup_under_attack_believes_a_confirmed_cookie_M11);
  tcase_add_test(cases, client_cookie_stays_and_differs_by_server_and_core_B15);
  tcase_add_test(cases,
                 core_without_randomness_for_its_secret_is_not_made_B3_B15);
  tcase_add_test(cases, cookie_is_sent_with_edns_unless_the_user_says_no);
  tcase_add_loop_test(
      cases, server_cookie_goes_back_as_it_came_with_its_client_cookie_B16, 0,
      sizeof server_lengths / sizeof *server_lengths);
  tcase_add_test(cases, client_cookie_alone_is_no_cookie_of_the_server_B16);
  tcase_add_test(cases,
                 reply_with_a_wrong_cookie_is_dropped_and_the_answer_taken_M12);
  tcase_add_test(cases, reply_without_the_cookie_expected_is_dropped_M13);
  tcase_add_test(cases,
                 reply_without_a_cookie_is_taken_by_a_lookup_without_M13);
  tcase_add_test(cases, first_of_several_cookies_counts_M15);
  tcase_add_test(cases, badcookie_is_answered_at_once_with_the_new_cookie_M14);
  tcase_add_loop_test(
      cases, server_that_always_says_badcookie_is_asked_four_times_M14, 0, 2);
  tcase_add_test(cases,
                 badcookie_without_a_cookie_of_the_server_is_an_error_M14);
}

Suite *test_suite(void) {
  TCase *const cookies = tcase_create("cookies");
  TCase *const letters = tcase_create("letters");
  add_cookie_tests(cookies);
  tcase_add_test(letters, letters_are_random_until_a_cookie_is_confirmed_M5_B9);
  tcase_add_test(letters, letters_stay_where_the_user_wants_it_B8);
  tcase_add_test(letters,
                 reply_with_other_letters_is_dropped_and_the_answer_taken_M5);
  tcase_add_loop_test(letters, message_has_the_letters_that_the_user_wrote_B8,
                      0, sizeof reply_flags / sizeof *reply_flags);
  tcase_add_test(letters, timeline_tells_which_queries_were_protected);
  Suite *const suite = suite_create("resolver/protection");
  suite_add_tcase(suite, cookies);
  suite_add_tcase(suite, letters);
  return suite;
}
