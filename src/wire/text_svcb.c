/* The parameters of SVCB and HTTPS records, RFC 9460 sections 2.1, 7 and 8 and
 * appendix A.  Keys from 7 on are written keyNNN with an opaque value, as BIND
 * 9.18 does. */
#include "wire/text.h"

#include "stubdns/answer.h"
#include "wire/cursor.h"

typedef struct stubdns__text text_t;
typedef const stubdns_svc_param_t param_t;

static const char *const keys[STUBDNS__SVC_KEY_MAX + 1] = {
    "mandatory", "alpn", "no-default-alpn", "port",
    "ipv4hint",  "ech",  "ipv6hint",        "dohpath", /* RFC 9461 */
    "ohttp",                                           /* RFC 9540 */
};
#define KEYS 7 /* those whose mnemonic is written */

const char *stubdns__svc_key_mnemonic(uint16_t key) {
  return key <= STUBDNS__SVC_KEY_MAX ? keys[key] : NULL;
}

static void put_key(text_t *text, uint16_t key) {
  if (key < KEYS) {
    stubdns__text_word(text, keys[key]);
    return;
  }
  stubdns__text_word(text, "key");
  stubdns__text_number(text, key);
}

static void put_mandatory(text_t *text, param_t *param) {
  for (size_t i = 0; i + 1 < param->length; i += 2) {
    if (i) stubdns__text_char(text, ',');
    put_key(text, stubdns__load16(param->octets + i));
  }
}

/* Escaped twice: as an item of a list with commas, then as a quoted string,
 * RFC 9460 appendix A.1. */
static void put_alpn_octet(text_t *text, uint8_t octet) {
  switch (octet) {
  case ',':
    stubdns__text_word(text, "\\\\,");
    break;
  case '\\':
    stubdns__text_word(text, "\\\\\\\\");
    break;
  case ' ':
    stubdns__text_word(text, "\\032");
    break;
  default:
    stubdns__text_string_octet(text, octet);
    break;
  }
}

static void put_alpn(text_t *text, param_t *param) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(param->octets, param->length);
  stubdns__text_char(text, '"');
  while (stubdns__cursor_left(&cursor)) {
    if (cursor.offset) stubdns__text_char(text, ',');
    const uint8_t length = stubdns__cursor_u8(&cursor);
    const uint8_t *id = stubdns__cursor_take(&cursor, length);
    for (uint8_t i = 0; id && i < length; i++)
      put_alpn_octet(text, id[i]);
  }
  stubdns__text_char(text, '"');
}

static void put_port(text_t *text, param_t *param) {
  stubdns__text_number(text, stubdns__load16(param->octets));
}

static void put_ipv4_hints(text_t *text, param_t *param) {
  for (size_t i = 0; i + 4 <= param->length; i += 4) {
    if (i) stubdns__text_char(text, ',');
    stubdns__text_ipv4(text, param->octets + i);
  }
}

static void put_ipv6_hints(text_t *text, param_t *param) {
  for (size_t i = 0; i + 16 <= param->length; i += 16) {
    if (i) stubdns__text_char(text, ',');
    stubdns__text_ipv6(text, param->octets + i);
  }
}

static void put_ech(text_t *text, param_t *param) {
  stubdns__text_base64_whole(text, param->octets, param->length);
}

static void put_opaque(text_t *text, param_t *param) {
  stubdns__text_quoted(text, param->octets, param->length);
}

typedef void put_function(text_t *text, param_t *param);

static put_function *const functions[KEYS] = {
    put_mandatory,  put_alpn, put_opaque,     put_port,
    put_ipv4_hints, put_ech,  put_ipv6_hints,
};

static void put_param(text_t *text, param_t *param) {
  put_key(text, param->key);
  if (param->length == 0) return;
  stubdns__text_char(text, '=');
  (param->key < KEYS ? functions[param->key] : put_opaque)(text, param);
}

void stubdns__text_svc_params(text_t *text, const stubdns_field_t *field) {
  stubdns_svc_param_t param;
  size_t position = 0;
  while (stubdns_field_next_param(field, &position, &param)) {
    put_param(text, &param);
    if (position < field->length) stubdns__text_char(text, ' ');
  }
}
