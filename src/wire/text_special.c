/* The fields with a syntax of their own: LOC (RFC 1876), APL (RFC 3123), the
 * gateways of IPSECKEY and AMTRELAY (RFC 4025, RFC 8777), HIP (RFC 8005), A6
 * (RFC 2874) and ATMA. */
#include "wire/text.h"

#include "wire/cursor.h"
#include "wire/name.h"
#include "wire/plain.h"

typedef struct stubdns__text text_t;
typedef stubdns_field_t field_t;

/* RFC 1876 section 2: thousandths of a second of arc around 2^31, and
 * centimeters above a base 100 000 m below the ground. */
#define ARC_ZERO 0x80000000u
#define LATITUDE_MAX (90u * 3600000)
#define LONGITUDE_MAX (180u * 3600000)
#define ALTITUDE_ZERO 10000000u

static uint32_t distance(uint32_t a, uint32_t b) {
  return a > b ? a - b : b - a;
}

static void put_arc(text_t *text, uint32_t arc, const char *directions) {
  const uint32_t size = distance(arc, ARC_ZERO);
  stubdns__text_number(text, size / 3600000);
  stubdns__text_char(text, ' ');
  stubdns__text_number(text, size / 60000 % 60);
  stubdns__text_char(text, ' ');
  stubdns__text_number(text, size / 1000 % 60);
  stubdns__text_char(text, '.');
  stubdns__text_digits(text, size % 1000, 3);
  stubdns__text_char(text, ' ');
  stubdns__text_char(text, directions[arc < ARC_ZERO]);
}

static void put_altitude(text_t *text, uint32_t altitude) {
  const uint32_t size = distance(altitude, ALTITUDE_ZERO);
  if (altitude < ALTITUDE_ZERO) stubdns__text_char(text, '-');
  stubdns__text_number(text, size / 100);
  stubdns__text_char(text, '.');
  stubdns__text_digits(text, size % 100, 2);
  stubdns__text_char(text, 'm');
}

/* A digit and a power of ten, in centimeters. */
static void put_precision(text_t *text, uint8_t precision) {
  uint64_t centimeters = precision >> 4;
  for (unsigned power = precision & 0xf; power; power--)
    centimeters *= 10;
  stubdns__text_number(text, centimeters / 100);
  if ((precision & 0xf) < 2) {
    stubdns__text_char(text, '.');
    stubdns__text_digits(text, centimeters % 100, 2);
  }
  stubdns__text_char(text, 'm');
}

void stubdns__text_location(text_t *text, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  put_arc(text, stubdns__load32(octets + 4), "NS");
  stubdns__text_char(text, ' ');
  put_arc(text, stubdns__load32(octets + 8), "EW");
  stubdns__text_char(text, ' ');
  put_altitude(text, stubdns__load32(octets + 12));
  for (int i = 1; i <= 3; i++) {
    stubdns__text_char(text, ' ');
    put_precision(text, octets[i]);
  }
}

/* Zero times a power of ten has no text but that of zero times one. */
static int precision_has_text(uint8_t precision) {
  return precision >> 4 || precision == 0;
}

static int location_has_text(const uint8_t *octets) {
  return octets[0] == 0 && precision_has_text(octets[1]) &&
         precision_has_text(octets[2]) && precision_has_text(octets[3]) &&
         distance(stubdns__load32(octets + 4), ARC_ZERO) <= LATITUDE_MAX &&
         distance(stubdns__load32(octets + 8), ARC_ZERO) <= LONGITUDE_MAX;
}

int stubdns__next_prefix(struct stubdns__cursor *cursor,
                         struct stubdns__prefix *prefix) {
  if (!stubdns__cursor_left(cursor)) return 0;
  *prefix = (struct stubdns__prefix){.family = stubdns__cursor_u16(cursor)};
  prefix->bits = stubdns__cursor_u8(cursor);
  const uint8_t octet = stubdns__cursor_u8(cursor);
  const size_t length = octet & 0x7f;
  const uint8_t *octets = stubdns__cursor_take(cursor, length);
  prefix->is_negated = octet >> 7;
  if (octets && length <= sizeof prefix->address)
    memcpy(prefix->address, octets, length);
  return 1;
}

static void put_prefix(text_t *text, const struct stubdns__prefix *prefix) {
  if (prefix->is_negated) stubdns__text_char(text, '!');
  stubdns__text_number(text, prefix->family);
  stubdns__text_char(text, ':');
  if (prefix->family == STUBDNS__FAMILY_IPV4)
    stubdns__text_ipv4(text, prefix->address);
  else
    stubdns__text_ipv6(text, prefix->address);
  stubdns__text_char(text, '/');
  stubdns__text_number(text, prefix->bits);
}

static struct stubdns__cursor inside(const field_t *field) {
  return stubdns__cursor_make(stubdns_field_octets(field), field->length);
}

void stubdns__text_prefixes(text_t *text, const field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  struct stubdns__prefix prefix;
  while (stubdns__next_prefix(&cursor, &prefix)) {
    put_prefix(text, &prefix);
    if (stubdns__cursor_left(&cursor)) stubdns__text_char(text, ' ');
  }
}

static int prefixes_have_text(const field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  struct stubdns__prefix prefix;
  while (stubdns__next_prefix(&cursor, &prefix))
    if (prefix.family != STUBDNS__FAMILY_IPV4 &&
        prefix.family != STUBDNS__FAMILY_IPV6)
      return 0;
  return 1;
}

static void put_name_at(text_t *text, const field_t *field, size_t offset) {
  stubdns_name_t name;
  stubdns__name_expand(&name, field->record->octets, field->record->length,
                       offset);
  stubdns__text_name(text, &name);
}

/* The type of a gateway is in the second octet of the RDATA. */
void stubdns__text_gateway(text_t *text, const field_t *field) {
  const stubdns_record_t *record = field->record;
  switch (record->octets[record->rdata_offset + 1] & 0x7f) {
  case 1:
    stubdns__text_ipv4(text, stubdns_field_octets(field));
    break;
  case 2:
    stubdns__text_ipv6(text, stubdns_field_octets(field));
    break;
  case 3:
    put_name_at(text, field, field->offset);
    break;
  default:
    stubdns__text_char(text, '.');
    break;
  }
}

void stubdns__text_host_identity(text_t *text, const field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  const uint8_t hit_length = stubdns__cursor_u8(&cursor);
  const uint8_t algorithm = stubdns__cursor_u8(&cursor);
  const uint16_t key_length = stubdns__cursor_u16(&cursor);
  const uint8_t *hit = stubdns__cursor_take(&cursor, hit_length);
  const uint8_t *key = stubdns__cursor_take(&cursor, key_length);
  stubdns__text_number(text, algorithm);
  stubdns__text_char(text, ' ');
  if (hit) stubdns__text_hex_whole(text, hit, hit_length);
  stubdns__text_break(text);
  if (key) stubdns__text_base64_whole(text, key, key_length);
}

void stubdns__text_names(text_t *text, const field_t *field) {
  const size_t end = field->offset + field->length;
  size_t offset = field->offset;
  while (offset < end) {
    put_name_at(text, field, offset);
    offset = stubdns__name_end(field->record, offset);
    if (offset < end) stubdns__text_break(text);
  }
}

/* The bits of the prefix are not written, even where they are set. */
void stubdns__text_a6(text_t *text, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  const unsigned bits = octets[0];
  const size_t length = (128 - bits + 7) / 8;
  uint8_t address[16] = {0};
  memcpy(address + 16 - length, octets + 1, length);
  if (bits % 8) address[bits / 8] &= (uint8_t)(0xff >> bits % 8);
  stubdns__text_number(text, bits);
  stubdns__text_char(text, ' ');
  if (bits < 128) stubdns__text_ipv6(text, address);
  if (bits == 0) return;
  stubdns__text_char(text, ' ');
  put_name_at(text, field, field->offset + 1 + length);
}

enum { ATM_AESA = 0, ATM_E164 = 1 };

void stubdns__text_atm_address(text_t *text, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  if (octets[0] == ATM_E164) stubdns__text_char(text, '+');
  for (size_t i = 1; i < field->length; i++)
    if (octets[0] == ATM_E164)
      stubdns__text_string_octet(text, octets[i]);
    else
      stubdns__text_small_hex_octet(text, octets[i]);
}

int stubdns__field_has_text(const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  switch (field->kind) {
  case STUBDNS_FIELD_LOCATION:
    return location_has_text(octets);
  case STUBDNS_FIELD_PREFIXES:
    return prefixes_have_text(field);
  default: /* ATM_ADDRESS */
    return octets[0] == ATM_AESA || octets[0] == ATM_E164;
  }
}
