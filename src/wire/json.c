/* The pieces that JSON is made of, RFC 8259: brackets, commas, numbers and
 * strings, the latter of text that is printable ASCII already. */
#include "wire/json.h"

typedef struct stubdns__json json_t;

json_t stubdns__json_make(char *buffer, size_t size) {
  return (json_t){stubdns__text_make(buffer, size, STUBDNS_TEXT_NO_SPLIT), 0};
}

/* What comes next is an item of its own in the array or object around. */
static void begin_item(json_t *json) {
  if (json->needs_comma) stubdns__text_char(&json->text, ',');
  json->needs_comma = 1;
}

void stubdns__json_open(json_t *json, char bracket) {
  begin_item(json);
  stubdns__text_char(&json->text, bracket);
  json->needs_comma = 0;
}

void stubdns__json_close(json_t *json, char bracket) {
  stubdns__text_char(&json->text, bracket);
  json->needs_comma = 1;
}

void stubdns__json_begin_string(json_t *json) {
  begin_item(json);
  stubdns__text_char(&json->text, '"');
  json->text.is_in_json = 1;
}

void stubdns__json_end_string(json_t *json) {
  json->text.is_in_json = 0;
  stubdns__text_char(&json->text, '"');
}

void stubdns__json_end_key(json_t *json) {
  stubdns__json_end_string(json);
  stubdns__text_char(&json->text, ':');
  json->needs_comma = 0;
}

void stubdns__json_key(json_t *json, const char *key) {
  begin_item(json);
  stubdns__text_raw_char(&json->text, '"');
  stubdns__text_plain(&json->text, key, strlen(key));
  stubdns__text_plain(&json->text, "\":", 2);
  json->needs_comma = 0;
}

void stubdns__json_number(json_t *json, int64_t number) {
  begin_item(json);
  if (number < 0) stubdns__text_char(&json->text, '-');
  stubdns__text_number(&json->text, (uint64_t)(number < 0 ? -number : number));
}

void stubdns__json_boolean(json_t *json, int is_true) {
  begin_item(json);
  stubdns__text_word(&json->text, is_true ? "true" : "false");
}

void stubdns__json_word(json_t *json, const char *word) {
  stubdns__json_begin_string(json);
  stubdns__text_word(&json->text, word);
  stubdns__json_end_string(json);
}

void stubdns__json_name(json_t *json, const stubdns_name_t *name) {
  stubdns__json_begin_string(json);
  stubdns__text_name(&json->text, name);
  stubdns__json_end_string(json);
}

void stubdns__json_type(json_t *json, uint16_t type) {
  stubdns__json_begin_string(json);
  stubdns__text_type(&json->text, type);
  stubdns__json_end_string(json);
}

void stubdns__json_class(json_t *json, uint16_t class_) {
  stubdns__json_begin_string(json);
  stubdns__text_class(&json->text, class_);
  stubdns__json_end_string(json);
}

void stubdns__json_address(json_t *json, const uint8_t *address, int is_ipv6) {
  stubdns__json_begin_string(json);
  if (is_ipv6)
    stubdns__text_ipv6(&json->text, address);
  else
    stubdns__text_ipv4(&json->text, address);
  stubdns__json_end_string(json);
}

void stubdns__json_mnemonic(json_t *json, const char *mnemonic,
                            const char *prefix, unsigned number) {
  stubdns__json_begin_string(json);
  stubdns__text_word(&json->text, mnemonic ? mnemonic : prefix);
  if (!mnemonic) stubdns__text_number(&json->text, number);
  stubdns__json_end_string(json);
}

void stubdns__json_octets(json_t *json, const uint8_t *octets, size_t length) {
  stubdns__json_begin_string(json);
  for (size_t i = 0; i < length; i++)
    stubdns__text_string_octet(&json->text, octets[i]);
  stubdns__json_end_string(json);
}

void stubdns__json_hex(json_t *json, const uint8_t *octets, size_t length) {
  stubdns__json_begin_string(json);
  for (size_t i = 0; i < length; i++)
    stubdns__text_small_hex_octet(&json->text, octets[i]);
  stubdns__json_end_string(json);
}

void stubdns__json_number_member(json_t *json, const char *key,
                                 int64_t number) {
  stubdns__json_key(json, key);
  stubdns__json_number(json, number);
}

void stubdns__json_hex_member(json_t *json, const char *key,
                              const uint8_t *octets, size_t length) {
  stubdns__json_key(json, key);
  stubdns__json_hex(json, octets, length);
}
