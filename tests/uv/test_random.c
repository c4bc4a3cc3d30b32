/* src/uv/random.c.  The linker puts __wrap_uv_random() in the place of the
 * kernel's generator. */
#include "uv/random.h"

#include "stubdns/error.h"
#include "support/suite.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#define ID_COUNT 65536

int __wrap_uv_random(uv_loop_t *loop, uv_random_t *request, void *octets,
                     size_t length, unsigned flags, uv_random_cb on_random);
int __real_uv_random(uv_loop_t *loop, uv_random_t *request, void *octets,
                     size_t length, unsigned flags, uv_random_cb on_random);

/* How the generator behaves: the real one, or errors, then counted octets. */
static struct {
  int is_fake;
  int error;
  int error_count;
  int calls;
} generator;

int __wrap_uv_random(uv_loop_t *loop, uv_random_t *request, void *octets,
                     size_t length, unsigned flags, uv_random_cb on_random) {
  generator.calls++;
  if (!generator.is_fake)
    return __real_uv_random(loop, request, octets, length, flags, on_random);
  if (generator.calls <= generator.error_count) return generator.error;
  for (size_t i = 0; i < length; i++)
    ((uint8_t *)octets)[i] = (uint8_t)(i * 7 + (size_t)generator.calls);
  return 0;
}

static void begin(struct stubdns__random *random, int is_fake, int error,
                  int error_count) {
  generator.is_fake = is_fake;
  generator.error = error;
  generator.error_count = error_count;
  generator.calls = 0;
  memset(random, 0x5a, sizeof *random);
  ck_assert_int_eq(stubdns__random_init(random), 0);
  random->portion = STUBDNS__RANDOM_SIZE; /* as behind the first fetch */
}

static void assert_wiped(const struct stubdns__random *random, size_t length) {
  for (size_t i = 0; i < length; i++)
    ck_assert(random->octets[i] == 0);
}

START_TEST(octets_are_handed_out_once_and_wiped) {
  struct stubdns__random random;
  begin(&random, 1, 0, 0);
  uint8_t octets[64];
  for (size_t i = 0; i + 64 <= STUBDNS__RANDOM_SIZE; i += 64) {
    ck_assert_int_eq(stubdns__random_take(&random, octets, 64), 0);
    for (size_t j = 0; j < 64; j++)
      ck_assert(octets[j] == (uint8_t)((i + j) * 7 + 1));
    assert_wiped(&random, i + 64);
  }
  ck_assert_int_eq(generator.calls, 1);
}
END_TEST

START_TEST(first_fetch_is_small_and_the_next_ones_large) {
  struct stubdns__random random;
  uint8_t octets[STUBDNS__RANDOM_FIRST_SIZE];
  begin(&random, 1, 0, 0);
  ck_assert_int_eq(stubdns__random_init(&random), 0);
  ck_assert_int_eq(stubdns__random_take(&random, octets, sizeof octets), 0);
  ck_assert_uint_eq(octets[sizeof octets - 1],
                    (uint8_t)((sizeof octets - 1) * 7 + 1));
  ck_assert_uint_eq(random.left, 0);
  assert_wiped(&random, STUBDNS__RANDOM_SIZE);
  ck_assert_int_eq(stubdns__random_take(&random, octets, 1), 0);
  ck_assert_int_eq(generator.calls, 2);
  ck_assert_uint_eq(random.left, STUBDNS__RANDOM_SIZE - 1);
}
END_TEST

START_TEST(more_octets_than_a_portion_come_from_several) {
  struct stubdns__random random;
  begin(&random, 1, 0, 0);
  uint8_t octets[2 * STUBDNS__RANDOM_SIZE + 5];
  ck_assert_int_eq(stubdns__random_take(&random, octets, sizeof octets), 0);
  ck_assert_int_eq(generator.calls, 3);
  ck_assert_uint_eq(octets[0], 1);
  ck_assert_uint_eq(octets[STUBDNS__RANDOM_SIZE], 2);
  ck_assert_uint_eq(octets[2 * STUBDNS__RANDOM_SIZE], 3);
}
END_TEST

START_TEST(interrupted_generator_is_asked_again_B3) {
  struct stubdns__random random;
  begin(&random, 1, UV_EINTR, 5);
  uint8_t octet;
  ck_assert_int_eq(stubdns__random_take(&random, &octet, 1), 0);
  ck_assert_int_eq(generator.calls, 6);
}
END_TEST

START_TEST(generator_interrupted_without_end_fails_B3) {
  struct stubdns__random random;
  begin(&random, 1, UV_EINTR, 1 << 20);
  uint8_t octet;
  ck_assert_int_eq(stubdns__random_take(&random, &octet, 1), STUBDNS_ERANDOM);
}
END_TEST

START_TEST(failing_generator_gives_nothing_and_may_recover_B3) {
  static const int errors[] = {UV_ENOSYS, UV_EIO, UV_EAGAIN, UV_EPERM};
  struct stubdns__random random;
  begin(&random, 1, errors[_i], 1);
  uint8_t octets[2] = {0x11, 0x22};
  ck_assert_int_eq(stubdns__random_take(&random, octets, 2), STUBDNS_ERANDOM);
  ck_assert_int_eq(generator.calls, 1);
  ck_assert_mem_eq(octets, "\x11\x22", 2);
  ck_assert_int_eq(stubdns__random_take(&random, octets, 2), 0);
}
END_TEST

static void take_in_child(struct stubdns__random *random, int descriptor) {
  uint8_t octets[8];
  if (stubdns__random_take(random, octets, sizeof octets)) _exit(1);
  _exit(write(descriptor, octets, sizeof octets) != sizeof octets);
}

/* The child would get what the parent gets next, were it to go on. */
START_TEST(child_gets_other_octets_than_its_parent_T22) {
  struct stubdns__random random;
  begin(&random, 0, 0, 0);
  uint8_t parent[8];
  uint8_t child[8];
  ck_assert_int_eq(stubdns__random_take(&random, parent, sizeof parent), 0);
  int ends[2];
  ck_assert_int_eq(pipe(ends), 0);
  const pid_t process = fork();
  if (process == 0) take_in_child(&random, ends[1]);
  ck_assert_int_gt(process, 0);
  ck_assert_int_eq(read(ends[0], child, sizeof child), sizeof child);
  int status;
  ck_assert_int_eq(waitpid(process, &status, 0), process);
  ck_assert_int_eq(status, 0);
  ck_assert_int_eq(stubdns__random_take(&random, parent, sizeof parent), 0);
  ck_assert_int_eq(generator.calls, 1);
  ck_assert_mem_ne(parent, child, sizeof parent);
}
END_TEST

/* Of 2^21 pairs of octets each value misses with a chance of 65536 e^-32; the
 * statistic exceeds 400 with one of 10^-8. */
START_TEST(pairs_of_octets_are_evenly_spread_B2) {
  static uint32_t counts[ID_COUNT];
  struct stubdns__random random;
  begin(&random, 0, 0, 0);
  double buckets[256] = {0};
  const int draws = 1 << 21;
  for (int i = 0; i < draws; i++) {
    uint8_t octets[2];
    if (stubdns__random_take(&random, octets, 2)) ck_abort();
    counts[octets[0] << 8 | octets[1]]++;
    buckets[octets[0] ^ octets[1]]++;
  }
  for (int id = 0; id < ID_COUNT; id++)
    if (counts[id] == 0) ck_abort_msg("%d never came", id);
  const double expected = draws / 256.0;
  double statistic = 0;
  for (int i = 0; i < 256; i++)
    statistic += (buckets[i] - expected) * (buckets[i] - expected) / expected;
  ck_assert_msg(statistic < 400, "chi-squared is %f", statistic);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("random");
  tcase_add_test(cases, octets_are_handed_out_once_and_wiped);
  tcase_add_test(cases, first_fetch_is_small_and_the_next_ones_large);
  tcase_add_test(cases, more_octets_than_a_portion_come_from_several);
  tcase_add_test(cases, interrupted_generator_is_asked_again_B3);
  tcase_add_test(cases, generator_interrupted_without_end_fails_B3);
  tcase_add_loop_test(cases, failing_generator_gives_nothing_and_may_recover_B3,
                      0, 4);
  tcase_add_test(cases, child_gets_other_octets_than_its_parent_T22);
  TCase *const many = tcase_create("many octets");
  tcase_set_tags(many, "exhaustive");
  tcase_set_timeout(many, 60);
  tcase_add_test(many, pairs_of_octets_are_evenly_spread_B2);
  Suite *const suite = suite_create("uv/random");
  suite_add_tcase(suite, cases);
  suite_add_tcase(suite, many);
  return suite;
}
