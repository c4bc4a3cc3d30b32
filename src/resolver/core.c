/* The core as a whole: its making, its servers, lookups let in one after the
 * other, and its end. */
#include "resolver/core.h"

#include "resolver/special.h"
#include "resolver/state.h"

#include <string.h>

void *stubdns__allocate(struct stubdns__core *core, size_t size) {
  return core->hooks.allocate(core->hooks.data, size);
}

void stubdns__release(struct stubdns__core *core, void *memory) {
  if (memory) core->hooks.release(core->hooks.data, memory);
}

static void init_lists(struct stubdns__core *core) {
  stubdns__link_init(&core->waiting);
  stubdns__link_init(&core->active);
  stubdns__link_init(&core->starved);
  stubdns__link_init(&core->completed);
  stubdns__link_init(&core->opens);
  stubdns__link_init(&core->paths);
  stubdns__link_init(&core->idles);
  stubdns__link_init(&core->closes);
  stubdns__link_init(&core->sends);
}

static int init_cache(struct stubdns__core *core,
                      const struct stubdns__core_options *options) {
  if (options->cache_octets == 0) return 0;
  return stubdns__cache_init(&core->cache, &core->hooks, options->cache_octets,
                             options->stale_s);
}

static int draw(struct stubdns__core *core, struct stubdns__siphash_key *key) {
  return core->hooks.random(core->hooks.data, key->octets, sizeof key->octets)
             ? STUBDNS_ERANDOM
             : 0;
}

int stubdns__core_create(const struct stubdns__hooks *hooks,
                         const struct stubdns__core_options *options,
                         struct stubdns__core **core) {
  static const struct stubdns__core_options defaults;
  const struct stubdns__core_options *o = options ? options : &defaults;
  struct stubdns__core *made = hooks->allocate(hooks->data, sizeof *made);
  if (!made) return STUBDNS_ENOMEM;
  memset(made, 0, sizeof *made);
  made->hooks = *hooks;
  made->deadline_ms = o->deadline_ms ? o->deadline_ms : STUBDNS_DEADLINE_MS;
  made->in_flight_max =
      o->in_flight_max ? o->in_flight_max : STUBDNS__IN_FLIGHT_MAX;
  made->sends_per_server =
      o->sends_per_server ? o->sends_per_server : STUBDNS_SENDS_PER_SERVER;
  made->paths_max = o->paths_max ? o->paths_max : STUBDNS__PATHS_MAX;
  made->shares_paths = o->shares_paths;
  made->no_0x20 = o->no_0x20;
  made->flights.hooks = &made->hooks;
  init_lists(made);
  stubdns__table_init(&made->leaders, &made->hooks);
  int error = stubdns__servers_init(made);
  if (!error) error = draw(made, &made->hash_key);
  if (!error) error = draw(made, &made->cookie_secret);
  if (!error) error = init_cache(made, o);
  if (error)
    stubdns__core_destroy(made);
  else
    *core = made;
  return error;
}

void stubdns__core_set(struct stubdns__core *core,
                       const struct stubdns__core_settings *settings) {
  core->deadline_ms =
      settings->deadline_ms ? settings->deadline_ms : STUBDNS_DEADLINE_MS;
  core->sends_per_server = settings->sends_per_server
                               ? settings->sends_per_server
                               : STUBDNS_SENDS_PER_SERVER;
  core->rotates = settings->rotates;
  core->trusts_ad = settings->trusts_ad;
  core->lookup_flags = settings->lookup_flags;
}

int stubdns__core_renew_secrets(struct stubdns__core *core) {
  const int error = draw(core, &core->cookie_secret);
  if (!error) stubdns__servers_renew_cookies(core);
  return error;
}

static void release_requests(struct stubdns__core *core,
                             struct stubdns__link *list) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(list)) != NULL)
    stubdns__request_release(
        core, STUBDNS__ITEM(link, struct stubdns__request, link));
}

void stubdns__core_destroy(struct stubdns__core *core) {
  stubdns__core_release_handed(core);
  release_requests(core, &core->waiting);
  release_requests(core, &core->active);
  release_requests(core, &core->starved);
  release_requests(core, &core->completed);
  stubdns__routes_retire(core);
  /* With no flights left, every path waits to be closed. */
  struct stubdns__link *link;
  while ((link = stubdns__list_first(&core->closes)) != NULL)
    stubdns__route_release(core,
                           STUBDNS__ITEM(link, struct stubdns__route, link));
  stubdns__servers_clear(core);
  stubdns__table_clear(&core->leaders);
  stubdns__id_table_clear(&core->flights);
  stubdns__spares_clear(&core->spare_flights, &core->hooks);
  stubdns__requests_clear(core);
  if (core->cache.buckets) stubdns__cache_clear(&core->cache);
  stubdns__release(core, core);
}

static uint64_t dropped(const struct stubdns__server *server) {
  uint64_t count = 0;
  for (unsigned i = 0; i < STUBDNS__FINDING_COUNT; i++)
    if (stubdns__finding_verdict((enum stubdns__finding)i) == STUBDNS__DROP)
      count += server->findings[i];
  return count;
}

void stubdns__core_server_info(const struct stubdns__core *core, size_t index,
                               stubdns_server_info_t *info) {
  const struct stubdns__server *server = core->default_servers->servers[index];
  *info = (stubdns_server_info_t){
      .address = server->address,
      .sent_count = server->sent_count,
      .answer_count = server->findings[STUBDNS__FOUND_ANSWER],
      .error_count = server->findings[STUBDNS__FOUND_ERROR_REPLY],
      .malformed_count = server->findings[STUBDNS__FOUND_MALFORMED],
      .drop_count = dropped(server),
      .refused_count = server->refused_count,
      .unreachable_count = server->unreachable_count,
      .cookie_is_known = server->cookie.server_length > 0,
      .is_avoided = stubdns__health_is_bad(&server->health, core->now_us) != 0,
      .closed_count = server->closed_count,
      .rtt_us = server->rtt.smoothed_us,
      .rtt_variation_us = server->rtt.variation_us,
  };
}

size_t stubdns__core_lookup_count(const struct stubdns__core *core) {
  return core->lookup_count;
}

uint64_t stubdns__core_now_us(const struct stubdns__core *core) {
  return core->now_us;
}

void stubdns__core_set_time(struct stubdns__core *core, uint64_t now_us) {
  if (now_us > core->now_us) core->now_us = now_us;
}

/* A lookup's time has come: its next attempt, its deadline, or both. */
static void expire(struct stubdns__core *core,
                   struct stubdns__request *request) {
  if (request->state == STUBDNS__REQUEST_STARVED)
    stubdns__request_enter(core, request, STUBDNS__REQUEST_ACTIVE);
  stubdns__request_step(core, request);
}

static void let_in(struct stubdns__core *core) {
  struct stubdns__link *link;
  while (core->in_flight < core->in_flight_max &&
         (link = stubdns__list_first(&core->waiting)) != NULL) {
    struct stubdns__request *request =
        STUBDNS__ITEM(link, struct stubdns__request, link);
    stubdns__request_enter(core, request, STUBDNS__REQUEST_ACTIVE);
    stubdns__request_step(core, request);
  }
}

void stubdns__core_settle(struct stubdns__core *core) {
  struct stubdns__timer *timer;
  while ((timer = stubdns__wheel_pop(&core->wheel, core->now_us)) != NULL)
    expire(core, STUBDNS__ITEM(timer, struct stubdns__request, timer));
  stubdns__connections_close_idle(core, core->now_us);
  let_in(core);
}

static int check(const struct stubdns__core *core,
                 const stubdns_question_t *question,
                 const stubdns_lookup_options_t *options) {
  if (core->is_closing) return STUBDNS_ECANCELED;
  if (question->name.length == 0) return STUBDNS_EINVALID;
  if (options && options->sends_per_server > STUBDNS_SENDS_PER_SERVER)
    return STUBDNS_EINVALID;
  if (options && options->payload_size && options->payload_size < 512)
    return STUBDNS_EINVALID;
  if (options && options->query) {
    const int error = stubdns__form_check(options, question);
    if (error) return error;
  }
  return stubdns_query_check_type(question->type);
}

/* A special-use name is answered here; `*done` tells whether it is one. */
static int answer_special(struct stubdns__core *core,
                          struct stubdns__request *request, int *done) {
  stubdns_question_t question;
  stubdns__request_question(request, &question);
  uint8_t octets[STUBDNS__SPECIAL_REPLY_MAX];
  size_t length;
  *done = !(request->flags & STUBDNS_LOOKUP_SEND_SPECIAL) &&
          stubdns__special_reply(&question, octets, &length) &&
          !stubdns__core_asks_special(core, &question.name);
  if (!*done) return 0;
  const int error = stubdns__request_keep(core, request, octets, length);
  if (error) return error;
  stubdns__request_set_origin(core, request, STUBDNS__ORIGIN_SPECIAL);
  stubdns__request_finish(core, request, 0);
  return 0;
}

static int ask_servers(struct stubdns__core *core,
                       struct stubdns__request *request) {
  if (request->servers->count == 0) return STUBDNS_ENOSERVER;
  stubdns__request_enter(core, request,
                         stubdns__share_join(core, request)
                             ? STUBDNS__REQUEST_FOLLOWING
                             : STUBDNS__REQUEST_WAITING);
  stubdns__wheel_arm(&core->wheel, &request->timer,
                     request->exchange.deadline_us);
  if (core->has_avoided) stubdns__health_probe(core, request);
  return 0;
}

static int begin(struct stubdns__core *core, struct stubdns__request *request) {
  int done;
  int error = answer_special(core, request, &done);
  if (!error && !done) error = stubdns__recall_begin(core, request, &done);
  return error || done ? error : ask_servers(core, request);
}

/* Ends with the request released where it cannot begin. */
static int launch(struct stubdns__core *core,
                  struct stubdns__request *request) {
  const int error = begin(core, request);
  if (error) {
    stubdns__request_release(core, request);
    return error;
  }
  core->lookup_count++;
  stubdns__core_settle(core);
  return 0;
}

int stubdns__core_start(struct stubdns__core *core,
                        const stubdns_question_t *question,
                        const stubdns_lookup_options_t *options, void *user,
                        uint64_t now_us, struct stubdns__request **request) {
  stubdns__core_set_time(core, now_us);
  int error = check(core, question, options);
  if (error) return error;
  error = stubdns__request_create(core, question, options, user, request);
  return error ? error : launch(core, *request);
}

/* The options that a lookup has, but for its deadline; `addresses` has room for
 * the servers that the user named. */
static stubdns_lookup_options_t
options_of(const struct stubdns__request *request,
           stubdns_address_t *addresses) {
  const struct stubdns__server_list *const servers = request->servers;
  const size_t server_count = request->has_own_servers ? servers->count : 0;
  for (size_t i = 0; i < server_count; i++)
    addresses[i] = servers->servers[i]->address;
  return (stubdns_lookup_options_t){
      .flags = request->flags,
      .class_ = request->class_,
      .payload_size = request->payload_size,
      .sends_per_server = request->exchange.sends_per_server,
      .query = request->form ? &request->form->query : NULL,
      .servers = addresses,
      .server_count = server_count,
  };
}

int stubdns__core_start_next(struct stubdns__core *core,
                             const stubdns_name_t *name, uint64_t now_us,
                             struct stubdns__request **request) {
  const struct stubdns__request *const last = core->handed_request;
  const stubdns_question_t question = {*name, last->type, last->class_};
  stubdns_address_t addresses[STUBDNS_SERVERS_MAX];
  const stubdns_lookup_options_t options = options_of(last, addresses);
  stubdns__core_set_time(core, now_us);
  int error = check(core, &question, &options);
  if (error) return error;
  error =
      stubdns__request_create(core, &question, &options, last->user, request);
  if (error) return error;
  (*request)->exchange.deadline_us = last->exchange.deadline_us;
  return launch(core, *request);
}

/* What was to be the answer is not, once the lookup is cancelled. */
static void forget_answer(struct stubdns__core *core,
                          struct stubdns__request *request) {
  stubdns__request_set_origin(core, request, STUBDNS__ORIGIN_NONE);
  request->status = STUBDNS_ECANCELED;
}

void stubdns__core_cancel(struct stubdns__core *core,
                          struct stubdns__request *request, uint64_t now_us) {
  stubdns__core_set_time(core, now_us);
  if (request->state != STUBDNS__REQUEST_COMPLETED)
    stubdns__request_finish(core, request, STUBDNS_ECANCELED);
  forget_answer(core, request);
  stubdns__core_settle(core);
}

static void cancel_all(struct stubdns__core *core, struct stubdns__link *list) {
  struct stubdns__link *link;
  while ((link = stubdns__list_first(list)) != NULL)
    stubdns__request_conclude(
        core, STUBDNS__ITEM(link, struct stubdns__request, link),
        STUBDNS_ECANCELED);
}

void stubdns__core_close(struct stubdns__core *core, uint64_t now_us) {
  stubdns__core_set_time(core, now_us);
  core->is_closing = 1;
  cancel_all(core, &core->waiting);
  cancel_all(core, &core->active);
  cancel_all(core, &core->starved);
  stubdns__routes_retire(core);
  for (struct stubdns__link *link = core->completed.next;
       link != &core->completed; link = link->next)
    forget_answer(core, STUBDNS__ITEM(link, struct stubdns__request, link));
}

int stubdns__core_deadline(const struct stubdns__core *core,
                           uint64_t *deadline_us) {
  const struct stubdns__link *const idle = stubdns__list_first(&core->idles);
  const int is_armed = stubdns__wheel_next(&core->wheel, deadline_us);
  if (!idle) return is_armed;
  const uint64_t end_us =
      STUBDNS__ITEM(idle, struct stubdns__route, link)->idle_until_us;
  if (!is_armed || end_us < *deadline_us) *deadline_us = end_us;
  return 1;
}
