/* The fields of a record, by the table of types.  The RDATA has been validated,
 * so stepping over a field cannot fail. */
#include "wire/message.h"

#include "wire/name.h"
#include "wire/rdata.h"

#include <string.h>

stubdns_fields_t stubdns_record_fields(const stubdns_record_t *record) {
  const struct stubdns__type *form = stubdns__types;
  if (!record->error && !stubdns__record_has_no_rdata(record))
    form = stubdns__type_in_class(record->type, record->class_);
  return (stubdns_fields_t){record, form->fields, record->rdata_offset};
}

/* Ends the step to a field of `length` octets. */
static inline int step_over(stubdns_fields_t *fields, stubdns_field_t *field,
                            size_t length) {
  field->length = length;
  fields->offset += length;
  return 1;
}

/* Steps over a field whose size is neither fixed nor what is left.  Out of
 * line, so that the usual fields need no stack frame. */
__attribute__((noinline)) static int
step_over_measured(stubdns_fields_t *fields, stubdns_field_t *field) {
  const stubdns_record_t *record = fields->record;
  struct stubdns__reader reader = {
      stubdns__cursor_make(record->octets,
                           record->rdata_offset + record->rdata_length),
      NULL, 0};
  stubdns__cursor_seek(&reader.cursor, field->offset);
  stubdns__rdata_skip_field(&reader, field->kind, record->rdata_offset);
  return step_over(fields, field, reader.cursor.offset - field->offset);
}

int stubdns_fields_next(stubdns_fields_t *fields, stubdns_field_t *field) {
  const struct stubdns__field_form *form = fields->next;
  const stubdns_record_t *record = fields->record;
  if (form->kind == STUBDNS_FIELD_END) return 0;
  fields->next = form + 1;
  field->record = record;
  field->label = form->label;
  field->kind = form->kind;
  field->offset = fields->offset;
  const uint8_t way = stubdns__field_ways[form->kind];
  if (way < STUBDNS__WAY_NAME) return step_over(fields, field, way);
  if (form[1].kind != STUBDNS_FIELD_END)
    return step_over_measured(fields, field);
  return step_over(fields, field,
                   record->rdata_offset + record->rdata_length - field->offset);
}

int stubdns_record_field(const stubdns_record_t *record, const char *label,
                         stubdns_field_t *field) {
  stubdns_fields_t fields = stubdns_record_fields(record);
  while (stubdns_fields_next(&fields, field))
    if (!strcmp(field->label, label)) return 1;
  *field =
      (stubdns_field_t){record, "", STUBDNS_FIELD_END, record->rdata_offset, 0};
  return 0;
}

static int is_number(uint8_t kind) {
  switch (kind) {
  case STUBDNS_FIELD_U8:
  case STUBDNS_FIELD_U16:
  case STUBDNS_FIELD_U32:
  case STUBDNS_FIELD_U48:
  case STUBDNS_FIELD_U64:
  case STUBDNS_FIELD_DURATION:
  case STUBDNS_FIELD_TIME:
  case STUBDNS_FIELD_TYPE:
  case STUBDNS_FIELD_ALGORITHM:
  case STUBDNS_FIELD_CERT_TYPE:
  case STUBDNS_FIELD_CERT_ALGORITHM:
  case STUBDNS_FIELD_RCODE:
  case STUBDNS_FIELD_SCHEME:
  case STUBDNS_FIELD_GATEWAY_TYPE:
  case STUBDNS_FIELD_RELAY_TYPE:
    return 1;
  default:
    return 0;
  }
}

uint64_t stubdns_field_number(const stubdns_field_t *field) {
  if (!is_number(field->kind)) return 0;
  const uint8_t *octets = stubdns_field_octets(field);
  uint64_t number = 0;
  for (size_t i = 0; i < field->length; i++)
    number = number << 8 | octets[i];
  return number;
}

void stubdns_field_read_name(const stubdns_field_t *field,
                             stubdns_name_t *name) {
  const stubdns_record_t *record = field->record;
  if (field->kind == STUBDNS_FIELD_NAME ||
      field->kind == STUBDNS_FIELD_NAME_COMPRESSIBLE ||
      field->kind == STUBDNS_FIELD_NAME_PLAIN)
    stubdns__name_expand(name, record->octets, record->length, field->offset);
  else
    stubdns__name_set_root(name);
}

stubdns_name_t stubdns_field_name(const stubdns_field_t *field) {
  stubdns_name_t name;
  stubdns_field_read_name(field, &name);
  return name;
}

const uint8_t *stubdns_field_octets(const stubdns_field_t *field) {
  return field->record->octets + field->offset;
}

int stubdns_field_next_string(const stubdns_field_t *field, size_t *position,
                              const uint8_t **octets, size_t *length) {
  if (field->kind != STUBDNS_FIELD_STRINGS) return 0;
  struct stubdns__cursor cursor =
      stubdns__cursor_make(stubdns_field_octets(field), field->length);
  stubdns__cursor_seek(&cursor, *position);
  *length = stubdns__cursor_u8(&cursor);
  *octets = stubdns__cursor_take(&cursor, *length);
  *position = cursor.offset;
  return cursor.error == 0;
}
