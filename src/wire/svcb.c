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

static void fail(cursor_t *cursor) {
  stubdns__cursor_fail(cursor, STUBDNS_EBADRDATA);
}

static void require_empty(cursor_t *cursor) {
  if (stubdns__cursor_left(cursor)) fail(cursor);
}

static void require_multiple(cursor_t *cursor, size_t size) {
  const size_t length = stubdns__cursor_left(cursor);
  if (length == 0 || length % size != 0) fail(cursor);
}

/* Section 7.1.1: at least one identifier, none of them empty. */
static void check_alpn(cursor_t *cursor) {
  do {
    const uint8_t length = stubdns__cursor_u8(cursor);
    if (length == 0) fail(cursor);
    stubdns__cursor_take(cursor, length);
  } while (stubdns__cursor_left(cursor));
}

/* Section 8: at least one key, rising, not this one. */
static void check_mandatory(cursor_t *cursor) {
  int last = MANDATORY;
  do {
    const uint16_t key = stubdns__cursor_u16(cursor);
    if (key <= last) fail(cursor);
    last = key;
  } while (stubdns__cursor_left(cursor));
}

/* What is known while stepping over the parameters.  Keys rise, so the one
 * before is all that is needed, and `required` walks along with them. */
struct progress {
  int last_key;
  cursor_t required; /* the mandatory keys that have not been met */
};

/* Sections 7 and 8; the value fills its cursor. */
static void check_value(struct progress *progress, cursor_t *value,
                        uint16_t key) {
  switch (key) {
  case MANDATORY:
    progress->required = *value;
    check_mandatory(value);
    break;
  case ALPN:
    check_alpn(value);
    break;
  case NO_DEFAULT_ALPN:
    if (progress->last_key != ALPN) fail(value);
    require_empty(value);
    break;
  case OHTTP: /* RFC 9540 section 4 */
    require_empty(value);
    break;
  case PORT:
    if (stubdns__cursor_left(value) != 2) fail(value);
    break;
  case IPV4_HINT:
    require_multiple(value, 4);
    break;
  case IPV6_HINT:
    require_multiple(value, 16);
    break;
  default:
    break;
  }
}

static void strike_out(cursor_t *required, uint16_t key) {
  cursor_t ahead = *required;
  if (stubdns__cursor_u16(&ahead) == key) *required = ahead;
}

/* Key, length and value, section 2.2. */
static void check_param(struct progress *progress, cursor_t *cursor) {
  if (!stubdns__cursor_has(cursor, 4)) return;
  const uint8_t *head = stubdns__cursor_step(cursor, 4);
  const uint16_t key = stubdns__load16(head);
  const uint16_t length = stubdns__load16(head + 2);
  if (key <= progress->last_key) fail(cursor);
  if (stubdns__cursor_left(&progress->required))
    strike_out(&progress->required, key);
  if (!stubdns__cursor_has(cursor, length)) return;
  cursor_t value =
      stubdns__cursor_make(stubdns__cursor_step(cursor, length), length);
  check_value(progress, &value, key);
  if (value.error) stubdns__cursor_fail(cursor, value.error);
  progress->last_key = key;
}

void stubdns__check_svc_params(struct stubdns__reader *reader) {
  struct progress progress = {-1, stubdns__cursor_make(NULL, 0)};
  cursor_t cursor = reader->cursor;
  while (stubdns__cursor_left(&cursor))
    check_param(&progress, &cursor);
  if (progress.last_key == INVALID_KEY) fail(&cursor);
  if (stubdns__cursor_left(&progress.required)) fail(&cursor);
  reader->cursor = cursor;
}
