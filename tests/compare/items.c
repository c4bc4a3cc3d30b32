/* Lists of items. */
#include "compare.h"

#include <assert.h>
#include <stdio.h>
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

void items_put_string(struct items *items, const void *octets, size_t length) {
  const uint8_t size = (uint8_t)length;
  assert(length <= UINT8_MAX);
  items_put(items, &size, 1);
  items_put(items, octets, length);
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

static void print_item(const struct items *items, size_t index) {
  size_t offset = index ? items->ends[index - 1] : 0;
  const size_t end = index < items->count ? items->ends[index] : offset;
  while (offset < end)
    fprintf(stderr, "%02x", items->octets[offset++]);
}

static int item_equal(const struct items *a, const struct items *b,
                      size_t index) {
  return index < a->count && index < b->count &&
         a->ends[index] == b->ends[index] &&
         !memcmp(a->octets, b->octets, a->ends[index]);
}

void items_print_difference(const struct items *ours,
                            const struct items *theirs) {
  size_t index = 0;
  while (item_equal(ours, theirs, index))
    index++;
  fprintf(stderr, "we %d, %zu items; they %d, %zu; item %zu: ", ours->error,
          ours->count, theirs->error, theirs->count, index);
  print_item(ours, index);
  fprintf(stderr, ", theirs: ");
  print_item(theirs, index);
  fprintf(stderr, "\n");
}

void items_put_name_text(struct items *items, const char *text) {
  stubdns_name_t name;
  const char *const shown = text && *text ? text : ".";
  if (stubdns_name_from_text(&name, shown, strlen(shown)))
    items_put(items, shown, strlen(shown)); /* longer than names may be */
  else
    items_put(items, name.octets, name.length);
}

static int is_name(const stubdns_field_t *field) {
  return field->kind == STUBDNS_FIELD_NAME ||
         field->kind == STUBDNS_FIELD_NAME_COMPRESSIBLE ||
         field->kind == STUBDNS_FIELD_NAME_PLAIN;
}

void items_put_rdata(struct items *items, const stubdns_record_t *record) {
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  size_t end = record->rdata_offset;
  while (stubdns_fields_next(&fields, &field)) {
    const stubdns_name_t name = stubdns_field_name(&field);
    if (is_name(&field))
      items_put(items, name.octets, name.length);
    else
      items_put(items, stubdns_field_octets(&field), field.length);
    end = field.offset + field.length;
  }
  if (end == record->rdata_offset) /* it has no fields, or is malformed */
    items_put(items, record->octets + end, record->rdata_length);
}

void items_put_record(struct items *items, enum stubdns_section section,
                      const stubdns_record_t *record) {
  const stubdns_name_t owner = stubdns_record_owner(record);
  items_put16(items, section);
  items_put(items, owner.octets, owner.length);
  items_put16(items, record->type);
  items_put16(items, record->class_);
  items_put32(items, record->ttl_octets);
  items_put_rdata(items, record);
  items_end_one(items);
}
