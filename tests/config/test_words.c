/* src/config: what hosts and nsswitch.conf say, and what of resolv.conf is not
 * about servers, with what is complained about.  The rows follow the manual
 * pages; tests/compare has the C library beside resolv.conf and hosts. */
#include "printed.h"

#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

struct row {
  const char *text;
  const char *printed;
  const char *complaints;
};

#define NO_SERVERS "servers\n"
#define NO_SEARCH "search\n"
#define NO_NUMBERS "ndots 1 timeout 0 attempts 0\n"
#define NO_OPTIONS "options\n"

static const struct row resolv_confs[] = {
    {"", NO_SERVERS NO_SEARCH NO_NUMBERS NO_OPTIONS, ""},
    {"search example.org Example.COM\n",
     NO_SERVERS "search example.org Example.COM\n" NO_NUMBERS NO_OPTIONS, ""},
    {"search\texample.org\t \texample.com.\r\n",
     NO_SERVERS "search example.org example.com\n" NO_NUMBERS NO_OPTIONS, ""},
    {"search a b\ndomain c\n", NO_SERVERS "search c\n" NO_NUMBERS NO_OPTIONS,
     ""},
    {"domain c\nsearch a b\n", NO_SERVERS "search a b\n" NO_NUMBERS NO_OPTIONS,
     ""},
    {"search a b\nsearch \ndomain\n",
     NO_SERVERS "search a b\n" NO_NUMBERS NO_OPTIONS, ""},
    {"domain a b c\n", NO_SERVERS "search a\n" NO_NUMBERS NO_OPTIONS,
     "1:b 1:c "},
    {"search .\n", NO_SERVERS "search .\n" NO_NUMBERS NO_OPTIONS, ""},
    {"search .example.org ..\n",
     NO_SERVERS "search example.org .\n" NO_NUMBERS NO_OPTIONS, ""},
    {"search a..b a b#c d\n", NO_SERVERS "search a b\n" NO_NUMBERS NO_OPTIONS,
     "1:a..b "},
    {"search a;b\n", NO_SERVERS "search a\n" NO_NUMBERS NO_OPTIONS, ""},
    {"options ndots:3 timeout:2 attempts:4\n",
     NO_SERVERS NO_SEARCH "ndots 3 timeout 2 attempts 4\n" NO_OPTIONS, ""},
    {"options ndots:0\noptions ndots:16 timeout:31 attempts:6\n",
     NO_SERVERS NO_SEARCH "ndots 15 timeout 30 attempts 5\n" NO_OPTIONS, ""},
    {"options ndots:99999999999999999999999999 timeout:4294967297\n",
     NO_SERVERS NO_SEARCH "ndots 15 timeout 30 attempts 0\n" NO_OPTIONS, ""},
    {"options ndots:0\n",
     NO_SERVERS NO_SEARCH "ndots 0 timeout 0 attempts 0\n" NO_OPTIONS, ""},
    {"options ndots: ndots:x ndots:-1 ndots:1x ndots timeout:+1 ndots:\xb2\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS NO_OPTIONS,
     "1:ndots: 1:ndots:x 1:ndots:-1 1:ndots:1x 1:ndots 1:timeout:+1 "
     "1:ndots:\xb2 "},
    {"options rotate edns0 trust-ad use-vc no-aaaa single-request\n"
     "options single-request-reopen no-tld-query no-reload inet6\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS
     "options rotate edns0 trust-ad use-vc no-aaaa single-request "
     "single-request-reopen no-tld-query no-reload inet6\n",
     ""},
    {"options no_tld_query\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS "options no-tld-query\n", ""},
    {"options debug rotate: ROTATE rotat ip6-dotint rotate\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS "options rotate\n",
     "1:debug 1:rotate: 1:ROTATE 1:rotat 1:ip6-dotint "},
    {"options rotate # trust-ad\noptions ;use-vc\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS "options rotate\n", ""},
    {"sortlist 130.155.160.0/255.255.240.0 130.155.0.0\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS NO_OPTIONS, ""},
    {"# a comment\n ; another\n\n  \t\nlookup file bind\nfamily inet4\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS NO_OPTIONS, "5:lookup 6:family "},
    {"nameserver 192.0.2.1 192.0.2.2\nnameserver x\nnameserver\n",
     "servers 192.0.2.1#53\n" NO_SEARCH NO_NUMBERS NO_OPTIONS,
     "1:192.0.2.2 2:x "},
    {" options rotate\nOPTIONS rotate\noption rotate\n",
     NO_SERVERS NO_SEARCH NO_NUMBERS NO_OPTIONS,
     "1:options 2:OPTIONS "
     "3:option "},
};

static const struct row hosts[] = {
    {"", "", ""},
    {"127.0.0.1 localhost\n", "127.0.0.1#53 localhost", ""},
    {"127.0.0.1\tlocalhost  loopback\r\n::1 localhost",
     "127.0.0.1#53 localhost loopback\n::1#53 localhost", ""},
    {"  192.0.2.1 indented # a comment\n#192.0.2.2 x\n",
     "192.0.2.1#53 indented", ""},
    {"192.0.2.1 a#b c\n192.0.2.2 a;b\n", "192.0.2.1#53 a\n192.0.2.2#53 a;b",
     ""},
    {"192.0.2.1\n192.0.2.1 \n192.0.2.1 # x\n", "", ""},
    {"fe80::1%lo router\nfe80::1%3 switch\n",
     "fe80::1#53/lo router\nfe80::1%3#53 switch", ""},
    {"::ffff:192.0.2.1 mapped\n", "192.0.2.1#53 mapped", ""},
    {"192.0.2.1 FQDN.Example. alias\n", "192.0.2.1#53 FQDN.Example alias", ""},
    {"192.0.2.1 under_score -dash- 4 a\\032b\n",
     "192.0.2.1#53 under_score -dash- 4 a b", ""},
    {"192.0.2 x\nlocalhost 127.0.0.1\n192.0.2.256 x\n0x7f.1 x\n", "",
     "1:192.0.2 2:localhost 3:192.0.2.256 4:0x7f.1 "},
    {"192.0.2.1:53 x\n[2001:db8::1] x\n[2001:db8::1]:53 x\n", "",
     "1:192.0.2.1:53 2:[2001:db8::1] 3:[2001:db8::1]:53 "},
    {"192.0.2.1 a..b . good\n192.0.2.2 ok a..b\n",
     "192.0.2.1#53 good\n192.0.2.2#53 ok", "1:a..b 1:. 2:a..b "},
};

static const struct row nsswitches[] = {
    {"", "filesrccc dnsrccc ", ""},
    {"passwd: files\n# hosts: dns\n", "filesrccc dnsrccc ", ""},
    {"hosts: dns", "dnsrccc ", ""},
    {"hosts:files dns\n", "filesrccc dnsrccc ", ""},
    {" \thosts \t:\tdns\tfiles\r\n", "dnsrccc filesrccc ", ""},
    {"hosts: files\nhosts: dns\n", "dnsrccc ", ""},
    {"hosts:\n", "", ""},
    {"hosts files dns\nHosts: dns\nnohosts: dns\nhosts x: dns\n",
     "filesrccc dnsrccc ", ""},
    {"hosts: files mdns4_minimal [NOTFOUND=return] dns # mdns4\n",
     "filesrccc mdns_localrrcc dnsrccc ", ""},
    {"hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns\n",
     "otherrccc otherrrcr filesrccc myhostnamerccc dnsrccc ",
     "1:mymachines 1:resolve "},
    {"hosts: files[success=Continue notfound=RETURN]dns\n",
     "filescrcc dnsrccc ", ""},
    {"hosts: files [SUCCESS=merge] dns [ TRYAGAIN=return  UNAVAIL=return ]\n",
     "filesmccc dnsrcrr ", ""},
    {"hosts: files [!SUCCESS=return\n", "filesrrrr ", ""},
    {"hosts: [NOTFOUND=return] files [FOUND=return NOTFOUND=go NOTFOUND] dns\n",
     "filesrccc dnsrccc ",
     "1:NOTFOUND=return 1:FOUND=return 1:NOTFOUND=go 1:NOTFOUND "},
    {"hosts: mdns mdns4 mdns6 mdns_minimal mdns6_minimal nis\n",
     "mdnsrccc mdnsrccc mdnsrccc mdns_localrccc mdns_localrccc otherrccc ",
     "1:nis "},
    {"hosts: dns dns dns dns dns dns dns dns dns dns dns dns dns dns dns dns "
     "files [NOTFOUND=return]\n",
     "dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc "
     "dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc dnsrccc ",
     "1:files 1:NOTFOUND=return "},
};

typedef void read_text(char *printed, const char *text, size_t length,
                       const struct stubdns__complain *complain);

static void read_resolv_conf(char *printed, const char *text, size_t length,
                             const struct stubdns__complain *complain) {
  struct stubdns__resolv_conf config;
  memset(&config, 0xaa, sizeof config);
  stubdns__resolv_conf_parse(&config, text, length, complain);
  print_resolv_conf(printed, &config);
}

static void read_nsswitch(char *printed, const char *text, size_t length,
                          const struct stubdns__complain *complain) {
  struct stubdns__nsswitch nsswitch;
  memset(&nsswitch, 0xaa, sizeof nsswitch);
  stubdns__nsswitch_parse(&nsswitch, text, length, complain);
  print_nsswitch(printed, &nsswitch);
}

static char printed[PRINTED_SIZE];
static char complaints[PRINTED_SIZE];

/* Reads text that lies alone in a block of its exact size. */
static void read_exactly(read_text *read, const char *text, size_t length) {
  char *const block = malloc(length > 0 ? length : 1);
  ck_assert_ptr_nonnull(block);
  memcpy(block, text, length);
  printed[0] = complaints[0] = '\0';
  const struct stubdns__complain complain = print_complaints(complaints);
  read(printed, block, length, &complain);
  free(block);
}

static void check_row(read_text *read, const struct row *row) {
  read_exactly(read, row->text, strlen(row->text));
  ck_assert_msg(strcmp(printed, row->printed) == 0, "\"%s\" gives \"%s\"",
                row->text, printed);
  ck_assert_msg(strcmp(complaints, row->complaints) == 0,
                "\"%s\" is complained about: \"%s\"", row->text, complaints);
  for (size_t length = 0; length < strlen(row->text); length++)
    read_exactly(read, row->text, length);
  printed[0] = '\0';
  read(printed, row->text, strlen(row->text), NULL);
  ck_assert_str_eq(printed, row->printed);
}

START_TEST(resolv_conf_says_what_its_manual_page_means) {
  check_row(read_resolv_conf, &resolv_confs[_i]);
}
END_TEST

START_TEST(hosts_are_addresses_with_names) {
  check_row(print_hosts, &hosts[_i]);
}
END_TEST

START_TEST(nsswitch_gives_sources_and_their_actions) {
  check_row(read_nsswitch, &nsswitches[_i]);
}
END_TEST

START_TEST(environment_replaces_the_search_list_and_adds_options) {
  static const char domains[] = "a b\tc\nd";
  static const char words[] = "ndots:4 nonsense rotate";
  struct stubdns__resolv_conf config;
  char text[PRINTED_SIZE] = "";
  const struct stubdns__complain complain = print_complaints(text);
  const char *const file = "search x\noptions ndots:2 attempts:3 use-vc\n";
  stubdns__resolv_conf_parse(&config, file, strlen(file), NULL);
  stubdns__resolv_conf_set_search(&config, domains, sizeof domains - 1,
                                  &complain);
  stubdns__resolv_conf_add_options(&config, words, sizeof words - 1, &complain);
  print_resolv_conf(text, &config);
  ck_assert_str_eq(text,
                   "1:nonsense " NO_SERVERS
                   "search a b c\n"
                   "ndots 4 timeout 0 attempts 3\noptions rotate use-vc\n");
}
END_TEST

START_TEST(empty_environment_means_no_search_list) {
  struct stubdns__resolv_conf config;
  stubdns__resolv_conf_parse(&config, "search x\n", 9, NULL);
  stubdns__resolv_conf_set_search(&config, "", 0, NULL);
  stubdns__resolv_conf_add_options(&config, "", 0, NULL);
  ck_assert_uint_eq(config.search_count, 0);
  ck_assert(config.has_search);
}
END_TEST

START_TEST(nul_ends_a_line) {
  static const char text[] =
      "search a\0 b\nsear\0ch c\noptions rotate\0use-vc\n\0\n";
  read_exactly(read_resolv_conf, text, sizeof text - 1);
  ck_assert_str_eq(printed,
                   NO_SERVERS "search a\n" NO_NUMBERS "options rotate\n");
  ck_assert_str_eq(complaints, "2:sear ");
}
END_TEST

START_TEST(names_beyond_the_room_are_left_out_and_told) {
  char text[256] = "search";
  for (int i = 0; i <= STUBDNS__SEARCH_MAX; i++)
    strcat(text, " abc");
  struct stubdns__resolv_conf config;
  complaints[0] = '\0';
  const struct stubdns__complain complain = print_complaints(complaints);
  stubdns__resolv_conf_parse(&config, text, strlen(text), &complain);
  ck_assert_uint_eq(config.search_count, STUBDNS__SEARCH_MAX);
  ck_assert_str_eq(complaints, "1:abc ");
}
END_TEST

static int stop(void *data, const struct stubdns__scoped_address *address,
                const stubdns_name_t *name) {
  (void)address;
  (void)name;
  return ++*(int *)data == 2 ? -7 : 0;
}

static int pass_over(void *data, const stubdns_name_t *name) {
  (void)data;
  (void)name;
  return 0;
}

START_TEST(reading_ends_when_the_visitor_says_so) {
  static const char text[] = "::1 a b\n::2 c d\n::3 e f\n";
  int count = 0;
  const struct stubdns__hosts_visitor visitor = {&count, stop, pass_over};
  ck_assert_int_eq(stubdns__hosts_parse(text, sizeof text - 1, &visitor, NULL),
                   -7);
  ck_assert_int_eq(count, 2);
}
END_TEST

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(rows)[0]))

Suite *test_suite(void) {
  TCase *const cases = tcase_create("words");
  tcase_add_loop_test(cases, resolv_conf_says_what_its_manual_page_means, 0,
                      COUNT(resolv_confs));
  tcase_add_loop_test(cases, hosts_are_addresses_with_names, 0, COUNT(hosts));
  tcase_add_loop_test(cases, nsswitch_gives_sources_and_their_actions, 0,
                      COUNT(nsswitches));
  tcase_add_test(cases, environment_replaces_the_search_list_and_adds_options);
  tcase_add_test(cases, empty_environment_means_no_search_list);
  tcase_add_test(cases, nul_ends_a_line);
  tcase_add_test(cases, names_beyond_the_room_are_left_out_and_told);
  tcase_add_test(cases, reading_ends_when_the_visitor_says_so);
  Suite *const suite = suite_create("config/words");
  suite_add_tcase(suite, cases);
  return suite;
}
