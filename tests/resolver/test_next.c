/* src/resolver/core.c: lookups that follow one another, as those of a search,
 * and what is handed out while others wait. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

static struct world w;
static int error;
static struct stubdns__request *next;
static int closes;
static size_t fail_ahead; /* the allocation of the next lookup that fails */

static void ask_next(struct world *world, void *user) {
  const stubdns_name_t name = world_question("www.example.org", 1).name;
  (void)user;
  if (world->done_count > 1) return;
  if (closes) stubdns__core_close(world->core, world->now_us);
  if (fail_ahead) world->fail_at = world->allocation_count + fail_ahead;
  error = stubdns__core_start_next(world->core, &name, world->now_us, &next);
  world->fail_at = 0;
}

static void begin(const stubdns_lookup_options_t *options) {
  world_begin(&w, 1, NULL);
  w.on_complete = ask_next;
  ck_assert_ptr_nonnull(world_ask_name(&w, "www.example.com", 1, &w, options));
  world_sleep_until(&w, 100 * MS);
  world_reply(&w, &w.sent[0], REPLY_NXDOMAIN);
}

static const stubdns_query_t spelled_out = {.flags = STUBDNS_FLAG_RD |
                                                     STUBDNS_FLAG_Z};

/* Its query is spelled out like the first one's. */
START_TEST(next_lookup_is_as_the_one_before_but_for_its_name) {
  const stubdns_lookup_options_t options = {.deadline_ms = 1000,
                                            .query = &spelled_out};
  closes = 0;
  fail_ahead = 0;
  begin(&options);
  ck_assert_int_eq(error, 0);
  ck_assert_uint_eq(w.sent_count, 2);
  for (size_t i = 0; i < 2; i++)
    ck_assert_mem_eq(w.sent[i].octets + 2, "\1\x40\0\1\0\0\0\0\0\0", 10);
  world_run(&w);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert_ptr_eq(w.done[1].user, &w);
  ck_assert_int_eq(w.done[1].status, STUBDNS_ETIMEOUT);
  ck_assert_uint_eq(w.done[1].time_us, 1000 * MS);
  world_end(&w);
}
END_TEST

START_TEST(no_lookup_follows_where_the_core_is_closing) {
  closes = 1;
  fail_ahead = 0;
  begin(NULL);
  ck_assert_int_eq(error, STUBDNS_ECANCELED);
  ck_assert_uint_eq(w.done_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(no_lookup_follows_where_there_is_no_memory_T11) {
  const stubdns_lookup_options_t options = {.query = &spelled_out};
  closes = 0;
  fail_ahead = 1;
  begin(&options);
  ck_assert_int_eq(error, STUBDNS_ENOMEM);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 0);
  world_end(&w);
}
END_TEST

/* Replies to the query of a path, of which action is not drained. */
static void deliver(const struct sent *sent) {
  static uint8_t reply[STUBDNS_QUERY_MAX + 44];
  memcpy(reply, sent->octets, sent->length);
  reply[2] |= 0x80;
  stubdns__core_on_datagram(w.core, sent->socket->path, reply, sent->length,
                            w.now_us);
}

/* A cancelled lookup is told as well, as it was first. */
START_TEST(what_points_into_a_datagram_can_be_handed_out_alone) {
  struct stubdns__action action;
  world_begin(&w, 1, NULL);
  struct stubdns__request *const first = world_ask(&w, &w.sent[0], NULL);
  world_ask(&w, &w.sent[1], NULL);
  world_ask(&w, &w.sent[2], NULL);
  world_drain(&w);
  ck_assert(!stubdns__core_next_borrower(w.core, &action));
  stubdns__core_cancel(w.core, first, w.now_us);
  ck_assert(!stubdns__core_next_borrower(w.core, &action));
  deliver(&w.sent[1]);
  for (size_t i = 0; i < 2; i++) {
    ck_assert(stubdns__core_next_borrower(w.core, &action));
    ck_assert_int_eq(action.kind, STUBDNS__COMPLETE);
    ck_assert_ptr_eq(action.user, &w.sent[i]);
    ck_assert_int_eq(action.status, i ? 0 : STUBDNS_ECANCELED);
  }
  ck_assert(!stubdns__core_next_borrower(w.core, &action));
  ck_assert_uint_eq(stubdns__core_lookup_count(w.core), 1);
  world_end(&w);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("next");
  tcase_add_test(cases, next_lookup_is_as_the_one_before_but_for_its_name);
  tcase_add_test(cases, no_lookup_follows_where_the_core_is_closing);
  tcase_add_test(cases, no_lookup_follows_where_there_is_no_memory_T11);
  tcase_add_test(cases, what_points_into_a_datagram_can_be_handed_out_alone);
  Suite *const suite = suite_create("resolver/next");
  suite_add_tcase(suite, cases);
  return suite;
}
