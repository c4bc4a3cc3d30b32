/* One field of RDATA as a member of `rdata`, by its kind.  Fields with the same
 * label in types.h have kinds that give the same type of value. */
#include "wire/json.h"

typedef struct stubdns__json json_t;
typedef stubdns_field_t field_t;

static void put_number(json_t *json, const field_t *field) {
  /* of 48 bits at most */
  stubdns__json_number(json, (int64_t)stubdns_field_number(field));
}

/* Whatever its text is, as a string. */
static void put_text(json_t *json, const field_t *field) {
  stubdns__json_begin_string(json);
  stubdns__text_field(&json->text, field);
  stubdns__json_end_string(json);
}

static void put_type(json_t *json, const field_t *field) {
  stubdns__json_type(json, (uint16_t)stubdns_field_number(field));
}

/* The octets behind a length octet, which validation has found to be there. */
static void put_string(json_t *json, const field_t *field) {
  stubdns__json_octets(json, stubdns_field_octets(field) + 1,
                       field->length - 1);
}

static void put_octets(json_t *json, const field_t *field) {
  stubdns__json_octets(json, stubdns_field_octets(field), field->length);
}

static void put_hex_string(json_t *json, const field_t *field) {
  stubdns__json_begin_string(json);
  stubdns__text_hex_whole(&json->text, stubdns_field_octets(field) + 1,
                          field->length - 1);
  stubdns__json_end_string(json);
}

/* Base64 of what comes behind the first `skipped` octets of the field. */
static void put_base64(json_t *json, const field_t *field, size_t skipped) {
  stubdns__json_begin_string(json);
  stubdns__text_base64_whole(&json->text, stubdns_field_octets(field) + skipped,
                             field->length - skipped);
  stubdns__json_end_string(json);
}

static void put_whole_base64(json_t *json, const field_t *field) {
  put_base64(json, field, 0);
}

static void put_sized_base64(json_t *json, const field_t *field) {
  put_base64(json, field, 2);
}

/* RFC 8777 section 4.2: the D flag has its own member. */
static void put_relay_type(json_t *json, const field_t *field) {
  stubdns__json_number(json, stubdns_field_octets(field)[0] & 0x7f);
}

static void put_relay_flag(json_t *json, const field_t *field) {
  stubdns__json_key(json, "discovery_optional");
  stubdns__json_boolean(json, stubdns_field_octets(field)[0] >> 7);
}

typedef void put_function(json_t *json, const field_t *field);

static put_function *const functions[] = {
    [STUBDNS_FIELD_NAME_COMPRESSIBLE] = put_text,
    [STUBDNS_FIELD_NAME] = put_text,
    [STUBDNS_FIELD_NAME_PLAIN] = put_text,
    [STUBDNS_FIELD_NAMES] = stubdns__json_names,
    [STUBDNS_FIELD_U8] = put_number,
    [STUBDNS_FIELD_U16] = put_number,
    [STUBDNS_FIELD_U32] = put_number,
    [STUBDNS_FIELD_U48] = put_number,
    [STUBDNS_FIELD_U64] = put_text,
    [STUBDNS_FIELD_DURATION] = put_number,
    [STUBDNS_FIELD_TIME] = put_text,
    [STUBDNS_FIELD_TYPE] = put_type,
    [STUBDNS_FIELD_ALGORITHM] = put_number,
    [STUBDNS_FIELD_CERT_TYPE] = put_text,
    [STUBDNS_FIELD_CERT_ALGORITHM] = put_number,
    [STUBDNS_FIELD_RCODE] = put_text,
    [STUBDNS_FIELD_SCHEME] = put_number,
    [STUBDNS_FIELD_IPV4] = put_text,
    [STUBDNS_FIELD_IPV6] = put_text,
    [STUBDNS_FIELD_STRING] = put_string,
    [STUBDNS_FIELD_STRING_OPTIONAL] = put_string,
    [STUBDNS_FIELD_STRINGS] = stubdns__json_strings,
    [STUBDNS_FIELD_TAG] = put_text,
    [STUBDNS_FIELD_TEXT] = put_octets,
    [STUBDNS_FIELD_TEXT_NOT_EMPTY] = put_octets,
    [STUBDNS_FIELD_HEX] = put_text,
    [STUBDNS_FIELD_HEX_NOT_EMPTY] = put_text,
    [STUBDNS_FIELD_HEX_STRING] = put_hex_string,
    [STUBDNS_FIELD_HEX_PREFIXED] = put_text,
    [STUBDNS_FIELD_BASE64] = put_whole_base64,
    [STUBDNS_FIELD_BASE64_NOT_EMPTY] = put_whole_base64,
    [STUBDNS_FIELD_BASE64_OR_DASH] = put_whole_base64,
    [STUBDNS_FIELD_BASE64_SIZED] = put_sized_base64,
    [STUBDNS_FIELD_BASE32HEX_STRING] = put_text,
    [STUBDNS_FIELD_EUI48] = put_text,
    [STUBDNS_FIELD_EUI64] = put_text,
    [STUBDNS_FIELD_TYPE_BITMAP] = stubdns__json_type_bitmap,
    [STUBDNS_FIELD_TYPE_BITMAP_OLD] = stubdns__json_old_type_bitmap,
    [STUBDNS_FIELD_SERVICES] = stubdns__json_services,
    [STUBDNS_FIELD_LOCATION] = stubdns__json_location,
    [STUBDNS_FIELD_PREFIXES] = stubdns__json_prefixes,
    [STUBDNS_FIELD_GATEWAY_TYPE] = put_number,
    [STUBDNS_FIELD_GATEWAY] = put_text,
    [STUBDNS_FIELD_RELAY_TYPE] = put_relay_type,
    [STUBDNS_FIELD_HOST_IDENTITY] = stubdns__json_host_identity,
    [STUBDNS_FIELD_A6_ADDRESS] = put_text,
    [STUBDNS_FIELD_ATM_ADDRESS] = put_text,
    [STUBDNS_FIELD_SVC_PARAMS] = stubdns__json_svc_params,
    [STUBDNS_FIELD_OPTIONS] = stubdns__json_options,
};

void stubdns__json_field(json_t *json, const field_t *field) {
  if (field->kind == STUBDNS_FIELD_STRING_OPTIONAL && field->length == 0)
    return;
  if (field->kind == STUBDNS_FIELD_RELAY_TYPE) put_relay_flag(json, field);
  stubdns__json_key(json, field->label);
  functions[field->kind](json, field);
}
