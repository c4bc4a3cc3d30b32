/* src/resolver: bad packets, and nothing or a good answer behind them.  That
 * the answer wins over each is shown by fixtures/scenarios. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#define WWW "03777777 076578616d706c65 03636f6d 00 "
#define MAIL "046d61696c 076578616d706c65 03636f6d 00 "
#define QUESTION WWW "0001 0001 "
#define RECORD "c00c 0001 0001 0000003c 0004 c6336401 "
#define OPT "00 0029 04d0 00000000 0000 "

/* A datagram as hex text; "IDID" stands for the query's ID, "XXXX" for another.
 */
struct hostile {
  const char *what;
  const char *datagram;
  uint32_t drop_count; /* 0: it is a reply, though a bad one */
};

static const struct hostile packets[] = {
    {"wrong ID", "XXXX 8180 0001 0001 0000 0000" QUESTION RECORD, 1},
    {"5 random octets", "5e3f9a01c7", 1},
    {"empty datagram", "", 1},
    {"6-octet header", "IDID 8180 0001", 1},
    {"wrong ID with broken question", "XXXX 8180 0001 0001 0000 0000 3f41", 1},
    {"other name", "IDID 8180 0001 0001 0000 0000" MAIL "0001 0001" RECORD, 1},
    {"other type", "IDID 8180 0001 0001 0000 0000" WWW "001c 0001" RECORD, 1},
    {"other class", "IDID 8180 0001 0001 0000 0000" WWW "0001 0003" RECORD, 1},
    {"QDCOUNT 0 with an answer",
     "IDID 8180 0000 0001 0000 0000" WWW "0001 0001 0000003c 0004 c6336401", 1},
    {"QDCOUNT 2", "IDID 8180 0002 0001 0000 0000" QUESTION QUESTION RECORD, 1},
    {"our query echoed", "IDID 0100 0001 0000 0000 0001" QUESTION OPT, 1},
    {"answer with QR=0", "IDID 0180 0001 0001 0000 0000" QUESTION RECORD, 1},
    {"answer with opcode 4", "IDID a180 0001 0001 0000 0000" QUESTION RECORD,
     1},
    {"broken question", "IDID 8180 0001 0001 0000 0000 3f41", 1},
    {"looping question name",
     "IDID 8180 0001 0001 0000 0000 c00c 0001 0001" RECORD, 1},
    {"header-only SERVFAIL", "IDID 8182 0000 0000 0000 0000", 1},
    {"header-only REFUSED", "IDID 8185 0000 0000 0000 0000", 1},
    {"SERVFAIL for another name",
     "IDID 8182 0001 0000 0000 0000" MAIL "0001 0001", 1},
    {"cut answer",
     "IDID 8180 0001 0001 0000 0000" QUESTION "c00c 0001 0001 0000", 0},
    {"looping owner name",
     "IDID 8180 0001 0001 0000 0000" QUESTION "c021 0001 0001 0000003c 0004 "
     "c6336401",
     0},
    {"RDLENGTH past the end",
     "IDID 8180 0001 0001 0000 0000" QUESTION "c00c 0001 0001 0000003c 0400 "
     "c6336401",
     0},
    {"ANCOUNT 65535", "IDID 8180 0001 ffff 0000 0000" QUESTION RECORD, 0},
    {"two OPT records", "IDID 8180 0001 0001 0000 0002" QUESTION RECORD OPT OPT,
     0},
    {"truncated, for another name (T13)",
     "IDID 8380 0001 0000 0000 0000" MAIL "0001 0001", 1},
    {"SERVFAIL", "IDID 8182 0001 0000 0000 0000" QUESTION, 0},
    {"REFUSED", "IDID 8185 0001 0000 0000 0000" QUESTION, 0},
    {"FORMERR", "IDID 8181 0001 0000 0000 0000" QUESTION, 0},
};
#define PACKET_COUNT (sizeof packets / sizeof packets[0])

static struct world w;

/* The packets know the query's letters, or none would come as far as they do.
 */
static const struct stubdns__core_options plain = {.no_0x20 = 1};

static unsigned hex_digit(char c) {
  return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Reads the hex text, with IDs put in; returns the length. */
static size_t read_packet(const char *text, uint16_t id, uint8_t *octets) {
  size_t length = 0;
  for (; *text; text++) {
    if (*text == ' ') continue;
    if (*text == 'I' || *text == 'X') {
      const unsigned written = *text == 'I' ? id : id ^ 0x0100u;
      octets[length++] = (uint8_t)(written >> 8);
      octets[length++] = (uint8_t)written;
      text += 3;
      continue;
    }
    octets[length++] = (uint8_t)(hex_digit(text[0]) * 16 + hex_digit(text[1]));
    text++;
  }
  return length;
}

static void deliver(const struct hostile *packet, const struct sent *sent) {
  uint8_t octets[512];
  const size_t length = read_packet(packet->datagram, sent->id, octets);
  ck_assert(world_deliver(&w, sent, octets, length));
}

/* Random letters keep away even more. */
START_TEST(answer_wins_over_the_bad_packet_with_random_letters_M5_M10) {
  for (size_t i = 0; i < PACKET_COUNT; i++) {
    world_begin(&w, 1, NULL);
    world_ask(&w, NULL, NULL);
    world_sleep_until(&w, 10 * MS);
    deliver(&packets[i], &w.sent[0]);
    world_sleep_until(&w, 90 * MS);
    world_reply(&w, &w.sent[0], REPLY_ANSWER);
    ck_assert_uint_eq(w.done_count, 1);
    ck_assert_int_eq(w.done[0].status, 0);
    ck_assert_uint_eq(w.done[0].answer.drop_count, 1);
    ck_assert_uint_eq(w.sent_count, 1);
    world_end(&w);
  }
}
END_TEST

/* A server that never says anything better: the bad packet answers each of our
 * queries, yet these leave no sooner than to a silent server, or 100 ms after
 * an error. */
static void never_answer(const struct hostile *packet) {
  size_t replied = 0;
  world_begin(&w, 1, &plain);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  while (stubdns__core_lookup_count(w.core) > 0) {
    if (replied < w.sent_count)
      deliver(packet, &w.sent[replied++]);
    else
      world_sleep_until(&w, w.now_us - WORLD_BEGIN_US + MS);
  }
  ck_assert_uint_le(w.sent_count, 4);
  for (size_t i = 1; i < w.sent_count; i++)
    ck_assert_uint_ge(w.sent[i].time_us - w.sent[i - 1].time_us, 100 * MS);
  if (packet->drop_count) ck_assert_uint_eq(w.done[0].time_us, 5000 * MS);
  ck_assert_uint_eq(w.done[0].answer.drop_count,
                    packet->drop_count * w.sent_count);
  world_end(&w);
}

START_TEST(bad_packet_never_makes_us_send_faster_than_allowed_M10) {
  for (size_t i = 0; i < PACKET_COUNT; i++)
    never_answer(&packets[i]);
}
END_TEST

START_TEST(malformed_replies_alone_are_told_from_silence) {
  world_begin(&w, 1, &plain);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  deliver(&packets[18], &w.sent[0]);
  world_run(&w);
  ck_assert_int_eq(w.done[0].status, STUBDNS_EMALFORMED);
  ck_assert_uint_eq(w.done[0].time_us, 5000 * MS);
  world_end(&w);
}
END_TEST

START_TEST(first_reason_of_all_drops_is_told) {
  world_begin(&w, 1, &plain);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  deliver(&packets[2], &w.sent[0]);
  deliver(&packets[0], &w.sent[0]);
  deliver(&packets[5], &w.sent[0]);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done[0].answer.drop_count, 3);
  ck_assert_str_eq(w.done[0].answer.drop_reason, "it is shorter than a header");
  world_end(&w);
}
END_TEST

/* RFC 5452 section 9.1: a reply belongs to the path on which its query went. */
START_TEST(reply_on_the_path_of_another_query_is_dropped_M3) {
  world_begin(&w, 1, &plain);
  world_ask(&w, NULL, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  struct sent crossed = w.sent[0];
  crossed.socket = w.sent[1].socket;
  world_reply(&w, &crossed, REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 0);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_uint_eq(w.done[0].answer.drop_count, 1);
  world_end(&w);
}
END_TEST

static size_t edns_count(const struct sent *sent) {
  return sent->octets[11];
}

START_TEST(error_without_a_question_makes_the_next_query_plain_M9) {
  world_begin(&w, 1, &plain);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  deliver(&packets[15 + _i], &w.sent[0]);
  world_sleep_until(&w, 355 * MS);
  ck_assert_uint_eq(w.sent_count, 1);
  world_sleep_until(&w, 445 * MS);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_eq(edns_count(&w.sent[0]), 1);
  ck_assert_uint_eq(edns_count(&w.sent[1]), 0);
  world_end(&w);
}
END_TEST

/* With it the lookup goes on over TCP, and still listens. */
#define TRUNCATION_BIT (2 * 8 + 1)

static void flip_and_deliver(size_t bit) {
  uint8_t octets[49];
  world_begin(&w, 1, &plain);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  const size_t length = read_packet(
      "IDID 8180 0001 0001 0000 0000" QUESTION RECORD, w.sent[0].id, octets);
  ck_assert_uint_eq(length, sizeof octets);
  octets[bit / 8] = (uint8_t)(octets[bit / 8] ^ 1u << bit % 8);
  world_deliver(&w, &w.sent[0], octets, length);
  world_sleep_until(&w, 80 * MS);
  if (w.done_count == 0) world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_int_eq(w.done[0].status, 0);
  ck_assert_uint_eq(w.sent_count, bit == TRUNCATION_BIT ? 2 : 1);
  world_end(&w);
}

START_TEST(answer_wins_over_one_of_which_any_bit_is_flipped_M10) {
  for (size_t bit = 0; bit < 49 * 8; bit++)
    flip_and_deliver(bit);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("hostile");
  tcase_add_test(cases,
                 answer_wins_over_the_bad_packet_with_random_letters_M5_M10);
  tcase_add_test(cases, bad_packet_never_makes_us_send_faster_than_allowed_M10);
  tcase_add_test(cases, malformed_replies_alone_are_told_from_silence);
  tcase_add_test(cases, first_reason_of_all_drops_is_told);
  tcase_add_test(cases, reply_on_the_path_of_another_query_is_dropped_M3);
  tcase_add_loop_test(
      cases, error_without_a_question_makes_the_next_query_plain_M9, 0, 2);
  tcase_add_test(cases, answer_wins_over_one_of_which_any_bit_is_flipped_M10);
  Suite *const suite = suite_create("resolver/hostile");
  suite_add_tcase(suite, cases);
  return suite;
}
