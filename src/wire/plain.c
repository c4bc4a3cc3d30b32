/* Which octets of a RDATA are names that may be compressed, and what the RDATA
 * is without compression. */
#include "wire/plain.h"

#include "wire/message.h"
#include "wire/name.h"

size_t stubdns__name_end(const stubdns_record_t *record, size_t offset) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(record->octets, record->length);
  stubdns__cursor_seek(&cursor, offset);
  stubdns__skip_name(&cursor);
  return cursor.offset;
}

void stubdns__plain_begin(struct stubdns__plain *plain,
                          const stubdns_record_t *record) {
  plain->fields = stubdns_record_fields(record);
  plain->is_opaque = record->error || !stubdns__record_form(record);
  plain->field = (stubdns_field_t){.record = record,
                                   .offset = record->rdata_offset,
                                   .kind = STUBDNS_FIELD_END};
  plain->offset = record->rdata_offset;
  if (plain->is_opaque) plain->field.length = record->rdata_length;
}

/* Where the next name of the field begins, from `offset` on; the field's end
 * where there is none. */
static size_t find_name(const stubdns_field_t *field, size_t offset) {
  const size_t end = field->offset + field->length;
  switch (field->kind) {
  case STUBDNS_FIELD_NAME_COMPRESSIBLE:
  case STUBDNS_FIELD_NAME:
  case STUBDNS_FIELD_NAMES:
    return offset;
  case STUBDNS_FIELD_A6_ADDRESS: {
    const uint8_t bits = stubdns_field_octets(field)[0];
    return bits ? field->offset + 1 + (128u - bits + 7) / 8 : end;
  }
  default:
    return end;
  }
}

int stubdns__plain_next(struct stubdns__plain *plain, const uint8_t **octets,
                        size_t *length) {
  stubdns_field_t *field = &plain->field;
  while (plain->offset == field->offset + field->length) {
    if (plain->is_opaque || !stubdns_fields_next(&plain->fields, field))
      return 0;
    plain->offset = field->offset;
  }
  const stubdns_record_t *record = field->record;
  const size_t name_offset = find_name(field, plain->offset);
  if (name_offset > plain->offset) {
    *octets = record->octets + plain->offset;
    *length = name_offset - plain->offset;
    plain->offset = name_offset;
    return 1;
  }
  stubdns__name_expand(&plain->name, record->octets, record->length,
                       name_offset);
  *octets = plain->name.octets;
  *length = plain->name.length;
  plain->offset = stubdns__name_end(record, name_offset);
  return 1;
}

size_t stubdns__plain_length(const stubdns_record_t *record) {
  struct stubdns__plain plain;
  const uint8_t *octets;
  size_t length;
  size_t sum = 0;
  stubdns__plain_begin(&plain, record);
  while (stubdns__plain_next(&plain, &octets, &length))
    sum += length;
  return sum;
}
