/* The JSON that all writers put together: the sink of text.h, and whether a
 * comma is due before the next key or value. */
#ifndef STUBDNS_WIRE_JSON_H
#define STUBDNS_WIRE_JSON_H

#include "stubdns/edns.h"
#include "stubdns/json.h"
#include "wire/text.h"

struct stubdns__json {
  struct stubdns__text text;
  int needs_comma;
};

struct stubdns__json stubdns__json_make(char *buffer, size_t size);

/* "{" and "}", "[" and "]". */
void stubdns__json_open(struct stubdns__json *json, char bracket);
void stubdns__json_close(struct stubdns__json *json, char bracket);

/* A key of letters; a value comes next. */
void stubdns__json_key(struct stubdns__json *json, const char *key);

/* A string is what is put into `json->text` between the two. */
void stubdns__json_begin_string(struct stubdns__json *json);
void stubdns__json_end_string(struct stubdns__json *json);

/* A key of any text, likewise. */
void stubdns__json_end_key(struct stubdns__json *json);

/* Values. */
void stubdns__json_number(struct stubdns__json *json, int64_t number);
void stubdns__json_boolean(struct stubdns__json *json, int is_true);
void stubdns__json_word(struct stubdns__json *json, const char *word);
void stubdns__json_name(struct stubdns__json *json, const stubdns_name_t *name);
void stubdns__json_type(struct stubdns__json *json, uint16_t type);
void stubdns__json_class(struct stubdns__json *json, uint16_t class_);
void stubdns__json_address(struct stubdns__json *json, const uint8_t *address,
                           int is_ipv6);

/* A mnemonic, or, where it is NULL, the prefix and the number. */
void stubdns__json_mnemonic(struct stubdns__json *json, const char *mnemonic,
                            const char *prefix, unsigned number);

/* Octets as a character-string without its quotes, and as small hex digits. */
void stubdns__json_octets(struct stubdns__json *json, const uint8_t *octets,
                          size_t length);
void stubdns__json_hex(struct stubdns__json *json, const uint8_t *octets,
                       size_t length);

/* A whole member: its key and value. */
void stubdns__json_number_member(struct stubdns__json *json, const char *key,
                                 int64_t number);
void stubdns__json_hex_member(struct stubdns__json *json, const char *key,
                              const uint8_t *octets, size_t length);

/* One field of RDATA as a member. */
void stubdns__json_field(struct stubdns__json *json,
                         const stubdns_field_t *field);

/* The values of the kinds that are arrays or objects. */
void stubdns__json_strings(struct stubdns__json *json,
                           const stubdns_field_t *field);
void stubdns__json_names(struct stubdns__json *json,
                         const stubdns_field_t *field);
void stubdns__json_type_bitmap(struct stubdns__json *json,
                               const stubdns_field_t *field);
void stubdns__json_old_type_bitmap(struct stubdns__json *json,
                                   const stubdns_field_t *field);
void stubdns__json_services(struct stubdns__json *json,
                            const stubdns_field_t *field);
void stubdns__json_location(struct stubdns__json *json,
                            const stubdns_field_t *field);
void stubdns__json_prefixes(struct stubdns__json *json,
                            const stubdns_field_t *field);
void stubdns__json_host_identity(struct stubdns__json *json,
                                 const stubdns_field_t *field);
void stubdns__json_svc_params(struct stubdns__json *json,
                              const stubdns_field_t *field);
void stubdns__json_options(struct stubdns__json *json,
                           const stubdns_field_t *field);

/* RDATA without compression as hex, and the sentence that says what is wrong,
 * where `record` has an error. */
void stubdns__json_opaque_members(struct stubdns__json *json,
                                  const stubdns_record_t *record);

/* One EDNS option, the members of a question's object, a record. */
void stubdns__json_option(struct stubdns__json *json,
                          const stubdns_option_t *option);
void stubdns__json_question(struct stubdns__json *json,
                            const stubdns_question_t *question);
void stubdns__json_record(struct stubdns__json *json,
                          const stubdns_record_t *record);

/* The OPT record as the value of "edns". */
void stubdns__json_edns(struct stubdns__json *json,
                        const stubdns_message_t *message,
                        const stubdns_edns_t *edns);

#endif
