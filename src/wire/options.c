/* EDNS options, RFC 6891 section 6.1.2, and the form that the RFC of each known
 * code gives its value. */
#include "wire/rdata.h"

#include "stubdns/edns.h"

typedef struct stubdns__cursor cursor_t;

static void fail(cursor_t *cursor) {
  stubdns__cursor_fail(cursor, STUBDNS_EBADOPTION);
}

/* RFC 7873 section 4: the client's 8 octets, and 8 to 32 of the server. */
static int is_cookie_length(size_t length) {
  return length == 8 || (length >= 16 && length <= 40);
}

/* RFC 7871 section 6: as many octets as the prefix needs, zero bits behind. */
static void check_client_subnet(cursor_t *cursor) {
  const uint16_t family = stubdns__cursor_u16(cursor);
  const uint8_t source = stubdns__cursor_u8(cursor);
  const uint8_t scope = stubdns__cursor_u8(cursor);
  const size_t length = stubdns__cursor_left(cursor);
  const uint8_t *octets = stubdns__cursor_take(cursor, length);
  if (cursor->error || (family != 1 && family != 2)) return;
  const uint8_t bits_max = family == 1 ? 32 : 128;
  if (source > bits_max || scope > bits_max || length != (source + 7u) / 8)
    fail(cursor);
  else if (source % 8 && (octets[length - 1] & (0xff >> source % 8)))
    fail(cursor);
}

/* An uncompressed name that fills the option. */
static void check_name(cursor_t *cursor) {
  struct stubdns__reader reader = {*cursor, NULL, 0};
  stubdns__reader_plain_name(&reader);
  if (reader.cursor.error || stubdns__cursor_left(&reader.cursor)) fail(cursor);
}

static int length_is_valid(uint16_t code, size_t length) {
  switch (code) {
  case STUBDNS_OPTION_EXPIRE: /* RFC 7314 section 2 */
    return length == 0 || length == 4;
  case STUBDNS_OPTION_COOKIE:
    return is_cookie_length(length);
  case STUBDNS_OPTION_KEY_TAG: /* RFC 8145 section 4.1 */
    return length % 2 == 0;
  case STUBDNS_OPTION_EXTENDED_ERROR: /* RFC 8914 section 2 */
    return length >= 2;
  case STUBDNS_OPTION_ZONE_VERSION: /* RFC 9660 section 2 */
    return length == 0 || length >= 2;
  default:
    return 1;
  }
}

static void check_option(cursor_t *cursor, uint16_t code) {
  if (!length_is_valid(code, stubdns__cursor_left(cursor))) fail(cursor);
  if (code == STUBDNS_OPTION_CLIENT_SUBNET) check_client_subnet(cursor);
  if (code == STUBDNS_OPTION_CHAIN || code == STUBDNS_OPTION_REPORT_CHANNEL)
    check_name(cursor);
}

int stubdns__option_is_valid(uint16_t code, const uint8_t *octets,
                             size_t length) {
  cursor_t cursor = stubdns__cursor_make(octets, length);
  check_option(&cursor, code);
  return cursor.error == 0;
}

void stubdns__check_options(struct stubdns__reader *reader) {
  cursor_t *cursor = &reader->cursor;
  int malformed = 0;
  while (stubdns__cursor_left(cursor)) {
    const uint16_t code = stubdns__cursor_u16(cursor);
    const uint16_t length = stubdns__cursor_u16(cursor);
    const uint8_t *value = stubdns__cursor_take(cursor, length);
    if (!value) return;
    malformed |= !stubdns__option_is_valid(code, value, length);
  }
  if (malformed) fail(cursor);
}
