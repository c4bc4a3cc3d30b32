/* One-shot multicast DNS as decisions alone: no socket, no clock. */
#include "resolver/multicast.h"

#include "stubdns/builder.h"
#include "stubdns/error.h"
#include "wire/message.h"
#include "wire/name.h"

#include <string.h>

/* In wire form.  The last four are the first octets of fe80::/10. */
static const char *const multicast_names[] = {
    "\5local",
    "\003254\003169\7in-addr\4arpa",
    "\0018\1e\1f\3ip6\4arpa",
    "\0019\1e\1f\3ip6\4arpa",
    "\1a\1e\1f\3ip6\4arpa",
    "\1b\1e\1f\3ip6\4arpa",
};

int stubdns__multicast_is_for(const stubdns_name_t *name) {
  stubdns_name_t zone;
  for (size_t i = 0; i < sizeof multicast_names / sizeof *multicast_names;
       i++) {
    zone.length = (uint8_t)(strlen(multicast_names[i]) + 1);
    memcpy(zone.octets, multicast_names[i], zone.length);
    if (stubdns_name_is_below(name, &zone)) return 1;
  }
  return 0;
}

static int answers(const stubdns_record_t *record,
                   const stubdns_question_t *question) {
  return (record->type == question->type ||
          question->type == STUBDNS_TYPE_ANY) &&
         record->class_ == question->class_ && record->error == 0 &&
         stubdns_record_is_owned_by(record, &question->name);
}

static int has_answer(const stubdns_message_t *message,
                      const stubdns_question_t *question) {
  stubdns_record_t record;
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  while (stubdns_records_next(&records, &record))
    if (answers(&record, question)) return 1;
  return 0;
}

/* Section 18.3 and 18.11: another opcode or RCODE than 0 is ignored. */
static int is_response(const stubdns_message_t *message) {
  return message->flags & STUBDNS_FLAG_QR &&
         stubdns_message_opcode(message) == STUBDNS_OPCODE_QUERY &&
         stubdns_message_rcode(message) == STUBDNS_RCODE_NOERROR;
}

/* The top bit of a question's class asks for a reply by unicast, section 5.4.
 */
static int is_about(const stubdns_message_t *message, uint16_t id,
                    const stubdns_question_t *question) {
  if (message->question_count == 0) return 1;
  const stubdns_question_t asked = stubdns_message_question(message);
  return message->id == id && message->question_count == 1 &&
         asked.type == question->type &&
         (asked.class_ & 0x7fff) == question->class_ &&
         stubdns_name_equal(&asked.name, &question->name);
}

int stubdns__multicast_read(stubdns_message_t *message, const uint8_t *octets,
                            size_t length, uint16_t id,
                            const stubdns_question_t *question,
                            const struct stubdns__multicast_origin *origin) {
  if (origin->port != origin->reply_port || !origin->is_on_link) return 0;
  if (stubdns_message_parse(message, octets, length, STUBDNS_PARSE_MDNS))
    return 0;
  return is_response(message) && is_about(message, id, question) &&
         has_answer(message, question);
}

void stubdns__multicast_begin(struct stubdns__multicast_times *times,
                              uint64_t now_us, uint32_t deadline_ms) {
  uint64_t span_us = (uint64_t)deadline_ms * 1000;
  if (span_us == 0 || span_us > STUBDNS__MULTICAST_DEADLINE_US)
    span_us = STUBDNS__MULTICAST_DEADLINE_US;
  times->end_us = now_us + span_us;
  times->send_us = now_us;
  times->answer_us = 0;
}

static uint64_t end_of(const struct stubdns__multicast_times *times) {
  const uint64_t quiet_us = times->answer_us + STUBDNS__MULTICAST_QUIET_US;
  if (!times->answer_us || quiet_us > times->end_us) return times->end_us;
  return quiet_us;
}

uint64_t stubdns__multicast_wait(const struct stubdns__multicast_times *times) {
  const uint64_t end_us = end_of(times);
  if (times->answer_us || times->send_us > end_us) return end_us;
  return times->send_us;
}

int stubdns__multicast_sends(struct stubdns__multicast_times *times,
                             uint64_t now_us) {
  if (times->answer_us || now_us < times->send_us) return 0;
  times->send_us = now_us + STUBDNS__MULTICAST_INTERVAL_US;
  return 1;
}

int stubdns__multicast_is_over(const struct stubdns__multicast_times *times,
                               uint64_t now_us) {
  return now_us >= end_of(times);
}

static int is_name(const stubdns_field_t *field) {
  return field->kind == STUBDNS_FIELD_NAME ||
         field->kind == STUBDNS_FIELD_NAME_COMPRESSIBLE;
}

static int is_same_field(const stubdns_field_t *a, const stubdns_field_t *b) {
  if (is_name(a)) {
    const stubdns_name_t name = stubdns_field_name(a);
    const stubdns_name_t other = stubdns_field_name(b);
    return stubdns_name_equal(&name, &other);
  }
  return a->length == b->length &&
         !memcmp(stubdns_field_octets(a), stubdns_field_octets(b), a->length);
}

static int has_same_rdata(const stubdns_record_t *a,
                          const stubdns_record_t *b) {
  stubdns_field_t field;
  stubdns_field_t other;
  stubdns_fields_t fields = stubdns_record_fields(a);
  stubdns_fields_t others = stubdns_record_fields(b);
  int count = 0;
  while (stubdns_fields_next(&fields, &field)) {
    if (!stubdns_fields_next(&others, &other)) return 0;
    if (!is_same_field(&field, &other)) return 0;
    count++;
  }
  if (count > 0) return !stubdns_fields_next(&others, &other);
  return a->rdata_length == b->rdata_length &&
         !memcmp(a->octets + a->rdata_offset, b->octets + b->rdata_offset,
                 a->rdata_length);
}

static int is_same(const stubdns_record_t *a, const stubdns_record_t *b) {
  const stubdns_name_t owner = stubdns_record_owner(a);
  return a->type == b->type && a->class_ == b->class_ &&
         stubdns_record_is_owned_by(b, &owner) && has_same_rdata(a, b);
}

/* Records that stand in the merged message. */
struct taken {
  stubdns_record_t records[STUBDNS__MULTICAST_RECORDS_MAX];
  size_t count;
};

static void take(struct taken *taken, stubdns_builder_t *builder,
                 enum stubdns_section section, const stubdns_record_t *record) {
  if (taken->count == STUBDNS__MULTICAST_RECORDS_MAX) return;
  for (size_t i = 0; i < taken->count; i++)
    if (is_same(&taken->records[i], record)) return;
  taken->records[taken->count++] = *record;
  stubdns_builder_record(builder, section, record);
}

static void take_all(struct taken *taken, stubdns_builder_t *builder,
                     const stubdns_message_t *message,
                     const stubdns_question_t *question, int wants_answers) {
  stubdns_record_t record;
  stubdns_records_t records = stubdns_message_all_records(message);
  while (stubdns_records_next(&records, &record)) {
    if (record.type == STUBDNS_TYPE_OPT ||
        !stubdns__record_can_be_copied(&record))
      continue;
    const int is_answer =
        record.section == STUBDNS_SECTION_ANSWER && answers(&record, question);
    if (is_answer != wants_answers) continue;
    take(taken, builder,
         is_answer ? STUBDNS_SECTION_ANSWER : STUBDNS_SECTION_ADDITIONAL,
         &record);
  }
}

int stubdns__multicast_merge(const stubdns_message_t *messages, size_t count,
                             const stubdns_question_t *question,
                             uint8_t *octets, size_t size, size_t *length) {
  stubdns_builder_t builder;
  struct taken taken;
  taken.count = 0;
  stubdns_builder_begin(&builder, octets, size, 0,
                        STUBDNS_FLAG_QR | STUBDNS_FLAG_AA);
  stubdns_builder_question(&builder, question);
  for (int wants_answers = 1; wants_answers >= 0; wants_answers--)
    for (size_t i = 0; i < count; i++)
      take_all(&taken, &builder, &messages[i], question, wants_answers);
  return stubdns_builder_finish(&builder, length);
}
