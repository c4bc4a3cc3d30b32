/* src/uv/interfaces.c: what is told of the source of a destination.  What kind
 * of interface it is, the system is made to say. */
#include "uv/interfaces.h"

#include "support/suite.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>

int __wrap_ioctl(int file, unsigned long request, ...);

static int interface_type; /* -1: the system does not say */
static unsigned asked_count;

/* Loopback is the only interface that is asked for everywhere. */
int __wrap_ioctl(int file, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  struct ifreq *const interface = va_arg(arguments, struct ifreq *);
  va_end(arguments);
  ck_assert_int_ge(file, 0);
  ck_assert_uint_eq(request, SIOCGIFHWADDR);
  errno = ENODEV;
  if (strcmp(interface->ifr_name, "lo") != 0 || interface_type < 0) return -1;
  asked_count++;
  interface->ifr_hwaddr.sa_family = (unsigned short)interface_type;
  return 0;
}

static struct stubdns__destination ask(void) {
  static struct stubdns__interfaces interfaces;
  struct stubdns__destination destination = {
      .address = {4, {127, 0, 0, 1}, 0, 0}};
  memset(&interfaces, 0, sizeof interfaces);
  asked_count = 0;
  stubdns__interfaces_read(&interfaces, 1);
  stubdns__interfaces_find_sources(&interfaces, &destination, 1);
  return destination;
}

static const struct {
  int type;
  int is_tunnel;
} rows[] = {
    {ARPHRD_TUNNEL, 1}, {ARPHRD_TUNNEL6, 1},
    {ARPHRD_SIT, 1},    {ARPHRD_LOOPBACK, 0},
    {ARPHRD_ETHER, 0},  {ARPHRD_PPP, 0},
    {0xfffe, 0},        {-1, 0},
};

START_TEST(interface_that_puts_IP_into_IP_is_a_tunnel) {
  interface_type = rows[_i].type;
  const struct stubdns__destination destination = ask();
  ck_assert_uint_eq(destination.source.length, 4);
  ck_assert_uint_eq(destination.source_prefix_length, 8);
#ifndef STUBDNS_NO_INTERFACE_PROPERTIES
  ck_assert_int_eq(destination.is_tunnelled, rows[_i].is_tunnel);
  ck_assert_int_eq(asked_count > 0, rows[_i].type >= 0);
#else
  ck_assert_int_eq(destination.is_tunnelled + asked_count, 0);
#endif
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("interfaces");
  tcase_add_loop_test(cases, interface_that_puts_IP_into_IP_is_a_tunnel, 0,
                      (int)(sizeof rows / sizeof rows[0]));
  Suite *const suite = suite_create("uv/interfaces");
  suite_add_tcase(suite, cases);
  return suite;
}
