/* Ours.  "parse" validates everything; "visit" expands each owner and reads
 * each field of a reply that has been parsed. */
#include "subject.h"

#include "stubdns/answer.h"
#include "stubdns/error.h"
#include "stubdns/query.h"

static stubdns_message_t parsed;

static int parse(const struct input *input) {
  return stubdns_message_parse(&parsed, input->octets, input->length, 0);
}

static uint64_t visit_name(const stubdns_name_t *name) {
  return name->length + (uint64_t)name->octets[0];
}

static uint64_t visit_strings(const stubdns_field_t *field) {
  uint64_t sum = 0;
  size_t position = 0;
  size_t length;
  const uint8_t *octets;
  while (stubdns_field_next_string(field, &position, &octets, &length))
    sum += length;
  return sum;
}

static uint64_t visit_params(const stubdns_field_t *field) {
  uint64_t sum = 0;
  size_t position = 0;
  stubdns_svc_param_t param;
  while (stubdns_field_next_param(field, &position, &param))
    sum += param.key + (uint64_t)param.length;
  return sum;
}

static uint64_t visit_field(const stubdns_field_t *field) {
  stubdns_name_t name;
  switch (field->kind) {
  case STUBDNS_FIELD_NAME_COMPRESSIBLE:
  case STUBDNS_FIELD_NAME:
  case STUBDNS_FIELD_NAME_PLAIN:
    stubdns_field_read_name(field, &name);
    return visit_name(&name);
  case STUBDNS_FIELD_STRINGS:
    return visit_strings(field);
  case STUBDNS_FIELD_SVC_PARAMS:
    return visit_params(field);
  case STUBDNS_FIELD_U8:
  case STUBDNS_FIELD_U16:
  case STUBDNS_FIELD_U32:
  case STUBDNS_FIELD_DURATION:
  case STUBDNS_FIELD_TIME:
  case STUBDNS_FIELD_TYPE:
  case STUBDNS_FIELD_ALGORITHM:
    return stubdns_field_number(field);
  default:
    return field->length ? stubdns_field_octets(field)[0] : 0;
  }
}

static uint64_t visit_record(const stubdns_record_t *record) {
  stubdns_name_t owner;
  stubdns_record_read_owner(record, &owner);
  uint64_t sum = visit_name(&owner) + record->ttl_s;
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  while (stubdns_fields_next(&fields, &field))
    sum += visit_field(&field);
  return sum;
}

static int visit(const struct input *input) {
  (void)input;
  const stubdns_question_t question = stubdns_message_question(&parsed);
  uint64_t sum = visit_name(&question.name) + question.type;
  stubdns_records_t records = stubdns_message_all_records(&parsed);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record))
    sum += visit_record(&record);
  sink += sum;
  return 0;
}

const struct column stubdns_columns[] = {
    {"parse", parse}, {"visit", visit}, {NULL, NULL}};

int stubdns_build(const struct input *input) {
  static stubdns_question_t question = {
      {17, "\3www\7example\3com"}, STUBDNS_TYPE_A, STUBDNS_CLASS_IN};
  uint8_t octets[STUBDNS_QUERY_MAX];
  size_t length;
  (void)input;
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  query.question = &question;
  query.id = 0x1234;
  const int error = stubdns_query_build(&query, octets, sizeof octets, &length);
  sink += length + octets[length - 1];
  return error;
}
