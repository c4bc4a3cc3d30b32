/* Tasks: what a user waits for that is made of lookups, of time, or of nothing
 * but the next turn of the loop.  A resolver is not closed, and keeps its loop
 * alive, while there are any. */
#ifndef STUBDNS_UV_TASK_H
#define STUBDNS_UV_TASK_H

#include "resolver/list.h"
#include "resolver/wheel.h"

struct stubdns__transport;
struct stubdns__task;

struct stubdns__task_kind {
  /* The task's time has come. */
  void (*on_time)(struct stubdns__task *task);
  /* The resolver is being closed: the task has to end, in a later turn. */
  void (*cancel)(struct stubdns__task *task);
};

struct stubdns__task {
  struct stubdns__link link; /* in the transport's `tasks` */
  struct stubdns__timer timer;
  struct stubdns__transport *transport;
  const struct stubdns__task_kind *kind;
};

/* All that is known of a transport's tasks. */
struct stubdns__tasks {
  struct stubdns__link all;
  struct stubdns__link due; /* those about to be called, out of `all` */
  struct stubdns__wheel wheel;
};

void stubdns__tasks_init(struct stubdns__tasks *tasks);

void stubdns__task_begin(struct stubdns__transport *transport,
                         struct stubdns__task *task,
                         const struct stubdns__task_kind *kind);

/* The task is over; its memory is its owner's. */
void stubdns__task_end(struct stubdns__task *task);

/* Calls `on_time` once, at the time given or soon after; with 0 in the next
 * turn of the loop.  The last call counts. */
void stubdns__task_wake(struct stubdns__task *task, uint64_t due_us);

/* No `on_time` any more. */
void stubdns__task_sleep(struct stubdns__task *task);

/* Calls `on_time` of the tasks that are due.  Returns 1 where none was. */
int stubdns__tasks_run(struct stubdns__tasks *tasks, uint64_t now_us);

void stubdns__tasks_cancel(struct stubdns__tasks *tasks);

#endif
