/* Servers named as hosts: their addresses come from the servers of a
 * resolv.conf, which here is a responder on loopback. */
#include "support/responder.h"
#include "support/suite.h"

#include "hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uv_loop_t loop;
static struct responder responder;
static struct arguments arguments;

/* Reads a command line of one word and finds its server's addresses with a
 * responder that sends `packet` in return for every query. */
static int find(const char *word, enum packet packet) {
  const struct turn turn = {{{packet, 0}}};
  char path[] = "/tmp/stubdns-test-XXXXXX";
  char line[64];
  struct output message = {0};
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  responder_open(&responder, &loop, &turn, 1);
  const int descriptor = mkstemp(path);
  ck_assert_int_ge(descriptor, 0);
  const int length = snprintf(line, sizeof line, "nameserver 127.0.0.1:%u\n",
                              responder.address.port);
  ck_assert_int_eq(write(descriptor, line, (size_t)length), length);
  close(descriptor);
  ck_assert_int_eq(arguments_read(&arguments, 1, &word, &message), 0);
  const stubdns_resolver_options_t options = {.resolv_conf = path,
                                              .deadline_ms = 300};
  struct network network = {0};
  const int error = hosts_find(&loop, &arguments, &network, &options);
  unlink(path);
  return error;
}

static void close_all(void) {
  arguments_release(&arguments);
  responder_close(&responder);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}

START_TEST(host_gets_the_address_that_the_system_s_server_knows) {
  ck_assert_int_eq(find("@ns.example.test#5300", PACKET_ANSWER), 0);
  const struct server *const server = &arguments.servers[0];
  ck_assert_uint_eq(server->address_count, 1);
  const stubdns_address_t address =
      server_address(server, 0, &default_settings);
  ck_assert_uint_eq(address.length, 4);
  ck_assert_mem_eq(address.octets, TRUE_ADDRESS, 4);
  ck_assert_uint_eq(address.port, 5300);
  ck_assert_uint_eq(responder.query_count, 2);
  close_all();
}
END_TEST

START_TEST(host_that_does_not_exist_stays_without_address) {
  ck_assert_int_eq(find("@ns.example.test", PACKET_NXDOMAIN), 0);
  ck_assert_uint_eq(arguments.servers[0].address_count, 0);
  close_all();
}
END_TEST

START_TEST(host_stays_without_address_where_nobody_answers) {
  ck_assert_int_eq(find("@ns.example.test", PACKET_NONE), 0);
  ck_assert_uint_eq(arguments.servers[0].address_count, 0);
  close_all();
}
END_TEST

START_TEST(localhost_is_known_without_a_query) {
  ck_assert_int_eq(find("@localhost", PACKET_ANSWER), 0);
  ck_assert_uint_eq(arguments.servers[0].address_count, 2);
  ck_assert_uint_eq(responder.query_count, 0);
  close_all();
}
END_TEST

START_TEST(address_needs_no_query) {
  ck_assert_int_eq(find("@192.0.2.53", PACKET_ANSWER), 0);
  ck_assert_uint_eq(arguments.servers[0].address_count, 1);
  ck_assert_uint_eq(responder.query_count, 0);
  close_all();
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("hosts");
  TCase *tests = tcase_create("hosts");
  tcase_add_test(tests, host_gets_the_address_that_the_system_s_server_knows);
  tcase_add_test(tests, host_that_does_not_exist_stays_without_address);
  tcase_add_test(tests, host_stays_without_address_where_nobody_answers);
  tcase_add_test(tests, localhost_is_known_without_a_query);
  tcase_add_test(tests, address_needs_no_query);
  suite_add_tcase(suite, tests);
  return suite;
}
