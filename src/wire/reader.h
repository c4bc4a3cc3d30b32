/* Reading a message that nobody has validated yet: the cursor and, where names
 * are checked, the places that compression pointers may lead to. */
#ifndef STUBDNS_WIRE_READER_H
#define STUBDNS_WIRE_READER_H

#include "stubdns/name.h"
#include "wire/cursor.h"

/* A pointer has 14 bits, RFC 1035 section 4.1.4. */
#define STUBDNS__PLACES_MAX 16384

/* The two bits that make a length octet the first of a pointer. */
#define STUBDNS__POINTER 0xc0

/* Every place before the cursor where a name, a label of one or a pointer
 * began has a number, by its offset: the octets that a name read from there
 * takes when expanded, 1 to 255, plus STUBDNS__HOP for each pointer it goes
 * through; zero elsewhere.  It makes each pointer one step, and a loop cannot
 * be written down, since a place is noted only behind its name. */
#define STUBDNS__HOP 256u

/* RFC 1035 sets no limit; real names need 6 hops, and a 255-octet name has at
 * most 127 labels to be joined by pointers. */
#define STUBDNS__HOPS_MAX 126

struct stubdns__reader {
  struct stubdns__cursor cursor;
  uint16_t *places; /* NULL: names were checked before */
};

/* Forgets all places of a message of `length` octets. */
void stubdns__places_clear(uint16_t *places, size_t length);

/* Steps over a name.  Fails with STUBDNS_ESHORT, STUBDNS_EBADLABEL,
 * STUBDNS_ENAMETOOLONG, STUBDNS_EBADPOINTER or STUBDNS_EPOINTERCHAIN. */
void stubdns__reader_name(struct stubdns__reader *reader);

/* The same, where compression is not allowed: STUBDNS_EBADRDATA. */
void stubdns__reader_plain_name(struct stubdns__reader *reader);

/* Steps over labels and over the octet behind the last of them, which it gives:
 * the root label, the first of a pointer, or one of a reserved type.  Each
 * label is taken together with the octet that follows it. */
static inline uint8_t stubdns__skip_labels(struct stubdns__cursor *cursor) {
  uint8_t size = stubdns__cursor_u8(cursor);
  while (size != 0 && size <= STUBDNS_LABEL_MAX) {
    if (!stubdns__cursor_has(cursor, size + 1u)) return 0;
    cursor->offset += size;
    size = cursor->octets[cursor->offset++];
  }
  return size;
}

/* Steps over the second octet of a pointer; gives where it leads to. */
static inline size_t stubdns__skip_pointer(struct stubdns__cursor *cursor,
                                           uint8_t first) {
  return (size_t)(first & ~STUBDNS__POINTER) << 8 | stubdns__cursor_u8(cursor);
}

/* Steps over a name, wherever a pointer in it leads to. */
static inline void stubdns__skip_name(struct stubdns__cursor *cursor) {
  const uint8_t first = stubdns__skip_labels(cursor);
  if (first == 0) return;
  if (first < STUBDNS__POINTER)
    stubdns__cursor_fail(cursor, STUBDNS_EBADLABEL);
  else
    stubdns__skip_pointer(cursor, first);
}

/* Steps over the pointer whose first octet has been stepped over; gives the
 * number of its place, 0 after a failure. */
static inline unsigned stubdns__read_pointer(struct stubdns__cursor *cursor,
                                             const uint16_t *places,
                                             uint8_t first) {
  const size_t offset = cursor->offset - 1;
  const size_t target = stubdns__skip_pointer(cursor, first);
  const unsigned place = target < offset ? places[target] : 0;
  if (place - 1u < STUBDNS__HOPS_MAX * STUBDNS__HOP)
    return place + STUBDNS__HOP;
  stubdns__cursor_fail(cursor,
                       place ? STUBDNS_EPOINTERCHAIN : STUBDNS_EBADPOINTER);
  return 0;
}

/* stubdns__reader_name() for names that are mostly a pointer alone, as the
 * owners of records are, or the root. */
static inline void stubdns__reader_short_name(struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  const size_t start = cursor->offset;
  if (!reader->places || stubdns__cursor_left(cursor) < 2) {
    stubdns__reader_name(reader);
    return;
  }
  const uint8_t first = cursor->octets[start];
  if (first != 0 && first < STUBDNS__POINTER) {
    stubdns__reader_name(reader);
    return;
  }
  cursor->offset++;
  const unsigned place =
      first ? stubdns__read_pointer(cursor, reader->places, first) : 1;
  if (start < STUBDNS__PLACES_MAX) reader->places[start] = (uint16_t)place;
}

#endif
