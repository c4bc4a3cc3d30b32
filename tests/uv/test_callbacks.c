/* The contract of callbacks: exactly one for each lookup, never from inside a
 * call, and everything may be called from it. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

static struct client client;
static struct responder responder;

static const struct turn drops = {{{PACKET_NONE, 0}}};
static const struct turn answers = {{{PACKET_ANSWER, 0}}};

static void begin(const struct turn *turn) {
  client_open(&client, NULL);
  responder_open(&responder, &client.loop, turn, 1);
  client_add(&client, &responder.address);
}

static void end(void) {
  responder_close(&responder);
  client_close(&client);
}

/* Asks with a callback of the test's own. */
static void ask_for(stubdns_lookup_t *lookup, stubdns_lookup_cb on_answer) {
  ck_assert_int_eq(stubdns_lookup(&client.resolver, lookup, "www.example.test",
                                  STUBDNS_TYPE_A, NULL, on_answer),
                   0);
}

START_TEST(cancelled_lookup_calls_back_later_T21) {
  begin(&drops);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  ck_assert_int_eq(stubdns_cancel(&result.lookup), 0);
  ck_assert_int_eq(result.callback_count, 0);
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 1);
  ck_assert_int_eq(result.status, STUBDNS_ECANCELED);
  ck_assert_uint_lt(result.elapsed_ms, 300);
  ck_assert_int_eq(stubdns_cancel(&result.lookup), STUBDNS_EINVALID);
  end();
}
END_TEST

static void cancel_it(uv_timer_t *timer) {
  ck_assert_int_eq(stubdns_cancel(timer->data), 0);
  ck_assert_int_eq(stubdns_cancel(timer->data), 0);
  uv_close((uv_handle_t *)timer, NULL);
}

START_TEST(lookup_in_flight_is_cancelled_T21) {
  begin(&drops);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  uv_timer_t timer;
  uv_timer_init(&client.loop, &timer);
  timer.data = &result.lookup;
  uv_timer_start(&timer, cancel_it, 50, 0);
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 1);
  ck_assert_int_eq(result.status, STUBDNS_ECANCELED);
  ck_assert_uint_lt(result.elapsed_ms, 350);
  ck_assert_uint_eq(responder.query_count, 1);
  end();
}
END_TEST

static void ask_again(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct result *const result = (struct result *)lookup;
  result_keep(lookup, status, answer);
  if (result->callback_count < 5) ask_for(lookup, ask_again);
}

START_TEST(lookup_is_the_users_again_in_its_callback) {
  begin(&answers);
  struct result result = {.callback_count = 0};
  ask_for(&result.lookup, ask_again);
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 5);
  ck_assert_uint_eq(responder.query_count, 5);
  end();
}
END_TEST

static void free_it(stubdns_lookup_t *lookup, int status,
                    const stubdns_answer_t *answer) {
  (void)status;
  (void)answer;
  ++*(int *)lookup->data;
  memset(lookup, 0xa5, sizeof *lookup);
  free(lookup);
}

#define PREPARED 200

static struct result prepared[PREPARED];

/* Right before the loop waits: what is begun there and what the wait brings
 * meet in the next turn. */
static void ask_one_more(uv_prepare_t *handle) {
  static const stubdns_lookup_options_t alone = {
      .flags = STUBDNS_LOOKUP_NO_COALESCE};
  size_t *const count = handle->data;
  const int error = client_try(&client, &prepared[(*count)++],
                               "www.example.test", STUBDNS_TYPE_A, &alone);
  ck_assert_int_eq(error, 0);
  if (*count == PREPARED) uv_close((uv_handle_t *)handle, NULL);
}

START_TEST(lookups_may_begin_while_replies_come) {
  size_t count = 0;
  uv_prepare_t prepare;
  begin(&answers);
  uv_prepare_init(&client.loop, &prepare);
  prepare.data = &count;
  uv_prepare_start(&prepare, ask_one_more);
  client_run(&client);
  for (size_t i = 0; i < PREPARED; i++)
    assert_true_answer(&prepared[i]);
  end();
}
END_TEST

#define MANY 1200 /* more than is sent in two turns of the loop */

/* A reply that comes while others wait to be sent is still handed out before
 * the next one: the core's assertions see to it. */
START_TEST(replies_come_while_many_lookups_wait_to_be_sent) {
  static const stubdns_lookup_options_t alone = {
      .flags = STUBDNS_LOOKUP_NO_COALESCE};
  static struct result results[MANY];
  const stubdns_resolver_options_t options = {.flags = STUBDNS_SHARE_PATHS,
                                              .paths_max = 16};
  client_open(&client, &options);
  responder_open(&responder, &client.loop, &answers, 1);
  client_add(&client, &responder.address);
  for (size_t i = 0; i < MANY; i++)
    ck_assert_int_eq(client_try(&client, &results[i], "www.example.test",
                                STUBDNS_TYPE_A, &alone),
                     0);
  client_run(&client);
  for (size_t i = 0; i < MANY; i++)
    assert_true_answer(&results[i]);
  end();
}
END_TEST

START_TEST(lookup_may_be_freed_in_its_callback) {
  int callback_count = 0;
  begin(&answers);
  for (int i = 0; i < 20; i++) {
    stubdns_lookup_t *const lookup = malloc(sizeof *lookup);
    ck_assert_ptr_nonnull(lookup);
    lookup->data = &callback_count;
    ask_for(lookup, free_it);
    if (i % 3 == 0) stubdns_cancel(lookup);
  }
  client_run(&client);
  ck_assert_int_eq(callback_count, 20);
  end();
}
END_TEST

START_TEST(close_cancels_what_is_in_flight) {
  struct result results[3];
  begin(&drops);
  for (int i = 0; i < 3; i++)
    client_ask(&client, &results[i], "www.example.test");
  uv_run(&client.loop, UV_RUN_NOWAIT);
  stubdns_resolver_close(&client.resolver, client_on_closed);
  ck_assert_int_eq(client.is_closed, 0);
  struct result late;
  ck_assert_int_eq(client_try(&client, &late, "www.example.test", 1, NULL),
                   UV_ECANCELED);
  for (int i = 0; i < 3; i++)
    ck_assert_int_eq(results[i].callback_count, 0);
  client_run(&client);
  for (int i = 0; i < 3; i++) {
    ck_assert_int_eq(results[i].callback_count, 1);
    ck_assert_int_eq(results[i].status, STUBDNS_ECANCELED);
  }
  ck_assert_int_eq(late.callback_count, 0);
  end();
}
END_TEST

START_TEST(resolver_that_was_never_used_closes) {
  client_open(&client, NULL);
  client_close(&client);
}
END_TEST

static void free_resolver(stubdns_resolver_t *resolver) {
  ++*(int *)resolver->data;
  free(resolver);
}

START_TEST(resolver_may_be_freed_in_its_close_callback) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  int closed_count = 0;
  const stubdns_resolver_options_t options = {.flags =
                                                  STUBDNS_NO_SYSTEM_SERVERS};
  for (int i = 0; i < 2; i++) {
    stubdns_resolver_t *const resolver = malloc(sizeof *resolver);
    ck_assert_ptr_nonnull(resolver);
    resolver->data = &closed_count;
    ck_assert_int_eq(stubdns_resolver_init(&loop, resolver, &options), 0);
    stubdns_resolver_close(resolver, free_resolver);
  }
  ck_assert_int_eq(closed_count, 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(closed_count, 2);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

/* How a lookup comes to its end, in the matrix below. */
static const struct ending {
  const char *text;
  struct turn turn;
  uint32_t deadline_ms;
  int is_cancelled;
  int is_closed;
  int status;
} endings[] = {
    {"answer", {{{PACKET_ANSWER, 0}}}, 5000, 0, 0, 0},
    {"timeout", {{{PACKET_NONE, 0}}}, 60, 0, 0, STUBDNS_ETIMEOUT},
    {"servfail", {{{PACKET_SERVFAIL, 0}}}, 100, 0, 0, 0},
    {"cancel", {{{PACKET_NONE, 0}}}, 5000, 1, 0, STUBDNS_ECANCELED},
    {"close", {{{PACKET_NONE, 0}}}, 5000, 0, 1, STUBDNS_ECANCELED},
};

/* Lookups of the matrix: the one whose callback acts, one that is in flight
 * beside it, and one that the callback begins. */
enum { ACTOR, BESIDE, BEGUN, LOOKUPS };

static struct result matrix[LOOKUPS];
static int is_inside; /* a call of the library's */

static void keep_outside(stubdns_lookup_t *lookup, int status,
                         const stubdns_answer_t *answer) {
  ck_assert_int_eq(is_inside, 0);
  ck_assert_int_eq(client.is_closed, 0);
  result_keep(lookup, status, answer);
}

static int try_in_matrix(int which, stubdns_lookup_cb on_answer,
                         const stubdns_lookup_options_t *options) {
  is_inside = 1;
  const int error =
      stubdns_lookup(&client.resolver, &matrix[which].lookup,
                     "www.example.test", STUBDNS_TYPE_A, options, on_answer);
  is_inside = 0;
  return error;
}

static void close_in_matrix(void) {
  is_inside = 1;
  stubdns_resolver_close(&client.resolver, client_on_closed);
  is_inside = 0;
}

static int cancel_in_matrix(int which) {
  is_inside = 1;
  const int error = stubdns_cancel(&matrix[which].lookup);
  is_inside = 0;
  return error;
}

static int is_closing; /* stubdns_resolver_close() was called */
static int is_begun;   /* the lookup of the callback was */

static void cancel_self(void) {
  ck_assert_int_eq(cancel_in_matrix(ACTOR), STUBDNS_EINVALID);
}

static void cancel_beside(void) {
  const int is_over = matrix[BESIDE].callback_count > 0;
  ck_assert_int_eq(cancel_in_matrix(BESIDE), is_over ? STUBDNS_EINVALID : 0);
}

static void begin_another(void) {
  static const stubdns_lookup_options_t brief = {.deadline_ms = 100};
  const int error = try_in_matrix(BEGUN, keep_outside, &brief);
  ck_assert_int_eq(error, is_closing ? UV_ECANCELED : 0);
  is_begun = !error;
}

static void begin_and_cancel_another(void) {
  begin_another();
  if (is_begun) ck_assert_int_eq(cancel_in_matrix(BEGUN), 0);
}

static void close_resolver(void) {
  if (!is_closing) close_in_matrix();
  is_closing = 1;
}

static void begin_another_and_close(void) {
  begin_another();
  close_resolver();
}

static void add_server(void) {
  is_inside = 1;
  const int error =
      stubdns_resolver_add_server(&client.resolver, &responder.address);
  is_inside = 0;
  ck_assert_int_eq(error, 0);
}

static void (*const acts[])(void) = {
    cancel_self,
    cancel_beside,
    begin_another,
    close_resolver,
    add_server,
    begin_and_cancel_another,
    begin_another_and_close,
};

#define ENDINGS ((int)(sizeof endings / sizeof endings[0]))
#define ACTS ((int)(sizeof acts / sizeof acts[0]))

static int act; /* which of them */

static void act_outside(stubdns_lookup_t *lookup, int status,
                        const stubdns_answer_t *answer) {
  keep_outside(lookup, status, answer);
  acts[act]();
}

/* Begins, and ends in the way of this row. */
static void run_ending(const struct ending *ending) {
  const stubdns_lookup_options_t options = {.deadline_ms = ending->deadline_ms};
  ck_assert_int_eq(try_in_matrix(ACTOR, act_outside, &options), 0);
  ck_assert_int_eq(try_in_matrix(BESIDE, keep_outside, &options), 0);
  uv_run(&client.loop, UV_RUN_NOWAIT);
  if (ending->is_cancelled) ck_assert_int_eq(cancel_in_matrix(ACTOR), 0);
  if (ending->is_cancelled) ck_assert_int_eq(cancel_in_matrix(BESIDE), 0);
  if (ending->is_closed) close_resolver();
  client_run(&client);
}

START_TEST(every_call_is_allowed_in_every_callback_T21) {
  const struct ending *const ending = &endings[_i / ACTS];
  act = _i % ACTS;
  begin(&ending->turn);
  memset(matrix, 0, sizeof matrix);
  is_closing = 0;
  is_begun = 0;
  run_ending(ending);
  ck_assert_msg(matrix[ACTOR].status == ending->status, "%s, act %d: %d",
                ending->text, act, matrix[ACTOR].status);
  ck_assert_int_eq(matrix[ACTOR].callback_count, 1);
  ck_assert_int_eq(matrix[BESIDE].callback_count, 1);
  ck_assert_int_eq(matrix[BEGUN].callback_count, is_begun);
  end();
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("callbacks");
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, lookups_may_begin_while_replies_come);
  tcase_add_test(cases, replies_come_while_many_lookups_wait_to_be_sent);
  tcase_add_test(cases, cancelled_lookup_calls_back_later_T21);
  tcase_add_test(cases, lookup_in_flight_is_cancelled_T21);
  tcase_add_test(cases, lookup_is_the_users_again_in_its_callback);
  tcase_add_test(cases, lookup_may_be_freed_in_its_callback);
  tcase_add_test(cases, close_cancels_what_is_in_flight);
  tcase_add_test(cases, resolver_that_was_never_used_closes);
  tcase_add_test(cases, resolver_may_be_freed_in_its_close_callback);
  tcase_add_loop_test(cases, every_call_is_allowed_in_every_callback_T21, 0,
                      ENDINGS * ACTS);
  Suite *const suite = suite_create("uv/callbacks");
  suite_add_tcase(suite, cases);
  return suite;
}
