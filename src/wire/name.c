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
    requires length <= PTRDIFF_MAX;
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

/* A name in a message is runs of labels with pointers between them.  Goes from
 * a pointer in front of the cursor to where it leads, which must lie before
 * `run`, so that walks over runs end.  Gives where the run begins that is in
 * front of the cursor then: `run` if there was no such pointer. */
/*@ requires is_readable(cursor) && run <= cursor->offset;
    assigns cursor->offset;
    ensures is_readable(cursor) && cursor->offset <= \old(cursor->offset);
    ensures \result <= run && \result <= cursor->offset;
    ensures \result < run ==>
      \result == cursor->offset && \result + 1 < cursor->end;
    ensures \result == run ==> cursor->offset == \old(cursor->offset); */
static inline size_t follow_pointer(struct stubdns__cursor *cursor,
                                    size_t run) {
  const uint8_t *const pointer = cursor->octets + cursor->offset;
  if (stubdns__cursor_left(cursor) < 2 || *pointer < STUBDNS__POINTER)
    return run;
  const size_t target = stubdns__load16(pointer) & POINTER_MASK;
  if (target >= run) return run;
  cursor->offset = target;
  return target;
}

/* The same for a chain of pointers. */
/*@ requires is_readable(cursor) && run <= cursor->offset;
    assigns cursor->offset;
    ensures is_readable(cursor) && cursor->offset <= \old(cursor->offset);
    ensures \result <= run && \result <= cursor->offset;
    ensures \result < run ==> \result == cursor->offset;
    ensures \result == run ==> cursor->offset == \old(cursor->offset); */
static inline size_t follow_pointers(struct stubdns__cursor *cursor,
                                     size_t run) {
  const uint8_t *const octets = cursor->octets;
  size_t next = follow_pointer(cursor, run);
  if (next == run) return run;
  /*@ loop invariant next < run && next + 1 < cursor->end;
      loop assigns next;
      loop variant next; */
  while (octets[next] >= STUBDNS__POINTER) {
    const size_t target = stubdns__load16(octets + next) & POINTER_MASK;
    if (target >= next) break;
    next = target;
  }
  cursor->offset = next;
  return next;
}

/* Goes to the run of labels behind the one at `*run`, of whose end `first` has
 * been stepped over; 0 where that was the last. */
/*@ requires is_readable(cursor) && cursor->error == 0 && \valid(run);
    requires \separated(cursor, run) && *run < cursor->offset;
    assigns cursor->offset, *run;
    ensures is_readable(cursor) && *run <= \old(*run);
    ensures \result != 0 ==> *run < \old(*run) && cursor->offset == *run; */
static inline int next_run(struct stubdns__cursor *cursor, size_t first,
                           size_t *run) {
  const size_t last = *run;
  if (first < STUBDNS__POINTER) return 0;
  cursor->offset--;
  *run = follow_pointers(cursor, last);
  return *run < last;
}

/* Ends a name after `used` octets. */
/*@ requires \valid(name) && used < STUBDNS_NAME_MAX;
    assigns name->length, name->octets[used];
    ensures name->length == used + 1; */
static inline void finish(stubdns_name_t *name, size_t used) {
  name->octets[used] = 0;
  name->length = (uint8_t)(used + 1); /* <= STUBDNS_NAME_MAX */
}

/* stubdns__name_expand() from `offset` on, with `used` octets expanded. */
/*@ requires \valid(name) && \valid_read(octets + (0 .. length - 1));
    requires \separated(name, octets + (0 .. length - 1));
    requires length <= PTRDIFF_MAX && used < STUBDNS_NAME_MAX;
    requires offset <= length;
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
__attribute__((noinline)) static void
expand_rest(stubdns_name_t *restrict name, const uint8_t *restrict octets,
            size_t length, size_t offset, size_t used) {
  struct stubdns__cursor cursor = {octets, offset, length, 0};
  size_t run = follow_pointers(&cursor, offset);
  size_t first;
  /*@ loop invariant is_readable(&cursor) && cursor.octets == octets;
      loop invariant cursor.end <= length && used < STUBDNS_NAME_MAX;
      loop invariant run <= cursor.offset && cursor.error == 0;
      loop assigns cursor.offset, cursor.end, cursor.error, run, first, used,
                   *name;
      loop variant run; */
  do {
    first = stubdns__skip_labels(&cursor);
    const size_t size = cursor.offset - 1 - run;
    if (cursor.error || size >= STUBDNS_NAME_MAX - used) {
      finish(name, used);
      return;
    }
    stubdns__copy(name->octets + used, octets + run, size);
    used += size;
  } while (next_run(&cursor, first, &run));
  finish(name, used);
}

/* Runs of usual length are copied as one block that reaches beyond their end.
 */
#define BLOCK 32u

/*@ requires \valid(to + (0 .. BLOCK - 1));
    requires \valid_read(from + (0 .. BLOCK - 1));
    requires \separated(to + (0 .. BLOCK - 1), from + (0 .. BLOCK - 1));
    assigns to[0 .. BLOCK - 1]; */
static inline void copy_block(uint8_t *restrict to,
                              const uint8_t *restrict from) {
  /*@ loop invariant 0 <= i <= BLOCK;
      loop assigns i, to[0 .. BLOCK - 1];
      loop variant BLOCK - i; */
  for (size_t i = 0; i < BLOCK; i++)
    to[i] = from[i];
}

/* Follows the pointer at `offset` from the run at `before`, with `used` octets
 * expanded: in most names that are compressed, to the last run.  It lies before
 * the other, and so has a whole block in front of the message's end. */
/*@ requires \valid(name) && \valid_read(octets + (0 .. length - 1));
    requires \separated(name, octets + (0 .. length - 1));
    requires length <= PTRDIFF_MAX && used <= BLOCK;
    requires before <= offset <= length && before + BLOCK <= length;
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
static inline void expand_second(stubdns_name_t *restrict name,
                                 const uint8_t *restrict octets, size_t length,
                                 size_t offset, size_t before, size_t used) {
  struct stubdns__cursor cursor = {octets, offset, length, 0};
  const size_t run = follow_pointer(&cursor, before);
  if (run == before) {
    finish(name, used);
    return;
  }
  const size_t first = stubdns__skip_labels(&cursor);
  const size_t size = cursor.offset - 1 - run;
  if (first != 0 || cursor.error || size > BLOCK) {
    expand_rest(name, octets, length, run, used);
    return;
  }
  copy_block(name->octets + used, octets + run);
  finish(name, used + size);
}

void stubdns__name_expand(stubdns_name_t *restrict name,
                          const uint8_t *restrict octets, size_t length,
                          size_t offset) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  stubdns__cursor_seek(&cursor, offset);
  const size_t run = follow_pointer(&cursor, cursor.offset);
  const size_t first = stubdns__skip_labels(&cursor);
  const size_t size = cursor.offset - 1 - run;
  if (cursor.error || size > BLOCK || length - run < BLOCK) {
    expand_rest(name, octets, length, run, 0);
    return;
  }
  copy_block(name->octets, octets + run);
  if (first)
    expand_second(name, octets, length, cursor.offset - 1, run, size);
  else
    finish(name, size);
}

int stubdns__name_is_at(const stubdns_name_t *name, const uint8_t *octets,
                        size_t length, size_t offset) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  stubdns__cursor_seek(&cursor, offset);
  size_t run = follow_pointers(&cursor, cursor.offset);
  size_t used = 0;
  size_t first;
  /*@ loop invariant is_readable(&cursor) && cursor.octets == octets;
      loop invariant cursor.end <= length && used <= name->length;
      loop invariant run <= cursor.offset;
      loop assigns cursor.offset, cursor.end, cursor.error, run, first, used;
      loop variant run; */
  do {
    first = stubdns__skip_labels(&cursor);
    if (cursor.error) return 0;
    const size_t size = cursor.offset - 1 - run;
    if (size >= name->length - used) return 0;
    if (!stubdns__octets_equal_folded(name->octets + used, octets + run, size))
      return 0;
    used += size;
  } while (next_run(&cursor, first, &run));
  return used + 1 == name->length;
}
