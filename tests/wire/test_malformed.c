/* Messages written by hand, one a file: those of fixtures/malformed/ must give
 * the error that their first line names, those of fixtures/messages/ must
 * parse. The names of the files begin with the rule that they show. */
#include "stubdns/message.h"

#include "support/expect.h"
#include "support/fixture.h"
#include "support/suite.h"

#include "stubdns/error.h"

#include <stdlib.h>
#include <string.h>

/* The error of the only record with malformed content. */
static int content_error(const stubdns_message_t *message) {
  int error = 0;
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    if (!record.error) continue;
    expect_number("one more malformed record", error != 0, 0);
    expect_number("an offset outside of the RDATA",
                  record.error_offset < record.rdata_offset ||
                      record.error_offset >
                          record.rdata_offset + record.rdata_length,
                  0);
    error = record.error;
  }
  return error;
}

/* On error the message is empty: nothing can be walked. */
static void check_empty(const stubdns_message_t *message) {
  stubdns_record_t record;
  stubdns_records_t records = stubdns_message_all_records(message);
  expect_number("a record", stubdns_records_next(&records, &record) != 0, 0);
  expect_number("an OPT record", stubdns_message_opt(message, &record) != 0, 0);
  expect_number("a question", stubdns_message_question(message).type, 0);
}

static void check_message(const struct hex_fixture *fixture) {
  stubdns_message_t message;
  memset(&message, 0xff, sizeof message);
  const int error = stubdns_message_parse(&message, fixture->message.octets,
                                          fixture->message.length, 0);
  expect_text("the error", stubdns_error_name(error),
              stubdns_error_name(fixture->error));
  if (error) {
    expect_number("an offset behind the end",
                  message.error_offset > fixture->message.length, 0);
    check_empty(&message);
  } else {
    expect_text("a record's error", stubdns_error_name(content_error(&message)),
                stubdns_error_name(fixture->content_error));
    expect_number("malformed records", message.malformed_count,
                  fixture->content_error != 0);
  }
}

static void check_folder(const char *folder, int is_malformed) {
  struct file_list files = files_list(folder, ".hex");
  for (size_t i = 0; i < files.count; i++) {
    const struct hex_fixture fixture = hex_load(files.paths[i]);
    expect_of(files.paths[i]);
    expect_number("the first line", fixture.error || fixture.content_error,
                  (unsigned long)is_malformed);
    check_message(&fixture);
    free(fixture.message.octets);
  }
  files_free(&files);
  expect_end();
}

START_TEST(malformed_messages_give_the_errors_their_files_name) {
  check_folder("malformed", 1);
}
END_TEST

START_TEST(odd_but_sound_messages_parse) {
  check_folder("messages", 0);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("hex files");
  tcase_add_test(cases, malformed_messages_give_the_errors_their_files_name);
  tcase_add_test(cases, odd_but_sound_messages_parse);
  Suite *const suite = suite_create("wire/malformed");
  suite_add_tcase(suite, cases);
  return suite;
}
