/* A reply as the JSON of others: RFC 8427 with all its members that a reply
 * has, and what the DNS over HTTPS services of Google and Cloudflare answer
 * ("application/dns-json"). */
#include "print_json.h"

#include "status.h"

#include "stubdns/error.h"
#include "stubdns/text.h"
#include "stubdns/types.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_SIZE 24 /* room for any type or class */

static const char *truth(unsigned flag) {
  return flag ? "true" : "false";
}

static void put_name(struct output *output, const char *key,
                     const stubdns_name_t *name) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  (void)stubdns_name_to_text(name, text, sizeof text, NULL);
  output_format(output, "\"%s\":", key);
  output_json_string(output, text);
}

/* The text of a record's RDATA, to be freed; NULL without memory. */
static char *rdata_text(const stubdns_record_t *record, unsigned style) {
  size_t length = 0;
  (void)stubdns_rdata_to_text(record, style, NULL, 0, &length);
  char *const text = malloc(length + 1);
  if (text)
    (void)stubdns_rdata_to_text(record, style, text, length + 1, &length);
  return text;
}

static void put_rdata(struct output *output, const stubdns_record_t *record,
                      const char *key) {
  char *const text = rdata_text(record, STUBDNS_TEXT_NO_SPLIT);
  output_format(output, ",\"%s\":", key);
  if (text)
    output_json_string(output, text);
  else
    output->error = STUBDNS_ENOMEM;
  free(text);
}

/* "\# 4 C0000201" without what is before the digits, and the names in it
 * uncompressed. */
static void put_rdata_hex(struct output *output,
                          const stubdns_record_t *record) {
  char *const text =
      rdata_text(record, STUBDNS_TEXT_UNKNOWN | STUBDNS_TEXT_NO_SPLIT);
  const char *const digits = text ? strrchr(text, ' ') + 1 : "";
  const unsigned long length = text ? strtoul(text + 3, NULL, 10) : 0;
  output_format(output, ",\"RDLENGTH\":%lu,\"RDATAHEX\":\"%s\"", length,
                length ? digits : "");
  if (!text) output->error = STUBDNS_ENOMEM;
  free(text);
}

static void put_numbers(struct output *output, const char *prefix,
                        uint16_t type, uint16_t class_) {
  char type_text[TYPE_SIZE];
  char class_text[TYPE_SIZE];
  (void)stubdns_type_to_text(type, type_text, sizeof type_text, NULL);
  (void)stubdns_class_to_text(class_, class_text, sizeof class_text, NULL);
  output_format(output,
                ",\"%sTYPE\":%u,\"%sTYPEname\":\"%s\",\"%sCLASS\":%u,"
                "\"%sCLASSname\":\"%s\"",
                prefix, type, prefix, type_text, prefix, class_, prefix,
                class_text);
}

/* RFC 8427 section 2.2 and 2.3; an OPT record is one like others. */
static void put_record(struct output *output, const stubdns_record_t *record) {
  const stubdns_name_t owner = stubdns_record_owner(record);
  char key[TYPE_SIZE + 5] = "rdata";
  output_text(output, "{");
  put_name(output, "NAME", &owner);
  put_numbers(output, "", record->type, record->class_);
  output_format(output, ",\"TTL\":%" PRIu32,
                record->type == STUBDNS_TYPE_OPT ? record->ttl_octets
                                                 : record->ttl_s);
  put_rdata_hex(output, record);
  if (stubdns_type_mnemonic(record->type) && !record->error &&
      record->type != STUBDNS_TYPE_OPT) {
    (void)stubdns_type_to_text(record->type, key + 5, TYPE_SIZE, NULL);
    put_rdata(output, record, key);
  }
  output_text(output, "}");
}

static void put_section(struct output *output, const stubdns_message_t *message,
                        enum stubdns_section section, const char *key) {
  stubdns_records_t records = stubdns_message_records(message, section);
  stubdns_record_t record;
  const char *divider = "";
  output_format(output, ",\"%s\":[", key);
  while (stubdns_records_next(&records, &record)) {
    output_text(output, divider);
    put_record(output, &record);
    divider = ",";
  }
  output_text(output, "]");
}

/* RFC 8427 section 2.1. */
static void put_header(struct output *output,
                       const stubdns_message_t *message) {
  const unsigned flags = message->flags;
  output_format(output,
                "\"ID\":%u,\"QR\":%d,\"Opcode\":%u,\"AA\":%d,\"TC\":%d,"
                "\"RD\":%d,\"RA\":%d,\"AD\":%d,\"CD\":%d,\"RCODE\":%u",
                message->id, !!(flags & STUBDNS_FLAG_QR),
                stubdns_message_opcode(message), !!(flags & STUBDNS_FLAG_AA),
                !!(flags & STUBDNS_FLAG_TC), !!(flags & STUBDNS_FLAG_RD),
                !!(flags & STUBDNS_FLAG_RA), !!(flags & STUBDNS_FLAG_AD),
                !!(flags & STUBDNS_FLAG_CD), flags & 15);
  output_format(output,
                ",\"QDCOUNT\":%u,\"ANCOUNT\":%u,\"NSCOUNT\":%u,\"ARCOUNT\":%u,",
                message->question_count, message->record_counts[0],
                message->record_counts[1], message->record_counts[2]);
}

void print_json_rfc8427(struct output *output, const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  const stubdns_message_t *const message = answer ? answer->message : NULL;
  output_text(output, "{");
  if (message) put_header(output, message);
  put_name(output, "QNAME", &result->question->name);
  put_numbers(output, "Q", result->question->type, result->question->class_);
  if (message) {
    put_section(output, message, STUBDNS_SECTION_ANSWER, "answerRRs");
    put_section(output, message, STUBDNS_SECTION_AUTHORITY, "authorityRRs");
    put_section(output, message, STUBDNS_SECTION_ADDITIONAL, "additionalRRs");
  }
  if (result->status) {
    output_text(output, ",\"comment\":");
    output_json_string(output, error_sentence(result->status));
  }
  output_text(output, "}\n");
}

static void put_doh_record(struct output *output,
                           const stubdns_record_t *record) {
  const stubdns_name_t owner = stubdns_record_owner(record);
  output_text(output, "{");
  put_name(output, "name", &owner);
  output_format(output, ",\"type\":%u,\"TTL\":%" PRIu32, record->type,
                record->ttl_s);
  put_rdata(output, record, "data");
  output_text(output, "}");
}

/* Left out where it is empty; the OPT record is not one of theirs. */
static void put_doh_section(struct output *output,
                            const stubdns_message_t *message,
                            enum stubdns_section section, const char *key) {
  stubdns_records_t records = stubdns_message_records(message, section);
  stubdns_record_t record;
  unsigned count = 0;
  while (stubdns_records_next(&records, &record)) {
    if (record.type == STUBDNS_TYPE_OPT) continue;
    if (count++)
      output_text(output, ",");
    else
      output_format(output, ",\"%s\":[", key);
    put_doh_record(output, &record);
  }
  if (count) output_text(output, "]");
}

static void put_doh_sections(struct output *output,
                             const stubdns_message_t *message) {
  put_doh_section(output, message, STUBDNS_SECTION_ANSWER, "Answer");
  put_doh_section(output, message, STUBDNS_SECTION_AUTHORITY, "Authority");
  put_doh_section(output, message, STUBDNS_SECTION_ADDITIONAL, "Additional");
}

void print_json_doh(struct output *output, const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  const stubdns_message_t *const message = answer ? answer->message : NULL;
  const unsigned flags = message ? message->flags : 0;
  output_format(output,
                "{\"Status\":%u,\"TC\":%s,\"RD\":%s,\"RA\":%s,\"AD\":%s,"
                "\"CD\":%s,\"Question\":[{",
                message ? stubdns_message_rcode(message)
                        : (unsigned)STUBDNS_RCODE_SERVFAIL,
                truth(flags & STUBDNS_FLAG_TC), truth(flags & STUBDNS_FLAG_RD),
                truth(flags & STUBDNS_FLAG_RA), truth(flags & STUBDNS_FLAG_AD),
                truth(flags & STUBDNS_FLAG_CD));
  put_name(output, "name", &result->question->name);
  output_format(output, ",\"type\":%u}]", result->question->type);
  if (message) put_doh_sections(output, message);
  if (result->status) {
    output_text(output, ",\"Comment\":");
    output_json_string(output, error_sentence(result->status));
  }
  output_text(output, "}\n");
}
