/* Writing to stdout, then to the journal. */
#include "bulk/sink.h"

#include "stubdns/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_MAX_MS 100
#define READER_LOOK_MS 10

static int complain(struct output *message, const char *sentence, int error) {
  output_text(message, sentence);
  if (error) output_format(message, ": %s", strerror(error));
  return STUBDNS_EINVALID;
}

static uint64_t length_of_stdout(const struct stat *about) {
  const off_t place = lseek(STDOUT_FILENO, 0, SEEK_CUR);
  const int flags = fcntl(STDOUT_FILENO, F_GETFL);
  const int appends = flags != -1 && (flags & O_APPEND);
  return (uint64_t)(appends || place < 0 ? about->st_size : place);
}

/* What the output has beyond the journal was written before a run was killed,
 * and is written once more. */
static int cut_stdout(struct sink *sink, const struct stat *about,
                      struct output *message) {
  const uint64_t whole = sink->journal.offset;
  if ((uint64_t)about->st_size < whole)
    return complain(message,
                    "the output is shorter than the journal says: append to "
                    "it with >>, not >",
                    0);
  if (ftruncate(STDOUT_FILENO, (off_t)whole) ||
      lseek(STDOUT_FILENO, (off_t)whole, SEEK_SET) < 0)
    return complain(message, "the output cannot be cut to where it is whole",
                    errno);
  sink->offset = whole;
  return 0;
}

static int open_journal(struct sink *sink, const char *path, uint64_t command,
                        size_t open_lines_max, const struct stat *about,
                        struct output *message) {
  int error = journal_open(&sink->journal, path, command, sink->offset,
                           open_lines_max, &sink->done, message);
  if (error) return error;
  sink->has_journal = 1;
  if (!sink->journal.is_resumed || !sink->is_file) return 0;
  error = cut_stdout(sink, about, message);
  if (error) journal_close(&sink->journal);
  return error;
}

int sink_open(struct sink *sink, const char *journal_path, uint64_t command,
              uint64_t before, size_t open_lines_max, struct output *message) {
  struct stat about;
  *sink = (struct sink){.done = {.through = before, .last = before}};
  if (fstat(STDOUT_FILENO, &about))
    return complain(message, "the output cannot be written", errno);
  sink->is_file = S_ISREG(about.st_mode);
  sink->is_pipe = S_ISFIFO(about.st_mode);
  if (sink->is_file) sink->offset = length_of_stdout(&about);
  if (uv_mutex_init(&sink->mutex)) return STUBDNS_ENOMEM;
  if (!journal_path) return 0;
  const int error = open_journal(sink, journal_path, command, open_lines_max,
                                 &about, message);
  if (error) {
    uv_mutex_destroy(&sink->mutex);
    done_release(&sink->done);
  }
  return error;
}

void sink_close(struct sink *sink) {
  if (sink->has_journal) journal_close(&sink->journal);
  uv_mutex_destroy(&sink->mutex);
  done_release(&sink->done);
  output_release(&sink->output);
  unread_release(&sink->unread);
}

void sink_lock(struct sink *sink) {
  uv_mutex_lock(&sink->mutex);
}

void sink_unlock(struct sink *sink) {
  uv_mutex_unlock(&sink->mutex);
}

void sink_add(struct sink *sink, struct held_pool *pool, struct held *record) {
  held_take(pool, record, &sink->output);
}

void sink_end_line(struct sink *sink, uint64_t line) {
  if (!sink->has_journal) return;
  int error = done_mark(&sink->done, line);
  if (!error && sink->is_pipe)
    error = unread_add(&sink->unread, line, sink->offset + sink->output.length);
  if (error) sink->error = ENOMEM;
}

/* Forgets the lines that the pipe's reader has taken; returns the octets that
 * he has not. */
static size_t forget_read(struct sink *sink) {
  int waiting = 0;
  if (!sink->is_pipe || ioctl(STDOUT_FILENO, FIONREAD, &waiting)) return 0;
  unread_forget(&sink->unread,
                sink->offset + sink->written - (uint64_t)waiting);
  return (size_t)waiting;
}

/* What a reader who went away has not taken is not done. */
static void take_back_unread(struct sink *sink) {
  uint64_t line;
  int error = 0;
  (void)forget_read(sink);
  sink->journal.is_finished = 0;
  while (!error && unread_take_last(&sink->unread, &line))
    error = done_unmark(&sink->done, line);
  if (!error) (void)journal_write(&sink->journal, sink->offset, &sink->done);
}

/* A pipe that is ready takes so much without waiting. */
static size_t writable(const struct sink *sink) {
  const size_t left = sink->output.length - sink->written;
  struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
  if (sink->is_file) return left;
  if (poll(&ready, 1, 0) <= 0) return 0;
  return left < PIPE_BUF ? left : PIPE_BUF;
}

static void write_some(struct sink *sink) {
  while (!sink_is_empty(sink) && !sink->error) {
    const size_t length = writable(sink);
    if (!length) return;
    const ssize_t written =
        write(STDOUT_FILENO, sink->output.text + sink->written, length);
    if (written < 0 && errno == EINTR) continue;
    if (written > 0)
      sink->written += (size_t)written;
    else
      sink->error = written ? errno : ENOSPC;
  }
  if (sink->error == EPIPE && sink->is_pipe && sink->has_journal)
    take_back_unread(sink);
}

/* All that there is has been written: the journal may say so. */
static void settle(struct sink *sink) {
  sink->offset += sink->written;
  sink->written = 0;
  output_clear(&sink->output);
  if (!sink->has_journal) return;
  (void)forget_read(sink);
  sink->error = journal_write(&sink->journal, sink->offset, &sink->done);
}

static int is_worth_writing(const struct sink *sink, uint64_t now_ms) {
  return !sink_is_ready(sink) || sink->output.length >= SINK_WORTH_WRITING ||
         now_ms - sink->written_ms >= WAIT_MAX_MS;
}

void sink_write(struct sink *sink, uint64_t now_ms) {
  if (sink->output.error) sink->error = ENOMEM;
  if (sink->error || sink_is_empty(sink) || !is_worth_writing(sink, now_ms))
    return;
  sink->written_ms = now_ms;
  write_some(sink);
  if (sink_is_empty(sink) && !sink->error) settle(sink);
}

/* With a journal a run is through when the pipe's reader has taken all. */
static void wait_for_reader(struct sink *sink) {
  struct pollfd gone = {.fd = STDOUT_FILENO};
  while (!sink->error && forget_read(sink)) {
    if (poll(&gone, 1, READER_LOOK_MS) <= 0) continue;
    sink->error = EPIPE;
    take_back_unread(sink);
  }
}

void sink_finish(struct sink *sink) {
  struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
  if (sink->output.error) sink->error = ENOMEM;
  while (!sink_is_empty(sink) && !sink->error) {
    write_some(sink);
    if (!sink_is_empty(sink)) (void)poll(&ready, 1, -1);
  }
  if (sink->has_journal) wait_for_reader(sink);
  if (!sink->error) settle(sink);
}

int sink_is_empty(const struct sink *sink) {
  return sink->written == sink->output.length;
}

int sink_is_ready(const struct sink *sink) {
  return sink->written == 0;
}
