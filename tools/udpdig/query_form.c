/* From switches to a query: header, EDNS and its options, in dig's order. */
#include "query_form.h"

#include "stubdns/edns.h"
#include "stubdns/error.h"

#include <string.h>

#define COMPACT_OK 0x4000u /* CO, RFC 9824 section 5.1 */

static uint16_t header_flags(const struct settings *settings) {
  unsigned flags = 0;
  if (settings->recursion) flags |= STUBDNS_FLAG_RD;
  if (settings->authentic_data) flags |= STUBDNS_FLAG_AD;
  if (settings->checking_disabled) flags |= STUBDNS_FLAG_CD;
  if (settings->authoritative) flags |= STUBDNS_FLAG_AA;
  if (settings->truncated) flags |= STUBDNS_FLAG_TC;
  if (settings->available) flags |= STUBDNS_FLAG_RA;
  if (settings->reserved) flags |= STUBDNS_FLAG_Z;
  return (uint16_t)flags;
}

static uint16_t edns_flags(const struct settings *settings) {
  const unsigned others = settings->edns_flags & ~STUBDNS_EDNS_DO;
  return (uint16_t)(others | (settings->dnssec_ok ? STUBDNS_EDNS_DO : 0) |
                    (settings->compact_ok ? COMPACT_OK : 0));
}

static void add_subnet(stubdns_options_t *options,
                       const struct settings *settings) {
  stubdns_client_subnet_t subnet = {.family = settings->subnet_family,
                                    .source_prefix = settings->subnet_prefix};
  memcpy(subnet.address, settings->subnet_address, sizeof subnet.address);
  stubdns_options_add_client_subnet(options, &subnet);
}

static int add_options(stubdns_options_t *options,
                       const struct settings *settings) {
  if (settings->nsid)
    stubdns_options_add(options, STUBDNS_OPTION_NSID, NULL, 0);
  if (settings->subnet_family) add_subnet(options, settings);
  if (settings->cookie && settings->cookie_length)
    stubdns_options_add(options, STUBDNS_OPTION_COOKIE, settings->cookie_octets,
                        settings->cookie_length);
  if (settings->expire)
    stubdns_options_add(options, STUBDNS_OPTION_EXPIRE, NULL, 0);
  if (settings->keepalive)
    stubdns_options_add(options, STUBDNS_OPTION_KEEPALIVE, NULL, 0);
  const size_t length = settings->edns_options_length;
  if (length > options->size - options->length) return STUBDNS_ENOSPACE;
  memcpy(options->octets + options->length, settings->edns_options, length);
  options->length += length;
  return options->error;
}

int query_form_make(struct query_form *form, const struct settings *settings) {
  stubdns_options_t options = {form->options, sizeof form->options, 0, 0};
  const int error = add_options(&options, settings);
  form->query = (stubdns_query_t){
      .id = (uint16_t)settings->query_id,
      .flags = header_flags(settings),
      .opcode = (uint8_t)settings->opcode,
      .edns = settings->edns,
      .edns_version = (uint8_t)settings->edns_version,
      .edns_flags = edns_flags(settings),
      .payload_size = (uint16_t)settings->payload_size,
      .padding_block = (uint16_t)settings->padding,
      .options = form->options,
      .options_length = (uint16_t)options.length,
  };
  return error;
}

/* As dig does: a packet for each question, whatever is asked. */
unsigned query_form_flags(const struct settings *settings) {
  unsigned flags = STUBDNS_LOOKUP_SEND_SPECIAL | STUBDNS_LOOKUP_NO_COALESCE |
                   STUBDNS_LOOKUP_NO_CACHE;
  if (!settings->letters) flags |= STUBDNS_LOOKUP_NO_0X20;
  if (!settings->cookie || settings->cookie_length || settings->deterministic)
    flags |= STUBDNS_LOOKUP_NO_COOKIE;
  if (settings->tcp)
    flags |= STUBDNS_LOOKUP_TCP;
  else if (settings->ignore_truncation)
    flags |= STUBDNS_LOOKUP_NO_TCP;
  if (settings->search) flags |= STUBDNS_LOOKUP_SEARCH;
  if (settings->header_only) flags |= STUBDNS_LOOKUP_NO_QUESTION;
  if (settings->has_query_id || settings->deterministic)
    flags |= STUBDNS_LOOKUP_FIXED_ID;
  if (settings->take_errors || !settings->edns_negotiation ||
      !settings->bad_cookie_retry || settings->opcode || settings->header_only)
    flags |= STUBDNS_LOOKUP_TAKE_ERRORS;
  return flags;
}
