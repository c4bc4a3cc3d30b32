/* Lines that are about to be asked, by the length of their names: queries of
 * one length go out together for little more than the price of one.  Within a
 * length they keep their order, and none is passed over for long. */
#ifndef UDPDIG_BULK_BINS_H
#define UDPDIG_BULK_BINS_H

#include "bulk/lines.h"

#include <stddef.h>
#include <stdint.h>

#define BIN_COUNT 256

struct bin {
  struct line *first;
  struct line *last;
  size_t count;
};

struct bins {
  struct bin bins[BIN_COUNT];
  size_t count;         /* lines in all */
  struct bin *current;  /* from which lines are taken */
  size_t left;          /* so many more of them */
  uint64_t newest_line; /* number of the last that was put in */
  uint64_t asked_line;  /* the highest that was taken out */
};

void bins_put(struct bins *bins, struct line *line, size_t name_length);

/* Takes out the line to ask next, or NULL where there is none.  A line that
 * came `patience` lines before the newest goes before longer bins. */
struct line *bins_take(struct bins *bins, uint64_t patience);

/* The same, but only a line before one that was taken already: so that in the
 * end those that were asked have no gap. */
struct line *bins_take_gap(struct bins *bins);

#endif
