/* src/resolver/multicast.c: what counts as a reply to a one-shot multicast
 * query, and how long replies are waited for. */
#include "resolver/multicast.h"

#include "support/suite.h"
#include "support/text_message.h"

#include "stubdns/error.h"
#include "stubdns/types.h"

#include <stdio.h>
#include <string.h>

#define ID 0x1234
#define SECOND_US 1000000u
#define QR STUBDNS_FLAG_QR
#define LINK STUBDNS__MULTICAST_PORT

static stubdns_question_t question_of(const char *name, uint16_t type) {
  stubdns_question_t question = {.type = type, .class_ = STUBDNS_CLASS_IN};
  ck_assert_int_eq(stubdns_name_from_text(&question.name, name, strlen(name)),
                   0);
  return question;
}

static const struct {
  const char *name;
  int is_for;
} names[] = {
    {"local", 1},
    {"printer.local.", 1},
    {"PRINTER.LOCAL", 1},
    {"_http._tcp.local", 1},
    {"localhost", 0},
    {"notlocal", 0},
    {"local.test", 0},
    {".", 0},
    {"1.2.254.169.in-addr.arpa", 1},
    {"1.2.253.169.in-addr.arpa", 0},
    {"0.8.e.f.ip6.arpa", 1},
    {"0.b.e.f.ip6.arpa", 1},
    {"0.c.e.f.ip6.arpa", 0},
};

START_TEST(names_in_local_are_asked_by_multicast_D11) {
  const stubdns_question_t question =
      question_of(names[_i].name, STUBDNS_TYPE_A);
  ck_assert_int_eq(stubdns__multicast_is_for(&question.name), names[_i].is_for);
}
END_TEST

enum asked {
  ITSELF,
  NOTHING,
  BY_UNICAST,
  OTHER_NAME,
  OTHER_TYPE,
  OTHER_CLASS,
  TWICE
};

static const struct {
  uint16_t port;
  uint8_t is_on_link;
  uint16_t id;
  unsigned flags;
  enum asked asked;
  const char *answers;
  int is_reply;
} replies[] = {
    /* By unicast to whoever asked from another port, section 6.7. */
    {LINK, 1, ID, QR | STUBDNS_FLAG_AA, ITSELF, "x.local. 10 A 192.0.2.1", 1},
    {LINK, 1, ID + 1, QR, ITSELF, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 1, ID, QR, OTHER_NAME, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 1, ID, QR, OTHER_TYPE, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 1, ID, QR, OTHER_CLASS, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 1, ID, QR, TWICE, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 1, ID, QR, BY_UNICAST, "x.local. 10 A 192.0.2.1", 1},
    {LINK, 1, ID, QR, ITSELF, "X.Local. 10 A 192.0.2.1", 1},
    /* From another port, or from elsewhere. */
    {LINK + 1, 1, ID, QR, ITSELF, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 0, ID, QR, ITSELF, "x.local. 10 A 192.0.2.1", 0},
    /* No response, another opcode, an error. */
    {LINK, 1, ID, 0, ITSELF, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 1, ID, QR | 4u << 11, ITSELF, "x.local. 10 A 192.0.2.1", 0},
    {LINK, 1, ID, QR | STUBDNS_RCODE_NXDOMAIN, ITSELF, NULL, 0},
    {LINK, 1, ID, QR | STUBDNS_RCODE_SERVFAIL, ITSELF,
     "x.local. 10 A 192.0.2.1", 0},
    /* To the group: without a question, whatever the ID. */
    {LINK, 1, 0, QR, NOTHING, "x.local. 120 A 192.0.2.1", 1},
    {LINK, 1, 77, QR, NOTHING, "x.local. 120 A 192.0.2.1", 1},
    {LINK, 1, 0, QR, NOTHING, "y.local. 120 A 192.0.2.1", 0},
    {LINK, 1, 0, QR, NOTHING, "x.local. 120 AAAA 2001:db8::1", 0},
    {LINK, 1, 0, QR, NOTHING, NULL, 0},
    /* The cache-flush bit, and another class. */
    {LINK, 1, 0, QR, NOTHING, "x.local. 9 CLASS32769 A \\# 4 c0000201", 1},
    {LINK, 1, 0, QR, NOTHING, "x.local. 9 CLASS32771 A \\# 4 c0000201", 0},
    {LINK, 1, 0, QR, NOTHING, "x.local. 9 CH A \\# 4 c0000201", 0},
};

/* Puts the question, which is x.local, behind itself. */
static size_t ask_twice(uint8_t *octets, size_t length) {
  enum { HEADER = 12, QUESTION = 2 + 6 + 1 + 4 };
  memmove(octets + HEADER + QUESTION, octets + HEADER, length - HEADER);
  octets[5] = 2;
  return length + QUESTION;
}

START_TEST(reply_is_taken_from_responders_alone_D3_D4_D5_D6_D7_D8) {
  static uint8_t octets[TEXT_MESSAGE_SIZE];
  const stubdns_question_t question = question_of("x.local", STUBDNS_TYPE_A);
  stubdns_question_t asked = question;
  stubdns_message_t message;
  if (replies[_i].asked == BY_UNICAST) asked.class_ |= 0x8000;
  if (replies[_i].asked == OTHER_NAME)
    asked = question_of("y.local", STUBDNS_TYPE_A);
  if (replies[_i].asked == OTHER_TYPE) asked.type = STUBDNS_TYPE_AAAA;
  if (replies[_i].asked == OTHER_CLASS) asked.class_ = STUBDNS_CLASS_CH;
  size_t length = text_message_write(
      octets, replies[_i].id, replies[_i].flags,
      replies[_i].asked == NOTHING ? NULL : &asked, replies[_i].answers, NULL);
  if (replies[_i].asked == TWICE) length = ask_twice(octets, length);
  const struct stubdns__multicast_origin origin = {replies[_i].port, LINK,
                                                   replies[_i].is_on_link};
  ck_assert_int_eq(
      stubdns__multicast_read(&message, octets, length, ID, &question, &origin),
      replies[_i].is_reply);
}
END_TEST

START_TEST(cut_reply_is_none) {
  static uint8_t octets[TEXT_MESSAGE_SIZE];
  const stubdns_question_t question = question_of("x.local", STUBDNS_TYPE_A);
  const struct stubdns__multicast_origin origin = {LINK, LINK, 1};
  stubdns_message_t message;
  const size_t length = text_message_write(octets, ID, QR, &question,
                                           "x.local. 10 A 192.0.2.1", NULL);
  for (size_t i = 0; i < length; i++)
    ck_assert(
        !stubdns__multicast_read(&message, octets, i, ID, &question, &origin));
}
END_TEST

static const struct {
  uint32_t deadline_ms;
  unsigned answers_ms[3]; /* when replies come; 0 ends them */
  unsigned over_ms;
  unsigned send_count;
} courses[] = {
    {0, {0}, 3000, 3},          {10000, {0}, 3000, 3},
    {2500, {0}, 2500, 3},       {500, {0}, 500, 1},
    {0, {5, 0}, 155, 1},        {0, {5, 120, 0}, 270, 1},
    {0, {5, 120, 260}, 410, 1}, {0, {1500, 0}, 1650, 2},
    {0, {2950, 0}, 3000, 3},
};

/* In steps of a millisecond. */
START_TEST(replies_are_gathered_until_it_is_quiet_D2) {
  struct stubdns__multicast_times times;
  const uint64_t begin_us = 7 * SECOND_US;
  unsigned send_count = 0;
  unsigned answer = 0;
  stubdns__multicast_begin(&times, begin_us, courses[_i].deadline_ms);
  for (unsigned ms = 0;; ms++) {
    const uint64_t now_us = begin_us + ms * 1000;
    if (answer < 3 && courses[_i].answers_ms[answer] &&
        courses[_i].answers_ms[answer] == ms) {
      times.answer_us = now_us;
      answer++;
    }
    if (stubdns__multicast_is_over(&times, now_us)) {
      ck_assert_uint_eq(ms, courses[_i].over_ms);
      break;
    }
    const int sends = stubdns__multicast_sends(&times, now_us);
    send_count += (unsigned)sends;
    ck_assert_uint_gt(stubdns__multicast_wait(&times), now_us);
    ck_assert(!stubdns__multicast_sends(&times, now_us));
  }
  ck_assert_uint_eq(send_count, courses[_i].send_count);
}
END_TEST

#define BROWSE "_x._tcp.local. 120 PTR a._x._tcp.local."

static const struct {
  uint16_t type;
  const char *messages[3]; /* answers, "/" and additional records */
  unsigned answer_count;
  unsigned additional_count;
} merges[] = {
    {STUBDNS_TYPE_PTR, {BROWSE}, 1, 0},
    {STUBDNS_TYPE_PTR, {BROWSE, BROWSE}, 1, 0},
    {STUBDNS_TYPE_PTR, {BROWSE, "_X._TCP.LOCAL. 9 PTR A._x._tcp.local."}, 1, 0},
    {STUBDNS_TYPE_PTR, {BROWSE, "_x._tcp.local. 9 PTR b._x._tcp.local."}, 2, 0},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/a._x._tcp.local. 9 SRV 0 0 80 a.local.\na.local. 9 A 192.0.2.1",
      BROWSE "/a.local. 9 A 192.0.2.1\na.local. 9 A 192.0.2.2"},
     1,
     3},
    {STUBDNS_TYPE_PTR, {BROWSE "\nother.local. 9 PTR c.local."}, 1, 1},
    {STUBDNS_TYPE_ANY, {BROWSE "\n_x._tcp.local. 9 TXT x y"}, 2, 0},
    /* The same to the last octet, of the same class and owner. */
    {STUBDNS_TYPE_PTR,
     {BROWSE "/a.local. 9 SRV 0 0 80 h.local.",
      BROWSE "/a.local. 9 SRV 0 0 80 H.local.\na.local. 9 SRV 0 0 80 i.local."},
     1,
     2},
    {STUBDNS_TYPE_TXT,
     {"_x._tcp.local. 9 TXT x", "_x._tcp.local. 9 TXT xy",
      "_x._tcp.local. 9 TXT x y"},
     3,
     0},
    {STUBDNS_TYPE_TXT,
     {"_x._tcp.local. 9 TXT x y", "_x._tcp.local. 9 TXT x",
      "_x._tcp.local. 9 TXT x y"},
     2,
     0},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/h.local. 9 TYPE65280 \\# 2 0102",
      BROWSE "/h.local. 9 TYPE65280 \\# 2 0102",
      BROWSE "/h.local. 9 TYPE65280 \\# 2 0103\n"
             "h.local. 9 TYPE65280 \\# 1 01"},
     1,
     3},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/h.local. 9 TYPE65280 \\# 0",
      BROWSE "/h.local. 9 TYPE65280 \\# 0"},
     1,
     1},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/h.local. 9 IN A 192.0.2.1",
      BROWSE "/h.local. 9 CLASS32769 A \\# 4 c0000201"},
     1,
     1},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/h.local. 9 IN A 192.0.2.1",
      BROWSE "/h.local. 9 CH A \\# 4 c0000201"},
     1,
     2},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/h.local. 9 IN TXT x", BROWSE "/h.local. 9 CH TXT x"},
     1,
     2},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/h.local. 9 ISDN 1 2", BROWSE "/h.local. 9 ISDN 1"},
     1,
     2},
    {STUBDNS_TYPE_PTR,
     {BROWSE "/h.local. 9 IN A 192.0.2.1\n. 0 CLASS1232 OPT \\# 0"},
     1,
     1},
};

static void split(const char *text, char *answers, const char **additionals) {
  const size_t length = strcspn(text, "/");
  memcpy(answers, text, length);
  answers[length] = '\0';
  *additionals = text[length] ? text + length + 1 : NULL;
}

static size_t write_all(int row, uint8_t (*octets)[TEXT_MESSAGE_SIZE],
                        stubdns_message_t *messages) {
  char answers[512];
  const char *additionals;
  size_t count = 0;
  for (; count < 3 && merges[row].messages[count]; count++) {
    split(merges[row].messages[count], answers, &additionals);
    const size_t length =
        text_message_write(octets[count], 0, QR, NULL, answers, additionals);
    ck_assert_int_eq(stubdns_message_parse(&messages[count], octets[count],
                                           length, STUBDNS_PARSE_MDNS),
                     0);
  }
  return count;
}

/* A compressed target of SRV comes out of the builder too. */
START_TEST(replies_are_merged_without_repeating_a_record_D10) {
  static uint8_t octets[3][TEXT_MESSAGE_SIZE];
  static uint8_t merged[TEXT_MESSAGE_SIZE];
  stubdns_message_t messages[3];
  stubdns_message_t message;
  size_t length;
  const stubdns_question_t question =
      question_of("_x._tcp.local", merges[_i].type);
  const size_t count = write_all(_i, octets, messages);
  ck_assert_int_eq(stubdns__multicast_merge(messages, count, &question, merged,
                                            sizeof merged, &length),
                   0);
  ck_assert_int_eq(stubdns_message_parse(&message, merged, length, 0), 0);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ANSWER],
                    merges[_i].answer_count);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ADDITIONAL],
                    merges[_i].additional_count);
  ck_assert(stubdns_message_asks(&message, &question, 0));
  for (size_t size = 0; size < length; size += 7)
    ck_assert_int_eq(stubdns__multicast_merge(messages, count, &question,
                                              merged, size, &length),
                     STUBDNS_ENOSPACE);
}
END_TEST

/* What is beyond is left out, whoever sends so much. */
START_TEST(merged_message_has_256_records_at_most_D10) {
  static char text[300 * 32];
  static uint8_t octets[TEXT_MESSAGE_SIZE];
  static uint8_t merged[TEXT_MESSAGE_SIZE];
  const stubdns_question_t question =
      question_of("_x._tcp.local", STUBDNS_TYPE_PTR);
  stubdns_message_t message;
  size_t length = 0;
  for (int i = 0; i < 300; i++)
    length += (size_t)sprintf(text + length, "h.local. 9 A 10.0.%d.%d\n",
                              i / 250, i % 250);
  length = text_message_write(octets, 0, QR, NULL, BROWSE, text);
  ck_assert_int_eq(
      stubdns_message_parse(&message, octets, length, STUBDNS_PARSE_MDNS), 0);
  ck_assert_int_eq(stubdns__multicast_merge(&message, 1, &question, merged,
                                            sizeof merged, &length),
                   0);
  ck_assert_int_eq(stubdns_message_parse(&message, merged, length, 0), 0);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ANSWER], 1);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ADDITIONAL], 255);
}
END_TEST

/* Behind a TXT record an NSEC record whose bitmap has a window without octets:
 * the pointer in it would lead to another place of the merged message. */
START_TEST(malformed_record_of_a_reply_is_left_out_D10) {
  static const uint8_t octets[] = {
      0,   0, 0x84, 0,   0,   0,   0,    2,    0,  0,  0,    0,    1,
      's', 5, 'l',  'o', 'c', 'a', 'l',  0,    0,  16, 0x80, 1,    0,
      0,   0, 9,    0,   2,   1,   'x',  0xc0, 12, 0,  47,   0x80, 1,
      0,   0, 0,    9,   0,   4,   0xc0, 14,   0,  0};
  const stubdns_question_t question = question_of("s.local", STUBDNS_TYPE_TXT);
  uint8_t merged[512];
  stubdns_message_t message;
  size_t length;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, sizeof octets,
                                         STUBDNS_PARSE_MDNS),
                   0);
  ck_assert_uint_eq(message.malformed_count, 1);
  const stubdns_question_t malformed =
      question_of("s.local", STUBDNS_TYPE_NSEC);
  const struct stubdns__multicast_origin origin = {LINK, LINK, 1};
  stubdns_message_t read;
  ck_assert(stubdns__multicast_read(&read, octets, sizeof octets, ID, &question,
                                    &origin));
  ck_assert(!stubdns__multicast_read(&read, octets, sizeof octets, ID,
                                     &malformed, &origin));
  ck_assert_int_eq(stubdns__multicast_merge(&message, 1, &question, merged,
                                            sizeof merged, &length),
                   0);
  ck_assert_int_eq(stubdns_message_parse(&message, merged, length, 0), 0);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ANSWER], 1);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ADDITIONAL], 0);
}
END_TEST

/* CAA records at s.local: one that is sound, then twice one whose tag is longer
 * than its RDATA. */
START_TEST(malformed_record_is_another_than_a_sound_one_D10) {
  static const uint8_t octets[] = {
      0,   0,   0x84, 0,   0,   0,   0,   3,   0,    0,    0,  0, 1,    's',  5,
      'l', 'o', 'c',  'a', 'l', 0,   1,   1,   0x80, 1,    0,  0, 0,    9,    0,
      7,   0,   5,    'i', 's', 's', 'u', 'e', 0xc0, 12,   1,  1, 0x80, 1,    0,
      0,   0,   9,    0,   4,   0,   9,   'a', 'b',  0xc0, 12, 1, 1,    0x80, 1,
      0,   0,   0,    9,   0,   4,   0,   9,   'a',  'b'};
  const stubdns_question_t question = question_of("s.local", STUBDNS_TYPE_TXT);
  uint8_t merged[512];
  stubdns_message_t message;
  size_t length;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, sizeof octets,
                                         STUBDNS_PARSE_MDNS),
                   0);
  ck_assert_uint_eq(message.malformed_count, 2);
  ck_assert_int_eq(stubdns__multicast_merge(&message, 1, &question, merged,
                                            sizeof merged, &length),
                   0);
  ck_assert_int_eq(stubdns_message_parse(&message, merged, length, 0), 0);
  ck_assert_uint_eq(message.record_counts[STUBDNS_SECTION_ADDITIONAL], 2);
}
END_TEST

/* RFC 6762 section 18.14 lets a responder compress the target, though RFC 2782
 * does not: here it is a pointer to the owner. */
START_TEST(compressed_target_of_a_reply_is_read_D10) {
  static const uint8_t octets[] = {
      0, 0,   0x84, 0,   0,   0,   0, 1, 0,  0,    0,   0,    1, 's',
      5, 'l', 'o',  'c', 'a', 'l', 0, 0, 33, 0x80, 1,   0,    0, 0,
      9, 0,   10,   0,   0,   0,   0, 0, 80, 1,    'h', 0xc0, 14};
  const stubdns_question_t question = question_of("s.local", STUBDNS_TYPE_SRV);
  const struct stubdns__multicast_origin origin = {LINK, LINK, 1};
  stubdns_message_t message;
  stubdns_record_t record;
  stubdns_field_t field;
  ck_assert(stubdns__multicast_read(&message, octets, sizeof octets, ID,
                                    &question, &origin));
  stubdns_records_t records =
      stubdns_message_records(&message, STUBDNS_SECTION_ANSWER);
  ck_assert(stubdns_records_next(&records, &record));
  ck_assert(stubdns_record_field(&record, "target", &field));
  const stubdns_name_t target = stubdns_field_name(&field);
  const stubdns_question_t expected = question_of("h.local", 0);
  ck_assert(stubdns_name_equal(&target, &expected.name));
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

Suite *test_suite(void) {
  Suite *suite = suite_create("multicast");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(cases, names_in_local_are_asked_by_multicast_D11, 0,
                      COUNT(names));
  tcase_add_loop_test(cases,
                      reply_is_taken_from_responders_alone_D3_D4_D5_D6_D7_D8, 0,
                      COUNT(replies));
  tcase_add_test(cases, cut_reply_is_none);
  tcase_add_loop_test(cases, replies_are_gathered_until_it_is_quiet_D2, 0,
                      COUNT(courses));
  tcase_add_loop_test(cases, replies_are_merged_without_repeating_a_record_D10,
                      0, COUNT(merges));
  tcase_add_test(cases, merged_message_has_256_records_at_most_D10);
  tcase_add_test(cases, malformed_record_of_a_reply_is_left_out_D10);
  tcase_add_test(cases, malformed_record_is_another_than_a_sound_one_D10);
  tcase_add_test(cases, compressed_target_of_a_reply_is_read_D10);
  suite_add_tcase(suite, cases);
  return suite;
}
