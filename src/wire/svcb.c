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

static void check_value(cursor_t *cursor, uint16_t key) {
  switch (key) {
  case MANDATORY:
    check_mandatory(cursor);
    break;
  case ALPN:
    check_alpn(cursor);
    break;
  case NO_DEFAULT_ALPN:
  case OHTTP: /* RFC 9540 section 4 */
    if (stubdns__cursor_left(cursor)) fail(cursor);
    break;
  case PORT:
    if (stubdns__cursor_left(cursor) != 2) fail(cursor);
    break;
  case IPV4_HINT:
    require_multiple(cursor, 4);
    break;
  case IPV6_HINT:
    require_multiple(cursor, 16);
    break;
  default:
    break;
  }
}

/* What is known while stepping over the parameters.  Mandatory keys rise as the
 * parameters do, so `required` walks along with them. */
struct progress {
  int last_key;
  int has_alpn;
  cursor_t required; /* the mandatory keys that have not been met */
};

static void note_key(struct progress *progress, cursor_t *cursor,
                     uint16_t key) {
  if (key <= progress->last_key || key == INVALID_KEY) fail(cursor);
  if (key == NO_DEFAULT_ALPN && !progress->has_alpn) fail(cursor);
  if (key == ALPN) progress->has_alpn = 1;
  progress->last_key = key;
  if (!stubdns__cursor_left(&progress->required)) return;
  cursor_t ahead = progress->required;
  if (stubdns__cursor_u16(&ahead) == key) progress->required = ahead;
}

static void check_param(struct progress *progress, cursor_t *cursor) {
  const uint16_t key = stubdns__cursor_u16(cursor);
  const uint16_t length = stubdns__cursor_u16(cursor);
  note_key(progress, cursor, key);
  const size_t end = stubdns__cursor_narrow(cursor, length);
  if (key == MANDATORY) progress->required = *cursor;
  check_value(cursor, key);
  if (!cursor->error) cursor->offset = cursor->end;
  stubdns__cursor_widen(cursor, end);
}

void stubdns__check_svc_params(struct stubdns__reader *reader) {
  cursor_t *cursor = &reader->cursor;
  struct progress progress = {-1, 0, stubdns__cursor_make(NULL, 0)};
  while (stubdns__cursor_left(cursor))
    check_param(&progress, cursor);
  if (stubdns__cursor_left(&progress.required)) fail(cursor);
}
