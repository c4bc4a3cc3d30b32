/* src/replay/: pairing queries with replies, choosing among several, and what a
 * query gets that nothing was recorded for. */
#include "stubdns/replay.h"

#include "support/fixture.h"
#include "support/octets.h"
#include "support/suite.h"

#include "stubdns/edns.h"
#include "stubdns/error.h"
#include "stubdns/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static stubdns_replay_t replay;
static uint8_t reply[STUBDNS_MESSAGE_MAX];
static size_t reply_length;
static struct octets file;

static void add_fixture(const char *path) {
  stubdns_capture_t capture;
  file = file_read(path);
  ck_assert_int_eq(
      stubdns_capture_open(&capture, file.octets, file.length, NULL, 0), 0);
  ck_assert_int_eq(stubdns_replay_add_capture(&replay, &capture), 0);
}

static void set_up(void) {
  stubdns_replay_init(&replay);
  add_fixture(STUBDNS_FIXTURES "/recorded/named-a.pcap");
}

static void tear_down(void) {
  stubdns_replay_free(&replay);
  free(file.octets);
}

/* What is asked, in short. */
struct ask {
  const char *name;
  uint16_t type;
  uint16_t payload_size; /* 0: no EDNS */
  uint16_t edns_flags;
  uint16_t flags;
};

static size_t write_query(const struct ask *ask, uint16_t id, uint8_t *octets,
                          size_t size) {
  const stubdns_question_t question = {NAME(ask->name), ask->type,
                                       STUBDNS_CLASS_IN};
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  size_t length;
  query.question = &question;
  query.id = id;
  query.flags = ask->flags;
  query.edns = ask->payload_size != 0;
  query.edns_flags = ask->edns_flags;
  if (ask->payload_size) query.payload_size = ask->payload_size;
  ck_assert_int_eq(stubdns_query_build(&query, octets, size, &length), 0);
  return length;
}

/* Asks with ID 0xabcd; gives the result, with the reply parsed. */
static int answer(const struct ask *ask, stubdns_message_t *message) {
  uint8_t query[STUBDNS_QUERY_MAX];
  const size_t length = write_query(ask, 0xabcd, query, sizeof query);
  const int result = stubdns_replay_answer(&replay, query, length, reply,
                                           sizeof reply, &reply_length);
  ck_assert_int_eq(stubdns_message_parse(message, reply, reply_length, 0), 0);
  ck_assert_uint_eq(message->id, 0xabcd);
  return result;
}

START_TEST(recorded_reply_gets_the_id_and_letters_of_the_query) {
  const struct ask ask = {"wWw.Example.TEST", STUBDNS_TYPE_A, 1232, 0,
                          STUBDNS_FLAG_RD};
  stubdns_message_t message;
  ck_assert_int_eq(answer(&ask, &message), STUBDNS_REPLAY_RECORDED);
  const stubdns_question_t question = stubdns_message_question(&message);
  const stubdns_name_t name = NAME(ask.name);
  ck_assert(stubdns_name_identical(&question.name, &name));
  ck_assert_uint_eq(message.record_counts[0], 1);
}
END_TEST

START_TEST(other_question_is_refused) {
  const struct ask asks[] = {
      {"ww.example.test", STUBDNS_TYPE_A, 1232, 0, 0},
      {"www.example.test", STUBDNS_TYPE_AAAA, 1232, 0, 0},
      {"www.example.test.test", STUBDNS_TYPE_A, 0, 0, 0},
  };
  stubdns_message_t message;
  stubdns_edns_t edns;
  for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
    ck_assert_int_eq(answer(&asks[i], &message), STUBDNS_REPLAY_UNMATCHED);
    ck_assert_uint_eq(stubdns_message_rcode(&message), STUBDNS_RCODE_REFUSED);
    ck_assert_uint_eq(message.question_count, 1);
    ck_assert_int_eq(stubdns_message_edns(&message, &edns) != 0,
                     asks[i].payload_size != 0);
  }
}
END_TEST

/* Adds a made-up exchange whose reply has `mark` as its number of zero octets
 * behind the question, and so can be told from others. */
static void add_marked(const struct ask *ask, size_t mark, uint8_t *octets) {
  const size_t length = write_query(ask, 1, octets, STUBDNS_QUERY_MAX);
  uint8_t *const marked = octets + STUBDNS_QUERY_MAX;
  struct ask plain = *ask;
  plain.payload_size = 0;
  const size_t plain_length = write_query(&plain, 1, marked, STUBDNS_QUERY_MAX);
  marked[2] |= 0x80;
  memset(marked + plain_length, 0, mark);
  ck_assert_int_eq(
      stubdns_replay_add(&replay, octets, length, marked, plain_length + mark),
      0);
}

static size_t mark_of_answer(const struct ask *ask) {
  stubdns_message_t message;
  ck_assert_int_eq(answer(ask, &message), STUBDNS_REPLAY_RECORDED);
  return stubdns_message_trailing_length(&message);
}

START_TEST(most_alike_query_decides_among_replies) {
  static uint8_t octets[6][3 * STUBDNS_QUERY_MAX];
  const uint16_t rd = STUBDNS_FLAG_RD;
  const struct ask recorded[] = {
      {"a.test", STUBDNS_TYPE_A, 0, 0, rd},
      {"a.test", STUBDNS_TYPE_A, 1232, 0, rd},
      {"a.test", STUBDNS_TYPE_A, 4096, 0, rd},
      {"a.test", STUBDNS_TYPE_A, 1232, STUBDNS_EDNS_DO, rd},
      {"a.test", STUBDNS_TYPE_A, 1232, 0, 0},
      {"a.test", STUBDNS_TYPE_A, 1232, 0, rd},
  };
  for (size_t i = 0; i < 6; i++)
    add_marked(&recorded[i], i, octets[i]);
  for (size_t i = 0; i < 5; i++)
    ck_assert_uint_eq(mark_of_answer(&recorded[i]), i);
  const struct ask near_4096 = {"A.test", STUBDNS_TYPE_A, 4000, 0, rd};
  ck_assert_uint_eq(mark_of_answer(&near_4096), 2);
  const struct ask near_512 = {"A.test", STUBDNS_TYPE_A, 512, 0, 0};
  ck_assert_uint_eq(mark_of_answer(&near_512), 4);
  const struct ask checking = {"A.test", STUBDNS_TYPE_A, 0, 0, STUBDNS_FLAG_CD};
  ck_assert_uint_eq(mark_of_answer(&checking), 0);
}
END_TEST

START_TEST(many_exchanges_are_found_again) {
  enum { COUNT = 1000 };
  static uint8_t octets[COUNT][3 * STUBDNS_QUERY_MAX];
  char name[32];
  for (unsigned i = 0; i < COUNT; i++) {
    snprintf(name, sizeof name, "n%u.test", i);
    const struct ask ask = {name, STUBDNS_TYPE_TXT, 0, 0, 0};
    add_marked(&ask, i % 200, octets[i]);
  }
  for (unsigned i = 0; i < COUNT; i++) {
    snprintf(name, sizeof name, "N%u.test", i);
    const struct ask ask = {name, STUBDNS_TYPE_TXT, 0, 0, 0};
    ck_assert_uint_eq(mark_of_answer(&ask), i % 200);
  }
  ck_assert_uint_eq(replay.exchange_count, COUNT + 1);
}
END_TEST

/* A query, or what is none, and what it gets. */
static const struct {
  const char *hex;
  int result;
  unsigned rcode;
} odd_queries[] = {
    {"", STUBDNS_REPLAY_SILENT, 0},
    {"1234 0100 0001 0000 0000 00", STUBDNS_REPLAY_SILENT, 0},
    {"1234 8100 0001 0000 0000 0000 00 0001 0001", STUBDNS_REPLAY_SILENT, 0},
    {"1234 0100 0001 0000 0000 0000 40 0001 0001", STUBDNS_REPLAY_REJECTED,
     STUBDNS_RCODE_FORMERR},
    {"1234 0100 0000 0000 0000 0000", STUBDNS_REPLAY_REJECTED,
     STUBDNS_RCODE_FORMERR},
    {"1234 2100 0001 0000 0000 0000 00 0006 0001", STUBDNS_REPLAY_REJECTED,
     STUBDNS_RCODE_NOTIMP},
};

START_TEST(odd_query_is_rejected_or_ignored) {
  size_t length;
  uint8_t *const query = octets_from_hex(odd_queries[_i].hex, &length);
  const int result = stubdns_replay_answer(&replay, query, length, reply,
                                           sizeof reply, &reply_length);
  ck_assert_int_eq(result, odd_queries[_i].result);
  ck_assert_int_eq(reply_length == 0, result == STUBDNS_REPLAY_SILENT);
  if (reply_length) {
    stubdns_message_t message;
    ck_assert_int_eq(stubdns_message_parse(&message, reply, reply_length, 0),
                     0);
    ck_assert_uint_eq(message.id, 0x1234);
    ck_assert_uint_eq(stubdns_message_rcode(&message), odd_queries[_i].rcode);
    ck_assert_uint_eq(stubdns_message_opcode(&message),
                      (unsigned)query[2] >> 3 & 0xf);
  }
  free(query);
}
END_TEST

START_TEST(broken_reply_is_given_as_it_was_recorded) {
  uint8_t query[STUBDNS_QUERY_MAX];
  const struct ask ask = {"broken.test", STUBDNS_TYPE_A, 0, 0, 0};
  const uint8_t broken[] = {0, 1, 0x80, 0, 0xff, 0xff, 3};
  size_t length = write_query(&ask, 1, query, sizeof query);
  ck_assert_int_eq(
      stubdns_replay_add(&replay, query, length, broken, sizeof broken), 0);
  length = write_query(&ask, 7, query, sizeof query);
  ck_assert_int_eq(stubdns_replay_answer(&replay, query, length, reply,
                                         sizeof reply, &reply_length),
                   STUBDNS_REPLAY_RECORDED);
  ck_assert_uint_eq(reply_length, sizeof broken);
  ck_assert_mem_eq(reply + 2, broken + 2, sizeof broken - 2);
  ck_assert_uint_eq(reply[1], 7);
}
END_TEST

START_TEST(reply_with_another_id_than_its_query_has_another_again) {
  uint8_t query[STUBDNS_QUERY_MAX];
  const struct ask ask = {"other.test", STUBDNS_TYPE_A, 0, 0, 0};
  const uint8_t other[] = {0x12, 0x34, 0x80, 0};
  size_t length = write_query(&ask, 0x1230, query, sizeof query);
  ck_assert_int_eq(
      stubdns_replay_add(&replay, query, length, other, sizeof other), 0);
  length = write_query(&ask, 0x4711, query, sizeof query);
  ck_assert_int_eq(stubdns_replay_answer(&replay, query, length, reply,
                                         sizeof reply, &reply_length),
                   STUBDNS_REPLAY_RECORDED);
  ck_assert_uint_eq(reply[0], 0x47);
  ck_assert_uint_eq(reply[1], 0x15);
}
END_TEST

START_TEST(equal_exchanges_are_given_in_their_order_and_the_last_again) {
  static uint8_t octets[3][3 * STUBDNS_QUERY_MAX];
  const struct ask ask = {"again.test", STUBDNS_TYPE_A, 0, 0, 0};
  for (size_t i = 0; i < 3; i++)
    add_marked(&ask, i, octets[i]);
  for (size_t i = 0; i < 5; i++)
    ck_assert_uint_eq(mark_of_answer(&ask), i < 3 ? i : 2);
}
END_TEST

START_TEST(strict_order_takes_nothing_else_than_what_comes_next) {
  static uint8_t octets[2][3 * STUBDNS_QUERY_MAX];
  const struct ask first = {"first.test", STUBDNS_TYPE_A, 0, 0, 0};
  const struct ask second = {"second.test", STUBDNS_TYPE_A, 0, 0, 0};
  stubdns_message_t message;
  stubdns_replay_free(&replay);
  add_marked(&first, 1, octets[0]);
  add_marked(&second, 2, octets[1]);
  replay.in_order = 1;
  ck_assert_int_eq(answer(&second, &message), STUBDNS_REPLAY_UNMATCHED);
  ck_assert_uint_eq(mark_of_answer(&first), 1);
  ck_assert_int_eq(answer(&first, &message), STUBDNS_REPLAY_UNMATCHED);
  ck_assert_uint_eq(mark_of_answer(&second), 2);
  ck_assert_int_eq(answer(&second, &message), STUBDNS_REPLAY_UNMATCHED);
}
END_TEST

START_TEST(questions_that_were_not_recorded_may_get_no_reply) {
  const struct ask ask = {"a.invalid", STUBDNS_TYPE_A, 0, 0, 0};
  uint8_t query[STUBDNS_QUERY_MAX];
  const size_t length = write_query(&ask, 1, query, sizeof query);
  replay.unmatched_rcode = STUBDNS_REPLAY_NO_REPLY;
  ck_assert_int_eq(stubdns_replay_answer(&replay, query, length, reply,
                                         sizeof reply, &reply_length),
                   STUBDNS_REPLAY_UNMATCHED);
  ck_assert_uint_eq(reply_length, 0);
  ck_assert_uint_eq(replay.unmatched_count, 1);
}
END_TEST

START_TEST(questions_that_were_not_recorded_are_remembered) {
  const struct ask asks[] = {{"a.invalid", STUBDNS_TYPE_A, 0, 0, 0},
                             {"b.invalid", STUBDNS_TYPE_MX, 0, 0, 0},
                             {"A.invalid", STUBDNS_TYPE_A, 0, 0, 0}};
  stubdns_message_t message;
  stubdns_question_t question;
  size_t position = 0;
  uint64_t count;
  replay.unmatched_rcode = STUBDNS_RCODE_NXDOMAIN;
  for (size_t i = 0; i < 3; i++) {
    ck_assert_int_eq(answer(&asks[i], &message), STUBDNS_REPLAY_UNMATCHED);
    ck_assert_uint_eq(stubdns_message_rcode(&message), STUBDNS_RCODE_NXDOMAIN);
  }
  ck_assert(
      stubdns_replay_next_unmatched(&replay, &position, &question, &count));
  ck_assert_uint_eq(count, 2);
  ck_assert_uint_eq(question.type, STUBDNS_TYPE_A);
  ck_assert(
      stubdns_replay_next_unmatched(&replay, &position, &question, &count));
  ck_assert_uint_eq(count, 1);
  ck_assert_uint_eq(question.type, STUBDNS_TYPE_MX);
  ck_assert(
      !stubdns_replay_next_unmatched(&replay, &position, &question, &count));
  ck_assert_uint_eq(replay.unmatched_count, 3);
}
END_TEST

START_TEST(given_reply_leads_back_to_what_was_recorded) {
  const struct ask ask = {"wWw.Example.TEST", STUBDNS_TYPE_A, 1232, 0,
                          STUBDNS_FLAG_RD};
  stubdns_message_t message;
  stubdns_original_t original;
  ck_assert_int_eq(answer(&ask, &message), STUBDNS_REPLAY_RECORDED);
  ck_assert(stubdns_replay_find_original(&replay, &message, &original));
  ck_assert_uint_eq(original.reply_length, reply_length);
  ck_assert_mem_eq(original.reply + reply_length - 8, reply + reply_length - 8,
                   8);
  ck_assert_mem_ne(original.reply, reply, 2);
  ck_assert_mem_eq(original.query, original.reply, 2);
  ck_assert_uint_ge(original.reply_us, original.query_us);
  reply[reply_length - 1] ^= 1;
  ck_assert(!stubdns_replay_find_original(&replay, &message, &original));
}
END_TEST

START_TEST(reply_that_was_not_given_leads_nowhere) {
  const struct ask ask = {"www.example.test", STUBDNS_TYPE_A, 0, 0, 0};
  uint8_t octets[STUBDNS_QUERY_MAX];
  const size_t length = write_query(&ask, 7, octets, sizeof octets);
  stubdns_message_t message;
  stubdns_original_t original;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  ck_assert(!stubdns_replay_find_original(&replay, &message, &original));
}
END_TEST

START_TEST(reply_without_a_query_answers_its_own_question) {
  uint8_t octets[STUBDNS_QUERY_MAX];
  const struct ask ask = {"alone.test", STUBDNS_TYPE_A, 0, 0, 0};
  stubdns_message_t message;
  const size_t length = write_query(&ask, 7, octets, sizeof octets);
  octets[2] |= 0x80;
  ck_assert_int_eq(stubdns_replay_add(&replay, NULL, 0, octets, length), 0);
  ck_assert_int_eq(answer(&ask, &message), STUBDNS_REPLAY_RECORDED);
  const uint8_t no_question[12] = {0};
  ck_assert_int_eq(stubdns_replay_add(&replay, NULL, 0, no_question, 12),
                   STUBDNS_EQUESTIONS);
  ck_assert_int_eq(stubdns_replay_add(&replay, NULL, 0, no_question, 11),
                   STUBDNS_ESHORT);
}
END_TEST

START_TEST(room_that_is_too_small_is_an_error) {
  uint8_t query[STUBDNS_QUERY_MAX];
  const struct ask ask = {"www.example.test", STUBDNS_TYPE_A, 1232, 0, 0};
  const size_t length = write_query(&ask, 7, query, sizeof query);
  ck_assert_int_eq(
      stubdns_replay_answer(&replay, query, length, reply, 511, &reply_length),
      STUBDNS_ENOSPACE);
  static uint8_t large[600] = {0, 7, 0x80, 0};
  const struct ask other = {"large.test", STUBDNS_TYPE_A, 0, 0, 0};
  const size_t other_length = write_query(&other, 7, query, sizeof query);
  stubdns_replay_add(&replay, query, other_length, large, sizeof large);
  ck_assert_int_eq(stubdns_replay_answer(&replay, query, other_length, reply,
                                         599, &reply_length),
                   STUBDNS_ENOSPACE);
  ck_assert_int_eq(stubdns_replay_answer(&replay, query, other_length, reply,
                                         600, &reply_length),
                   STUBDNS_REPLAY_RECORDED);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("answer");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases, recorded_reply_gets_the_id_and_letters_of_the_query);
  tcase_add_test(cases, other_question_is_refused);
  tcase_add_test(cases, most_alike_query_decides_among_replies);
  tcase_add_test(cases, many_exchanges_are_found_again);
  tcase_add_loop_test(cases, odd_query_is_rejected_or_ignored, 0,
                      (int)(sizeof odd_queries / sizeof odd_queries[0]));
  tcase_add_test(cases, broken_reply_is_given_as_it_was_recorded);
  tcase_add_test(cases, reply_with_another_id_than_its_query_has_another_again);
  tcase_add_test(cases,
                 equal_exchanges_are_given_in_their_order_and_the_last_again);
  tcase_add_test(cases, strict_order_takes_nothing_else_than_what_comes_next);
  tcase_add_test(cases, questions_that_were_not_recorded_are_remembered);
  tcase_add_test(cases, questions_that_were_not_recorded_may_get_no_reply);
  tcase_add_test(cases, given_reply_leads_back_to_what_was_recorded);
  tcase_add_test(cases, reply_that_was_not_given_leads_nowhere);
  tcase_add_test(cases, reply_without_a_query_answers_its_own_question);
  tcase_add_test(cases, room_that_is_too_small_is_an_error);
  Suite *const suite = suite_create("replay/answer");
  suite_add_tcase(suite, cases);
  return suite;
}
