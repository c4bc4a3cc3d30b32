/* Parsing as a function of the octets alone: from memory that cannot be
 * written, in several threads at once, and of names where pointers may lead
 * nowhere but back. */
#include "stubdns/wire.h"

#include "support/octets.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* example.org MX: 10 mail.example.org, and its A record behind it. */
#define REPLY                                                                  \
  "1234 8180 0001 0001 0000 0001 07 6578616d706c65 03 6f7267 00 000f 0001 "    \
  "c00c 000f 0001 0000003c 0009 000a 04 6d61696c c00c "                        \
  "c02b 0001 0001 0000003c 0004 c0000219"

/* A number that every name and field of the message goes into. */
static uint64_t summarize(const uint8_t *octets, size_t length) {
  stubdns_message_t message;
  uint64_t sum = 14695981039346656037u;
  const int error = stubdns_message_parse(&message, octets, length, 0);
  if (error) return (uint64_t)-error;
  stubdns_records_t records = stubdns_message_all_records(&message);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    const stubdns_name_t owner = stubdns_record_owner(&record);
    for (size_t i = 0; i < owner.length; i++)
      sum = (sum ^ owner.octets[i]) * 1099511628211u;
    stubdns_fields_t fields = stubdns_record_fields(&record);
    stubdns_field_t field;
    while (stubdns_fields_next(&fields, &field))
      sum =
          (sum ^ stubdns_field_number(&field) ^ field.length) * 1099511628211u;
  }
  return sum;
}

/* The octets at the end of pages that can only be read, and behind them one
 * that cannot be touched. */
START_TEST(parsing_only_reads_and_only_its_octets_PP8) {
  size_t length;
  uint8_t *const octets = octets_from_hex(REPLY, &length);
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  void *memory;
  ck_assert_int_eq(posix_memalign(&memory, page, 2 * page), 0);
  uint8_t *const pages = memory;
  uint8_t *const protected_octets = pages + page - length;
  memcpy(protected_octets, octets, length);
  ck_assert_int_eq(mprotect(pages, page, PROT_READ), 0);
  ck_assert_int_eq(mprotect(pages + page, page, PROT_NONE), 0);
  ck_assert_uint_eq(summarize(protected_octets, length),
                    summarize(octets, length));
  for (size_t cut = 1; cut <= length; cut++)
    ck_assert_uint_eq(summarize(protected_octets + cut, length - cut),
                      summarize(octets + cut, length - cut));
  ck_assert_int_eq(mprotect(pages, 2 * page, PROT_READ | PROT_WRITE), 0);
  free(pages);
  free(octets);
}
END_TEST

struct job {
  const uint8_t *octets;
  size_t length;
  uint64_t expected;
  int failures;
};

static void *parse_often(void *argument) {
  struct job *const job = argument;
  for (int i = 0; i < 2000; i++)
    job->failures += summarize(job->octets, job->length) != job->expected;
  return NULL;
}

START_TEST(threads_parse_the_same_octets_at_once_PP8) {
  size_t length;
  uint8_t *const octets = octets_from_hex(REPLY, &length);
  const uint64_t expected = summarize(octets, length);
  struct job jobs[2] = {{octets, length, expected, 0},
                        {octets, length, expected, 0}};
  pthread_t threads[2];
  for (int i = 0; i < 2; i++)
    ck_assert_int_eq(pthread_create(&threads[i], NULL, parse_often, &jobs[i]),
                     0);
  for (int i = 0; i < 2; i++) {
    ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_int_eq(jobs[i].failures, 0);
  }
  free(octets);
}
END_TEST

/* A reply to www.example.org whose one record's owner is a pointer: it may lead
 * to each of the question's four labels, the root's among them. */
START_TEST(pointer_leads_to_an_earlier_label_or_nowhere_PP2) {
  size_t length;
  uint8_t *const octets = octets_from_hex(
      "1234 8180 0001 0001 0000 0000 "
      "03 777777 07 6578616d706c65 03 6f7267 00 ff00 0001 "
      "c000 ff00 0001 00000000 0000",
      &length);
  for (unsigned target = 0; target <= 0x3fff; target++) {
    stubdns_message_t message;
    const int is_label =
        target == 12 || target == 16 || target == 24 || target == 28;
    octets[33] = (uint8_t)(0xc0 | target >> 8);
    octets[34] = (uint8_t)target;
    ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0),
                     is_label ? 0 : STUBDNS_EBADPOINTER);
  }
  free(octets);
}
END_TEST

/* Records of 12 octets, each owner a pointer to the owner before. */
START_TEST(name_goes_through_126_pointers_at_most_PP2) {
  enum { HEAD = 17, RECORD = 12, RECORDS = 200 };
  uint8_t octets[HEAD + RECORD * RECORDS] = {0x12, 0x34, 0x81, 0x80, 0, 1};
  octets[15] = octets[16] = 1; /* type and class behind the root name */
  size_t target = 12;
  for (unsigned i = 1; i <= RECORDS; i++) {
    stubdns_message_t message;
    uint8_t *const record = octets + HEAD + (i - 1) * RECORD;
    record[0] = (uint8_t)(0xc0 | target >> 8);
    record[1] = (uint8_t)target;
    record[2] = 0xff; /* an opaque type */
    record[5] = 1;
    octets[7] = (uint8_t)i;
    target = HEAD + (i - 1) * (size_t)RECORD;
    ck_assert_int_eq(
        stubdns_message_parse(&message, octets, HEAD + i * RECORD, 0),
        i <= 126 ? 0 : STUBDNS_EPOINTERCHAIN);
  }
}
END_TEST

/* The same in RDATA: a chain of owners, then an NS record whose name leads to
 * the last of them. */
START_TEST(name_in_rdata_goes_through_126_pointers_at_most_PP2) {
  enum { HEAD = 17, RECORD = 12, NS = 14, RECORDS = 130 };
  for (unsigned count = 120; count <= RECORDS; count++) {
    uint8_t octets[HEAD + RECORD * RECORDS + NS] = {0x12, 0x34, 0x81,
                                                    0x80, 0,    1};
    size_t target = 12;
    octets[7] = (uint8_t)(count + 1);
    octets[15] = octets[16] = 1;
    for (unsigned i = 0; i < count; i++) {
      uint8_t *const record = octets + HEAD + i * (size_t)RECORD;
      record[0] = (uint8_t)(0xc0 | target >> 8);
      record[1] = (uint8_t)target;
      record[2] = 0xff; /* an opaque type */
      record[5] = 1;
      target = HEAD + i * (size_t)RECORD;
    }
    uint8_t *const ns = octets + HEAD + count * (size_t)RECORD;
    memcpy(ns, "\0\0\2\0\1\0\0\0\0\0\2", 11);
    ns[11] = (uint8_t)(0xc0 | target >> 8);
    ns[12] = (uint8_t)target;
    stubdns_message_t message;
    const int error = stubdns_message_parse(
        &message, octets, HEAD + count * (size_t)RECORD + 13, 0);
    /* Its own pointer is one more than those of the owners. */
    ck_assert_int_eq(error, count + 1 <= 126 ? 0 : STUBDNS_EPOINTERCHAIN);
  }
}
END_TEST

/* Owners through 1 to 126 pointers, then more through 126: all names together
 * may go through 8192 pointers and one for each two octets. */
START_TEST(names_together_go_through_so_many_pointers_at_most_PP2) {
  enum { HEAD = 17, RECORD = 12, RECORDS = 250 };
  uint8_t octets[HEAD + RECORD * RECORDS] = {0x12, 0x34, 0x81, 0x80, 0, 1};
  octets[15] = octets[16] = 1; /* type and class behind the root name */
  size_t target = 12;
  size_t hops = 0;
  int error = 0;
  for (unsigned i = 1; i <= RECORDS; i++) {
    stubdns_message_t message;
    const size_t length = HEAD + i * (size_t)RECORD;
    uint8_t *const record = octets + length - RECORD;
    record[0] = (uint8_t)(0xc0 | target >> 8);
    record[1] = (uint8_t)target;
    record[2] = 0xff; /* an opaque type */
    record[5] = 1;
    octets[7] = (uint8_t)i;
    if (i < 126) target = length - RECORD;
    hops += i < 126 ? i : 126;
    error = stubdns_message_parse(&message, octets, length, 0);
    ck_assert_int_eq(error,
                     hops <= 8192 + length / 2 ? 0 : STUBDNS_EPOINTERCHAIN);
    ck_assert_uint_eq(message.error_offset, error ? length : 0);
  }
  ck_assert_int_eq(error, STUBDNS_EPOINTERCHAIN);
}
END_TEST

/* The same in the RDATA of one record: the servers of a HIP. */
START_TEST(names_of_a_record_go_through_so_many_pointers_at_most_PP2) {
  enum { SERVERS = 137, HOPS_OF_OTHERS = 8001, HEAD = 17 };
  uint8_t octets[HEAD + 2 * SERVERS] = {0, 0, 55, 0, 1};
  memcpy(octets + 11, "\1\2\0\1\0\0", 6); /* a HIT and a key of an octet */
  size_t target = 0;
  for (unsigned i = 0; i < SERVERS; i++) {
    uint8_t *const server = octets + HEAD + i * (size_t)2;
    server[0] = (uint8_t)(0xc0 | target >> 8);
    server[1] = (uint8_t)target;
    if (i < 125) target = HEAD + i * (size_t)2;
  }
  for (unsigned count = 126; count <= SERVERS; count++) {
    stubdns_record_t record;
    const size_t length = HEAD + count * (size_t)2;
    const size_t hops = HOPS_OF_OTHERS + (count - 126) * 126;
    octets[9] = (uint8_t)((length - 11) >> 8);
    octets[10] = (uint8_t)(length - 11);
    ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length),
                     hops <= 8192 + length / 2 ? 0 : STUBDNS_EPOINTERCHAIN);
  }
}
END_TEST

START_TEST(question_is_not_that_of_a_name_longer_than_the_message) {
  static const uint8_t octets[] = {0, 1, 0x80, 0, 0, 1, 0, 0, 0,
                                   0, 0, 0,    0, 0, 1, 0, 1};
  const stubdns_question_t root = {NAME("."), 1, 1};
  const stubdns_question_t other = {NAME("www.example.com"), 1, 1};
  stubdns_message_t message;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, sizeof octets, 0),
                   0);
  for (int exact = 0; exact < 2; exact++) {
    ck_assert(stubdns_message_asks(&message, &root, exact));
    ck_assert(!stubdns_message_asks(&message, &other, exact));
  }
}
END_TEST

/* Whoever alters a message is told of no more records. */
START_TEST(walk_of_a_message_that_was_altered_ends) {
  static const uint8_t octets[] = {
      0, 1, 0x81, 0x80, 0, 0,  0, 1,   0, 0, 0, 1,   /* an answer and an OPT */
      0, 0, 1,    0,    1, 0,  0, 0,   9, 0, 4, 192, /* A */
      0, 2, 1,    0,    0, 41, 4, 208, 0, 0, 0, 0,   0, 0};
  stubdns_message_t message;
  stubdns_record_t record;
  stubdns_edns_t edns;
  ck_assert_int_eq(stubdns_message_parse(&message, octets, sizeof octets, 0),
                   0);
  ck_assert(stubdns_message_edns(&message, &edns));
  message.record_counts[STUBDNS_SECTION_ADDITIONAL] = 3;
  stubdns_records_t records = stubdns_message_all_records(&message);
  ck_assert(stubdns_records_next(&records, &record));
  ck_assert(stubdns_records_next(&records, &record));
  ck_assert(!stubdns_records_next(&records, &record));
  message.length--;
  ck_assert(!stubdns_message_edns(&message, &edns));
  records = stubdns_message_all_records(&message);
  ck_assert(stubdns_records_next(&records, &record));
  ck_assert(!stubdns_records_next(&records, &record));
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("wire/pure");
  TCase *tests = tcase_create("pure");
  tcase_add_test(tests, parsing_only_reads_and_only_its_octets_PP8);
  tcase_add_test(tests, threads_parse_the_same_octets_at_once_PP8);
  tcase_add_test(tests, pointer_leads_to_an_earlier_label_or_nowhere_PP2);
  tcase_add_test(tests, name_goes_through_126_pointers_at_most_PP2);
  tcase_add_test(tests, name_in_rdata_goes_through_126_pointers_at_most_PP2);
  tcase_add_test(tests, names_together_go_through_so_many_pointers_at_most_PP2);
  tcase_add_test(tests,
                 names_of_a_record_go_through_so_many_pointers_at_most_PP2);
  tcase_add_test(tests, question_is_not_that_of_a_name_longer_than_the_message);
  tcase_add_test(tests, walk_of_a_message_that_was_altered_ends);
  suite_add_tcase(suite, tests);
  return suite;
}
