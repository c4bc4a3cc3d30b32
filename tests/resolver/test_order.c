/* src/resolver: events in any order.  Each seed is a story of lookups, replies
 * good and bad, trouble, failing memory and users who cancel, start and close
 * from their callbacks.  Whatever happens, every lookup is completed exactly
 * once, by its deadline, and nothing leaks; world_check() looks at the rest
 * after every action. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

#define SLOT_COUNT 24
#define STEP_COUNT 150
#define SEED_COUNT 150

/* A lookup of the user's; he knows it by its address. */
struct slot {
  struct stubdns__request *request; /* NULL: not under way */
  uint64_t deadline_us;
  size_t started_count;
  size_t completed_count;
};

static struct world w;
static struct slot slots[SLOT_COUNT];
static int is_closed;

static void start_one(void) {
  static const uint32_t deadlines_ms[] = {0, 1, 90, 700, 2500};
  struct slot *slot = &slots[world_draw(&w, SLOT_COUNT)];
  const stubdns_lookup_options_t options = {
      .deadline_ms = deadlines_ms[world_draw(&w, 5)],
      .flags = (unsigned)world_draw(&w, 32)};
  const stubdns_question_t question = world_question("www.example.com", 1);
  const uint32_t span_ms = options.deadline_ms ? options.deadline_ms : 5000;
  if (slot->request) return;
  const int error = stubdns__core_start(w.core, &question, &options, slot,
                                        w.now_us, &slot->request);
  if (error) {
    ck_assert_int_eq(error, is_closed ? STUBDNS_ECANCELED : STUBDNS_ENOMEM);
    slot->request = NULL;
    return;
  }
  slot->deadline_us = w.now_us + span_ms * MS;
  slot->started_count++;
}

static void cancel_one(void) {
  struct slot *slot = &slots[world_draw(&w, SLOT_COUNT)];
  if (slot->request) stubdns__core_cancel(w.core, slot->request, w.now_us);
}

static void close_core(void) {
  stubdns__core_close(w.core, w.now_us);
  is_closed = 1;
}

static void on_complete(struct world *world, void *user) {
  struct slot *slot = user;
  ck_assert_ptr_nonnull(slot->request);
  ck_assert_uint_le(world->now_us, slot->deadline_us);
  slot->request = NULL;
  slot->completed_count++;
  const uint64_t choice = world_draw(world, 12);
  if (choice < 3) start_one();
  if (choice == 3 || choice == 4) cancel_one();
  if (choice == 5 && world_draw(world, 50) == 0) close_core();
}

static const struct sent *draw_sent(void) {
  return w.sent_count ? &w.sent[world_draw(&w, w.sent_count)] : NULL;
}

static void reply_somehow(void) {
  static const unsigned flags[] = {
      REPLY_ANSWER, REPLY_ANSWER, REPLY_NXDOMAIN, REPLY_SERVFAIL, REPLY_REFUSED,
      0x8181,       0x8380,       0x0180,         0xa180};
  const struct sent *sent = draw_sent();
  if (sent)
    world_reply(&w, sent, flags[world_draw(&w, sizeof flags / sizeof *flags)]);
}

/* A copy of the query with octets changed and any length. */
static void reply_with_rubbish(void) {
  const struct sent *sent = draw_sent();
  uint8_t octets[STUBDNS_QUERY_MAX];
  if (!sent) return;
  memcpy(octets, sent->octets, sizeof octets);
  octets[2] |= 0x80;
  for (uint64_t i = world_draw(&w, 6); i > 0; i--)
    octets[world_draw(&w, sent->length)] = (uint8_t)world_draw(&w, 256);
  world_deliver(&w, sent, octets, world_draw(&w, sent->length + 1));
}

static void cross_paths(void) {
  const struct sent *sent = draw_sent();
  if (!sent) return;
  struct sent crossed = *sent;
  crossed.socket = draw_sent()->socket;
  world_reply(&w, &crossed, REPLY_ANSWER);
}

static void give_trouble(void) {
  const struct sent *sent = draw_sent();
  if (sent)
    world_trouble(
        &w, sent,
        (enum stubdns__trouble)world_draw(&w, STUBDNS__TROUBLE_CLOSED + 1));
}

static void change_weather(void) {
  const uint64_t choice = world_draw(&w, 6);
  w.open_trouble = choice == 0 ? (int)world_draw(&w, 4) : -1;
  w.send_trouble = choice == 1 ? STUBDNS__TROUBLE_REFUSED : -1;
  w.random_fails = choice == 2;
  w.descriptor_max = choice == 3 ? 3 : 0;
  w.fails_on = choice == 4;
  w.fail_at = choice >= 4 ? w.allocation_count + world_draw(&w, 5) + 1 : 0;
}

static void sleep_somewhat(void) {
  const uint64_t span_us = world_draw(&w, (uint64_t)1 << world_draw(&w, 22));
  world_sleep_until(&w, w.now_us - WORLD_BEGIN_US + span_us);
}

static void step(void) {
  static void (*const deeds[])(void) = {
      start_one,          start_one,      start_one,      cancel_one,
      reply_somehow,      reply_somehow,  cross_paths,    give_trouble,
      reply_with_rubbish, sleep_somewhat, sleep_somewhat, change_weather};
  deeds[world_draw(&w, sizeof deeds / sizeof *deeds)]();
  if (world_draw(&w, 3)) world_drain(&w);
}

static void tell(uint64_t seed) {
  const struct stubdns__core_options options = {
      .in_flight_max = (uint32_t)(1 + seed % 9),
      .sends_per_server = (uint8_t)(1 + seed % 4)};
  memset(slots, 0, sizeof slots);
  is_closed = 0;
  world_begin(&w, (unsigned)(1 + seed % 3), &options);
  w.random_state = seed;
  w.on_complete = on_complete;
  for (int i = 0; i < STEP_COUNT; i++) {
    step();
    world_check(&w);
  }
  if (seed % 2) close_core();
  w.on_complete = on_complete;
  world_run(&w);
  for (size_t i = 0; i < SLOT_COUNT; i++)
    ck_assert_uint_eq(slots[i].completed_count, slots[i].started_count);
  world_sleep_until(&w, w.now_us - WORLD_BEGIN_US + IDLE_US);
  ck_assert_uint_eq(w.descriptor_count, 0);
  world_end(&w);
}

START_TEST(every_lookup_completes_once_in_any_order_of_events_M19_T21) {
  for (uint64_t seed = 0; seed < SEED_COUNT / 10; seed++)
    tell(seed * 10 + (uint64_t)_i);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("order");
  tcase_set_timeout(cases, 120);
  tcase_add_loop_test(
      cases, every_lookup_completes_once_in_any_order_of_events_M19_T21, 0, 10);
  Suite *const suite = suite_create("resolver/order");
  suite_add_tcase(suite, cases);
  return suite;
}
