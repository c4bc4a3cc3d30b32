/* Names as values: comparing, taking apart, replacing a suffix.  A label is its
 * length octet and that many octets; length octets are below 64, so folding
 * letters over the whole wire form leaves them alone.  RFC 1035 section 3.1,
 * RFC 4343. */
#include "wire/name.h"

#include "stubdns/error.h"
#include "wire/reader.h"

#define POINTER_MASK 0x3fffu /* the 14 bits of a pointer */

int stubdns__octets_equal_folded(const uint8_t *a, const uint8_t *b,
                                 size_t length) {
  /*@ loop invariant 0 <= i <= length;
      loop assigns i;
      loop variant length - i; */
  for (size_t i = 0; i < length; i++)
    if (a[i] != b[i] && stubdns__fold(a[i]) != stubdns__fold(b[i])) return 0;
  return 1;
}

/*@ requires \valid_read(a) && \valid_read(b);
    assigns \nothing; */
int stubdns_name_equal(const stubdns_name_t *a, const stubdns_name_t *b) {
  return a->length == b->length &&
         stubdns__octets_equal_folded(a->octets, b->octets, a->length);
}

/*@ requires \valid_read(a) && \valid_read(b);
    assigns \nothing; */
int stubdns_name_identical(const stubdns_name_t *a, const stubdns_name_t *b) {
  if (a->length != b->length) return 0;
  /*@ loop invariant 0 <= i <= a->length;
      loop assigns i;
      loop variant a->length - i; */
  for (size_t i = 0; i < a->length; i++)
    if (a->octets[i] != b->octets[i]) return 0;
  return 1;
}

/* Fills `starts` with the offset of each label but the root's. */
/*@ requires \valid_read(name) && \valid(starts + (0 .. STUBDNS_LABELS_MAX -
   1)); requires \separated(name, starts + (0 .. STUBDNS_LABELS_MAX - 1));
    assigns starts[0 .. STUBDNS_LABELS_MAX - 1];
    ensures 0 <= \result <= STUBDNS_LABELS_MAX;
    ensures \forall integer i; 0 <= i < \result ==>
      starts[i] + 1 < name->length; */
static size_t label_starts(const stubdns_name_t *name,
                           uint8_t starts[STUBDNS_LABELS_MAX]) {
  size_t count = 0;
  size_t offset = 0;
  /*@ loop invariant 0 <= count <= STUBDNS_LABELS_MAX && 0 <= offset < 512;
      loop invariant \forall integer i; 0 <= i < count ==>
        starts[i] + 1 < name->length;
      loop assigns count, offset, starts[0 .. STUBDNS_LABELS_MAX - 1];
      loop variant STUBDNS_LABELS_MAX - count; */
  while (offset + 1 < name->length && count < STUBDNS_LABELS_MAX) {
    starts[count++] = (uint8_t)offset; /* offset < length <= 255 */
    offset += 1u + name->octets[offset];
  }
  return count;
}

/*@ requires \valid_read(name);
    assigns \nothing; */
size_t stubdns_name_label_count(const stubdns_name_t *name) {
  uint8_t starts[STUBDNS_LABELS_MAX];
  return label_starts(name, starts);
}

/* The octets of the label at `start`, which a name that was made here never
 * lets reach beyond its end. */
/*@ requires \valid_read(name) && start + 1 < name->length;
    assigns \nothing;
    ensures 0 <= \result < name->length - start; */
static size_t label_size(const stubdns_name_t *name, size_t start) {
  const size_t left = name->length - start - 1;
  return name->octets[start] < left ? name->octets[start] : left;
}

/*@ requires \valid_read(a) && a_start + 1 < a->length;
    requires \valid_read(b) && b_start + 1 < b->length;
    assigns \nothing; */
static int compare_labels(const stubdns_name_t *a, size_t a_start,
                          const stubdns_name_t *b, size_t b_start) {
  const size_t a_size = label_size(a, a_start);
  const size_t b_size = label_size(b, b_start);
  /*@ loop invariant 1 <= i;
      loop invariant i <= a_size + 1 && i <= b_size + 1;
      loop assigns i;
      loop variant a_size - i; */
  for (size_t i = 1; i <= a_size && i <= b_size; i++) {
    const int difference = stubdns__fold(a->octets[a_start + i]) -
                           stubdns__fold(b->octets[b_start + i]);
    if (difference) return difference;
  }
  return (a_size > b_size) - (a_size < b_size);
}

/*@ requires \valid_read(a) && \valid_read(b);
    assigns \nothing; */
int stubdns_name_compare(const stubdns_name_t *a, const stubdns_name_t *b) {
  uint8_t a_starts[STUBDNS_LABELS_MAX];
  uint8_t b_starts[STUBDNS_LABELS_MAX];
  size_t a_left = label_starts(a, a_starts);
  size_t b_left = label_starts(b, b_starts);
  /*@ loop invariant 0 <= a_left <= STUBDNS_LABELS_MAX;
      loop invariant 0 <= b_left <= STUBDNS_LABELS_MAX;
      loop invariant \forall integer i; 0 <= i < a_left ==>
        a_starts[i] + 1 < a->length;
      loop invariant \forall integer i; 0 <= i < b_left ==>
        b_starts[i] + 1 < b->length;
      loop assigns a_left, b_left;
      loop variant a_left; */
  while (a_left && b_left) {
    const int difference =
        compare_labels(a, a_starts[--a_left], b, b_starts[--b_left]);
    if (difference) return difference;
  }
  return (a_left > 0) - (b_left > 0);
}

/* The offset in `name` where the labels of `suffix` begin; `name->length` where
 * `name` is not below it. */
/*@ requires \valid_read(name) && \valid_read(suffix);
    assigns \nothing;
    ensures 0 <= \result <= name->length; */
static size_t suffix_offset(const stubdns_name_t *name,
                            const stubdns_name_t *suffix) {
  size_t offset = 0;
  /*@ loop invariant 0 <= offset;
      loop assigns offset;
      loop variant name->length - offset; */
  while (offset < name->length) {
    const size_t left = name->length - offset;
    if (left < suffix->length) break;
    if (left == suffix->length)
      return stubdns__octets_equal_folded(name->octets + offset, suffix->octets,
                                          left)
                 ? offset
                 : name->length;
    offset += 1u + name->octets[offset];
  }
  return name->length;
}

/*@ requires \valid_read(name) && \valid_read(ancestor);
    assigns \nothing; */
int stubdns_name_is_below(const stubdns_name_t *name,
                          const stubdns_name_t *ancestor) {
  return suffix_offset(name, ancestor) < name->length;
}

/*@ requires \valid(name) && \valid_read(from) && \valid_read(to);
    requires \separated(name, from, to) || \separated(name, to);
    assigns *name;
    ensures name->length <= STUBDNS_NAME_MAX; */
int stubdns_name_substitute(stubdns_name_t *name, const stubdns_name_t *from,
                            const stubdns_name_t *to) {
  const size_t kept = suffix_offset(name, from);
  if (kept >= name->length) return STUBDNS_EINVALID;
  if (to->length > STUBDNS_NAME_MAX - kept) return STUBDNS_ENAMETOOLONG;
  stubdns__copy(name->octets + kept, to->octets, to->length);
  name->length = (uint8_t)(kept + to->length); /* <= STUBDNS_NAME_MAX */
  return 0;
}

/*@ requires \valid(name) && is_readable(cursor);
    requires \separated(name, cursor, cursor->octets + (0 .. cursor->end - 1));
    assigns *name, cursor->offset, cursor->end, cursor->error;
    ensures is_readable(cursor);
    ensures \result == 0 ==> 1 <= name->length <= STUBDNS_NAME_MAX; */
static int copy_labels(stubdns_name_t *name, struct stubdns__cursor *cursor) {
  size_t used = 0;
  /*@ loop invariant is_readable(cursor);
      loop invariant cursor->end <= \at(cursor->end, Pre);
      loop invariant used <= STUBDNS_NAME_MAX;
      loop assigns used, name->octets[0 .. STUBDNS_NAME_MAX - 1],
                   cursor->offset, cursor->end, cursor->error;
      loop variant STUBDNS_NAME_MAX - used; */
  for (;;) {
    const uint8_t size = stubdns__cursor_u8(cursor);
    if (size > STUBDNS_LABEL_MAX) return STUBDNS_EBADLABEL;
    const uint8_t *label = stubdns__cursor_take(cursor, size);
    if (cursor->error) return cursor->error;
    if (size >= STUBDNS_NAME_MAX - used) return STUBDNS_ENAMETOOLONG;
    name->octets[used++] = size;
    if (size == 0) break;
    stubdns__copy(name->octets + used, label, size);
    used += size;
  }
  name->length = (uint8_t)used; /* <= STUBDNS_NAME_MAX */
  return 0;
}

/*@ requires \valid(name) && \valid_read(octets + (0 .. length - 1));
    requires \separated(name, octets + (0 .. length - 1));
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
int stubdns_name_from_wire(stubdns_name_t *name, const uint8_t *octets,
                           size_t length) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  int error = copy_labels(name, &cursor);
  if (!error && stubdns__cursor_left(&cursor)) error = STUBDNS_ERDATAEXTRA;
  if (error) stubdns__name_set_root(name);
  return error;
}

/* Goes to where pointers in front of the cursor lead, each backwards. */
/*@ requires is_readable(cursor);
    assigns cursor->offset;
    ensures is_readable(cursor) && cursor->offset <= \old(cursor->offset); */
static inline void follow_pointers(struct stubdns__cursor *cursor) {
  /*@ loop invariant is_readable(cursor);
      loop invariant cursor->offset <= \at(cursor->offset, Pre);
      loop assigns cursor->offset;
      loop variant cursor->offset; */
  while (stubdns__cursor_left(cursor) > 1 &&
         cursor->octets[cursor->offset] >= STUBDNS__POINTER) {
    const size_t target =
        stubdns__load16(cursor->octets + cursor->offset) & POINTER_MASK;
    if (target >= cursor->offset) return;
    cursor->offset = target;
  }
}

/* A name is runs of labels with pointers between them.  Goes to the run where
 * the pointer leads of which `first` has been stepped over; it must lie before
 * `run`, so that walks over runs end.  0 where it is no such pointer. */
/*@ requires is_readable(cursor) && cursor->error == 0 && run <= cursor->offset;
    assigns cursor->offset, cursor->end, cursor->error;
    ensures is_readable(cursor) && cursor->end <= \old(cursor->end);
    ensures \result != 0 ==>
      cursor->offset < run && cursor->error == 0 &&
      cursor->end == \old(cursor->end); */
static inline int follow(struct stubdns__cursor *cursor, uint8_t first,
                         size_t run) {
  if (first < STUBDNS__POINTER) return 0;
  const size_t target = stubdns__skip_pointer(cursor, first);
  if (cursor->error || target >= run) return 0;
  cursor->offset = target;
  follow_pointers(cursor);
  return 1;
}

void stubdns__name_expand(stubdns_name_t *name, const uint8_t *octets,
                          size_t length, size_t offset) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  stubdns__cursor_seek(&cursor, offset);
  follow_pointers(&cursor);
  size_t used = 0;
  size_t run;
  uint8_t first;
  /*@ loop invariant is_readable(&cursor) && cursor.octets == octets;
      loop invariant cursor.end <= length && used < STUBDNS_NAME_MAX;
      loop assigns cursor.offset, cursor.end, cursor.error, run, first, used,
                   *name;
      loop variant cursor.offset; */
  do {
    run = cursor.offset;
    first = stubdns__skip_labels(&cursor);
    if (cursor.error) break;
    const size_t size = cursor.offset - 1 - run;
    if (size >= STUBDNS_NAME_MAX - used) break;
    stubdns__copy(name->octets + used, octets + run, size);
    used += size;
  } while (follow(&cursor, first, run));
  name->octets[used] = 0;
  name->length = (uint8_t)(used + 1); /* used < STUBDNS_NAME_MAX */
}

int stubdns__name_is_at(const stubdns_name_t *name, const uint8_t *octets,
                        size_t length, size_t offset) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  stubdns__cursor_seek(&cursor, offset);
  follow_pointers(&cursor);
  size_t used = 0;
  size_t run;
  uint8_t first;
  /*@ loop invariant is_readable(&cursor) && cursor.octets == octets;
      loop invariant cursor.end <= length && used <= name->length;
      loop assigns cursor.offset, cursor.end, cursor.error, run, first, used;
      loop variant cursor.offset; */
  do {
    run = cursor.offset;
    first = stubdns__skip_labels(&cursor);
    if (cursor.error) return 0;
    const size_t size = cursor.offset - 1 - run;
    if (size >= name->length - used) return 0;
    if (!stubdns__octets_equal_folded(name->octets + used, octets + run, size))
      return 0;
    used += size;
  } while (follow(&cursor, first, run));
  return used + 1 == name->length;
}
