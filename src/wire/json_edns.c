/* The OPT record as an object, RFC 6891 section 6.1, and EDNS options: the
 * code, the octets, and beside them the parts of a value that has its code's
 * form. */
#include "wire/json.h"

#include "stubdns/query.h"
#include "wire/cursor.h"
#include "wire/rdata.h"

typedef struct stubdns__json json_t;
typedef const stubdns_option_t option_t;

static void put_text(json_t *json, option_t *option) {
  stubdns__json_key(json, "text");
  stubdns__json_octets(json, option->octets, option->length);
}

static void put_algorithms(json_t *json, option_t *option) {
  stubdns__json_key(json, "algorithms");
  stubdns__json_open(json, '[');
  for (size_t i = 0; i < option->length; i++)
    stubdns__json_number(json, option->octets[i]);
  stubdns__json_close(json, ']');
}

static void put_client_subnet(json_t *json, option_t *option) {
  stubdns_client_subnet_t subnet;
  if (stubdns_option_client_subnet(option, &subnet)) return;
  stubdns__json_number_member(json, "family", subnet.family);
  stubdns__json_number_member(json, "source", subnet.source_prefix);
  stubdns__json_number_member(json, "scope", subnet.scope_prefix);
  if (subnet.family != STUBDNS__FAMILY_IPV4 &&
      subnet.family != STUBDNS__FAMILY_IPV6)
    return;
  stubdns__json_key(json, "address");
  stubdns__json_address(json, subnet.address,
                        subnet.family == STUBDNS__FAMILY_IPV6);
}

static void put_expire(json_t *json, option_t *option) {
  int present;
  uint32_t expire_s;
  stubdns_option_expire(option, &present, &expire_s);
  if (present) stubdns__json_number_member(json, "expire", expire_s);
}

static void put_cookie(json_t *json, option_t *option) {
  stubdns_cookie_t cookie;
  stubdns_option_cookie(option, &cookie);
  stubdns__json_hex_member(json, "client", cookie.client, sizeof cookie.client);
  if (cookie.server_length)
    stubdns__json_hex_member(json, "server", cookie.server,
                             cookie.server_length);
}

/* RFC 7828 section 3.1: units of 100 ms. */
static void put_keepalive(json_t *json, option_t *option) {
  int present;
  uint16_t timeout;
  stubdns_option_keepalive(option, &present, &timeout);
  if (present)
    stubdns__json_number_member(json, "timeout_ms", timeout * INT64_C(100));
}

static void put_domain(json_t *json, option_t *option) {
  stubdns_name_t name;
  stubdns_option_name(option, &name);
  stubdns__json_key(json, "domain");
  stubdns__json_name(json, &name);
}

static void put_key_tags(json_t *json, option_t *option) {
  uint16_t key_tag;
  stubdns__json_key(json, "key_tags");
  stubdns__json_open(json, '[');
  for (size_t i = 0; stubdns_option_key_tag(option, i, &key_tag); i++)
    stubdns__json_number(json, key_tag);
  stubdns__json_close(json, ']');
}

static void put_extended_error(json_t *json, option_t *option) {
  stubdns_extended_error_t error;
  stubdns_option_extended_error(option, &error);
  stubdns__json_number_member(json, "info_code", error.code);
  stubdns__json_key(json, "text");
  stubdns__json_octets(json, error.text, error.text_length);
}

static void put_zone_version(json_t *json, option_t *option) {
  stubdns_zone_version_t version;
  if (option->length == 0) return;
  stubdns_option_zone_version(option, &version);
  stubdns__json_number_member(json, "labels", version.label_count);
  stubdns__json_number_member(json, "version_type", version.type);
  stubdns__json_hex_member(json, "version", version.version,
                           version.version_length);
}

/* Members of an option that is valid, and is read without failing. */
typedef void put_function(json_t *json, option_t *option);

static put_function *const functions[] = {
    [STUBDNS_OPTION_NSID] = put_text,
    [STUBDNS_OPTION_DAU] = put_algorithms,
    [STUBDNS_OPTION_DHU] = put_algorithms,
    [STUBDNS_OPTION_N3U] = put_algorithms,
    [STUBDNS_OPTION_CLIENT_SUBNET] = put_client_subnet,
    [STUBDNS_OPTION_EXPIRE] = put_expire,
    [STUBDNS_OPTION_COOKIE] = put_cookie,
    [STUBDNS_OPTION_KEEPALIVE] = put_keepalive,
    [STUBDNS_OPTION_CHAIN] = put_domain,
    [STUBDNS_OPTION_KEY_TAG] = put_key_tags,
    [STUBDNS_OPTION_EXTENDED_ERROR] = put_extended_error,
    [STUBDNS_OPTION_REPORT_CHANNEL] = put_domain,
    [STUBDNS_OPTION_ZONE_VERSION] = put_zone_version,
};
#define CODES (sizeof functions / sizeof functions[0])

static int is_valid(option_t *option) {
  return stubdns__option_is_valid(option->code, option->octets, option->length);
}

void stubdns__json_option(json_t *json, option_t *option) {
  stubdns__json_open(json, '{');
  stubdns__json_number_member(json, "code", option->code);
  stubdns__json_key(json, "name");
  stubdns__json_mnemonic(json, stubdns_option_mnemonic(option->code), "OPT",
                         option->code);
  stubdns__json_hex_member(json, "hex", option->octets, option->length);
  if (option->code < CODES && functions[option->code] && is_valid(option))
    functions[option->code](json, option);
  stubdns__json_close(json, '}');
}

void stubdns__json_options(json_t *json, const stubdns_field_t *field) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(stubdns_field_octets(field), field->length);
  stubdns__json_open(json, '[');
  while (stubdns__cursor_left(&cursor)) {
    stubdns_option_t option = {.code = stubdns__cursor_u16(&cursor)};
    option.length = stubdns__cursor_u16(&cursor);
    option.octets = stubdns__cursor_take(&cursor, option.length);
    if (option.octets) stubdns__json_option(json, &option);
  }
  stubdns__json_close(json, ']');
}

static int is_extended_error(option_t *option) {
  return option->code == STUBDNS_OPTION_EXTENDED_ERROR && is_valid(option);
}

static void put_extended_error_entry(json_t *json, option_t *option) {
  const uint16_t code = stubdns__load16(option->octets);
  stubdns__json_open(json, '{');
  stubdns__json_number_member(json, "code", code);
  stubdns__json_key(json, "name");
  stubdns__json_mnemonic(json, stubdns_extended_error_text(code), "EDE", code);
  stubdns__json_key(json, "text");
  stubdns__json_octets(json, option->octets + 2, option->length - 2u);
  stubdns__json_close(json, '}');
}

/* The extended errors among the options, or all others. */
static void put_options(json_t *json, const stubdns_message_t *message,
                        int are_errors) {
  stubdns_option_t option;
  size_t position = 0;
  stubdns__json_open(json, '[');
  while (stubdns_message_next_option(message, &position, &option)) {
    if (is_extended_error(&option) != are_errors) continue;
    if (are_errors)
      put_extended_error_entry(json, &option);
    else
      stubdns__json_option(json, &option);
  }
  stubdns__json_close(json, ']');
}

#define FLAG_CO 0x4000u /* RFC 9824 section 5.1 */

static void put_flags(json_t *json, uint16_t flags) {
  const uint16_t rest = flags & (uint16_t) ~(STUBDNS_EDNS_DO | FLAG_CO);
  stubdns__json_key(json, "flags");
  stubdns__json_open(json, '[');
  if (flags & STUBDNS_EDNS_DO) stubdns__json_word(json, "do");
  if (flags & FLAG_CO) stubdns__json_word(json, "co");
  stubdns__json_close(json, ']');
  if (rest) stubdns__json_number_member(json, "mbz", rest);
}

void stubdns__json_edns(json_t *json, const stubdns_message_t *message,
                        const stubdns_edns_t *edns) {
  stubdns_record_t opt = {.error = 0};
  stubdns__json_open(json, '{');
  stubdns__json_number_member(json, "version", edns->version);
  put_flags(json, edns->flags);
  stubdns__json_number_member(json, "udp", edns->payload_size);
  stubdns__json_key(json, "ede");
  put_options(json, message, 1);
  stubdns__json_key(json, "options");
  put_options(json, message, 0);
  stubdns_message_opt(message, &opt);
  if (opt.error) stubdns__json_opaque_members(json, &opt);
  stubdns__json_close(json, '}');
}
