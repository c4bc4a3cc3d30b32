/* Prints who survives the hostile table: each bad packet in front of the true
 * answer, for c-ares and for us, from the same responder.  Fails where we do
 * not survive; how c-ares fares is its own affair. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#include <sys/select.h> /* ares.h takes fd_set for granted */

#include <ares.h>
#include <stdio.h>
#include <string.h>

#define ANSWER_MS 80
#define NAME "www.example.test"

/* How a client fares with one packet. */
struct outcome {
  int is_true; /* the true answer came */
  size_t query_count;
};

static uv_loop_t loop;
static struct responder responder;

static void begin(enum packet packet, struct turn *turn) {
  *turn = (struct turn){{{packet, 0}, {PACKET_ANSWER, ANSWER_MS}}};
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  responder_open(&responder, &loop, turn, 1);
}

static size_t end(void) {
  responder_close(&responder);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
  return responder.query_count;
}

/* What ares_query() ended with. */
struct ares_result {
  int is_done;
  int is_true;
};

static void on_ares(void *data, int status, int timeouts, unsigned char *octets,
                    int length) {
  struct ares_result *const result = data;
  (void)timeouts;
  result->is_done = 1;
  /* The true answer ends in its address. */
  result->is_true = status == ARES_SUCCESS && length > 4 &&
                    memcmp(octets + length - 4, TRUE_ADDRESS, 4) == 0;
}

static void on_turn(uv_prepare_t *prepare) {
  (void)prepare;
}

/* `alive` keeps the loop going, since the responder does not. */
static void run_ares(ares_channel channel, const struct ares_result *result) {
  uv_prepare_t alive;
  uv_prepare_init(&loop, &alive);
  uv_prepare_start(&alive, on_turn);
  while (!result->is_done) {
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    const int end_descriptor = ares_fds(channel, &readable, &writable);
    struct timeval pause = {0, 2000};
    select(end_descriptor, &readable, &writable, NULL, &pause);
    ares_process(channel, &readable, &writable);
    uv_run(&loop, UV_RUN_NOWAIT);
  }
  uv_close((uv_handle_t *)&alive, NULL);
  uv_run(&loop, UV_RUN_NOWAIT);
}

static struct outcome try_ares(enum packet packet) {
  struct turn turn;
  begin(packet, &turn);
  ares_channel channel;
  struct ares_options options = {.timeout = 400, .tries = 2};
  ck_assert_int_eq(ares_init_options(&channel, &options,
                                     ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES),
                   ARES_SUCCESS);
  char server[32];
  sprintf(server, "127.0.0.1:%u", responder.address.port);
  ck_assert_int_eq(ares_set_servers_ports_csv(channel, server), ARES_SUCCESS);
  struct ares_result result = {0, 0};
  ares_query(channel, NAME, 1, 1, on_ares, &result);
  run_ares(channel, &result);
  ares_destroy(channel);
  return (struct outcome){result.is_true, end()};
}

static struct outcome try_ours(enum packet packet) {
  struct turn turn;
  begin(packet, &turn);
  static struct client client;
  const stubdns_resolver_options_t options = {
      .flags = STUBDNS_NO_SYSTEM_SERVERS, .deadline_ms = 1000};
  ck_assert_int_eq(stubdns_resolver_init(&loop, &client.resolver, &options), 0);
  client_add(&client, &responder.address);
  struct result result;
  client_ask(&client, &result, NAME);
  uv_run(&loop, UV_RUN_DEFAULT);
  stubdns_resolver_close(&client.resolver, NULL);
  return (struct outcome){result.status == 0 &&
                              memcmp(result.address, TRUE_ADDRESS, 4) == 0,
                          end()};
}

static const char *verdict(struct outcome outcome) {
  if (!outcome.is_true) return "no";
  return outcome.query_count == 1 ? "yes" : "asks again";
}

/* Or the table below would tell nothing. */
START_TEST(both_get_the_answer_when_nothing_is_in_front) {
  ck_assert_int_eq(try_ares(PACKET_NONE).is_true, 1);
  ck_assert_int_eq(try_ours(PACKET_NONE).is_true, 1);
}
END_TEST

START_TEST(true_answer_wins_over_every_bad_packet_M10) {
  int ares_count = 0;
  int our_count = 0;
  printf("%-50s %-12s %s\n", "first packet", "c-ares", "stubdns");
  for (int i = PACKET_HOSTILE_FIRST; i < PACKET_END; i++) {
    const enum packet packet = (enum packet)i;
    const struct outcome ares = try_ares(packet);
    const struct outcome ours = try_ours(packet);
    ares_count += ares.is_true;
    our_count += ours.is_true && ours.query_count == 1;
    printf("%-50s %-12s %s\n", packet_text(packet), verdict(ares),
           verdict(ours));
  }
  const int count = PACKET_END - PACKET_HOSTILE_FIRST;
  printf("\nc-ares %s gets the true answer in %d of %d, stubdns in %d\n",
         ares_version(NULL), ares_count, count, our_count);
  fflush(stdout);
  ck_assert_int_eq(our_count, count);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("hostile_table");
  tcase_set_timeout(cases, 120);
  tcase_add_test(cases, both_get_the_answer_when_nothing_is_in_front);
  tcase_add_test(cases, true_answer_wins_over_every_bad_packet_M10);
  Suite *const suite = suite_create("uv/hostile_table");
  suite_add_tcase(suite, cases);
  return suite;
}
