/* libFuzzer: whatever message parses is built once more, in exactly the room
 * that was said to be enough, and that parses and has the same records. */
#include "stubdns/builder.h"
#include "stubdns/error.h"
#include "stubdns/text.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE (1u << 18) /* of RFC 3597 form: three characters an octet */

static stubdns_builder_t builder;
static char text[TEXT_SIZE];
static char text_again[TEXT_SIZE];

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static int build(const stubdns_message_t *message, uint8_t *octets, size_t size,
                 size_t *length) {
  const stubdns_question_t question = stubdns_message_question(message);
  stubdns_record_t record;
  stubdns_builder_begin(&builder, octets, size, message->id, message->flags);
  if (message->question_count) stubdns_builder_question(&builder, &question);
  stubdns_records_t records = stubdns_message_all_records(message);
  while (stubdns_records_next(&records, &record))
    stubdns_builder_record(&builder, record.section, &record);
  return stubdns_builder_finish(&builder, length);
}

static void compare_records(const stubdns_record_t *record,
                            const stubdns_record_t *again) {
  if (again->section != record->section ||
      again->ttl_octets != record->ttl_octets)
    abort();
  stubdns_record_to_text(record, STUBDNS_TEXT_UNKNOWN, text, TEXT_SIZE, NULL);
  stubdns_record_to_text(again, STUBDNS_TEXT_UNKNOWN, text_again, TEXT_SIZE,
                         NULL);
  if (strcmp(text, text_again) != 0) abort();
}

static void compare(const stubdns_message_t *message, const uint8_t *octets,
                    size_t length) {
  stubdns_message_t built;
  stubdns_record_t record;
  stubdns_record_t again;
  if (stubdns_message_parse(&built, octets, length, 0)) abort();
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_records_t built_records = stubdns_message_all_records(&built);
  while (stubdns_records_next(&records, &record)) {
    if (!stubdns_records_next(&built_records, &again)) abort();
    compare_records(&record, &again);
  }
  if (stubdns_records_next(&built_records, &again)) abort();
}

static int has_error(const stubdns_message_t *message, int error) {
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record))
    if (record.error == error) return 1;
  return 0;
}

/* What is too long as a whole may yet fit when names are compressed; a
 * malformed record may be refused. */
static int is_as_said(const stubdns_message_t *message, int said, int error) {
  if (said == STUBDNS_ENOSPACE) return error == 0;
  return said == STUBDNS_ETOOLONG ||
         (said == error && has_error(message, error));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  stubdns_message_t message;
  size_t size;
  size_t built_length;
  if (stubdns_message_parse(&message, octets, length, 0)) return 0;
  const int said = build(&message, NULL, 0, &size);
  uint8_t *const built = malloc(size);
  const int error = build(&message, built, size, &built_length);
  if (!is_as_said(&message, said, error)) abort();
  if (!error) compare(&message, built, built_length);
  free(built);
  return 0;
}
