/* src/uv/group.c where there is no sendmmsg(), with uv_udp_try_send2() of libuv
 * 1.50: older ones, against which this may be built, have no such function, so
 * that one of its kind stands here.  Of more than 20 datagrams it leaves every
 * second group of 20 out, as that of libuv 1.50 does. */
#include <uv.h>

#include "uv/segment.h"

#undef UV_VERSION_HEX
#define UV_VERSION_HEX 0x013200
#define STUBDNS_NO_SENDMMSG
#define uv_udp_try_send2 fake_try_send2
#define uv_udp_get_send_queue_count fake_queue_count

static int fake_try_send2(uv_udp_t *udp, unsigned count, uv_buf_t *buffers[],
                          const unsigned sizes[], struct sockaddr *addresses[],
                          unsigned flags);
static size_t fake_queue_count(const uv_udp_t *udp);

#include "uv/group.c" /* NOLINT(bugprone-suspicious-include) */

#include "support/suite.h"

#include <string.h>

#define COUNT 70
#define LENGTH 3

static struct {
  size_t calls;
  size_t datagrams; /* sent */
  size_t waiting;   /* in libuv */
  size_t most;      /* the socket takes */
  int error;        /* once it takes no more */
  uint8_t seen[COUNT * LENGTH];
} fake;

static uint8_t octets[COUNT * LENGTH];
static struct stubdns__socket endpoint;

static size_t fake_queue_count(const uv_udp_t *udp) {
  ck_assert_ptr_eq(udp, &endpoint.udp);
  return fake.waiting;
}

static int fake_try_send2(uv_udp_t *udp, unsigned count, uv_buf_t *buffers[],
                          const unsigned sizes[], struct sockaddr *addresses[],
                          unsigned flags) {
  ck_assert_ptr_eq(udp, &endpoint.udp);
  ck_assert_uint_eq(flags, 0);
  fake.calls++;
  if (fake.datagrams == fake.most) return fake.error;
  unsigned i = 0;
  for (; i < count && fake.datagrams < fake.most; i++) {
    ck_assert_uint_eq(sizes[i], 1);
    ck_assert_ptr_null(addresses[i]);
    ck_assert_uint_eq(buffers[i]->len, LENGTH);
    if (i / 20 % 2) continue;
    memcpy(fake.seen + fake.datagrams++ * LENGTH, buffers[i]->base, LENGTH);
  }
  return (int)i;
}

static void begin(size_t most, int error) {
  memset(&fake, 0, sizeof fake);
  fake.most = most;
  fake.error = error;
  for (size_t i = 0; i < sizeof octets; i++)
    octets[i] = (uint8_t)i;
}

START_TEST(group_is_small_enough_that_none_is_left_out) {
  begin(COUNT, 0);
  ck_assert_int_eq(stubdns__group_send(&endpoint, octets, LENGTH, COUNT),
                   COUNT);
  ck_assert_uint_eq(fake.calls, 4); /* 20, 20, 20, 10 */
  ck_assert_uint_eq(fake.datagrams, COUNT);
  ck_assert_mem_eq(fake.seen, octets, sizeof octets);
}
END_TEST

START_TEST(group_tells_how_many_were_sent) {
  begin(33, UV_EAGAIN);
  ck_assert_int_eq(stubdns__group_send(&endpoint, octets, LENGTH, COUNT), 33);
  ck_assert_mem_eq(fake.seen, octets, (size_t)33 * LENGTH);
}
END_TEST

START_TEST(group_tells_how_many_were_sent_before_an_error) {
  begin(40, UV_EPERM);
  ck_assert_int_eq(stubdns__group_send(&endpoint, octets, LENGTH, COUNT), 40);
}
END_TEST

START_TEST(group_gives_the_error_of_the_first) {
  begin(0, UV_ECONNREFUSED);
  ck_assert_int_eq(stubdns__group_send(&endpoint, octets, LENGTH, COUNT),
                   UV_ECONNREFUSED);
  ck_assert_uint_eq(fake.calls, 1);
}
END_TEST

START_TEST(group_does_not_overtake_what_waits) {
  begin(COUNT, 0);
  fake.waiting = 1;
  ck_assert_int_eq(stubdns__group_send(&endpoint, octets, LENGTH, COUNT),
                   UV_EAGAIN);
  ck_assert_uint_eq(fake.calls, 0);
}
END_TEST

Suite *test_suite(void) {
  Suite *const suite = suite_create("uv/group");
  TCase *const cases = tcase_create("group");
  tcase_add_test(cases, group_is_small_enough_that_none_is_left_out);
  tcase_add_test(cases, group_tells_how_many_were_sent);
  tcase_add_test(cases, group_tells_how_many_were_sent_before_an_error);
  tcase_add_test(cases, group_gives_the_error_of_the_first);
  tcase_add_test(cases, group_does_not_overtake_what_waits);
  suite_add_tcase(suite, cases);
  return suite;
}
