/* Choosing a bin, then taking a run of lines from it. */
#include "bulk/bins.h"

#define RUN 32 /* lines; what is sent at once has no more */

void bins_put(struct bins *bins, struct line *line, size_t name_length) {
  struct bin *const bin = &bins->bins[name_length % BIN_COUNT];
  line->behind = NULL;
  if (bin->last)
    bin->last->behind = line;
  else
    bin->first = line;
  bin->last = line;
  bin->count++;
  bins->count++;
  bins->newest_line = line->number;
}

static struct line *take_from(struct bins *bins, struct bin *bin) {
  struct line *const line = bin->first;
  bin->first = line->behind;
  if (!bin->first) bin->last = NULL;
  bin->count--;
  bins->count--;
  if (line->number > bins->asked_line) bins->asked_line = line->number;
  return line;
}

static struct bin *oldest_bin(struct bins *bins) {
  struct bin *oldest = NULL;
  for (struct bin *bin = bins->bins; bin < bins->bins + BIN_COUNT; bin++)
    if (bin->count && (!oldest || bin->first->number < oldest->first->number))
      oldest = bin;
  return oldest;
}

static struct bin *longest_bin(struct bins *bins) {
  struct bin *longest = bins->bins;
  for (struct bin *bin = bins->bins; bin < bins->bins + BIN_COUNT; bin++)
    if (bin->count > longest->count) longest = bin;
  return longest;
}

struct line *bins_take(struct bins *bins, uint64_t patience) {
  if (!bins->count) return NULL;
  if (!bins->current || !bins->current->count || !bins->left) {
    struct bin *const oldest = oldest_bin(bins);
    const int is_late = bins->newest_line - oldest->first->number >= patience;
    bins->current = is_late ? oldest : longest_bin(bins);
    bins->left = RUN;
  }
  bins->left--;
  return take_from(bins, bins->current);
}

struct line *bins_take_gap(struct bins *bins) {
  struct bin *const oldest = oldest_bin(bins);
  if (!oldest || oldest->first->number > bins->asked_line) return NULL;
  return take_from(bins, oldest);
}
