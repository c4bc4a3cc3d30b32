/* Names in a received message, RFC 1035 section 4.1.4, in time linear in the
 * octets they take there: the labels of a name are stepped over once and noted
 * as places once, and a pointer costs one look at the place it leads to. */
#include "wire/reader.h"

/* Steps over what ends the labels, of which `first` has been stepped over;
 * gives its number, 0 after a failure. */
/*@ requires is_readable(cursor) && has_places(places, cursor);
    requires cursor->offset > 0 && first <= 255;
    assigns cursor->offset, cursor->end, cursor->error;
    ensures is_readable(cursor) && cursor->offset >= \old(cursor->offset);
    ensures cursor->end <= \old(cursor->end);
    ensures \result <= 65535;
    ensures \result == 0 ==> cursor->error != 0; */
static unsigned read_tail(struct stubdns__cursor *cursor,
                          const uint16_t *places, size_t first) {
  if (first == 0) return 1;
  if (first >= STUBDNS__POINTER)
    return stubdns__read_pointer(cursor, places, first);
  stubdns__cursor_fail(cursor, STUBDNS_EBADLABEL);
  return 0;
}

/* Notes every label from `start` and what stands at `end` behind them, whose
 * number is `tail`. */
/*@ requires start <= end && \valid_read(octets + (0 .. end));
    requires \valid(places + (0 .. STUBDNS__PLACES_MAX - 1));
    requires tail % STUBDNS__HOP + (end - start) <= STUBDNS_NAME_MAX;
    requires tail <= 65535;
    assigns places[0 .. STUBDNS__PLACES_MAX - 1]; */
static void note_places(uint16_t *places, const uint8_t *octets, size_t start,
                        size_t end, unsigned tail) {
  const size_t limit = end < STUBDNS__PLACES_MAX ? end : STUBDNS__PLACES_MAX;
  size_t offset = start;
  /*@ loop invariant start <= offset;
      loop assigns offset, places[0 .. STUBDNS__PLACES_MAX - 1];
      loop variant limit - offset; */
  while (offset < limit) {
    places[offset] = (uint16_t)(tail + (end - offset));
    offset += 1u + octets[offset];
  }
  if (end < STUBDNS__PLACES_MAX) places[end] = (uint16_t)tail;
}

void stubdns__reader_name(struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  if (!reader->places) {
    stubdns__skip_name(cursor);
    return;
  }
  const size_t start = cursor->offset;
  const size_t first = stubdns__skip_labels(cursor);
  if (cursor->error && cursor->offset - start >= STUBDNS_NAME_MAX)
    cursor->error = STUBDNS_ENAMETOOLONG; /* before it is too short */
  if (cursor->error) return;
  const size_t end = cursor->offset - 1;
  const unsigned tail = read_tail(cursor, reader->places, first);
  if (tail == 0) return;
  reader->hops += tail / STUBDNS__HOP;
  if (end - start > STUBDNS_NAME_MAX - tail % STUBDNS__HOP)
    stubdns__cursor_fail(cursor, STUBDNS_ENAMETOOLONG);
  else
    note_places(reader->places, cursor->octets, start, end, tail);
}

/* What is wrong with a name of `length` octets whose labels end with `first`
 * and that may not be compressed. */
/*@ assigns \nothing;
    ensures \result == 0 ==> length <= STUBDNS_NAME_MAX; */
static int plain_name_error(size_t first, size_t length) {
  if (first >= STUBDNS__POINTER) return STUBDNS_EBADRDATA;
  if (first != 0) return STUBDNS_EBADLABEL;
  return length > STUBDNS_NAME_MAX ? STUBDNS_ENAMETOOLONG : 0;
}

void stubdns__reader_labels(struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  const size_t start = cursor->offset;
  const size_t first = stubdns__skip_labels(cursor);
  if (cursor->error) return;
  const int error = plain_name_error(first, cursor->offset - start);
  if (error)
    stubdns__cursor_fail(cursor, error);
  else if (reader->places)
    note_places(reader->places, cursor->octets, start, cursor->offset - 1, 1);
}
