/* The hostile table: one bad packet comes first, the true answer later, and it
 * has to win, without a further query. */
#include "client.h"

#include "support/responder.h"
#include "support/suite.h"

#define ANSWER_MS 80 /* the true answer, after the bad packet */

static struct client client;
static struct responder responder;

/* The answer came in time and nobody was asked again.  M10 */
static void assert_undisturbed(const struct result *result) {
  assert_true_answer(result);
  ck_assert_uint_ge(result->elapsed_ms, ANSWER_MS - 2);
  ck_assert_uint_eq(responder.query_count, 1);
}

START_TEST(bad_packet_does_not_end_a_lookup_M1_M2_M10) {
  const enum packet packet = (enum packet)_i;
  const struct turn turn = {
      {{packet, 0}, {PACKET_ANSWER, ANSWER_MS}, {PACKET_NONE, 0}}};
  client_open(&client, NULL);
  responder_open(&responder, &client.loop, &turn, 1);
  client_add(&client, &responder.address);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  mark_point();
  assert_undisturbed(&result);
  responder_close(&responder);
  client_close(&client);
}
END_TEST

/* Each kind once, then the answer. */
START_TEST(flood_of_bad_packets_does_not_end_a_lookup_M10) {
  struct turn turns[PACKET_END - PACKET_HOSTILE_FIRST];
  const int count = PACKET_END - PACKET_HOSTILE_FIRST;
  for (int i = 0; i < count; i++)
    turns[i] = (struct turn){{{(enum packet)(PACKET_HOSTILE_FIRST + i), 0},
                              {PACKET_WRONG_ID, 10},
                              {PACKET_ANSWER, ANSWER_MS}}};
  client_open(&client, NULL);
  responder_open(&responder, &client.loop, turns, (size_t)count);
  client_add(&client, &responder.address);
  for (int i = 0; i < count; i++) {
    struct result result;
    client_ask(&client, &result, "www.example.test");
    client_run(&client);
    assert_true_answer(&result);
  }
  ck_assert_uint_eq(responder.query_count, (size_t)count);
  responder_close(&responder);
  client_close(&client);
}
END_TEST

/* What comes from elsewhere never reaches us; what has the right ID and
 * question is a reply, though malformed.  All others are ignored and counted.
 */
START_TEST(bad_packet_is_counted_with_its_reason) {
  const enum packet packet = (enum packet)_i;
  const int is_reply = packet >= PACKET_CUT;
  const int is_seen = packet_source(packet) == SOURCE_SERVER;
  const unsigned drop_count = is_seen && !is_reply ? 2 : 0;
  const struct turn turn = {
      {{packet, 0}, {packet, 5}, {PACKET_ANSWER, ANSWER_MS}}};
  client_open(&client, NULL);
  responder_open(&responder, &client.loop, &turn, 1);
  client_add(&client, &responder.address);
  struct result result;
  client_ask(&client, &result, "www.example.test");
  client_run(&client);
  assert_undisturbed(&result);
  ck_assert_msg(result.answer.drop_count == drop_count, "%s: %u",
                packet_text(packet), result.answer.drop_count);
  ck_assert_int_eq(result.answer.drop_reason != NULL, drop_count > 0);
  responder_close(&responder);
  client_close(&client);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("hostile");
  tcase_set_timeout(cases, 60);
  tcase_add_loop_test(cases, bad_packet_does_not_end_a_lookup_M1_M2_M10,
                      PACKET_HOSTILE_FIRST, PACKET_END);
  tcase_add_loop_test(cases, bad_packet_is_counted_with_its_reason,
                      PACKET_HOSTILE_FIRST, PACKET_END);
  tcase_add_test(cases, flood_of_bad_packets_does_not_end_a_lookup_M10);
  Suite *const suite = suite_create("uv/hostile");
  suite_add_tcase(suite, cases);
  return suite;
}
