/* Walking the records of a validated message, and the fields of a record. */
#include "wire/message.h"

#include "stubdns/edns.h"
#include "wire/name.h"
#include "wire/rdata.h"

#include <string.h>

#define CACHE_FLUSH 0x8000u /* RFC 6762 section 10.2 */

void stubdns__record_read_fixed(stubdns_record_t *record,
                                struct stubdns__cursor *cursor,
                                unsigned parse_flags) {
  const uint8_t *fixed = stubdns__cursor_take(cursor, 10);
  if (!fixed) return;
  record->octets = cursor->octets;
  record->type = stubdns__load16(fixed);
  record->class_ = stubdns__load16(fixed + 2);
  record->ttl_octets = stubdns__load32(fixed + 4);
  record->ttl_s = record->ttl_octets >> 31 ? 0 : record->ttl_octets;
  record->rdata_length = stubdns__load16(fixed + 8);
  record->rdata_offset = cursor->offset;
  record->cache_flush = 0;
  record->error = 0;
  record->error_offset = 0;
  if (!(parse_flags & STUBDNS_PARSE_MDNS) || record->type == STUBDNS_TYPE_OPT)
    return;
  record->cache_flush = record->class_ >= CACHE_FLUSH;
  record->class_ &= (uint16_t)~CACHE_FLUSH;
}

/* RFC 2136 section 2.4 and 2.5: updates have records without RDATA in classes
 * ANY and NONE, whatever the type. */
static int is_update_without_rdata(const stubdns_record_t *record) {
  return record->rdata_length == 0 && (record->class_ == STUBDNS_CLASS_ANY ||
                                       record->class_ == STUBDNS_CLASS_NONE);
}

const struct stubdns__type *
stubdns__record_form(const stubdns_record_t *record) {
  if (is_update_without_rdata(record) && record->type != STUBDNS_TYPE_OPT)
    return NULL;
  return stubdns__type_of_rdata(record->type, record->class_);
}

int stubdns__record_check(struct stubdns__reader *reader,
                          const stubdns_record_t *record,
                          const struct stubdns__type *form, int is_last) {
  if (!form) return 0;
  stubdns__rdata_check(reader, form);
  if (record->type == STUBDNS_TYPE_TSIG && !is_last)
    stubdns__cursor_fail(&reader->cursor, STUBDNS_EBADTSIG);
  return reader->cursor.error;
}

stubdns_records_t stubdns_message_records(const stubdns_message_t *message,
                                          enum stubdns_section section) {
  return (stubdns_records_t){message, message->section_offsets[section],
                             message->record_counts[section], (uint8_t)section,
                             (uint8_t)section};
}

stubdns_records_t
stubdns_message_all_records(const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  records.last_section = STUBDNS_SECTION_ADDITIONAL;
  return records;
}

/* A reader at `offset` of a validated message. */
static struct stubdns__reader reader_at(const uint8_t *octets, size_t length,
                                        size_t offset) {
  struct stubdns__reader reader = {stubdns__cursor_make(octets, length), NULL};
  stubdns__cursor_seek(&reader.cursor, offset);
  return reader;
}

/* Says again what parsing found malformed in this record's content. */
static void find_content_error(stubdns_record_t *record, int is_last) {
  struct stubdns__reader reader =
      reader_at(record->octets, record->length, record->rdata_offset);
  stubdns__cursor_narrow(&reader.cursor, record->rdata_length);
  record->error = stubdns__record_check(&reader, record,
                                        stubdns__record_form(record), is_last);
  if (record->error) record->error_offset = reader.cursor.offset;
}

static void read_record(stubdns_record_t *record,
                        struct stubdns__reader *reader, size_t length,
                        unsigned parse_flags) {
  record->length = length;
  record->owner_offset = reader->cursor.offset;
  stubdns__reader_name(reader);
  stubdns__record_read_fixed(record, &reader->cursor, parse_flags);
}

int stubdns_records_next(stubdns_records_t *records, stubdns_record_t *record) {
  const stubdns_message_t *message = records->message;
  while (records->remaining == 0) {
    if (records->section == records->last_section) return 0;
    records->remaining = message->record_counts[++records->section];
  }
  records->remaining--;
  struct stubdns__reader reader =
      reader_at(message->octets, message->length, records->offset);
  record->section = records->section;
  read_record(record, &reader, message->length, message->parse_flags);
  records->offset = record->rdata_offset + record->rdata_length;
  if (message->malformed_count)
    find_content_error(record, records->section == STUBDNS_SECTION_ADDITIONAL &&
                                   records->remaining == 0);
  return 1;
}

int stubdns_message_opt(const stubdns_message_t *message,
                        stubdns_record_t *record) {
  if (message->opt_offset == 0) return 0;
  stubdns_records_t one = {message, message->opt_offset, 1,
                           STUBDNS_SECTION_ADDITIONAL,
                           STUBDNS_SECTION_ADDITIONAL};
  return stubdns_records_next(&one, record);
}

int stubdns_message_edns(const stubdns_message_t *message,
                         stubdns_edns_t *edns) {
  stubdns_record_t opt;
  if (!stubdns_message_opt(message, &opt)) return 0;
  edns->payload_size = opt.class_;
  edns->extended_rcode = (uint8_t)(opt.ttl_octets >> 24);
  edns->version = (uint8_t)(opt.ttl_octets >> 16 & 0xff);
  edns->flags = (uint16_t)(opt.ttl_octets & 0xffff);
  return 1;
}

int stubdns_message_next_option(const stubdns_message_t *message,
                                size_t *position, stubdns_option_t *option) {
  stubdns_record_t opt;
  if (!stubdns_message_opt(message, &opt)) return 0;
  struct stubdns__cursor cursor =
      stubdns__cursor_make(opt.octets + opt.rdata_offset, opt.rdata_length);
  stubdns__cursor_seek(&cursor, *position);
  option->code = stubdns__cursor_u16(&cursor);
  option->length = stubdns__cursor_u16(&cursor);
  option->octets = stubdns__cursor_take(&cursor, option->length);
  *position = cursor.offset;
  return cursor.error == 0;
}

/* Reads the one record and checks all of it, names included. */
static int check_lone_record(stubdns_record_t *record,
                             struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  record->section = STUBDNS_SECTION_ANSWER;
  read_record(record, reader, cursor->end, 0);
  if (cursor->error) return cursor->error;
  if (record->rdata_length != stubdns__cursor_left(cursor))
    return record->rdata_length < stubdns__cursor_left(cursor)
               ? STUBDNS_ERDATAEXTRA
               : STUBDNS_ESHORT;
  return stubdns__record_check(reader, record, stubdns__record_form(record), 1);
}

int stubdns_record_from_wire(stubdns_record_t *record, const uint8_t *octets,
                             size_t length) {
  struct stubdns__place places[STUBDNS__PLACES_MAX];
  if (length > STUBDNS_MESSAGE_MAX) return STUBDNS_ETOOLONG;
  memset(places, 0,
         (length < STUBDNS__PLACES_MAX ? length : STUBDNS__PLACES_MAX) *
             sizeof places[0]);
  struct stubdns__reader reader = {stubdns__cursor_make(octets, length),
                                   places};
  return check_lone_record(record, &reader);
}

stubdns_name_t stubdns_record_owner(const stubdns_record_t *record) {
  stubdns_name_t name;
  stubdns__name_expand(&name, record->octets, record->length,
                       record->owner_offset);
  return name;
}

int stubdns_record_is_owned_by(const stubdns_record_t *record,
                               const stubdns_name_t *name) {
  return stubdns__name_is_at(name, record->octets, record->length,
                             record->owner_offset);
}
