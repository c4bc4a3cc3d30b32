/* SVCB and HTTPS records as a client reads them, RFC 9460 sections 2.4 and 8.
 */
#include "stubdns/answer.h"

#include "wire/cursor.h"
#include "wire/name.h"

#define MANDATORY 0 /* the key of the list of keys one must know */

int stubdns_field_next_param(const stubdns_field_t *field, size_t *position,
                             stubdns_svc_param_t *param) {
  if (field->kind != STUBDNS_FIELD_SVC_PARAMS) return 0;
  struct stubdns__cursor cursor =
      stubdns__cursor_make(stubdns_field_octets(field), field->length);
  stubdns__cursor_seek(&cursor, *position);
  param->key = stubdns__cursor_u16(&cursor);
  param->length = stubdns__cursor_u16(&cursor);
  param->octets = stubdns__cursor_take(&cursor, param->length);
  *position = cursor.offset;
  return cursor.error == 0;
}

static int is_service(const stubdns_record_t *record) {
  return (record->type == STUBDNS_TYPE_SVCB ||
          record->type == STUBDNS_TYPE_HTTPS) &&
         record->class_ == STUBDNS_CLASS_IN && !record->error;
}

int stubdns_record_is_service_alias(const stubdns_record_t *record,
                                    stubdns_name_t *target) {
  stubdns_field_t field;
  stubdns__name_set_root(target);
  if (!is_service(record)) return 0;
  stubdns_record_field(record, "priority", &field);
  if (stubdns_field_number(&field) != 0) return 0;
  stubdns_record_field(record, "target", &field);
  stubdns_field_read_name(&field, target);
  return 1;
}

static int is_known(uint16_t key, const uint16_t *known, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (known[i] == key) return 1;
  return 0;
}

int stubdns_record_is_usable_service(const stubdns_record_t *record,
                                     const uint16_t *known, size_t count) {
  stubdns_field_t field;
  stubdns_svc_param_t param;
  size_t position = 0;
  if (!is_service(record)) return 0;
  stubdns_record_field(record, "params", &field);
  if (!stubdns_field_next_param(&field, &position, &param)) return 1;
  if (param.key != MANDATORY) return 1; /* the lowest key comes first */
  struct stubdns__cursor keys =
      stubdns__cursor_make(param.octets, param.length);
  while (stubdns__cursor_left(&keys))
    if (!is_known(stubdns__cursor_u16(&keys), known, count)) return 0;
  return 1;
}
