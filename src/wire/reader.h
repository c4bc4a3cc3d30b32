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

/* All names of a message together may go through a pointer for each two octets,
 * and through so many more, since 126 names of 1 to 126 hops need 8001. Whoever
 * reads the names again, to print them or to compare them, is thereby promised
 * work that is linear in the message.  Names that go through three pointers,
 * which is many, in records of the least size have a hop in 2.3 octets. */
#define STUBDNS__HOPS_FREE 8192

struct stubdns__reader {
  struct stubdns__cursor cursor;
  uint16_t *places; /* NULL: names were checked before */
  size_t hops;      /* of the names checked so far */
};

/* Whether the names of a message of `length` octets go through too many. */
/*@ requires \valid_read(reader);
    assigns \nothing; */
static inline int
stubdns__has_too_many_hops(const struct stubdns__reader *reader,
                           size_t length) {
  return reader->hops > STUBDNS__HOPS_FREE + length / 2;
}

/*@ predicate has_places(uint16_t *places, struct stubdns__cursor *c) =
      \valid(places + (0 .. STUBDNS__PLACES_MAX - 1)) &&
      \separated(places + (0 .. STUBDNS__PLACES_MAX - 1), c,
                 c->octets + (0 .. c->end - 1)); */

/*@ predicate is_reader(struct stubdns__reader *r) =
      \valid(r) && is_readable(&r->cursor) &&
      (r->places != \null ==> has_places(r->places, &r->cursor) &&
       \separated(r->places + (0 .. STUBDNS__PLACES_MAX - 1), r)) &&
      \separated(r, r->cursor.octets + (0 .. r->cursor.end - 1)); */

/* Forgets all places of a message of `length` octets. */
/*@ requires \valid(places + (0 .. STUBDNS__PLACES_MAX - 1));
    assigns places[0 .. STUBDNS__PLACES_MAX - 1]; */
static inline void stubdns__places_clear(uint16_t *places, size_t length) {
  const size_t count =
      length < STUBDNS__PLACES_MAX ? length : STUBDNS__PLACES_MAX;
  /*@ loop invariant 0 <= i <= count;
      loop assigns i, places[0 .. STUBDNS__PLACES_MAX - 1];
      loop variant count - i; */
  for (size_t i = 0; i < count; i++)
    places[i] = 0;
}

/* Steps over a name.  Fails with STUBDNS_ESHORT, STUBDNS_EBADLABEL,
 * STUBDNS_ENAMETOOLONG, STUBDNS_EBADPOINTER or STUBDNS_EPOINTERCHAIN. */
/*@ requires is_reader(reader);
    assigns reader->cursor.offset, reader->cursor.end, reader->cursor.error,
            reader->places[0 .. STUBDNS__PLACES_MAX - 1], reader->hops;
    ensures is_reader(reader);
    ensures reader->cursor.offset >= \old(reader->cursor.offset);
    ensures reader->cursor.error == 0 ==>
      reader->cursor.offset > \old(reader->cursor.offset); */
void stubdns__reader_name(struct stubdns__reader *reader);

/* The same, where compression is not allowed: STUBDNS_EBADRDATA. */
/*@ requires is_reader(reader);
    assigns reader->cursor.offset, reader->cursor.end, reader->cursor.error,
            reader->places[0 .. STUBDNS__PLACES_MAX - 1];
    ensures is_reader(reader);
    ensures reader->cursor.offset >= \old(reader->cursor.offset); */
void stubdns__reader_labels(struct stubdns__reader *reader);

/* Steps over labels and over the octet behind the last of them, which it gives:
 * the root label, the first of a pointer, or one of a reserved type.  Each
 * label is taken together with the octet that follows it. */
/*@ requires is_readable(cursor);
    assigns cursor->offset, cursor->end, cursor->error;
    ensures is_readable(cursor);
    ensures \old(cursor->offset) <= cursor->offset;
    ensures cursor->end <= \old(cursor->end);
    ensures cursor->error == 0 ==>
      cursor->offset > \old(cursor->offset) &&
      cursor->end == \old(cursor->end);
    ensures cursor->error != 0 ==> \result == 0;
    ensures \result <= 255;
    ensures \old(cursor->error) != 0 ==> cursor->error != 0; */
static inline size_t stubdns__skip_labels(struct stubdns__cursor *cursor) {
  const uint8_t *const octets = cursor->octets;
  const size_t end = cursor->end;
  size_t size = stubdns__cursor_u8(cursor);
  size_t offset = cursor->offset;
  /*@ loop invariant \at(cursor->offset, Pre) <= offset <= end;
      loop invariant cursor->error == 0 ==>
        offset > \at(cursor->offset, Pre) && cursor->end == end;
      loop invariant size <= 255;
      loop invariant cursor->error != 0 ==>
        size == 0 && offset == cursor->offset;
      loop assigns size, offset;
      loop variant end - offset; */
  while (size != 0 && size <= STUBDNS_LABEL_MAX) {
    const size_t next = offset + size + 1;
    if (next > end) {
      cursor->offset = offset;
      stubdns__cursor_fail(cursor, STUBDNS_ESHORT);
      return 0;
    }
    offset = next;
    size = octets[next - 1];
  }
  cursor->offset = offset;
  return size;
}

/* Steps over the second octet of a pointer; gives where it leads to. */
/*@ requires is_readable(cursor) && STUBDNS__POINTER <= first <= 255;
    assigns cursor->offset, cursor->end, cursor->error;
    ensures is_readable(cursor) && \result < STUBDNS__PLACES_MAX;
    ensures cursor->end <= \old(cursor->end);
    ensures cursor->error == 0 ==>
      cursor->offset == \old(cursor->offset) + 1 &&
      cursor->end == \old(cursor->end);
    ensures cursor->offset >= \old(cursor->offset);
    ensures \old(cursor->error) != 0 ==> cursor->error != 0; */
static inline size_t stubdns__skip_pointer(struct stubdns__cursor *cursor,
                                           size_t first) {
  return (first - STUBDNS__POINTER) * 256u + stubdns__cursor_u8(cursor);
}

/* Steps over a name, wherever a pointer in it leads to. */
/*@ requires is_readable(cursor);
    assigns cursor->offset, cursor->end, cursor->error;
    ensures is_readable(cursor) && cursor->offset >= \old(cursor->offset);
    ensures cursor->end <= \old(cursor->end);
    ensures cursor->error == 0 ==> cursor->offset > \old(cursor->offset); */
static inline void stubdns__skip_name(struct stubdns__cursor *cursor) {
  const size_t first = stubdns__skip_labels(cursor);
  if (first == 0) return;
  if (first < STUBDNS__POINTER)
    stubdns__cursor_fail(cursor, STUBDNS_EBADLABEL);
  else
    stubdns__skip_pointer(cursor, first);
}

/* Steps over the pointer whose first octet has been stepped over; gives the
 * number of its place, 0 after a failure. */
/*@ requires is_readable(cursor) && has_places(places, cursor);
    requires STUBDNS__POINTER <= first <= 255 && cursor->offset > 0;
    assigns cursor->offset, cursor->end, cursor->error;
    ensures is_readable(cursor) && cursor->offset >= \old(cursor->offset);
    ensures cursor->end <= \old(cursor->end);
    ensures \result <= 65535;
    ensures \result == 0 ==> cursor->error != 0; */
static inline unsigned stubdns__read_pointer(struct stubdns__cursor *cursor,
                                             const uint16_t *places,
                                             size_t first) {
  const size_t offset = cursor->offset - 1;
  const size_t target = stubdns__skip_pointer(cursor, first);
  const unsigned place = target < offset ? places[target] : 0;
  if (place - 1u < STUBDNS__HOPS_MAX * STUBDNS__HOP)
    return place + STUBDNS__HOP;
  stubdns__cursor_fail(cursor,
                       place ? STUBDNS_EPOINTERCHAIN : STUBDNS_EBADPOINTER);
  return 0;
}

/* stubdns__reader_name() where places are noted, for names that are mostly a
 * pointer alone, as the owners of records are, or the root. */
/*@ requires is_reader(reader) && reader->places != \null;
    assigns reader->cursor.offset, reader->cursor.end, reader->cursor.error,
            reader->places[0 .. STUBDNS__PLACES_MAX - 1], reader->hops;
    ensures is_reader(reader);
    ensures reader->cursor.offset >= \old(reader->cursor.offset);
    ensures reader->cursor.error == 0 ==>
      reader->cursor.offset > \old(reader->cursor.offset); */
static inline void stubdns__reader_short_name(struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  const size_t start = cursor->offset;
  const size_t first =
      stubdns__cursor_left(cursor) > 1 ? cursor->octets[start] : 1;
  if (first != 0 && first < STUBDNS__POINTER) {
    stubdns__reader_name(reader);
    return;
  }
  cursor->offset++;
  const unsigned place =
      first ? stubdns__read_pointer(cursor, reader->places, first) : 1;
  reader->hops += place / STUBDNS__HOP;
  if (start < STUBDNS__PLACES_MAX) reader->places[start] = (uint16_t)place;
}

/* stubdns__reader_labels() for names that are mostly the root. */
/*@ requires is_reader(reader);
    assigns reader->cursor.offset, reader->cursor.end, reader->cursor.error,
            reader->places[0 .. STUBDNS__PLACES_MAX - 1];
    ensures is_reader(reader);
    ensures reader->cursor.offset >= \old(reader->cursor.offset); */
static inline void stubdns__reader_plain_name(struct stubdns__reader *reader) {
  struct stubdns__cursor *cursor = &reader->cursor;
  const size_t start = cursor->offset;
  if (start == cursor->end || cursor->octets[start] != 0) {
    stubdns__reader_labels(reader);
    return;
  }
  cursor->offset++;
  if (reader->places && start < STUBDNS__PLACES_MAX) reader->places[start] = 1;
}

#endif
