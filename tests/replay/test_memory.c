/* src/replay/: each allocation fails in turn.  What cannot be done is told, and
 * nothing is lost or used that is not there; what was read before stays. */
#include "stubdns/replay.h"

#include "stubdns.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

/* The assertions of Check allocate as well. */
static void require(int is_true) {
  if (!is_true) abort();
}

static size_t calls;
static size_t fail_at; /* 0: none fails */

static int fails(void) {
  return fail_at && ++calls == fail_at;
}

void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
  return fails() ? NULL : __real_realloc(memory, size);
}

static const char text[] =
    "question www.example.com A\n"
    "answer www.example.com. 60 A 192.0.2.1\n"
    "servers 192.0.2.1 192.0.2.2\n"
    "set apart no-0x20\n"
    "scenario one\n"
    "at 0 s ask www.example.com A times 2\n"
    "on query 1: drop, hex ID OTHERID QUESTION 00ff, SERVFAIL after 1 ms\n"
    "on tcp: truncated\n"
    "on any: answer after 20 ms\n"
    "expect lookup 1 NOERROR\n"
    "expect queries 2 to 8\n"
    "scenario two\n"
    "at 1 s ask nothing.example.com A\n"
    "expect query 1 edns\n";

static stubdns_replay_t replay;
static stubdns_problem_t problem;

static int add_text(void) {
  return stubdns_replay_add_text(&replay, text, sizeof text - 1, NULL,
                                 &problem);
}

static int add_capture(void) {
  return stubdns_replay_add_file(
      &replay, STUBDNS_FIXTURES "/recorded/named-a.pcap", &problem);
}

static int add_hex(void) {
  return stubdns_replay_add_file(
      &replay, STUBDNS_FIXTURES "/messages/R12-null-mx.hex", &problem);
}

static int add_text_file(void) {
  return stubdns_replay_add_file(
      &replay, STUBDNS_FIXTURES "/scenarios/example.txt", &problem);
}

static void on_failure(void *data, const stubdns_failure_t *failure) {
  (void)data;
  require(failure->line > 0);
}

/* A lookup may end without memory; that is not what was expected, and no error
 * of the run. */
static int check(void) {
  int error = add_text();
  for (size_t i = 0; i < 2 && !error; i++) {
    stubdns_replay_choose(&replay, i);
    error = stubdns_replay_check(&replay, on_failure, NULL);
  }
  return error;
}

static int attach(void) {
  const stubdns_resolver_options_t options = {.flags =
                                                  STUBDNS_NO_SYSTEM_SERVERS};
  uv_loop_t loop;
  stubdns_resolver_t resolver;
  require(!uv_loop_init(&loop));
  int error = stubdns_resolver_init(&loop, &resolver, &options);
  if (!error) {
    error = stubdns_replay_attach(&resolver, &replay);
    stubdns_resolver_close(&resolver, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  require(!uv_loop_close(&loop));
  return error;
}

static int answer(void) {
  static const uint8_t query[] =
      "\0\1\1\0\0\1\0\0\0\0\0\0\3www\7example\3com\0\0\1\0\1";
  static uint8_t reply[STUBDNS_MESSAGE_MAX];
  size_t length;
  const int error = add_text();
  if (error) return error;
  require(stubdns_replay_answer(&replay, query, sizeof query - 1, reply,
                                sizeof reply,
                                &length) == STUBDNS_REPLAY_RECORDED);
  return 0;
}

static const struct {
  const char *what;
  int (*run)(void);
  size_t least; /* allocations that there are */
} rows[] = {
    {"text", add_text, 10}, {"capture", add_capture, 5},
    {"hex", add_hex, 3},    {"text file", add_text_file, 10},
    {"check", check, 20},   {"attach", attach, 2},
    {"answer", answer, 10},
};

START_TEST(each_allocation_may_fail) {
  size_t at = 1;
  for (;; at++) {
    stubdns_replay_init(&replay);
    calls = 0;
    fail_at = at;
    const int error = rows[_i].run();
    const int has_failed = calls >= at;
    fail_at = 0;
    ck_assert_msg(error == 0 || (has_failed && error == STUBDNS_ENOMEM),
                  "%s: %d at %zu", rows[_i].what, error, at);
    stubdns_replay_free(&replay);
    if (!has_failed) break;
  }
  ck_assert_msg(at > rows[_i].least, "%s: %zu", rows[_i].what, at);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("memory");
  tcase_add_loop_test(cases, each_allocation_may_fail, 0,
                      (int)(sizeof rows / sizeof rows[0]));
  Suite *const suite = suite_create("replay/memory");
  suite_add_tcase(suite, cases);
  return suite;
}
