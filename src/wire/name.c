/* Names as values: comparing, taking apart, replacing a suffix.  A label is its
 * length octet and that many octets; length octets are below 64, so folding
 * letters over the whole wire form leaves them alone.  RFC 1035 section 3.1,
 * RFC 4343. */
#include "wire/name.h"

#include "stubdns/error.h"
#include "wire/reader.h"

#include <string.h>

int stubdns__octets_equal_folded(const uint8_t *a, const uint8_t *b,
                                 size_t length) {
  for (size_t i = 0; i < length; i++)
    if (a[i] != b[i] && stubdns__fold(a[i]) != stubdns__fold(b[i])) return 0;
  return 1;
}

int stubdns_name_equal(const stubdns_name_t *a, const stubdns_name_t *b) {
  return a->length == b->length &&
         stubdns__octets_equal_folded(a->octets, b->octets, a->length);
}

int stubdns_name_identical(const stubdns_name_t *a, const stubdns_name_t *b) {
  return a->length == b->length && !memcmp(a->octets, b->octets, a->length);
}

/* Fills `starts` with the offset of each label but the root's. */
static size_t label_starts(const stubdns_name_t *name,
                           uint8_t starts[STUBDNS_LABELS_MAX]) {
  size_t count = 0;
  size_t offset = 0;
  while (offset + 1 < name->length && count < STUBDNS_LABELS_MAX) {
    starts[count++] = (uint8_t)offset; /* offset < length <= 255 */
    offset += 1u + name->octets[offset];
  }
  return count;
}

size_t stubdns_name_label_count(const stubdns_name_t *name) {
  uint8_t starts[STUBDNS_LABELS_MAX];
  return label_starts(name, starts);
}

static int compare_labels(const uint8_t *a, const uint8_t *b) {
  const size_t shorter = a[0] < b[0] ? a[0] : b[0];
  for (size_t i = 1; i <= shorter; i++) {
    const int difference = stubdns__fold(a[i]) - stubdns__fold(b[i]);
    if (difference) return difference;
  }
  return a[0] - b[0];
}

int stubdns_name_compare(const stubdns_name_t *a, const stubdns_name_t *b) {
  uint8_t a_starts[STUBDNS_LABELS_MAX];
  uint8_t b_starts[STUBDNS_LABELS_MAX];
  size_t a_left = label_starts(a, a_starts);
  size_t b_left = label_starts(b, b_starts);
  while (a_left && b_left) {
    const int difference = compare_labels(a->octets + a_starts[--a_left],
                                          b->octets + b_starts[--b_left]);
    if (difference) return difference;
  }
  return (a_left > 0) - (b_left > 0);
}

/* The offset in `name` where the labels of `suffix` begin; `name->length` where
 * `name` is not below it. */
static size_t suffix_offset(const stubdns_name_t *name,
                            const stubdns_name_t *suffix) {
  size_t offset = 0;
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

int stubdns_name_is_below(const stubdns_name_t *name,
                          const stubdns_name_t *ancestor) {
  return suffix_offset(name, ancestor) < name->length;
}

int stubdns_name_substitute(stubdns_name_t *name, const stubdns_name_t *from,
                            const stubdns_name_t *to) {
  const size_t kept = suffix_offset(name, from);
  if (kept >= name->length) return STUBDNS_EINVALID;
  if (to->length > STUBDNS_NAME_MAX - kept) return STUBDNS_ENAMETOOLONG;
  memcpy(name->octets + kept, to->octets, to->length);
  name->length = (uint8_t)(kept + to->length); /* <= STUBDNS_NAME_MAX */
  return 0;
}

static int copy_labels(stubdns_name_t *name, struct stubdns__cursor *cursor) {
  name->length = 0;
  for (;;) {
    const uint8_t size = stubdns__cursor_u8(cursor);
    if (size > STUBDNS_LABEL_MAX) return STUBDNS_EBADLABEL;
    const uint8_t *label = stubdns__cursor_take(cursor, size);
    if (cursor->error) return cursor->error;
    if (size >= STUBDNS_NAME_MAX - name->length) return STUBDNS_ENAMETOOLONG;
    name->octets[name->length++] = size;
    if (size == 0) return 0;
    memcpy(name->octets + name->length, label, size);
    name->length = (uint8_t)(name->length + size); /* < STUBDNS_NAME_MAX */
  }
}

int stubdns_name_from_wire(stubdns_name_t *name, const uint8_t *octets,
                           size_t length) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  int error = copy_labels(name, &cursor);
  if (!error && stubdns__cursor_left(&cursor)) error = STUBDNS_ERDATAEXTRA;
  if (error) stubdns__name_set_root(name);
  return error;
}

/* A name is runs of labels with pointers between them.  Goes to the run where
 * the pointer leads of which `first` has been stepped over; it must lie before
 * `run`, so that walks over runs end.  0 where it is no such pointer. */
static inline int follow(struct stubdns__cursor *cursor, uint8_t first,
                         size_t run) {
  if (first < STUBDNS__POINTER) return 0;
  const size_t target = stubdns__skip_pointer(cursor, first);
  if (cursor->error || target >= run) return 0;
  cursor->offset = target;
  return 1;
}

void stubdns__name_expand(stubdns_name_t *name, const uint8_t *octets,
                          size_t length, size_t offset) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  stubdns__cursor_seek(&cursor, offset);
  size_t used = 0;
  size_t run;
  uint8_t first;
  do {
    run = cursor.offset;
    first = stubdns__skip_labels(&cursor);
    if (cursor.error) break;
    const size_t size = cursor.offset - 1 - run;
    if (size >= STUBDNS_NAME_MAX - used) break;
    if (size > 0) memcpy(name->octets + used, octets + run, size);
    used += size;
  } while (follow(&cursor, first, run));
  name->octets[used] = 0;
  name->length = (uint8_t)(used + 1); /* used < STUBDNS_NAME_MAX */
}

int stubdns__name_is_at(const stubdns_name_t *name, const uint8_t *octets,
                        size_t length, size_t offset) {
  struct stubdns__cursor cursor = stubdns__cursor_make(octets, length);
  stubdns__cursor_seek(&cursor, offset);
  size_t used = 0;
  size_t run;
  uint8_t first;
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
