/* libFuzzer: whatever message parses is built once more, and what was built
 * parses and has as many records. */
#include "stubdns/builder.h"
#include "stubdns/error.h"

#include <stdlib.h>
#include <string.h>

static stubdns_builder_t builder;
static uint8_t built[STUBDNS_MESSAGE_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static int build(const stubdns_message_t *message, size_t *length) {
  const stubdns_question_t question = stubdns_message_question(message);
  stubdns_record_t record;
  stubdns_builder_begin(&builder, built, sizeof built, message->id,
                        message->flags);
  if (message->question_count) stubdns_builder_question(&builder, &question);
  stubdns_records_t records = stubdns_message_all_records(message);
  while (stubdns_records_next(&records, &record))
    stubdns_builder_record(&builder, record.section, &record);
  return stubdns_builder_finish(&builder, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  stubdns_message_t message;
  stubdns_message_t again;
  size_t built_length;
  if (stubdns_message_parse(&message, octets, length, 0)) return 0;
  const int error = build(&message, &built_length);
  if (error == STUBDNS_ETOOLONG || error == STUBDNS_ENOSPACE) return 0;
  if (error || stubdns_message_parse(&again, built, built_length, 0)) abort();
  if (memcmp(again.record_counts, message.record_counts,
             sizeof again.record_counts) != 0)
    abort();
  return 0;
}
