/* src/resolver/server_address.c: which addresses a server can have. */
#include "resolver/server_address.h"

#include "stubdns/error.h"
#include "support/suite.h"

/* Scopes are written behind "%"; "" is no address of a server. */
static const struct {
  stubdns_address_t named;
  const char *expected;
} rows[] = {
    {{4, {192, 0, 2, 1}, 53, 0}, "192.0.2.1#53"},
    {{4, {127, 0, 0, 2}, 5300, 0}, "127.0.0.2#5300"},
    {{4, {169, 254, 0, 1}, 53, 0}, "169.254.0.1#53"},
    {{4, {0}, 53, 0}, "127.0.0.1#53"},
    {{16, {0x20, 1, 0xd, 0xb8, [15] = 1}, 53, 0}, "2001:db8::1#53"},
    {{16, {0}, 53, 0}, "::1#53"},
    {{16, {[15] = 1}, 53, 0}, "::1#53"},
    {{16, {[15] = 2}, 53, 0}, "::2#53"},

    /* IPv4 in IPv6 clothes, RFC 4291 section 2.5.5.2 */
    {{16, {[10] = 0xff, 0xff, 192, 0, 2, 33}, 53, 0}, "192.0.2.33#53"},
    {{16, {[10] = 0xff, 0xff, 0, 0, 0, 0}, 53, 0}, "127.0.0.1#53"},
    {{16, {[10] = 0xff, 0xff, 192, 0, 2, 33}, 53, 7}, ""},
    {{16, {[10] = 0xff, 0xfe, 192, 0, 2, 33}, 53, 0}, "::fffe:c000:221#53"},
    {{16, {[0] = 1, [10] = 0xff, 0xff, 192, 0, 2, 33}, 53, 0},
     "100::ffff:c000:221#53"},

    /* fe80::/10 is on a link: on which? */
    {{16, {0xfe, 0x80, [15] = 1}, 53, 0}, ""},
    {{16, {0xfe, 0x80, [15] = 1}, 53, 7}, "fe80::1%7#53"},
    {{16, {0xfe, 0xbf, [15] = 1}, 53, 0}, ""},
    {{16, {0xfe, 0xc0, [15] = 1}, 53, 0}, "fec0::1#53"},
    {{16, {0xfe, 0x7f, [15] = 1}, 53, 0}, "fe7f::1#53"},
    {{16, {0xfd, 0x80, [15] = 1}, 53, 0}, "fd80::1#53"},
    {{4, {0xfe, 0x80, 0, 1}, 53, 0}, "254.128.0.1#53"},

    /* No port, no address */
    {{4, {192, 0, 2, 1}, 0, 0}, ""},
    {{0, {192, 0, 2, 1}, 53, 0}, ""},
    {{5, {192, 0, 2, 1}, 53, 0}, ""},
    {{17, {192, 0, 2, 1}, 53, 0}, ""},
};

START_TEST(server_has_an_address_that_replies_can_come_from_T20) {
  stubdns_address_t address;
  char text[STUBDNS_ADDRESS_TEXT_SIZE] = "";
  const int error = stubdns__server_address(&rows[_i].named, &address);
  if (error)
    ck_assert_int_eq(error, STUBDNS_EINVALID);
  else
    ck_assert_int_eq(stubdns_address_to_text(&address, text, sizeof text), 0);
  ck_assert_str_eq(text, rows[_i].expected);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("server_address");
  tcase_add_loop_test(cases,
                      server_has_an_address_that_replies_can_come_from_T20, 0,
                      sizeof rows / sizeof rows[0]);
  Suite *const suite = suite_create("resolver/server_address");
  suite_add_tcase(suite, cases);
  return suite;
}
