/* Which lines of the input have been dealt with, so that a run that was cut
 * short can go on: all up to one, and some behind it.  Memory is bounded: lines
 * further than DONE_SPAN behind the first that is open cannot be marked.
 *
 * As octets the lines behind the first open one are lengths of runs, open and
 * done by turns, each in base 128, lowest first, with the high bit set where
 * more follow. */
#ifndef UDPDIG_BULK_DONE_H
#define UDPDIG_BULK_DONE_H

#include <stddef.h>
#include <stdint.h>

#define DONE_SPAN (1u << 20)

struct done {
  uint64_t through; /* every line up to this one is done; the first is 1 */
  uint64_t last;    /* the highest line that is done */
  uint64_t *words;  /* bits of lines behind `through`, a ring; NULL while none
                     * of those is done */
};

void done_release(struct done *done);

/* Makes `copy` the same.  Returns 0 or STUBDNS_ENOMEM. */
int done_copy(struct done *copy, const struct done *done);

/* Marks a line.  Returns 0 or STUBDNS_ENOMEM. */
int done_mark(struct done *done, uint64_t line);

/* Takes a mark back; of several it costs least to begin with the highest.
 * Returns 0 or STUBDNS_ENOMEM. */
int done_unmark(struct done *done, uint64_t line);

int done_has(const struct done *done, uint64_t line);

/* Whether a line could be marked. */
int done_reaches(const struct done *done, uint64_t line);

/* Writes the runs behind `through`; gives in `*length` what they take.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int done_encode(const struct done *done, uint8_t *octets, size_t size,
                size_t *length);

/* Reads what done_encode() wrote, beside `through`.
 *
 * Returns 0, STUBDNS_EINVALID or STUBDNS_ENOMEM. */
int done_decode(struct done *done, uint64_t through, const uint8_t *octets,
                size_t length);

#endif
