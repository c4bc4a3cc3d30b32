/* Messages written by hand, one a file: those of fixtures/malformed/ must give
 * the error that their first line names, those of fixtures/messages/ must
 * parse. The names of the files begin with the rule that they show. */
#include "stubdns/message.h"

#include "support/fixture.h"
#include "support/suite.h"

#include "stubdns/error.h"

#include <stdlib.h>
#include <string.h>

static struct file_list malformed;
static struct file_list messages;

static const char *name_of(int error) {
  const char *const name = stubdns_error_name(error);
  return name ? name : "no error";
}

/* The error of the only record with malformed content. */
static int content_error(const stubdns_message_t *message) {
  int error = 0;
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    if (!record.error) continue;
    ck_assert_int_eq(error, 0);
    ck_assert_uint_ge(record.error_offset, record.rdata_offset);
    ck_assert_uint_le(record.error_offset,
                      record.rdata_offset + record.rdata_length);
    error = record.error;
  }
  return error;
}

static void check_file(const char *path) {
  const struct hex_fixture fixture = hex_load(path);
  stubdns_message_t message;
  const int error = stubdns_message_parse(&message, fixture.message.octets,
                                          fixture.message.length, 0);
  ck_assert_msg(error == fixture.error, "%s: gives %s", path, name_of(error));
  if (error) {
    ck_assert_uint_le(message.error_offset, fixture.message.length);
  } else {
    const int found = content_error(&message);
    ck_assert_msg(found == fixture.content_error, "%s: a record has %s", path,
                  name_of(found));
    ck_assert_uint_eq(message.malformed_count, fixture.content_error != 0);
  }
  free(fixture.message.octets);
}

START_TEST(malformed_message_gives_the_error_its_file_names) {
  const struct hex_fixture fixture = hex_load(malformed.paths[_i]);
  ck_assert_int_ne(fixture.error | fixture.content_error, 0);
  free(fixture.message.octets);
  check_file(malformed.paths[_i]);
}
END_TEST

START_TEST(odd_but_sound_message_parses) {
  check_file(messages.paths[_i]);
}
END_TEST

/* On error the message is empty: nothing can be walked. */
START_TEST(malformed_message_leaves_nothing_to_walk) {
  const struct hex_fixture fixture = hex_load(malformed.paths[_i]);
  stubdns_message_t message;
  memset(&message, 0xff, sizeof message);
  if (stubdns_message_parse(&message, fixture.message.octets,
                            fixture.message.length, 0)) {
    stubdns_records_t records = stubdns_message_all_records(&message);
    stubdns_record_t record;
    ck_assert_int_eq(stubdns_records_next(&records, &record), 0);
    ck_assert_int_eq(stubdns_message_opt(&message, &record), 0);
    ck_assert_uint_eq(stubdns_message_question(&message).type, 0);
  }
  free(fixture.message.octets);
}
END_TEST

Suite *test_suite(void) {
  malformed = files_list("malformed", ".hex");
  messages = files_list("messages", ".hex");
  TCase *const cases = tcase_create("hex files");
  tcase_add_loop_test(cases, malformed_message_gives_the_error_its_file_names,
                      0, (int)malformed.count);
  tcase_add_loop_test(cases, odd_but_sound_message_parses, 0,
                      (int)messages.count);
  tcase_add_loop_test(cases, malformed_message_leaves_nothing_to_walk, 0,
                      (int)malformed.count);
  Suite *const suite = suite_create("wire/malformed");
  suite_add_tcase(suite, cases);
  return suite;
}
