/* src/resolver: what a user may do at any moment, and what may fail: arguments,
 * cancel, close and start from callbacks, memory, randomness, descriptors. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;

static void expect_status(size_t index, int status) {
  ck_assert_uint_gt(w.done_count, index);
  ck_assert_int_eq(w.done[index].status, status);
}

static int start(const stubdns_question_t *question,
                 const stubdns_lookup_options_t *options) {
  struct stubdns__request *request;
  return stubdns__core_start(w.core, question, options, NULL, w.now_us,
                             &request);
}

START_TEST(start_tells_what_is_wrong_with_its_arguments_B21_B13) {
  stubdns_question_t question = world_question("www.example.com", 1);
  const stubdns_lookup_options_t small = {.payload_size = 511};
  const stubdns_lookup_options_t often = {.sends_per_server =
                                              STUBDNS_SENDS_PER_SERVER + 1};
  world_begin(&w, 0, NULL);
  ck_assert_int_eq(start(&question, NULL), STUBDNS_ENOSERVER);
  world_end(&w);
  world_begin(&w, 1, NULL);
  ck_assert_int_eq(start(&question, &small), STUBDNS_EINVALID);
  ck_assert_int_eq(start(&question, &often), STUBDNS_EINVALID);
  question.type = STUBDNS_TYPE_AXFR;
  ck_assert_int_eq(start(&question, NULL), STUBDNS_EBADTYPE);
  question.type = STUBDNS_TYPE_OPT;
  ck_assert_int_eq(start(&question, NULL), STUBDNS_EBADTYPE);
  question.type = 1;
  question.name.length = 0;
  ck_assert_int_eq(start(&question, NULL), STUBDNS_EINVALID);
  stubdns__core_close(w.core, w.now_us);
  question.name.length = 1;
  ck_assert_int_eq(start(&question, NULL), STUBDNS_ECANCELED);
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, 0);
  world_end(&w);
}
END_TEST

/* Zero means the default, also where something else was set before. */
START_TEST(settings_hold_for_lookups_that_begin_later) {
  static const struct stubdns__core_settings settings[] = {
      {.deadline_ms = 2000, .sends_per_server = 1, .rotates = 1},
      {.rotates = 1}};
  static const uint64_t ends_ms[] = {2000, 2000 + STUBDNS_DEADLINE_MS};
  static const size_t counts[] = {1, 1 + STUBDNS_SENDS_PER_SERVER};
  const stubdns_question_t question = world_question("www.example.com", 1);
  world_begin(&w, 0, NULL);
  stubdns__core_set(w.core, &settings[0]);
  ck_assert_int_eq(start(&question, NULL), STUBDNS_ENOSERVER);
  world_end(&w);
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 2; i++) {
    stubdns__core_set(w.core, &settings[i]);
    world_ask(&w, NULL, NULL);
    world_run(&w);
    expect_status(i, STUBDNS_ETIMEOUT);
    ck_assert_uint_eq(w.done[i].time_us, ends_ms[i] * MS);
    ck_assert_uint_eq(w.sent_count, counts[i]);
  }
  world_end(&w);
}
END_TEST

START_TEST(server_needs_an_address_a_port_and_room) {
  stubdns_address_t address = {.length = 4, .port = 53};
  world_begin(&w, 0, NULL);
  address.port = 0;
  ck_assert_int_eq(stubdns__core_add_server(w.core, &address),
                   STUBDNS_EINVALID);
  address.port = 53;
  address.length = 5;
  ck_assert_int_eq(stubdns__core_add_server(w.core, &address),
                   STUBDNS_EINVALID);
  address.length = 16;
  for (int i = 0; i < STUBDNS_SERVERS_MAX; i++)
    ck_assert_int_eq(stubdns__core_add_server(w.core, &address), 0);
  ck_assert_int_eq(stubdns__core_add_server(w.core, &address),
                   STUBDNS_EINVALID);
  ck_assert_uint_eq(stubdns__core_server_count(w.core), STUBDNS_SERVERS_MAX);
  world_end(&w);
}
END_TEST

struct form {
  unsigned flags;
  uint16_t payload_size;
  uint8_t header_flags[2];
  uint8_t opt[11]; /* all zero: none */
};

static const struct form forms[] = {
    {0, 0, {0x01, 0x00}, {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0}},
    {STUBDNS_LOOKUP_NO_RECURSION, 0, {0, 0}, {0, 0, 41, 0x04, 0xd0}},
    {STUBDNS_LOOKUP_NO_EDNS, 0, {0x01, 0}, {0}},
    {STUBDNS_LOOKUP_DNSSEC_OK,
     4096,
     {0x01, 0},
     {0, 0, 41, 0x10, 0x00, 0, 0, 0x80, 0, 0, 0}},
    {STUBDNS_LOOKUP_CHECKING_DISABLED | STUBDNS_LOOKUP_AUTHENTIC_DATA,
     512,
     {0x01, 0x30},
     {0, 0, 41, 0x02, 0x00}},
};

START_TEST(options_of_a_lookup_shape_its_query_B1_B12_B13_B19) {
  const struct form *form = &forms[_i];
  const stubdns_lookup_options_t options = {.flags = form->flags |
                                                     STUBDNS_LOOKUP_NO_COOKIE,
                                            .payload_size = form->payload_size};
  world_begin(&w, 1, NULL);
  world_ask(&w, NULL, &options);
  world_drain(&w);
  const struct sent *sent = &w.sent[0];
  const size_t opt_length = form->opt[2] ? sizeof form->opt : 0;
  ck_assert_uint_eq(sent->length, 12 + 17 + 4 + opt_length);
  ck_assert_mem_eq(sent->octets + 2, form->header_flags, 2);
  ck_assert_uint_eq(sent->octets[11], opt_length != 0);
  ck_assert_mem_eq(sent->octets + 12 + 17, "\0\1\0\1", 4);
  if (opt_length)
    ck_assert_mem_eq(sent->octets + sent->length - opt_length, form->opt,
                     opt_length);
  world_end(&w);
}
END_TEST

START_TEST(class_of_the_options_goes_before_that_of_the_question) {
  const stubdns_lookup_options_t chaos = {.class_ = STUBDNS_CLASS_CH};
  stubdns_question_t question = world_question("version.bind", 16);
  question.class_ = 0;
  world_begin(&w, 1, NULL);
  ck_assert_int_eq(start(&question, &chaos), 0);
  ck_assert_int_eq(start(&question, NULL), 0);
  world_drain(&w);
  ck_assert_uint_eq(w.sent[0].octets[12 + 14 + 3], STUBDNS_CLASS_CH);
  ck_assert_uint_eq(w.sent[1].octets[12 + 14 + 3], STUBDNS_CLASS_IN);
  world_end(&w);
}
END_TEST

START_TEST(cancel_completes_with_ecanceled_and_closes_the_path_T21) {
  world_begin(&w, 1, NULL);
  struct stubdns__request *request = world_ask(&w, NULL, NULL);
  if (_i == 1) world_drain(&w);
  if (_i == 2) world_sleep_until(&w, 1000 * MS);
  stubdns__core_cancel(w.core, request, w.now_us);
  ck_assert_uint_eq(w.done_count, 0);
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, 1);
  expect_status(0, STUBDNS_ECANCELED);
  ck_assert(!w.done[0].has_message);
  ck_assert_uint_eq(w.descriptor_count, 0);
  uint64_t deadline_us;
  ck_assert(!stubdns__core_deadline(w.core, &deadline_us));
  world_end(&w);
}
END_TEST

static struct stubdns__request *requests[8];

static void cancel_second(struct world *world, void *user) {
  if (user == &requests[0])
    stubdns__core_cancel(world->core, requests[1], world->now_us);
}

/* Both are about to be completed; the first's callback cancels the second. */
START_TEST(cancel_overtakes_an_answer_that_was_not_handed_out_T21) {
  world_begin(&w, 1, NULL);
  w.on_complete = cancel_second;
  w.random_fails = 1;
  requests[0] = world_ask(&w, &requests[0], NULL);
  requests[1] = world_ask(&w, &requests[1], NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, 2);
  expect_status(0, STUBDNS_ERANDOM);
  expect_status(1, STUBDNS_ECANCELED);
  world_end(&w);
}
END_TEST

static void close_all(struct world *world, void *user) {
  if (user) stubdns__core_close(world->core, world->now_us);
}

START_TEST(close_in_a_callback_completes_everything_once_T21) {
  const struct stubdns__core_options options = {.in_flight_max = 3};
  world_begin(&w, 2, &options);
  w.on_complete = close_all;
  world_ask(&w, &w, NULL);
  for (int i = 0; i < 7; i++)
    world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 500 * MS);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 8);
  ck_assert(w.done[0].has_message);
  for (size_t i = 1; i < 8; i++)
    expect_status(i, STUBDNS_ECANCELED);
  ck_assert_uint_eq(w.descriptor_count, 0);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 0);
  world_end(&w);
}
END_TEST

START_TEST(close_overtakes_what_was_not_handed_out) {
  world_begin(&w, 1, NULL);
  w.random_fails = 1;
  world_ask(&w, NULL, NULL);
  stubdns__core_close(w.core, w.now_us);
  world_drain(&w);
  expect_status(0, STUBDNS_ECANCELED);
  world_end(&w);
}
END_TEST

static void ask_again(struct world *world, void *user) {
  (void)user;
  if (world->done_count < 10) world_ask(world, NULL, NULL);
}

START_TEST(start_in_a_callback_begins_a_lookup_of_its_own_T21) {
  world_begin(&w, 1, NULL);
  w.on_complete = ask_again;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  for (size_t i = 0; i < 10; i++) {
    ck_assert_uint_eq(w.sent_count, i + 1);
    world_reply(&w, &w.sent[i], REPLY_ANSWER);
    ck_assert_uint_eq(w.done_count, i + 1);
  }
  world_end(&w);
}
END_TEST

START_TEST(core_is_destroyed_at_any_moment_without_a_leak) {
  const struct stubdns__core_options options = {.in_flight_max = 2};
  struct stubdns__action action;
  world_begin(&w, 2, &options);
  w.descriptor_max = 1;
  for (int i = 0; i < 4; i++)
    world_ask(&w, NULL, NULL);
  if (_i == 1) stubdns__core_next_action(w.core, &action);
  if (_i == 2) world_sleep_until(&w, 700 * MS);
  if (_i == 3) stubdns__core_close(w.core, w.now_us);
  if (_i == 4) {
    stubdns__core_close(w.core, w.now_us);
    stubdns__core_next_action(w.core, &action);
  }
  world_end(&w);
}
END_TEST

START_TEST(lookups_wait_in_turn_behind_the_limit_in_flight) {
  const struct stubdns__core_options options = {.in_flight_max = 2};
  int users[5];
  world_begin(&w, 1, &options);
  for (int i = 0; i < 5; i++)
    world_ask(&w, &users[i], NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 2);
  for (size_t i = 0; i < 5; i++) {
    world_reply(&w, &w.sent[i], REPLY_ANSWER);
    ck_assert_ptr_eq(w.done[i].user, &users[i]);
    ck_assert_uint_eq(w.sent_count, i + 3 < 5 ? i + 3 : 5);
  }
  world_end(&w);
}
END_TEST

START_TEST(deadline_counts_while_a_lookup_waits_for_its_turn) {
  const struct stubdns__core_options options = {.in_flight_max = 1,
                                                .deadline_ms = 700};
  world_begin(&w, 1, &options);
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 100 * MS);
  world_ask(&w, NULL, NULL);
  world_ask(&w, NULL, NULL);
  world_run(&w);
  ck_assert_uint_eq(w.done_count, 3);
  ck_assert_uint_eq(w.done[0].time_us, 700 * MS);
  for (size_t i = 1; i < 3; i++) {
    expect_status(i, STUBDNS_ETIMEOUT);
    ck_assert_uint_eq(w.done[i].time_us, 800 * MS);
  }
  ck_assert_uint_eq(w.done[2].answer.send_count, 0);
  world_end(&w);
}
END_TEST

START_TEST(cancelled_lookup_lets_the_next_one_in) {
  const struct stubdns__core_options options = {.in_flight_max = 1};
  world_begin(&w, 1, &options);
  struct stubdns__request *first = world_ask(&w, NULL, NULL);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  stubdns__core_cancel(w.core, first, w.now_us);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

/* They go with those that have one. */
START_TEST(lookups_without_a_descriptor_share_the_sockets_there_are_T23) {
  world_begin(&w, 1, NULL);
  w.descriptor_max = 3;
  for (int i = 0; i < 50; i++)
    world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 50);
  ck_assert_uint_eq(w.opened_count, 3);
  for (size_t i = 0; i < 50; i++) {
    world_reply(&w, &w.sent[i], REPLY_ANSWER);
    ck_assert_uint_eq(w.done_count, i + 1);
    expect_status(i, 0);
    ck_assert_uint_eq(w.done[i].answer.send_count, 1);
  }
  world_end(&w);
}
END_TEST

/* But where its ID was used already. */
START_TEST(query_with_a_fixed_id_waits_for_a_descriptor_of_its_own_T23) {
  const stubdns_query_t query = {.id = 7, .flags = STUBDNS_FLAG_RD};
  const stubdns_lookup_options_t fixed = {.flags = STUBDNS_LOOKUP_FIXED_ID,
                                          .query = &query};
  world_begin(&w, 1, NULL);
  w.descriptor_max = 1;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  world_ask(&w, NULL, &fixed);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.sent_count, 2);
  ck_assert_uint_eq(w.sent[1].id, 7);
  world_end(&w);
}
END_TEST

/* To a server that no socket leads to. */
START_TEST(lookups_without_a_descriptor_wait_for_one_T23) {
  world_begin(&w, 2, NULL);
  w.descriptor_max = 1;
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 450 * MS);
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count,
                    2); /* the first waits for the second server */
  ck_assert_uint_eq(w.sent[1].socket->server_port, 1);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, 2);
  expect_status(0, 0);
  expect_status(1, 0);
  world_end(&w);
}
END_TEST

START_TEST(lookup_without_a_descriptor_tries_again_by_itself_T23) {
  world_begin(&w, 1, NULL);
  w.open_trouble = STUBDNS__TROUBLE_NO_DESCRIPTORS;
  world_ask(&w, NULL, NULL);
  world_sleep_until(&w, 220 * MS);
  ck_assert_uint_eq(w.sent_count, 0);
  w.open_trouble = -1;
  world_sleep_until(&w, 250 * MS);
  ck_assert_uint_eq(w.sent_count, 1);
  world_reply(&w, &w.sent[0], REPLY_ANSWER);
  expect_status(0, 0);
  ck_assert_uint_eq(w.done[0].answer.send_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(lookup_that_never_gets_a_descriptor_ends_at_its_deadline_T23) {
  world_begin(&w, 1, NULL);
  w.open_trouble = STUBDNS__TROUBLE_NO_DESCRIPTORS;
  world_ask(&w, NULL, NULL);
  world_run(&w);
  expect_status(0, STUBDNS_ETIMEOUT);
  ck_assert_uint_eq(w.done[0].time_us, 5000 * MS);
  world_end(&w);
}
END_TEST

START_TEST(random_numbers_failing_fail_the_lookup_and_nothing_is_sent_B3) {
  world_begin(&w, 2, NULL);
  w.random_fails = 1;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  expect_status(0, STUBDNS_ERANDOM);
  ck_assert_uint_eq(w.sent_count, 0);
  ck_assert_uint_eq(w.opened_count, 0);
  w.random_fails = 0;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}
END_TEST

/* The whole of 16 bits is used and nothing else decides the ID. */
START_TEST(id_is_the_first_16_random_bits_B2) {
  world_begin(&w, 1, NULL);
  w.random_state = 4711;
  const unsigned high = (unsigned)world_draw(&w, 256);
  const unsigned low = (unsigned)world_draw(&w, 256);
  w.random_state = 4711;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.sent[0].id, high << 8 | low);
  world_end(&w);
}
END_TEST

static size_t failed_total;

/* Two lookups; from the allocation `fail_at` on, one fails, or all do. */
static size_t run_with_failure(size_t fail_at, int fails_on) {
  const stubdns_question_t question = world_question("www.example.com", 1);
  world_begin(&w, 2, NULL);
  const size_t before = w.allocation_count;
  w.fail_at = fail_at ? before + fail_at : 0;
  w.fails_on = fails_on;
  size_t started = 0;
  const stubdns_lookup_options_t own = {.flags = STUBDNS_LOOKUP_NO_COALESCE};
  for (int i = 0; i < 2; i++) {
    const int error = start(&question, &own);
    ck_assert(error == 0 || error == STUBDNS_ENOMEM);
    started += error == 0;
  }
  world_drain(&w);
  if (w.sent_count > 0) world_reply(&w, &w.sent[0], REPLY_SERVFAIL);
  world_run(&w);
  ck_assert_uint_eq(w.done_count, started);
  size_t failed = 2 - started;
  for (size_t i = 0; i < w.done_count; i++) {
    const int status = w.done[i].status;
    ck_assert(status == 0 || status == STUBDNS_ETIMEOUT ||
              status == STUBDNS_ENOMEM);
    failed += status == STUBDNS_ENOMEM;
  }
  ck_assert_uint_le(failed, fail_at == 0 ? 0 : fails_on ? 2 : 1);
  failed_total += failed;
  const size_t count = w.allocation_count - before;
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_end(&w);
  return count;
}

START_TEST(every_allocation_failing_fails_its_lookup_alone_T11) {
  const size_t count = run_with_failure(0, 0);
  ck_assert_uint_gt(count, 15);
  for (size_t i = 1; i <= count; i++) {
    run_with_failure(i, 0);
    run_with_failure(i, 1);
  }
  /* Only the note in the timeline that a server had an error can be left out
   * of a lookup that goes on. */
  ck_assert_uint_ge(failed_total, count - 1 + count);
}
END_TEST

START_TEST(core_and_server_tell_when_memory_fails) {
  struct stubdns__core *core;
  const stubdns_address_t address = {.length = 4, .port = 53};
  world_begin(&w, 0, NULL);
  const struct stubdns__hooks hooks = world_hooks(&w);
  w.fail_at = w.allocation_count + 1;
  w.fails_on = 1;
  ck_assert_int_eq(stubdns__core_add_server(w.core, &address), STUBDNS_ENOMEM);
  ck_assert_int_eq(stubdns__core_create(&hooks, NULL, &core), STUBDNS_ENOMEM);
  world_end(&w);
}
END_TEST

START_TEST(transport_without_memory_fails_the_lookup_alone_T11) {
  world_begin(&w, 2, NULL);
  w.open_trouble = STUBDNS__TROUBLE_NO_MEMORY;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  expect_status(0, STUBDNS_ENOMEM);
  world_end(&w);
}
END_TEST

static struct stubdns__path *take_open(void) {
  struct stubdns__action action;
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__OPEN);
  return action.path;
}

/* A path that is closed before the transport has opened it. */
START_TEST(cancel_closes_a_path_that_is_still_opening_T21) {
  struct stubdns__action action;
  world_begin(&w, 1, NULL);
  struct stubdns__request *request = world_ask(&w, NULL, NULL);
  struct stubdns__path *path = take_open();
  stubdns__core_cancel(w.core, request, w.now_us);
  stubdns__core_on_path_open(w.core, path, 0, w.now_us);
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__CLOSE);
  ck_assert_ptr_eq(action.path, path);
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__COMPLETE);
  ck_assert(!stubdns__core_next_action(w.core, &action));
  world_end(&w);
}
END_TEST

START_TEST(query_of_a_cancelled_lookup_is_not_sent_T21) {
  world_begin(&w, 1, NULL);
  struct stubdns__request *request = world_ask(&w, NULL, NULL);
  stubdns__core_on_path_open(w.core, take_open(), 0, w.now_us);
  stubdns__core_cancel(w.core, request, w.now_us);
  struct stubdns__action action;
  while (stubdns__core_next_action(w.core, &action))
    ck_assert_int_ne(action.kind, STUBDNS__SEND);
  world_end(&w);
}
END_TEST

/* The right ID by chance, before anyone could know it. */
START_TEST(reply_to_a_query_that_was_not_sent_is_dropped_M10) {
  static const struct stubdns__core_options plain = {.no_0x20 = 1};
  uint8_t reply[33] = {0, 0, 0x81, 0x80, 0, 1};
  world_begin(&w, 1, &plain);
  w.random_state = 0;
  reply[0] = (uint8_t)world_draw(&w, 256);
  reply[1] = (uint8_t)world_draw(&w, 256);
  w.random_state = 0;
  memcpy(reply + 12, "\3www\7example\3com\0\0\1\0\1", 21);
  world_ask(&w, NULL, NULL);
  struct stubdns__path *path = take_open();
  stubdns__core_on_path_open(w.core, path, 0, w.now_us);
  for (int i = 0; i < 2; i++) { /* another ID, then the right one */
    reply[1] ^= 1;
    stubdns__core_on_datagram(w.core, path, reply, sizeof reply, w.now_us);
  }
  struct stubdns__action action;
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__SEND);
  ck_assert_mem_eq(action.octets, reply, 2);
  stubdns__core_on_datagram(w.core, path, reply, sizeof reply, w.now_us);
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__CLOSE);
  ck_assert(stubdns__core_next_action(w.core, &action));
  ck_assert_int_eq(action.kind, STUBDNS__COMPLETE);
  ck_assert_uint_eq(action.answer->drop_count, 0);
  world_end(&w);
}
END_TEST

static void add_user_tests(TCase *cases) {
  tcase_add_test(cases, start_tells_what_is_wrong_with_its_arguments_B21_B13);
  tcase_add_test(cases, settings_hold_for_lookups_that_begin_later);
  tcase_add_test(cases, server_needs_an_address_a_port_and_room);
  tcase_add_loop_test(cases, options_of_a_lookup_shape_its_query_B1_B12_B13_B19,
                      0, (int)(sizeof forms / sizeof forms[0]));
  tcase_add_test(cases, class_of_the_options_goes_before_that_of_the_question);
  tcase_add_loop_test(
      cases, cancel_completes_with_ecanceled_and_closes_the_path_T21, 0, 3);
  tcase_add_test(cases, cancel_overtakes_an_answer_that_was_not_handed_out_T21);
  tcase_add_test(cases, query_of_a_cancelled_lookup_is_not_sent_T21);
  tcase_add_test(cases, reply_to_a_query_that_was_not_sent_is_dropped_M10);
  tcase_add_test(cases, cancel_closes_a_path_that_is_still_opening_T21);
  tcase_add_test(cases, close_in_a_callback_completes_everything_once_T21);
  tcase_add_test(cases, close_overtakes_what_was_not_handed_out);
  tcase_add_test(cases, start_in_a_callback_begins_a_lookup_of_its_own_T21);
  tcase_add_loop_test(cases, core_is_destroyed_at_any_moment_without_a_leak, 0,
                      5);
}

static void add_limit_tests(TCase *cases) {
  tcase_add_test(cases, lookups_wait_in_turn_behind_the_limit_in_flight);
  tcase_add_test(cases, deadline_counts_while_a_lookup_waits_for_its_turn);
  tcase_add_test(cases, cancelled_lookup_lets_the_next_one_in);
  tcase_add_test(cases,
                 lookups_without_a_descriptor_share_the_sockets_there_are_T23);
  tcase_add_test(cases,
                 query_with_a_fixed_id_waits_for_a_descriptor_of_its_own_T23);
  tcase_add_test(cases, lookups_without_a_descriptor_wait_for_one_T23);
  tcase_add_test(cases, lookup_without_a_descriptor_tries_again_by_itself_T23);
  tcase_add_test(cases,
                 lookup_that_never_gets_a_descriptor_ends_at_its_deadline_T23);
  tcase_add_test(cases,
                 random_numbers_failing_fail_the_lookup_and_nothing_is_sent_B3);
  tcase_add_test(cases, id_is_the_first_16_random_bits_B2);
  tcase_add_test(cases, every_allocation_failing_fails_its_lookup_alone_T11);
  tcase_add_test(cases, core_and_server_tell_when_memory_fails);
  tcase_add_test(cases, transport_without_memory_fails_the_lookup_alone_T11);
}

Suite *test_suite(void) {
  TCase *const cases = tcase_create("calls");
  add_user_tests(cases);
  add_limit_tests(cases);
  Suite *const suite = suite_create("resolver/calls");
  suite_add_tcase(suite, cases);
  return suite;
}
