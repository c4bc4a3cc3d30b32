/* src/wire/builder.c: compression, room, order.  The expected octets were
 * written by hand from RFC 1035 section 4.1. */
#include "stubdns/wire.h"

#include "support/octets.h"
#include "support/recorded.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

static stubdns_question_t question_of(const char *name, uint16_t type) {
  return (stubdns_question_t){NAME(name), type, STUBDNS_CLASS_IN};
}

static void add_record(stubdns_builder_t *builder, enum stubdns_section section,
                       const char *hex) {
  size_t length;
  uint8_t *const octets = octets_from_hex(hex, &length);
  stubdns_record_t record;
  ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length), 0);
  stubdns_builder_record(builder, section, &record);
  free(octets);
}

/* example.org / IN / TTL 60 in front of a type and RDATA. */
#define WWW "03777777 076578616d706c65 036f7267 00 "
#define APEX "076578616d706c65 036f7267 00 "

static const struct {
  const char *what;
  const char *records[3]; /* uncompressed */
  const char *expected;   /* behind the question's 17 octets and the header */
} rows[] = {
    {"owner that is the question becomes a pointer",
     {APEX "0001 0001 0000003c 0004 c0000201"},
     "c00c 0001 0001 0000003c 0004 c0000201"},
    {"owner below the question keeps its own label",
     {WWW "0001 0001 0000003c 0004 c0000201"},
     "03777777 c00c 0001 0001 0000003c 0004 c0000201"},
    {"name in RDATA of RFC 1035 is compressed",
     {APEX "0002 0001 0000003c 0011 036e7331" APEX},
     "c00c 0002 0001 0000003c 0006 036e7331 c00c"},
    {"later name is compressed to a name in RDATA",
     {APEX "0002 0001 0000003c 0011 036e7331" APEX,
      "036e7331" APEX "0001 0001 0000003c 0004 c0000201"},
     "c00c 0002 0001 0000003c 0006 036e7331 c00c"
     "c029 0001 0001 0000003c 0004 c0000201"},
    {"name in RDATA of SRV is not compressed",
     {APEX "0021 0001 0000003c 0013 0001 0002 0050" APEX},
     "c00c 0021 0001 0000003c 0013 0001 0002 0050" APEX},
    {"name in RDATA of DNAME is not compressed",
     {APEX "0027 0001 0000003c 000d" APEX},
     "c00c 0027 0001 0000003c 000d" APEX},
    {"other letter case is not lost to compression",
     {"07 4578616d706c65 036f7267 00 0001 0001 0000003c 0004 c0000201"},
     "07 4578616d706c65 c014 0001 0001 0000003c 0004 c0000201"},
    {"RDATA of an unknown type is copied",
     {APEX "ff00 0001 0000003c 0002 c00c"},
     "c00c ff00 0001 0000003c 0002 c00c"},
};

/* Builds the row's message into `octets`; gives its length or needed room. */
static int build_row(int row, uint8_t *octets, size_t size, size_t *length) {
  static stubdns_builder_t builder;
  const stubdns_question_t question =
      question_of("example.org", STUBDNS_TYPE_ANY);
  stubdns_builder_begin(&builder, octets, size, 0x1234, 0x8180);
  stubdns_builder_question(&builder, &question);
  for (int i = 0; i < 3 && rows[row].records[i]; i++)
    add_record(&builder, STUBDNS_SECTION_ANSWER, rows[row].records[i]);
  return stubdns_builder_finish(&builder, length);
}

START_TEST(builder_writes_the_octets_of_each_row) {
  uint8_t octets[512];
  size_t length;
  size_t expected_length;
  uint8_t *const expected =
      octets_from_hex(rows[_i].expected, &expected_length);
  ck_assert_int_eq(build_row(_i, octets, sizeof octets, &length), 0);
  ck_assert_msg(length == 12 + 17 + expected_length, "%s: length %zu",
                rows[_i].what, length);
  ck_assert_msg(!memcmp(octets + 29, expected, expected_length), "%s",
                rows[_i].what);
  free(expected);
}
END_TEST

START_TEST(builder_stays_inside_every_smaller_buffer_B29) {
  uint8_t octets[512];
  size_t full;
  ck_assert_int_eq(build_row(_i, octets, sizeof octets, &full), 0);
  for (size_t size = 0; size <= full; size++) {
    uint8_t *const block = malloc(size ? size : 1);
    size_t length;
    const int error = build_row(_i, block, size, &length);
    ck_assert_int_eq(error, size < full ? STUBDNS_ENOSPACE : 0);
    ck_assert_uint_ge(length, full);
    free(block);
  }
}
END_TEST

START_TEST(builder_refuses_sections_out_of_order) {
  static stubdns_builder_t builder;
  uint8_t octets[512];
  size_t length;
  stubdns_builder_begin(&builder, octets, sizeof octets, 1, 0x8000);
  add_record(&builder, STUBDNS_SECTION_AUTHORITY, rows[0].records[0]);
  add_record(&builder, STUBDNS_SECTION_ANSWER, rows[0].records[0]);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_EINVALID);
}
END_TEST

#define OPT "00 0029 04d0 00000000 0000"

START_TEST(builder_refuses_a_second_opt) {
  static stubdns_builder_t builder;
  uint8_t octets[512];
  size_t length;
  const stubdns_edns_t edns = {1232, 0, 0, 0};
  stubdns_builder_begin(&builder, octets, sizeof octets, 1, 0x8000);
  stubdns_builder_opt(&builder, &edns, NULL, 0);
  stubdns_builder_opt(&builder, &edns, NULL, 0);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_EINVALID);
  stubdns_builder_begin(&builder, octets, sizeof octets, 1, 0x8000);
  add_record(&builder, STUBDNS_SECTION_ADDITIONAL, OPT);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), 0);
  add_record(&builder, STUBDNS_SECTION_ADDITIONAL, OPT);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_EINVALID);
}
END_TEST

START_TEST(builder_refuses_a_question_behind_a_record) {
  static stubdns_builder_t builder;
  uint8_t octets[512];
  size_t length;
  const stubdns_question_t question = question_of("example.org", 1);
  stubdns_builder_begin(&builder, octets, sizeof octets, 1, 0x8000);
  add_record(&builder, STUBDNS_SECTION_ANSWER, rows[0].records[0]);
  stubdns_builder_question(&builder, &question);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_EINVALID);
}
END_TEST

/* Adds A records of ever new names until the message is as long as it may be.
 */
static size_t fill_message(stubdns_builder_t *builder, uint8_t *octets,
                           unsigned count) {
  size_t length;
  stubdns_builder_begin(builder, octets, STUBDNS_MESSAGE_MAX, 1, 0x8000);
  for (unsigned i = 0; i < count; i++) {
    uint8_t wire[] = {4,   'n', 0, 0,   0,   7,   'e', 'x', 'a', 'm', 'p',
                      'l', 'e', 3, 'o', 'r', 'g', 0,   0,   1,   0,   1,
                      0,   0,   0, 60,  0,   4,   192, 0,   2,   1};
    wire[2] = (uint8_t)('a' + i % 26);
    wire[3] = (uint8_t)(i >> 8);
    wire[4] = (uint8_t)i;
    stubdns_record_t record;
    ck_assert_int_eq(stubdns_record_from_wire(&record, wire, sizeof wire), 0);
    stubdns_builder_record(builder, STUBDNS_SECTION_ANSWER, &record);
  }
  ck_assert_int_eq(stubdns_builder_finish(builder, &length), 0);
  return length;
}

START_TEST(long_message_has_pointers_to_its_first_16_KiB_only) {
  static stubdns_builder_t builder;
  static uint8_t octets[STUBDNS_MESSAGE_MAX];
  const unsigned count = 2900; /* 21 octets each: most of 65535 */
  const size_t length = fill_message(&builder, octets, count);
  ck_assert_uint_gt(length, 60000);
  stubdns_message_t message;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  stubdns_records_t records =
      stubdns_message_records(&message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  const stubdns_name_t zone = NAME("example.org");
  unsigned walked = 0;
  for (; stubdns_records_next(&records, &record); walked++) {
    const stubdns_name_t owner = stubdns_record_owner(&record);
    ck_assert(stubdns_name_is_below(&owner, &zone));
  }
  ck_assert_uint_eq(walked, count);
}
END_TEST

/* A record of an opaque type, whose owner has so many labels of one letter. */
static void add_owner(stubdns_builder_t *builder, char letter,
                      unsigned label_count) {
  uint8_t octets[STUBDNS_NAME_MAX + 10] = {0};
  uint8_t *const fixed = octets + 2 * label_count + 1;
  stubdns_record_t record;
  for (unsigned i = 0; i < label_count; i++) {
    octets[2 * i] = 1;
    octets[2 * i + 1] = (uint8_t)letter;
  }
  fixed[0] = 0xff;
  fixed[3] = 1;
  ck_assert_int_eq(
      stubdns_record_from_wire(&record, octets, (size_t)(fixed + 10 - octets)),
      0);
  stubdns_builder_record(builder, STUBDNS_SECTION_ANSWER, &record);
}

/* "a.", "a.a." and so on to 127 labels, each one label in front of the name
 * before, the last again and again: names that went through as many pointers as
 * they have labels would be refused.  Behind the first 16 KiB the one of "b"
 * that is three pointers away cannot be written for others to lead to. */
START_TEST(built_names_go_through_few_pointers_PP2) {
  enum { LABELS = 127, BEHIND = 4, RECORDS = 5000 };
  static uint8_t octets[65535];
  static stubdns_builder_t builder;
  stubdns_message_t message;
  stubdns_record_t record;
  size_t length;
  stubdns_builder_begin(&builder, octets, sizeof octets, 0, 0x8000);
  for (unsigned i = 1; i <= BEHIND; i++)
    add_owner(&builder, 'b', i);
  for (unsigned i = 1; i <= RECORDS; i++)
    add_owner(&builder, 'a', i < LABELS ? i : LABELS);
  add_owner(&builder, 'b', BEHIND);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), 0);
  ck_assert_mem_eq(octets + length - 10 - 4, "\1b\xc0", 3);
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  stubdns_records_t records =
      stubdns_message_records(&message, STUBDNS_SECTION_ANSWER);
  for (unsigned i = 1; stubdns_records_next(&records, &record); i++) {
    const stubdns_name_t owner = stubdns_record_owner(&record);
    const unsigned number = i <= BEHIND ? i : i - BEHIND;
    const unsigned labels = number < LABELS ? number : LABELS;
    ck_assert_uint_eq(owner.length,
                      2 * (i > BEHIND + RECORDS ? BEHIND : labels) + 1);
    ck_assert_uint_eq(owner.octets[1],
                      i <= BEHIND || i > BEHIND + RECORDS ? 'b' : 'a');
  }
}
END_TEST

START_TEST(builder_adds_options_to_the_opt_record_B12) {
  static stubdns_builder_t builder;
  uint8_t octets[64];
  size_t length;
  const uint8_t options[] = {0, 3, 0, 1, 'x'};
  const stubdns_edns_t edns = {1232, 1, 0, 0x8000};
  stubdns_builder_begin(&builder, octets, sizeof octets, 0, 0x8000);
  stubdns_builder_opt(&builder, &edns, options, sizeof options);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), 0);
  size_t expected_length;
  uint8_t *const expected = octets_from_hex(
      "0000 8000 0000 0000 0000 0001 00 0029 04d0 01 00 8000 0005 0003 0001 78",
      &expected_length);
  ck_assert_uint_eq(length, expected_length);
  ck_assert(!memcmp(octets, expected, length));
  free(expected);
}
END_TEST

static void assert_same_record(const char *name, const stubdns_record_t *a,
                               const stubdns_record_t *b) {
  const stubdns_name_t a_owner = stubdns_record_owner(a);
  const stubdns_name_t b_owner = stubdns_record_owner(b);
  stubdns_fields_t a_fields = stubdns_record_fields(a);
  stubdns_fields_t b_fields = stubdns_record_fields(b);
  stubdns_field_t a_field;
  stubdns_field_t b_field;
  ck_assert_msg(stubdns_name_identical(&a_owner, &b_owner), "%s", name);
  ck_assert_msg(a->type == b->type && a->class_ == b->class_, "%s", name);
  ck_assert_msg(a->ttl_octets == b->ttl_octets, "%s", name);
  while (stubdns_fields_next(&a_fields, &a_field)) {
    ck_assert_msg(stubdns_fields_next(&b_fields, &b_field), "%s", name);
    const stubdns_name_t a_name = stubdns_field_name(&a_field);
    const stubdns_name_t b_name = stubdns_field_name(&b_field);
    if (a_name.length > 1 || b_name.length > 1)
      ck_assert_msg(stubdns_name_identical(&a_name, &b_name), "%s", name);
    else if (a_field.length == b_field.length)
      ck_assert_msg(!memcmp(stubdns_field_octets(&a_field),
                            stubdns_field_octets(&b_field), a_field.length),
                    "%s", name);
  }
  ck_assert_msg(!stubdns_fields_next(&b_fields, &b_field), "%s", name);
}

/* Builds what `message` says once more, and compares what that says. */
static void rebuild(const char *name, const stubdns_message_t *message) {
  static stubdns_builder_t builder;
  static uint8_t octets[STUBDNS_MESSAGE_MAX];
  const stubdns_question_t question = stubdns_message_question(message);
  stubdns_record_t record;
  stubdns_record_t copy;
  size_t length;
  stubdns_builder_begin(&builder, octets, sizeof octets, message->id,
                        message->flags);
  if (message->question_count) stubdns_builder_question(&builder, &question);
  stubdns_records_t records = stubdns_message_all_records(message);
  while (stubdns_records_next(&records, &record))
    stubdns_builder_record(&builder, record.section, &record);
  ck_assert_msg(!stubdns_builder_finish(&builder, &length), "%s", name);
  stubdns_message_t again;
  ck_assert_msg(!stubdns_message_parse(&again, octets, length, 0), "%s", name);
  ck_assert_uint_eq(again.question_count, message->question_count);
  ck_assert(stubdns_message_asks(&again, &question, 1) ||
            !message->question_count);
  ck_assert(!memcmp(again.record_counts, message->record_counts,
                    sizeof again.record_counts));
  records = stubdns_message_all_records(message);
  stubdns_records_t copies = stubdns_message_all_records(&again);
  while (stubdns_records_next(&records, &record)) {
    ck_assert(stubdns_records_next(&copies, &copy));
    assert_same_record(name, &record, &copy);
  }
}

/* One answer at the root with malformed content, behind the header. */
static const struct {
  const char *record;
  int error;
} malformed[] = {
    /* NSEC: the next name is a pointer to the owner; an empty window */
    {"00 002f 0001 00000009 0004 c00c 0000", STUBDNS_EBADRDATA},
    /* HTTPS: alias mode with a parameter that is cut */
    {"00 0041 0001 00000009 0006 0000 00 000100", 0},
    /* CAA: the tag is longer than the RDATA */
    {"00 0101 0001 00000009 0004 00 09 61 62", 0},
};

START_TEST(malformed_record_is_copied_where_it_holds_no_pointer) {
  size_t length;
  uint8_t *const record = octets_from_hex(malformed[_i].record, &length);
  uint8_t octets[64] = {0, 1, 0x80, 0, 0, 0, 0, 1};
  memcpy(octets + 12, record, length);
  free(record);
  static stubdns_builder_t builder;
  uint8_t copy[64];
  size_t copy_length;
  stubdns_message_t message;
  stubdns_record_t first;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, 12 + length, 0), 0);
  ck_assert_uint_eq(message.malformed_count, 1);
  stubdns_records_t records = stubdns_message_all_records(&message);
  ck_assert(stubdns_records_next(&records, &first));
  stubdns_builder_begin(&builder, copy, sizeof copy, 1, 0x8000);
  stubdns_builder_record(&builder, STUBDNS_SECTION_ANSWER, &first);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &copy_length),
                   malformed[_i].error);
  if (!malformed[_i].error) {
    ck_assert_uint_eq(copy_length, 12 + length);
    ck_assert_mem_eq(copy, octets, copy_length);
  }
}
END_TEST

START_TEST(rebuilt_recorded_message_says_the_same_PP6) {
  struct recorded_list list = recorded_load();
  ck_assert_uint_gt(list.count, 100);
  for (size_t i = 0; i < list.count; i++) {
    stubdns_message_t message;
    ck_assert_msg(!stubdns_message_parse(&message, list.messages[i].octets,
                                         list.messages[i].length, 0),
                  "%s", list.messages[i].name);
    rebuild(list.messages[i].name, &message);
  }
  recorded_free(&list);
}
END_TEST

START_TEST(builder_counts_to_65535) {
  static stubdns_builder_t builder;
  static uint8_t octets[64];
  const uint8_t wire[11] = {0, 0xff, 0, 0, 1};
  stubdns_record_t record;
  size_t length;
  ck_assert_int_eq(stubdns_record_from_wire(&record, wire, sizeof wire), 0);
  stubdns_builder_begin(&builder, octets, sizeof octets, 1, 0x8000);
  for (int i = 0; i < 65535; i++)
    stubdns_builder_record(&builder, STUBDNS_SECTION_ANSWER, &record);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length),
                   STUBDNS_ETOOLONG); /* for its length alone */
  stubdns_builder_record(&builder, STUBDNS_SECTION_ANSWER, &record);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_EINVALID);
}
END_TEST

/* Names for HIP's servers: 300 pointers to a name of 255 octets, or 256 of
 * which each takes 256 octets when it is written out. */
START_TEST(builder_writes_no_rdata_longer_than_its_length_can_say) {
  enum { NAME_LENGTH = 255, COUNT = 300, HEAD = 7 };
  static stubdns_builder_t builder;
  static uint8_t octets[12 + NAME_LENGTH + 4 + 12 + HEAD + 2 * COUNT] = {
      0, 1, 0x80, 0, 0, 1, 0, 1};
  static uint8_t copy[STUBDNS_MESSAGE_MAX];
  uint8_t *at = octets + 12;
  for (size_t i = 0; i < NAME_LENGTH - 1; i += 2)
    at[i] = 1;
  at += NAME_LENGTH;
  memcpy(at, "\0\1\0\1\xc0\x0c\0\x37\0\1\0\0\0\x3c", 14);
  at += 14;
  at[0] = (HEAD + 2 * COUNT) >> 8;
  at[1] = (HEAD + 2 * COUNT) & 0xff;
  memcpy(at + 2, "\2\2\0\1\xab\xcd\0", HEAD);
  at += 2 + HEAD;
  for (int i = 0; i < COUNT; i++)
    memcpy(at + 2 * i, "\xc0\x0c", 2);
  stubdns_message_t message;
  stubdns_record_t record;
  size_t length;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, sizeof octets, 0),
                   0);
  stubdns_records_t records = stubdns_message_all_records(&message);
  ck_assert(stubdns_records_next(&records, &record));
  stubdns_builder_begin(&builder, copy, sizeof copy, 1, 0x8000);
  stubdns_builder_record(&builder, STUBDNS_SECTION_ANSWER, &record);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_ETOOLONG);
}
END_TEST

START_TEST(builder_takes_no_options_longer_than_their_length_can_say) {
  static stubdns_builder_t builder;
  static const uint8_t options[65536];
  static uint8_t octets[64];
  const stubdns_edns_t edns = {.payload_size = 1232};
  size_t length;
  stubdns_builder_begin(&builder, octets, sizeof octets, 1, 0x8000);
  stubdns_builder_opt(&builder, &edns, options, sizeof options);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_ETOOLONG);
  stubdns_builder_opt(&builder, &edns, options, 0);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), STUBDNS_ETOOLONG);
}
END_TEST

/* Records that are malformed by themselves, with fields that may hold pointers
 * and without; a record of no known form says so only where the user does. */
static const struct {
  const char *record;
  int is_copied;
} lone[] = {
    {"00 0002 0001 0000003c 0002 0000", 0},             /* NS */
    {"00 0021 0001 0000003c 0008 0000000000000000", 0}, /* SRV */
    {"00 0037 0001 0000003c 0006 02 02 0001 abcd", 0},  /* HIP */
    {"00 0026 0001 0000003c 0001 ff", 0},               /* A6 */
    {"00 0001 0001 0000003c 0003 c00002", 1},           /* A */
    {"00 ff00 0001 0000003c 0003 c00002", 1},
};

START_TEST(lone_malformed_record_is_copied_where_it_holds_no_pointer) {
  static stubdns_builder_t builder;
  uint8_t copy[64];
  size_t length;
  size_t copy_length;
  uint8_t *const octets = octets_from_hex(lone[_i].record, &length);
  stubdns_record_t record;
  const int error = stubdns_record_from_wire(&record, octets, length);
  if (!error) record.error = STUBDNS_EBADRDATA;
  stubdns_builder_begin(&builder, copy, sizeof copy, 1, 0x8000);
  stubdns_builder_record(&builder, STUBDNS_SECTION_ANSWER, &record);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &copy_length),
                   lone[_i].is_copied ? 0 : error);
  if (lone[_i].is_copied) ck_assert_mem_eq(copy + 12, octets, length);
  free(octets);
}
END_TEST

/* Labels of one octet without a root behind them. */
START_TEST(builder_reads_no_name_beyond_its_octets) {
  static stubdns_builder_t builder;
  uint8_t octets[512];
  size_t length;
  stubdns_question_t *const question = malloc(sizeof *question);
  memset(question, 1, sizeof *question);
  question->name.length = STUBDNS_NAME_MAX;
  stubdns_builder_begin(&builder, octets, sizeof octets, 1, 0x8000);
  stubdns_builder_question(&builder, question);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), 0);
  ck_assert_uint_le(length, 12 + STUBDNS_NAME_MAX + 4);
  free(question);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("builder");
  const int count = (int)(sizeof rows / sizeof rows[0]);
  tcase_add_loop_test(cases, builder_writes_the_octets_of_each_row, 0, count);
  tcase_add_loop_test(cases, builder_stays_inside_every_smaller_buffer_B29, 0,
                      count);
  tcase_add_test(cases, builder_refuses_sections_out_of_order);
  tcase_add_test(cases, builder_refuses_a_second_opt);
  tcase_add_test(cases, builder_refuses_a_question_behind_a_record);
  tcase_add_test(cases, long_message_has_pointers_to_its_first_16_KiB_only);
  tcase_add_test(cases, built_names_go_through_few_pointers_PP2);
  tcase_add_test(cases, builder_adds_options_to_the_opt_record_B12);
  tcase_add_loop_test(cases,
                      malformed_record_is_copied_where_it_holds_no_pointer, 0,
                      (int)(sizeof malformed / sizeof malformed[0]));
  tcase_add_test(cases, builder_counts_to_65535);
  tcase_add_test(cases, builder_writes_no_rdata_longer_than_its_length_can_say);
  tcase_add_test(cases,
                 builder_takes_no_options_longer_than_their_length_can_say);
  tcase_add_loop_test(cases,
                      lone_malformed_record_is_copied_where_it_holds_no_pointer,
                      0, (int)(sizeof lone / sizeof lone[0]));
  tcase_add_test(cases, builder_reads_no_name_beyond_its_octets);
  tcase_add_test(cases, rebuilt_recorded_message_says_the_same_PP6);
  Suite *const suite = suite_create("wire/builder");
  suite_add_tcase(suite, cases);
  return suite;
}
