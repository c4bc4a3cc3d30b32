/* src/resolver/route.c: which socket a query goes out from, and how long that
 * is used. */
#include "resolver/state.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;

static void ask(size_t count) {
  for (size_t i = 0; i < count; i++)
    world_ask(&w, NULL, NULL);
  world_drain(&w);
}

/* Replies to the queries from number `begin` on, up to `end`. */
static void reply_to(size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    world_reply(&w, &w.sent[i], REPLY_ANSWER);
}

static size_t distinct_sockets(size_t begin, size_t end) {
  size_t count = 0;
  for (size_t i = begin; i < end; i++) {
    size_t j = begin;
    while (w.sent[j].socket != w.sent[i].socket)
      j++;
    count += j == i;
  }
  return count;
}

START_TEST(query_has_a_socket_of_its_own_while_256_are_in_flight_T1) {
  world_begin(&w, 1, NULL);
  ask(256);
  ck_assert_uint_eq(distinct_sockets(0, 256), 256);
  ask(44);
  ck_assert_uint_eq(w.sent_count, 300);
  ck_assert_uint_eq(w.opened_count, 256);
  reply_to(0, 300);
  ck_assert_uint_eq(w.done_count, 300);
  ck_assert_uint_eq(w.descriptor_count, 0);
  ask(10);
  ck_assert_uint_eq(w.opened_count, 266);
  world_end(&w);
}
END_TEST

START_TEST(sockets_in_use_are_as_many_as_the_options_say) {
  const struct stubdns__core_options options = {.paths_max = 4};
  world_begin(&w, 1, &options);
  ask(400);
  ck_assert_uint_eq(w.sent_count, 400);
  ck_assert_uint_eq(w.opened_count, 4);
  ck_assert_uint_eq(distinct_sockets(0, 400), 4);
  reply_to(0, 400);
  ck_assert_uint_eq(w.done_count, 400);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_end(&w);
}
END_TEST

/* A server has one socket at least, however many there are to others. */
START_TEST(every_server_can_be_asked_with_one_socket_in_all) {
  const struct stubdns__core_options options = {.paths_max = 1};
  world_begin(&w, 3, &options);
  ask(20);
  world_sleep_until(&w, 1100 * MS);
  ck_assert_uint_eq(w.sent_count, 60);
  ck_assert_uint_eq(w.opened_count, 3);
  reply_to(40, 60);
  ck_assert_uint_eq(w.done_count, 20);
  world_end(&w);
}
END_TEST

static const struct stubdns__core_options sharing = {
    .paths_max = 4, .shares_paths = 1, .deadline_ms = 100000};

START_TEST(bulk_work_goes_in_runs_over_sockets_that_stay_open) {
  world_begin(&w, 1, &sharing);
  ask(128);
  ck_assert_uint_eq(w.opened_count, 4);
  for (size_t i = 0; i < 128; i += 32)
    ck_assert_uint_eq(distinct_sockets(i, i + 32), 1);
  ck_assert_uint_eq(distinct_sockets(0, 128), 4);
  reply_to(0, 128);
  ck_assert_uint_eq(w.descriptor_count, 4);
  ask(100);
  ck_assert_uint_eq(w.opened_count, 4);
  reply_to(128, 228);
  ck_assert_uint_eq(w.done_count, 228);
  stubdns__core_close(w.core, w.now_us);
  world_drain(&w);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_end(&w);
}
END_TEST

#define PATHS 2
#define LOOKUPS 33000

static uint8_t used[PATHS][65536];
static size_t path_count;

static void note_id(const struct stubdns__action *action) {
  const size_t path = (size_t)(uintptr_t)action->path->transport - 1;
  const unsigned id = (unsigned)action->octets[0] << 8 | action->octets[1];
  ck_assert_uint_lt(path, PATHS);
  if (used[path][id]) ck_abort_msg("ID %u again on socket %zu", id, path);
  used[path][id] = 1;
}

static size_t note_ids(void) {
  struct stubdns__action action;
  size_t count = 0;
  while (stubdns__core_next_action(w.core, &action))
    if (action.kind == STUBDNS__OPEN) {
      action.path->transport = (void *)(uintptr_t)++path_count;
      stubdns__core_on_path_open(w.core, action.path, 0, w.now_us);
    } else if (action.kind == STUBDNS__SEND) {
      note_id(&action);
      count++;
    }
  return count;
}

/* Lookups far beyond the number of IDs; none comes twice on a socket, though
 * half of each one's IDs have been used by then. */
START_TEST(id_is_used_once_on_a_socket_M17) {
  const struct stubdns__core_options options = {
      .paths_max = 1, .shares_paths = 1, .in_flight_max = LOOKUPS};
  memset(used, 0, sizeof used);
  path_count = 0;
  world_begin(&w, 1, &options);
  for (int i = 0; i < LOOKUPS; i++)
    world_ask(&w, NULL, NULL);
  ck_assert_uint_eq(note_ids(), LOOKUPS);
  ck_assert_uint_eq(path_count, PATHS);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), LOOKUPS);
  world_end(&w);
}
END_TEST

/* Whoever draws a used ID draws again, and not for ever. */
START_TEST(query_without_a_new_id_is_not_sent_B3_M17) {
  const struct stubdns__core_options options = {.paths_max = 1,
                                                .shares_paths = 1};
  for (int fails = 0; fails < 2; fails++) {
    world_begin(&w, 1, &options);
    w.random_repeats = 1;
    ask(1);
    ck_assert_uint_eq(w.sent_count, 1);
    if (fails) w.random_fail_at = w.random_count + 2;
    const size_t count = w.random_count;
    ask(1);
    ck_assert_uint_eq(w.random_count - count, fails ? 2 : 1 + 32);
    ck_assert_uint_eq(w.sent_count, 1);
    ck_assert_uint_eq(w.done_count, 1);
    ck_assert_int_eq(w.done[0].status, STUBDNS_ERANDOM);
    w.random_repeats = 0;
    ask(1);
    ck_assert_uint_eq(w.sent_count, 2);
    reply_to(0, 2);
    ck_assert_uint_eq(w.done_count, 3);
    world_end(&w);
  }
}
END_TEST

/* One that takes so long to open that another took its place. */
START_TEST(socket_that_gave_way_before_it_was_open_may_still_fail) {
  struct stubdns__action action;
  world_begin(&w, 1, &sharing);
  world_ask(&w, NULL, NULL);
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__OPEN);
  struct stubdns__path *const path = action.path;
  for (int i = 0; i < 20 && w.opened_count == 0; i++) {
    w.now_us += 5000 * MS;
    stubdns__core_on_time(w.core, w.now_us);
    ask(1);
  }
  ck_assert_uint_eq(w.opened_count, 1);
  stubdns__core_on_path_error(w.core, path, STUBDNS__TROUBLE_UNREACHABLE,
                              w.now_us);
  world_drain(&w);
  world_run(&w);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 0);
  world_end(&w);
}
END_TEST

START_TEST(id_that_is_fixed_goes_out_on_a_socket_of_its_own_M17) {
  const struct stubdns__core_options options = {.paths_max = 1,
                                                .shares_paths = 1};
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  query.id = 7;
  const stubdns_lookup_options_t fixed = {.flags = STUBDNS_LOOKUP_FIXED_ID,
                                          .query = &query};
  world_begin(&w, 1, &options);
  ask(1);
  for (int i = 0; i < 3; i++)
    world_ask(&w, NULL, &fixed);
  world_drain(&w);
  ck_assert_uint_eq(distinct_sockets(0, 4), 4);
  for (size_t i = 1; i < 4; i++)
    ck_assert_uint_eq(w.sent[i].id, 7);
  reply_to(0, 4);
  ck_assert_uint_eq(w.done_count, 4);
  ck_assert_uint_eq(w.descriptor_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(socket_that_was_shared_for_long_gives_way_to_another) {
  world_begin(&w, 1, &sharing);
  ask(128);
  world_sleep_until(&w, 29000 * MS);
  const size_t before = w.sent_count;
  ask(32);
  ck_assert_uint_eq(w.opened_count, 4);
  world_sleep_until(&w, 31000 * MS);
  ask(32);
  ck_assert_uint_gt(w.opened_count, 4);
  ck_assert_uint_ge(w.descriptor_count, 4);
  /* Late replies still come to the old one. */
  ck_assert(world_reply(&w, &w.sent[before], REPLY_ANSWER));
  ck_assert_uint_eq(w.done_count, 1);
  world_end(&w);
}
END_TEST

static void deliver_strays(const struct sent *sent, unsigned count) {
  uint8_t octets[12] = {0, 0, 0x81, 0x80};
  for (unsigned i = 0; i < count; i++) {
    octets[0] = (uint8_t)(sent->octets[0] ^ 0x55); /* IDs that were not used */
    octets[1] = (uint8_t)i;
    world_deliver(&w, sent, octets, sizeof octets);
  }
}

START_TEST(socket_that_somebody_guesses_at_is_left) {
  const struct stubdns__core_options options = {.paths_max = 1,
                                                .shares_paths = 1};
  world_begin(&w, 1, &options);
  ask(2);
  deliver_strays(&w.sent[0], 7);
  ask(1);
  ck_assert_uint_eq(w.opened_count, 1);
  deliver_strays(&w.sent[0], 1);
  ask(1);
  ck_assert_uint_eq(w.opened_count, 2);
  ck_assert_ptr_ne(w.sent[3].socket, w.sent[0].socket);
  /* Then there are two: a third is not opened for strangers. */
  deliver_strays(&w.sent[3], 20);
  ask(1);
  ck_assert_uint_eq(w.opened_count, 2);
  reply_to(0, 5);
  ck_assert_uint_eq(w.done_count, 5);
  ck_assert_uint_eq(w.descriptor_count, 1);
  ask(1);
  ck_assert_uint_eq(w.opened_count, 3);
  world_end(&w);
}
END_TEST

START_TEST(replies_that_come_twice_are_not_taken_for_guesses) {
  const struct stubdns__core_options options = {.paths_max = 1,
                                                .shares_paths = 1};
  world_begin(&w, 1, &options);
  ask(3);
  for (int i = 0; i < 20; i++)
    reply_to(0, 2);
  ask(1);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_uint_eq(w.opened_count, 1);
  world_end(&w);
}
END_TEST

/* The reply to one query, on the socket of another. */
START_TEST(reply_on_another_socket_is_dropped_M3) {
  const struct stubdns__core_options options = {.paths_max = 2};
  world_begin(&w, 1, &options);
  ask(_i ? 40 : 2);
  struct sent astray = w.sent[0];
  size_t other = 1;
  while (w.sent[other].socket == w.sent[0].socket)
    other++;
  astray.socket = w.sent[other].socket;
  world_reply(&w, &astray, REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 0);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 1);
  world_end(&w);
}
END_TEST

/* The port is shut: all who are on the socket hear of it, and ask the next
 * server at once; those who come later hear of it later. */
START_TEST(trouble_of_a_shared_socket_is_that_of_all_on_it_T10) {
  const struct stubdns__core_options options = {.paths_max = 2};
  world_begin(&w, 2, &options);
  ask(1);
  ask(3);
  size_t mates = 0;
  for (size_t i = 0; i < 4; i++)
    mates += w.sent[i].socket == w.sent[0].socket;
  for (int i = 0; i < 3; i++)
    world_trouble(&w, &w.sent[0], STUBDNS__TROUBLE_REFUSED);
  ck_assert_uint_eq(w.sent_count, 4 + mates);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 1);
  world_end(&w);
}
END_TEST

/* Two attempts of one lookup on a socket that is not open yet and fails. */
START_TEST(socket_of_two_attempts_that_fails_ends_their_lookup_once) {
  static const enum stubdns__trouble troubles[] = {
      STUBDNS__TROUBLE_NO_DESCRIPTORS, STUBDNS__TROUBLE_NO_MEMORY,
      STUBDNS__TROUBLE_UNREACHABLE};
  const struct stubdns__core_options options = {.paths_max = 1,
                                                .deadline_ms = 1500};
  struct stubdns__action action;
  world_begin(&w, 1, &options);
  world_ask(&w, NULL, NULL);
  world_ask(&w, NULL, NULL);
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__OPEN);
  struct stubdns__path *const path = action.path;
  w.now_us += 1000 * MS;
  stubdns__core_on_time(w.core, w.now_us);
  ck_assert(!stubdns__core_next_action(w.core, &action));
  w.open_trouble = (int)troubles[_i];
  stubdns__core_on_path_error(w.core, path, troubles[_i], w.now_us);
  world_run(&w);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_end(&w);
}
END_TEST

Suite *test_suite(void) {
  Suite *const suite = suite_create("route");
  TCase *const cases = tcase_create("route");
  tcase_add_test(cases,
                 query_has_a_socket_of_its_own_while_256_are_in_flight_T1);
  tcase_add_test(cases, sockets_in_use_are_as_many_as_the_options_say);
  tcase_add_test(cases, every_server_can_be_asked_with_one_socket_in_all);
  tcase_add_test(cases, bulk_work_goes_in_runs_over_sockets_that_stay_open);
  tcase_add_test(cases, id_is_used_once_on_a_socket_M17);
  tcase_add_test(cases, query_without_a_new_id_is_not_sent_B3_M17);
  tcase_add_test(cases, socket_that_gave_way_before_it_was_open_may_still_fail);
  tcase_add_test(cases, id_that_is_fixed_goes_out_on_a_socket_of_its_own_M17);
  tcase_add_test(cases, socket_that_was_shared_for_long_gives_way_to_another);
  tcase_add_test(cases, socket_that_somebody_guesses_at_is_left);
  tcase_add_test(cases, replies_that_come_twice_are_not_taken_for_guesses);
  tcase_add_loop_test(cases, reply_on_another_socket_is_dropped_M3, 0, 2);
  tcase_add_test(cases, trouble_of_a_shared_socket_is_that_of_all_on_it_T10);
  tcase_add_loop_test(
      cases, socket_of_two_attempts_that_fails_ends_their_lookup_once, 0, 3);
  suite_add_tcase(suite, cases);
  return suite;
}
