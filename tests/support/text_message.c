/* Messages written from records in presentation format. */
#include "support/text_message.h"

#include "stubdns/wire.h"

#include <check.h>
#include <string.h>

static void add_records(stubdns_builder_t *builder,
                        enum stubdns_section section, const char *text) {
  static uint8_t octets[TEXT_MESSAGE_SIZE];
  stubdns_record_text_t source = {.text = text,
                                  .length = text ? strlen(text) : 0};
  stubdns_record_t record;
  size_t length = text ? 1 : 0;
  while (length > 0) {
    ck_assert_msg(
        !stubdns_record_from_text(&source, octets, sizeof octets, &length),
        "%s: %zu", text, source.error_offset);
    if (length == 0) return;
    ck_assert_int_eq(stubdns_record_from_wire(&record, octets, length), 0);
    stubdns_builder_record(builder, section, &record);
  }
}

size_t text_message_write(uint8_t *octets, uint16_t id, unsigned flags,
                          const stubdns_question_t *question,
                          const char *answers, const char *additionals) {
  stubdns_builder_t builder;
  size_t length;
  stubdns_builder_begin(&builder, octets, TEXT_MESSAGE_SIZE, id,
                        (uint16_t)flags);
  if (question) stubdns_builder_question(&builder, question);
  add_records(&builder, STUBDNS_SECTION_ANSWER, answers);
  add_records(&builder, STUBDNS_SECTION_ADDITIONAL, additionals);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), 0);
  return length;
}
