/* src/replay/text.c and its readers: wrong texts, with the line and what would
 * be right. */
#include "stubdns/replay.h"

#include "support/suite.h"

#include <string.h>

#define WWW "question www.test A\n"
#define ON "scenario s\non "
#define ASK "scenario s\nat 0 s ask "

/* A text, the line that is wrong, and a part of what is said. */
static const struct {
  const char *text;
  uint32_t line;
  const char *said;
} wrong[] = {
    {"hello", 1, "a statement is question, reply, edns, answer"},
    {"# comment\n\n  \nHELLO 1\n", 4, "a statement is question"},
    {WWW "answers www.test. 60 A 192.0.2.1\n", 2, "a statement is question"},

    {"question", 1, "a name is missing"},
    {"question a..b A", 1, "the name has an empty label"},
    {"question www.test", 1, "a type is missing, as A or TYPE65"},
    {"question www.test IN", 1, "a type is missing, as A or TYPE65"},
    {"question www.test AAAAA", 1, "a type is missing, as A or TYPE65"},
    {"question www.test A B", 1, "this goes on where it may not"},
    {"question www.test\n  A\n  # comment\n  B\n", 1, "goes on where it may"},

    {"reply NXDOMAIN", 1, "a question must stand before this"},
    {"answer www.test. 60 A 192.0.2.1", 1, "a question must stand before"},
    {WWW "reply nxdomain", 2, "an RCODE and flags: aa tc rd ra ad cd"},
    {WWW "reply aa qr", 2, "an RCODE and flags: aa tc rd ra ad cd"},
    {WWW "edns", 2, "a payload size is below 65536"},
    {WWW "edns 65536", 2, "a payload size is below 65536"},
    {WWW "edns -1", 2, "a payload size is below 65536"},
    {WWW "edns 1232 ad", 2, "this goes on where it may not"},
    {WWW "answer www.test. 60 A 192.0.2.256", 2, "address"},
    {WWW "answer www.test. 60 A", 2, "ends"},
    {WWW "answer", 2, "ends"},
    {WWW "authority a. 60 NS b.\nanswer www.test. 60 A 192.0.2.1\n", 3,
     "sections come in the order of a message"},

    {"file", 1, "a file's name is missing"},
    {"file -", 1, "a file's name is missing"},
    {WWW "file /nowhere/at/all.pcap", 2, "No such file"},

    {"scenario", 1, "a scenario has a title"},
    {"servers", 1, "a server is an IPv4 or IPv6 address"},
    {"servers 192.0.2.1 example.com", 1, "a server is an IPv4 or IPv6 address"},
    {"servers 192.0.2.1 192.0.2.2#70000", 1, "maybe with #PORT"},
    {"servers ::1 ::2 ::3 ::4 ::5 ::6 ::7 ::8 ::9 ::a ::b ::c ::d ::e ::f\n"
     "  ::10 ::11",
     1, "there are at most 16 servers"},
    {"set 0x20", 1, "set no-recursion, no-edns, no-cookie, no-0x20"},
    {"set no-edns deadline", 1, "a time is missing, as 80 ms or 1.5 s"},
    {"set deadline 0 s", 1, "a deadline is from 1 ms to 1 h"},
    {"set deadline 2 h", 1, "a deadline is from 1 ms to 1 h"},
    {"set seeds 0", 1, "seeds are from 1 to 1000"},
    {"set seeds 1001", 1, "seeds are from 1 to 1000"},
    {"set in-flight 0", 1, "in-flight is the number of lookups"},
    {"set cache", 1, "a cache has 0 to 4294967295 octets"},
    {"set cache 4294967296", 1, "a cache has 0 to 4294967295 octets"},

    {ON "any drop", 2, "a colon"},
    {ON "any:drop", 2, "a colon"},
    {ON "any", 2, "a colon"},
    {ON "everything: drop", 2, "on: query N, name, type, server N, udp, tcp"},
    {ON "query: drop", 2, "a query has a number, as 3, 3-5 or 3-"},
    {ON "query 0: drop", 2, "a query has a number, as 3, 3-5 or 3-"},
    {ON "query -3: drop", 2, "a query has a number, as 3, 3-5 or 3-"},
    {ON "query 5-3: drop", 2, "a query has a number, as 3, 3-5 or 3-"},
    {ON "query 1-2-3: drop", 2, "a query has a number, as 3, 3-5 or 3-"},
    {ON "query one: drop", 2, "a query has a number, as 3, 3-5 or 3-"},
    {ON "name: drop", 2, "a colon"},
    {ON "name a..b: drop", 2, "the name has an empty label"},
    {ON "type X: drop", 2, "a type is missing, as A or TYPE65"},
    {ON "server 0: drop", 2, "servers are counted from 1"},
    {ON "server 17: drop", 2, "there are at most 16"},
    {ON "any:", 2, "a reaction is answer, drop, shut, close, truncated"},
    {ON "any: lose", 2, "a reaction is answer, drop, shut, close"},
    {ON "any: bare", 2, "an RCODE, or bare and an RCODE"},
    {ON "any: bare drop", 2, "an RCODE, or bare and an RCODE"},
    {ON "any: answer,", 2, "a reaction is answer, drop, shut"},
    {ON "any: drop wrong-cookie", 2, "behind a reaction: after, from or ,"},
    {ON "any: answer twice", 2, "behind a reaction: after, from or ,"},
    {ON "any: answer after", 2, "a time is missing, as 80 ms or 1.5 s"},
    {ON "any: answer after 80", 2, "a time needs a unit: us, ms, s, min or h"},
    {ON "any: answer after 8 days", 2, "a time needs a unit"},
    {ON "any: answer from", 2, "from other-port or other-address"},
    {ON "any: answer from elsewhere", 2, "from other-port or other-address"},
    {ON "any: hex 123", 2, "octets are pairs of digits, one such pair *N, ID"},
    {ON "any: hex ID 0x12", 2, "octets are pairs of digits"},

    {"scenario s\nat", 2, "a time is missing, as 80 ms or 1.5 s"},
    {"scenario s\nat once ask www.test A", 2, "a time is missing"},
    {"scenario s\nat 1000000001 s ask www.test A", 2, "a time is missing"},
    {"scenario s\nat 0 s", 2, "at a time: ask NAME TYPE"},
    {"scenario s\nat 0 s query www.test A", 2, "at a time: ask NAME TYPE"},
    {ASK "a.test A\nat 2 s ask b.test A\nat 1 s ask c.test A", 4,
     "the earlier of two times is to stand first"},
    {"at 1 s ask a.test A\n" ASK "b.test A", 3, "the earlier of two times"},
    {ASK "www.test", 2, "a type is missing, as A or TYPE65"},
    {ASK "www.test A twice", 2, "behind a question: times N, no-recursion"},
    {ASK "www.test A times", 2, "times are from 1 to 100000"},
    {ASK "www.test A times 0", 2, "times are from 1 to 100000"},
    {ASK "www.test A times 100001", 2, "times are from 1 to 100000"},

    {"expect", 1, "expect lookup N, query N or queries N"},
    {"expect answer 1", 1, "expect lookup N, query N or queries N"},
    {"expect lookup", 1, "lookups and queries are counted from 1"},
    {"expect lookup 2 to 1", 1, "the second of two numbers is the greater"},
    {"expect lookup 0 NOERROR", 1, "lookups and queries are counted from 1"},
    {"expect lookup 1 noerror", 1, "a lookup ends with an RCODE, timeout"},
    {"expect lookup 1 drops", 1, "a number is missing"},
    {"expect lookup 1 records many", 1, "a number is missing"},
    {"expect lookup 1 at", 1, "a time is missing, as 80 ms or 1.5 s"},
    {"expect lookup 1 between 1 s", 1, "between one time and another"},
    {"expect lookup 1 between 2 s and 1 s", 1, "the first of two times is the"},
    {"expect query first udp", 1, "lookups and queries are counted from 1"},
    {"expect query 1 lost", 1, "a query is udp, tcp, edns, plain, cookie"},
    {"expect queries", 1, "a number is missing"},
    {"expect queries 1 to", 1, "the second of two numbers is the greater"},
    {"expect queries 2 to 1", 1, "the second of two numbers is the greater"},
    {"expect queries 1 or 2", 1, "this goes on where it may not"},
};

static stubdns_replay_t replay;
static stubdns_problem_t problem;

static void set_up(void) {
  stubdns_replay_init(&replay);
}

static void tear_down(void) {
  stubdns_replay_free(&replay);
}

START_TEST(wrong_text_gives_the_line_and_what_would_be_right) {
  const char *const text = wrong[_i].text;
  const int error =
      stubdns_replay_add_text(&replay, text, strlen(text), NULL, &problem);
  ck_assert_msg(error == STUBDNS_EBADTEXT, "%s", text);
  ck_assert_msg(problem.line == wrong[_i].line, "%s\nline %u", text,
                (unsigned)problem.line);
  ck_assert_msg(strstr(problem.sentence, wrong[_i].said) != NULL, "%s\n%s",
                text, problem.sentence);
}
END_TEST

START_TEST(octets_of_value_0_are_no_text) {
  static const char text[] = "# \0\nquestion www.test A\n\0question a A\n";
  const int error =
      stubdns_replay_add_text(&replay, text, sizeof text - 1, NULL, &problem);
  ck_assert_int_eq(error, STUBDNS_EBADTEXT);
  ck_assert_uint_eq(problem.line, 3);
  ck_assert_ptr_nonnull(strstr(problem.sentence, "octets of value 0"));
}
END_TEST

/* What looks odd, and is right. */
static const char *const right[] = {
    "",
    "\n# comment",
    "question . TYPE65535",
    "question www.test CH TXT\r\nreply\r\nedns 0 do\r\n",
    "question www.test A\nanswer www.test. 60\n  A 192.0.2.1 ; comment",
    "scenario any",
    "servers 192.0.2.1 2001:db8::1#5353",
    "set",
    "on query 3-: hex",
    "on query 3-3 query 1: bare NXDOMAIN after 0us, echo",
    "on udp tcp: BADCOOKIE",
    "at 1.000001 s ask . NS do cd times 1",
    "scenario a\nat 5 s ask . NS\nscenario b\nat 0 s ask . NS\n",
    "expect lookup 1",
    "expect query 1000000000000000 any",
    "expect queries 0 to 0",
};

START_TEST(right_text_is_read) {
  const char *const text = right[_i];
  const int error =
      stubdns_replay_add_text(&replay, text, strlen(text), NULL, &problem);
  ck_assert_msg(error == 0, "%s\n%s", text, error ? problem.sentence : "");
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("text");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_loop_test(cases, wrong_text_gives_the_line_and_what_would_be_right,
                      0, (int)(sizeof wrong / sizeof wrong[0]));
  tcase_add_test(cases, octets_of_value_0_are_no_text);
  tcase_add_loop_test(cases, right_text_is_read, 0,
                      (int)(sizeof right / sizeof right[0]));
  Suite *const suite = suite_create("replay/text");
  suite_add_tcase(suite, cases);
  return suite;
}
