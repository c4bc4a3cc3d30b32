/* Where records go: stdout and the journal, shared by all threads.  Records are
 * collected and written many at a time, whole lines of input only, so that the
 * journal can say after each writing what the output has.
 *
 * In order, the blocks of the input take turns: only the thread that has the
 * block of `turn` may add, and ends it. */
#ifndef UDPDIG_BULK_SINK_H
#define UDPDIG_BULK_SINK_H

#include "bulk/done.h"
#include "bulk/held.h"
#include "bulk/journal.h"
#include "bulk/unread.h"
#include "output.h"

#include <stdint.h>
#include <uv.h>

#define SINK_WORTH_WRITING 65536 /* octets */

struct sink {
  uv_mutex_t mutex;
  uint64_t turn; /* number of the block whose records come next */
  struct output output;
  size_t written;      /* octets of `output` that are written */
  uint64_t offset;     /* in the file, of the first octet of `output` */
  uint64_t written_ms; /* when something was last written */
  struct done done;
  struct journal journal;
  struct unread unread; /* of a pipe, where there is a journal */
  int has_journal;
  int is_file; /* writing to it does not wait */
  int is_pipe;
  int error; /* errno number, after which nothing is written any more */
};

/* Begins with stdout as it is; with a journal, where that says the output is
 * whole.  The lines up to `before` are none of the input's.  Returns 0, or
 * STUBDNS_ENOMEM, or STUBDNS_EINVALID with a sentence in `message`; then there
 * is nothing to close. */
int sink_open(struct sink *sink, const char *journal_path, uint64_t command,
              uint64_t before, size_t open_lines_max, struct output *message);
void sink_close(struct sink *sink);

void sink_lock(struct sink *sink);
void sink_unlock(struct sink *sink);

/* All below are called with the lock held. */

/* Whether records may be added: not while others are half written. */
int sink_is_ready(const struct sink *sink);

/* Adds a record. */
void sink_add(struct sink *sink, struct held_pool *pool, struct held *record);

/* A line of the input has all its records. */
void sink_end_line(struct sink *sink, uint64_t line);

/* Writes what there is where it is much or has waited long; as much as can be
 * written without waiting. */
void sink_write(struct sink *sink, uint64_t now_ms);

/* Writes all there is, and waits where that takes time. */
void sink_finish(struct sink *sink);

int sink_is_empty(const struct sink *sink);

#endif
