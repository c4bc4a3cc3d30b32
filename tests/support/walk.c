/* Walking a message through the whole of message.h, edns.h and text.h. */
#include "support/walk.h"

#include "stubdns/edns.h"
#include "stubdns/text.h"
#include "support/fixture.h"

#include <stdlib.h>

/* Sums of what was read end here, so that no reading is left out. */
static volatile unsigned sink;

/* Sums octets up, so that each is read. */
static unsigned read_octets(const uint8_t *octets, size_t length) {
  unsigned sum = 0;
  for (size_t i = 0; i < length; i++)
    sum += octets[i];
  return sum;
}

static unsigned walk_name(stubdns_name_t name) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  size_t length;
  if (stubdns_name_to_text(&name, text, sizeof text, &length))
    fixture_fail("a name", "does not fit into STUBDNS_NAME_TEXT_SIZE");
  return read_octets(name.octets, name.length) + (unsigned)length;
}

static unsigned walk_field(const stubdns_field_t *field) {
  size_t position = 0;
  const uint8_t *octets;
  size_t length;
  unsigned sum = (unsigned)stubdns_field_number(field);
  sum += walk_name(stubdns_field_name(field));
  sum += read_octets(stubdns_field_octets(field), field->length);
  while (stubdns_field_next_string(field, &position, &octets, &length))
    sum += read_octets(octets, length);
  return sum;
}

/* Prints a record as long as it is, into a block of exactly that size. */
static unsigned print_record(const stubdns_record_t *record, unsigned style) {
  size_t length;
  size_t again;
  stubdns_record_to_text(record, style, NULL, 0, &length);
  char *const text = malloc(length + 1);
  if (!text) fixture_fail("memory", "there is none left");
  const int error =
      stubdns_record_to_text(record, style, text, length + 1, &again);
  if (error || again != length)
    fixture_fail("a record", "is not as long as it says");
  const unsigned sum = read_octets((const uint8_t *)text, length + 1);
  free(text);
  return sum;
}

static unsigned walk_record(const stubdns_record_t *record) {
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  const stubdns_name_t owner = stubdns_record_owner(record);
  unsigned sum = walk_name(owner);
  if (!stubdns_record_is_owned_by(record, &owner))
    fixture_fail("a record", "is not owned by its owner");
  while (stubdns_fields_next(&fields, &field))
    sum += walk_field(&field);
  return sum;
}

static unsigned walk_options(const stubdns_message_t *message) {
  unsigned sum = 0;
  size_t position = 0;
  stubdns_option_t option;
  while (stubdns_message_next_option(message, &position, &option))
    sum += read_octets(option.octets, option.length);
  return sum;
}

static unsigned walk_question(const stubdns_message_t *message) {
  const stubdns_question_t question = stubdns_message_question(message);
  if (message->question_count == 1 &&
      !stubdns_message_asks(message, &question, 1))
    fixture_fail("a message", "does not ask its question");
  return walk_name(question.name);
}

size_t walk_message_unprinted(const stubdns_message_t *message) {
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  size_t count = 0;
  unsigned sum = walk_question(message) + walk_options(message);
  for (; stubdns_records_next(&records, &record); count++)
    sum += walk_record(&record);
  sink = sum + stubdns_message_rcode(message);
  return count;
}

size_t walk_message(const stubdns_message_t *message) {
  static const unsigned styles[] = {
      0, STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS, STUBDNS_TEXT_UNKNOWN};
  static size_t turn;
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  const unsigned style = styles[turn++ % 3];
  while (stubdns_records_next(&records, &record))
    sink = print_record(&record, style);
  return walk_message_unprinted(message);
}
