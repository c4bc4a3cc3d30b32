/* One lookup's life: it waits for its turn, is active while its exchange runs,
 * and is completed exactly once. */
#include "resolver/state.h"

#include <assert.h>
#include <string.h>

static uint64_t deadline_of(const struct stubdns__core *core,
                            uint32_t deadline_ms) {
  const uint32_t span_ms = deadline_ms ? deadline_ms : core->deadline_ms;
  return core->now_us + (uint64_t)span_ms * 1000;
}

static uint16_t class_of(const stubdns_question_t *question,
                         const stubdns_lookup_options_t *options) {
  if (options->class_) return options->class_;
  return question->class_ ? question->class_ : STUBDNS_CLASS_IN;
}

static void request_init(struct stubdns__core *core,
                         struct stubdns__request *request,
                         const stubdns_question_t *question,
                         const stubdns_lookup_options_t *options) {
  memset(request, 0, sizeof *request);
  stubdns__link_init(&request->link);
  request->exchange.deadline_us = deadline_of(core, options->deadline_ms);
  request->exchange.server_count = core->server_count;
  request->exchange.sends_per_server = core->sends_per_server;
  request->begin_us = core->now_us;
  request->flags = options->flags;
  request->type = question->type;
  request->class_ = class_of(question, options);
  request->payload_size =
      options->payload_size ? options->payload_size : STUBDNS_PAYLOAD_SIZE;
  request->name_length = question->name.length;
  memcpy(request->name, question->name.octets, question->name.length);
}

int stubdns__request_create(struct stubdns__core *core,
                            const stubdns_question_t *question,
                            const stubdns_lookup_options_t *options, void *user,
                            struct stubdns__request **request) {
  static const stubdns_lookup_options_t defaults;
  const size_t size = sizeof(struct stubdns__request) + question->name.length;
  *request = stubdns__allocate(core, size);
  if (!*request) return STUBDNS_ENOMEM;
  request_init(core, *request, question, options ? options : &defaults);
  (*request)->user = user;
  return 0;
}

void stubdns__request_release(struct stubdns__core *core,
                              struct stubdns__request *request) {
  struct stubdns__attempt *attempt;
  while ((attempt = request->exchange.newest) != NULL) {
    request->exchange.newest = attempt->older;
    stubdns__flight_leave(core, stubdns__flight_of(attempt));
    stubdns__release(core, stubdns__flight_of(attempt));
  }
  stubdns__wheel_disarm(&core->wheel, &request->timer);
  stubdns__list_remove(&request->link);
  stubdns__timeline_release(core, request);
  stubdns__release(core, request->kept);
  stubdns__release(core, request);
}

stubdns_question_t
stubdns__request_question(const struct stubdns__request *request) {
  stubdns_question_t question = {.type = request->type,
                                 .class_ = request->class_};
  question.name.length = request->name_length;
  memcpy(question.name.octets, request->name, request->name_length);
  return question;
}

static int is_in_flight(unsigned state) {
  return state == STUBDNS__REQUEST_ACTIVE || state == STUBDNS__REQUEST_STARVED;
}

void stubdns__request_enter(struct stubdns__core *core,
                            struct stubdns__request *request,
                            enum stubdns__request_state state) {
  struct stubdns__link *const lists[] = {
      [STUBDNS__REQUEST_WAITING] = &core->waiting,
      [STUBDNS__REQUEST_ACTIVE] = &core->active,
      [STUBDNS__REQUEST_STARVED] = &core->starved,
      [STUBDNS__REQUEST_COMPLETED] = &core->completed,
  };
  core->in_flight -= (uint32_t)is_in_flight(request->state);
  core->in_flight += (uint32_t)is_in_flight(state);
  request->state = (uint8_t)state;
  stubdns__list_append(lists[state], &request->link);
}

int stubdns__request_keep(struct stubdns__core *core,
                          struct stubdns__request *request,
                          const uint8_t *octets, size_t length) {
  struct stubdns__kept *kept = stubdns__allocate(core, sizeof *kept + length);
  if (!kept) return STUBDNS_ENOMEM;
  *kept = (struct stubdns__kept){.length = length};
  memcpy(kept->octets, octets, length);
  stubdns__release(core, request->kept);
  request->kept = kept;
  return 0;
}

void stubdns__request_set_origin(struct stubdns__core *core,
                                 struct stubdns__request *request,
                                 enum stubdns__origin origin) {
  core->borrower_count -= request->origin == STUBDNS__ORIGIN_DATAGRAM;
  core->borrower_count += origin == STUBDNS__ORIGIN_DATAGRAM;
  request->origin = (uint8_t)origin;
}

void stubdns__request_finish(struct stubdns__core *core,
                             struct stubdns__request *request, int status) {
  assert(request->state != STUBDNS__REQUEST_COMPLETED);
  request->status = status;
  stubdns__wheel_disarm(&core->wheel, &request->timer);
  for (struct stubdns__attempt *a = request->exchange.newest; a; a = a->older)
    stubdns__flight_leave(core, stubdns__flight_of(a));
  stubdns__request_enter(core, request, STUBDNS__REQUEST_COMPLETED);
}

static void finish_explained(struct stubdns__core *core,
                             struct stubdns__request *request) {
  int error = stubdns__exchange_explain(&request->exchange);
  if (stubdns__recall_fail(core, request, error)) {
    error = 0;
  } else if (request->kept) {
    request->answered = request->kept->flight;
    stubdns__request_set_origin(core, request, STUBDNS__ORIGIN_KEPT);
    error = 0;
  }
  stubdns__request_finish(core, request, error);
}

void stubdns__request_step(struct stubdns__core *core,
                           struct stubdns__request *request) {
  struct stubdns__decision d;
  int error = 0;
  for (;;) {
    d = stubdns__exchange_decide(&request->exchange, core->now_us);
    if (d.step != STUBDNS__STEP_ASK) break;
    error = stubdns__flight_begin(core, request, d.server);
    if (error) break;
  }
  if (error)
    stubdns__request_finish(core, request, error);
  else if (d.step == STUBDNS__STEP_END)
    finish_explained(core, request);
  else
    stubdns__wheel_arm(&core->wheel, &request->timer, d.until_us);
}

void stubdns__request_wake(struct stubdns__core *core,
                           struct stubdns__request *request) {
  stubdns__wheel_arm(&core->wheel, &request->timer, core->now_us);
}
