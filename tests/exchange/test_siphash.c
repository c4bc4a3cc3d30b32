/* src/exchange/siphash.c: the values that the authors of SipHash publish for
 * the key 00 01 ... 0f and messages 00 01 ..., by their length. */
#include "exchange/siphash.h"

#include "support/suite.h"

static const struct {
  size_t length;
  uint64_t value;
} rows[] = {
    {0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {7, 0xab0200f58b01d137},
    {8, 0x93f5f5799a932462}, {15, 0xa129ca6149be45e5}, {63, 0x958a324ceb064572},
};

START_TEST(siphash_has_the_published_values) {
  struct stubdns__siphash_key key;
  uint8_t message[64];
  for (size_t i = 0; i < sizeof key.octets; i++)
    key.octets[i] = (uint8_t)i;
  for (size_t i = 0; i < sizeof message; i++)
    message[i] = (uint8_t)i;
  ck_assert_uint_eq(stubdns__siphash(&key, message, rows[_i].length),
                    rows[_i].value);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("siphash");
  tcase_add_loop_test(cases, siphash_has_the_published_values, 0,
                      (int)(sizeof rows / sizeof rows[0]));
  Suite *const suite = suite_create("exchange/siphash");
  suite_add_tcase(suite, cases);
  return suite;
}
