/* src/resolver/address_order.c: the examples of RFC 6724 section 10, and each
 * rule alone.  A source is "ADDRESS/LENGTH" with "deprecated" or "home" behind
 * it. */
#include "resolver/address_order.h"

#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DESTINATIONS_MAX 4

struct pair {
  const char *to;
  const char *from; /* NULL: there is no way */
};

/* In the order in which they must come out. */
static const struct {
  const char *why;
  struct pair pairs[DESTINATIONS_MAX];
} rows[] = {
    /* Section 10.2, in its order. */
    {"matching scope",
     {{"2001:db8:1::1", "2001:db8:1::2/64"},
      {"198.51.100.121", "169.254.13.78/16"}}},
    {"matching scope",
     {{"198.51.100.121", "198.51.100.117/24"},
      {"2001:db8:1::1", "fe80::1/64"}}},
    {"higher precedence",
     {{"2001:db8:1::1", "2001:db8:1::2/64"}, {"10.1.2.3", "10.1.2.4/24"}}},
    {"smaller scope",
     {{"fe80::1", "fe80::2/64"}, {"2001:db8:1::1", "2001:db8:1::2/64"}}},
    {"home address",
     {{"2001:db8:1::1", "2001:db8:3::1/64 home"}, {"fe80::1", "fe80::2/64"}}},
    {"avoid deprecated",
     {{"2001:db8:1::1", "2001:db8:1::2/64"},
      {"fe80::1", "fe80::2/64 deprecated"}}},
    {"longest matching prefix",
     {{"2001:db8:1::1", "2001:db8:1::2/64"},
      {"2001:db8:3ffe::1", "2001:db8:3f44::2/64"}}},
    {"matching label",
     {{"2002:c633:6401::1", "2002:c633:6401::2/64"},
      {"2001:db8:1::1", "2002:c633:6401::2/64"}}},
    {"higher precedence",
     {{"2001:db8:1::1", "2001:db8:1::2/64"},
      {"2002:c633:6401::1", "2002:c633:6401::2/64"}}},
    /* Section 10.3: the default policy prefers IPv6. */
    {"IPv6 before IPv4",
     {{"2001:db8::1", "2001:db8::2/64"}, {"198.51.100.1", "198.51.100.2/24"}}},
    /* Rule 1. */
    {"unreachable goes last",
     {{"198.51.100.1", "198.51.100.2/24"}, {"2001:db8::1", NULL}}},
    {"unreachable ones by precedence",
     {{"2001:db8::1", NULL}, {"198.51.100.1", NULL}}},
    /* Rule 2: loopback is link-local, private IPv4 global. */
    {"loopback IPv6 before IPv4",
     {{"::1", "::1/128"}, {"127.0.0.1", "127.0.0.1/8"}}},
    {"private IPv4 has the scope of public",
     {{"198.51.100.1", "10.0.0.2/8"}, {"198.51.100.2", "10.0.0.2/8"}}},
    {"site-local to global does not match",
     {{"198.51.100.1", "10.0.0.2/8"}, {"2001:db8::1", "fec0::2/64"}}},
    /* Rule 5: a unique local source fits a unique local address. */
    {"unique local source, public address",
     {{"198.51.100.1", "198.51.100.2/24"}, {"2001:db8::1", "fd00::2/64"}}},
    {"unspecified IPv4 before unspecified IPv6",
     {{"0.0.0.0", "127.0.0.1/8"}, {"::", "::1/128"}}},
    /* Rule 6: the rows of the policy table. */
    {"IPv4 before 6to4",
     {{"198.51.100.1", "198.51.100.2/24"}, {"2002::1", "2002::2/16"}}},
    {"6to4 before Teredo",
     {{"2002::1", "2002::2/16"}, {"2001::1", "2001::2/32"}}},
    {"Teredo before unique local",
     {{"2001::1", "2001::2/32"}, {"fd00::1", "fd00::2/64"}}},
    {"unique local before 6bone",
     {{"fd00::1", "fd00::2/64"}, {"3ffe::1", "3ffe::2/64"}}},
    {"unique local before IPv4-compatible",
     {{"fc00::1", "fd00::2/64"}, {"::192.0.2.1", "::192.0.2.2/96"}}},
    /* Rule 8. */
    {"multicast by its scope",
     {{"ff02::1", "fe80::2/64"}, {"ff0e::1", "2001:db8::2/64"}}},
    /* Rule 9. */
    {"IPv4 in the own network",
     {{"192.0.2.200", "192.0.2.2/24"}, {"198.51.100.1", "192.0.2.2/24"}}},
    {"beyond the prefix nearness does not count",
     {{"2001:db8::f000:0:0:1", "2001:db8::2/64"},
      {"2001:db8::1", "2001:db8::2/64"}}},
    /* Rule 10. */
    {"the given order",
     {{"192.0.2.9", "192.0.2.2/24"},
      {"192.0.2.3", "192.0.2.2/24"},
      {"192.0.2.5", "192.0.2.2/24"}}},
    {"the given order: reserved addresses are global",
     {{"2001:db8:1::1", "2001:db8:1::2/64"}, {"fe00::1", "fe00::2/64"}}},
    {"four at once",
     {{"fe80::1", "fe80::2/64"},
      {"2001:db8::1", "2001:db8::2/64"},
      {"192.0.2.9", "192.0.2.2/24"},
      {"2001:db8:7::1", NULL}}},
};

static stubdns_address_t address(const char *text, size_t length) {
  stubdns_address_t read;
  ck_assert_msg(!stubdns_address_from_text(&read, text, length), "%s", text);
  return read;
}

static struct stubdns__destination destination(const struct pair *pair) {
  struct stubdns__destination made;
  memset(&made, 0, sizeof made);
  made.address = address(pair->to, strlen(pair->to));
  if (!pair->from) return made;
  const size_t length = strcspn(pair->from, "/");
  made.source = address(pair->from, length);
  made.source_prefix_length =
      (uint8_t)strtoul(pair->from + length + 1, NULL, 10);
  made.source_is_deprecated = strstr(pair->from, "deprecated") != NULL;
  made.source_is_home = strstr(pair->from, "home") != NULL;
  return made;
}

static size_t count_of(const struct pair *pairs) {
  size_t count = 0;
  while (count < DESTINATIONS_MAX && pairs[count].to)
    count++;
  return count;
}

static struct stubdns__address_policy policy;

static void set_up(void) {
  stubdns__address_policy_init(&policy);
}

static void assert_order(const char *why, struct stubdns__destination *given,
                         size_t count) {
  struct stubdns__destination scratch[DESTINATIONS_MAX];
  stubdns__address_order(&policy, given, scratch, count);
  for (uint32_t i = 0; i < count; i++)
    ck_assert_msg(given[i].index == i, "%s: place %u", why, (unsigned)i);
}

/* Rows that end by rule 10 hold for the given order alone. */
static int depends_on_order(const char *why) {
  return strstr(why, "order") || strstr(why, "beyond") ||
         strstr(why, "private") != NULL;
}

START_TEST(addresses_come_in_the_order_of_RFC_6724) {
  struct stubdns__destination given[DESTINATIONS_MAX];
  const size_t count = count_of(rows[_i].pairs);
  for (size_t first = 0; first < count; first++) {
    for (size_t i = 0; i < count; i++) {
      const size_t from = (i + first) % count;
      given[i] = destination(&rows[_i].pairs[from]);
      given[i].index = (uint32_t)from;
    }
    assert_order(rows[_i].why, given, count);
    if (depends_on_order(rows[_i].why)) break;
  }
}
END_TEST

START_TEST(native_transport_goes_before_a_tunnel) {
  const struct pair pair = {"2001:db8::1", "2001:db8::2/64"};
  struct stubdns__destination given[2] = {destination(&pair),
                                          destination(&pair)};
  given[0].is_tunnelled = 1;
  given[0].index = 1;
  assert_order("tunnel", given, 2);
}
END_TEST

/* A written policy, "KIND PREFIX/LENGTH VALUE" with IPv4 in its mapped form,
 * and the order that it makes of two destinations which the RFC has the other
 * way round, or in the order that is given. */
static const struct {
  const char *why;
  const char *lines[3];
  struct pair pairs[2];
} written[] = {
    {"IPv4 is preferred",
     {"p ::ffff:0:0/96 100"},
     {{"198.51.100.1", "198.51.100.2/24"}, {"2001:db8::1", "2001:db8::2/64"}}},
    {"of equal prefixes the first counts, of all the longest",
     {"p ::/0 60", "p ::/0 10", "p 2001:db8::/33 50"},
     {{"198.51.100.1", "198.51.100.2/24"}, {"2001:db8::1", "2001:db8::2/64"}}},
    {"without a row for all others theirs is 40",
     {"p ::ffff:0:0/96 39", "p fd00::/8 41"},
     {{"fd00::1", "fd00::2/64"}, {"2001:db8::1", "2001:db8::2/64"}}},
    {"precedences are large",
     {"p ::ffff:0:0/96 2147483647", "p ::/0 0"},
     {{"198.51.100.1", "198.51.100.2/24"}, {"2001:db8::1", "2001:db8::2/64"}}},
    {"a label of one's own",
     {"l 2001:db8::/32 7", "l ::ffff:0:0/96 4"},
     {{"198.51.100.1", "198.51.100.2/24"}, {"2001:db8::1", "fd00::2/64"}}},
    {"labels without one for others, which have 1",
     {"l ::ffff:0:0/96 1"},
     {{"2001:db8::1", "fd00::2/64"}, {"198.51.100.1", "198.51.100.2/24"}}},
    {"a network of IPv4 that is link-local",
     {"s ::ffff:198.51.100.0/120 2"},
     {{"198.51.100.1", "198.51.100.2/24"}, {"203.0.113.1", "203.0.113.2/24"}}},
    {"IPv4 loopback that is global",
     {"s ::ffff:0:0/96 14", "p ::/0 1"},
     {{"203.0.113.1", "127.0.0.1/8"}, {"2001:db8::1", "fe80::1/64"}}},
    {"the given order: nearness is compared within a family alone",
     {"p ::ffff:0:0/96 40", "p ::/0 40"},
     {{"198.51.100.1", "198.51.100.2/24"}, {"2001:db8::1", "2001:db8::2/64"}}},
};

static void write_policy(const char *line) {
  const char *const prefix = line + 2;
  const size_t length = strcspn(prefix, "/");
  const stubdns_address_t read = address(prefix, length);
  struct stubdns__policy_row row = {.prefix = {[10] = 0xff, 0xff}};
  char *end;
  if (read.length == 16) memcpy(row.prefix, read.octets, 16);
  if (read.length == 4) memcpy(row.prefix + 12, read.octets, 4);
  row.prefix_length = (uint8_t)strtoul(prefix + length + 1, &end, 10);
  row.value = (uint32_t)strtoul(end, NULL, 10);
  ck_assert(stubdns__address_policy_add(&policy,
                                        *line == 'l' ? STUBDNS__POLICY_LABEL
                                        : *line == 'p'
                                            ? STUBDNS__POLICY_PRECEDENCE
                                            : STUBDNS__POLICY_SCOPE,
                                        &row));
}

START_TEST(written_policy_decides) {
  for (size_t i = 0; i < 3 && written[_i].lines[i]; i++)
    write_policy(written[_i].lines[i]);
  for (uint32_t first = 0; first < 2; first++) {
    struct stubdns__destination given[2];
    for (uint32_t i = 0; i < 2; i++) {
      given[i] = destination(&written[_i].pairs[i ^ first]);
      given[i].index = i ^ first;
    }
    assert_order(written[_i].why, given, 2);
    if (depends_on_order(written[_i].why)) break;
  }
}
END_TEST

START_TEST(policy_has_a_limit) {
  const struct stubdns__policy_row row = {.value = 1};
  for (size_t i = 0; i < STUBDNS__POLICY_ROWS_MAX; i++)
    ck_assert(
        stubdns__address_policy_add(&policy, STUBDNS__POLICY_LABEL, &row));
  ck_assert(!stubdns__address_policy_add(&policy, STUBDNS__POLICY_LABEL, &row));
  ck_assert(stubdns__address_policy_add(&policy, STUBDNS__POLICY_SCOPE, &row));
}
END_TEST

/* As many as a message of 65535 octets can hold, the best last. */
START_TEST(thousands_of_addresses_are_ordered_and_none_is_lost) {
  enum { COUNT = 4095 };
  static struct stubdns__destination given[COUNT];
  static struct stubdns__destination scratch[COUNT];
  for (uint32_t i = 0; i < COUNT; i++) {
    const struct pair pairs[] = {{"192.0.2.1", "192.0.2.2/24"},
                                 {"2001:db8::1", "2001:db8::2/64"},
                                 {"fe80::1", NULL}};
    given[i] = destination(&pairs[i % 3]);
    given[i].index = i;
  }
  stubdns__address_order(&policy, given, scratch, COUNT);
  for (uint32_t i = 0; i < COUNT; i++) {
    static const uint32_t remainders[] = {1, 0, 2};
    const uint32_t third = i / (COUNT / 3);
    ck_assert_uint_eq(given[i].index,
                      3 * (i % (COUNT / 3)) + remainders[third]);
  }
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("address_order");
  TCase *cases = tcase_create("cases");
  tcase_add_checked_fixture(cases, set_up, NULL);
  tcase_add_loop_test(cases, addresses_come_in_the_order_of_RFC_6724, 0,
                      sizeof rows / sizeof rows[0]);
  tcase_add_loop_test(cases, written_policy_decides, 0,
                      sizeof written / sizeof written[0]);
  tcase_add_test(cases, policy_has_a_limit);
  tcase_add_test(cases, native_transport_goes_before_a_tunnel);
  tcase_add_test(cases, thousands_of_addresses_are_ordered_and_none_is_lost);
  suite_add_tcase(suite, cases);
  return suite;
}
