/* Walking the records of a validated message, and the fields of a record. */
#include "wire/message.h"

#include "stubdns/edns.h"
#include "wire/name.h"
#include "wire/rdata.h"

#include <string.h>

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

/* Says again what parsing found malformed in this record's content. */
static void find_content_error(stubdns_record_t *record, int is_last) {
  struct stubdns__reader reader = {
      stubdns__cursor_make(record->octets, record->length), NULL, 0};
  stubdns__cursor_seek(&reader.cursor, record->rdata_offset);
  stubdns__cursor_narrow(&reader.cursor, record->rdata_length);
  record->error =
      stubdns__record_check(&reader, stubdns__record_form(record), is_last);
  if (record->error) record->error_offset = reader.cursor.offset;
}

/* Reads what stands behind the owner, which has been stepped over. */
static inline int read_record(stubdns_record_t *record,
                              struct stubdns__cursor *cursor,
                              size_t owner_offset) {
  record->octets = cursor->octets;
  record->length = cursor->end;
  record->owner_offset = owner_offset;
  record->error = 0;
  record->error_offset = 0;
  return stubdns__record_read_fixed(record, cursor);
}

static size_t skip_name(const stubdns_message_t *message, size_t offset) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(message->octets, message->length);
  stubdns__cursor_seek(&cursor, offset);
  stubdns__skip_name(&cursor);
  return cursor.offset;
}

/* Reads the record at `offset` of a validated message, whose owner ends at
 * `owner_end`; gives the offset behind it, 0 where there is none. */
static inline size_t read_at(stubdns_record_t *record,
                             const stubdns_message_t *message, size_t offset,
                             size_t owner_end) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(message->octets, message->length);
  stubdns__cursor_seek(&cursor, owner_end);
  if (!read_record(record, &cursor, offset)) return 0;
  return record->rdata_offset + record->rdata_length;
}

/* Goes to the next section that has records; gives 0 where there is none. */
static int next_section(stubdns_records_t *records) {
  while (records->remaining == 0) {
    if (records->section == records->last_section) return 0;
    records->remaining = records->message->record_counts[++records->section];
  }
  return 1;
}

/* What only multicast DNS and malformed content ask for. */
__attribute__((noinline)) static int
finish_unusual(const stubdns_records_t *records, stubdns_record_t *record) {
  if (records->message->parse_flags & STUBDNS_PARSE_MDNS)
    stubdns__record_take_flush(record);
  if (records->message->malformed_count)
    find_content_error(record, record->section == STUBDNS_SECTION_ADDITIONAL &&
                                   records->remaining == 0);
  return 1;
}

static inline int next_record(stubdns_records_t *records,
                              stubdns_record_t *record, size_t owner_end) {
  const stubdns_message_t *message = records->message;
  records->remaining--;
  record->section = records->section;
  records->offset = read_at(record, message, records->offset, owner_end);
  if (records->offset == 0) return 0;
  if (message->malformed_count || (message->parse_flags & STUBDNS_PARSE_MDNS))
    return finish_unusual(records, record);
  return 1;
}

__attribute__((noinline)) static int
next_with_labels(stubdns_records_t *records, stubdns_record_t *record) {
  return next_record(records, record,
                     skip_name(records->message, records->offset));
}

/* Most owners are a pointer alone, and take no call and no stack frame. */
int stubdns_records_next(stubdns_records_t *records, stubdns_record_t *record) {
  const stubdns_message_t *message = records->message;
  if (records->remaining == 0 && !next_section(records)) return 0;
  if (records->offset >= message->length ||
      message->octets[records->offset] < STUBDNS__POINTER)
    return next_with_labels(records, record);
  return next_record(records, record, records->offset + 2);
}

int stubdns_message_opt(const stubdns_message_t *message,
                        stubdns_record_t *record) {
  if (message->opt_offset == 0) return 0;
  stubdns_records_t one = {message, message->opt_offset, 1,
                           STUBDNS_SECTION_ADDITIONAL,
                           STUBDNS_SECTION_ADDITIONAL};
  return stubdns_records_next(&one, record);
}

static int read_opt(stubdns_record_t *opt, const stubdns_message_t *message) {
  const size_t offset = message->opt_offset;
  return offset != 0 &&
         read_at(opt, message, offset, skip_name(message, offset)) != 0;
}

int stubdns_message_edns(const stubdns_message_t *message,
                         stubdns_edns_t *edns) {
  stubdns_record_t opt;
  if (!read_opt(&opt, message)) return 0;
  edns->payload_size = opt.class_;
  edns->extended_rcode = (uint8_t)(opt.ttl_octets >> 24);
  edns->version = (uint8_t)(opt.ttl_octets >> 16 & 0xff);
  edns->flags = (uint16_t)(opt.ttl_octets & 0xffff);
  return 1;
}

/* The content of the OPT record is not looked at: a walk over the options would
 * look at all of it for each of them. */
int stubdns_message_next_option(const stubdns_message_t *message,
                                size_t *position, stubdns_option_t *option) {
  stubdns_record_t opt;
  if (!read_opt(&opt, message)) return 0;
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
  stubdns__reader_name(reader);
  if (!read_record(record, cursor, 0)) return cursor->error;
  if (record->rdata_length != stubdns__cursor_left(cursor))
    return record->rdata_length < stubdns__cursor_left(cursor)
               ? STUBDNS_ERDATAEXTRA
               : STUBDNS_ESHORT;
  record->error =
      stubdns__record_check(reader, stubdns__record_form(record), 1);
  if (stubdns__has_too_many_hops(reader, record->length))
    record->error = STUBDNS_EPOINTERCHAIN;
  if (record->error) record->error_offset = cursor->offset;
  return record->error;
}

int stubdns_record_from_wire(stubdns_record_t *record, const uint8_t *octets,
                             size_t length) {
  uint16_t places[STUBDNS__PLACES_MAX];
  if (length > STUBDNS_MESSAGE_MAX) return STUBDNS_ETOOLONG;
  stubdns__places_clear(places, length);
  struct stubdns__reader reader = {stubdns__cursor_make(octets, length), places,
                                   0};
  return check_lone_record(record, &reader);
}

void stubdns_record_read_owner(const stubdns_record_t *record,
                               stubdns_name_t *name) {
  stubdns__name_expand(name, record->octets, record->length,
                       record->owner_offset);
}

stubdns_name_t stubdns_record_owner(const stubdns_record_t *record) {
  stubdns_name_t name;
  stubdns_record_read_owner(record, &name);
  return name;
}

int stubdns_record_is_owned_by(const stubdns_record_t *record,
                               const stubdns_name_t *name) {
  return stubdns__name_is_at(name, record->octets, record->length,
                             record->owner_offset);
}
