/* The line, written over itself. */
#include "bulk/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define INTERVAL_MS 500

static uint64_t sum_ended(const struct run *run) {
  uint64_t sum = 0;
  for (size_t i = 0; i < run->worker_count; i++)
    sum += atomic_load(&run->workers[i].ended);
  return sum;
}

static uint64_t sum_answered(const struct run *run) {
  uint64_t sum = 0;
  for (size_t i = 0; i < run->worker_count; i++)
    sum += atomic_load(&run->workers[i].answered);
  return sum;
}

static uint64_t sum_retried(const struct run *run) {
  uint64_t sum = 0;
  for (size_t i = 0; i < run->worker_count; i++)
    sum += atomic_load(&run->workers[i].retried);
  return sum;
}

/* How much of the file has been read is how much of the work is done. */
static void print_left(const struct input *input, double elapsed_s) {
  const double part = (double)input->offset / (double)input->size;
  if (!input->size || part <= 0) return;
  fprintf(stderr, ", %.0f %%, %.0f s left", 100 * part,
          elapsed_s / part - elapsed_s);
}

static void on_timer(uv_timer_t *timer) {
  struct progress *const progress = timer->data;
  struct run *const run = (struct run *)progress->run;
  const double elapsed_s =
      (double)(uv_now(timer->loop) - progress->begin_ms) / 1000;
  const uint64_t ended = sum_ended(run);
  fprintf(stderr,
          "\r\033[K%" PRIu64 " done, %.0f a second, %" PRIu64
          " answered, %" PRIu64 " retries",
          ended, elapsed_s > 0 ? (double)ended / elapsed_s : 0,
          sum_answered(run), sum_retried(run));
  uv_mutex_lock(&run->input.mutex);
  print_left(&run->input, elapsed_s);
  uv_mutex_unlock(&run->input.mutex);
  fflush(stderr);
  progress->is_shown = 1;
}

void progress_start(struct progress *progress, const struct run *run) {
  uv_loop_t *const loop = &run->workers[0].loop;
  *progress = (struct progress){.run = run, .begin_ms = uv_now(loop)};
  uv_timer_init(loop, &progress->timer);
  progress->timer.data = progress;
  uv_unref((uv_handle_t *)&progress->timer);
  if (isatty(STDERR_FILENO))
    uv_timer_start(&progress->timer, on_timer, INTERVAL_MS, INTERVAL_MS);
}

void progress_stop(struct progress *progress) {
  uv_loop_t *const loop = progress->timer.loop;
  uv_close((uv_handle_t *)&progress->timer, NULL);
  uv_run(loop, UV_RUN_NOWAIT);
  if (progress->is_shown) fputs("\r\033[K", stderr);
}
