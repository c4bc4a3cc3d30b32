/* What parsing a message and walking its records share. */
#ifndef STUBDNS_WIRE_MESSAGE_H
#define STUBDNS_WIRE_MESSAGE_H

#include "stubdns/message.h"
#include "wire/rdata.h"

#define STUBDNS__CACHE_FLUSH 0x8000u /* RFC 6762 section 10.2 */

/* Reads type, class, TTL and RDLENGTH, RFC 1035 section 4.1.3, and leaves the
 * cursor at the RDATA; gives 0 where they are cut. */
static inline int stubdns__record_read_fixed(stubdns_record_t *record,
                                             struct stubdns__cursor *cursor) {
  if (!stubdns__cursor_has(cursor, 10)) return 0;
  const uint8_t *fixed = stubdns__cursor_step(cursor, 10);
  record->type = stubdns__load16(fixed);
  record->class_ = stubdns__load16(fixed + 2);
  record->ttl_octets = stubdns__load32(fixed + 4);
  record->ttl_s = record->ttl_octets >> 31 ? 0 : record->ttl_octets;
  record->rdata_length = stubdns__load16(fixed + 8);
  record->rdata_offset = cursor->offset;
  record->cache_flush = 0;
  return 1;
}

/* Takes the cache-flush bit out of the class, in a multicast DNS message. */
static inline void stubdns__record_take_flush(stubdns_record_t *record) {
  if (record->type == STUBDNS_TYPE_OPT) return;
  record->cache_flush = record->class_ >= STUBDNS__CACHE_FLUSH;
  record->class_ &= (uint16_t)~STUBDNS__CACHE_FLUSH;
}

/* RFC 2136 section 2.4 and 2.5: updates have records without RDATA in classes
 * ANY and NONE, whatever the type. */
static inline int stubdns__record_has_no_rdata(const stubdns_record_t *record) {
  return record->rdata_length == 0 && record->type != STUBDNS_TYPE_OPT &&
         (record->class_ == STUBDNS_CLASS_ANY ||
          record->class_ == STUBDNS_CLASS_NONE);
}

/* The line of the table that describes the record's RDATA, or NULL. */
static inline const struct stubdns__type *
stubdns__record_form(const stubdns_record_t *record) {
  if (stubdns__record_has_no_rdata(record)) return NULL;
  return stubdns__type_of_rdata(record->type, record->class_);
}

/* Checks the RDATA that fills the reader against `form`, which may be NULL;
 * `is_last` says whether more records follow.  Returns 0 or an error. */
static inline int stubdns__record_check(struct stubdns__reader *reader,
                                        const struct stubdns__type *form,
                                        int is_last) {
  if (!form) return 0;
  stubdns__rdata_check(reader, form);
  if (form->number == STUBDNS_TYPE_TSIG && !is_last)
    stubdns__cursor_fail(&reader->cursor, STUBDNS_EBADTSIG);
  return reader->cursor.error;
}

/* Whether the builder takes the record.  The octets of a malformed RDATA are
 * copied as they are, and a compression pointer among them would lead to a
 * place in the message that it came from. */
int stubdns__record_can_be_copied(const stubdns_record_t *record);

#endif
