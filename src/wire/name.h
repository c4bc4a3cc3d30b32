/* Names as the other rooms see them: folding, hashing and reading from a
 * message that has been validated. */
#ifndef STUBDNS_WIRE_NAME_H
#define STUBDNS_WIRE_NAME_H

#include "stubdns/name.h"

/* A to Z become a to z, every other octet stays, RFC 4343 section 3. */
/*@ assigns \nothing; */
static inline uint8_t stubdns__fold(uint8_t octet) {
  return (uint8_t)(octet - 'A') < 26 ? (uint8_t)(octet | 0x20) : octet;
}

/*@ requires \valid(name);
    assigns name->length, name->octets[0];
    ensures name->length == 1 && name->octets[0] == 0; */
static inline void stubdns__name_set_root(stubdns_name_t *name) {
  name->length = 1;
  name->octets[0] = 0;
}

/*@ requires \valid(to + (0 .. length - 1));
    requires \valid_read(from + (0 .. length - 1));
    requires \separated(to + (0 .. length - 1), from + (0 .. length - 1));
    assigns to[0 .. length - 1]; */
static inline void stubdns__copy(uint8_t *restrict to,
                                 const uint8_t *restrict from, size_t length) {
  /*@ loop invariant 0 <= i <= length;
      loop assigns i, to[0 .. length - 1];
      loop variant length - i; */
  for (size_t i = 0; i < length; i++)
    to[i] = from[i];
}

/* Whether `length` octets are the same with letters folded. */
/*@ requires \valid_read(a + (0 .. length - 1));
    requires \valid_read(b + (0 .. length - 1));
    assigns \nothing; */
int stubdns__octets_equal_folded(const uint8_t *a, const uint8_t *b,
                                 size_t length);

/* Does what stubdns_name_from_text() does, and gives where reading ended, which
 * on error is at or behind what is wrong, and whether the final dot was there.
 */
/*@ requires \valid(name) && \valid(position) && \valid(is_absolute);
    requires \valid_read(text + (0 .. length - 1));
    requires \separated(name, position, is_absolute);
    assigns *name, *position, *is_absolute;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
int stubdns__name_read(stubdns_name_t *name, const char *text, size_t length,
                       size_t *position, int *is_absolute);

/* Expands the name at `offset` of a message of `length` octets into `name`.
 * The message has been validated; octets that have not give some name, and
 * nothing outside is read. */
/*@ requires \valid(name) && \valid_read(octets + (0 .. length - 1));
    requires \separated(name, octets + (0 .. length - 1));
    requires length <= PTRDIFF_MAX;
    assigns *name;
    ensures 1 <= name->length <= STUBDNS_NAME_MAX; */
void stubdns__name_expand(stubdns_name_t *restrict name,
                          const uint8_t *restrict octets, size_t length,
                          size_t offset);

/* Whether the name at `offset` of a message is `name`, letters folded. */
/*@ requires \valid_read(name) && \valid_read(octets + (0 .. length - 1));
    requires length <= PTRDIFF_MAX;
    assigns \nothing; */
int stubdns__name_is_at(const stubdns_name_t *name, const uint8_t *octets,
                        size_t length, size_t offset);

#endif
