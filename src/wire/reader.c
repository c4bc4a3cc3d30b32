/* Names in a received message, RFC 1035 section 4.1.4, in time linear in the
 * octets they take there: the labels of a name are stepped over once and noted
 * as places once, and a pointer costs one look at the place it leads to. */
#include "wire/reader.h"

#include <string.h>

/* Places are cleared in pieces: a long memset() begins slowly. */
#define PIECE 512

void stubdns__places_clear(uint16_t *places, size_t length) {
  size_t left = length < STUBDNS__PLACES_MAX ? length : STUBDNS__PLACES_MAX;
  for (; left > PIECE; left -= PIECE, places += PIECE)
    memset(places, 0, PIECE * sizeof *places);
  memset(places, 0, left * sizeof *places);
}

/* Steps over what ends the labels, of which `first` has been stepped over;
 * gives its number, 0 after a failure. */
static unsigned read_tail(struct stubdns__cursor *cursor,
                          const uint16_t *places, uint8_t first) {
  if (first == 0) return 1;
  if (first >= STUBDNS__POINTER)
    return stubdns__read_pointer(cursor, places, first);
  stubdns__cursor_fail(cursor, STUBDNS_EBADLABEL);
  return 0;
}

/* Notes every label from `start` and what stands at `end` behind them, whose
 * number is `tail`. */
static void note_places(uint16_t *places, const uint8_t *octets, size_t start,
                        size_t end, unsigned tail) {
  const size_t limit = end < STUBDNS__PLACES_MAX ? end : STUBDNS__PLACES_MAX;
  size_t offset = start;
  while (offset < limit) {
    places[offset] = (uint16_t)(tail + (end - offset));
    offset += 1u + octets[offset];
  }
  if (end < STUBDNS__PLACES_MAX) places[end] = (uint16_t)tail;
}

static void check_name(struct stubdns__cursor *cursor, uint16_t *places) {
  const size_t start = cursor->offset;
  const uint8_t first = stubdns__skip_labels(cursor);
  if (cursor->error && cursor->offset - start >= STUBDNS_NAME_MAX)
    cursor->error = STUBDNS_ENAMETOOLONG; /* before it is too short */
  if (cursor->error) return;
  const size_t end = cursor->offset - 1;
  const unsigned tail = read_tail(cursor, places, first);
  if (tail == 0) return;
  if (end - start > STUBDNS_NAME_MAX - tail % STUBDNS__HOP)
    stubdns__cursor_fail(cursor, STUBDNS_ENAMETOOLONG);
  else
    note_places(places, cursor->octets, start, end, tail);
}

void stubdns__reader_name(struct stubdns__reader *reader) {
  struct stubdns__cursor cursor = reader->cursor;
  if (reader->places)
    check_name(&cursor, reader->places);
  else
    stubdns__skip_name(&cursor);
  reader->cursor = cursor;
}

void stubdns__reader_plain_name(struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  const size_t start = cursor->offset;
  const uint8_t first = stubdns__skip_labels(cursor);
  if (first >= STUBDNS__POINTER)
    stubdns__cursor_fail(cursor, STUBDNS_EBADRDATA);
  else if (first != 0)
    stubdns__cursor_fail(cursor, STUBDNS_EBADLABEL);
  else if (cursor->offset - start > STUBDNS_NAME_MAX)
    stubdns__cursor_fail(cursor, STUBDNS_ENAMETOOLONG);
  else if (reader->places && !cursor->error)
    note_places(reader->places, cursor->octets, start, cursor->offset - 1, 1);
}
