/* src/resolver/health.c: servers that do not reply, and probes, which no user
 * hears of. */
#include "world.h"

#include "support/suite.h"

#define S (1000 * MS)

static struct world w;

static void pass(uint64_t us) {
  world_sleep_until(&w, w.now_us - WORLD_BEGIN_US + us);
}

static int is_avoided(size_t index) {
  stubdns_server_info_t info;
  stubdns__core_server_info(w.core, index, &info);
  return info.is_avoided;
}

/* Looks up with every query to a server above `dead` answered at once. */
static void look_up(unsigned dead) {
  const size_t done = w.done_count;
  ck_assert_ptr_nonnull(world_ask(&w, NULL, NULL));
  for (size_t i = w.sent_count; w.done_count == done;) {
    world_drain(&w);
    for (; i < w.sent_count && w.done_count == done; i++)
      if (w.sent[i].socket->server_port > dead)
        world_reply(&w, &w.sent[i], REPLY_ANSWER);
    if (w.done_count == done) pass(10 * MS);
  }
  ck_assert_int_eq(w.done[done].status, 0);
}

/* Begins with the first of so many servers avoided. */
static void begin_avoided(unsigned server_count) {
  world_begin(&w, server_count, NULL);
  look_up(1);
  ck_assert(!is_avoided(0));
  pass(10 * MS);
  look_up(1);
  ck_assert(is_avoided(0));
}

static const struct sent *last_sent(void) {
  return &w.sent[w.sent_count - 1];
}

START_TEST(server_that_failed_twice_goes_behind_the_others) {
  begin_avoided(3);
  ck_assert(!is_avoided(1));
  const size_t before = w.sent_count;
  look_up(1);
  ck_assert_uint_eq(w.sent_count, before + 1);
  ck_assert_uint_eq(last_sent()->socket->server_port, 2);
  world_end(&w);
}
END_TEST

START_TEST(log_is_told_when_it_is_avoided_and_when_it_is_back) {
  begin_avoided(2);
  pass(S);
  ck_assert_ptr_nonnull(world_ask(&w, NULL, NULL));
  world_drain(&w);
  const struct sent *const probe = last_sent();
  ck_assert_uint_eq(probe->socket->server_port, 1);
  const size_t done = w.done_count;
  world_reply(&w, probe, REPLY_ANSWER);
  ck_assert(!is_avoided(0));
  ck_assert_uint_eq(w.done_count, done);
  world_reply(&w, &w.sent[w.sent_count - 2], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, done + 1);
  look_up(0);
  ck_assert_uint_eq(last_sent()->socket->server_port, 1);
  world_end(&w);
}
END_TEST

/* The lookup ends, the probe goes on; what it ends with is nobody's. */
START_TEST(probe_ends_without_a_callback) {
  begin_avoided(2);
  pass(S);
  look_up(1);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 0);
  ck_assert_uint_eq(last_sent()->socket->server_port, 1);
  ck_assert(last_sent()->socket->is_open);
  const size_t done = w.done_count;
  if (_i == 0) world_reply(&w, last_sent(), REPLY_SERVFAIL);
  if (_i == 1) world_trouble(&w, last_sent(), STUBDNS__TROUBLE_REFUSED);
  if (_i < 3) pass(3 * S);
  if (_i == 3) stubdns__core_close(w.core, w.now_us);
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, done);
  ck_assert(!last_sent()->socket->is_open);
  ck_assert_int_eq(is_avoided(0), _i != 0);
  world_end(&w);
}
END_TEST

/* What is left to be handed out is a probe's alone, and goes without a word. */
START_TEST(probe_lends_nothing_of_a_datagram) {
  struct stubdns__action action;
  begin_avoided(2);
  pass(S);
  look_up(1);
  const struct sent *const probe = last_sent();
  uint8_t reply[sizeof probe->octets];
  memcpy(reply, probe->octets, probe->length);
  reply[2] |= 0x80;
  stubdns__core_on_datagram(w.core, probe->socket->path, reply, probe->length,
                            w.now_us);
  ck_assert(!stubdns__core_next_borrower(w.core, &action));
  world_end(&w);
}
END_TEST

/* Each allocation fails in turn: where the lookup has begun it ends well. */
START_TEST(lookup_without_memory_for_a_probe_goes_on) {
  begin_avoided(2);
  pass(S);
  const size_t done = w.done_count;
  w.fail_at = w.allocation_count + (size_t)_i;
  const int has_begun =
      world_ask_name(&w, "www.example.com", 1, NULL, NULL) != NULL;
  world_drain(&w);
  w.fail_at = 0;
  if (has_begun && w.done_count == done)
    world_reply(&w, &w.sent[4], REPLY_ANSWER);
  ck_assert_uint_eq(w.done_count, done + (size_t)has_begun);
  pass(3 * S);
  world_end(&w);
}
END_TEST

/* Its name is asked for, with no more than that. */
START_TEST(probe_asks_the_same_question) {
  begin_avoided(2);
  pass(S);
  ck_assert_ptr_nonnull(world_ask_name(&w, "a.example.net", 28, NULL, NULL));
  world_drain(&w);
  stubdns_message_t message;
  ck_assert_int_eq(stubdns_message_parse(&message, last_sent()->octets,
                                         last_sent()->length, 0),
                   0);
  const stubdns_question_t question = stubdns_message_question(&message);
  const stubdns_question_t asked = world_question("a.example.net", 28);
  ck_assert(stubdns_name_equal(&question.name, &asked.name));
  ck_assert_uint_eq(question.type, 28);
  ck_assert_uint_eq(last_sent()->socket->server_port, 1);
  world_run(&w);
  world_end(&w);
}
END_TEST

START_TEST(where_lookups_wait_for_their_turn_there_is_no_probe) {
  const struct stubdns__core_options options = {.in_flight_max = 1};
  world_begin(&w, 2, &options);
  look_up(1);
  pass(10 * MS);
  look_up(1);
  pass(S);
  ck_assert(is_avoided(0));
  ck_assert_ptr_nonnull(world_ask(&w, NULL, NULL));
  ck_assert_ptr_nonnull(world_ask(&w, NULL, NULL));
  world_drain(&w);
  ck_assert_uint_eq(last_sent()->socket->server_port, 2);
  world_run(&w);
  world_end(&w);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("health");
  tcase_add_test(cases, server_that_failed_twice_goes_behind_the_others);
  tcase_add_test(cases, log_is_told_when_it_is_avoided_and_when_it_is_back);
  tcase_add_loop_test(cases, probe_ends_without_a_callback, 0, 4);
  tcase_add_test(cases, probe_lends_nothing_of_a_datagram);
  tcase_add_loop_test(cases, lookup_without_memory_for_a_probe_goes_on, 1, 12);
  tcase_add_test(cases, probe_asks_the_same_question);
  tcase_add_test(cases, where_lookups_wait_for_their_turn_there_is_no_probe);
  Suite *const suite = suite_create("resolver/health");
  suite_add_tcase(suite, cases);
  return suite;
}
