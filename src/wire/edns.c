/* The values of EDNS options, read from a message and written for one: each in
 * the form that its RFC gives.  Registries: "DNS EDNS0 Option Codes (OPT)" and
 * "Extended DNS Error Codes". */
#include "stubdns/edns.h"

#include "stubdns/error.h"
#include "wire/cursor.h"
#include "wire/rdata.h"
#include "wire/writer.h"

#include <string.h>

static const struct {
  uint16_t code;
  const char *mnemonic;
} names[] = {
#define X(identifier, number, mnemonic) {number, mnemonic},
    STUBDNS_OPTION_MAP(X)
#undef X
};

const char *stubdns_option_mnemonic(uint16_t code) {
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (names[i].code == code) return names[i].mnemonic;
  return NULL;
}

static const char *const extended_errors[] = {
    "Other",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDomain Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value",
    "Unable to conform to policy",
    "Synthesized",
    "Invalid Query Type",
};

const char *stubdns_extended_error_text(uint16_t code) {
  return code < sizeof extended_errors / sizeof extended_errors[0]
             ? extended_errors[code]
             : NULL;
}

/* The option's value, if it has the form of its code; else a failed cursor. */
static struct stubdns__cursor open_value(const stubdns_option_t *option) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(option->octets, option->length);
  if (!stubdns__option_is_valid(option->code, option->octets, option->length))
    stubdns__cursor_fail(&cursor, STUBDNS_EBADOPTION);
  return cursor;
}

static int end_value(const struct stubdns__cursor *cursor) {
  return cursor->error ? STUBDNS_EBADOPTION : 0;
}

int stubdns_option_client_subnet(const stubdns_option_t *option,
                                 stubdns_client_subnet_t *subnet) {
  struct stubdns__cursor cursor = open_value(option);
  memset(subnet, 0, sizeof *subnet);
  subnet->family = stubdns__cursor_u16(&cursor);
  subnet->source_prefix = stubdns__cursor_u8(&cursor);
  subnet->scope_prefix = stubdns__cursor_u8(&cursor);
  const size_t length = stubdns__cursor_left(&cursor);
  if (length > sizeof subnet->address) return STUBDNS_EBADOPTION;
  if (length)
    memcpy(subnet->address, stubdns__cursor_step(&cursor, length), length);
  return end_value(&cursor);
}

int stubdns_option_cookie(const stubdns_option_t *option,
                          stubdns_cookie_t *cookie) {
  struct stubdns__cursor cursor = open_value(option);
  memset(cookie, 0, sizeof *cookie);
  const uint8_t *client = stubdns__cursor_take(&cursor, sizeof cookie->client);
  const size_t length = stubdns__cursor_left(&cursor);
  if (!client || length > sizeof cookie->server) return STUBDNS_EBADOPTION;
  memcpy(cookie->client, client, sizeof cookie->client);
  cookie->server_length = (uint8_t)length; /* <= sizeof cookie->server */
  if (length)
    memcpy(cookie->server, stubdns__cursor_step(&cursor, length), length);
  return end_value(&cursor);
}

int stubdns_option_extended_error(const stubdns_option_t *option,
                                  stubdns_extended_error_t *extended_error) {
  struct stubdns__cursor cursor = open_value(option);
  extended_error->code = stubdns__cursor_u16(&cursor);
  extended_error->text_length = (uint16_t)stubdns__cursor_left(&cursor);
  extended_error->text =
      stubdns__cursor_take(&cursor, extended_error->text_length);
  return end_value(&cursor);
}

int stubdns_option_zone_version(const stubdns_option_t *option,
                                stubdns_zone_version_t *version) {
  struct stubdns__cursor cursor = open_value(option);
  memset(version, 0, sizeof *version);
  if (!stubdns__cursor_left(&cursor)) return end_value(&cursor);
  version->label_count = stubdns__cursor_u8(&cursor);
  version->type = stubdns__cursor_u8(&cursor);
  version->version_length = (uint16_t)stubdns__cursor_left(&cursor);
  version->version = stubdns__cursor_take(&cursor, version->version_length);
  return end_value(&cursor);
}

int stubdns_option_expire(const stubdns_option_t *option, int *present,
                          uint32_t *expire_s) {
  struct stubdns__cursor cursor = open_value(option);
  *present = stubdns__cursor_left(&cursor) > 0;
  *expire_s = *present ? stubdns__cursor_u32(&cursor) : 0;
  return end_value(&cursor);
}

int stubdns_option_keepalive(const stubdns_option_t *option, int *present,
                             uint16_t *timeout) {
  struct stubdns__cursor cursor = open_value(option);
  *present = stubdns__cursor_left(&cursor) > 0;
  *timeout = *present ? stubdns__cursor_u16(&cursor) : 0;
  if (stubdns__cursor_left(&cursor)) return STUBDNS_EBADOPTION;
  return end_value(&cursor);
}

int stubdns_option_name(const stubdns_option_t *option, stubdns_name_t *name) {
  return stubdns_name_from_wire(name, option->octets, option->length)
             ? STUBDNS_EBADOPTION
             : 0;
}

int stubdns_option_key_tag(const stubdns_option_t *option, size_t index,
                           uint16_t *key_tag) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(option->octets, option->length);
  if (index > UINT16_MAX) return 0;
  stubdns__cursor_take(&cursor, 2 * index);
  *key_tag = stubdns__cursor_u16(&cursor);
  return cursor.error == 0;
}

/* Puts code and length in front of a value of `length` octets. */
static struct stubdns__writer begin_option(const stubdns_options_t *options,
                                           uint16_t code, size_t length) {
  struct stubdns__writer writer = {options->octets, options->size,
                                   options->length};
  stubdns__writer_u16(&writer, code);
  stubdns__writer_u16(&writer, (uint16_t)length); /* end_option checks it */
  return writer;
}

static void end_option(stubdns_options_t *options,
                       const struct stubdns__writer *writer, size_t length) {
  options->length = writer->length;
  if (options->error) return;
  if (length > UINT16_MAX) options->error = STUBDNS_EBADOPTION;
  if (writer->length > writer->size) options->error = STUBDNS_ENOSPACE;
}

void stubdns_options_add(stubdns_options_t *options, uint16_t code,
                         const uint8_t *octets, size_t length) {
  struct stubdns__writer writer = begin_option(options, code, length);
  stubdns__writer_octets(&writer, octets, length);
  end_option(options, &writer, length);
}

/* Adds an option whose value must have the form of its code. */
static void add_checked(stubdns_options_t *options, uint16_t code,
                        const uint8_t *octets, size_t length) {
  if (!stubdns__option_is_valid(code, octets, length) && !options->error)
    options->error = STUBDNS_EBADOPTION;
  stubdns_options_add(options, code, octets, length);
}

void stubdns_options_add_client_subnet(stubdns_options_t *options,
                                       const stubdns_client_subnet_t *subnet) {
  uint8_t octets[4 + 16] = {(uint8_t)(subnet->family >> 8),
                            (uint8_t)subnet->family, subnet->source_prefix,
                            subnet->scope_prefix};
  const size_t length = (subnet->source_prefix + 7u) / 8;
  memcpy(octets + 4, subnet->address, 16);
  /* A prefix too long for any family fails by its length, whatever it is. */
  add_checked(options, STUBDNS_OPTION_CLIENT_SUBNET, octets,
              length <= 16 ? 4 + length : 0);
}

void stubdns_options_add_cookie(stubdns_options_t *options,
                                const stubdns_cookie_t *cookie) {
  uint8_t octets[8 + 32];
  const int fits = cookie->server_length <= sizeof cookie->server;
  const size_t length = fits ? cookie->server_length : 0;
  memcpy(octets, cookie->client, 8);
  memcpy(octets + 8, cookie->server, length);
  add_checked(options, STUBDNS_OPTION_COOKIE, octets, fits ? 8 + length : 0);
}

void stubdns_options_add_extended_error(
    stubdns_options_t *options,
    const stubdns_extended_error_t *extended_error) {
  const size_t length = 2u + extended_error->text_length;
  struct stubdns__writer writer =
      begin_option(options, STUBDNS_OPTION_EXTENDED_ERROR, length);
  stubdns__writer_u16(&writer, extended_error->code);
  stubdns__writer_octets(&writer, extended_error->text,
                         extended_error->text_length);
  end_option(options, &writer, length);
}

void stubdns_options_add_zone_version(stubdns_options_t *options,
                                      const stubdns_zone_version_t *version) {
  const size_t length =
      version->version_length ? 2u + version->version_length : 0;
  struct stubdns__writer writer =
      begin_option(options, STUBDNS_OPTION_ZONE_VERSION, length);
  if (length) {
    stubdns__writer_u8(&writer, version->label_count);
    stubdns__writer_u8(&writer, version->type);
    stubdns__writer_octets(&writer, version->version, version->version_length);
  }
  end_option(options, &writer, length);
}

void stubdns_options_add_expire(stubdns_options_t *options, uint32_t expire_s) {
  struct stubdns__writer writer =
      begin_option(options, STUBDNS_OPTION_EXPIRE, 4);
  stubdns__writer_u32(&writer, expire_s);
  end_option(options, &writer, 4);
}

void stubdns_options_add_keepalive(stubdns_options_t *options,
                                   uint16_t timeout) {
  struct stubdns__writer writer =
      begin_option(options, STUBDNS_OPTION_KEEPALIVE, 2);
  stubdns__writer_u16(&writer, timeout);
  end_option(options, &writer, 2);
}

void stubdns_options_add_name(stubdns_options_t *options, uint16_t code,
                              const stubdns_name_t *name) {
  stubdns_options_add(options, code, name->octets, name->length);
}

void stubdns_options_add_key_tags(stubdns_options_t *options,
                                  const uint16_t *key_tags, size_t count) {
  struct stubdns__writer writer =
      begin_option(options, STUBDNS_OPTION_KEY_TAG, 2 * count);
  for (size_t i = 0; i < count; i++)
    stubdns__writer_u16(&writer, key_tags[i]);
  end_option(options, &writer, 2 * count);
}

void stubdns_options_add_padding(stubdns_options_t *options, size_t length) {
  struct stubdns__writer writer =
      begin_option(options, STUBDNS_OPTION_PADDING, length);
  stubdns__writer_zeros(&writer, length);
  end_option(options, &writer, length);
}
