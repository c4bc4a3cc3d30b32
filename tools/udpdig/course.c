/* One walk over the events. */
#include "course.h"

static void note(struct course *course, const stubdns_event_t *event) {
  switch (event->kind) {
  case STUBDNS_EVENT_SENT:
  case STUBDNS_EVENT_ANSWERED:
    course->is_tcp = event->tcp;
    break;
  case STUBDNS_EVENT_TRUNCATED:
    course->was_truncated = 1;
    break;
  case STUBDNS_EVENT_COOKIES_OFF:
    course->cookies_off = 1;
    break;
  case STUBDNS_EVENT_0X20_OFF:
    course->letters_off = 1;
    break;
  default:
    break;
  }
}

struct course course_of(const stubdns_answer_t *answer) {
  struct course course = {0};
  stubdns_event_t event;
  size_t position = 0;
  if (!answer) return course;
  while (stubdns_answer_next_event(answer, &position, &event))
    note(&course, &event);
  if (answer->truncated) course.is_tcp = 0; /* over TCP nothing is cut */
  return course;
}
