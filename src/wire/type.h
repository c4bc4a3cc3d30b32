/* The table of record types as the code uses it: made from stubdns/types.h. */
#ifndef STUBDNS_WIRE_TYPE_H
#define STUBDNS_WIRE_TYPE_H

#include "stubdns/message.h"

#include <stdint.h>

#define STUBDNS__FIELDS_MAX 9 /* RRSIG has the most */
#define STUBDNS__LABEL_SIZE 23
#define STUBDNS__MNEMONIC_SIZE 12

/* What malformed RDATA spoils, and for which classes the format is defined. */
enum {
  STUBDNS__RULE_CONTENT = 1, /* only the record, not the message */
  STUBDNS__RULE_IN = 2,      /* class IN alone has this format */
};

/* Texts stand in the table itself: it has no pointers, so that a program that
 * starts need not relocate it. */
struct stubdns__field_form {
  char label[STUBDNS__LABEL_SIZE];
  uint8_t kind;
};

struct stubdns__type {
  uint16_t number;
  uint8_t rule;
  uint8_t mnemonic_length;
  char mnemonic[STUBDNS__MNEMONIC_SIZE];
  struct stubdns__field_form fields[STUBDNS__FIELDS_MAX + 1]; /* END closes */
};

/* The table, whose line 0 is that of no type: without a mnemonic or fields. */
extern const struct stubdns__type stubdns__types[];

/* Where in the table, in octets, each type stands; 0 for one that is not there.
 * Types from 512 on share places, and the compiler refuses two with the same.
 */
#define STUBDNS__TYPE_DIRECT 512u
#define STUBDNS__TYPE_PLACE(type)                                              \
  ((type) < STUBDNS__TYPE_DIRECT ? (type) : STUBDNS__TYPE_DIRECT + (type) % 2u)
extern const uint16_t stubdns__type_offsets[STUBDNS__TYPE_DIRECT + 2];

/* The line of `type`, or line 0. */
static inline const struct stubdns__type *stubdns__type_line(unsigned type) {
  const char *const table = (const char *)stubdns__types;
  const void *const place =
      table + stubdns__type_offsets[STUBDNS__TYPE_PLACE(type)];
  const struct stubdns__type *const line = place;
  if (type >= STUBDNS__TYPE_DIRECT && line->number != type)
    return stubdns__types;
  return line;
}

/* The same, or NULL where the table has none. */
static inline const struct stubdns__type *stubdns__type_find(uint16_t type) {
  const struct stubdns__type *const line = stubdns__type_line(type);
  return line->mnemonic_length ? line : NULL;
}

/* The line whose fields the RDATA of `type` has in `class_`; line 0 where it is
 * opaque. */
static inline const struct stubdns__type *
stubdns__type_in_class(uint16_t type, uint16_t class_) {
  const struct stubdns__type *const line = stubdns__type_line(type);
  if ((line->rule & STUBDNS__RULE_IN) && class_ != STUBDNS_CLASS_IN)
    return stubdns__types;
  return line;
}

/* The line that describes the RDATA of `type` in `class_`; NULL where that
 * RDATA is opaque. */
static inline const struct stubdns__type *
stubdns__type_of_rdata(uint16_t type, uint16_t class_) {
  const struct stubdns__type *form = stubdns__type_in_class(type, class_);
  return form->fields[0].kind != STUBDNS_FIELD_END ? form : NULL;
}

/* Steps over all lines: NULL behind the last one. */
const struct stubdns__type *stubdns__type_at(unsigned index);

#endif
