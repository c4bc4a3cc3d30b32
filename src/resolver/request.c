/* One lookup's life: it waits for its turn, is active while its exchange runs,
 * and is completed exactly once. */
#include "resolver/state.h"

#include <assert.h>
#include <stddef.h>
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

static uint8_t tcp_use_of(unsigned flags) {
  if (flags & STUBDNS_LOOKUP_TCP) return STUBDNS__TCP_ALWAYS;
  return flags & STUBDNS_LOOKUP_NO_TCP ? STUBDNS__TCP_NEVER
                                       : STUBDNS__TCP_IF_NEEDED;
}

/* A lookup that wants no TCP has none, whatever the resolver's ways are. */
static unsigned flags_of(const struct stubdns__core *core,
                         const stubdns_lookup_options_t *options) {
  const unsigned flags = options->flags | core->lookup_flags;
  return options->flags & STUBDNS_LOOKUP_NO_TCP ? flags & ~STUBDNS_LOOKUP_TCP
                                                : flags;
}

static void request_init(struct stubdns__core *core,
                         struct stubdns__request *request,
                         const stubdns_question_t *question,
                         const stubdns_lookup_options_t *options) {
  memset(request, 0, offsetof(struct stubdns__request, name));
  stubdns__link_init(&request->link);
  stubdns__link_init(&request->followers);
  request->exchange.deadline_us = deadline_of(core, options->deadline_ms);
  request->exchange.sends_per_server = options->sends_per_server
                                           ? options->sends_per_server
                                           : core->sends_per_server;
  request->begin_us = core->now_us;
  request->flags = flags_of(core, options);
  request->exchange.tcp_use = tcp_use_of(request->flags);
  request->type = question->type;
  request->class_ = class_of(question, options);
  request->payload_size =
      options->payload_size ? options->payload_size : STUBDNS_PAYLOAD_SIZE;
  request->name_length = question->name.length;
  memcpy(request->name, question->name.octets, question->name.length);
}

static int choose_servers(struct stubdns__core *core,
                          struct stubdns__request *request,
                          const stubdns_question_t *question,
                          const stubdns_lookup_options_t *options) {
  if (options->server_count) {
    const int error = stubdns__server_list_make(
        core, options->servers, options->server_count, &request->servers);
    if (error) return error;
    request->flags |= STUBDNS_LOOKUP_NO_CACHE;
    request->has_own_servers = 1;
  } else {
    request->servers = stubdns__servers_of(core, &question->name);
    request->servers->holder_count++;
  }
  request->exchange.server_count = request->servers->count;
  if (core->rotates && request->servers->count > 0)
    request->exchange.first_server =
        (uint8_t)(core->rotation++ % request->servers->count);
  if (core->has_avoided) stubdns__health_choose_first(core, request);
  return 0;
}

/* The size of a request as a multiple of a pointer's. */
static size_t pointers_of(size_t name_length) {
  return (offsetof(struct stubdns__request, name) + name_length +
          sizeof(void *) - 1) /
         sizeof(void *);
}

static struct stubdns__spares *spares_for(struct stubdns__core *core,
                                          size_t name_length) {
  return &core->spare_requests[pointers_of(name_length) - pointers_of(0)];
}

static struct stubdns__request *allocate_request(struct stubdns__core *core,
                                                 size_t name_length) {
  const size_t size = pointers_of(name_length) * sizeof(void *);
  return stubdns__spares_take(spares_for(core, name_length), &core->hooks,
                              size);
}

void stubdns__requests_clear(struct stubdns__core *core) {
  for (unsigned i = 0; i < STUBDNS__REQUEST_SIZES; i++)
    stubdns__spares_clear(&core->spare_requests[i], &core->hooks);
}

static void free_request(struct stubdns__core *core,
                         struct stubdns__request *request) {
  stubdns__timeline_release(core, request);
  stubdns__server_list_let_go(core, request->servers);
  stubdns__release(core, request->kept);
  stubdns__release(core, request->tail);
  stubdns__release(core, request->form);
  stubdns__spares_give(spares_for(core, request->name_length), &core->hooks,
                       request);
}

int stubdns__request_create(struct stubdns__core *core,
                            const stubdns_question_t *question,
                            const stubdns_lookup_options_t *options, void *user,
                            struct stubdns__request **request) {
  static const stubdns_lookup_options_t defaults;
  *request = allocate_request(core, question->name.length);
  if (!*request) return STUBDNS_ENOMEM;
  if (!options) options = &defaults;
  request_init(core, *request, question, options);
  (*request)->user = user;
  int error = choose_servers(core, *request, question, options);
  if (!error) error = stubdns__form_copy(core, options, &(*request)->form);
  if (error) free_request(core, *request);
  return error;
}

struct stubdns__attempt *
stubdns__request_past(const struct stubdns__request *request) {
  return request->tail ? request->tail->past : NULL;
}

static void release_attempts(struct stubdns__core *core,
                             struct stubdns__request *request) {
  struct stubdns__attempt *next = stubdns__exchange_restart(
      &request->exchange, stubdns__request_past(request));
  while (next) {
    struct stubdns__flight *const flight = stubdns__flight_of(next);
    next = next->older;
    stubdns__route_leave(core, flight);
    stubdns__flight_release(core, flight);
  }
}

static void release_followers(struct stubdns__core *core,
                              struct stubdns__request *request) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&request->followers)) != NULL)
    stubdns__request_release(
        core, STUBDNS__ITEM(link, struct stubdns__request, link));
}

/* Its memory stays until nobody holds it, whose answer comes of it. */
void stubdns__request_release(struct stubdns__core *core,
                              struct stubdns__request *request) {
  release_followers(core, request);
  stubdns__share_retire(core, request);
  stubdns__wheel_disarm(&core->wheel, &request->timer);
  stubdns__list_remove(&request->link);
  request->is_released = 1;
  while (request && request->is_released && request->holder_count == 0) {
    struct stubdns__request *const leader = request->leader;
    release_attempts(core, request);
    free_request(core, request);
    if (leader) leader->holder_count--;
    request = leader;
  }
}

void stubdns__request_question(const struct stubdns__request *request,
                               stubdns_question_t *question) {
  question->type = request->type;
  question->class_ = request->class_;
  question->name.length = request->name_length;
  memcpy(question->name.octets, request->name, request->name_length);
}

struct stubdns__flight *
stubdns__request_answered(const struct stubdns__request *request) {
  for (struct stubdns__attempt *a = request->exchange.newest; a; a = a->older)
    if (a->outcome == STUBDNS__ANSWERED) return stubdns__flight_of(a);
  return NULL;
}

void stubdns__request_current_question(const struct stubdns__request *request,
                                       stubdns_question_t *question) {
  const struct stubdns__tail *const tail = request->tail;
  stubdns__request_question(request, question);
  if (!tail) return;
  question->name.length = tail->name_length;
  memcpy(question->name.octets, tail->octets, tail->name_length);
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
      [STUBDNS__REQUEST_FOLLOWING] =
          request->leader ? &request->leader->followers : NULL,
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
  request->status = (int16_t)status; /* no error of ours or libuv's is longer */
  stubdns__share_hand_over(core, request);
  stubdns__share_retire(core, request);
  stubdns__wheel_disarm(&core->wheel, &request->timer);
  for (struct stubdns__attempt *a = request->exchange.newest; a; a = a->older) {
    if (a->outcome != STUBDNS__ANSWERED)
      stubdns__health_review(core, stubdns__flight_of(a));
    stubdns__route_leave(core, stubdns__flight_of(a));
  }
  stubdns__request_enter(core, request, STUBDNS__REQUEST_COMPLETED);
}

/* In the order in which they began; nobody takes over. */
void stubdns__request_conclude(struct stubdns__core *core,
                               struct stubdns__request *request, int status) {
  struct stubdns__link followers;
  struct stubdns__link *link;
  stubdns__link_init(&followers);
  while ((link = stubdns__list_first(&request->followers)) != NULL)
    stubdns__list_append(&followers, link);
  stubdns__request_finish(core, request, status);
  while ((link = stubdns__list_first(&followers)) != NULL) {
    struct stubdns__request *const follower =
        STUBDNS__ITEM(link, struct stubdns__request, link);
    stubdns__request_set_origin(core, follower,
                                (enum stubdns__origin)request->origin);
    stubdns__request_finish(core, follower, status);
  }
}

/* What a lookup ends with whose aliases have an end that got no answer. */
static int explain_tail(struct stubdns__core *core,
                        struct stubdns__request *request, int error) {
  const int has_reply = stubdns__share_source(request)->kept != NULL;
  const int failure = stubdns__chain_explain(core, request);
  if (failure) return failure;
  stubdns__request_set_origin(core, request, STUBDNS__ORIGIN_KEPT);
  return has_reply ? 0 : error;
}

/* What a lookup ends with that got no answer. */
static int explain(struct stubdns__core *core,
                   struct stubdns__request *request) {
  const struct stubdns__request *const source = stubdns__share_source(request);
  const int error = stubdns__exchange_explain(&source->exchange);
  if (stubdns__recall_fail(core, request, error)) return 0;
  if (source->tail) return explain_tail(core, request, error);
  if (!source->kept) return error;
  stubdns__request_set_origin(core, request, STUBDNS__ORIGIN_KEPT);
  return 0;
}

/* Nothing better can come: for this lookup where its deadline is over, else for
 * all who follow it as well.  What explains it belongs to the exchange, which
 * may go on: so that is handed over first. */
static void finish_explained(struct stubdns__core *core,
                             struct stubdns__request *request) {
  if (core->now_us >= request->exchange.deadline_us)
    stubdns__share_hand_over(core, request);
  const int status = explain(core, request);
  stubdns__request_conclude(core, request, status);
}

void stubdns__request_step(struct stubdns__core *core,
                           struct stubdns__request *request) {
  struct stubdns__decision d;
  int error = 0;
  if (request->state == STUBDNS__REQUEST_FOLLOWING) {
    finish_explained(core, request);
    return;
  }
  for (;;) {
    d = stubdns__exchange_decide(&request->exchange, core->now_us);
    if (d.step != STUBDNS__STEP_ASK) break;
    error = stubdns__flight_begin(core, request, &d);
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
