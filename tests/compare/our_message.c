/* What we find in a whole message. */
#include "cares_message.h"

static void put_header(struct items *items, const stubdns_message_t *message) {
  const unsigned flags = STUBDNS_FLAG_QR | STUBDNS_FLAG_AA | STUBDNS_FLAG_TC |
                         STUBDNS_FLAG_RD | STUBDNS_FLAG_RA | STUBDNS_FLAG_AD |
                         STUBDNS_FLAG_CD;
  const stubdns_question_t question = stubdns_message_question(message);
  items_put16(items, message->id);
  items_put16(items, message->flags & flags);
  items_put16(items, stubdns_message_opcode(message));
  items_put16(items, stubdns_message_rcode(message));
  items_put(items, question.name.octets, question.name.length);
  items_put16(items, question.type);
  items_put16(items, question.class_);
  items_end_one(items);
}

/* The extended RCODE is in the header's item. */
static void put_edns(struct items *items, const stubdns_record_t *opt) {
  const uint8_t version = (uint8_t)(opt->ttl_octets >> 16);
  items_put16(items, opt->class_);
  items_put(items, &version, 1);
  items_put16(items, opt->ttl_octets & 0xffff);
  items_put(items, opt->octets + opt->rdata_offset, opt->rdata_length);
}

static void put_other(struct items *items, const stubdns_record_t *record) {
  items_put16(items, record->class_);
  items_put32(items, record->ttl_octets);
  if (cares_knows(record->type))
    items_put_rdata(items, record);
  else
    items_put(items, record->octets + record->rdata_offset,
              record->rdata_length);
}

void parse_ours_whole(struct items *items, const struct subject *subject) {
  stubdns_record_t record;
  items_begin(items);
  items->error = subject->error;
  if (items->error) return;
  put_header(items, &subject->message);
  stubdns_records_t records = stubdns_message_all_records(&subject->message);
  while (stubdns_records_next(&records, &record)) {
    const stubdns_name_t owner = stubdns_record_owner(&record);
    items_put16(items, record.section);
    items_put(items, owner.octets, owner.length);
    items_put16(items, record.type);
    if (record.type == STUBDNS_TYPE_OPT)
      put_edns(items, &record);
    else
      put_other(items, &record);
    items_end_one(items);
  }
}
