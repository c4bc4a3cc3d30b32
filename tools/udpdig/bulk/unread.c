/* A growing ring. */
#include "bulk/unread.h"

#include "stubdns/error.h"

#include <stdlib.h>

#define FIRST_SIZE 1024

void unread_release(struct unread *unread) {
  free(unread->lines);
  *unread = (struct unread){0};
}

static struct unread_line *at(const struct unread *unread, size_t index) {
  return &unread->lines[(unread->first + index) & (unread->size - 1)];
}

static int grow(struct unread *unread) {
  const size_t size = unread->size ? 2 * unread->size : FIRST_SIZE;
  struct unread_line *const lines = malloc(size * sizeof *lines);
  if (!lines) return STUBDNS_ENOMEM;
  for (size_t i = 0; i < unread->count; i++)
    lines[i] = *at(unread, i);
  free(unread->lines);
  unread->lines = lines;
  unread->size = size;
  unread->first = 0;
  return 0;
}

int unread_add(struct unread *unread, uint64_t line, uint64_t end) {
  const int error = unread->count == unread->size ? grow(unread) : 0;
  if (error) return error;
  *at(unread, unread->count++) = (struct unread_line){end, line};
  return 0;
}

void unread_forget(struct unread *unread, uint64_t read) {
  while (unread->count && at(unread, 0)->end <= read) {
    unread->first++;
    unread->count--;
  }
}

int unread_take_last(struct unread *unread, uint64_t *line) {
  if (!unread->count) return 0;
  *line = at(unread, --unread->count)->line;
  return 1;
}
