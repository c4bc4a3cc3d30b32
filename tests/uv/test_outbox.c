/* src/uv/outbox.c and segment.c: queries go out together, by whatever way the
 * system has, and none is lost where it has none.  The linker puts the
 * __wrap_... functions of this file in the place of the system's and libuv's.
 */
#include "uv/outbox.h"

#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static struct client client;
static struct responder responder;

static const struct turn answers = {{{PACKET_ANSWER, 0}}};

/* Calls for the resolver's sockets: those are connected, and send without an
 * address. */
static struct {
  size_t try_count;
  size_t send_count;
  size_t option_count; /* UDP_SEGMENT set */
  int option_errno;    /* what setting it gives */
  int segment_error;   /* what a send of several gives */
  size_t segment_failures;
  size_t longest;
  size_t group_count;  /* sendmmsg() */
  int group_errno;     /* what it gives */
  unsigned group_most; /* or how many it sends at the most, 0: all */
} calls;

int __real_setsockopt(int descriptor, int level, int name, const void *value,
                      socklen_t length);
int __wrap_setsockopt(int descriptor, int level, int name, const void *value,
                      socklen_t length);
int __wrap_setsockopt(int descriptor, int level, int name, const void *value,
                      socklen_t length) {
  if (level == IPPROTO_UDP && name == UDP_SEGMENT) {
    calls.option_count++;
    errno = calls.option_errno;
    if (calls.option_errno) return -1;
  }
  return __real_setsockopt(descriptor, level, name, value, length);
}

int __real_uv_udp_try_send(uv_udp_t *udp, const uv_buf_t *buffers,
                           unsigned count, const struct sockaddr *address);
int __wrap_uv_udp_try_send(uv_udp_t *udp, const uv_buf_t *buffers,
                           unsigned count, const struct sockaddr *address);
int __wrap_uv_udp_try_send(uv_udp_t *udp, const uv_buf_t *buffers,
                           unsigned count, const struct sockaddr *address) {
  if (!address) {
    const size_t length = buffers[0].len;
    calls.try_count++;
    if (length > calls.longest) calls.longest = length;
    if (length > 300 && calls.segment_failures) { /* no single query is */
      calls.segment_failures--;
      return calls.segment_error;
    }
  }
  return __real_uv_udp_try_send(udp, buffers, count, address);
}

int __real_uv_udp_send(uv_udp_send_t *request, uv_udp_t *udp,
                       const uv_buf_t *buffers, unsigned count,
                       const struct sockaddr *address, uv_udp_send_cb on_sent);
int __wrap_uv_udp_send(uv_udp_send_t *request, uv_udp_t *udp,
                       const uv_buf_t *buffers, unsigned count,
                       const struct sockaddr *address, uv_udp_send_cb on_sent);
int __wrap_uv_udp_send(uv_udp_send_t *request, uv_udp_t *udp,
                       const uv_buf_t *buffers, unsigned count,
                       const struct sockaddr *address, uv_udp_send_cb on_sent) {
  calls.send_count += address == NULL;
  return __real_uv_udp_send(request, udp, buffers, count, address, on_sent);
}

int __real_sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count,
                    int flags);
int __wrap_sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count,
                    int flags);
int __wrap_sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count,
                    int flags) {
  calls.group_count++;
  errno = calls.group_errno;
  if (calls.group_errno) return -1;
  if (calls.group_most && count > calls.group_most) count = calls.group_most;
  return __real_sendmmsg(descriptor, messages, count, flags);
}

#define COUNT 32

static struct result results[4 * COUNT];

static void begin(void) {
  static const stubdns_resolver_options_t options = {
      .flags = STUBDNS_SHARE_PATHS, .paths_max = 1};
  memset(&calls, 0, sizeof calls);
  client_open(&client, &options);
  responder_open(&responder, &client.loop, &answers, 1);
  client_add(&client, &responder.address);
}

static void end(void) {
  responder_close(&responder);
  client_close(&client);
}

/* Names of one length, unless their first labels are to differ in theirs. */
static void ask(size_t count, size_t lengths) {
  for (size_t i = 0; i < count; i++) {
    char name[64];
    snprintf(name, sizeof name, "%.*sn%03zu.example.test", (int)(i % lengths),
             "abcdefghijklmnopqrstuvwxyz", i);
    client_ask(&client, &results[i], name);
  }
}

static void assert_answered(size_t count) {
  client_run(&client);
  for (size_t i = 0; i < count; i++) {
    assert_true_answer(&results[i]);
    ck_assert_int_eq(results[i].callback_count, 1);
    ck_assert_uint_eq(results[i].answer.send_count, 1);
  }
  ck_assert_uint_eq(responder.query_count, count);
}

/* As this was built, and where it runs. */
static int can_segment(void) {
  return calls.option_count > 0 && !calls.option_errno;
}

/* One by one, or in groups, as this was built. */
static void assert_uncut(void) {
  if (calls.group_count) {
    ck_assert_uint_eq(calls.group_count, 1);
    ck_assert_uint_eq(calls.send_count, 0);
  } else {
    ck_assert_uint_eq(calls.send_count, COUNT);
  }
}

START_TEST(queries_of_one_length_go_out_in_one_call) {
  begin();
  ask(COUNT, 1);
  assert_answered(COUNT);
  if (can_segment()) {
    ck_assert_uint_eq(calls.try_count, 1);
    ck_assert_uint_eq(calls.send_count, 0);
    ck_assert_uint_eq(calls.option_count, 1);
  } else {
    assert_uncut();
  }
  end();
}
END_TEST

START_TEST(queries_of_some_lengths_go_out_in_as_many_calls) {
  begin();
  ask(COUNT, 8);
  assert_answered(COUNT);
  if (can_segment()) ck_assert_uint_eq(calls.try_count, 8);
  end();
}
END_TEST

START_TEST(queries_of_many_lengths_are_all_sent) {
  begin();
  ask(COUNT, 26);
  assert_answered(COUNT);
  end();
}
END_TEST

START_TEST(single_query_goes_out_at_once) {
  begin();
  ask(1, 1);
  assert_answered(1);
  ck_assert_uint_eq(calls.try_count, 1);
  ck_assert_uint_eq(calls.option_count, 0);
  end();
}
END_TEST

/* What is longer than the pieces that the socket cuts would be cut itself. */
START_TEST(longer_query_behind_others_leaves_in_one_piece) {
  begin();
  ask(4, 1);
  client_run(&client);
  client_ask(&client, &results[4], "a-name-much-longer.example.test");
  assert_answered(5);
  if (can_segment()) ck_assert_uint_eq(calls.option_count, 2); /* and unset */
  end();
}
END_TEST

START_TEST(queries_go_out_where_the_kernel_cannot_cut) {
  static const int errors[] = {ENOPROTOOPT, EINVAL, EPERM};
  begin();
  calls.option_errno = errors[_i];
  ask(COUNT, 1);
  assert_answered(COUNT);
  assert_uncut();
  ck_assert_uint_le(calls.option_count, 1);
  end();
}
END_TEST

/* A refusal is of an earlier datagram; a full socket takes the rest later. */
START_TEST(queries_go_out_where_a_group_does_not) {
  static const int errors[] = {ECONNREFUSED, EAGAIN, EPERM, EINTR};
  begin();
  calls.option_errno = ENOPROTOOPT;
  calls.group_errno = errors[_i];
  ask(COUNT, 1);
  assert_answered(COUNT);
  ck_assert_uint_eq(calls.send_count, COUNT);
  end();
}
END_TEST

START_TEST(queries_go_out_where_a_group_does_in_part) {
  begin();
  calls.option_errno = ENOPROTOOPT;
  calls.group_most = 5;
  ask(COUNT, 1);
  assert_answered(COUNT);
  if (calls.group_count) ck_assert_uint_eq(calls.send_count, COUNT - 5);
  end();
}
END_TEST

/* Found out once, and not tried again; trouble that passes is. */
START_TEST(queries_go_out_where_the_device_cannot_cut) {
  static const struct {
    int error;
    int is_final;
  } rows[] = {{UV_EIO, 1},        {UV_EINVAL, 1}, {UV_EMSGSIZE, 1},
              {UV_ENOTSUP, 1},    {UV_EAGAIN, 0}, {UV_ECONNREFUSED, 0},
              {UV_ENOPROTOOPT, 1}};
  begin();
  calls.segment_error = rows[_i].error;
  calls.segment_failures = 1;
  ask(COUNT, 1);
  assert_answered(COUNT);
  const size_t sent_before = calls.send_count + calls.group_count;
  responder.query_count = 0;
  ask(COUNT, 1);
  assert_answered(COUNT);
  if (can_segment())
    ck_assert_uint_eq(calls.send_count + calls.group_count,
                      rows[_i].is_final ? 2 * sent_before : sent_before);
  end();
}
END_TEST

START_TEST(waiting_queries_take_no_memory_again) {
  begin();
  calls.option_errno = ENOPROTOOPT;
  calls.group_errno = EAGAIN;
  ask(COUNT, 1);
  assert_answered(COUNT);
  const size_t blocks = client.memory.blocks;
  for (int i = 0; i < 5; i++) {
    responder.query_count = 0;
    ask(COUNT, 1);
    assert_answered(COUNT);
  }
  ck_assert_uint_eq(client.memory.blocks, blocks);
  end();
}
END_TEST

static size_t callback_count;

static void close_at_once(stubdns_lookup_t *lookup, int status,
                          const stubdns_answer_t *answer) {
  (void)lookup;
  (void)answer;
  ck_assert_int_eq(status, callback_count ? STUBDNS_ECANCELED : 0);
  if (callback_count++ == 0)
    stubdns_resolver_close(&client.resolver, client_on_closed);
}

/* Datagrams that were received together are given out one after the other, also
 * when the first has had the socket closed. */
START_TEST(resolver_is_closed_by_the_first_of_many_replies) {
  begin();
  ask(4, 1); /* the socket is there, and segments are set */
  client_run(&client);
  callback_count = 0;
  for (size_t i = 0; i < COUNT; i++) {
    char name[64];
    snprintf(name, sizeof name, "n%03zu.example.test", i);
    ck_assert_int_eq(stubdns_lookup(&client.resolver, &results[i].lookup, name,
                                    STUBDNS_TYPE_A, NULL, close_at_once),
                     0);
  }
  client_run(&client);
  ck_assert_uint_eq(callback_count, COUNT);
  end();
}
END_TEST

/* Ended before they were sent: in the same turn, from a callback. */
static void ask_and_cancel(stubdns_lookup_t *lookup, int status,
                           const stubdns_answer_t *answer) {
  (void)lookup;
  (void)answer;
  ck_assert_int_eq(status, 0);
  ask(8, 1);
  for (size_t i = 0; i < 8; i++)
    ck_assert_int_eq(stubdns_cancel(&results[i].lookup), 0);
}

START_TEST(queries_of_lookups_that_are_cancelled_do_no_harm) {
  begin();
  struct result *const first = &results[2 * COUNT];
  ck_assert_int_eq(stubdns_lookup(&client.resolver, &first->lookup, "a.test",
                                  STUBDNS_TYPE_A, NULL, ask_and_cancel),
                   0);
  client_run(&client);
  for (size_t i = 0; i < 8; i++) {
    ck_assert_int_eq(results[i].status, STUBDNS_ECANCELED);
    ck_assert_int_eq(results[i].callback_count, 1);
  }
  ask(2, 1);
  client_run(&client);
  assert_true_answer(&results[0]);
  assert_true_answer(&results[1]);
  end();
}
END_TEST

Suite *test_suite(void) {
  Suite *const suite = suite_create("uv/outbox");
  TCase *const cases = tcase_create("outbox");
  tcase_add_test(cases, queries_of_one_length_go_out_in_one_call);
  tcase_add_test(cases, queries_of_some_lengths_go_out_in_as_many_calls);
  tcase_add_test(cases, queries_of_many_lengths_are_all_sent);
  tcase_add_test(cases, single_query_goes_out_at_once);
  tcase_add_test(cases, longer_query_behind_others_leaves_in_one_piece);
  tcase_add_loop_test(cases, queries_go_out_where_the_kernel_cannot_cut, 0, 3);
  tcase_add_loop_test(cases, queries_go_out_where_the_device_cannot_cut, 0, 7);
  tcase_add_loop_test(cases, queries_go_out_where_a_group_does_not, 0, 4);
  tcase_add_test(cases, queries_go_out_where_a_group_does_in_part);
  tcase_add_test(cases, waiting_queries_take_no_memory_again);
  tcase_add_test(cases, resolver_is_closed_by_the_first_of_many_replies);
  tcase_add_test(cases, queries_of_lookups_that_are_cancelled_do_no_harm);
  suite_add_tcase(suite, cases);
  return suite;
}
