/* The answer records of one type that we find; and, to tell why c-ares finds
 * others, those that its ways would make of them. */
#include "cares.h"

#include <string.h>

/* c-ares writes a label of one zero octet into a C string as it is. */
static void end_at_zero_label(stubdns_name_t *name) {
  uint8_t *label = name->octets;
  while (label[0] && !(label[0] == 1 && label[1] == 0))
    label += 1u + label[0];
  label[0] = 0;
  name->length = (uint8_t)(label - name->octets + 1);
}

static size_t length_to_zero(const uint8_t *octets, size_t length) {
  const uint8_t *const zero = length ? memchr(octets, 0, length) : NULL;
  return zero ? (size_t)(zero - octets) : length;
}

/* Puts a field as C strings hold it, where c-ares gives it as one. */
static void put_to_zero(struct items *items, const stubdns_field_t *field) {
  const uint8_t *const octets = stubdns_field_octets(field);
  stubdns_name_t name = stubdns_field_name(field);
  switch (field->kind) {
  case STUBDNS_FIELD_NAME:
  case STUBDNS_FIELD_NAME_COMPRESSIBLE:
    end_at_zero_label(&name);
    items_put(items, name.octets, name.length);
    break;
  case STUBDNS_FIELD_STRING:
    items_put_string(items, octets + 1,
                     length_to_zero(octets + 1, field->length - 1));
    break;
  case STUBDNS_FIELD_TEXT_NOT_EMPTY:
    items_put(items, octets, length_to_zero(octets, field->length));
    break;
  default:
    items_put(items, octets, field->length);
    break;
  }
}

static void put_rdata_to_zero(struct items *items,
                              const stubdns_record_t *record) {
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  while (stubdns_fields_next(&fields, &field))
    put_to_zero(items, &field);
}

static int is_wanted(const stubdns_record_t *record, uint16_t type,
                     unsigned ways) {
  return record->type == type &&
         (record->class_ == STUBDNS_CLASS_IN ||
          ((ways & WAY_CHAOS) && record->class_ == STUBDNS_CLASS_CH));
}

/* c-ares goes over the answer once: a CNAME sets the name, whoever owns it. */
static void follow_alias(stubdns_name_t *name, const stubdns_record_t *record) {
  stubdns_field_t field;
  if (record->type == STUBDNS_TYPE_CNAME &&
      record->class_ == STUBDNS_CLASS_IN &&
      stubdns_record_field(record, "target", &field))
    *name = stubdns_field_name(&field);
}

static void put_record(struct items *items, const stubdns_record_t *record,
                       unsigned ways) {
  if (record->error) items->error = record->error;
  if (ways & WAY_ZERO)
    put_rdata_to_zero(items, record);
  else
    items_put_rdata(items, record);
  items_end_one(items);
}

void parse_ours(struct items *items, uint16_t type,
                const struct subject *subject, unsigned ways) {
  items_begin(items);
  items->error = subject->error;
  if (items->error) return;
  stubdns_name_t name = stubdns_message_question(&subject->message).name;
  stubdns_records_t records =
      stubdns_message_records(&subject->message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    const int is_passed_over =
        (ways & WAY_ALIASES) && !stubdns_record_is_owned_by(&record, &name);
    if (is_wanted(&record, type, ways) && !is_passed_over)
      put_record(items, &record, ways);
    if ((ways & WAY_FIRST) && items->count) return;
    if (ways & WAY_ALIASES) follow_alias(&name, &record);
  }
}
