/* The loop of one thread. */
#include "bulk/worker.h"

#include "bulk/asking.h"
#include "group_resolver.h"

#include "stubdns/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#define TICK_MS 100       /* so long a record may wait to be written */
#define TICK_BLOCKED_MS 2 /* the reader of stdout is slow */

void run_steer(struct run *run, enum course course) {
  if (atomic_load(&run->course) < (int)course)
    atomic_store(&run->course, (int)course);
  for (size_t i = 0; i < run->worker_count; i++)
    uv_async_send(&run->workers[i].wake);
}

static void on_wake(uv_async_t *handle) {
  (void)handle; /* the turn does it */
}

static void on_tick(uv_timer_t *handle) {
  (void)handle;
}

/* Other threads may wait for the turn that this one has ended. */
static void wake_others(const struct worker *worker) {
  struct run *const run = worker->run;
  for (size_t i = 0; i < run->worker_count; i++)
    if (&run->workers[i] != worker) uv_async_send(&run->workers[i].wake);
}

/* Returns whether there were any. */
static int write_records(struct worker *worker) {
  struct run *const run = worker->run;
  struct sink *const sink = &run->sink;
  sink_lock(sink);
  const uint64_t turn = sink->turn;
  const int any = lines_write(&worker->lines, sink, uv_now(&worker->loop));
  if (sink->has_journal) worker->line_max = sink->done.through + DONE_SPAN;
  const int has_failed = sink->error != 0;
  const int is_blocked = !sink_is_ready(sink);
  const int turned = sink->turn != turn;
  sink_unlock(sink);
  if (turned) wake_others(worker);
  if (has_failed) run_steer(run, COURSE_ABORT);
  worker->tick_ms = is_blocked ? TICK_BLOCKED_MS : TICK_MS;
  return any;
}

/* How long until a query may be sent. */
static uint64_t pace_wait_ms(struct worker *worker) {
  const uint64_t now_ns = uv_hrtime();
  struct run *const run = worker->run;
  uv_mutex_lock(&run->pace_mutex);
  const uint64_t due_ns = pace_due(&run->pace);
  uv_mutex_unlock(&run->pace_mutex);
  return due_ns > now_ns ? (due_ns - now_ns + 999999) / 1000000 : 1;
}

/* The tick comes when the next query is due, or when records have waited. */
static void set_tick(struct worker *worker) {
  uint64_t delay_ms = worker->tick_ms;
  if (worker->run->settings->rate && !worker->is_waiting) {
    const uint64_t wait_ms = pace_wait_ms(worker);
    if (wait_ms < delay_ms) delay_ms = wait_ms;
  }
  if (uv_timer_get_repeat(&worker->tick) == delay_ms) return;
  uv_timer_start(&worker->tick, on_tick, delay_ms, delay_ms);
}

static void look_for_drops(struct worker *worker) {
  worker->looked_ms = uv_now(&worker->loop);
  drops_look(&worker->drops, &worker->loop);
  worker->statistics.dropped_by_host = worker->drops.total;
}

static void close_handles(struct worker *worker) {
  worker->is_closing = 1;
  look_for_drops(worker);
  uv_close((uv_handle_t *)&worker->turn, NULL);
  uv_close((uv_handle_t *)&worker->tick, NULL);
  uv_close((uv_handle_t *)&worker->wake, NULL);
  if (worker->has_readable) uv_close((uv_handle_t *)&worker->readable, NULL);
  stubdns_resolver_close(&worker->resolver, NULL);
}

/* When a run ends early what was asked has no gap: the first line without its
 * records was never asked. */
static int is_drained(const struct worker *worker) {
  const struct line *const first = worker->lines.first;
  return worker->run->worker_count > 1 || !first || first->pending;
}

static int is_finished(const struct worker *worker) {
  const int course = atomic_load(&worker->run->course);
  if (course == COURSE_ABORT) return 1;
  if (worker->in_flight || worker->line) return 0;
  if (course == COURSE_DRAIN) return is_drained(worker);
  return worker->input_has_ended && !worker->lines.first && !worker->bins.count;
}

static void on_turn(uv_prepare_t *handle) {
  struct worker *const worker = handle->data;
  while (asking_go_on(worker) && write_records(worker))
    continue;
  (void)write_records(worker);
  if (uv_now(&worker->loop) - worker->looked_ms >= TICK_MS)
    look_for_drops(worker);
  if (is_finished(worker))
    close_handles(worker);
  else
    set_tick(worker);
}

static void on_readable(uv_poll_t *handle, int status, int events) {
  struct worker *const worker = handle->data;
  (void)status;
  (void)events;
  worker->is_waiting = 0;
  uv_poll_stop(handle);
}

/* libuv makes what it watches non-blocking, which would last beyond this
 * program where a terminal is shared: that is taken back, nothing needs it.
 * What cannot be watched never has to be waited for. */
static void watch_input(struct worker *worker) {
  struct input *const input = &worker->run->input;
  if (input->is_always_ready) return;
  const int flags = fcntl(input->descriptor, F_GETFL);
  if (uv_poll_init(&worker->loop, &worker->readable, input->descriptor)) {
    input->is_always_ready = 1;
    return;
  }
  if (flags != -1) (void)fcntl(input->descriptor, F_SETFL, flags);
  worker->readable.data = worker;
  worker->has_readable = 1;
}

static void init_handles(struct worker *worker) {
  uv_prepare_init(&worker->loop, &worker->turn);
  uv_timer_init(&worker->loop, &worker->tick);
  worker->turn.data = worker;
  watch_input(worker);
}

void asking_wait_for_input(struct worker *worker) {
  if (worker->is_waiting) return;
  worker->is_waiting =
      uv_poll_start(&worker->readable, UV_READABLE, on_readable) == 0;
}

static int open_resolver(struct worker *worker) {
  struct run *const run = worker->run;
  int error = group_open_resolver(run->arguments, &run->arguments->groups[0],
                                  worker->window.most, &worker->loop,
                                  &worker->resolver);
  if (error) return error;
  error = network_join(&run->network, &worker->traffic, 0, &worker->resolver);
  if (error) stubdns_resolver_close(&worker->resolver, NULL);
  return error;
}

/* What is open on the loop without the loop having run. */
static void close_unused(struct worker *worker, int has_resolver) {
  uv_close((uv_handle_t *)&worker->wake, NULL);
  if (has_resolver) stubdns_resolver_close(&worker->resolver, NULL);
  uv_run(&worker->loop, UV_RUN_DEFAULT);
}

int worker_init(struct worker *worker, struct run *run) {
  const struct settings *const settings = run->settings;
  const uint32_t count = (uint32_t)run->worker_count;
  worker->run = run;
  worker->lines.in_order = !settings->unordered;
  worker->line_max = UINT64_MAX;
  worker->next = worker->block.text;
  int error = uv_loop_init(&worker->loop);
  if (error) return error;
  worker->has_loop = 1;
  error = uv_async_init(&worker->loop, &worker->wake, on_wake);
  if (error) return error;
  window_init(&worker->window, (settings->window + count - 1) / count);
  error = asking_init(worker);
  if (!error) error = open_resolver(worker);
  worker->is_unused = !error;
  if (error) close_unused(worker, 0);
  return error;
}

void worker_run(struct worker *worker) {
  worker->is_unused = 0;
  init_handles(worker);
  uv_prepare_start(&worker->turn, on_turn);
  uv_timer_start(&worker->tick, on_tick, 1, 1);
  uv_run(&worker->loop, UV_RUN_DEFAULT);
}

void worker_release(struct worker *worker) {
  if (!worker->run) return; /* one before it failed */
  if (worker->is_unused) close_unused(worker, 1);
  if (worker->has_loop) uv_loop_close(&worker->loop);
  asking_release(worker);
  lines_release(&worker->lines);
  report_release(&worker->report);
}
