/* Error numbers as names and sentences, from the list in stubdns/error.h. */
#include "stubdns/error.h"

#include <stddef.h>

struct line {
  int number;
  const char *name;
  const char *text;
};

static const struct line lines[] = {
#define X(name, number, text) {number, "STUBDNS_" #name, text},
    STUBDNS_ERROR_MAP(X)
#undef X
        {0, NULL, NULL},
};

/* The line of `error`, or the last one. */
static const struct line *find(int error) {
  const struct line *line = lines;
  while (line->name && line->number != error)
    line++;
  return line;
}

const char *stubdns_error_text(int error) {
  if (error == 0) return "success";
  const char *const text = find(error)->text;
  return text ? text : "unknown error";
}

const char *stubdns_error_name(int error) {
  return find(error)->name;
}
