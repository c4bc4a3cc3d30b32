/* The record of one question of a file: whatever the form, something about
 * every question, with the number of its line. */
#ifndef UDPDIG_BULK_RECORD_H
#define UDPDIG_BULK_RECORD_H

#include "report.h"

/* Of which line a record tells. */
struct origin {
  const char *file;
  uint64_t line;
};

/* Puts the record of a question that ended into the report, which is cleared
 * first.
 *
 * With --tsv every line has seven columns: number of the line, status, owner,
 * TTL, class, type and data; where there are no records one line stands for the
 * question, without TTL, and where there is no reply it has the code of the
 * error for the status, and its sentence for the data. */
void record_write(struct report *report, const struct arguments *arguments,
                  const struct inquiry *inquiry, const struct result *result,
                  const struct origin *origin);

/* The same of a line that cannot be asked for; `why` is a sentence. */
void record_write_bad(struct report *report, const struct settings *settings,
                      const struct origin *origin, const char *why,
                      size_t why_length);

#endif
