/* src/config/services.c: lines of services(5), good and bad ones. */
#include "config/services.h"

#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

static const char text[] =
    "# comment\n"
    "\n"
    "ssh\t\t22/tcp\t\t\t# SSH\n"
    "domain 53/tcp\n"
    "domain 53/udp\r\n"
    "  http 80/tcp www www-http # WorldWideWeb\n"
    "wide 65535/tcp#no blank\n"
    "beyond 65536/tcp\n"
    "noport /tcp\n"
    "noprotocol 81\n"
    "sign +82/tcp\n"
    "letters 8a/tcp\n"
    "nothing\n"
    "cut 83/tcp\0 84/tcp\n"
    "second 22/tcp\n"
    "sctp 9899/sctp exact\n"
    "last 99/udp alias";

static const struct {
  const char *service;
  const char *protocol;
  int port; /* -1: there is none */
} rows[] = {
    {"ssh", "tcp", 22},          {"ssh", "udp", -1},      {"domain", "udp", 53},
    {"domain", "tcp", 53},       {"http", "tcp", 80},     {"www", "tcp", 80},
    {"www-http", "tcp", 80},     {"www-", "tcp", -1},     {"WWW", "tcp", -1},
    {"WorldWideWeb", "tcp", -1}, {"wide", "tcp", 65535},  {"beyond", "tcp", -1},
    {"noport", "tcp", -1},       {"noprotocol", "", -1},  {"sign", "tcp", -1},
    {"letters", "tcp", -1},      {"nothing", "tcp", -1},  {"cut", "tcp", 83},
    {"84/tcp", "tcp", -1},       {"exact", "sctp", 9899}, {"last", "udp", 99},
    {"alias", "udp", 99},        {"", "tcp", -1},         {"#", "tcp", -1},
};

START_TEST(services_are_found_by_name_and_alias) {
  uint16_t port = 7;
  const int found = stubdns__services_find_port(
      text, sizeof text - 1, rows[_i].service, rows[_i].protocol, &port);
  ck_assert_msg(found == (rows[_i].port >= 0), "%s", rows[_i].service);
  ck_assert_int_eq(port, found ? rows[_i].port : 7);
}
END_TEST

static const struct {
  uint16_t port;
  const char *protocol;
  const char *service; /* NULL: there is none */
} ports[] = {
    {22, "tcp", "ssh"},     {53, "udp", "domain"},  {80, "tcp", "http"},
    {80, "udp", NULL},      {65535, "tcp", "wide"}, {0, "tcp", NULL},
    {9899, "sctp", "sctp"}, {99, "udp", "last"},
};

START_TEST(services_are_found_by_port) {
  char service[32] = "";
  const int found =
      stubdns__services_find_name(text, sizeof text - 1, ports[_i].port,
                                  ports[_i].protocol, service, sizeof service);
  ck_assert_int_eq(found, ports[_i].service != NULL);
  ck_assert_str_eq(service, found ? ports[_i].service : "");
}
END_TEST

START_TEST(name_that_does_not_fit_is_not_cut) {
  char service[4] = "";
  ck_assert(stubdns__services_find_name(text, sizeof text - 1, 22, "tcp",
                                        service, sizeof service));
  ck_assert(!stubdns__services_find_name(text, sizeof text - 1, 80, "tcp",
                                         service, sizeof service));
}
END_TEST

/* Each prefix in a block of its own size, so that no octet behind is read. */
START_TEST(text_may_end_anywhere) {
  for (size_t length = 0; length < sizeof text; length++) {
    char *const copy = malloc(length ? length : 1);
    uint16_t port;
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length);
    ck_assert_int_eq(
        stubdns__services_find_port(copy, length, "ssh", "tcp", &port),
        length >= 22);
    stubdns__services_find_port(copy, length, "no", "tcp", &port);
    free(copy);
  }
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("services");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(cases, services_are_found_by_name_and_alias, 0,
                      sizeof rows / sizeof rows[0]);
  tcase_add_loop_test(cases, services_are_found_by_port, 0,
                      sizeof ports / sizeof ports[0]);
  tcase_add_test(cases, name_that_does_not_fit_is_not_cut);
  tcase_add_test(cases, text_may_end_anywhere);
  suite_add_tcase(suite, cases);
  return suite;
}
