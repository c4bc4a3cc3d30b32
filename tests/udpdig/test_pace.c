/* tools/udpdig/bulk/pace.c in virtual time: no clock, no socket. */
#include "support/suite.h"

#include "bulk/pace.h"

#include <stdlib.h>

#define MS 1000000u
#define SECOND 1000000000u
#define SENT_MAX 200000

static uint64_t sent_ns[SENT_MAX];
static size_t sent_count;

/* How a timer wakes whoever waits for the pace: late by up to so much, by a
 * generator that is the same in every run. */
static uint64_t lateness(uint64_t most_ns) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return most_ns ? state % most_ns : 0;
}

/* Sends all that is allowed from 1 s on, for so long. */
static void send(uint32_t rate, uint64_t duration_ns, uint64_t late_ns) {
  struct pace pace;
  uint64_t now_ns = SECOND;
  sent_count = 0;
  pace_init(&pace, rate, now_ns);
  while (now_ns < SECOND + duration_ns) {
    while (pace_allows(&pace, now_ns) && sent_count < SENT_MAX) {
      pace_spend(&pace, now_ns);
      sent_ns[sent_count++] = now_ns;
    }
    const uint64_t due_ns = pace_due(&pace);
    ck_assert_uint_gt(due_ns, now_ns);
    now_ns = due_ns + lateness(late_ns);
  }
}

/* The most queries in any 100 ms. */
static size_t most_in_100_ms(void) {
  size_t most = 0;
  size_t first = 0;
  for (size_t i = 0; i < sent_count; i++) {
    while (sent_ns[i] - sent_ns[first] >= 100 * MS)
      first++;
    if (i - first + 1 > most) most = i - first + 1;
  }
  return most;
}

static const struct {
  uint32_t rate;
  uint64_t late_ns;
} rate_rows[] = {{1000, 0},       {1000, 2 * MS},  {1000, 20 * MS},
                 {100, 2 * MS},   {10000, 3 * MS}, {17, 2 * MS},
                 {333, 2 * MS},   {1, 2 * MS},     {200, 10 * MS},
                 {10000, 10 * MS}};

START_TEST(rate_holds_within_two_percent_over_ten_seconds) {
  const uint32_t rate = rate_rows[_i].rate;
  send(rate, 10 * (uint64_t)SECOND, rate_rows[_i].late_ns);
  const double expected = 10.0 * rate;
  ck_assert_double_le((double)sent_count, expected * 1.02 + 1);
  ck_assert_double_ge((double)sent_count, expected * 0.98 - 1);
}
END_TEST

START_TEST(burst_is_at_most_a_tenth_over_the_rate) {
  const uint32_t rate = rate_rows[_i].rate;
  send(rate, 10 * (uint64_t)SECOND, rate_rows[_i].late_ns);
  const size_t most = (size_t)(rate * 1.1 / 10);
  ck_assert_uint_le(most_in_100_ms(), most ? most + (rate < 100) : 1);
}
END_TEST

/* Whoever could not send for a second does not make up for all of it. */
START_TEST(what_a_pause_left_undone_is_forgotten) {
  struct pace pace;
  size_t count = 0;
  pace_init(&pace, 1000, 0);
  for (uint64_t ms = 5000; ms < 6000; ms++)
    for (; pace_allows(&pace, ms * MS); count++)
      pace_spend(&pace, ms * MS);
  ck_assert_uint_le(count, 1051);
}
END_TEST

START_TEST(without_a_rate_all_is_allowed) {
  struct pace pace;
  pace_init(&pace, 0, 0);
  for (int i = 0; i < 1000; i++) {
    ck_assert(pace_allows(&pace, 0));
    pace_spend(&pace, 0);
  }
}
END_TEST

static void end_many(struct window *window, uint32_t count, unsigned every) {
  for (uint32_t i = 1; i <= count; i++)
    window_end(window, every && i % every == 0);
}

START_TEST(window_halves_on_loss_and_recovers) {
  struct window window;
  window_init(&window, 1000);
  end_many(&window, 1000, 4);
  ck_assert_uint_eq(window.limit, 500);
  end_many(&window, 500, 4);
  ck_assert_uint_eq(window.limit, 250);
  end_many(&window, 250, 0);
  ck_assert_uint_gt(window.limit, 250);
  end_many(&window, 20000, 0);
  ck_assert_uint_eq(window.limit, 1000);
}
END_TEST

START_TEST(window_bears_a_little_loss) {
  struct window window;
  window_init(&window, 1000);
  end_many(&window, 10000, 50);
  ck_assert_uint_eq(window.limit, 1000);
}
END_TEST

START_TEST(window_stays_within_its_bounds) {
  static const uint32_t sizes[] = {1, 2, 7, 16, 1000, 1000000};
  struct window window;
  window_init(&window, sizes[_i]);
  for (int i = 0; i < 40; i++) {
    end_many(&window, window.limit, 1);
    ck_assert_uint_ge(window.limit, 1);
  }
  ck_assert_uint_le(window.limit, sizes[_i] < 8 ? 8 : sizes[_i]);
  for (int i = 0; i < 100; i++)
    end_many(&window, window.limit, 0);
  ck_assert_uint_eq(window.limit, sizes[_i]);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("pace");
  TCase *tests = tcase_create("pace");
  const int rates = sizeof rate_rows / sizeof rate_rows[0];
  tcase_add_loop_test(tests, rate_holds_within_two_percent_over_ten_seconds, 0,
                      rates);
  tcase_add_loop_test(tests, burst_is_at_most_a_tenth_over_the_rate, 0, rates);
  tcase_add_test(tests, what_a_pause_left_undone_is_forgotten);
  tcase_add_test(tests, without_a_rate_all_is_allowed);
  tcase_add_test(tests, window_halves_on_loss_and_recovers);
  tcase_add_test(tests, window_bears_a_little_loss);
  tcase_add_loop_test(tests, window_stays_within_its_bounds, 0, 6);
  suite_add_tcase(suite, tests);
  return suite;
}
