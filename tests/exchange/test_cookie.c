/* src/exchange/cookie.c: the client cookie of a server, and when it is given
 * up.  How cookies are read is tested with match.c. */
#include "exchange/cookie.h"

#include "exchange/siphash.h"
#include "support/suite.h"

#include <string.h>

static const struct stubdns__siphash_key secret = {{1, 2, 3}};

static const stubdns_address_t addresses[] = {
    {.length = 4, .octets = {192, 0, 2, 53}, .port = 53},
    {.length = 4, .octets = {192, 0, 2, 54}, .port = 53},
    {.length = 4, .octets = {192, 0, 2, 53}, .port = 5353},
    {.length = 16, .octets = {192, 0, 2, 53}, .port = 53},
    {.length = 16, .octets = {0xfe, 0x80}, .port = 53, .scope_id = 1},
    {.length = 16, .octets = {0xfe, 0x80}, .port = 53, .scope_id = 0x1000000},
};
#define ADDRESS_COUNT (sizeof addresses / sizeof addresses[0])

static stubdns_cookie_t cookie_of(const struct stubdns__siphash_key *key,
                                  size_t index) {
  stubdns_cookie_t cookie;
  memset(&cookie, 0xaa, sizeof cookie);
  stubdns__cookie_make(key, &addresses[index], &cookie);
  ck_assert_uint_eq(cookie.server_length, 0);
  return cookie;
}

START_TEST(client_cookie_is_the_same_for_one_server_and_no_other_B15) {
  for (size_t i = 0; i < ADDRESS_COUNT; i++)
    for (size_t j = 0; j < ADDRESS_COUNT; j++) {
      const stubdns_cookie_t a = cookie_of(&secret, i);
      const stubdns_cookie_t b = cookie_of(&secret, j);
      ck_assert_int_eq(memcmp(a.client, b.client, 8) == 0, i == j);
    }
}
END_TEST

START_TEST(client_cookie_cannot_be_made_without_the_secret_B15) {
  static const struct stubdns__siphash_key other = {{1, 2, 4}};
  const stubdns_cookie_t a = cookie_of(&secret, 0);
  const stubdns_cookie_t b = cookie_of(&other, 0);
  ck_assert_mem_ne(a.client, b.client, 8);
}
END_TEST

/* SipHash-2-4 itself is tested with the vectors of its authors. */
START_TEST(client_cookie_is_the_siphash_of_address_port_and_scope_B15) {
  static const uint8_t material[] = {4, 192, 0, 2, 53, 53, 0, 0, 0, 0, 0};
  const stubdns_cookie_t cookie = cookie_of(&secret, 0);
  const uint64_t hash = stubdns__siphash(&secret, material, sizeof material);
  for (unsigned i = 0; i < 8; i++)
    ck_assert_uint_eq(cookie.client[i], (uint8_t)(hash >> 8 * i));
}
END_TEST

START_TEST(cookie_is_given_up_after_two_retries_with_one_server_M14) {
  struct stubdns__attempt attempts[6] = {{.server = 0}};
  struct stubdns__exchange x = {.server_count = 2, .sends_per_server = 4};
  for (unsigned i = 0; i < 6; i++) {
    attempts[i].server = i % 2;
    stubdns__exchange_add(&x, &attempts[i], 0);
    ck_assert_int_eq(stubdns__cookie_is_spent(&x, 0), i > 4);
    if (i != 1) attempts[i].bad_cookie = 1;
  }
  ck_assert(stubdns__cookie_is_spent(&x, 0));
  ck_assert(!stubdns__cookie_is_spent(&x, 1));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("cookie");
  tcase_add_test(cases,
                 client_cookie_is_the_same_for_one_server_and_no_other_B15);
  tcase_add_test(cases, client_cookie_cannot_be_made_without_the_secret_B15);
  tcase_add_test(cases,
                 client_cookie_is_the_siphash_of_address_port_and_scope_B15);
  tcase_add_test(cases,
                 cookie_is_given_up_after_two_retries_with_one_server_M14);
  Suite *const suite = suite_create("exchange/cookie");
  suite_add_tcase(suite, cases);
  return suite;
}
