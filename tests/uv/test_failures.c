/* What the system refuses: every call of libuv that may fail does, with every
 * error; memory and random octets run out.  The linker puts the __wrap_...
 * functions of this file in the place of libuv's. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static struct client client;
static struct responder responder;

static const struct turn drops = {{{PACKET_NONE, 0}}};
static const struct turn answers = {{{PACKET_ANSWER, 0}}};

/* uv_udp_send() is called where uv_udp_try_send() found no room: failing there
 * means both. */
enum site { INIT, CONNECT, RECEIVE_START, TRY_SEND, SEND, RANDOM, SITES };

/* The next `count` calls at `site` give `error`.  On one of the resolver's
 * sockets only: the responder's are bound, not connected. */
static struct {
  enum site site;
  int error;
  size_t count;
} plan;

static int planned_error(enum site site) {
  if (plan.site != site || plan.count == 0) return 0;
  plan.count--;
  return plan.error;
}

static int is_connected(const uv_udp_t *udp) {
  struct sockaddr_storage peer;
  int length = sizeof peer;
  return uv_udp_getpeername(udp, (struct sockaddr *)&peer, &length) == 0;
}

int __real_uv_udp_init_ex(uv_loop_t *loop, uv_udp_t *udp, unsigned flags);
int __wrap_uv_udp_init_ex(uv_loop_t *loop, uv_udp_t *udp, unsigned flags);
int __wrap_uv_udp_init_ex(uv_loop_t *loop, uv_udp_t *udp, unsigned flags) {
  const int error = planned_error(INIT);
  return error ? error : __real_uv_udp_init_ex(loop, udp, flags);
}

int __real_uv_udp_connect(uv_udp_t *udp, const struct sockaddr *address);
int __wrap_uv_udp_connect(uv_udp_t *udp, const struct sockaddr *address);
int __wrap_uv_udp_connect(uv_udp_t *udp, const struct sockaddr *address) {
  const int error = planned_error(CONNECT);
  return error ? error : __real_uv_udp_connect(udp, address);
}

/* The resolver's newest socket, and how its datagrams are received. */
static uv_udp_t *newest;
static uv_udp_recv_cb on_receive;
static size_t receive_count; /* since the turn of the loop began */
static size_t receive_most;

static void count_receive(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                          const struct sockaddr *from, unsigned flags) {
  receive_count += from != NULL;
  if (receive_count > receive_most) receive_most = receive_count;
  on_receive(udp, length, buffer, from, flags);
}

int __real_uv_udp_recv_start(uv_udp_t *udp, uv_alloc_cb on_allocate,
                             uv_udp_recv_cb callback);
int __wrap_uv_udp_recv_start(uv_udp_t *udp, uv_alloc_cb on_allocate,
                             uv_udp_recv_cb callback);
int __wrap_uv_udp_recv_start(uv_udp_t *udp, uv_alloc_cb on_allocate,
                             uv_udp_recv_cb callback) {
  if (!is_connected(udp))
    return __real_uv_udp_recv_start(udp, on_allocate, callback);
  const int error = planned_error(RECEIVE_START);
  if (error) return error;
  newest = udp;
  on_receive = callback;
  return __real_uv_udp_recv_start(udp, on_allocate, count_receive);
}

int __real_uv_udp_try_send(uv_udp_t *udp, const uv_buf_t *buffers,
                           unsigned count, const struct sockaddr *address);
int __wrap_uv_udp_try_send(uv_udp_t *udp, const uv_buf_t *buffers,
                           unsigned count, const struct sockaddr *address);
int __wrap_uv_udp_try_send(uv_udp_t *udp, const uv_buf_t *buffers,
                           unsigned count, const struct sockaddr *address) {
  if (!address && plan.site == SEND && plan.count > 0) return UV_EAGAIN;
  const int error = address ? 0 : planned_error(TRY_SEND);
  return error ? error : __real_uv_udp_try_send(udp, buffers, count, address);
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
  const int error = planned_error(SEND);
  return error ? error
               : __real_uv_udp_send(request, udp, buffers, count, address,
                                    on_sent);
}

int __real_uv_random(uv_loop_t *loop, uv_random_t *request, void *octets,
                     size_t length, unsigned flags, uv_random_cb on_random);
int __wrap_uv_random(uv_loop_t *loop, uv_random_t *request, void *octets,
                     size_t length, unsigned flags, uv_random_cb on_random);
int __wrap_uv_random(uv_loop_t *loop, uv_random_t *request, void *octets,
                     size_t length, unsigned flags, uv_random_cb on_random) {
  const int error = planned_error(RANDOM);
  return error ? error
               : __real_uv_random(loop, request, octets, length, flags,
                                  on_random);
}

static void begin(const struct turn *turn,
                  const stubdns_resolver_options_t *options) {
  memset(&plan, 0, sizeof plan);
  client_open(&client, options);
  responder_open(&responder, &client.loop, turn, 1);
  client_add(&client, &responder.address);
}

static void end(void) {
  responder_close(&responder);
  client_close(&client);
}

static const int errors[] = {
    UV_EAGAIN,      UV_ENOBUFS,  UV_EINTR,         UV_EPERM,
    UV_EACCES,      UV_EINVAL,   UV_EADDRNOTAVAIL, UV_EADDRINUSE,
    UV_ENETUNREACH, UV_ENETDOWN, UV_EHOSTUNREACH,  UV_EMSGSIZE,
    UV_EMFILE,      UV_ENFILE,   UV_ENOMEM,        UV_ECONNREFUSED,
    UV_EPIPE,       UV_EIO,
};

#define ERRORS ((int)(sizeof errors / sizeof errors[0]))

static void plan_failures(int row, size_t count) {
  plan.site = (enum site)(row / ERRORS);
  plan.error = errors[row % ERRORS];
  plan.count = count;
}

static int is_open_site(void) {
  return plan.site == INIT || plan.site == CONNECT ||
         plan.site == RECEIVE_START;
}

/* A failure that passes costs a moment, unless memory is what is missing for a
 * socket.  The server is there twice, to be asked again at once. */
START_TEST(failure_of_one_call_does_not_end_a_lookup_T11) {
  begin(&answers, NULL);
  client_add(&client, &responder.address);
  plan_failures(_i, 1);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  ck_assert_uint_eq(plan.count, 0);
  if (plan.error == UV_ENOMEM && is_open_site())
    ck_assert_int_eq(result.status, STUBDNS_ENOMEM);
  else
    assert_true_answer(&result);
  ck_assert_int_eq(result.callback_count, 1);
  end();
}
END_TEST

/* What a lookup ends with when its sockets cannot be opened. */
static int status_of_open(int error) {
  switch (error) {
  case UV_ENOMEM:
    return STUBDNS_ENOMEM;
  case UV_ECONNREFUSED:
    return STUBDNS_EREFUSED;
  case UV_EAGAIN:
  case UV_EMFILE:
  case UV_ENFILE:
  case UV_EADDRINUSE:
    return STUBDNS_ETIMEOUT; /* waits for better times */
  default:
    return STUBDNS_EUNREACHABLE;
  }
}

/* EAGAIN from the first way to send is no failure: the datagram waits. */
static int expected_status(void) {
  if (is_open_site()) return status_of_open(plan.error);
  if (plan.error == UV_ECONNREFUSED) return STUBDNS_EREFUSED;
  if (plan.error == UV_EAGAIN && plan.site == TRY_SEND) return 0;
  return STUBDNS_EUNREACHABLE;
}

START_TEST(failure_without_end_ends_a_lookup_once_T11) {
  const stubdns_resolver_options_t options = {.deadline_ms = 120};
  begin(&answers, &options);
  plan_failures(_i, 1 << 20);
  const int status = expected_status();
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  ck_assert_int_eq(result.callback_count, 1);
  ck_assert_msg(result.status == status, "site %d, %s: %d", (int)plan.site,
                uv_err_name(plan.error), result.status);
  ck_assert_uint_le(result.elapsed_ms, 800);
  plan.count = 0;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  end();
}
END_TEST

/* A full socket, and one that tells of an earlier refusal: nothing is lost. */
START_TEST(query_goes_out_after_all) {
  static const int passing[] = {UV_EAGAIN, UV_ECONNREFUSED};
  begin(&answers, NULL);
  plan.site = TRY_SEND;
  plan.error = passing[_i];
  plan.count = 1;
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  ck_assert_uint_eq(plan.count, 0);
  ck_assert_uint_eq(result.answer.send_count, 1);
  ck_assert_uint_lt(result.elapsed_ms, 150);
  end();
}
END_TEST

START_TEST(random_octets_run_out_B3) {
  begin(&answers, NULL);
  plan.site = RANDOM;
  plan.error = UV_EIO;
  plan.count = 1 << 20;
  struct result result;
  size_t answered = 0; /* with octets that were fetched before */
  for (;; answered++) {
    client_ask(&client, &result, "www.example.test");
    client_run(&client);
    ck_assert_int_eq(result.callback_count, 1);
    if (result.status) break;
    ck_assert_uint_le(answered, 4096);
  }
  ck_assert_int_eq(result.status, STUBDNS_ERANDOM);
  ck_assert_uint_eq(responder.query_count, answered);
  plan.count = 0;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_true_answer(&result);
  end();
}
END_TEST

static int is_time_up;

static void on_time_up(uv_timer_t *timer) {
  is_time_up = 1;
  uv_close((uv_handle_t *)timer, NULL);
}

static void ask_until_time_is_up(stubdns_lookup_t *lookup, int status,
                                 const stubdns_answer_t *answer) {
  result_keep(lookup, status, answer);
  if (is_time_up) return;
  ck_assert_int_eq(stubdns_lookup(&client.resolver, lookup, "www.example.test",
                                  STUBDNS_TYPE_A, NULL, ask_until_time_is_up),
                   0);
}

/* Every lookup fails as soon as it begins, and its callback begins another. */
START_TEST(lookups_that_fail_at_once_leave_time_for_the_loop) {
  begin(&answers, NULL);
  plan.site = RANDOM;
  plan.error = UV_EIO;
  plan.count = SIZE_MAX;
  is_time_up = 0;
  uv_timer_t timer;
  uv_timer_init(&client.loop, &timer);
  uv_timer_start(&timer, on_time_up, 50, 0);
  struct result result = {.callback_count = 0};
  ask_until_time_is_up(&result.lookup, 0, &(stubdns_answer_t){.rtt_us = 0});
  client_run(&client);
  ck_assert_int_eq(is_time_up, 1);
  ck_assert_int_gt(result.callback_count, 10);
  end();
}
END_TEST

/* One lookup is answered, one gets an error that is kept, one gets nothing. */
static void ask_three(struct result results[3], int begun[3]) {
  static const stubdns_lookup_options_t options = {.deadline_ms = 60};
  static const char *const names[] = {"a.test", "b.test", "c.test"};
  for (int i = 0; i < 3; i++)
    begun[i] = client_try(&client, &results[i], names[i], 1, &options);
}

static void run_three(void) {
  struct result results[3];
  int begun[3];
  ask_three(results, begun);
  client_run(&client);
  for (int i = 0; i < 3; i++) {
    ck_assert(begun[i] == 0 || begun[i] == STUBDNS_ENOMEM);
    ck_assert_int_eq(results[i].callback_count, begun[i] == 0);
  }
}

/* Returns whether the resolver came to be with a server. */
static int open_with_little_memory(const struct turn *turns,
                                   size_t turn_count) {
  const int error = client_try_open(&client, NULL);
  if (error) {
    ck_assert_int_eq(error, STUBDNS_ENOMEM);
    ck_assert_uint_eq(client.memory.blocks, 0);
    ck_assert_int_eq(uv_loop_close(&client.loop), 0);
    return 0;
  }
  responder_open(&responder, &client.loop, turns, turn_count);
  return stubdns_resolver_add_server(&client.resolver, &responder.address) == 0;
}

/* Returns the number of calls that got nothing. */
static size_t run_with_little_memory(void) {
  static const struct turn turns[] = {
      {{{PACKET_ANSWER, 0}}}, {{{PACKET_SERVFAIL, 0}}}, {{{PACKET_NONE, 0}}}};
  const int is_ready = open_with_little_memory(turns, 3);
  if (is_ready) run_three();
  if (client.resolver.transport) end();
  return client.memory.failed_calls;
}

START_TEST(every_allocation_fails_in_turn) {
  memset(&plan, 0, sizeof plan);
  size_t n = 0;
  size_t failed;
  do {
    client.memory = (struct memory){.fail_at = ++n};
    failed = run_with_little_memory();
  } while (failed);
  ck_assert_uint_gt(n, 8);
}
END_TEST

START_TEST(every_nth_allocation_fails) {
  memset(&plan, 0, sizeof plan);
  for (size_t n = 1; n < 24; n++) {
    client.memory = (struct memory){.fail_every = n};
    run_with_little_memory();
  }
}
END_TEST

static double processor_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The limit is for all: loop and responder have most of the 20. */
START_TEST(lookups_wait_for_descriptors_T23) {
  const stubdns_resolver_options_t options = {.deadline_ms = 30000};
  begin(&answers, &options);
  const struct rlimit few = {20, 20};
  ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
  static struct result results[1000];
  for (int i = 0; i < 1000; i++)
    client_ask(&client, &results[i], "www.example.test");
  const double before = processor_seconds();
  client_run(&client);
  for (int i = 0; i < 1000; i++)
    assert_true_answer(&results[i]);
  ck_assert_double_lt(processor_seconds() - before, 3);
  end();
}
END_TEST

/* Lets the query go out, and its answer not come. */
static void let_query_out(struct result *result) {
  client_ask(&client, result, "www.example.test");
  while (responder.query_count == 0)
    uv_run(&client.loop, UV_RUN_ONCE);
}

static void receive(ssize_t length, const uv_buf_t *buffer,
                    const stubdns_address_t *from, unsigned flags) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  if (from) address.sin_port = htons(from->port);
  if (from) memcpy(&address.sin_addr, from->octets, 4);
  on_receive(newest, length, buffer,
             from ? (const struct sockaddr *)&address : NULL, flags);
}

/* libuv's cases, as its documentation of uv_udp_recv_cb has them. */
START_TEST(every_kind_of_receive_is_understood_T18) {
  begin(&drops, NULL);
  struct result result;
  let_query_out(&result);
  static uint8_t octets[PACKET_SIZE];
  const int length = packet_make(PACKET_ANSWER, responder.octets, 60, octets);
  const uv_buf_t buffer = uv_buf_init((char *)octets, PACKET_SIZE);
  stubdns_address_t elsewhere = responder.address;
  elsewhere.octets[3]++;
  receive(0, &buffer, NULL, 0);
  receive(0, &buffer, &responder.address, 0);
  receive(UV_ECONNREFUSED, &buffer, NULL, 0);
  receive(length, &buffer, &responder.address, UV_UDP_PARTIAL);
  receive(length, &buffer, &elsewhere, 0);
  ck_assert_int_eq(result.callback_count, 0);
  receive(length, &buffer, &responder.address, 0);
  assert_true_answer(&result);
  ck_assert_uint_eq(result.answer.drop_count, 1);
  client_run(&client);
  end();
}
END_TEST

START_TEST(socket_is_connected_to_the_server_T5) {
  begin(&drops, NULL);
  struct result result;
  let_query_out(&result);
  struct sockaddr_in peer;
  int length = sizeof peer;
  ck_assert_int_eq(
      uv_udp_getpeername(newest, (struct sockaddr *)&peer, &length), 0);
  ck_assert_uint_eq(ntohs(peer.sin_port), responder.address.port);
  ck_assert_mem_eq(&peer.sin_addr, responder.address.octets, 4);
  end();
}
END_TEST

#ifdef IP_PMTUDISC_OMIT
START_TEST(path_mtu_is_not_listened_to_T15) {
  begin(&drops, NULL);
  struct result result;
  let_query_out(&result);
  uv_os_fd_t descriptor;
  ck_assert_int_eq(uv_fileno((uv_handle_t *)newest, &descriptor), 0);
  int value = -1;
  socklen_t length = sizeof value;
  ck_assert_int_eq(
      getsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &value, &length), 0);
  ck_assert_int_eq(value, IP_PMTUDISC_OMIT);
  end();
}
END_TEST
#endif

static void on_turn(uv_prepare_t *prepare) {
  (void)prepare;
  receive_count = 0;
}

static void send_many_to(const uv_udp_t *udp, int count) {
  struct sockaddr_in to;
  int length = sizeof to;
  uv_udp_getsockname(udp, (struct sockaddr *)&to, &length);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  uv_buf_t buffer = uv_buf_init((char[]){0}, 1);
  for (int i = 0; i < count; i++)
    uv_udp_try_send(&responder.socket, &buffer, 1,
                    (const struct sockaddr *)&to);
}

/* As many as the kernel's buffer holds wait at once. */
START_TEST(flood_leaves_time_for_the_loop_T19) {
  const stubdns_resolver_options_t options = {.deadline_ms = 500};
  begin(&drops, &options);
  struct result result;
  let_query_out(&result);
  uv_prepare_t prepare;
  uv_prepare_init(&client.loop, &prepare);
  uv_prepare_start(&prepare, on_turn);
  uv_unref((uv_handle_t *)&prepare);
  receive_most = 0;
  send_many_to(newest, 1000);
  client_run(&client);
  ck_assert_int_eq(result.status, STUBDNS_ETIMEOUT);
  ck_assert_uint_gt(result.answer.drop_count, 100);
  ck_assert_uint_le(receive_most, 64);
  uv_close((uv_handle_t *)&prepare, NULL);
  end();
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("failures");
  tcase_set_timeout(cases, 120);
  tcase_add_loop_test(cases, failure_of_one_call_does_not_end_a_lookup_T11, 0,
                      RANDOM * ERRORS);
  tcase_add_loop_test(cases, failure_without_end_ends_a_lookup_once_T11, 0,
                      RANDOM * ERRORS);
  tcase_add_loop_test(cases, query_goes_out_after_all, 0, 2);
  tcase_add_test(cases, random_octets_run_out_B3);
  tcase_add_test(cases, lookups_that_fail_at_once_leave_time_for_the_loop);
  tcase_add_test(cases, every_allocation_fails_in_turn);
  tcase_add_test(cases, every_nth_allocation_fails);
  tcase_add_test(cases, lookups_wait_for_descriptors_T23);
  tcase_add_test(cases, every_kind_of_receive_is_understood_T18);
  tcase_add_test(cases, socket_is_connected_to_the_server_T5);
  tcase_add_test(cases, flood_leaves_time_for_the_loop_T19);
#ifdef IP_PMTUDISC_OMIT
  tcase_add_test(cases, path_mtu_is_not_listened_to_T15);
#endif
  Suite *const suite = suite_create("uv/failures");
  suite_add_tcase(suite, cases);
  return suite;
}
