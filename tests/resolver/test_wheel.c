/* src/resolver/wheel.c: against a plain array in which one looks for the
 * earliest. */
#include "resolver/wheel.h"

#include "support/suite.h"

#include <string.h>

static struct stubdns__wheel wheel;

static void begin(uint64_t now_us) {
  memset(&wheel, 0, sizeof wheel);
  ck_assert_ptr_null(stubdns__wheel_pop(&wheel, now_us));
}

START_TEST(wheel_without_timers_has_no_next_time) {
  uint64_t next_us;
  begin(12345);
  ck_assert(!stubdns__wheel_next(&wheel, &next_us));
  ck_assert_ptr_null(stubdns__wheel_pop(&wheel, UINT64_MAX));
}
END_TEST

START_TEST(wheel_pops_a_timer_at_its_time_and_not_before) {
  struct stubdns__timer timer = {0};
  begin(1000000);
  stubdns__wheel_arm(&wheel, &timer, 6000000);
  ck_assert(stubdns__timer_is_armed(&timer));
  ck_assert_ptr_null(stubdns__wheel_pop(&wheel, 5999999));
  ck_assert_ptr_eq(stubdns__wheel_pop(&wheel, 6000000), &timer);
  ck_assert(!stubdns__timer_is_armed(&timer));
}
END_TEST

START_TEST(wheel_pops_a_timer_whose_time_had_passed) {
  struct stubdns__timer timer = {0};
  uint64_t next_us;
  begin(1000000);
  stubdns__wheel_arm(&wheel, &timer, 7);
  ck_assert(stubdns__wheel_next(&wheel, &next_us));
  ck_assert_uint_le(next_us, 1000000);
  ck_assert_ptr_eq(stubdns__wheel_pop(&wheel, 1000000), &timer);
}
END_TEST

START_TEST(wheel_does_not_pop_a_disarmed_timer) {
  struct stubdns__timer timers[3] = {{0}};
  begin(0);
  for (int i = 0; i < 3; i++)
    stubdns__wheel_arm(&wheel, &timers[i], 500);
  stubdns__wheel_disarm(&wheel, &timers[1]);
  stubdns__wheel_disarm(&wheel, &timers[1]);
  stubdns__wheel_arm(&wheel, &timers[2], 700);
  ck_assert_ptr_eq(stubdns__wheel_pop(&wheel, 600), &timers[0]);
  ck_assert_ptr_null(stubdns__wheel_pop(&wheel, 600));
  ck_assert_ptr_eq(stubdns__wheel_pop(&wheel, 700), &timers[2]);
}
END_TEST

START_TEST(wheel_reaches_the_end_of_time) {
  struct stubdns__timer timer = {0};
  begin(1);
  stubdns__wheel_arm(&wheel, &timer, UINT64_MAX);
  ck_assert_ptr_null(stubdns__wheel_pop(&wheel, UINT64_MAX - 1));
  ck_assert_ptr_eq(stubdns__wheel_pop(&wheel, UINT64_MAX), &timer);
}
END_TEST

#define TIMER_COUNT 300

static uint64_t random_state;

static uint64_t draw(uint64_t below) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (random_state >> 20) % below;
}

static uint64_t earliest(const struct stubdns__timer *timers) {
  uint64_t first_us = UINT64_MAX;
  for (int i = 0; i < TIMER_COUNT; i++)
    if (stubdns__timer_is_armed(&timers[i]) && timers[i].due_us < first_us)
      first_us = timers[i].due_us;
  return first_us;
}

/* Spans of all sizes, so that every level is used. */
static uint64_t draw_span(void) {
  return draw(((uint64_t)1 << draw(40)) + 1);
}

/* The next time is never after the earliest timer. */
static void sleep_once(const struct stubdns__timer *timers, uint64_t *now_us) {
  uint64_t next_us;
  if (!stubdns__wheel_next(&wheel, &next_us)) {
    ck_assert_uint_eq(earliest(timers), UINT64_MAX);
    return;
  }
  ck_assert_uint_le(next_us, earliest(timers));
  if (next_us > *now_us) *now_us = next_us;
}

START_TEST(wheel_agrees_with_a_search_on_random_timers) {
  struct stubdns__timer timers[TIMER_COUNT] = {{0}};
  uint64_t now_us = (uint64_t)_i * 0x0123456789abcd;
  random_state = (uint64_t)_i;
  begin(now_us);
  for (int round = 0; round < 5000; round++) {
    struct stubdns__timer *timer = &timers[draw(TIMER_COUNT)];
    const uint64_t choice = draw(4);
    if (choice == 0) stubdns__wheel_disarm(&wheel, timer);
    if (choice == 1) stubdns__wheel_arm(&wheel, timer, now_us + draw_span());
    if (choice == 2) now_us += draw_span() / 8;
    if (choice == 3) sleep_once(timers, &now_us);
    while ((timer = stubdns__wheel_pop(&wheel, now_us)) != NULL)
      ck_assert_uint_le(timer->due_us, now_us);
    ck_assert_uint_gt(earliest(timers), now_us);
  }
}
END_TEST

START_TEST(wheel_wakes_in_vain_no_more_often_than_it_has_levels) {
  struct stubdns__timer timer = {0};
  uint64_t next_us;
  int wakes = 0;
  begin(1);
  stubdns__wheel_arm(&wheel, &timer, 0xfedcba9876543210);
  while (!stubdns__wheel_next(&wheel, &next_us) ||
         !stubdns__wheel_pop(&wheel, next_us))
    wakes++;
  ck_assert_uint_eq(next_us, 0xfedcba9876543210);
  ck_assert_int_lt(wakes, STUBDNS__WHEEL_LEVELS);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("wheel");
  tcase_add_test(cases, wheel_without_timers_has_no_next_time);
  tcase_add_test(cases, wheel_pops_a_timer_at_its_time_and_not_before);
  tcase_add_test(cases, wheel_pops_a_timer_whose_time_had_passed);
  tcase_add_test(cases, wheel_does_not_pop_a_disarmed_timer);
  tcase_add_test(cases, wheel_reaches_the_end_of_time);
  tcase_add_loop_test(cases, wheel_agrees_with_a_search_on_random_timers, 0, 8);
  tcase_add_test(cases, wheel_wakes_in_vain_no_more_often_than_it_has_levels);
  Suite *const suite = suite_create("resolver/wheel");
  suite_add_tcase(suite, cases);
  return suite;
}
