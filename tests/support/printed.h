/* What other decoders printed of a recorded reply, as lines to compare with:
 * dig's and kdig's default layout, blanks made one, records without the
 * comments around them. */
#ifndef STUBDNS_TESTS_PRINTED_H
#define STUBDNS_TESTS_PRINTED_H

#include <stddef.h>

#define PRINTED_LINES_MAX 1024

struct printed {
  char *text;   /* the lines point into it */
  char *opcode; /* NULL where there is no header: zone transfers */
  char *status;
  unsigned id;
  unsigned flags; /* STUBDNS_FLAG_* */
  unsigned counts[4];
  int has_edns;
  unsigned edns_version;
  unsigned edns_dnssec_ok;
  unsigned edns_payload_size;
  char *question; /* "name class type" */
  char *records[PRINTED_LINES_MAX];
  size_t section_ends[3]; /* in `records` */
};

/* Reads `path`: what stands under a line "=== dig FORM", or, where `form` is
 * NULL, all of it.  To be freed. */
void printed_read(struct printed *printed, const char *path, const char *form);
void printed_free(struct printed *printed);

/* Makes every run of blanks one, and none at the ends. */
void squeeze_blanks(char *text);

#endif
