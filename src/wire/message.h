/* What parsing a message and walking its records share. */
#ifndef STUBDNS_WIRE_MESSAGE_H
#define STUBDNS_WIRE_MESSAGE_H

#include "stubdns/message.h"
#include "wire/reader.h"
#include "wire/type.h"

/* Reads type, class, TTL and RDLENGTH, RFC 1035 section 4.1.3, and leaves the
 * cursor at the RDATA. */
void stubdns__record_read_fixed(stubdns_record_t *record,
                                struct stubdns__cursor *cursor,
                                unsigned parse_flags);

/* The line of the table that describes the record's RDATA, or NULL. */
const struct stubdns__type *
stubdns__record_form(const stubdns_record_t *record);

/* Checks the RDATA that fills the reader against `form`, which may be NULL;
 * `is_last` says whether more records follow.  Returns 0 or an error. */
int stubdns__record_check(struct stubdns__reader *reader,
                          const stubdns_record_t *record,
                          const struct stubdns__type *form, int is_last);

#endif
