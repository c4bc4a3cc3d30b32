/* One line on the terminal that says how far a run has come. */
#ifndef UDPDIG_BULK_PROGRESS_H
#define UDPDIG_BULK_PROGRESS_H

#include "bulk/worker.h"

struct progress {
  const struct run *run;
  uv_timer_t timer;
  uint64_t begin_ms;
  int is_shown;
};

/* Shows it on stderr now and then, where that is a terminal, from the loop of
 * the run's first worker. */
void progress_start(struct progress *progress, const struct run *run);

/* Takes the line away and closes the timer. */
void progress_stop(struct progress *progress);

#endif
