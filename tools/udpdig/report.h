/* What is said about one inquiry: its reply as text for stdout, and for stderr
 * whatever went wrong. */
#ifndef UDPDIG_REPORT_H
#define UDPDIG_REPORT_H

#include "arguments.h"
#include "output.h"
#include "status.h"

#include "stubdns/lookup.h"

struct report {
  struct output text;
  struct output complaint;
  enum status status;
};

/* The lookup ended, as stubdns_lookup_cb tells it. */
void report_answer(struct report *report, const struct arguments *arguments,
                   const struct inquiry *inquiry, int status,
                   const stubdns_answer_t *answer);

/* The lookup could not begin; `sentence` says why. */
void report_failure(struct report *report, const struct inquiry *inquiry,
                    enum status status, const char *sentence);

void report_release(struct report *report);

#endif
