/* The bounded cursor through which every received octet is read.  It holds the
 * only comparison of an offset with a length: a read that would pass `end`
 * fails, the first failure sticks, and later reads give zero.
 *
 * The comments that begin with an at sign are contracts in ACSL, which
 * tools/prove proves. */
#ifndef STUBDNS_WIRE_CURSOR_H
#define STUBDNS_WIRE_CURSOR_H

#include "stubdns/error.h"

#include <stddef.h>
#include <stdint.h>

/* offset <= end; after a failure both are equal, so that nothing is left. */
struct stubdns__cursor {
  const uint8_t *octets;
  size_t offset;
  size_t end;
  int error;
};

/*@ predicate is_readable(struct stubdns__cursor *c) =
      \valid(c) && c->offset <= c->end && c->end <= PTRDIFF_MAX &&
      (c->error != 0 ==> c->offset == c->end) &&
      \valid_read(c->octets + (0 .. c->end - 1)); */

/*@ requires \valid_read(octets + (0 .. length - 1)) && length <= PTRDIFF_MAX;
    assigns \nothing;
    ensures \result.octets == octets && \result.offset == 0;
    ensures \result.end == length && \result.error == 0; */
static inline struct stubdns__cursor stubdns__cursor_make(const uint8_t *octets,
                                                          size_t length) {
  return (struct stubdns__cursor){octets, 0, length, 0};
}

/* Keeps the first error and leaves nothing to read. */
/*@ requires is_readable(cursor) && error != 0;
    assigns cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->error != 0;
    ensures cursor->end == cursor->offset; */
static inline void stubdns__cursor_fail(struct stubdns__cursor *cursor,
                                        int error) {
  if (!cursor->error) cursor->error = error;
  cursor->end = cursor->offset;
}

/*@ requires is_readable(cursor);
    assigns \nothing;
    ensures \result == cursor->end - cursor->offset; */
static inline size_t
stubdns__cursor_left(const struct stubdns__cursor *cursor) {
  return cursor->end - cursor->offset;
}

/* Whether `length` more octets can be read; fails where they cannot. */
/*@ requires is_readable(cursor);
    assigns cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->end <= \old(cursor->end);
    ensures \result != 0 ==>
      length <= cursor->end - cursor->offset &&
      cursor->end == \old(cursor->end) && cursor->error == \old(cursor->error);
    ensures \result == 0 ==> cursor->error != 0; */
static inline int stubdns__cursor_has(struct stubdns__cursor *cursor,
                                      size_t length) {
  if (length <= cursor->end - cursor->offset) return 1;
  stubdns__cursor_fail(cursor, STUBDNS_ESHORT);
  return 0;
}

/* Steps over `length` octets that are there; gives the first of them. */
/*@ requires is_readable(cursor);
    requires length <= cursor->end - cursor->offset;
    assigns cursor->offset;
    ensures is_readable(cursor);
    ensures cursor->offset == \old(cursor->offset) + length;
    ensures \result == cursor->octets + \old(cursor->offset); */
static inline const uint8_t *
stubdns__cursor_step(struct stubdns__cursor *cursor, size_t length) {
  const uint8_t *octets = cursor->octets + cursor->offset;
  cursor->offset += length;
  return octets;
}

/* Steps over `length` octets; gives the first of them, or NULL. */
/*@ requires is_readable(cursor);
    assigns cursor->offset, cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->offset >= \old(cursor->offset);
    ensures cursor->end <= \old(cursor->end);
    ensures cursor->error == 0 ==>
      cursor->offset == \old(cursor->offset) + length &&
      \result == cursor->octets + \old(cursor->offset); */
static inline const uint8_t *
stubdns__cursor_take(struct stubdns__cursor *cursor, size_t length) {
  if (!stubdns__cursor_has(cursor, length)) return NULL;
  return stubdns__cursor_step(cursor, length);
}

/*@ requires \valid_read(octets + (0 .. 1));
    assigns \nothing; */
static inline uint16_t stubdns__load16(const uint8_t *octets) {
  return (uint16_t)((unsigned)octets[0] << 8 | octets[1]);
}

/*@ requires \valid_read(octets + (0 .. 3));
    assigns \nothing; */
static inline uint32_t stubdns__load32(const uint8_t *octets) {
  return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
         (uint32_t)octets[2] << 8 | octets[3];
}

/*@ requires is_readable(cursor);
    assigns cursor->offset, cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->end <= \old(cursor->end);
    ensures cursor->error == 0 ==>
      cursor->offset == \old(cursor->offset) + 1 &&
      cursor->end == \old(cursor->end);
    ensures cursor->error != 0 ==>
      \result == 0 && cursor->offset == \old(cursor->offset);
    ensures \old(cursor->error) != 0 ==> cursor->error != 0; */
static inline uint8_t stubdns__cursor_u8(struct stubdns__cursor *cursor) {
  if (!stubdns__cursor_has(cursor, 1)) return 0;
  return *stubdns__cursor_step(cursor, 1);
}

/*@ requires is_readable(cursor);
    assigns cursor->offset, cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->offset >= \old(cursor->offset); */
static inline uint16_t stubdns__cursor_u16(struct stubdns__cursor *cursor) {
  if (!stubdns__cursor_has(cursor, 2)) return 0;
  return stubdns__load16(stubdns__cursor_step(cursor, 2));
}

/*@ requires is_readable(cursor);
    assigns cursor->offset, cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->offset >= \old(cursor->offset); */
static inline uint32_t stubdns__cursor_u32(struct stubdns__cursor *cursor) {
  if (!stubdns__cursor_has(cursor, 4)) return 0;
  return stubdns__load32(stubdns__cursor_step(cursor, 4));
}

/* Goes to an absolute offset; beyond `end` is a failure. */
/*@ requires is_readable(cursor);
    assigns cursor->offset, cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->end <= \old(cursor->end);
    ensures cursor->error == 0 ==>
      cursor->offset == offset && cursor->end == \old(cursor->end); */
static inline void stubdns__cursor_seek(struct stubdns__cursor *cursor,
                                        size_t offset) {
  if (cursor->error) return;
  if (offset > cursor->end)
    stubdns__cursor_fail(cursor, STUBDNS_ESHORT);
  else
    cursor->offset = offset;
}

/* Lets only the next `length` octets be read until stubdns__cursor_widen() is
 * given what this returns: the end as it was. */
/*@ requires is_readable(cursor);
    assigns cursor->error, cursor->end;
    ensures is_readable(cursor) && \result == \old(cursor->end);
    ensures cursor->end <= \result;
    ensures cursor->error == 0 ==> cursor->end == cursor->offset + length; */
static inline size_t stubdns__cursor_narrow(struct stubdns__cursor *cursor,
                                            size_t length) {
  const size_t end = cursor->end;
  if (length > cursor->end - cursor->offset)
    stubdns__cursor_fail(cursor, STUBDNS_ESHORT);
  else
    cursor->end = cursor->offset + length;
  return end;
}

/* Undoes a narrowing whose inside must have been read exactly; after a failure
 * nothing is left to read. */
/*@ requires is_readable(cursor) && cursor->end <= end && end <= PTRDIFF_MAX;
    requires \valid_read(cursor->octets + (0 .. end - 1));
    assigns cursor->error, cursor->end;
    ensures is_readable(cursor) && cursor->end <= end; */
static inline void stubdns__cursor_widen(struct stubdns__cursor *cursor,
                                         size_t end) {
  if (cursor->offset != cursor->end)
    stubdns__cursor_fail(cursor, STUBDNS_ERDATAEXTRA);
  if (!cursor->error) cursor->end = end;
}

#endif
