/* src/resolver/chain.c: replies that have aliases and not what these lead to.
 * The end is asked for, and the message handed out has the whole chain. */
#include "resolver/core.h"

#include "resolver/world.h"
#include "stubdns/answer.h"
#include "support/suite.h"
#include "support/text_message.h"

#include <stdio.h>
#include <string.h>

static struct world w;

/* A record of a reply: an A record where `target` is NULL. */
struct line {
  const char *owner;
  const char *target;
};

/* The "target" of an NSEC record whose next name is the question's, and whose
 * bitmap has a window without octets. */
static const char malformed[] = "malformed";

#define WWW "www.example.com"

static size_t put_name(uint8_t *octets, const char *text) {
  stubdns_name_t name;
  ck_assert_int_eq(stubdns_name_from_text(&name, text, strlen(text)), 0);
  memcpy(octets, name.octets, name.length);
  return name.length;
}

static size_t put_line(uint8_t *octets, const struct line *line) {
  static const uint8_t address[] = {0,  1, 0, 1,   0, 0, 0,
                                    60, 0, 4, 192, 0, 2, 1};
  static const uint8_t alias[] = {0, 5, 0, 1, 0, 0, 0, 30, 0, 0};
  static const uint8_t nsec[] = {0,  47, 0, 1,    0,    0, 0,
                                 30, 0,  4, 0xc0, 0x0c, 0, 0};
  size_t length = put_name(octets, line->owner);
  if (line->target == malformed) {
    memcpy(octets + length, nsec, sizeof nsec);
    return length + sizeof nsec;
  }
  memcpy(octets + length, line->target ? alias : address,
         line->target ? sizeof alias : sizeof address);
  if (!line->target) return length + sizeof address;
  length += sizeof alias;
  const size_t target_length = put_name(octets + length, line->target);
  octets[length - 1] = (uint8_t)target_length;
  return length + target_length;
}

/* Replies to the query at `index` with these records. */
static void reply_with(size_t index, unsigned flags, const struct line *lines,
                       size_t count) {
  const struct sent *const sent = &w.sent[index];
  uint8_t octets[2000];
  size_t length = 12;
  while (sent->octets[length])
    length += sent->octets[length] + 1u;
  length += 5;
  memcpy(octets, sent->octets, length);
  memset(octets + 6, 0, 6);
  octets[2] = (uint8_t)(flags >> 8);
  octets[3] = (uint8_t)flags;
  octets[7] = (uint8_t)count;
  for (size_t i = 0; i < count; i++)
    length += put_line(octets + length, &lines[i]);
  ck_assert(world_deliver(&w, sent, octets, length));
}

static void reply_alias(size_t index, const char *owner, const char *target) {
  const struct line line = {owner, target};
  reply_with(index, REPLY_ANSWER, &line, 1);
}

static void reply_address(size_t index, const char *owner) {
  const struct line line = {owner, NULL};
  reply_with(index, REPLY_ANSWER, &line, 1);
}

/* What the query at `index` asks for, whatever its letters. */
static void expect_question(size_t index, const char *text) {
  stubdns_name_t name;
  ck_assert_uint_gt(w.sent_count, index);
  const size_t length = put_name(name.octets, text);
  for (size_t i = 0; i < length; i++)
    ck_assert_uint_eq(w.sent[index].octets[12 + i] | 0x20,
                      name.octets[i] | 0x20);
}

/* The chain of the message handed out last, read in the callback. */
static int chain_error;
static stubdns_chain_t chain;
static unsigned truncated;
static int is_authentic;

static void on_complete(struct world *world, void *user) {
  (void)user;
  const stubdns_answer_t *const answer =
      &world->done[world->done_count - 1].answer;
  memset(&chain, 0, sizeof chain);
  chain_error = -1;
  if (answer->message)
    chain_error =
        stubdns_chain_follow(&chain, answer->message, &answer->question);
  truncated = answer->truncated;
  is_authentic =
      answer->message && (answer->message->flags & STUBDNS_FLAG_AD) != 0;
}

static void begin(unsigned flags) {
  const stubdns_lookup_options_t options = {.flags = flags};
  world_begin(&w, 1, NULL);
  w.on_complete = on_complete;
  world_ask(&w, NULL, &options);
  world_drain(&w);
}

static void expect_done(int status, unsigned rcode, unsigned records) {
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_int_eq(w.done[0].status, status);
  ck_assert(w.done[0].has_message);
  ck_assert_uint_eq(w.done[0].rcode, rcode);
  ck_assert_uint_eq(w.done[0].record_count, records);
  const stubdns_question_t question = world_question(WWW, 1);
  ck_assert_mem_eq(w.done[0].question.name.octets, question.name.octets,
                   question.name.length);
}

START_TEST(end_of_a_chain_is_asked_for_and_the_whole_returned_C1) {
  begin(0);
  reply_alias(0, WWW, "a.test");
  ck_assert_uint_eq(w.done_count, 0);
  expect_question(1, "a.test");
  reply_alias(1, "a.test", "b.test");
  expect_question(2, "b.test");
  reply_address(2, "b.test");
  expect_done(0, STUBDNS_RCODE_NOERROR, 3);
  ck_assert_int_eq(chain_error, 0);
  ck_assert_int_eq(chain.outcome, STUBDNS_OUTCOME_ANSWER);
  ck_assert_uint_eq(chain.alias_count, 2);
  ck_assert_uint_eq(chain.answer_count, 1);
  ck_assert_uint_eq(chain.ttl_s, 30);
  ck_assert_uint_eq(w.sent_count, 3);
  world_end(&w);
}
END_TEST

/* Its pointer would lead to another place of the joined message. */
START_TEST(malformed_record_with_a_pointer_is_left_out_of_a_chain) {
  const struct line lines[] = {{"a.test", NULL}, {"a.test", malformed}};
  begin(0);
  reply_alias(0, WWW, "a.test");
  reply_with(1, REPLY_ANSWER, lines, 2);
  expect_done(0, STUBDNS_RCODE_NOERROR, 2);
  ck_assert_int_eq(chain.outcome, STUBDNS_OUTCOME_ANSWER);
  world_end(&w);
}
END_TEST

START_TEST(every_query_of_a_chain_is_in_its_timeline_T24) {
  static const enum stubdns_event_kind kinds[] = {
      STUBDNS_EVENT_SENT, STUBDNS_EVENT_ALIAS, STUBDNS_EVENT_SENT,
      STUBDNS_EVENT_ANSWERED};
  begin(0);
  reply_alias(0, WWW, "a.test");
  reply_address(1, "a.test");
  ck_assert_uint_eq(w.done[0].event_count, 4);
  for (size_t i = 0; i < 4; i++)
    ck_assert_int_eq(w.done[0].events[i].kind, kinds[i]);
  ck_assert_uint_eq(w.done[0].answer.send_count, 2);
  ck_assert_uint_eq(w.done[0].events[3].length, 12 + 8 + 4 + 8 + 14);
  world_end(&w);
}
END_TEST

START_TEST(rcode_is_that_of_the_end_of_the_chain_M24) {
  begin(0);
  reply_alias(0, WWW, "a.test");
  reply_with(1, REPLY_NXDOMAIN, NULL, 0);
  expect_done(0, STUBDNS_RCODE_NXDOMAIN, 1);
  ck_assert_int_eq(chain.outcome, STUBDNS_OUTCOME_NXDOMAIN);
  world_end(&w);
}
END_TEST

START_TEST(end_without_records_is_asked_for_once_C4) {
  begin(0);
  reply_alias(0, WWW, "a.test");
  reply_with(1, REPLY_ANSWER, NULL, 0);
  expect_done(0, STUBDNS_RCODE_NOERROR, 1);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

START_TEST(loop_is_an_error_at_once_C1) {
  begin(0);
  reply_alias(0, WWW, WWW);
  expect_done(STUBDNS_EALIASLOOP, STUBDNS_RCODE_NOERROR, 1);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(loop_through_several_replies_is_an_error_at_once_C1) {
  begin(0);
  reply_alias(0, WWW, "a.test");
  reply_alias(1, "a.test", "b.test");
  reply_alias(2, "b.test", "A.test");
  expect_done(STUBDNS_EALIASLOOP, STUBDNS_RCODE_NOERROR, 3);
  ck_assert_uint_eq(w.sent_count, 3);
  world_end(&w);
}
END_TEST

START_TEST(seventeenth_alias_is_an_error_C1) {
  char owner[16] = WWW;
  char target[16];
  begin(0);
  for (size_t i = 0; i < 17; i++) {
    ck_assert_uint_eq(w.sent_count, i + 1);
    snprintf(target, sizeof target, "n%u.test", (unsigned)i);
    reply_alias(i, owner, target);
    memcpy(owner, target, sizeof owner);
  }
  expect_done(STUBDNS_EALIASDEPTH, STUBDNS_RCODE_NOERROR, 17);
  world_end(&w);
}
END_TEST

START_TEST(records_of_others_end_no_chain_C2) {
  const struct line lines[] = {{WWW, "a.test"}, {"evil.test", NULL}};
  begin(0);
  reply_with(0, REPLY_ANSWER, lines, 2);
  expect_question(1, "a.test");
  reply_address(1, "a.test");
  ck_assert_uint_eq(chain.answer_count, 1);
  ck_assert_uint_eq(chain.unrelated_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(server_that_fails_at_the_end_is_told_with_the_chain_M24) {
  begin(0);
  reply_alias(0, WWW, "a.test");
  reply_with(1, REPLY_SERVFAIL, NULL, 0);
  world_sleep_until(&w, 200 * MS);
  reply_with(2, REPLY_SERVFAIL, NULL, 0);
  world_run(&w);
  expect_done(0, STUBDNS_RCODE_SERVFAIL, 1);
  ck_assert_uint_eq(chain.alias_count, 1);
  world_end(&w);
}
END_TEST

START_TEST(silence_at_the_end_is_an_error_that_comes_with_the_chain) {
  begin(0);
  reply_alias(0, WWW, "a.test");
  world_run(&w);
  expect_done(STUBDNS_ETIMEOUT, STUBDNS_RCODE_NOERROR, 1);
  ck_assert_uint_eq(w.done[0].time_us, 5000 * MS);
  ck_assert_int_eq(chain.outcome, STUBDNS_OUTCOME_INCOMPLETE);
  world_end(&w);
}
END_TEST

START_TEST(end_of_a_chain_goes_over_tcp_where_it_is_truncated_T12) {
  begin(0);
  reply_alias(0, WWW, "a.test");
  reply_with(1, REPLY_ANSWER | STUBDNS_FLAG_TC, NULL, 0);
  expect_question(2, "a.test");
  ck_assert(w.sent[2].socket->is_tcp);
  reply_address(2, "a.test");
  expect_done(0, STUBDNS_RCODE_NOERROR, 2);
  ck_assert(!truncated);
  world_end(&w);
}
END_TEST

/* Replies to the query at `index` with records in presentation format. */
static void reply_text(size_t index, unsigned flags, const char *answers) {
  static uint8_t octets[TEXT_MESSAGE_SIZE];
  ck_assert_uint_gt(w.sent_count, index);
  const struct sent *const sent = &w.sent[index];
  stubdns_message_t query;
  ck_assert_int_eq(stubdns_message_parse(&query, sent->octets, sent->length, 0),
                   0);
  const stubdns_question_t question = stubdns_message_question(&query);
  const size_t length =
      text_message_write(octets, sent->id, flags, &question, answers, NULL);
  ck_assert(world_deliver(&w, sent, octets, length));
}

/* A name of 252 octets, and of 256 below "www". */
#define L9 "aaaaaaaaa"
#define L63 L9 L9 L9 L9 L9 L9 L9
#define LONG L63 "." L63 "." L63 "." L9 L9 L9 L9 L9 L9 "aaaa."

static const struct {
  const char *answers;
  int status;
} ends[] = {
    {"example.com. 60 DNAME " LONG, STUBDNS_ENAMETOOLONG},
    {"www.example.com. 60 CNAME a.test.\nwww.example.com. 60 CNAME b.test.",
     STUBDNS_EALIASCONFLICT},
    {"www.example.com. 60 CNAME a.test.\na.test. 60 CNAME a.test.",
     STUBDNS_EALIASLOOP},
};

START_TEST(aliases_that_cannot_be_followed_are_an_error_at_once_C1_C3) {
  begin(0);
  reply_text(0, REPLY_ANSWER, ends[_i].answers);
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_int_eq(w.done[0].status, ends[_i].status);
  ck_assert(w.done[0].has_message);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}
END_TEST

/* RFC 6672 section 3.4: the CNAME beside it may be missing. */
START_TEST(dname_alone_leads_to_the_end_of_a_chain_C3) {
  begin(0);
  reply_text(0, REPLY_ANSWER, "example.com. 60 DNAME b.test.");
  expect_question(1, "www.b.test");
  reply_address(1, "www.b.test");
  expect_done(0, STUBDNS_RCODE_NOERROR, 2);
  ck_assert_int_eq(chain.outcome, STUBDNS_OUTCOME_ANSWER);
  world_end(&w);
}
END_TEST

/* A chain is authentic where both its parts are, RFC 4035 section 3.2.3. */
START_TEST(chain_is_authentic_where_all_of_it_is) {
  static const struct stubdns__core_settings trusting = {.trusts_ad = 1};
  for (unsigned i = 0; i < 4; i++) {
    const unsigned first = i & 1 ? STUBDNS_FLAG_AD : 0;
    const unsigned second = i & 2 ? STUBDNS_FLAG_AD : 0;
    const stubdns_lookup_options_t options = {
        .flags = STUBDNS_LOOKUP_AUTHENTIC_DATA};
    world_begin(&w, 1, NULL);
    stubdns__core_set(w.core, &trusting);
    w.on_complete = on_complete;
    world_ask(&w, NULL, &options);
    world_drain(&w);
    reply_text(0, REPLY_ANSWER | first, WWW ". 60 CNAME a.test.");
    reply_text(1, REPLY_ANSWER | second, "a.test. 60 A 192.0.2.1");
    expect_done(0, STUBDNS_RCODE_NOERROR, 2);
    ck_assert_int_eq(is_authentic, i == 3);
    world_end(&w);
  }
}
END_TEST

#define SERVER "server.with.a.name.that.is.written.once.and.meant.often.test"

/* Targets that the server has compressed, as RFC 3597 section 4 tells to
 * expect, are written out: the chain is longer than its parts. */
START_TEST(chain_may_be_longer_than_its_parts) {
  enum { COUNT = 20 };
  static const uint8_t service[] = {0xc0, 12, 0, 33, 0, 1, 0, 0,  0,    60,
                                    0,    8,  0, 0,  0, 0, 0, 80, 0xc0, 12};
  uint8_t octets[STUBDNS_QUERY_MAX + COUNT * sizeof service];
  world_begin(&w, 1, NULL);
  ck_assert_ptr_nonnull(world_ask_name(&w, WWW, 33, NULL, NULL));
  world_drain(&w);
  reply_text(0, REPLY_ANSWER, WWW ". 60 CNAME " SERVER ".");
  expect_question(1, SERVER);
  size_t length = 12 + sizeof SERVER + 1 + 4; /* header and question */
  memcpy(octets, w.sent[1].octets, length);
  memcpy(octets + 2, "\x81\x80\0\1\0\x14\0\0\0\0", 10);
  for (size_t i = 0; i < COUNT; i++) {
    memcpy(octets + length, service, sizeof service);
    octets[length + 13] = (uint8_t)i; /* its priority */
    length += sizeof service;
  }
  ck_assert(world_deliver(&w, &w.sent[1], octets, length));
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_int_eq(w.done[0].status, 0);
  ck_assert_uint_eq(w.done[0].record_count, COUNT + 1);
  world_end(&w);
}
END_TEST

/* Each part has 40000 octets of a record that is not asked for. */
START_TEST(chain_that_is_no_message_any_more_is_an_error) {
  static char text[81000];
  static const char *const heads[] = {
      WWW ". 60 CNAME a.test.\nx.test. 60 TYPE65280 \\# 40000 ",
      "a.test. 60 A 192.0.2.1\nx.test. 60 TYPE65280 \\# 40000 "};
  begin(0);
  for (size_t i = 0; i < 2; i++) {
    const size_t length = strlen(heads[i]);
    memcpy(text, heads[i], length);
    memset(text + length, '0', 80000);
    text[length + 80000] = '\0';
    reply_text(i, REPLY_ANSWER, text);
  }
  ck_assert_uint_eq(w.done_count, 1);
  ck_assert_int_eq(w.done[0].status, STUBDNS_ETOOLONG);
  world_end(&w);
}
END_TEST

static void expect_as_it_came(unsigned flags) {
  begin(flags);
  reply_alias(0, WWW, "a.test");
  expect_done(0, STUBDNS_RCODE_NOERROR, 1);
  ck_assert_uint_eq(w.sent_count, 1);
  world_end(&w);
}

START_TEST(reply_is_handed_out_as_it_came_where_that_is_wanted) {
  expect_as_it_came(STUBDNS_LOOKUP_NO_ALIASES);
  expect_as_it_came(STUBDNS_LOOKUP_NO_RECURSION);
}
END_TEST

/* Lookups that follow one get the chain too, and an heir goes on with it. */
START_TEST(chain_is_shared_by_lookups_and_goes_on_with_an_heir_M16) {
  world_begin(&w, 1, NULL);
  w.on_complete = on_complete;
  struct stubdns__request *const first =
      world_ask_name(&w, WWW, 1, &w.sent[0], NULL);
  world_ask_name(&w, WWW, 1, &w.sent[1], NULL);
  world_ask_name(&w, WWW, 1, &w.sent[2], NULL);
  world_drain(&w);
  reply_alias(0, WWW, "a.test");
  stubdns__core_cancel(w.core, first, w.now_us);
  world_drain(&w);
  ck_assert_int_eq(w.done[0].status, STUBDNS_ECANCELED);
  reply_address(1, "a.test");
  ck_assert_uint_eq(w.done_count, 3);
  for (size_t i = 1; i < 3; i++) {
    ck_assert_int_eq(w.done[i].status, 0);
    ck_assert_uint_eq(w.done[i].record_count, 2);
    ck_assert_uint_eq(w.done[i].event_count, 4);
  }
  world_end(&w);
}
END_TEST

START_TEST(whole_chain_is_what_the_cache_has) {
  const struct stubdns__core_options options = {.cache_octets = 100000};
  world_begin(&w, 1, &options);
  w.on_complete = on_complete;
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  reply_alias(0, WWW, "a.test");
  reply_address(1, "a.test");
  world_ask(&w, NULL, NULL);
  world_drain(&w);
  ck_assert_uint_eq(w.done_count, 2);
  ck_assert(w.done[1].answer.from_cache);
  ck_assert_uint_eq(w.done[1].record_count, 2);
  ck_assert_uint_eq(chain.answer_count, 1);
  world_end(&w);
}
END_TEST

/* Every allocation fails in turn: nothing leaks, and what ends ends once. */
START_TEST(memory_may_run_out_anywhere_in_a_chain) {
  for (size_t i = 1; i < 40; i++) {
    world_begin(&w, 1, NULL);
    w.fail_at = w.allocation_count + i;
    world_ask_name(&w, WWW, 1, NULL, NULL);
    world_drain(&w);
    if (w.sent_count > 0) reply_alias(0, WWW, "a.test");
    if (w.sent_count > 1) reply_address(1, "a.test");
    world_run(&w);
    ck_assert_uint_le(w.done_count, 1);
    if (w.done_count && w.done[0].status)
      ck_assert_int_eq(w.done[0].status, STUBDNS_ENOMEM);
    world_end(&w);
  }
}
END_TEST

static void add_chain_tests(TCase *cases) {
  tcase_add_test(cases, end_of_a_chain_is_asked_for_and_the_whole_returned_C1);
  tcase_add_test(cases, malformed_record_with_a_pointer_is_left_out_of_a_chain);
  tcase_add_test(cases, every_query_of_a_chain_is_in_its_timeline_T24);
  tcase_add_test(cases, rcode_is_that_of_the_end_of_the_chain_M24);
  tcase_add_test(cases, end_without_records_is_asked_for_once_C4);
  tcase_add_test(cases, loop_is_an_error_at_once_C1);
  tcase_add_test(cases, loop_through_several_replies_is_an_error_at_once_C1);
  tcase_add_test(cases, seventeenth_alias_is_an_error_C1);
  tcase_add_test(cases, records_of_others_end_no_chain_C2);
  tcase_add_loop_test(
      cases, aliases_that_cannot_be_followed_are_an_error_at_once_C1_C3, 0,
      sizeof ends / sizeof ends[0]);
  tcase_add_test(cases, dname_alone_leads_to_the_end_of_a_chain_C3);
  tcase_add_test(cases, chain_is_authentic_where_all_of_it_is);
  tcase_add_test(cases, chain_may_be_longer_than_its_parts);
  tcase_add_test(cases, chain_that_is_no_message_any_more_is_an_error);
}

Suite *test_suite(void) {
  TCase *const cases = tcase_create("chain");
  add_chain_tests(cases);
  tcase_add_test(cases,
                 server_that_fails_at_the_end_is_told_with_the_chain_M24);
  tcase_add_test(cases,
                 silence_at_the_end_is_an_error_that_comes_with_the_chain);
  tcase_add_test(cases, end_of_a_chain_goes_over_tcp_where_it_is_truncated_T12);
  tcase_add_test(cases, reply_is_handed_out_as_it_came_where_that_is_wanted);
  tcase_add_test(cases,
                 chain_is_shared_by_lookups_and_goes_on_with_an_heir_M16);
  tcase_add_test(cases, whole_chain_is_what_the_cache_has);
  tcase_add_test(cases, memory_may_run_out_anywhere_in_a_chain);
  Suite *const suite = suite_create("resolver/chain");
  suite_add_tcase(suite, cases);
  return suite;
}
