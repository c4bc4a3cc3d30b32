/* src/config/resolv_conf.c.  The rows follow resolv.conf(5). */
#include "config/resolv_conf.h"

#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text and the servers in it, each followed by a space; a scope that is a
 * name stands behind "/". */
static const struct row {
  const char *text;
  const char *servers;
} rows[] = {
    {"", ""},
    {"\n\n\n", ""},
    {"nameserver 192.0.2.1", "192.0.2.1#53 "},
    {"nameserver 192.0.2.1\n", "192.0.2.1#53 "},
    {"nameserver\t192.0.2.1\r\n", "192.0.2.1#53 "},
    {"nameserver \t  192.0.2.1  \t \n", "192.0.2.1#53 "},
    {"nameserver 192.0.2.1\nnameserver 2001:db8::1\n",
     "192.0.2.1#53 2001:db8::1#53 "},
    {"nameserver 192.0.2.2\nnameserver 192.0.2.1\nnameserver 192.0.2.2\n",
     "192.0.2.2#53 192.0.2.1#53 192.0.2.2#53 "},
    {"nameserver fe80::1\n", ""},
    {"nameserver febf::1\nnameserver fec0::1\n", "fec0::1#53 "},
    {"nameserver fe80::1%2\n", "fe80::1%2#53 "},
    {"nameserver fe80::1%eth0\n", "fe80::1#53/eth0 "},
    {"nameserver fe80::1%6to4 # tunnel\n", "fe80::1#53/6to4 "},
    {"nameserver fe80::1%fifteen_letters\n", "fe80::1#53/fifteen_letters "},
    {"nameserver fe80::1%sixteen__letters\n", ""},
    {"nameserver fe80::1%\n", ""},
    {"nameserver %eth0\n", ""},
    {"nameserver 192.0.2.1%eth0\n", ""},
    {"nameserver ::ffff:192.0.2.1%eth0\n", ""},
    {"nameserver [2001:db8::1]:5300\n", "2001:db8::1#5300 "},
    {"nameserver [fe80::1%2]:5300\n", "fe80::1%2#5300 "},
    {"nameserver 192.0.2.1:5300\n", "192.0.2.1#5300 "},
    {"# nameserver 192.0.2.1\n; nameserver 192.0.2.2\n", ""},
    {"#nameserver 192.0.2.1\n;nameserver 192.0.2.2\n", ""},
    {"nameserver 192.0.2.1#53 is no port here\n", "192.0.2.1#53 "},
    {"nameserver 192.0.2.1;a comment\n", "192.0.2.1#53 "},
    {"nameserver 192.0.2.1 and more words\n", "192.0.2.1#53 "},
    {"nameserver # 192.0.2.1\n", ""},
    {"nameserver\n192.0.2.1\n", ""},
    {"nameserver \nnameserver 192.0.2.1", "192.0.2.1#53 "},
    {" nameserver 192.0.2.1\n", ""},
    {"nameservers 192.0.2.1\n", ""},
    {"nameserver=192.0.2.1\n", ""},
    {"nameserver192.0.2.1\n", ""},
    {"nameserve 192.0.2.1\n", ""},
    {"NAMESERVER 192.0.2.1\n", ""},
    {"nameserver#192.0.2.1\n", ""},
    {"nameserver dns.example.org\nnameserver 192.0.2.1\n", "192.0.2.1#53 "},
    {"nameserver 192.0.2.256\nnameserver 192.0.2.\nnameserver 192.0.2.1\n",
     "192.0.2.1#53 "},
    {"nameserver 127.1\nnameserver 0x7f000002\nnameserver 192.0.513\n",
     "127.0.0.1#53 127.0.0.2#53 192.0.2.1#53 "},
    {"nameserver 0X7F.3\nnameserver 010.1\nnameserver 0\n",
     "127.0.0.3#53 8.0.0.1#53 0.0.0.0#53 "},
    /* 2^32, and more digits than any number needs. */
    {"nameserver 4294967296\nnameserver 4294967295\n", "255.255.255.255#53 "},
    {"nameserver 0000000000000000000000000000000000000000000000000000000000000"
     "127.1\nnameserver 00000000000000000000000000000000000000000000000000000"
     "0177.1\n",
     "127.0.0.1#53 "},
    {"nameserver 127.1%lo\nnameserver 127.1:53\nnameserver [127.1]\n", ""},
    {"search example.org\noptions ndots:2\nnameserver 192.0.2.1\nsortlist x\n",
     "192.0.2.1#53 "},
    {"\xef\xbb\xbfnameserver 192.0.2.1\nnameserver 192.0.2.2\n",
     "192.0.2.2#53 "},
};

static void append_server(char *list, const struct stubdns__scoped_address *s) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  ck_assert_int_eq(stubdns_address_to_text(&s->address, text, sizeof text), 0);
  list += strlen(list);
  if (s->scope[0])
    sprintf(list, "%s/%s ", text, s->scope);
  else
    sprintf(list, "%s ", text);
}

/* Parses text that lies alone in a block of its exact size. */
static void parse_exactly(struct stubdns__resolv_conf *config, const char *text,
                          size_t length) {
  char *const block = malloc(length > 0 ? length : 1);
  ck_assert_ptr_nonnull(block);
  memcpy(block, text, length);
  memset(config, 0xaa, sizeof *config);
  stubdns__resolv_conf_parse(config, block, length, NULL);
  free(block);
}

START_TEST(servers_are_those_of_the_good_lines) {
  struct stubdns__resolv_conf config;
  parse_exactly(&config, rows[_i].text, strlen(rows[_i].text));
  char list[1024] = "";
  for (size_t i = 0; i < config.server_count; i++)
    append_server(list, &config.servers[i]);
  ck_assert_msg(strcmp(list, rows[_i].servers) == 0, "row %d: \"%s\" gives %s",
                _i, rows[_i].text, list);
}
END_TEST

START_TEST(every_beginning_of_a_text_is_read_within_it) {
  struct stubdns__resolv_conf config;
  for (size_t length = 0; length < strlen(rows[_i].text); length++) {
    parse_exactly(&config, rows[_i].text, length);
    ck_assert_uint_le(config.server_count, STUBDNS_SERVERS_MAX);
  }
}
END_TEST

START_TEST(servers_beyond_the_room_are_left_out) {
  char text[100 * 32] = "";
  for (int i = 1; i <= 100; i++)
    sprintf(text + strlen(text), "nameserver 192.0.2.%d\n", i);
  struct stubdns__resolv_conf config;
  parse_exactly(&config, text, strlen(text));
  ck_assert_uint_eq(config.server_count, STUBDNS_SERVERS_MAX);
  for (size_t i = 0; i < STUBDNS_SERVERS_MAX; i++)
    ck_assert_uint_eq(config.servers[i].address.octets[3], i + 1);
}
END_TEST

START_TEST(nul_ends_an_address) {
  static const char text[] =
      "nameserver 192.0.2.1\0.1\nnameserver\0 1.2.3.4\n"
      "nameserver fe80::1%lo\0x\n";
  struct stubdns__resolv_conf config;
  parse_exactly(&config, text, sizeof text - 1);
  ck_assert_uint_eq(config.server_count, 2);
  ck_assert_uint_eq(config.servers[0].address.octets[3], 1);
  ck_assert_str_eq(config.servers[1].scope, "lo");
}
END_TEST

Suite *test_suite(void) {
  const int row_count = (int)(sizeof rows / sizeof rows[0]);
  TCase *const cases = tcase_create("resolv_conf");
  tcase_add_loop_test(cases, servers_are_those_of_the_good_lines, 0, row_count);
  tcase_add_loop_test(cases, every_beginning_of_a_text_is_read_within_it, 0,
                      row_count);
  tcase_add_test(cases, servers_beyond_the_room_are_left_out);
  tcase_add_test(cases, nul_ends_an_address);
  Suite *const suite = suite_create("config/resolv_conf");
  suite_add_tcase(suite, cases);
  return suite;
}
