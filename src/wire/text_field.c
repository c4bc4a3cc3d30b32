/* One field of RDATA as text, by its kind.  The kinds with a syntax of their
 * own are in text_special.c, text_bitmap.c and text_svcb.c. */
#include "wire/text.h"

#include "wire/cursor.h"
#include "wire/name.h"

typedef struct stubdns__text text_t;
typedef stubdns_field_t field_t;

static void put_name(text_t *text, const field_t *field) {
  stubdns_name_t name;
  stubdns__name_expand(&name, field->record->octets, field->record->length,
                       field->offset);
  stubdns__text_name(text, &name);
}

static void put_number(text_t *text, const field_t *field) {
  stubdns__text_number(text, stubdns_field_number(field));
}

/* RFC 6742 section 2.1.2: four groups, and never "::". */
static void put_u64(text_t *text, const field_t *field) {
  stubdns__text_groups(text, stubdns_field_octets(field), 4, 0);
}

static void put_time(text_t *text, const field_t *field) {
  stubdns__text_time(text, (uint32_t)stubdns_field_number(field));
}

/* SIG is older than RFC 3597: a type without a mnemonic is a number there. */
static void put_type(text_t *text, const field_t *field) {
  const uint16_t type = (uint16_t)stubdns_field_number(field);
  if (field->record->type == STUBDNS_TYPE_SIG && !stubdns_type_mnemonic(type))
    stubdns__text_number(text, type);
  else
    stubdns__text_type(text, type);
}

static void put_mnemonic(text_t *text, const field_t *field,
                         const char *mnemonic) {
  if (mnemonic)
    stubdns__text_word(text, mnemonic);
  else
    put_number(text, field);
}

static void put_certificate_type(text_t *text, const field_t *field) {
  const uint16_t type = (uint16_t)stubdns_field_number(field);
  put_mnemonic(text, field, stubdns__certificate_mnemonic(type));
}

static void put_algorithm(text_t *text, const field_t *field) {
  stubdns__text_algorithm(text, (uint8_t)stubdns_field_number(field));
}

static void put_rcode(text_t *text, const field_t *field) {
  const uint16_t error = (uint16_t)stubdns_field_number(field);
  put_mnemonic(text, field, stubdns__tsig_error_mnemonic(error));
}

static void put_scheme(text_t *text, const field_t *field) {
  put_mnemonic(text, field, stubdns_field_number(field) == 1 ? "NOTIFY" : NULL);
}

/* RFC 8777 section 4.3: the D flag, then the type. */
static void put_relay_type(text_t *text, const field_t *field) {
  const uint8_t octet = stubdns_field_octets(field)[0];
  stubdns__text_number(text, octet >> 7);
  stubdns__text_char(text, ' ');
  stubdns__text_number(text, octet & 0x7f);
}

static void put_ipv4(text_t *text, const field_t *field) {
  stubdns__text_ipv4(text, stubdns_field_octets(field));
}

static void put_ipv6(text_t *text, const field_t *field) {
  const uint8_t *address = stubdns_field_octets(field);
  if (stubdns__text_has(text, STUBDNS_TEXT_EXPAND_IPV6))
    stubdns__text_groups(text, address, 8, 1);
  else
    stubdns__text_ipv6(text, address);
}

/* The octets behind a length octet, which validation has found to be there. */
static void put_string(text_t *text, const field_t *field) {
  stubdns__text_quoted(text, stubdns_field_octets(field) + 1,
                       field->length - 1);
}

static void put_strings(text_t *text, const field_t *field) {
  size_t position = 0;
  const uint8_t *octets;
  size_t length;
  while (stubdns_field_next_string(field, &position, &octets, &length)) {
    stubdns__text_quoted(text, octets, length);
    if (position < field->length) stubdns__text_char(text, ' ');
  }
}

static void put_tag(text_t *text, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  for (size_t i = 1; i < field->length; i++)
    stubdns__text_string_octet(text, octets[i]);
}

static void put_text(text_t *text, const field_t *field) {
  stubdns__text_quoted(text, stubdns_field_octets(field), field->length);
}

static void put_hex(text_t *text, const field_t *field) {
  stubdns__text_hex(text, stubdns_field_octets(field), field->length);
}

static void put_hex_string(text_t *text, const field_t *field) {
  if (field->length == 1) stubdns__text_char(text, '-');
  stubdns__text_hex_whole(text, stubdns_field_octets(field) + 1,
                          field->length - 1);
}

static void put_base64(text_t *text, const field_t *field) {
  stubdns__text_base64(text, stubdns_field_octets(field), field->length);
}

static void put_base64_or_dash(text_t *text, const field_t *field) {
  if (field->length == 0) stubdns__text_char(text, '-');
  stubdns__text_base64_whole(text, stubdns_field_octets(field), field->length);
}

/* As dig has it, the key of a TKEY and the other data of a TSIG have a blank
 * behind their length even where they are empty; and the latter stays on one
 * line in every form. */
static int is_tsig_other(const field_t *field) {
  return field->record->type == STUBDNS_TYPE_TSIG && field->label[0] == 'o';
}

static int is_tkey_key(const field_t *field) {
  return field->record->type == STUBDNS_TYPE_TKEY && field->label[0] == 'k';
}

static void put_base64_line(text_t *text, const uint8_t *octets,
                            size_t length) {
  const unsigned style = text->style;
  text->style &= ~STUBDNS_TEXT_MULTILINE;
  stubdns__text_char(text, ' ');
  stubdns__text_base64(text, octets, length);
  text->style = style;
}

static void put_base64_sized(text_t *text, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field) + 2;
  const size_t length = field->length - 2;
  stubdns__text_number(text, length);
  if (length == 0 && !is_tsig_other(field) && !is_tkey_key(field)) return;
  if (is_tsig_other(field) ||
      !stubdns__text_has(text, STUBDNS_TEXT_MULTILINE)) {
    put_base64_line(text, octets, length);
    return;
  }
  stubdns__text_word(text, " (");
  stubdns__text_break(text);
  stubdns__text_base64(text, octets, length);
  stubdns__text_word(text, " )");
}

static void put_base32hex_string(text_t *text, const field_t *field) {
  stubdns__text_base32hex(text, stubdns_field_octets(field) + 1,
                          field->length - 1);
}

static void put_prefixed_hex(text_t *text, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  stubdns__text_word(text, "0x");
  for (size_t i = 0; i < field->length; i++)
    stubdns__text_small_hex_octet(text, octets[i]);
}

static void put_eui(text_t *text, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  for (size_t i = 0; i < field->length; i++) {
    if (i) stubdns__text_char(text, '-');
    stubdns__text_small_hex_octet(text, octets[i]);
  }
}

typedef void put_function(text_t *text, const field_t *field);

static put_function *const functions[] = {
    [STUBDNS_FIELD_NAME_COMPRESSIBLE] = put_name,
    [STUBDNS_FIELD_NAME] = put_name,
    [STUBDNS_FIELD_NAME_PLAIN] = put_name,
    [STUBDNS_FIELD_U8] = put_number,
    [STUBDNS_FIELD_U16] = put_number,
    [STUBDNS_FIELD_U32] = put_number,
    [STUBDNS_FIELD_U48] = put_number,
    [STUBDNS_FIELD_U64] = put_u64,
    [STUBDNS_FIELD_DURATION] = put_number,
    [STUBDNS_FIELD_TIME] = put_time,
    [STUBDNS_FIELD_TYPE] = put_type,
    [STUBDNS_FIELD_ALGORITHM] = put_number,
    [STUBDNS_FIELD_CERT_TYPE] = put_certificate_type,
    [STUBDNS_FIELD_CERT_ALGORITHM] = put_algorithm,
    [STUBDNS_FIELD_RCODE] = put_rcode,
    [STUBDNS_FIELD_SCHEME] = put_scheme,
    [STUBDNS_FIELD_IPV4] = put_ipv4,
    [STUBDNS_FIELD_IPV6] = put_ipv6,
    [STUBDNS_FIELD_STRING] = put_string,
    [STUBDNS_FIELD_STRING_OPTIONAL] = put_string,
    [STUBDNS_FIELD_STRINGS] = put_strings,
    [STUBDNS_FIELD_TAG] = put_tag,
    [STUBDNS_FIELD_TEXT] = put_text,
    [STUBDNS_FIELD_TEXT_NOT_EMPTY] = put_text,
    [STUBDNS_FIELD_HEX] = put_hex,
    [STUBDNS_FIELD_HEX_NOT_EMPTY] = put_hex,
    [STUBDNS_FIELD_HEX_STRING] = put_hex_string,
    [STUBDNS_FIELD_HEX_PREFIXED] = put_prefixed_hex,
    [STUBDNS_FIELD_BASE64] = put_base64,
    [STUBDNS_FIELD_BASE64_NOT_EMPTY] = put_base64,
    [STUBDNS_FIELD_BASE64_OR_DASH] = put_base64_or_dash,
    [STUBDNS_FIELD_BASE64_SIZED] = put_base64_sized,
    [STUBDNS_FIELD_BASE32HEX_STRING] = put_base32hex_string,
    [STUBDNS_FIELD_EUI48] = put_eui,
    [STUBDNS_FIELD_EUI64] = put_eui,
    [STUBDNS_FIELD_TYPE_BITMAP] = stubdns__text_type_bitmap,
    [STUBDNS_FIELD_TYPE_BITMAP_OLD] = stubdns__text_old_type_bitmap,
    [STUBDNS_FIELD_SERVICES] = stubdns__text_services,
    [STUBDNS_FIELD_LOCATION] = stubdns__text_location,
    [STUBDNS_FIELD_PREFIXES] = stubdns__text_prefixes,
    [STUBDNS_FIELD_GATEWAY_TYPE] = put_number,
    [STUBDNS_FIELD_GATEWAY] = stubdns__text_gateway,
    [STUBDNS_FIELD_RELAY_TYPE] = put_relay_type,
    [STUBDNS_FIELD_HOST_IDENTITY] = stubdns__text_host_identity,
    [STUBDNS_FIELD_NAMES] = stubdns__text_names,
    [STUBDNS_FIELD_A6_ADDRESS] = stubdns__text_a6,
    [STUBDNS_FIELD_ATM_ADDRESS] = stubdns__text_atm_address,
    [STUBDNS_FIELD_SVC_PARAMS] = stubdns__text_svc_params,
    [STUBDNS_FIELD_OPTIONS] = put_hex, /* an OPT has no other text */
};

void stubdns__text_field(text_t *text, const field_t *field) {
  functions[field->kind](text, field);
}

int stubdns__field_is_blank(const field_t *field) {
  if (field->kind == STUBDNS_FIELD_TYPE_BITMAP)
    return stubdns__bitmap_is_blank(field);
  if (field->length) return 0;
  switch (field->kind) {
  case STUBDNS_FIELD_TEXT:
  case STUBDNS_FIELD_BASE64_OR_DASH:
  case STUBDNS_FIELD_GATEWAY:
    return 0;
  default:
    return 1;
  }
}
