/* What is said about one inquiry: its reply as text for stdout, and for stderr
 * whatever went wrong. */
#ifndef UDPDIG_REPORT_H
#define UDPDIG_REPORT_H

#include "arguments.h"
#include "output.h"
#include "print_json.h"
#include "status.h"

struct report {
  struct output text;
  struct output complaint;
  enum status status;
};

/* The inquiry ended: by a reply, without one, or without having begun. */
void report_result(struct report *report, const struct arguments *arguments,
                   const struct inquiry *inquiry, const struct result *result);

void report_release(struct report *report);

#endif
