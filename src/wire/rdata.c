/* RDATA field by field.  What is fixed in size is stepped over, what has a
 * length of its own is narrowed, and whatever a type's RFC forbids about the
 * octets inside fails here. */
#include "wire/rdata.h"

#include <stdint.h>

typedef struct stubdns__cursor cursor_t;

static void fail(cursor_t *cursor) {
  stubdns__cursor_fail(cursor, STUBDNS_EBADRDATA);
}

static void skip_rest(cursor_t *cursor) {
  stubdns__cursor_take(cursor, stubdns__cursor_left(cursor));
}

static void skip_rest_not_empty(cursor_t *cursor) {
  if (stubdns__cursor_left(cursor) == 0)
    stubdns__cursor_fail(cursor, STUBDNS_ESHORT);
  skip_rest(cursor);
}

/* One length octet and that many octets, RFC 1035 section 3.3. */
static void skip_string(cursor_t *cursor) {
  stubdns__cursor_take(cursor, stubdns__cursor_u8(cursor));
}

static void skip_string_not_empty(cursor_t *cursor) {
  const uint8_t length = stubdns__cursor_u8(cursor);
  if (length == 0) fail(cursor);
  stubdns__cursor_take(cursor, length);
}

static void skip_strings(cursor_t *cursor) {
  do {
    skip_string(cursor);
  } while (stubdns__cursor_left(cursor));
}

static int is_letter_or_digit(uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

/* RFC 8659 section 4.1: letters and digits, at least one. */
static void skip_tag(cursor_t *cursor) {
  const uint8_t length = stubdns__cursor_u8(cursor);
  if (length == 0) fail(cursor);
  const uint8_t *octets = stubdns__cursor_take(cursor, length);
  for (uint8_t i = 0; octets && i < length; i++)
    if (!is_letter_or_digit(octets[i])) fail(cursor);
}

/* RFC 4034 section 4.1.2: windows in order, each of 1 to 32 octets.  A final
 * zero octet should have been omitted; real servers send it. */
static void skip_type_bitmap(cursor_t *cursor) {
  int last = -1;
  while (stubdns__cursor_left(cursor)) {
    const uint8_t window = stubdns__cursor_u8(cursor);
    const uint8_t length = stubdns__cursor_u8(cursor);
    if (window <= last || length == 0 || length > 32) fail(cursor);
    stubdns__cursor_take(cursor, length);
    last = window;
  }
}

/* RFC 2535 section 5.2: types 0 to 127, bit 0 clear, no zero octet at the end
 * and so never without a type. */
static void skip_old_type_bitmap(cursor_t *cursor) {
  const size_t length = stubdns__cursor_left(cursor);
  const uint8_t *octets = stubdns__cursor_step(cursor, length);
  if (length == 0 || length > 16 || (octets[0] & 0x80) ||
      octets[length - 1] == 0)
    fail(cursor);
}

/* RFC 1035 section 3.4.2: a protocol and a bit for each of its 65536 ports. */
static void skip_services(cursor_t *cursor) {
  stubdns__cursor_u8(cursor);
  if (stubdns__cursor_left(cursor) > 65536 / 8) fail(cursor);
  skip_rest(cursor);
}

/* RFC 1876 section 2: size and precisions have a digit each for base and
 * power; other versions than 0 are of unknown form. */
static void skip_location(cursor_t *cursor) {
  const size_t length = stubdns__cursor_left(cursor);
  if (stubdns__cursor_u8(cursor) != 0) {
    skip_rest(cursor);
    return;
  }
  if (length != 16) fail(cursor);
  for (int i = 0; i < 3; i++) {
    const uint8_t size = stubdns__cursor_u8(cursor);
    if (size >> 4 > 9 || (size & 0xf) > 9) fail(cursor);
  }
  skip_rest(cursor);
}

/* RFC 3123 section 4: no more octets than the family has, none of them a
 * trailing zero. */
static void skip_prefix(cursor_t *cursor) {
  const uint16_t family = stubdns__cursor_u16(cursor);
  const uint8_t bits = stubdns__cursor_u8(cursor);
  const uint8_t length = stubdns__cursor_u8(cursor) & 0x7f;
  const uint8_t *octets = stubdns__cursor_take(cursor, length);
  if (family == 1 && (bits > 32 || length > 4)) fail(cursor);
  if (family == 2 && (bits > 128 || length > 16)) fail(cursor);
  if (octets && length && octets[length - 1] == 0) fail(cursor);
}

static void skip_prefixes(cursor_t *cursor) {
  while (stubdns__cursor_left(cursor))
    skip_prefix(cursor);
}

/* A format octet and an address, in format 1 of decimal digits (E.164). */
static void skip_atm_address(cursor_t *cursor) {
  const int is_e164 = stubdns__cursor_u8(cursor) == 1;
  const size_t length = stubdns__cursor_left(cursor);
  const uint8_t *octets = stubdns__cursor_step(cursor, length);
  if (length == 0) stubdns__cursor_fail(cursor, STUBDNS_ESHORT);
  for (size_t i = 0; is_e164 && i < length; i++)
    if (octets[i] < '0' || octets[i] > '9') fail(cursor);
}

static void skip_names(struct stubdns__reader *reader) {
  while (stubdns__cursor_left(&reader->cursor))
    if (reader->places)
      stubdns__reader_short_name(reader);
    else
      stubdns__reader_name(reader);
}

/* The type octet of a gateway or relay is the second of the RDATA, and has been
 * stepped over: RFC 4025 section 2.1, RFC 8777 section 4.1. */
static void skip_gateway(struct stubdns__reader *reader, size_t rdata_offset) {
  struct stubdns__cursor type = reader->cursor;
  stubdns__cursor_seek(&type, rdata_offset + 1);
  switch (stubdns__cursor_u8(&type) & 0x7f) {
  case 1:
    stubdns__cursor_take(&reader->cursor, 4);
    break;
  case 2:
    stubdns__cursor_take(&reader->cursor, 16);
    break;
  case 3:
    stubdns__reader_plain_name(reader);
    break;
  default: /* 0: there is none */
    break;
  }
}

static void skip_gateway_type(cursor_t *cursor, uint8_t mask) {
  if ((stubdns__cursor_u8(cursor) & mask) > 3) fail(cursor);
}

/* RFC 8005 section 5. */
static void skip_host_identity(cursor_t *cursor) {
  const uint8_t hit_length = stubdns__cursor_u8(cursor);
  stubdns__cursor_u8(cursor);
  const uint16_t key_length = stubdns__cursor_u16(cursor);
  if (hit_length == 0 || key_length == 0) fail(cursor);
  stubdns__cursor_take(cursor, hit_length);
  stubdns__cursor_take(cursor, key_length);
}

/* RFC 2874 section 3.1: the suffix has the bits behind the prefix, and there is
 * a name unless the prefix is empty. */
static void skip_a6(struct stubdns__reader *reader) {
  const uint8_t prefix_bits = stubdns__cursor_u8(&reader->cursor);
  if (prefix_bits > 128) {
    fail(&reader->cursor);
    return;
  }
  stubdns__cursor_take(&reader->cursor, (128u - prefix_bits + 7) / 8);
  if (prefix_bits > 0) stubdns__reader_name(reader);
}

__attribute__((noinline)) static void skip_variable(cursor_t *cursor,
                                                    uint8_t kind) {
  switch (kind) {
  case STUBDNS_FIELD_STRING:
  case STUBDNS_FIELD_HEX_STRING:
    skip_string(cursor);
    break;
  case STUBDNS_FIELD_STRING_OPTIONAL:
    if (stubdns__cursor_left(cursor)) skip_string(cursor);
    break;
  case STUBDNS_FIELD_TAG:
    skip_tag(cursor);
    break;
  case STUBDNS_FIELD_BASE64_SIZED:
    stubdns__cursor_take(cursor, stubdns__cursor_u16(cursor));
    break;
  case STUBDNS_FIELD_BASE32HEX_STRING:
    skip_string_not_empty(cursor);
    break;
  case STUBDNS_FIELD_HOST_IDENTITY:
    skip_host_identity(cursor);
    break;
  case STUBDNS_FIELD_GATEWAY_TYPE:
    skip_gateway_type(cursor, 0xff);
    break;
  default: /* RELAY_TYPE */
    skip_gateway_type(cursor, 0x7f);
    break;
  }
}

__attribute__((noinline)) static void skip_to_end(cursor_t *cursor,
                                                  uint8_t kind) {
  switch (kind) {
  case STUBDNS_FIELD_TEXT_NOT_EMPTY:
  case STUBDNS_FIELD_HEX_NOT_EMPTY:
  case STUBDNS_FIELD_HEX_PREFIXED:
  case STUBDNS_FIELD_BASE64_NOT_EMPTY:
    skip_rest_not_empty(cursor);
    break;
  case STUBDNS_FIELD_STRINGS:
    skip_strings(cursor);
    break;
  case STUBDNS_FIELD_TYPE_BITMAP:
    skip_type_bitmap(cursor);
    break;
  case STUBDNS_FIELD_TYPE_BITMAP_OLD:
    skip_old_type_bitmap(cursor);
    break;
  case STUBDNS_FIELD_SERVICES:
    skip_services(cursor);
    break;
  case STUBDNS_FIELD_LOCATION:
    skip_location(cursor);
    break;
  case STUBDNS_FIELD_PREFIXES:
    skip_prefixes(cursor);
    break;
  case STUBDNS_FIELD_ATM_ADDRESS:
    skip_atm_address(cursor);
    break;
  default: /* TEXT, HEX, BASE64, BASE64_OR_DASH */
    skip_rest(cursor);
    break;
  }
}

#define NAME STUBDNS__WAY_NAME
#define PLAIN_NAME STUBDNS__WAY_PLAIN_NAME
#define OTHER_NAMES STUBDNS__WAY_OTHER_NAMES
#define VARIABLE STUBDNS__WAY_VARIABLE
#define TO_END STUBDNS__WAY_TO_END
#define SVC_PARAMS STUBDNS__WAY_SVC_PARAMS
#define OPTIONS STUBDNS__WAY_OPTIONS

const uint8_t stubdns__field_ways[] = {
    [STUBDNS_FIELD_NAME_COMPRESSIBLE] = NAME,
    [STUBDNS_FIELD_NAME] = NAME,
    [STUBDNS_FIELD_NAME_PLAIN] = PLAIN_NAME,
    [STUBDNS_FIELD_NAMES] = OTHER_NAMES,
    [STUBDNS_FIELD_U8] = 1,
    [STUBDNS_FIELD_U16] = 2,
    [STUBDNS_FIELD_U32] = 4,
    [STUBDNS_FIELD_U48] = 6,
    [STUBDNS_FIELD_U64] = 8,
    [STUBDNS_FIELD_DURATION] = 4,
    [STUBDNS_FIELD_TIME] = 4,
    [STUBDNS_FIELD_TYPE] = 2,
    [STUBDNS_FIELD_ALGORITHM] = 1,
    [STUBDNS_FIELD_CERT_TYPE] = 2,
    [STUBDNS_FIELD_CERT_ALGORITHM] = 1,
    [STUBDNS_FIELD_RCODE] = 2,
    [STUBDNS_FIELD_SCHEME] = 1,
    [STUBDNS_FIELD_IPV4] = 4,
    [STUBDNS_FIELD_IPV6] = 16,
    [STUBDNS_FIELD_EUI48] = 6,
    [STUBDNS_FIELD_EUI64] = 8,
    [STUBDNS_FIELD_STRING] = VARIABLE,
    [STUBDNS_FIELD_STRING_OPTIONAL] = VARIABLE,
    [STUBDNS_FIELD_STRINGS] = TO_END,
    [STUBDNS_FIELD_TAG] = VARIABLE,
    [STUBDNS_FIELD_HEX_STRING] = VARIABLE,
    [STUBDNS_FIELD_BASE64_SIZED] = VARIABLE,
    [STUBDNS_FIELD_BASE32HEX_STRING] = VARIABLE,
    [STUBDNS_FIELD_HOST_IDENTITY] = VARIABLE,
    [STUBDNS_FIELD_GATEWAY_TYPE] = VARIABLE,
    [STUBDNS_FIELD_RELAY_TYPE] = VARIABLE,
    [STUBDNS_FIELD_TEXT] = TO_END,
    [STUBDNS_FIELD_TEXT_NOT_EMPTY] = TO_END,
    [STUBDNS_FIELD_HEX] = TO_END,
    [STUBDNS_FIELD_HEX_NOT_EMPTY] = TO_END,
    [STUBDNS_FIELD_HEX_PREFIXED] = TO_END,
    [STUBDNS_FIELD_BASE64] = TO_END,
    [STUBDNS_FIELD_BASE64_NOT_EMPTY] = TO_END,
    [STUBDNS_FIELD_BASE64_OR_DASH] = TO_END,
    [STUBDNS_FIELD_TYPE_BITMAP] = TO_END,
    [STUBDNS_FIELD_TYPE_BITMAP_OLD] = TO_END,
    [STUBDNS_FIELD_SERVICES] = TO_END,
    [STUBDNS_FIELD_LOCATION] = TO_END,
    [STUBDNS_FIELD_PREFIXES] = TO_END,
    [STUBDNS_FIELD_ATM_ADDRESS] = TO_END,
    [STUBDNS_FIELD_GATEWAY] = OTHER_NAMES,
    [STUBDNS_FIELD_A6_ADDRESS] = OTHER_NAMES,
    [STUBDNS_FIELD_SVC_PARAMS] = SVC_PARAMS,
    [STUBDNS_FIELD_OPTIONS] = OPTIONS,
};

__attribute__((noinline)) static void
skip_other_names(struct stubdns__reader *reader, uint8_t kind,
                 size_t rdata_offset) {
  if (kind == STUBDNS_FIELD_NAMES)
    skip_names(reader);
  else if (kind == STUBDNS_FIELD_GATEWAY)
    skip_gateway(reader, rdata_offset);
  else
    skip_a6(reader);
}

static inline __attribute__((always_inline)) void
skip_field(struct stubdns__reader *reader, uint8_t kind, size_t rdata_offset) {
  const uint8_t way = stubdns__field_ways[kind];
  switch (way) {
  case NAME:
    stubdns__reader_name(reader);
    break;
  case PLAIN_NAME:
    stubdns__reader_plain_name(reader);
    break;
  case OTHER_NAMES:
    skip_other_names(reader, kind, rdata_offset);
    break;
  case VARIABLE:
    skip_variable(&reader->cursor, kind);
    break;
  case TO_END:
    skip_to_end(&reader->cursor, kind);
    break;
  case SVC_PARAMS:
    stubdns__check_svc_params(reader);
    break;
  case OPTIONS:
    stubdns__check_options(reader);
    break;
  default:
    stubdns__cursor_take(&reader->cursor, way);
    break;
  }
}

void stubdns__rdata_skip_field(struct stubdns__reader *reader, uint8_t kind,
                               size_t rdata_offset) {
  skip_field(reader, kind, rdata_offset);
}

void stubdns__rdata_check(struct stubdns__reader *reader,
                          const struct stubdns__type *form) {
  struct stubdns__cursor *cursor = &reader->cursor;
  const size_t rdata_offset = cursor->offset;
  const struct stubdns__field_form *field = form->fields;
  do {
    skip_field(reader, field->kind, rdata_offset);
    field++;
  } while (field->kind != STUBDNS_FIELD_END && !cursor->error);
  if (stubdns__cursor_left(cursor))
    stubdns__cursor_fail(cursor, STUBDNS_ERDATAEXTRA);
  if (cursor->error == STUBDNS_ESHORT) cursor->error = STUBDNS_ERDATAEND;
}

int stubdns__rdata_error_is_content(const struct stubdns__type *form,
                                    int error) {
  switch (error) {
  case STUBDNS_EBADLABEL:
  case STUBDNS_ENAMETOOLONG:
  case STUBDNS_EBADPOINTER:
  case STUBDNS_EPOINTERCHAIN:
    return 0;
  case STUBDNS_EBADOPTION:
  case STUBDNS_EBADTSIG:
    return 1;
  default:
    return form->rule & STUBDNS__RULE_CONTENT;
  }
}
