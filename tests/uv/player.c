/* Playing scenarios over real sockets, and judging how it went. */
#include "player.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How much earlier and later than expected things may happen here: timers have
 * whole milliseconds, and the machine has other things to do. */
#define EARLY_US 3000
#define LATE_US 70000

#define NAME_SIZE (STUBDNS_NAME_TEXT_SIZE + 24)

static uint64_t now_us(void) {
  return uv_hrtime() / 1000;
}

static int is_in_span(const struct stubdns__span *span, uint64_t time_us) {
  const uint64_t to_us =
      span->to_us == UINT64_MAX ? UINT64_MAX - LATE_US : span->to_us;
  return time_us + EARLY_US >= span->from_us && time_us <= to_us + LATE_US;
}

static int holds(const struct player *p, size_t scenario) {
  return stubdns__script_holds(p->server.script, scenario);
}

static void on_query(void *data, const struct stubdns__received *query,
                     uint64_t number) {
  struct player *const p = data;
  const struct stubdns__script *const script = p->server.script;
  for (size_t i = 0; i < script->expected_count; i++) {
    const struct stubdns__expectation *const e = &script->expected[i];
    if (e->kind == STUBDNS__EXPECT_QUERY && e->number == number)
      p->seen[i] = is_in_span(&e->span, now_us() - p->begin_us) &&
                   stubdns__condition_holds(&e->condition, query, 1, number);
  }
}

static int has_octets(const uint8_t *octets, size_t length, const char *sought,
                      size_t sought_length) {
  for (size_t i = 0; i + sought_length <= length; i++)
    if (memcmp(octets + i, sought, sought_length) == 0) return 1;
  return 0;
}

void errand_end(struct errand *errand, int status, const uint8_t *octets,
                size_t length) {
  ck_assert(!errand->is_done);
  errand->is_done = 1;
  errand->end_us = now_us();
  errand->status = status;
  errand->player->done_count++;
  if (length < 12) return;
  errand->rcode = octets[3] & 0xf;
  errand->records = (uint64_t)octets[6] << 8 | octets[7];
  errand->is_forged = has_octets(octets, length, FORGED_ADDRESS, 4);
}

/* The name, with the lookup's number in the place of '#'. */
static void write_name(char *text, const stubdns_name_t *name,
                       uint64_t number) {
  char whole[STUBDNS_NAME_TEXT_SIZE];
  stubdns_name_to_text(name, whole, sizeof whole, NULL);
  const char *const place = strchr(whole, '#');
  if (place)
    snprintf(text, NAME_SIZE, "%.*s%" PRIu64 "%s", (int)(place - whole), whole,
             number, place + 1);
  else
    snprintf(text, NAME_SIZE, "%s", whole);
}

static void begin_errands(struct player *p,
                          const struct stubdns__question_asked *ask) {
  char name[NAME_SIZE];
  for (uint32_t i = 0; i < ask->count; i++) {
    struct errand *const errand = &p->errands[p->asked_count++];
    write_name(name, &ask->question.name, p->asked_count);
    errand->player = p;
    errand->begin_us = now_us();
    errand->drops = STUBDNS__ANY;
    p->kind->ask(errand, name, ask);
  }
}

static const struct stubdns__question_asked *next_ask(struct player *p) {
  const struct stubdns__script *const script = p->server.script;
  while (p->next_ask < script->ask_count &&
         !holds(p, script->asks[p->next_ask].scenario))
    p->next_ask++;
  return p->next_ask < script->ask_count ? &script->asks[p->next_ask] : NULL;
}

/* Begins what is due, and waits for what is next: the timer is closed once all
 * has ended. */
static void on_timer(uv_timer_t *timer) {
  struct player *const p = timer->data;
  const struct stubdns__question_asked *ask;
  while ((ask = next_ask(p)) != NULL &&
         p->begin_us + ask->time_us <= now_us()) {
    begin_errands(p, ask);
    p->next_ask++;
  }
  if (p->kind->pump) p->kind->pump(p);
  if (p->done_count == p->wanted_count) uv_timer_stop(timer);
}

static void prepare(struct player *p) {
  const struct stubdns__script *const script = p->server.script;
  for (size_t i = 0; i < script->ask_count; i++)
    if (holds(p, script->asks[i].scenario))
      p->wanted_count += script->asks[i].count;
  p->errands = calloc(p->wanted_count, sizeof *p->errands);
  p->seen = calloc(script->expected_count + 1, 1);
  ck_assert(p->errands && p->seen);
}

static void begin(struct player *p, const struct client_kind *kind,
                  uv_loop_t *loop, const char *path, size_t index) {
  memset(p, 0, sizeof *p);
  p->kind = kind;
  p->loop = loop;
  scenario_open(&p->server, loop, path, index);
  p->server.on_query = on_query;
  p->server.data = p;
  prepare(p);
  p->verdict =
      p->wanted_count > kind->asked_max ? VERDICT_NOT_TRIED : VERDICT_YES;
  if (p->verdict == VERDICT_NOT_TRIED) return;
  kind->open(p);
  p->begin_us = now_us();
  uv_timer_init(loop, &p->timer);
  p->timer.data = p;
  uv_timer_start(&p->timer, on_timer, 0, 1);
}

/* Records and answers that are wanted must not be forged ones. */
static int has_answers(const struct stubdns__expectation *e,
                       const struct errand *errand) {
  if (e->answers != STUBDNS__ANY && e->answers != errand->answers) return 0;
  if (e->answers == 0) return 1;
  if (e->records == STUBDNS__ANY)
    return e->answers == STUBDNS__ANY || !errand->is_forged;
  return !errand->is_forged &&
         (errand->player->kind->is_ours ? e->records == errand->records
                                        : e->records == 0 || errand->answers);
}

/* Another client need not know aliases in a circle by that name. */
static int has_status(const struct stubdns__expectation *e,
                      const struct errand *errand) {
  if (e->status == 1 || e->status == errand->status) return 1;
  return !errand->player->kind->is_ours && e->status == STUBDNS_EALIASLOOP &&
         errand->answers == 0;
}

/* Of another client it is not asked that it takes exactly so long. */
static int is_in_time(const struct stubdns__expectation *e,
                      const struct errand *errand) {
  struct stubdns__span span = e->span;
  if (!errand->player->kind->is_ours && span.from_us == span.to_us)
    span.to_us = UINT64_MAX;
  return is_in_span(&span, errand->end_us - errand->begin_us);
}

static int is_met(const struct stubdns__expectation *e,
                  const struct errand *errand) {
  return errand->is_done && has_status(e, errand) &&
         (e->rcode == STUBDNS__ANY || e->rcode == errand->rcode) &&
         (e->drops == STUBDNS__ANY || errand->drops == STUBDNS__ANY ||
          e->drops == errand->drops) &&
         has_answers(e, errand) && is_in_time(e, errand);
}

static void judge_lookups(struct player *p,
                          const struct stubdns__expectation *e) {
  for (uint64_t n = e->number; n <= e->number_last; n++) {
    const struct errand *const errand = &p->errands[n - 1];
    if (is_met(e, errand)) continue;
    p->verdict = VERDICT_NO;
    snprintf(p->reason, sizeof p->reason,
             "line %u: lookup %" PRIu64 " ended after %" PRIu64
             " us: %s, RCODE %u, drops %" PRIu64 ", records %" PRIu64
             ", answers %" PRIu64 "%s",
             e->line, n, errand->end_us - errand->begin_us,
             stubdns_error_text(errand->status), errand->rcode, errand->drops,
             errand->records, errand->answers,
             errand->is_forged ? ", forged" : "");
    return;
  }
}

static void judge_queries(struct player *p, size_t index) {
  const struct stubdns__expectation *const e =
      &p->server.script->expected[index];
  const uint64_t count = p->server.query_count;
  const int is_count = e->kind == STUBDNS__EXPECT_QUERY_COUNT;
  if (is_count && count >= e->number && count <= e->number_last) return;
  if (!is_count && (p->seen[index] || !p->kind->is_ours)) return;
  p->verdict = VERDICT_ASKS_AGAIN;
  snprintf(p->reason, sizeof p->reason, "line %u: %" PRIu64 " queries%s",
           e->line, count, is_count ? "" : ", one is not as expected");
}

/* That the answer is right matters more than what it cost. */
static void judge(struct player *p) {
  const struct stubdns__script *const script = p->server.script;
  if (p->verdict == VERDICT_NOT_TRIED) return;
  for (size_t i = 0; i < script->expected_count; i++)
    if (holds(p, script->expected[i].scenario) &&
        script->expected[i].kind != STUBDNS__EXPECT_LOOKUP)
      judge_queries(p, i);
  for (size_t i = 0; i < script->expected_count; i++)
    if (holds(p, script->expected[i].scenario) &&
        script->expected[i].kind == STUBDNS__EXPECT_LOOKUP)
      judge_lookups(p, &script->expected[i]);
}

static void end(struct player *p) {
  if (p->verdict != VERDICT_NOT_TRIED) {
    p->kind->close(p);
    uv_close((uv_handle_t *)&p->timer, NULL);
  }
  judge(p);
  scenario_close(&p->server);
}

static void release(struct player *p) {
  scenario_free(&p->server);
  free(p->errands);
  free(p->seen);
}

void play(const struct client_kind *kind, const char *path,
          const size_t *indexes, size_t count, enum verdict *verdicts,
          char (*reasons)[200]) {
  struct player *const players = calloc(count, sizeof *players);
  uv_loop_t loop;
  ck_assert_ptr_nonnull(players);
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  for (size_t i = 0; i < count; i++)
    begin(&players[i], kind, &loop, path, indexes[i]);
  uv_run(&loop, UV_RUN_DEFAULT);
  for (size_t i = 0; i < count; i++)
    end(&players[i]);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
  for (size_t i = 0; i < count; i++) {
    verdicts[i] = players[i].verdict;
    memcpy(reasons[i], players[i].reason, sizeof players[i].reason);
    release(&players[i]);
  }
  free(players);
}
