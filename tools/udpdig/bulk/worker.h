/* One thread of a run: a loop with resolvers of its own, which takes blocks of
 * the input, asks, and hands the records to the sink. */
#ifndef UDPDIG_BULK_WORKER_H
#define UDPDIG_BULK_WORKER_H

#include "arguments.h"
#include "bulk/bins.h"
#include "bulk/done.h"
#include "bulk/drops.h"
#include "bulk/input.h"
#include "bulk/lines.h"
#include "bulk/pace.h"
#include "bulk/sink.h"
#include "bulk/statistics.h"
#include "bulk/words.h"
#include "network.h"
#include "query_form.h"
#include "report.h"
#include "status.h"

#include "stubdns/resolver.h"

#include <stdatomic.h>
#include <uv.h>

/* How a run is going. */
enum course {
  COURSE_ON,
  COURSE_DRAIN, /* ask for no further line, wait for the answers */
  COURSE_ABORT  /* leave at once */
};

/* What the threads of a run share. */
struct run {
  struct arguments *arguments;
  const struct settings *settings; /* of the command line */
  struct inquiry *inquiries;       /* of a line that is only a name */
  size_t type_count;
  size_t server_count;    /* that each type is asked of: one for any of them */
  struct query_form form; /* of such a line's queries */
  stubdns_lookup_options_t options; /* which may point to it */
  struct input input;
  struct sink sink;
  struct network network;
  struct pace pace; /* of all threads together */
  uv_mutex_t pace_mutex;
  struct done resumed; /* lines that an earlier run has dealt with */
  atomic_int course;   /* enum course */
  struct worker *workers;
  size_t worker_count;
  uv_signal_t signals[2]; /* on the first worker's loop */
  unsigned signal_count;  /* that came */
};

struct question; /* under way */

struct worker {
  struct run *run;
  uv_thread_t thread;
  uv_loop_t loop;
  uv_prepare_t turn; /* runs once in each turn of the loop */
  uv_timer_t tick;   /* has the loop turn though nothing comes */
  uint64_t tick_ms;
  uv_async_t wake; /* from other threads */
  uv_poll_t readable;
  int is_waiting; /* for the input */
  int has_readable;
  int is_closing;
  stubdns_resolver_t resolver;
  struct traffic traffic;
  struct window window;
  struct statistics statistics;
  struct drops drops;
  uint64_t looked_ms; /* when for drops */
  struct lines lines;
  struct block block;
  char *next;         /* in the block's text */
  uint64_t next_line; /* its number */
  int input_has_ended;
  struct words words;
  struct bins bins;
  struct line *line;    /* whose questions are being asked, or NULL */
  size_t next_question; /* of it */
  uint64_t line_max;    /* the journal cannot yet take lines behind it */
  struct question *questions;
  struct question *free_questions;
  uint32_t in_flight;
  struct report report;
  enum status status;
  int has_loop;
  int is_unused;              /* it could run, and has not */
  atomic_uint_fast64_t ended; /* questions, for the progress line */
  atomic_uint_fast64_t answered;
  atomic_uint_fast64_t retried;
};

/* Makes a worker of `run`, or returns an error of the library; then
 * worker_release() is still to be called. */
int worker_init(struct worker *worker, struct run *run);

/* Runs until the input has been dealt with. */
void worker_run(struct worker *worker);

void worker_release(struct worker *worker);

/* Has every worker look at the run's course. */
void run_steer(struct run *run, enum course course);

#endif
