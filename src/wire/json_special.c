/* The kinds of fields that are arrays or objects: character-strings, names,
 * bitmaps, WKS (RFC 1035 section 3.4.2), LOC (RFC 1876), APL (RFC 3123) and HIP
 * (RFC 8005). */
#include "wire/json.h"

#include "wire/cursor.h"
#include "wire/name.h"
#include "wire/plain.h"

typedef struct stubdns__json json_t;
typedef stubdns_field_t field_t;

static struct stubdns__cursor inside(const field_t *field) {
  return stubdns__cursor_make(stubdns_field_octets(field), field->length);
}

void stubdns__json_strings(json_t *json, const field_t *field) {
  size_t position = 0;
  const uint8_t *octets;
  size_t length;
  stubdns__json_open(json, '[');
  while (stubdns_field_next_string(field, &position, &octets, &length))
    stubdns__json_octets(json, octets, length);
  stubdns__json_close(json, ']');
}

void stubdns__json_names(json_t *json, const field_t *field) {
  const stubdns_record_t *record = field->record;
  const size_t end = field->offset + field->length;
  size_t offset = field->offset;
  stubdns_name_t name;
  stubdns__json_open(json, '[');
  while (offset < end) {
    stubdns__name_expand(&name, record->octets, record->length, offset);
    stubdns__json_name(json, &name);
    offset = stubdns__name_end(record, offset);
  }
  stubdns__json_close(json, ']');
}

typedef void put_item_function(json_t *json, uint16_t number);

/* The numbers of the bits that are set, `first` being the highest bit of the
 * first octet. */
static void put_bits(json_t *json, const uint8_t *octets, size_t length,
                     unsigned first, put_item_function *put) {
  for (size_t i = 0; i < 8 * length; i++)
    if (octets[i / 8] & 0x80u >> i % 8) put(json, (uint16_t)(first + i));
}

void stubdns__json_type_bitmap(json_t *json, const field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  stubdns__json_open(json, '[');
  while (stubdns__cursor_left(&cursor)) {
    const uint8_t window = stubdns__cursor_u8(&cursor);
    const uint8_t length = stubdns__cursor_u8(&cursor);
    const uint8_t *octets = stubdns__cursor_take(&cursor, length);
    if (octets)
      put_bits(json, octets, length, window * 256u, stubdns__json_type);
  }
  stubdns__json_close(json, ']');
}

void stubdns__json_old_type_bitmap(json_t *json, const field_t *field) {
  stubdns__json_open(json, '[');
  put_bits(json, stubdns_field_octets(field), field->length, 0,
           stubdns__json_type);
  stubdns__json_close(json, ']');
}

static void put_port(json_t *json, uint16_t port) {
  stubdns__json_number(json, port);
}

void stubdns__json_services(json_t *json, const field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  stubdns__json_open(json, '{');
  stubdns__json_number_member(json, "protocol", octets[0]);
  stubdns__json_key(json, "ports");
  stubdns__json_open(json, '[');
  put_bits(json, octets + 1, field->length - 1, 0, put_port);
  stubdns__json_close(json, ']');
  stubdns__json_close(json, '}');
}

/* RFC 1876 section 2: a digit and a power of ten, neither above nine. */
static int64_t centimeters(uint8_t precision) {
  int64_t value = precision >> 4;
  for (unsigned power = precision & 0xf; power; power--)
    value *= 10;
  return value;
}

/* Angles are around 2^31, altitudes above 100 000 m below the ground. */
void stubdns__json_location(json_t *json, const field_t *field) {
  const int64_t equator = 0x80000000;
  const int64_t ground_cm = 10000000;
  const uint8_t *octets = stubdns_field_octets(field);
  const struct {
    const char *key;
    int64_t value;
  } members[] = {
      {"latitude_ms", stubdns__load32(octets + 4) - equator},
      {"longitude_ms", stubdns__load32(octets + 8) - equator},
      {"altitude_cm", stubdns__load32(octets + 12) - ground_cm},
      {"size_cm", centimeters(octets[1])},
      {"horizontal_cm", centimeters(octets[2])},
      {"vertical_cm", centimeters(octets[3])},
  };
  stubdns__json_open(json, '{');
  for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
    stubdns__json_number_member(json, members[i].key, members[i].value);
  stubdns__json_close(json, '}');
}

static void put_prefix(json_t *json, const struct stubdns__prefix *prefix) {
  stubdns__json_open(json, '{');
  stubdns__json_key(json, "negated");
  stubdns__json_boolean(json, prefix->is_negated);
  stubdns__json_number_member(json, "family", prefix->family);
  stubdns__json_key(json, "address");
  stubdns__json_address(json, prefix->address,
                        prefix->family == STUBDNS__FAMILY_IPV6);
  stubdns__json_number_member(json, "prefix", prefix->bits);
  stubdns__json_close(json, '}');
}

void stubdns__json_prefixes(json_t *json, const field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  struct stubdns__prefix prefix;
  stubdns__json_open(json, '[');
  while (stubdns__next_prefix(&cursor, &prefix))
    put_prefix(json, &prefix);
  stubdns__json_close(json, ']');
}

void stubdns__json_host_identity(json_t *json, const field_t *field) {
  struct stubdns__cursor cursor = inside(field);
  const uint8_t hit_length = stubdns__cursor_u8(&cursor);
  const uint8_t algorithm = stubdns__cursor_u8(&cursor);
  const uint16_t key_length = stubdns__cursor_u16(&cursor);
  const uint8_t *hit = stubdns__cursor_take(&cursor, hit_length);
  const uint8_t *key = stubdns__cursor_take(&cursor, key_length);
  stubdns__json_open(json, '{');
  stubdns__json_number_member(json, "algorithm", algorithm);
  stubdns__json_key(json, "hit");
  stubdns__json_begin_string(json);
  if (hit) stubdns__text_hex_whole(&json->text, hit, hit_length);
  stubdns__json_end_string(json);
  stubdns__json_key(json, "public_key");
  stubdns__json_begin_string(json);
  if (key) stubdns__text_base64_whole(&json->text, key, key_length);
  stubdns__json_end_string(json);
  stubdns__json_close(json, '}');
}
