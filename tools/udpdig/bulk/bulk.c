/* A run from its beginning to its statistics. */
#include "bulk/bulk.h"

#include "bulk/progress.h"
#include "bulk/worker.h"
#include "group_resolver.h"
#include "hosts.h"

#include "stubdns.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status complain(const char *what, const char *why) {
  fprintf(stderr, "udpdig: %s: %s\n", what, why);
  return STATUS_INTERNAL;
}

/* `error` is of the library or of libuv. */
static enum status fail(const char *what, int error) {
  complain(what, error_sentence(error));
  return status_of_error(error);
}

/* With --all-servers the one at `index`, else NULL, for any of them. */
static const struct server *only_server(const struct arguments *arguments,
                                        size_t index) {
  const struct group *const group = &arguments->groups[0];
  return group->settings.all_servers
             ? &arguments->servers[group->servers.first + index]
             : NULL;
}

/* What a line asks that is only a name, each type of each server; NULL where
 * there is no memory. */
static struct inquiry *make_inquiries(const struct arguments *arguments,
                                      size_t type_count, size_t server_count) {
  const struct group *const group = &arguments->groups[0];
  struct inquiry *const inquiries =
      calloc(type_count * server_count, sizeof *inquiries);
  for (size_t i = 0; inquiries && i < type_count * server_count; i++)
    inquiries[i] = (struct inquiry){
        .group = group,
        .only = only_server(arguments, i % server_count),
        .type = group->types.count
                    ? arguments->types[group->types.first + i / server_count]
                    : STUBDNS_TYPE_A,
        .class_ = group->class_ ? group->class_ : STUBDNS_CLASS_IN,
    };
  return inquiries;
}

/* Two runs are the same where all their words are. */
static uint64_t digest_of(const struct command_line *command_line) {
  uint64_t digest = JOURNAL_DIGEST;
  for (int i = 1; i < command_line->count; i++) {
    const char *const word = command_line->words[i];
    digest = journal_digest(digest, word, strlen(word) + 1);
  }
  return digest;
}

static enum status open_sink(struct run *run,
                             const struct command_line *command_line) {
  struct output message = {0};
  const size_t open_lines_max = (size_t)LINES_MAX * run->settings->threads;
  const uint64_t before = run->settings->first_line - 1;
  run->input.line_count = before;
  const int error =
      sink_open(&run->sink, run->settings->journal, digest_of(command_line),
                before, open_lines_max, &message);
  if (error)
    fprintf(stderr, "udpdig: %.*s\n", (int)message.length,
            message.length ? message.text : "");
  output_release(&message);
  return error ? STATUS_FILE : STATUS_ANSWERED;
}

static void on_signal(uv_signal_t *handle, int number) {
  struct run *const run = handle->data;
  (void)number;
  run->signal_count++;
  run_steer(run, run->signal_count > 1 ? COURSE_ABORT : COURSE_DRAIN);
}

static void watch_signals(struct run *run) {
  static const int numbers[] = {SIGINT, SIGTERM};
  for (size_t i = 0; i < 2; i++) {
    uv_signal_t *const handle = &run->signals[i];
    uv_signal_init(&run->workers[0].loop, handle);
    handle->data = run;
    uv_signal_start(handle, on_signal, numbers[i]);
    uv_unref((uv_handle_t *)handle);
  }
}

/* libuv gives signals back their default, which would end the program although
 * all is written: those that still come are too late. */
static void unwatch_signals(struct run *run) {
  sigset_t both;
  sigemptyset(&both);
  sigaddset(&both, SIGINT);
  sigaddset(&both, SIGTERM);
  (void)pthread_sigmask(SIG_BLOCK, &both, NULL);
  for (size_t i = 0; i < 2; i++)
    uv_close((uv_handle_t *)&run->signals[i], NULL);
  uv_run(&run->workers[0].loop, UV_RUN_DEFAULT);
}

static void run_thread(void *worker) {
  worker_run(worker);
}

/* The first worker has this thread. */
static void work(struct run *run) {
  struct progress progress;
  size_t started = 1;
  watch_signals(run);
  progress_start(&progress, run);
  for (; started < run->worker_count; started++) {
    struct worker *const worker = &run->workers[started];
    if (uv_thread_create(&worker->thread, run_thread, worker)) break;
  }
  worker_run(&run->workers[0]);
  for (size_t i = 1; i < started; i++)
    uv_thread_join(&run->workers[i].thread);
  progress_stop(&progress);
}

static void print_statistics(const struct run *run,
                             const struct statistics *statistics) {
  struct output text = {0};
  const char *const name = run->settings->statistics_file;
  FILE *const file = name ? fopen(name, "w") : stderr;
  if (!file) {
    complain(name, strerror(errno));
    return;
  }
  if (name)
    statistics_print_json(statistics, &text);
  else
    statistics_print(statistics, &text);
  const int written = fwrite(text.text, 1, text.length, file) == text.length;
  if ((name && fclose(file)) || !written) complain(name, strerror(errno));
  output_release(&text);
}

/* The worst of what the workers met, and what an earlier run met. */
static enum status worst(const struct run *run) {
  enum status status = STATUS_ANSWERED;
  for (size_t i = 0; i < run->worker_count; i++)
    if (run->workers[i].status > status) status = run->workers[i].status;
  if (run->sink.has_journal && run->sink.journal.status > (uint32_t)status)
    status = (enum status)run->sink.journal.status;
  if (run->input.error && status < STATUS_FILE) status = STATUS_FILE;
  return status;
}

/* The rest of the output, and in the journal that it is the rest. */
static void finish_sink(struct run *run, enum status status) {
  struct sink *const sink = &run->sink;
  sink->journal.status = (uint32_t)status;
  sink->journal.is_finished =
      atomic_load(&run->course) == COURSE_ON && !run->input.error;
  sink_finish(sink);
}

static enum status conclude(struct run *run, uint64_t begin_ns) {
  static struct statistics all;
  enum status status = worst(run);
  finish_sink(run, status);
  for (size_t i = 0; i < run->worker_count; i++)
    statistics_add(&all, &run->workers[i].statistics);
  all.elapsed_us = (uv_hrtime() - begin_ns) / 1000;
  print_statistics(run, &all);
  if (run->input.error) complain(run->input.name, strerror(run->input.error));
  if (run->sink.error) {
    complain("the output cannot be written", strerror(run->sink.error));
    return STATUS_OUTPUT;
  }
  return run->signal_count ? STATUS_INTERRUPTED : status;
}

static int init_workers(struct run *run) {
  run->worker_count = run->settings->threads;
  run->workers = calloc(run->worker_count, sizeof *run->workers);
  if (!run->workers) return STUBDNS_ENOMEM;
  for (size_t i = 0; i < run->worker_count; i++) {
    const int error = worker_init(&run->workers[i], run);
    if (error) return error;
  }
  return 0;
}

static enum status run_all(struct run *run) {
  const uint64_t begin_ns = uv_hrtime();
  if (run->sink.has_journal && run->sink.journal.is_finished) {
    fprintf(stderr, "udpdig: %s: all lines have been dealt with\n",
            run->settings->journal);
    return (enum status)run->sink.journal.status;
  }
  int error =
      inquiry_quick_options(&run->inquiries[0], &run->form, &run->options);
  if (!error) error = done_copy(&run->resumed, &run->sink.done);
  if (!error) error = uv_mutex_init(&run->pace_mutex);
  if (error) return fail("the run cannot begin", error);
  pace_init(&run->pace, run->settings->rate, begin_ns);
  error = init_workers(run);
  if (error) return fail("the run cannot begin", error);
  work(run);
  const enum status status = conclude(run, begin_ns);
  unwatch_signals(run);
  uv_mutex_destroy(&run->pace_mutex);
  return status;
}

static int find_hosts(struct arguments *arguments, struct network *network) {
  uv_loop_t loop;
  int error = uv_loop_init(&loop);
  if (error) return error;
  error = hosts_find(&loop, arguments, network, NULL);
  uv_loop_close(&loop);
  return error;
}

static void release(struct run *run) {
  for (size_t i = 0; run->workers && i < run->worker_count; i++)
    worker_release(&run->workers[i]);
  done_release(&run->resumed);
  free(run->workers);
}

static enum status run_file(struct run *run,
                            const struct command_line *command_line) {
  const char *const file = run->arguments->file;
  int error = find_hosts(run->arguments, &run->network);
  if (error) return fail("the servers", error);
  error = input_open(&run->input, file);
  if (error) {
    complain(file, strerror(error));
    return STATUS_FILE;
  }
  enum status status = open_sink(run, command_line);
  if (status == STATUS_ANSWERED) {
    status = run_all(run);
    sink_close(&run->sink);
  }
  release(run);
  input_close(&run->input);
  return status;
}

enum status bulk(struct arguments *arguments,
                 const struct command_line *command_line) {
  const struct group *const group = &arguments->groups[0];
  const size_t type_count = group->types.count ? group->types.count : 1;
  const size_t server_count =
      group->settings.all_servers ? group->servers.count : 1;
  struct inquiry *const inquiries =
      make_inquiries(arguments, type_count, server_count);
  if (!inquiries) return fail("the types", STUBDNS_ENOMEM);
  struct run run = {.arguments = arguments,
                    .settings = &group->settings,
                    .inquiries = inquiries,
                    .type_count = type_count,
                    .server_count = server_count};
  enum status status = network_open(&run.network, arguments);
  if (status == STATUS_ANSWERED) status = run_file(&run, command_line);
  status = status_worse(status, network_close(&run.network));
  free(inquiries);
  return status;
}
