/* src/uv/network.c: a network in the place of sockets and clock, and the watch
 * over both kinds. */
#include "stubdns/network.h"

#include "support/packets.h"
#include "support/suite.h"

#include <string.h>

/* A server that answers in 100 ms, refuses, or cannot be reached. */
static struct {
  uint64_t now_us;
  int open_error;
  int refuses;
  stubdns_path_t *path; /* open, with a packet on its way */
  uint64_t due_us;
  int length;
  uint8_t octets[PACKET_SIZE];
  size_t open_count;
  size_t close_count;
  size_t release_count;
} net;

static uint64_t now_us(void *data) {
  ck_assert_ptr_eq(data, &net);
  return net.now_us;
}

static int fill(void *data, uint8_t *octets, size_t length) {
  ck_assert_ptr_eq(data, &net);
  memset(octets, 0x42, length);
  return 0;
}

static int open_path(void *data, stubdns_path_t *path,
                     const stubdns_address_t *server, int is_tcp) {
  (void)data;
  (void)path;
  ck_assert_uint_eq(server->port, 53);
  ck_assert_int_eq(is_tcp, 0);
  net.open_count += !net.open_error;
  return net.open_error;
}

static void send_octets(void *data, stubdns_path_t *path, const uint8_t *octets,
                        size_t length) {
  (void)data;
  net.path = path;
  net.due_us = net.now_us + 100000;
  net.length = packet_make(PACKET_ANSWER, octets, length, net.octets);
}

static void close_path(void *data, stubdns_path_t *path) {
  (void)data;
  if (net.path == path) net.path = NULL;
  net.close_count++;
}

static int wait_until(void *data, uint64_t until_us,
                      stubdns_arrival_t *arrival) {
  (void)data;
  if (!net.path || until_us < net.due_us) {
    net.now_us = until_us;
    return 0;
  }
  net.now_us = net.due_us;
  arrival->path = net.path;
  arrival->octets = net.octets;
  arrival->length = (size_t)net.length;
  arrival->error = net.refuses ? STUBDNS_EREFUSED : 0;
  net.path = NULL;
  return 1;
}

static void release_network(void *data) {
  (void)data;
  net.release_count++;
}

static const stubdns_network_t network = {
    .data = &net,
    .now_us = now_us,
    .random = fill,
    .open = open_path,
    .send = send_octets,
    .close = close_path,
    .wait = wait_until,
    .release = release_network,
};

static int last_status;
static uint64_t last_rtt_us;
static size_t answer_count;
static size_t watched[2];
static size_t refusal_count;

static void on_traffic(void *data, const stubdns_traffic_t *traffic) {
  ck_assert_ptr_eq(data, watched);
  if (traffic->is_refusal)
    ck_assert_ptr_null(traffic->octets);
  else
    ck_assert_int_eq(traffic->octets[0], 0x42);
  ck_assert_uint_eq(traffic->time_us, net.now_us);
  ck_assert_uint_eq(traffic->server.octets[0], 192);
  ck_assert_int_eq(traffic->is_tcp, 0);
  watched[traffic->is_received]++;
  refusal_count += traffic->is_refusal;
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  (void)lookup;
  last_status = status;
  last_rtt_us = answer->rtt_us;
  answer_count++;
}

/* Asks `count` times, with the time that passes until all are answered. */
static uint64_t ask(size_t count) {
  const stubdns_resolver_options_t options = {.flags =
                                                  STUBDNS_NO_SYSTEM_SERVERS};
  const stubdns_address_t server = {4, {192, 0, 2, 53}, 53, 0};
  const uint64_t begin_us = net.now_us;
  stubdns_resolver_t resolver;
  stubdns_lookup_t lookups[4];
  uv_loop_t loop;
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  ck_assert_int_eq(stubdns_resolver_init(&loop, &resolver, &options), 0);
  ck_assert_int_eq(stubdns_resolver_add_server(&resolver, &server), 0);
  ck_assert_int_eq(stubdns_resolver_use_network(&resolver, &network), 0);
  ck_assert_int_eq(stubdns_resolver_use_network(&resolver, &network),
                   STUBDNS_EINVALID);
  stubdns_resolver_watch(&resolver, on_traffic, watched);
  for (size_t i = 0; i < count; i++)
    ck_assert_int_eq(stubdns_lookup(&resolver, &lookups[i], "example.com",
                                    STUBDNS_TYPE_A, NULL, on_answer),
                     0);
  uv_run(&loop, UV_RUN_DEFAULT);
  const uint64_t span_us = net.now_us - begin_us;
  stubdns_resolver_close(&resolver, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
  ck_assert_uint_eq(answer_count, count);
  ck_assert_uint_eq(net.open_count, net.close_count);
  ck_assert_uint_eq(net.release_count, 1);
  return span_us;
}

static void set_up(void) {
  memset(&net, 0, sizeof net);
  memset(watched, 0, sizeof watched);
  refusal_count = 0;
  net.now_us = 1000000;
  answer_count = 0;
}

START_TEST(lookups_are_answered_from_the_network_in_its_time) {
  ck_assert_uint_eq(ask(2), 100000);
  ck_assert_int_eq(last_status, 0);
  ck_assert_uint_eq(last_rtt_us, 100000);
}
END_TEST

START_TEST(watch_sees_what_is_sent_and_what_comes) {
  ask(1);
  ck_assert_uint_eq(watched[0], 1);
  ck_assert_uint_eq(watched[1], 1);
}
END_TEST

START_TEST(refusal_of_the_network_ends_a_lookup) {
  net.refuses = 1;
  ck_assert_uint_lt(ask(1), 5000000);
  ck_assert_int_eq(last_status, STUBDNS_EREFUSED);
  ck_assert_uint_eq(watched[1], watched[0]);
  ck_assert_uint_eq(refusal_count, watched[0]);
}
END_TEST

START_TEST(path_that_cannot_be_opened_is_never_closed) {
  net.open_error = STUBDNS_EUNREACHABLE;
  ask(1);
  ck_assert_int_eq(last_status, STUBDNS_EUNREACHABLE);
  ck_assert_uint_eq(net.close_count, 0);
  ck_assert_uint_eq(watched[0], 0);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("network");
  tcase_add_checked_fixture(cases, set_up, NULL);
  tcase_add_test(cases, lookups_are_answered_from_the_network_in_its_time);
  tcase_add_test(cases, watch_sees_what_is_sent_and_what_comes);
  tcase_add_test(cases, refusal_of_the_network_ends_a_lookup);
  tcase_add_test(cases, path_that_cannot_be_opened_is_never_closed);
  Suite *const suite = suite_create("uv/network");
  suite_add_tcase(suite, cases);
  return suite;
}
