/* The values of EDNS options in dig's words.  A value that does not have the
 * form of its code is left to be printed as octets. */
#include "print.h"

#include "stubdns/edns.h"

#include <arpa/inet.h>
#include <inttypes.h>

static int print_subnet(struct output *output, const stubdns_option_t *option) {
  stubdns_client_subnet_t subnet;
  char address[INET6_ADDRSTRLEN] =
      "0"; /* of family 0, RFC 7871 section 7.1.2 */
  if (stubdns_option_client_subnet(option, &subnet)) return 0;
  if (subnet.family)
    inet_ntop(subnet.family == 1 ? AF_INET : AF_INET6, subnet.address, address,
              sizeof address);
  output_format(output, " %s/%u/%u", address, subnet.source_prefix,
                subnet.scope_prefix);
  return 1;
}

static void print_units(struct output *output, uint32_t seconds) {
  static const struct {
    uint32_t length;
    const char *name;
  } units[] = {{604800, "week"},
               {86400, "day"},
               {3600, "hour"},
               {60, "minute"},
               {1, "second"}};
  const char *divider = "";
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    const uint32_t count = seconds / units[i].length;
    const int is_needed = count || (units[i].length == 1 && !*divider);
    if (!is_needed) continue;
    output_format(output, "%s%" PRIu32 " %s%s", divider, count, units[i].name,
                  count == 1 ? "" : "s");
    seconds %= units[i].length;
    divider = " ";
  }
}

static int print_expire(struct output *output, const stubdns_option_t *option) {
  int present;
  uint32_t expire_s;
  if (stubdns_option_expire(option, &present, &expire_s)) return 0;
  if (!present) return 1;
  output_format(output, " %" PRIu32 " (", expire_s);
  print_units(output, expire_s);
  output_text(output, ")");
  return 1;
}

static int print_keepalive(struct output *output,
                           const stubdns_option_t *option) {
  int present;
  uint16_t timeout;
  if (stubdns_option_keepalive(option, &present, &timeout)) return 0;
  if (present) output_format(output, " %d.%d secs", timeout / 10, timeout % 10);
  return 1;
}

static int print_cookie(struct output *output, const stubdns_option_t *option) {
  stubdns_cookie_t cookie;
  if (stubdns_option_cookie(option, &cookie)) return 0;
  output_text(output, " ");
  for (size_t i = 0; i < option->length; i++)
    output_format(output, "%02x", option->octets[i]);
  return 1;
}

static int print_key_tags(struct output *output,
                          const stubdns_option_t *option) {
  uint16_t tag;
  if (!option->length || option->length % 2) return 0;
  for (size_t i = 0; stubdns_option_key_tag(option, i, &tag); i++)
    output_format(output, "%s%u", i ? ", " : " ", tag);
  return 1;
}

static int print_extended_error(struct output *output,
                                const stubdns_option_t *option) {
  stubdns_extended_error_t error;
  if (stubdns_option_extended_error(option, &error)) return 0;
  const char *const purpose = stubdns_extended_error_text(error.code);
  output_format(output, " %u", error.code);
  if (purpose) output_format(output, " (%s)", purpose);
  if (!error.text_length) return 1;
  output_text(output, ": (");
  output_printable(output, error.text, error.text_length);
  output_text(output, ")");
  return 1;
}

static int print_padding(struct output *output,
                         const stubdns_option_t *option) {
  if (option->length) output_format(output, " (%u bytes)", option->length);
  return 1;
}

static uint64_t number_at(const uint8_t *octets, size_t length) {
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++)
    number = number << 8 | octets[i];
  return number;
}

/* Long-lived query, RFC 8764 section 3.2. */
static int print_llq(struct output *output, const stubdns_option_t *option) {
  if (option->length != 18) return 0;
  const uint8_t *const octets = option->octets;
  output_format(output,
                " Version: %" PRIu64 ", Opcode: %" PRIu64 ", Error: %" PRIu64
                ", Identifier: %" PRIu64 ", Lifetime: %" PRIu64,
                number_at(octets, 2), number_at(octets + 2, 2),
                number_at(octets + 4, 2), number_at(octets + 6, 8),
                number_at(octets + 14, 4));
  return 1;
}

static int print_tag(struct output *output, const stubdns_option_t *option) {
  if (option->length != 2) return 0;
  output_format(output, " %" PRIu64, number_at(option->octets, 2));
  return 1;
}

int print_option_value(struct output *output, const stubdns_option_t *option) {
  static int (*const printers[])(struct output *, const stubdns_option_t *) = {
      [1] = print_llq,
      [STUBDNS_OPTION_CLIENT_SUBNET] = print_subnet,
      [STUBDNS_OPTION_EXPIRE] = print_expire,
      [STUBDNS_OPTION_COOKIE] = print_cookie,
      [STUBDNS_OPTION_KEEPALIVE] = print_keepalive,
      [STUBDNS_OPTION_PADDING] = print_padding,
      [STUBDNS_OPTION_KEY_TAG] = print_key_tags,
      [STUBDNS_OPTION_EXTENDED_ERROR] = print_extended_error,
      [16] = print_tag,
      [17] = print_tag,
  };
  if (option->code >= sizeof printers / sizeof printers[0]) return 0;
  return printers[option->code] ? printers[option->code](output, option) : 0;
}
