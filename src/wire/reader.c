/* Names in a received message, RFC 1035 section 4.1.4, in time linear in the
 * octets they take there: the labels of a name are stepped over once and noted
 * as places once, and a pointer costs one look at the place it leads to. */
#include "wire/reader.h"

#include "stubdns/name.h"

#define POINTER 0xc0 /* the two bits that make a length octet a pointer */

/* RFC 1035 sets no limit; real names need 6 hops, and a 255-octet name has at
 * most 127 labels to be joined by pointers. */
#define HOPS_MAX 126

/* What comes behind the labels of a name: the root label or a pointer. */
struct tail {
  uint8_t length; /* octets when expanded; 0 after a failure */
  uint8_t hops;
};

static struct tail fail(struct stubdns__reader *reader, int error) {
  stubdns__cursor_fail(&reader->cursor, error);
  return (struct tail){0, 0};
}

/* Steps over the second octet of a pointer that begins at `offset`. */
static struct tail read_pointer(struct stubdns__reader *reader, size_t offset,
                                uint8_t first) {
  const size_t target =
      (size_t)(first & 0x3f) << 8 | stubdns__cursor_u8(&reader->cursor);
  if (reader->cursor.error) return (struct tail){0, 0};
  if (!reader->places) return (struct tail){1, 0};
  if (target >= offset) return fail(reader, STUBDNS_EBADPOINTER);
  const struct stubdns__place place = reader->places[target];
  if (place.length == 0) return fail(reader, STUBDNS_EBADPOINTER);
  if (place.hops >= HOPS_MAX) return fail(reader, STUBDNS_EPOINTERCHAIN);
  return (struct tail){place.length, (uint8_t)(place.hops + 1)};
}

static struct tail read_tail(struct stubdns__reader *reader, size_t offset,
                             uint8_t first) {
  if (first == 0) return (struct tail){1, 0};
  if (first >= POINTER) return read_pointer(reader, offset, first);
  return fail(reader, STUBDNS_EBADLABEL);
}

/* Steps over the labels from `start` on; gives the length octet that ends them,
 * which stands in front of the cursor. */
static uint8_t skip_labels(struct stubdns__cursor *cursor, size_t start) {
  uint8_t size = stubdns__cursor_u8(cursor);
  while (size != 0 && size <= STUBDNS_LABEL_MAX) {
    stubdns__cursor_take(cursor, size);
    if (cursor->offset - start >= STUBDNS_NAME_MAX)
      stubdns__cursor_fail(cursor, STUBDNS_ENAMETOOLONG);
    size = stubdns__cursor_u8(cursor);
  }
  return size;
}

/* Notes every label from `start` and what stands at `tail_offset` behind them.
 * The labels have been stepped over, so they end at `tail_offset`. */
static void note_places(struct stubdns__reader *reader, size_t start,
                        size_t tail_offset, struct tail tail) {
  const uint8_t *octets = reader->cursor.octets;
  size_t offset = start;
  while (offset < STUBDNS__PLACES_MAX) {
    reader->places[offset] = (struct stubdns__place){
        (uint8_t)(tail_offset - offset + tail.length), tail.hops};
    if (offset == tail_offset) break;
    offset += 1u + octets[offset];
  }
}

void stubdns__reader_name(struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  const size_t start = cursor->offset;
  const uint8_t end = skip_labels(cursor, start);
  if (cursor->error) return;
  const size_t tail_offset = cursor->offset - 1;
  const struct tail tail = read_tail(reader, tail_offset, end);
  if (!reader->places || cursor->error) return;
  if (tail.length > STUBDNS_NAME_MAX - (tail_offset - start)) {
    stubdns__cursor_fail(cursor, STUBDNS_ENAMETOOLONG);
    return;
  }
  note_places(reader, start, tail_offset, tail);
}

void stubdns__reader_plain_name(struct stubdns__reader *reader) {
  struct stubdns__reader ahead = *reader;
  const uint8_t end = skip_labels(&ahead.cursor, ahead.cursor.offset);
  if (!ahead.cursor.error && end >= POINTER)
    stubdns__cursor_fail(&reader->cursor, STUBDNS_EBADRDATA);
  else
    stubdns__reader_name(reader);
}
