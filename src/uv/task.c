/* Tasks wait in a wheel of their own; the transport's one timer serves it. */
#include "uv/task.h"

#include "uv/transport.h"

#include <string.h>

void stubdns__tasks_init(struct stubdns__tasks *tasks) {
  stubdns__link_init(&tasks->all);
  stubdns__link_init(&tasks->due);
  memset(&tasks->wheel, 0, sizeof tasks->wheel);
}

void stubdns__task_begin(struct stubdns__transport *transport,
                         struct stubdns__task *task,
                         const struct stubdns__task_kind *kind) {
  memset(task, 0, sizeof *task);
  task->transport = transport;
  task->kind = kind;
  stubdns__link_init(&task->link);
  stubdns__list_append(&transport->tasks.all, &task->link);
}

void stubdns__task_end(struct stubdns__task *task) {
  stubdns__task_sleep(task);
  stubdns__list_remove(&task->link);
}

void stubdns__task_wake(struct stubdns__task *task, uint64_t due_us) {
  struct stubdns__transport *const transport = task->transport;
  stubdns__wheel_arm(&transport->tasks.wheel, &task->timer, due_us);
  stubdns__transport_drain_soon(transport); /* which arms the loop's timer */
}

void stubdns__task_sleep(struct stubdns__task *task) {
  stubdns__wheel_disarm(&task->transport->tasks.wheel, &task->timer);
}

/* Those that are woken meanwhile, for now, wait for the next turn: so all that
 * are due are taken out before any is called. */
int stubdns__tasks_run(struct stubdns__tasks *tasks, uint64_t now_us) {
  struct stubdns__timer *timer;
  struct stubdns__link *link;
  while ((timer = stubdns__wheel_pop(&tasks->wheel, now_us)) != NULL)
    stubdns__list_append(
        &tasks->due, &STUBDNS__ITEM(timer, struct stubdns__task, timer)->link);
  const int none_is_due = stubdns__list_is_empty(&tasks->due);
  while ((link = stubdns__list_first(&tasks->due)) != NULL) {
    struct stubdns__task *const task =
        STUBDNS__ITEM(link, struct stubdns__task, link);
    stubdns__list_append(&tasks->all, link);
    task->kind->on_time(task);
  }
  return none_is_due;
}

static void cancel_all(struct stubdns__link *head) {
  for (struct stubdns__link *link = head->next; link != head;
       link = link->next) {
    struct stubdns__task *const task =
        STUBDNS__ITEM(link, struct stubdns__task, link);
    task->kind->cancel(task);
  }
}

void stubdns__tasks_cancel(struct stubdns__tasks *tasks) {
  cancel_all(&tasks->all);
  cancel_all(&tasks->due);
}
