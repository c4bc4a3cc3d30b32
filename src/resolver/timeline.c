/* What happened to a lookup.  Queries and the answer are read off its attempts;
 * whatever else happens is noted, up to a bound.  Events are numbered as they
 * come, and found again by their number. */
#include "resolver/state.h"

#include <string.h>

static const char *kind_text(enum stubdns_event_kind kind) {
  static const char *const texts[] = {
#define X(name, text) text,
      STUBDNS_EVENT_MAP(X)
#undef X
  };
  return texts[kind];
}

static stubdns_event_t describe(const struct stubdns__flight *flight,
                                enum stubdns_event_kind kind,
                                uint64_t time_us) {
  const struct stubdns__attempt *attempt = &flight->attempt;
  return (stubdns_event_t){
      .kind = kind,
      .text = kind_text(kind),
      .time_us = time_us - flight->request->begin_us,
      .server = stubdns__server_asked(flight)->address,
      .id = attempt->id,
      .local_port = flight->local_port,
      .length = flight->length,
      .edns = attempt->edns,
      .cookie = attempt->cookie,
      .exact = attempt->exact,
      .tcp = attempt->tcp,
  };
}

static void tell(struct stubdns__core *core, void *user,
                 const stubdns_event_t *event) {
  if (core->hooks.log) core->hooks.log(core->hooks.data, user, event);
}

/* Anybody can send datagrams, as many as he likes: of them there are fewer than
 * of what we do ourselves. */
static int has_room(const struct stubdns__request *request,
                    const stubdns_event_t *event) {
  return request->mark_count <
         (event->kind == STUBDNS_EVENT_DROPPED || event->length
              ? STUBDNS_EVENTS_MAX
              : 2 * STUBDNS_EVENTS_MAX);
}

/* An event for which there is no room, or no memory, is left out: the lookup
 * does not depend on it. */
static void keep_mark(struct stubdns__core *core,
                      struct stubdns__request *request,
                      const stubdns_event_t *event) {
  struct stubdns__mark *mark =
      has_room(request, event) ? stubdns__allocate(core, sizeof *mark) : NULL;
  if (!mark) return;
  *mark = (struct stubdns__mark){request->marks, request->event_count, *event};
  request->marks = mark;
  request->mark_count++;
  request->event_count++;
}

/* What its attempt tells later on needs no note. */
static int is_read_off(enum stubdns_event_kind kind) {
  return kind == STUBDNS_EVENT_SENT || kind == STUBDNS_EVENT_ANSWERED;
}

void stubdns__timeline_note(struct stubdns__core *core,
                            struct stubdns__flight *flight,
                            const struct stubdns__happening *happening) {
  struct stubdns__request *request = flight->request;
  if (happening->kind == STUBDNS_EVENT_SENT)
    flight->number = request->event_count;
  if (is_read_off(happening->kind)) {
    request->event_count++;
    if (!core->hooks.log) return;
  }
  stubdns_event_t event = describe(flight, happening->kind, core->now_us);
  if (happening->text) event.text = happening->text;
  event.length = (uint16_t)happening->length;
  event.rcode = (uint16_t)happening->rcode;
  if (!is_read_off(happening->kind)) keep_mark(core, request, &event);
  tell(core, request->user, &event);
}

void stubdns__timeline_tell_server(struct stubdns__core *core,
                                   const struct stubdns__flight *flight,
                                   enum stubdns_event_kind kind) {
  const stubdns_event_t event = describe(flight, kind, core->now_us);
  tell(core, flight->request->user, &event);
}

void stubdns__timeline_tell_unasked(struct stubdns__core *core,
                                    const struct stubdns__route *route,
                                    const char *text, size_t length) {
  const stubdns_event_t event = {.kind = STUBDNS_EVENT_DROPPED,
                                 .text = text,
                                 .server = route->path.address,
                                 .local_port = route->local_port,
                                 .length = (uint16_t)length};
  tell(core, NULL, &event);
}

void stubdns__timeline_release(struct stubdns__core *core,
                               struct stubdns__request *request) {
  struct stubdns__mark *mark;
  while ((mark = request->marks) != NULL) {
    request->marks = mark->older;
    stubdns__release(core, mark);
  }
}

/* The answer is always the last event. */
static int find_answered(const struct stubdns__core *core,
                         const struct stubdns__request *request, size_t number,
                         stubdns_event_t *event) {
  const struct stubdns__flight *flight = stubdns__request_answered(request);
  if (!flight) return 0;
  if (number + 1 != request->event_count) return 0;
  *event = describe(flight, STUBDNS_EVENT_ANSWERED,
                    flight->attempt.sent_us + flight->attempt.rtt_us);
  event->length = request->answer_length;
  event->rcode = (uint16_t)stubdns_message_rcode(&core->handed_message);
  return 1;
}

static int find_sent_among(struct stubdns__attempt *newest, size_t number,
                           stubdns_event_t *event) {
  for (struct stubdns__attempt *a = newest; a; a = a->older) {
    const struct stubdns__flight *flight = stubdns__flight_of(a);
    if (!flight->is_sent || flight->number != number) continue;
    *event = describe(flight, STUBDNS_EVENT_SENT, a->sent_us);
    return 1;
  }
  return 0;
}

static int find_sent(const struct stubdns__request *request, size_t number,
                     stubdns_event_t *event) {
  return find_sent_among(request->exchange.newest, number, event) ||
         find_sent_among(stubdns__request_past(request), number, event);
}

static int find_mark(const struct stubdns__request *request, size_t number,
                     stubdns_event_t *event) {
  for (const struct stubdns__mark *m = request->marks; m; m = m->older) {
    if (m->number != number) continue;
    *event = m->event;
    return 1;
  }
  return 0;
}

int stubdns_answer_next_event(const stubdns_answer_t *answer, size_t *position,
                              stubdns_event_t *event) {
  const struct stubdns__core *core = answer->timeline;
  if (!core) return 0; /* by multicast */
  const struct stubdns__request *request =
      stubdns__share_source(core->handed_request);
  const size_t number = *position;
  const int found =
      (answer->message && find_answered(core, request, number, event)) ||
      find_sent(request, number, event) || find_mark(request, number, event);
  *position += (size_t)found;
  return found;
}
