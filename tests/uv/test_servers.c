/* src/uv/servers.c and the options of a resolver: what resolv.conf makes of
 * it.  The files are made here; the system's own is not read. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uv_loop_t loop;
static stubdns_resolver_t resolver;
static char path[4096];

static void write_file(const char *text, size_t length) {
  const char *const folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/stubdns-test-XXXXXX",
           folder ? folder : "/tmp");
  const int descriptor = mkstemp(path);
  ck_assert_int_ge(descriptor, 0);
  ck_assert_int_eq(write(descriptor, text, length), (ssize_t)length);
  close(descriptor);
}

static int init_from(const char *file) {
  const stubdns_resolver_options_t options = {.resolv_conf = file};
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  return stubdns_resolver_init(&loop, &resolver, &options);
}

static int init_from_text(const char *text) {
  write_file(text, strlen(text));
  const int error = init_from(path);
  unlink(path);
  return error;
}

static void close_all(void) {
  stubdns_resolver_close(&resolver, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* The first server, as a lookup tells that was cancelled before any query. */
static stubdns_address_t first_server(void) {
  struct result result;
  memset(&result, 0, sizeof result);
  ck_assert_int_eq(stubdns_lookup(&resolver, &result.lookup, "www.example.test",
                                  STUBDNS_TYPE_A, NULL, result_keep),
                   0);
  ck_assert_int_eq(stubdns_cancel(&result.lookup), 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(result.status, STUBDNS_ECANCELED);
  ck_assert_uint_eq(result.answer.send_count, 0);
  return result.answer.server;
}

static void assert_first_server(const char *expected) {
  const stubdns_address_t server = first_server();
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_address_to_text(&server, text, sizeof text);
  ck_assert_str_eq(text, expected);
}

START_TEST(servers_of_the_file_are_asked) {
  static const struct turn answers = {{{PACKET_ANSWER, 0}}};
  static struct responder responder;
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  responder_open(&responder, &loop, &answers, 1);
  char text[64];
  sprintf(text, "nameserver 127.0.0.1:%u\n", responder.address.port);
  write_file(text, strlen(text));
  const stubdns_resolver_options_t options = {.resolv_conf = path};
  ck_assert_int_eq(stubdns_resolver_init(&loop, &resolver, &options), 0);
  unlink(path);
  struct result result;
  memset(&result, 0, sizeof result);
  ck_assert_int_eq(stubdns_lookup(&resolver, &result.lookup, "www.example.test",
                                  STUBDNS_TYPE_A, NULL, result_keep),
                   0);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_true_answer(&result);
  responder_close(&responder);
  close_all();
}
END_TEST

START_TEST(file_without_servers_means_the_local_host) {
  static const char *const texts[] = {"",
                                      "# nothing\n",
                                      "search example.test\n",
                                      "nameserver nobody\n",
                                      "nameserver fe80::1%nosuchinterface\n",
                                      "nameserver fe80::1%nosuch0\n"};
  ck_assert_int_eq(init_from_text(texts[_i]), 0);
  assert_first_server("127.0.0.1#53");
  close_all();
}
END_TEST

START_TEST(scope_is_found_by_the_name_of_its_interface_T20) {
  char expected[STUBDNS_ADDRESS_TEXT_SIZE];
  sprintf(expected, "fe80::1%%%u#53", if_nametoindex("lo"));
  ck_assert_int_eq(init_from_text("nameserver fe80::1%lo\n"), 0);
  assert_first_server(expected);
  close_all();
}
END_TEST

START_TEST(file_that_cannot_be_read_is_an_error) {
  ck_assert_int_eq(init_from("/nonexistent/resolv.conf"), UV_ENOENT);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
  ck_assert_int_eq(init_from("/"), UV_EISDIR);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

START_TEST(file_of_another_kind_is_an_error) {
  static char text[100000];
  memset(text, '#', sizeof text);
  write_file(text, sizeof text);
  ck_assert_int_eq(init_from(path), UV_EFBIG);
  unlink(path);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

static void *no_memory(void *data, size_t size) {
  (void)data;
  (void)size;
  return NULL;
}

START_TEST(wrong_options_are_told_at_once) {
  const stubdns_resolver_options_t wrong[] = {
      {.flags = 0x80000000u},
      {.sends_per_server = STUBDNS_SENDS_PER_SERVER + 1},
      {.allocator.allocate = no_memory},
  };
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    ck_assert_int_eq(stubdns_resolver_init(&loop, &resolver, &wrong[i]),
                     STUBDNS_EINVALID);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("servers");
  tcase_add_test(cases, servers_of_the_file_are_asked);
  tcase_add_loop_test(cases, file_without_servers_means_the_local_host, 0, 6);
  tcase_add_test(cases, scope_is_found_by_the_name_of_its_interface_T20);
  tcase_add_test(cases, file_that_cannot_be_read_is_an_error);
  tcase_add_test(cases, file_of_another_kind_is_an_error);
  tcase_add_test(cases, wrong_options_are_told_at_once);
  tcase_set_timeout(cases, 60);
  Suite *const suite = suite_create("uv/servers");
  suite_add_tcase(suite, cases);
  return suite;
}
