/* Values of options that are more than a number or a word. */
#include "expect.h"
#include "number.h"
#include "option_apply.h"

#include "stubdns/edns.h"
#include "stubdns/error.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define IPV4 1 /* address families of RFC 7871 */
#define IPV6 2

static int complain(struct output *message, const char *sentence) {
  output_text(message, sentence);
  return STUBDNS_EINVALID;
}

static int hex_digit(char c) {
  static const char digits[] = "0123456789abcdef";
  const char *const found = c ? strchr(digits, c | 0x20) : NULL;
  return found ? (int)(found - digits) : -1;
}

/* Reads pairs of hex digits, as many as `size` octets at most. */
static int read_hex(const char *text, uint8_t *octets, size_t size,
                    size_t *length) {
  for (*length = 0; *text; text += 2) {
    const int high = hex_digit(text[0]);
    const int low = high < 0 ? -1 : hex_digit(text[1]);
    if (low < 0 || *length == size) return STUBDNS_EINVALID;
    octets[(*length)++] = (uint8_t)(high << 4 | low);
  }
  return 0;
}

/* A client cookie, or one with a server cookie behind it: RFC 7873 section 4.
 * Others are a matter for +ednsopt. */
int option_read_cookie(struct settings *settings, const char *text,
                       struct output *message) {
  size_t length;
  if (read_hex(text, settings->cookie_octets, sizeof settings->cookie_octets,
               &length) ||
      (length != 8 && length < 16))
    return complain(message, " is no cookie: 8, or 16 to 40 octets in hex");
  settings->cookie = 1;
  settings->cookie_length = (uint8_t)length;
  return 0;
}

/* "0x" and hex digits; a number above 65535 where it is not that. */
static uint32_t read_hex_number(const char *text) {
  uint32_t value = 0;
  if (strncasecmp(text, "0x", 2) != 0 || !text[2]) return UINT32_MAX;
  for (text += 2; *text && value <= UINT16_MAX; text++) {
    const int digit = hex_digit(*text);
    if (digit < 0) return UINT32_MAX;
    value = value << 4 | (uint32_t)digit;
  }
  return value;
}

int option_read_ednsflags(struct settings *settings, const char *text,
                          struct output *message) {
  uint32_t value = read_hex_number(text);
  if (value > UINT16_MAX &&
      (number_read(&value, text, strlen(text)) || value > UINT16_MAX))
    return complain(message, " is no number from 0 to 65535, or 0x0 to 0xffff");
  settings->edns_flags = value;
  settings->edns = 1;
  return 0;
}

static int read_opcode(const char *text, uint32_t *opcode) {
  for (unsigned i = 0; i < 16; i++) {
    const char *const name = stubdns_opcode_mnemonic(i);
    if (!name || strcasecmp(name, text) != 0) continue;
    *opcode = i;
    return 0;
  }
  return number_read(opcode, text, strlen(text));
}

int option_read_domain(struct settings *settings, const char *text,
                       struct output *message) {
  stubdns_name_t name;
  const int error = stubdns_name_from_text(&name, text, strlen(text));
  if (error) {
    output_text(message, " is no domain: ");
    output_text(message, stubdns_error_text(error));
    return STUBDNS_EINVALID;
  }
  settings->domain = text;
  settings->search = 1;
  return 0;
}

int option_read_opcode(struct settings *settings, const char *text,
                       struct output *message) {
  uint32_t opcode;
  if (read_opcode(text, &opcode) || opcode > 15)
    return complain(message, " is no opcode: 0 to 15, or a name like NOTIFY");
  if (opcode == STUBDNS_OPCODE_DSO)
    return complain(message, " has messages of another form, RFC 8490");
  settings->opcode = opcode;
  return 0;
}

/* "nsid", "NSID", "3". */
static int read_option_code(const char *text, size_t length, uint32_t *code) {
  for (uint32_t i = 0; i < 32; i++) {
    const char *const name = stubdns_option_mnemonic((uint16_t)i);
    if (!name || strlen(name) != length || strncasecmp(name, text, length) != 0)
      continue;
    *code = i;
    return 0;
  }
  return number_read(code, text, length) || *code > UINT16_MAX
             ? STUBDNS_EINVALID
             : 0;
}

int option_read_ednsopt(struct settings *settings, const char *text,
                        struct output *message) {
  const size_t code_length = strcspn(text, ":");
  const char *const hex =
      text[code_length] ? text + code_length + 1 : text + code_length;
  uint8_t value[STUBDNS_LOOKUP_OPTIONS_MAX];
  size_t length;
  uint32_t code;
  if (read_option_code(text, code_length, &code))
    return complain(message,
                    " has no code of an option: 0 to 65535 or a name "
                    "like NSID");
  if (read_hex(hex, value, sizeof value, &length))
    return complain(message,
                    " has no value of pairs of hex digits, at most "
                    "512");
  stubdns_options_t options = {settings->edns_options,
                               sizeof settings->edns_options,
                               settings->edns_options_length, 0};
  stubdns_options_add(&options, (uint16_t)code, value, length);
  if (options.error)
    return complain(message, " is too much: 512 octets of options in all");
  settings->edns_options_length = (uint16_t)options.length;
  settings->edns = 1;
  return 0;
}

/* Zeros behind the prefix, RFC 7871 section 6. */
static void cut_address(uint8_t *address, size_t length, uint32_t prefix) {
  for (size_t i = 0; i < length; i++) {
    const size_t kept = prefix > 8 * i ? prefix - 8 * i : 0;
    if (kept < 8) address[i] &= (uint8_t)(0xff00u >> kept);
  }
}

static int read_address(struct settings *settings, const char *text,
                        size_t length, uint32_t *bits) {
  char address[INET6_ADDRSTRLEN] = "";
  if (length >= sizeof address) return STUBDNS_EINVALID;
  memcpy(address, text, length);
  memset(settings->subnet_address, 0, sizeof settings->subnet_address);
  settings->subnet_family = IPV4;
  *bits = 32;
  if (inet_pton(AF_INET, address, settings->subnet_address) == 1) return 0;
  settings->subnet_family = IPV6;
  *bits = 128;
  return inet_pton(AF_INET6, address, settings->subnet_address) == 1
             ? 0
             : STUBDNS_EINVALID;
}

/* "0" means no address at all: RFC 7871 section 7.1.2. */
int option_read_subnet(struct settings *settings, const char *text,
                       struct output *message) {
  const char *const whole = strcmp(text, "0") == 0 ? "0.0.0.0/0" : text;
  const size_t length = strcspn(whole, "/");
  uint32_t bits;
  if (read_address(settings, whole, length, &bits))
    return complain(message,
                    " is no network like 192.0.2.0/24, 2001:db8::/56 "
                    "or 0");
  uint32_t prefix = bits;
  if (whole[length] &&
      (number_read(&prefix, whole + length + 1, strlen(whole + length + 1)) ||
       prefix > bits)) {
    output_format(message, " has no prefix from 0 to %u", bits);
    return STUBDNS_EINVALID;
  }
  cut_address(settings->subnet_address, bits / 8, prefix);
  settings->subnet_prefix = (uint8_t)prefix;
  settings->edns = 1;
  return 0;
}

int option_read_expect(struct settings *settings, const char *text,
                       struct output *message) {
  if (expect_check(text))
    return complain(message,
                    " is nothing to expect: write \"A 192.0.2.1\", "
                    "rcode=NXDOMAIN, ttl<=300, count=2 or flag=ad");
  if (settings->expectation_count == EXPECTATIONS_MAX)
    return complain(message, " is one too many, after 16");
  settings->expectations[settings->expectation_count++] = text;
  return 0;
}
