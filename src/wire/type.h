/* The table of record types as the code uses it: made from stubdns/types.h. */
#ifndef STUBDNS_WIRE_TYPE_H
#define STUBDNS_WIRE_TYPE_H

#include "stubdns/types.h"

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
  const char *mnemonic;
  struct stubdns__field_form fields[STUBDNS__FIELDS_MAX + 1]; /* END closes */
};

/* The line of `type`, or NULL where the table has none. */
const struct stubdns__type *stubdns__type_find(uint16_t type);

/* The line that describes the RDATA of `type` in `class_`; NULL where that
 * RDATA is opaque. */
const struct stubdns__type *stubdns__type_of_rdata(uint16_t type,
                                                   uint16_t class_);

/* Steps over all lines: NULL behind the last one. */
const struct stubdns__type *stubdns__type_at(unsigned index);

#endif
