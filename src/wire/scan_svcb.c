/* The parameters of SVCB and HTTPS records, RFC 9460 section 2.1 and appendix
 * A: in any order in text, by rising key on the wire. */
#include "wire/scan.h"

#include "wire/text.h"

typedef struct stubdns__scanner scanner_t;
typedef struct stubdns__word word_t;

/* One parameter: "key" or "key=value"; the value without quotation marks. */
struct param {
  uint16_t key;
  int is_opaque; /* written keyNNN: the value is the octets themselves */
  word_t value;
};

static void fail(scanner_t *scanner, const word_t *word) {
  stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset);
}

/* What stands from `start` of the word on, to its end or `length` characters of
 * it. */
static word_t part(const word_t *word, size_t start, size_t length) {
  return (word_t){.text = word->text + start,
                  .length = length,
                  .offset = word->offset + start};
}

#define INVALID_KEY 65535

/* Reads NNN of "keyNNN". */
static uint16_t generic_key(scanner_t *scanner, const word_t *name) {
  const word_t number = part(name, 3, name->length - 3);
  if (number.length > 1 && number.text[0] == '0') fail(scanner, name);
  return (uint16_t)stubdns__word_number(scanner, &number, INVALID_KEY - 1);
}

static uint16_t read_key(scanner_t *scanner, const word_t *name) {
  for (uint16_t key = 0; key <= STUBDNS__SVC_KEY_MAX; key++)
    if (stubdns__word_is(name, stubdns__svc_key_mnemonic(key))) return key;
  const word_t prefix = part(name, 0, name->length > 3 ? 3 : 0);
  if (stubdns__word_is(&prefix, "key")) return generic_key(scanner, name);
  fail(scanner, name);
  return 0;
}

/* Takes off quotation marks, which must then be around all of it. */
static word_t unquote(scanner_t *scanner, const word_t *value) {
  if (value->length == 0 || value->text[0] != '"') {
    if (memchr(value->text, '"', value->length) && value->has_quote)
      fail(scanner, value);
    return *value;
  }
  size_t end = 1;
  while (end < value->length && value->text[end] != '"')
    end += value->text[end] == '\\' ? 2 : 1;
  if (end + 1 != value->length) fail(scanner, value);
  return part(value, 1, value->length - 2);
}

static int next_param(scanner_t *scanner, struct param *param) {
  word_t word;
  if (!stubdns__scan_word(scanner, &word)) return 0;
  if (word.is_quoted) fail(scanner, &word);
  const char *equals = memchr(word.text, '=', word.length);
  const size_t name_length =
      equals ? (size_t)(equals - word.text) : word.length;
  const word_t name = part(&word, 0, name_length);
  param->key = read_key(scanner, &name);
  param->is_opaque = name_length > 3 && (name.text[0] | 0x20) == 'k';
  param->value = part(&word, word.length, 0);
  if (equals) {
    word_t value = part(&word, name_length + 1, word.length - name_length - 1);
    value.has_quote = word.has_quote;
    param->value = unquote(scanner, &value);
  }
  return !scanner->error;
}

/* The item of a list with commas at `*position`, which goes behind it; returns
 * 0 behind the last one.  For items without escapes, in a list that is not
 * empty. */
static int next_item(const word_t *value, size_t *position, word_t *item) {
  if (*position > value->length) return 0;
  const char *text = value->text + *position;
  const size_t left = value->length - *position;
  const char *comma = memchr(text, ',', left);
  *item = part(value, *position, comma ? (size_t)(comma - text) : left);
  *position += item->length + 1;
  return 1;
}

static void put_mandatory(scanner_t *scanner, const word_t *value) {
  uint8_t keys[65536 / 8] = {0};
  size_t position = 0;
  word_t item;
  while (next_item(value, &position, &item) && !scanner->error) {
    const uint16_t key = read_key(scanner, &item);
    const uint8_t bit = (uint8_t)(1u << key % 8);
    if (keys[key / 8] & bit) fail(scanner, &item);
    keys[key / 8] |= bit;
  }
  for (unsigned key = 0; key < INVALID_KEY; key++)
    if (keys[key / 8] >> key % 8 & 1)
      stubdns__writer_u16(&scanner->writer, (uint16_t)key);
}

/* Closes the item of a list that began at `start` with its length octet. */
static void close_item(scanner_t *scanner, const word_t *value, size_t start) {
  const size_t length = scanner->writer.length - start - 1;
  if (length == 0 || length > UINT8_MAX) fail(scanner, value);
  stubdns__patch_u8(&scanner->writer, start, length);
}

/* Escapes are undone twice, appendix A.1: those of a character-string, then
 * those of a list, where a backslash takes the meaning from a comma. */
static void put_alpn(scanner_t *scanner, const word_t *value) {
  struct stubdns__writer *writer = &scanner->writer;
  size_t position = 0;
  size_t start = writer->length;
  uint8_t octet;
  stubdns__writer_u8(writer, 0);
  while (stubdns__word_octet(scanner, value, &position, &octet)) {
    if (octet == ',') {
      close_item(scanner, value, start);
      start = writer->length;
      octet = 0; /* the next length */
    } else if (octet == '\\' &&
               !stubdns__word_octet(scanner, value, &position, &octet)) {
      stubdns__scan_fail(scanner, STUBDNS_EBADESCAPE, value->offset);
    }
    stubdns__writer_u8(writer, octet);
  }
  close_item(scanner, value, start);
}

static void put_port(scanner_t *scanner, const word_t *value) {
  stubdns__writer_u16(&scanner->writer, (uint16_t)stubdns__word_number(
                                            scanner, value, UINT16_MAX));
}

typedef int read_address(const char *text, size_t length, uint8_t *address);

static void put_hints(scanner_t *scanner, const word_t *value,
                      read_address *read, size_t address_length) {
  size_t position = 0;
  word_t item;
  uint8_t address[16];
  while (next_item(value, &position, &item) && !scanner->error) {
    if (read(item.text, item.length, address))
      stubdns__writer_octets(&scanner->writer, address, address_length);
    else
      stubdns__scan_fail(scanner, STUBDNS_EBADADDRESS, item.offset);
  }
}

static void put_ipv4_hints(scanner_t *scanner, const word_t *value) {
  put_hints(scanner, value, stubdns__read_ipv4, 4);
}

static void put_ipv6_hints(scanner_t *scanner, const word_t *value) {
  put_hints(scanner, value, stubdns__read_ipv6, 16);
}

typedef void put_function(scanner_t *scanner, const word_t *value);

static put_function *const functions[] = {
    put_mandatory,  put_alpn,       stubdns__word_octets, /* no-default-alpn */
    put_port,       put_ipv4_hints, stubdns__word_base64, /* ech */
    put_ipv6_hints,
};
#define FUNCTIONS (sizeof functions / sizeof functions[0])

static void put_param(scanner_t *scanner, const struct param *param) {
  struct stubdns__writer *writer = &scanner->writer;
  stubdns__writer_u16(writer, param->key);
  const size_t start = writer->length;
  stubdns__writer_u16(writer, 0);
  const int is_plain = param->is_opaque || param->key >= FUNCTIONS;
  if (param->value.length || param->key == 3)
    (is_plain ? stubdns__word_octets : functions[param->key])(scanner,
                                                              &param->value);
  const size_t length = writer->length - start - 2;
  if (length > UINT16_MAX) fail(scanner, &param->value);
  stubdns__patch_u16(writer, start, length);
}

/* Whether the keys rise; the walk leaves `scanner` at the line's end. */
static int is_sorted(scanner_t *scanner) {
  struct param param;
  int last = -1;
  int sorted = 1;
  for (; next_param(scanner, &param); last = param.key)
    if (param.key <= last) sorted = 0;
  return sorted;
}

/* Finds the parameter of the lowest key above `last`, which must be there once;
 * returns 0 where there is none. */
static int find_next(scanner_t scanner, int last, struct param *found,
                     int *is_doubled) {
  struct param param;
  int lowest = INVALID_KEY;
  *is_doubled = 0;
  while (next_param(&scanner, &param)) {
    if (param.key <= last || param.key > lowest) continue;
    *is_doubled = param.key == lowest;
    lowest = param.key;
    *found = param;
  }
  return lowest < INVALID_KEY;
}

/* One walk over the text for each parameter: what is out of order was written
 * by hand, and is short. */
static void put_in_order(scanner_t *scanner) {
  const scanner_t start = *scanner;
  struct param param;
  int is_doubled;
  int last = -1;
  while (find_next(start, last, &param, &is_doubled) && !scanner->error) {
    if (is_doubled) fail(scanner, &param.value);
    put_param(scanner, &param);
    last = param.key;
  }
}

void stubdns__scan_svc_params(scanner_t *scanner) {
  scanner_t end = *scanner;
  struct param param;
  if (!is_sorted(&end) && !end.error) {
    put_in_order(scanner);
    if (scanner->error) return;
    scanner->offset = end.offset;
    scanner->depth = end.depth;
  } else {
    while (next_param(scanner, &param))
      put_param(scanner, &param);
  }
}
