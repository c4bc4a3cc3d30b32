/* One field of RDATA from its words, by its kind. */
#include "wire/scan.h"

#include "stubdns/message.h"
#include "wire/text.h"

typedef struct stubdns__scanner scanner_t;
typedef struct stubdns__word word_t;

static void fail(scanner_t *scanner, const word_t *word) {
  stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset);
}

static void scan_names(scanner_t *scanner) {
  while (stubdns__scan_more(scanner))
    stubdns__scan_name(scanner);
}

static void scan_u8(scanner_t *scanner) {
  stubdns__writer_u8(&scanner->writer,
                     (uint8_t)stubdns__scan_number(scanner, UINT8_MAX));
}

static void scan_u16(scanner_t *scanner) {
  stubdns__writer_u16(&scanner->writer,
                      (uint16_t)stubdns__scan_number(scanner, UINT16_MAX));
}

static void scan_u32(scanner_t *scanner) {
  stubdns__writer_u32(&scanner->writer,
                      (uint32_t)stubdns__scan_number(scanner, UINT32_MAX));
}

static void scan_u48(scanner_t *scanner) {
  const uint64_t number =
      stubdns__scan_number(scanner, ((uint64_t)1 << 48) - 1);
  stubdns__writer_u16(&scanner->writer, (uint16_t)(number >> 32));
  stubdns__writer_u32(&scanner->writer, (uint32_t)number);
}

/* Four groups of hex digits: half an IPv6 address, RFC 6742 section 2.1.2. */
static void scan_u64(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  static const char rest[] = ":0:0:0:0"; /* its NUL ends the text */
  char text[64];
  uint8_t address[16] = {0};
  if (word.length > sizeof text - sizeof rest) {
    fail(scanner, &word);
    return;
  }
  memcpy(text, word.text, word.length);
  memcpy(text + word.length, rest, sizeof rest);
  if (word.is_quoted || !stubdns__read_ipv6(text, word.length + 8, address) ||
      strstr(text, "::"))
    fail(scanner, &word);
  stubdns__writer_octets(&scanner->writer, address, 8);
}

static void scan_duration(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  uint32_t seconds = 0;
  if (!stubdns__word_duration(&word, &seconds)) fail(scanner, &word);
  stubdns__writer_u32(&scanner->writer, seconds);
}

static void scan_time(scanner_t *scanner) {
  stubdns__writer_u32(&scanner->writer, stubdns__scan_time(scanner));
}

static int is_decimal(const word_t *word) {
  return word->length && word->text[0] >= '0' && word->text[0] <= '9';
}

static void scan_type(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  const uint16_t type =
      is_decimal(&word)
          ? (uint16_t)stubdns__word_number(scanner, &word, UINT16_MAX)
          : stubdns__word_type(scanner, &word);
  stubdns__writer_u16(&scanner->writer, type);
}

/* A number, or one of the mnemonics that `mnemonic_of` gives up to `max`. */
static uint16_t scan_mnemonic(scanner_t *scanner, uint16_t max,
                              const char *(*mnemonic_of)(uint16_t number)) {
  const word_t word = stubdns__scan_need(scanner);
  if (is_decimal(&word))
    return (uint16_t)stubdns__word_number(scanner, &word, max);
  for (uint16_t number = 0; number <= UINT8_MAX; number++) {
    const char *mnemonic = mnemonic_of(number);
    if (mnemonic && stubdns__word_is(&word, mnemonic)) return number;
  }
  fail(scanner, &word);
  return 0;
}

static const char *algorithm_of(uint16_t number) {
  return stubdns__algorithm_mnemonic((uint8_t)number);
}

static const char *scheme_of(uint16_t number) {
  return number == 1 ? "NOTIFY" : NULL;
}

static void scan_algorithm(scanner_t *scanner) {
  stubdns__writer_u8(&scanner->writer,
                     (uint8_t)scan_mnemonic(scanner, UINT8_MAX, algorithm_of));
}

static void scan_scheme(scanner_t *scanner) {
  stubdns__writer_u8(&scanner->writer,
                     (uint8_t)scan_mnemonic(scanner, UINT8_MAX, scheme_of));
}

static void scan_certificate_type(scanner_t *scanner) {
  stubdns__writer_u16(
      &scanner->writer,
      scan_mnemonic(scanner, UINT16_MAX, stubdns__certificate_mnemonic));
}

static void scan_tsig_error(scanner_t *scanner) {
  stubdns__writer_u16(
      &scanner->writer,
      scan_mnemonic(scanner, UINT16_MAX, stubdns__tsig_error_mnemonic));
}

static void scan_ipv4(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  uint8_t address[4] = {0};
  if (!stubdns__read_ipv4(word.text, word.length, address))
    stubdns__scan_fail(scanner, STUBDNS_EBADADDRESS, word.offset);
  stubdns__writer_octets(&scanner->writer, address, sizeof address);
}

static void scan_ipv6(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  uint8_t address[16] = {0};
  if (!stubdns__read_ipv6(word.text, word.length, address))
    stubdns__scan_fail(scanner, STUBDNS_EBADADDRESS, word.offset);
  stubdns__writer_octets(&scanner->writer, address, sizeof address);
}

static void scan_string(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  stubdns__word_string(scanner, &word);
}

static void scan_optional_string(scanner_t *scanner) {
  if (stubdns__scan_more(scanner)) scan_string(scanner);
}

static void scan_strings(scanner_t *scanner) {
  do {
    scan_string(scanner);
  } while (stubdns__scan_more(scanner));
}

/* All the rest of a RDATA as one word. */
static void scan_text(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  stubdns__word_octets(scanner, &word);
}

static void scan_hex_string(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  struct stubdns__writer *writer = &scanner->writer;
  const size_t start = writer->length;
  stubdns__writer_u8(writer, 0);
  if (stubdns__word_is(&word, "-")) return;
  stubdns__word_hex(scanner, &word);
  if (writer->length - start - 1 > UINT8_MAX) fail(scanner, &word);
  stubdns__patch_u8(writer, start, writer->length - start - 1);
}

static void scan_base32hex_string(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  struct stubdns__writer *writer = &scanner->writer;
  const size_t start = writer->length;
  stubdns__writer_u8(writer, 0);
  stubdns__word_base32hex(scanner, &word);
  if (writer->length - start - 1 > UINT8_MAX) fail(scanner, &word);
  stubdns__patch_u8(writer, start, writer->length - start - 1);
}

/* Pairs of hex digits with any number of `divider` between. */
static void word_divided_hex(scanner_t *scanner, const word_t *word,
                             size_t start, char divider) {
  size_t position = start;
  while (position < word->length) {
    if (word->text[position] == divider && position > start) {
      position++;
      continue;
    }
    const unsigned high = stubdns__hex_value(word->text[position]);
    const unsigned low = position + 1 < word->length
                             ? stubdns__hex_value(word->text[position + 1])
                             : 16;
    if (high > 15 || low > 15) {
      stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset + position);
      return;
    }
    stubdns__writer_u8(&scanner->writer, (uint8_t)(high << 4 | low));
    position += 2;
  }
}

/* RFC 1706 section 7: "0x", and dots where one likes. */
static void scan_prefixed_hex(scanner_t *scanner) {
  const word_t word = stubdns__scan_need(scanner);
  if (word.length < 3 || word.is_quoted || word.text[0] != '0' ||
      (word.text[1] | 0x20) != 'x')
    fail(scanner, &word);
  else
    word_divided_hex(scanner, &word, 2, '.');
}

static void scan_eui(scanner_t *scanner, size_t count) {
  const word_t word = stubdns__scan_need(scanner);
  if (word.length != count * 3 - 1 || word.is_quoted) {
    fail(scanner, &word);
    return;
  }
  for (size_t i = 2; i < word.length; i += 3)
    if (word.text[i] != '-')
      stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word.offset + i);
  word_divided_hex(scanner, &word, 0, '-');
}

static void scan_eui48(scanner_t *scanner) {
  scan_eui(scanner, 6);
}

static void scan_eui64(scanner_t *scanner) {
  scan_eui(scanner, 8);
}

static void scan_base64_or_dash(scanner_t *scanner) {
  struct stubdns__scanner ahead = *scanner;
  const word_t word = stubdns__scan_need(&ahead);
  if (stubdns__word_is(&word, "-"))
    *scanner = ahead;
  else
    stubdns__scan_base64(scanner);
}

static void scan_base64_sized(scanner_t *scanner) {
  const uint16_t length = (uint16_t)stubdns__scan_number(scanner, UINT16_MAX);
  stubdns__writer_u16(&scanner->writer, length);
  stubdns__scan_base64_sized(scanner, length);
}

static void scan_gateway_type(scanner_t *scanner) {
  scanner->gateway_type = (uint8_t)stubdns__scan_number(scanner, 3);
  stubdns__writer_u8(&scanner->writer, scanner->gateway_type);
}

/* RFC 8777 section 4.3: the D flag, then the type. */
static void scan_relay_type(scanner_t *scanner) {
  const uint64_t flag = stubdns__scan_number(scanner, 1);
  scanner->gateway_type = (uint8_t)stubdns__scan_number(scanner, 3);
  stubdns__writer_u8(&scanner->writer,
                     (uint8_t)(flag << 7 | scanner->gateway_type));
}

/* EDNS options have no presentation format. */
static void scan_options(scanner_t *scanner) {
  stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, scanner->offset);
}

typedef void scan_function(scanner_t *scanner);

static scan_function *const functions[] = {
    [STUBDNS_FIELD_NAME_COMPRESSIBLE] = stubdns__scan_name,
    [STUBDNS_FIELD_NAME] = stubdns__scan_name,
    [STUBDNS_FIELD_NAME_PLAIN] = stubdns__scan_name,
    [STUBDNS_FIELD_NAMES] = scan_names,
    [STUBDNS_FIELD_U8] = scan_u8,
    [STUBDNS_FIELD_U16] = scan_u16,
    [STUBDNS_FIELD_U32] = scan_u32,
    [STUBDNS_FIELD_U48] = scan_u48,
    [STUBDNS_FIELD_U64] = scan_u64,
    [STUBDNS_FIELD_DURATION] = scan_duration,
    [STUBDNS_FIELD_TIME] = scan_time,
    [STUBDNS_FIELD_TYPE] = scan_type,
    [STUBDNS_FIELD_ALGORITHM] = scan_algorithm,
    [STUBDNS_FIELD_CERT_TYPE] = scan_certificate_type,
    [STUBDNS_FIELD_CERT_ALGORITHM] = scan_algorithm,
    [STUBDNS_FIELD_RCODE] = scan_tsig_error,
    [STUBDNS_FIELD_SCHEME] = scan_scheme,
    [STUBDNS_FIELD_IPV4] = scan_ipv4,
    [STUBDNS_FIELD_IPV6] = scan_ipv6,
    [STUBDNS_FIELD_STRING] = scan_string,
    [STUBDNS_FIELD_STRING_OPTIONAL] = scan_optional_string,
    [STUBDNS_FIELD_STRINGS] = scan_strings,
    [STUBDNS_FIELD_TAG] = scan_string,
    [STUBDNS_FIELD_TEXT] = scan_text,
    [STUBDNS_FIELD_TEXT_NOT_EMPTY] = scan_text,
    [STUBDNS_FIELD_HEX] = stubdns__scan_hex,
    [STUBDNS_FIELD_HEX_NOT_EMPTY] = stubdns__scan_hex,
    [STUBDNS_FIELD_HEX_STRING] = scan_hex_string,
    [STUBDNS_FIELD_HEX_PREFIXED] = scan_prefixed_hex,
    [STUBDNS_FIELD_BASE64] = stubdns__scan_base64,
    [STUBDNS_FIELD_BASE64_NOT_EMPTY] = stubdns__scan_base64,
    [STUBDNS_FIELD_BASE64_OR_DASH] = scan_base64_or_dash,
    [STUBDNS_FIELD_BASE64_SIZED] = scan_base64_sized,
    [STUBDNS_FIELD_BASE32HEX_STRING] = scan_base32hex_string,
    [STUBDNS_FIELD_EUI48] = scan_eui48,
    [STUBDNS_FIELD_EUI64] = scan_eui64,
    [STUBDNS_FIELD_TYPE_BITMAP] = stubdns__scan_type_bitmap,
    [STUBDNS_FIELD_TYPE_BITMAP_OLD] = stubdns__scan_old_type_bitmap,
    [STUBDNS_FIELD_SERVICES] = stubdns__scan_services,
    [STUBDNS_FIELD_LOCATION] = stubdns__scan_location,
    [STUBDNS_FIELD_PREFIXES] = stubdns__scan_prefixes,
    [STUBDNS_FIELD_GATEWAY_TYPE] = scan_gateway_type,
    [STUBDNS_FIELD_GATEWAY] = stubdns__scan_gateway,
    [STUBDNS_FIELD_RELAY_TYPE] = scan_relay_type,
    [STUBDNS_FIELD_HOST_IDENTITY] = stubdns__scan_host_identity,
    [STUBDNS_FIELD_ATM_ADDRESS] = stubdns__scan_atm_address,
    [STUBDNS_FIELD_A6_ADDRESS] = stubdns__scan_a6,
    [STUBDNS_FIELD_SVC_PARAMS] = stubdns__scan_svc_params,
    [STUBDNS_FIELD_OPTIONS] = scan_options,
};

void stubdns__scan_field(scanner_t *scanner, uint8_t kind) {
  functions[kind](scanner);
}
