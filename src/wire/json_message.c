/* Records, questions and messages as JSON objects. */
#include "wire/json.h"

#include "wire/plain.h"

typedef struct stubdns__json json_t;
typedef const stubdns_record_t record_t;

static void put_plain(json_t *json, record_t *record) {
  struct stubdns__plain plain;
  const uint8_t *octets;
  size_t length;
  stubdns__json_begin_string(json);
  stubdns__plain_begin(&plain, record);
  while (stubdns__plain_next(&plain, &octets, &length))
    for (size_t i = 0; i < length; i++)
      stubdns__text_small_hex_octet(&json->text, octets[i]);
  stubdns__json_end_string(json);
}

void stubdns__json_opaque_members(json_t *json, record_t *record) {
  stubdns__json_key(json, "hex");
  put_plain(json, record);
  if (!record->error) return;
  stubdns__json_key(json, "malformed");
  stubdns__json_word(json, stubdns_error_text(record->error));
}

static void put_rdata(json_t *json, record_t *record) {
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  stubdns__json_key(json, "rdata");
  stubdns__json_open(json, '{');
  if (!stubdns__rdata_has_text(record))
    stubdns__json_opaque_members(json, record);
  else
    while (stubdns_fields_next(&fields, &field))
      stubdns__json_field(json, &field);
  stubdns__json_close(json, '}');
}

static void put_data(json_t *json, record_t *record) {
  stubdns__json_key(json, "data");
  stubdns__json_begin_string(json);
  stubdns__text_rdata(&json->text, record);
  stubdns__json_end_string(json);
}

static void put_name(json_t *json, const stubdns_name_t *name) {
  stubdns__json_key(json, "name");
  stubdns__json_name(json, name);
}

static void put_class_and_type(json_t *json, uint16_t class_, uint16_t type) {
  stubdns__json_key(json, "class");
  stubdns__json_class(json, class_);
  stubdns__json_key(json, "type");
  stubdns__json_type(json, type);
}

void stubdns__json_record(json_t *json, record_t *record) {
  const stubdns_name_t owner = stubdns_record_owner(record);
  stubdns__json_open(json, '{');
  put_name(json, &owner);
  stubdns__json_number_member(json, "ttl", record->ttl_s);
  put_class_and_type(json, record->class_, record->type);
  put_data(json, record);
  put_rdata(json, record);
  if (record->cache_flush) {
    stubdns__json_key(json, "cache_flush");
    stubdns__json_boolean(json, 1);
  }
  stubdns__json_close(json, '}');
}

void stubdns__json_question(json_t *json, const stubdns_question_t *question) {
  stubdns__json_open(json, '{');
  put_name(json, &question->name);
  put_class_and_type(json, question->class_, question->type);
  stubdns__json_close(json, '}');
}

/* In the order in which dig writes them; "z" is the reserved bit. */
static const struct {
  uint16_t bit;
  const char *word;
} flags[] = {
    {STUBDNS_FLAG_QR, "qr"}, {STUBDNS_FLAG_AA, "aa"}, {STUBDNS_FLAG_TC, "tc"},
    {STUBDNS_FLAG_RD, "rd"}, {STUBDNS_FLAG_RA, "ra"}, {STUBDNS_FLAG_Z, "z"},
    {STUBDNS_FLAG_AD, "ad"}, {STUBDNS_FLAG_CD, "cd"},
};

static void put_header(json_t *json, const stubdns_message_t *message) {
  const unsigned opcode = stubdns_message_opcode(message);
  const unsigned rcode = stubdns_message_rcode(message);
  stubdns__json_number_member(json, "size", (int64_t)message->length);
  stubdns__json_number_member(json, "id", message->id);
  stubdns__json_key(json, "opcode");
  stubdns__json_mnemonic(json, stubdns_opcode_mnemonic(opcode), "OPCODE",
                         opcode);
  stubdns__json_key(json, "status");
  stubdns__json_mnemonic(json, stubdns_rcode_mnemonic(rcode), "RCODE", rcode);
  stubdns__json_number_member(json, "rcode", rcode);
  stubdns__json_key(json, "flags");
  stubdns__json_open(json, '[');
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (message->flags & flags[i].bit) stubdns__json_word(json, flags[i].word);
  stubdns__json_close(json, ']');
}

/* All records but the OPT record, which is in "edns". */
static void put_section(json_t *json, const stubdns_message_t *message,
                        enum stubdns_section section, const char *key) {
  stubdns_records_t records = stubdns_message_records(message, section);
  stubdns_record_t record;
  stubdns__json_key(json, key);
  stubdns__json_open(json, '[');
  while (stubdns_records_next(&records, &record))
    if (record.type != STUBDNS_TYPE_OPT) stubdns__json_record(json, &record);
  stubdns__json_close(json, ']');
}

static void put_members(json_t *json, const stubdns_message_t *message) {
  const size_t trailing = stubdns_message_trailing_length(message);
  stubdns_edns_t edns;
  put_header(json, message);
  if (stubdns_message_edns(message, &edns)) {
    stubdns__json_key(json, "edns");
    stubdns__json_edns(json, message, &edns);
  }
  put_section(json, message, STUBDNS_SECTION_ANSWER, "answer");
  put_section(json, message, STUBDNS_SECTION_AUTHORITY, "authority");
  put_section(json, message, STUBDNS_SECTION_ADDITIONAL, "additional");
  if (trailing)
    stubdns__json_number_member(json, "trailing", (int64_t)trailing);
}

int stubdns_question_to_json(const stubdns_question_t *question, char *buffer,
                             size_t size, size_t *length) {
  json_t json = stubdns__json_make(buffer, size);
  stubdns__json_question(&json, question);
  return stubdns__text_finish(&json.text, length);
}

int stubdns_record_to_json(record_t *record, char *buffer, size_t size,
                           size_t *length) {
  json_t json = stubdns__json_make(buffer, size);
  stubdns__json_record(&json, record);
  return stubdns__text_finish(&json.text, length);
}

int stubdns_message_to_json_members(const stubdns_message_t *message,
                                    char *buffer, size_t size, size_t *length) {
  json_t json = stubdns__json_make(buffer, size);
  put_members(&json, message);
  return stubdns__text_finish(&json.text, length);
}

int stubdns_message_to_json(const stubdns_message_t *message, char *buffer,
                            size_t size, size_t *length) {
  json_t json = stubdns__json_make(buffer, size);
  const stubdns_question_t question = stubdns_message_question(message);
  stubdns__json_open(&json, '{');
  if (message->question_count) {
    stubdns__json_key(&json, "question");
    stubdns__json_question(&json, &question);
  }
  put_members(&json, message);
  stubdns__json_close(&json, '}');
  return stubdns__text_finish(&json.text, length);
}
