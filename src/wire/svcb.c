/* The parameters of SVCB and HTTPS records, RFC 9460 sections 2.2, 7 and 8:
 * keys in strictly rising order, and each known value in its form. */
#include "wire/rdata.h"

typedef struct stubdns__cursor cursor_t;

enum {
  MANDATORY = 0,
  ALPN = 1,
  NO_DEFAULT_ALPN = 2,
  PORT = 3,
  IPV4_HINT = 4,
  IPV6_HINT = 6,
  OHTTP = 8,
  INVALID_KEY = 65535, /* section 14.3.2 */
};

/* Section 7.1.1: at least one identifier, none of them empty. */
static int is_alpn(cursor_t value) {
  do {
    const uint8_t length = stubdns__cursor_u8(&value);
    if (length == 0 || length > stubdns__cursor_left(&value)) return 0;
    stubdns__cursor_step(&value, length);
  } while (stubdns__cursor_left(&value));
  return 1;
}

/* Section 8: at least one key, rising, not this one. */
__attribute__((noinline)) static int is_mandatory(cursor_t value) {
  int last = MANDATORY;
  do {
    const uint16_t key = stubdns__cursor_u16(&value);
    if (key <= last) return 0;
    last = key;
  } while (stubdns__cursor_left(&value));
  return 1;
}

static int is_multiple(size_t length, size_t size) {
  return length != 0 && length % size == 0;
}

/* Sections 7 and 8, where `last_key` is that of the parameter before. */
static int is_value(int key, int last_key, const uint8_t *octets,
                    size_t length) {
  switch (key) {
  case MANDATORY:
    return is_mandatory(stubdns__cursor_make(octets, length));
  case ALPN:
    return is_alpn(stubdns__cursor_make(octets, length));
  case NO_DEFAULT_ALPN:
    return last_key == ALPN && length == 0;
  case OHTTP: /* RFC 9540 section 4 */
    return length == 0;
  case PORT:
    return length == 2;
  case IPV4_HINT:
    return is_multiple(length, 4);
  case IPV6_HINT:
    return is_multiple(length, 16);
  default:
    return 1;
  }
}

/* Steps over key and length, which are there, and value, section 2.2, where
 * they are valid. */
static int step_over(int *last_key, cursor_t *cursor) {
  cursor_t ahead = *cursor;
  const uint32_t head = stubdns__load32(stubdns__cursor_step(&ahead, 4));
  const int key = (int)(head >> 16);
  const size_t length = head & 0xffff;
  if (key <= *last_key || length > stubdns__cursor_left(&ahead)) return 0;
  const uint8_t *octets = stubdns__cursor_step(&ahead, length);
  if (!is_value(key, *last_key, octets, length)) return 0;
  *last_key = key;
  *cursor = ahead;
  return 1;
}

/* Whether the keys that the first parameter lists, MANDATORY, are those of
 * parameters behind it.  All parameters are valid. */
__attribute__((noinline)) static int are_there(cursor_t cursor) {
  stubdns__cursor_u16(&cursor);
  const size_t length = stubdns__cursor_u16(&cursor);
  cursor_t required =
      stubdns__cursor_make(stubdns__cursor_step(&cursor, length), length);
  int wanted = stubdns__cursor_u16(&required);
  while (stubdns__cursor_left(&cursor)) {
    if (stubdns__cursor_u16(&cursor) == wanted)
      wanted = stubdns__cursor_u16(&required);
    stubdns__cursor_take(&cursor, stubdns__cursor_u16(&cursor));
  }
  return wanted == 0;
}

/* Section 8, of parameters that are valid. */
static int has_mandatory(cursor_t cursor) {
  cursor_t key = cursor;
  return stubdns__cursor_left(&cursor) == 0 ||
         stubdns__cursor_u16(&key) != MANDATORY || are_there(cursor);
}

/* Fails at `cursor`, behind the parameters that are valid: the RDATA ends
 * before the next one does, or content is wrong.  Out of line, so that what is
 * usual needs few registers. */
__attribute__((noinline)) static void fail_at(struct stubdns__reader *reader,
                                              cursor_t cursor) {
  reader->cursor.offset = cursor.offset;
  if (stubdns__cursor_left(&cursor)) {
    stubdns__cursor_u16(&cursor);
    stubdns__cursor_take(&cursor, stubdns__cursor_u16(&cursor));
  }
  stubdns__cursor_fail(&reader->cursor,
                       cursor.error ? cursor.error : STUBDNS_EBADRDATA);
}

void stubdns__check_svc_params(struct stubdns__reader *reader) {
  cursor_t cursor = reader->cursor;
  int last_key = -1;
  while (stubdns__cursor_left(&cursor) >= 4 && step_over(&last_key, &cursor)) {
  }
  if (stubdns__cursor_left(&cursor) || last_key == INVALID_KEY ||
      !has_mandatory(reader->cursor))
    fail_at(reader, cursor);
  else
    reader->cursor.offset = cursor.offset;
}
