/* RDATA by the table of types: stepping over one field validates it. */
#ifndef STUBDNS_WIRE_RDATA_H
#define STUBDNS_WIRE_RDATA_H

#include "wire/reader.h"
#include "wire/type.h"

/* Steps over one field of `kind` in a RDATA that begins at `rdata_offset`; the
 * reader's end is the RDATA's.  Fails with an error of the wire format. */
void stubdns__rdata_skip_field(struct stubdns__reader *reader, uint8_t kind,
                               size_t rdata_offset);

/* How fields of each kind are stepped over: by their size in octets, or by one
 * of the ways above it. */
enum {
  STUBDNS__WAY_NAME = 32,
  STUBDNS__WAY_PLAIN_NAME,
  STUBDNS__WAY_OTHER_NAMES,
  STUBDNS__WAY_VARIABLE,
  STUBDNS__WAY_TO_END,
  STUBDNS__WAY_SVC_PARAMS, /* to the end as well */
  STUBDNS__WAY_OPTIONS,    /* to the end as well */
};
extern const uint8_t stubdns__field_ways[];

/* Steps over a whole RDATA of type `form`, which must fill the reader. */
void stubdns__rdata_check(struct stubdns__reader *reader,
                          const struct stubdns__type *form);

/* Whether `error` in a RDATA of type `form` (may be NULL) spoils that record
 * alone.  A name that is malformed always spoils the message. */
int stubdns__rdata_error_is_content(const struct stubdns__type *form,
                                    int error);

/* Sequences in RDATA; each steps over its octets to the reader's end. */
void stubdns__check_svc_params(struct stubdns__reader *reader);
void stubdns__check_options(struct stubdns__reader *reader);

/* Whether an EDNS option has the form that the RFC of its code gives. */
int stubdns__option_is_valid(uint16_t code, const uint8_t *octets,
                             size_t length);

#endif
