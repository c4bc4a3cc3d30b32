/* The table of record types as the code uses it: made from stubdns/types.h. */
#ifndef STUBDNS_WIRE_TYPE_H
#define STUBDNS_WIRE_TYPE_H

#include "stubdns/message.h"

#include <stdint.h>

#define STUBDNS__FIELDS_MAX 9 /* RRSIG has the most */

/* What malformed RDATA spoils, and for which classes the format is defined. */
enum {
  STUBDNS__RULE_CONTENT = 1, /* only the record, not the message */
  STUBDNS__RULE_IN = 2,      /* class IN alone has this format */
};

struct stubdns__field_form {
  uint8_t kind;
  const char *label;
};

struct stubdns__type {
  uint16_t number;
  uint8_t rule;
  uint8_t mnemonic_length;
  const char *mnemonic;
  struct stubdns__field_form fields[STUBDNS__FIELDS_MAX + 1]; /* END closes */
};

/* The table, and where in it, in octets, stands the type that has each slot; 0
 * for a slot that none has.  The compiler refuses two types with one slot. */
#define STUBDNS__TYPE_SLOTS 512
#define STUBDNS__TYPE_SLOT(type)                                               \
  (((type) + ((type) >> 9) * 3) % STUBDNS__TYPE_SLOTS)
extern const struct stubdns__type stubdns__types[];
extern const uint16_t stubdns__type_offsets[STUBDNS__TYPE_SLOTS];

/* The line of `type`, or NULL where the table has none. */
static inline const struct stubdns__type *stubdns__type_find(uint16_t type) {
  const char *const table = (const char *)stubdns__types;
  const void *const line =
      table + stubdns__type_offsets[STUBDNS__TYPE_SLOT((unsigned)type)];
  const struct stubdns__type *const form = line;
  return form->number == type ? form : NULL;
}

/* The line whose fields the RDATA of `type` has in `class_`, or NULL. */
static inline const struct stubdns__type *
stubdns__type_in_class(uint16_t type, uint16_t class_) {
  const struct stubdns__type *form = stubdns__type_find(type);
  if (form && (form->rule & STUBDNS__RULE_IN) && class_ != STUBDNS_CLASS_IN)
    return NULL;
  return form;
}

/* The line that describes the RDATA of `type` in `class_`; NULL where that
 * RDATA is opaque. */
static inline const struct stubdns__type *
stubdns__type_of_rdata(uint16_t type, uint16_t class_) {
  const struct stubdns__type *form = stubdns__type_in_class(type, class_);
  return form && form->fields[0].kind != STUBDNS_FIELD_END ? form : NULL;
}

/* Steps over all lines: NULL behind the last one. */
const struct stubdns__type *stubdns__type_at(unsigned index);

#endif
