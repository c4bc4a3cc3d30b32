/* src/resolver/timeline.c: what a lookup tells about its way. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

static struct world w;

static void expect_event(size_t index, enum stubdns_event_kind kind,
                         uint64_t time_us, uint16_t server_port) {
  ck_assert_uint_gt(w.done[0].event_count, index);
  const stubdns_event_t *event = &w.done[0].events[index];
  ck_assert_int_eq(event->kind, kind);
  ck_assert_uint_eq(event->time_us, time_us);
  ck_assert_uint_eq(event->server.port, server_port);
}

START_TEST(timeline_tells_every_event_in_its_order_T24) {
  world_begin(&w, 2, NULL);
  w.now_us += 77;
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 5077);
  world_deliver(&w, &w.sent[0], (const uint8_t *)"x", 1);
  world_sleep_until(&w, 6077);
  world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_sleep_until(&w, 9077);
  world_trouble(&w, &w.sent[1], STUBDNS__TROUBLE_REFUSED);
  world_trouble(&w, &w.sent[1], STUBDNS__TROUBLE_REFUSED);
  world_sleep_until(&w, 20077);
  world_reply(&w, &w.sent[1], REPLY_NXDOMAIN);
  ck_assert_uint_eq(w.done[0].event_count, 6);
  expect_event(0, STUBDNS_EVENT_SENT, 0, 1);
  expect_event(1, STUBDNS_EVENT_DROPPED, 5000, 1);
  expect_event(2, STUBDNS_EVENT_ERROR_REPLY, 6000, 1);
  expect_event(3, STUBDNS_EVENT_SENT, 6000, 2);
  expect_event(4, STUBDNS_EVENT_REFUSED, 9000, 2);
  expect_event(5, STUBDNS_EVENT_ANSWERED, 20000, 2);
  world_end(&w);
}
END_TEST

START_TEST(timeline_tells_the_facts_of_a_query_and_its_reply_T24) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_deliver(&w, &w.sent[0], w.sent[0].octets, 11);
  world_reply(&w, &w.sent[0], REPLY_NXDOMAIN);
  const stubdns_event_t *sent = &w.done[0].events[0];
  const stubdns_event_t *dropped = &w.done[0].events[1];
  const stubdns_event_t *answered = &w.done[0].events[2];
  ck_assert_uint_eq(sent->id, w.sent[0].id);
  ck_assert_uint_eq(sent->local_port, 40000);
  ck_assert_uint_eq(sent->length, w.sent[0].length);
  ck_assert_uint_eq(sent->edns, 1);
  ck_assert_str_eq(sent->text, "a query was sent");
  ck_assert_uint_eq(dropped->length, 11);
  ck_assert_str_eq(dropped->text, "it is shorter than a header");
  ck_assert_uint_eq(answered->length, 33);
  ck_assert_uint_eq(answered->rcode, STUBDNS_RCODE_NXDOMAIN);
  world_end(&w);
}
END_TEST

START_TEST(timeline_of_an_error_ends_with_it) {
  const stubdns_lookup_options_t options = {.deadline_ms = 300};
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &options);
  world_sleep_until(&w, 250 * MS);
  world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_run(&w);
  ck_assert_uint_eq(w.done[0].event_count, 2);
  expect_event(1, STUBDNS_EVENT_ERROR_REPLY, 250 * MS, 1);
  ck_assert_uint_eq(w.done[0].events[1].rcode, STUBDNS_RCODE_SERVFAIL);
  world_end(&w);
}
END_TEST

START_TEST(timeline_tells_when_no_descriptor_was_free) {
  world_begin(&w, 1, NULL);
  w.open_trouble = STUBDNS__TROUBLE_NO_DESCRIPTORS;
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 10 * MS);
  w.open_trouble = -1;
  world_sleep_until(&w, 50 * MS);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done[0].event_count, 3);
  expect_event(0, STUBDNS_EVENT_STARVED, 0, 1);
  expect_event(1, STUBDNS_EVENT_SENT, 50 * MS, 1);
  world_end(&w);
}
END_TEST

START_TEST(timeline_keeps_no_more_of_a_flood_than_its_bound) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  const size_t before = w.live_count;
  for (int i = 0; i < 99; i++)
    world_deliver(&w, &w.sent[0], w.sent[0].octets, 5);
  ck_assert_uint_eq(w.live_count, before + STUBDNS_EVENTS_MAX);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done[0].event_count, STUBDNS_EVENTS_MAX + 2);
  expect_event(STUBDNS_EVENTS_MAX + 1, STUBDNS_EVENT_ANSWERED, 0, 1);
  ck_assert_uint_eq(w.done[0].answer.drop_count, 99);
  world_end(&w);
}
END_TEST

START_TEST(timeline_without_memory_leaves_events_out_and_nothing_else) {
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  w.fail_at = w.allocation_count + 1;
  world_deliver(&w, &w.sent[0], w.sent[0].octets, 5);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_int_eq(w.done[0].status, 0);
  ck_assert_uint_eq(w.done[0].event_count, 2);
  expect_event(1, STUBDNS_EVENT_ANSWERED, 0, 1);
  world_end(&w);
}
END_TEST

START_TEST(log_is_told_every_event_with_the_lookup_that_it_is_about) {
  int user;
  world_begin(&w, 1, NULL);
  world_ask(&w, &user, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.log_count, 1);
  ck_assert_int_eq(w.log_last.kind, STUBDNS_EVENT_SENT);
  world_deliver(&w, &w.sent[0], w.sent[0].octets, 5);
  ck_assert_uint_eq(w.log_count, 2);
  ck_assert_int_eq(w.log_last.kind, STUBDNS_EVENT_DROPPED);
  ck_assert_ptr_eq(w.log_user, &user);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.log_count, 3);
  ck_assert_int_eq(w.log_last.kind, STUBDNS_EVENT_ANSWERED);
  world_end(&w);
}
END_TEST

START_TEST(server_counts_what_came_from_it_T24) {
  stubdns_server_info_t info;
  world_begin(&w, 2, NULL);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 40 * MS);
  world_deliver(&w, &w.sent[0], w.sent[0].octets, 5);
  world_deliver(&w, &w.sent[0], w.sent[0].octets, 20);
  world_trouble(&w, &w.sent[0], STUBDNS__TROUBLE_REFUSED);
  world_reply(&w, &w.sent[1], REPLY_SERVFAIL);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  stubdns__core_server_info(w.core, 0, &info);
  ck_assert_uint_eq(info.address.port, 1);
  ck_assert_uint_eq(info.sent_count, 1);
  ck_assert_uint_eq(info.drop_count, 2);
  ck_assert_uint_eq(info.refused_count, 1);
  ck_assert_uint_eq(info.answer_count, 1);
  ck_assert_uint_eq(info.error_count, 0);
  ck_assert_uint_eq(info.rtt_us, 40 * MS);
  ck_assert_uint_eq(info.rtt_variation_us, 20 * MS);
  stubdns__core_server_info(w.core, 1, &info);
  ck_assert_uint_eq(info.address.port, 2);
  ck_assert_uint_eq(info.sent_count, 1);
  ck_assert_uint_eq(info.error_count, 1);
  ck_assert_uint_eq(info.drop_count, 0);
  world_end(&w);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("timeline");
  tcase_add_test(cases, timeline_tells_every_event_in_its_order_T24);
  tcase_add_test(cases, timeline_tells_the_facts_of_a_query_and_its_reply_T24);
  tcase_add_test(cases, timeline_of_an_error_ends_with_it);
  tcase_add_test(cases, timeline_tells_when_no_descriptor_was_free);
  tcase_add_test(cases, timeline_keeps_no_more_of_a_flood_than_its_bound);
  tcase_add_test(cases,
                 timeline_without_memory_leaves_events_out_and_nothing_else);
  tcase_add_test(cases,
                 log_is_told_every_event_with_the_lookup_that_it_is_about);
  tcase_add_test(cases, server_counts_what_came_from_it_T24);
  Suite *const suite = suite_create("resolver/timeline");
  suite_add_tcase(suite, cases);
  return suite;
}
