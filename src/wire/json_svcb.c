/* The parameters of SVCB and HTTPS records as an object, RFC 9460 sections 7
 * and 8, RFC 9461 and RFC 9540.  Keys rise, so none comes twice. */
#include "wire/json.h"

#include "stubdns/answer.h"
#include "wire/cursor.h"

typedef struct stubdns__json json_t;
typedef const stubdns_svc_param_t param_t;

/* A key as it is written: the text of a key of the object or of a string. */
static void put_key_text(json_t *json, uint16_t key) {
  const char *mnemonic = stubdns__svc_key_mnemonic(key);
  stubdns__text_word(&json->text, mnemonic ? mnemonic : "key");
  if (!mnemonic) stubdns__text_number(&json->text, key);
}

static void put_mandatory(json_t *json, param_t *param) {
  stubdns__json_open(json, '[');
  for (size_t i = 0; i + 2 <= param->length; i += 2) {
    stubdns__json_begin_string(json);
    put_key_text(json, stubdns__load16(param->octets + i));
    stubdns__json_end_string(json);
  }
  stubdns__json_close(json, ']');
}

static void put_alpn(json_t *json, param_t *param) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(param->octets, param->length);
  stubdns__json_open(json, '[');
  while (stubdns__cursor_left(&cursor)) {
    const uint8_t length = stubdns__cursor_u8(&cursor);
    const uint8_t *id = stubdns__cursor_take(&cursor, length);
    if (id) stubdns__json_octets(json, id, length);
  }
  stubdns__json_close(json, ']');
}

static void put_true(json_t *json, param_t *param) {
  (void)param;
  stubdns__json_boolean(json, 1);
}

static void put_port(json_t *json, param_t *param) {
  stubdns__json_number(json, stubdns__load16(param->octets));
}

static void put_addresses(json_t *json, param_t *param, size_t size) {
  stubdns__json_open(json, '[');
  for (size_t i = 0; i + size <= param->length; i += size)
    stubdns__json_address(json, param->octets + i, size == 16);
  stubdns__json_close(json, ']');
}

static void put_ipv4_hints(json_t *json, param_t *param) {
  put_addresses(json, param, 4);
}

static void put_ipv6_hints(json_t *json, param_t *param) {
  put_addresses(json, param, 16);
}

static void put_ech(json_t *json, param_t *param) {
  stubdns__json_begin_string(json);
  stubdns__text_base64_whole(&json->text, param->octets, param->length);
  stubdns__json_end_string(json);
}

static void put_opaque(json_t *json, param_t *param) {
  stubdns__json_octets(json, param->octets, param->length);
}

typedef void put_function(json_t *json, param_t *param);

/* By key, RFC 9460 section 14.3.2. */
static put_function *const functions[] = {
    put_mandatory, put_alpn,       put_true,   put_port, put_ipv4_hints,
    put_ech,       put_ipv6_hints, put_opaque, put_true,
};
#define KEYS (sizeof functions / sizeof functions[0])

void stubdns__json_svc_params(json_t *json, const stubdns_field_t *field) {
  stubdns_svc_param_t param;
  size_t position = 0;
  stubdns__json_open(json, '{');
  while (stubdns_field_next_param(field, &position, &param)) {
    stubdns__json_begin_string(json);
    put_key_text(json, param.key);
    stubdns__json_end_key(json);
    (param.key < KEYS ? functions[param.key] : put_opaque)(json, &param);
  }
  stubdns__json_close(json, '}');
}
