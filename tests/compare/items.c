/* Lists of items, and the list that our own parser gives. */
#include "compare.h"

#include <assert.h>
#include <string.h>

void items_begin(struct items *items) {
  items->error = 0;
  items->count = 0;
  items->length = 0;
}

void items_put(struct items *items, const void *octets, size_t length) {
  assert(length <= ITEMS_SIZE - items->length);
  if (length) memcpy(items->octets + items->length, octets, length);
  items->length += length;
}

void items_put16(struct items *items, unsigned value) {
  const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
  items_put(items, octets, 2);
}

void items_put32(struct items *items, uint32_t value) {
  items_put16(items, value >> 16);
  items_put16(items, value & 0xffff);
}

void items_end_one(struct items *items) {
  assert(items->count < ITEMS_MAX);
  items->ends[items->count++] = items->length;
}

int items_equal(const struct items *a, const struct items *b) {
  return a->count == b->count && a->length == b->length &&
         !memcmp(a->ends, b->ends, a->count * sizeof a->ends[0]) &&
         !memcmp(a->octets, b->octets, a->length);
}

static void put_our_record(struct items *items,
                           const stubdns_record_t *record) {
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  while (stubdns_fields_next(&fields, &field)) {
    const stubdns_name_t name = stubdns_field_name(&field);
    if (field.kind == STUBDNS_FIELD_NAME ||
        field.kind == STUBDNS_FIELD_NAME_COMPRESSIBLE)
      items_put(items, name.octets, name.length);
    else
      items_put(items, stubdns_field_octets(&field), field.length);
  }
  items_end_one(items);
}

void parse_ours(struct items *items, uint16_t type, const uint8_t *octets,
                size_t length) {
  stubdns_message_t message;
  stubdns_record_t record;
  items_begin(items);
  items->error = stubdns_message_parse(&message, octets, length, 0);
  if (items->error) return;
  stubdns_records_t records =
      stubdns_message_records(&message, STUBDNS_SECTION_ANSWER);
  while (stubdns_records_next(&records, &record)) {
    if (record.type != type || record.class_ != STUBDNS_CLASS_IN) continue;
    if (record.error) items->error = record.error;
    put_our_record(items, &record);
  }
}
