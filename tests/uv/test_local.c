/* src/uv/local.c: the addresses and ports of this host that servers are asked
 * from, over real sockets on loopback. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define LOOKUPS 400

static struct client client;
static struct responder responder;
static struct result results[LOOKUPS];

static const struct turn answers = {{{PACKET_ANSWER, 0}}};
static const struct turn drops = {{{PACKET_NONE, 0}}};

static stubdns_address_t loopback(uint8_t last, uint16_t port) {
  const stubdns_address_t address = {4, {127, 0, 0, last}, port, 0};
  return address;
}

static void begin(const struct turn *turn,
                  const stubdns_resolver_options_t *options) {
  client_open(&client, options);
  responder_open(&responder, &client.loop, turn, 1);
  client_add(&client, &responder.address);
}

static void end(void) {
  responder_close(&responder);
  client_close(&client);
}

static void ask_many(void) {
  for (size_t i = 0; i < LOOKUPS; i++) {
    char name[32];
    (void)snprintf(name, sizeof name, "n%zu.example.test", i);
    client_ask(&client, &results[i], name);
  }
  client_run(&client);
  for (size_t i = 0; i < LOOKUPS; i++)
    assert_true_answer(&results[i]);
  ck_assert_uint_ge(responder.query_count, LOOKUPS);
}

static size_t count_from(uint8_t host) {
  size_t count = 0;
  for (size_t i = 0; i < responder.query_count; i++)
    count += responder.hosts[i] == host;
  return count;
}

START_TEST(queries_come_from_the_address_that_was_named) {
  const stubdns_address_t from = loopback(7, 0);
  const stubdns_resolver_options_t options = {.local_addresses = &from,
                                              .local_address_count = 1};
  begin(&answers, &options);
  ask_many();
  ck_assert_uint_eq(count_from(7), responder.query_count);
  end();
}
END_TEST

/* Each has half of them, within six standard deviations; and which one does not
 * follow from the one before. */
START_TEST(several_local_addresses_are_used_at_random_T25) {
  const stubdns_address_t from[] = {
      loopback(7, 0), {16, {[15] = 1}, 0, 0}, loopback(8, 0)};
  const stubdns_resolver_options_t options = {
      .local_addresses = from, .local_address_count = 3, .paths_max = LOOKUPS};
  begin(&answers, &options);
  ask_many();
  const size_t count = responder.query_count;
  const size_t first_count = count_from(7);
  ck_assert_uint_eq(first_count + count_from(8), count);
  ck_assert_uint_ge(first_count, count / 2 - 60);
  ck_assert_uint_le(first_count, count / 2 + 60);
  size_t change_count = 0;
  for (size_t i = 1; i < count; i++)
    change_count += responder.hosts[i] != responder.hosts[i - 1];
  ck_assert_uint_ge(change_count, count / 2 - 60);
  ck_assert_uint_le(change_count, count / 2 + 60);
  end();
}
END_TEST

START_TEST(any_address_leaves_the_choice_to_the_system) {
  const stubdns_address_t from = {4, {0}, 0, 0};
  const stubdns_resolver_options_t options = {.local_addresses = &from,
                                              .local_address_count = 1};
  begin(&answers, &options);
  ask_many();
  ck_assert_uint_eq(count_from(1), responder.query_count);
  end();
}
END_TEST

static uint16_t free_port(void) {
  return closed_address().port;
}

/* Two servers see the same port, each on a socket of its own. */
START_TEST(queries_come_from_the_port_that_was_named) {
  static struct responder other;
  const stubdns_address_t from = loopback(7, free_port());
  const stubdns_resolver_options_t options = {.local_addresses = &from,
                                              .local_address_count = 1};
  client_open(&client, &options);
  responder_open(&other, &client.loop, &drops, 1);
  responder_open(&responder, &client.loop, &answers, 1);
  client_add(&client, &other.address);
  client_add(&client, &responder.address);
  ask_many();
  ck_assert_uint_ge(other.query_count, 1);
  for (size_t i = 0; i < responder.query_count; i++)
    ck_assert_uint_eq(responder.ports[i], from.port);
  for (size_t i = 0; i < other.query_count; i++)
    ck_assert_uint_eq(other.ports[i], from.port);
  responder_close(&other);
  end();
}
END_TEST

START_TEST(server_of_another_family_is_unreachable) {
  const stubdns_address_t from = {16, {[15] = 1}, 0, 0};
  const stubdns_resolver_options_t options = {
      .local_addresses = &from, .local_address_count = 1, .deadline_ms = 300};
  begin(&answers, &options);
  client_ask(&client, &results[0], "www.example.test");
  client_run(&client);
  ck_assert_int_eq(results[0].status, STUBDNS_EUNREACHABLE);
  ck_assert_uint_eq(responder.query_count, 0);
  end();
}
END_TEST

static const struct {
  stubdns_address_t address;
  int error;
} wrong_addresses[] = {
    {{4, {192, 0, 2, 1}, 0, 0}, UV_EADDRNOTAVAIL},
    {{16, {0x20, 1, 0xd, 0xb8, [15] = 1}, 0, 0}, UV_EADDRNOTAVAIL},
    {{16, {0xfe, 0x80, [15] = 9}, 0, 0}, UV_EINVAL}, /* on which link? */
    {{16, {0xfe, 0x80, [15] = 9}, 0, 1}, UV_EADDRNOTAVAIL},
    {{0, {127, 0, 0, 1}, 0, 0}, STUBDNS_EINVALID},
    {{4, {127, 0, 0, 1}, 40001, 0}, STUBDNS_EINVALID}, /* excluded below */
};

START_TEST(address_that_is_not_ours_is_refused_at_once) {
  const stubdns_port_range_t excluded = {40000, 40002};
  const stubdns_resolver_options_t options = {.local_addresses =
                                                  &wrong_addresses[_i].address,
                                              .local_address_count = 1,
                                              .excluded_ports = &excluded,
                                              .excluded_port_count = 1};
  memset(&client.memory, 0, sizeof client.memory);
  ck_assert_int_eq(client_try_open(&client, &options),
                   wrong_addresses[_i].error);
  ck_assert_uint_eq(client.memory.blocks, 0);
  ck_assert_int_eq(uv_loop_close(&client.loop), 0);
}
END_TEST

START_TEST(more_addresses_than_there_is_room_for_are_refused) {
  stubdns_address_t from[STUBDNS_LOCAL_ADDRESSES_MAX + 1];
  stubdns_resolver_options_t options = {.local_addresses = from,
                                        .local_address_count =
                                            STUBDNS_LOCAL_ADDRESSES_MAX + 1};
  for (uint8_t i = 0; i <= STUBDNS_LOCAL_ADDRESSES_MAX; i++)
    from[i] = loopback((uint8_t)(i + 1), 0);
  memset(&client.memory, 0, sizeof client.memory);
  ck_assert_int_eq(client_try_open(&client, &options), STUBDNS_EINVALID);
  ck_assert_int_eq(uv_loop_close(&client.loop), 0);
  options.local_address_count = STUBDNS_LOCAL_ADDRESSES_MAX;
  client_open(&client, &options);
  client_close(&client);
}
END_TEST

/* Every other port that there is: all that Linux gives by default among them.
 */
START_TEST(excluded_port_is_never_bound_T2) {
  static stubdns_port_range_t excluded[32768];
  const size_t count = sizeof excluded / sizeof excluded[0];
  for (size_t i = 0; i < count; i++)
    excluded[i].first = excluded[i].last = (uint16_t)(2 * i);
  const stubdns_resolver_options_t options = {.excluded_ports = excluded,
                                              .excluded_port_count = count};
  begin(&answers, &options);
  ask_many();
  for (size_t i = 0; i < responder.query_count; i++)
    ck_assert_uint_eq(responder.ports[i] % 2, 1);
  end();
}
END_TEST

START_TEST(nothing_is_sent_where_every_port_is_excluded_T2) {
  const stubdns_port_range_t excluded = {0, 65535};
  const stubdns_resolver_options_t options = {.excluded_ports = &excluded,
                                              .excluded_port_count = 1,
                                              .deadline_ms = 300};
  begin(&answers, &options);
  client_ask(&client, &results[0], "www.example.test");
  client_run(&client);
  ck_assert_int_eq(results[0].status, STUBDNS_ETIMEOUT);
  ck_assert_uint_eq(responder.query_count, 0);
  end();
}
END_TEST

START_TEST(ports_that_end_before_they_begin_are_refused_T2) {
  const stubdns_port_range_t excluded = {2, 1};
  const stubdns_resolver_options_t options = {.excluded_ports = &excluded,
                                              .excluded_port_count = 1};
  memset(&client.memory, 0, sizeof client.memory);
  ck_assert_int_eq(client_try_open(&client, &options), STUBDNS_EINVALID);
  ck_assert_int_eq(uv_loop_close(&client.loop), 0);
}
END_TEST

Suite *test_suite(void) {
  Suite *const suite = suite_create("uv/local");
  TCase *const tcase = tcase_create("local");
  tcase_add_test(tcase, queries_come_from_the_address_that_was_named);
  tcase_add_test(tcase, several_local_addresses_are_used_at_random_T25);
  tcase_add_test(tcase, any_address_leaves_the_choice_to_the_system);
  tcase_add_test(tcase, queries_come_from_the_port_that_was_named);
  tcase_add_test(tcase, server_of_another_family_is_unreachable);
  tcase_add_loop_test(tcase, address_that_is_not_ours_is_refused_at_once, 0,
                      sizeof wrong_addresses / sizeof wrong_addresses[0]);
  tcase_add_test(tcase, more_addresses_than_there_is_room_for_are_refused);
  tcase_add_test(tcase, excluded_port_is_never_bound_T2);
  tcase_add_test(tcase, nothing_is_sent_where_every_port_is_excluded_T2);
  tcase_add_test(tcase, ports_that_end_before_they_begin_are_refused_T2);
  suite_add_tcase(suite, tcase);
  return suite;
}
