/* TXT records as one text. */
#include "stubdns/answer.h"
#include "stubdns/error.h"

#include <string.h>

int stubdns_record_join_text(const stubdns_record_t *record, uint8_t *text,
                             size_t size, size_t *length) {
  stubdns_field_t field;
  const uint8_t *octets;
  size_t octet_count;
  size_t position = 0;
  *length = 0;
  if (record->type != STUBDNS_TYPE_TXT && record->type != STUBDNS_TYPE_SPF)
    return STUBDNS_EINVALID;
  if (!stubdns_record_field(record, "strings", &field)) return STUBDNS_EINVALID;
  while (stubdns_field_next_string(&field, &position, &octets, &octet_count)) {
    if (*length <= size && octet_count <= size - *length)
      memcpy(text + *length, octets, octet_count);
    *length += octet_count;
  }
  return *length <= size ? 0 : STUBDNS_ENOSPACE;
}
