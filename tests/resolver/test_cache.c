/* src/resolver/cache.c: what is kept, how long, in how much room. */
#include "resolver/cache.h"

#include "exchange/siphash.h"
#include "support/octets.h"
#include "support/short_reply.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000u
#define RA 0x8080
#define TC 0x0200
#define NXDOMAIN 3
#define SERVFAIL 2

static struct stubdns__cache cache;
static size_t blocks;
static size_t allocations_left;
static uint8_t octets[8192];

static void *allocate(void *data, size_t size) {
  (void)data;
  if (allocations_left == 0) return NULL;
  allocations_left--;
  blocks++;
  return malloc(size);
}

static void release(void *data, void *memory) {
  (void)data;
  blocks -= memory != NULL;
  free(memory);
}

static int draw(void *data, uint8_t *random, size_t length) {
  (void)data;
  memset(random, 7, length);
  return 0;
}

static const struct stubdns__hooks hooks = {
    .allocate = allocate, .release = release, .random = draw};

static void begin(size_t octets_max, uint32_t stale_s) {
  allocations_left = SIZE_MAX;
  ck_assert_int_eq(stubdns__cache_init(&cache, &hooks, octets_max, stale_s), 0);
}

static void end(void) {
  stubdns__cache_clear(&cache);
  ck_assert_uint_eq(blocks, 0);
}

static stubdns_question_t ask(const char *name) {
  return (stubdns_question_t){NAME(name), STUBDNS_TYPE_A, STUBDNS_CLASS_IN};
}

static void store(const char *name, const struct short_reply *reply,
                  uint64_t now_us) {
  const stubdns_question_t question = ask(name);
  const struct stubdns__cache_key key = {&question, STUBDNS_FLAG_RD};
  stubdns_message_t message;
  const size_t length =
      short_reply_write(reply, &question, octets, sizeof octets);
  ck_assert_int_eq(stubdns_message_parse(&message, octets, length, 0), 0);
  stubdns__cache_store(&cache, &key, &message, now_us);
}

static enum stubdns__cache_result find(const char *name, uint64_t now_us,
                                       struct stubdns__cache_hit *hit) {
  const stubdns_question_t question = ask(name);
  const struct stubdns__cache_key key = {&question, STUBDNS_FLAG_RD};
  return stubdns__cache_find(&cache, &key, now_us, hit);
}

static const struct {
  const char *what;
  struct short_reply reply; /* to the question for A of a.test */
  uint32_t kept_s;          /* 0: not at all */
} rows[] = {
    {"an address", {RA, 60, "a.test A 1", "", ""}, 60},
    {"a TTL of 0", {RA, 0, "a.test A 1", "", ""}, 0},
    {"a TTL with the top bit C7", {RA, 0xffffffff, "a.test A 1", "", ""}, 0},
    {"a TTL of a year", {RA, 31536000, "a.test A 1", "", ""}, 86400},
    {"a chain", {RA, 60, "a.test CNAME b.test;b.test A 1", "", ""}, 60},
    {"half a chain", {RA, 60, "a.test CNAME b.test", "", ""}, 0},
    {"a loop", {RA, 60, "a.test CNAME a.test", "", ""}, 0},
    {"another owner", {RA, 60, "b.test A 1", "", ""}, 0},
    {"a truncated answer", {RA | TC, 60, "a.test A 1", "", ""}, 0},
    {"no data with SOA", {RA, 300, "", "test SOA 60", ""}, 60},
    {"no data with a lower TTL", {RA, 30, "", "test SOA 60", ""}, 30},
    {"no data without SOA", {RA, 300, "", "", ""}, 0},
    {"no name with SOA", {RA | NXDOMAIN, 300, "", "test SOA 60", ""}, 60},
    {"no name without SOA", {RA | NXDOMAIN, 300, "", "", ""}, 0},
    {"no name with a foreign SOA",
     {RA | NXDOMAIN, 300, "", "example SOA 60", ""},
     0},
    {"no for a long time", {RA, 50000, "", "test SOA 50000", ""}, 10800},
    {"no name behind an alias",
     {RA | NXDOMAIN, 20, "a.test CNAME b.test", "test SOA 60", ""},
     20},
    {"a server failure", {RA | SERVFAIL, 60, "", "test SOA 60", ""}, 0},
    {"a referral", {0x8000, 60, "", "a.test NS ns.test", ""}, 0},
};

START_TEST(cache_keeps_a_reply_as_long_as_it_says) {
  struct stubdns__cache_hit hit;
  begin(1 << 20, 0);
  store("a.test", &rows[_i].reply, 5 * SECOND);
  const uint64_t end_us = 5 * SECOND + rows[_i].kept_s * (uint64_t)SECOND;
  if (rows[_i].kept_s)
    ck_assert_msg(find("A.Test", end_us - 1, &hit) == STUBDNS__CACHE_FRESH,
                  "%s", rows[_i].what);
  ck_assert_msg(find("a.test", end_us, &hit) == STUBDNS__CACHE_NOTHING, "%s",
                rows[_i].what);
  end();
}
END_TEST

static uint32_t first_ttl(const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  ck_assert(stubdns_records_next(&records, &record));
  return record.ttl_s;
}

START_TEST(cache_counts_ttls_down) {
  static const uint32_t ages_s[] = {0, 1, 1, 17, 59};
  const struct short_reply reply = {RA, 60, "a.test A 1", "", ""};
  struct stubdns__cache_hit hit;
  begin(1 << 20, 0);
  store("a.test", &reply, 0);
  for (int i = 0; i < 5; i++) {
    find("a.test", ages_s[i] * (uint64_t)SECOND + 999999, &hit);
    ck_assert_uint_eq(first_ttl(&hit.message), 60 - ages_s[i]);
    ck_assert_uint_eq(hit.message.id, 0);
  }
  end();
}
END_TEST

START_TEST(cache_gives_a_stale_answer_only_when_asked_for_one) {
  const struct short_reply reply = {RA, 60, "a.test A 1", "", ""};
  const stubdns_question_t question = ask("a.test");
  const struct stubdns__cache_key key = {&question, STUBDNS_FLAG_RD};
  struct stubdns__cache_hit hit;
  begin(1 << 20, 100);
  store("a.test", &reply, 0);
  ck_assert_int_eq(find("a.test", 100 * SECOND, &hit), STUBDNS__CACHE_NOTHING);
  ck_assert_int_eq(stubdns__cache_find_stale(&cache, &key, 100 * SECOND, &hit),
                   STUBDNS__CACHE_STALE);
  ck_assert_uint_eq(first_ttl(&hit.message), STUBDNS__CACHE_STALE_TTL_S);
  ck_assert_int_eq(stubdns__cache_find_stale(&cache, &key, 160 * SECOND, &hit),
                   STUBDNS__CACHE_NOTHING);
  end();
}
END_TEST

START_TEST(cache_tells_flags_types_and_classes_apart) {
  const struct short_reply reply = {RA, 60, "a.test A 1", "", ""};
  struct stubdns__cache_hit hit;
  begin(1 << 20, 0);
  store("a.test", &reply, 0);
  stubdns_question_t question = ask("a.test");
  struct stubdns__cache_key key = {&question, STUBDNS_FLAG_RD};
  ck_assert_int_eq(stubdns__cache_find(&cache, &key, 1, &hit),
                   STUBDNS__CACHE_FRESH);
  key.flags = STUBDNS_FLAG_RD | STUBDNS_FLAG_CD;
  ck_assert_int_eq(stubdns__cache_find(&cache, &key, 1, &hit),
                   STUBDNS__CACHE_NOTHING);
  key.flags = STUBDNS_FLAG_RD | STUBDNS__CACHE_KEY_DO;
  ck_assert_int_eq(stubdns__cache_find(&cache, &key, 1, &hit),
                   STUBDNS__CACHE_NOTHING);
  key.flags = STUBDNS_FLAG_RD;
  question.type = STUBDNS_TYPE_AAAA;
  ck_assert_int_eq(stubdns__cache_find(&cache, &key, 1, &hit),
                   STUBDNS__CACHE_NOTHING);
  question.type = STUBDNS_TYPE_A;
  question.class_ = STUBDNS_CLASS_CH;
  ck_assert_int_eq(stubdns__cache_find(&cache, &key, 1, &hit),
                   STUBDNS__CACHE_NOTHING);
  end();
}
END_TEST

#define NAMES 40
#define TYPES 4
#define CLASSES 3
#define FLAGS 4

/* A question and its flags for each number below the product of all four. */
static struct stubdns__cache_key key_at(unsigned number,
                                        stubdns_question_t *question) {
  static const uint16_t flags[FLAGS] = {0, STUBDNS_FLAG_RD, STUBDNS_FLAG_CD,
                                        STUBDNS__CACHE_KEY_DO};
  char name[NAMES + 1] = "";
  const unsigned length = number / (FLAGS * CLASSES * TYPES);
  memset(name, 'a' + (int)(length % 7), 1 + length / 2);
  *question = ask(name);
  question->class_ = (uint16_t)(1 + number / FLAGS % CLASSES);
  question->type = (uint16_t)(1 + number / (FLAGS * CLASSES) % TYPES);
  return (struct stubdns__cache_key){question, flags[number % FLAGS]};
}

/* There are more keys than buckets, so that entries share these whose keys
 * differ in one part alone. */
START_TEST(cache_tells_every_part_of_a_key_apart) {
  stubdns_question_t question;
  struct stubdns__cache_hit hit;
  begin(1 << 20, 0);
  for (unsigned i = 0; i < NAMES * TYPES * CLASSES * FLAGS; i++) {
    const struct stubdns__cache_key key = key_at(i, &question);
    if (stubdns__cache_find(&cache, &key, 0, &hit) != STUBDNS__CACHE_NOTHING)
      ck_abort_msg("key %u is there before it is stored", i);
    stubdns__cache_store_failure(&cache, &key, -1 - (int)i, 0);
  }
  for (unsigned i = 0; i < NAMES * TYPES * CLASSES * FLAGS; i++) {
    const struct stubdns__cache_key key = key_at(i, &question);
    if (stubdns__cache_find(&cache, &key, 0, &hit) != STUBDNS__CACHE_FAILURE ||
        hit.error != -1 - (int)i)
      ck_abort_msg("key %u has another's entry", i);
  }
  end();
}
END_TEST

/* Pairs with the same hash under the key that draw() gives. */
static const char *const collisions[][2] = {
    {"0238092", "0285117"},
    {"141616", "146455"},
    {"248834", "0128745"},
    {"089022", "0166535"},
};

/* As the cache hashes the question for the address of `name`. */
static uint32_t hash_of(const char *name) {
  const stubdns_name_t wire = NAME(name);
  uint8_t key[STUBDNS_NAME_MAX + 6];
  memcpy(key, wire.octets, wire.length);
  memcpy(key + wire.length, "\0\1\0\1\1\0", 6); /* A, IN, RD */
  return (uint32_t)stubdns__siphash(&cache.hash_key, key, wire.length + 6u);
}

START_TEST(cache_tells_keys_of_one_hash_apart) {
  const struct short_reply reply = {RA, 60, "a.test A 1", "", ""};
  struct short_reply replies[2] = {reply, reply};
  char answers[2][32];
  struct stubdns__cache_hit hit;
  begin(1 << 20, 0);
  ck_assert_uint_eq(hash_of(collisions[_i][0]), hash_of(collisions[_i][1]));
  for (size_t i = 0; i < 2; i++) {
    snprintf(answers[i], sizeof answers[i], "%s A 1", collisions[_i][i]);
    replies[i].answer = answers[i];
  }
  store(collisions[_i][0], &replies[0], 0);
  ck_assert_int_eq(find(collisions[_i][0], 1, &hit), STUBDNS__CACHE_FRESH);
  ck_assert_int_eq(find(collisions[_i][1], 1, &hit), STUBDNS__CACHE_NOTHING);
  store(collisions[_i][1], &replies[1], 0);
  ck_assert_uint_eq(cache.entry_count, 2);
  for (size_t i = 0; i < 2; i++)
    ck_assert_int_eq(find(collisions[_i][i], 1, &hit), STUBDNS__CACHE_FRESH);
  end();
}
END_TEST

/* 512 octets are half of the least that a cache has. */
START_TEST(cache_keeps_no_reply_that_takes_half_of_it) {
  static char answers[64 * 20];
  struct stubdns__cache_hit hit;
  begin(0, 0);
  for (int i = 0; i < 40; i++)
    strcat(answers, i ? ";a.test A 1" : "a.test A 1");
  const struct short_reply small = {RA, 60, "a.test A 1", "", ""};
  const struct short_reply large = {RA, 60, answers, "", ""};
  store("a.test", &small, 0);
  ck_assert_int_eq(find("a.test", 1, &hit), STUBDNS__CACHE_FRESH);
  store("a.test", &large, 2);
  ck_assert_int_eq(find("a.test", 3, &hit), STUBDNS__CACHE_NOTHING);
  end();
}
END_TEST

static int draw_nothing(void *data, uint8_t *random, size_t length) {
  (void)data;
  memset(random, 0, length);
  return -1;
}

START_TEST(cache_needs_memory_and_randomness) {
  struct stubdns__hooks without = hooks;
  without.random = draw_nothing;
  ck_assert_int_eq(stubdns__cache_init(&cache, &without, 1 << 20, 0),
                   STUBDNS_ERANDOM);
  allocations_left = 0;
  ck_assert_int_eq(stubdns__cache_init(&cache, &hooks, 1 << 20, 0),
                   STUBDNS_ENOMEM);
  ck_assert_uint_eq(blocks, 0);
}
END_TEST

START_TEST(failure_is_remembered_longer_each_time_C15) {
  static const uint32_t spans_s[] = {5, 10, 20, 40, 80, 160, 300, 300};
  const stubdns_question_t question = ask("a.test");
  const struct stubdns__cache_key key = {&question, STUBDNS_FLAG_RD};
  struct stubdns__cache_hit hit;
  uint64_t now_us = 0;
  begin(1 << 20, 0);
  for (int i = 0; i < 8; i++) {
    stubdns__cache_store_failure(&cache, &key, STUBDNS_ETIMEOUT, now_us);
    now_us += spans_s[i] * (uint64_t)SECOND;
    ck_assert_int_eq(find("a.test", now_us - 1, &hit), STUBDNS__CACHE_FAILURE);
    ck_assert_int_eq(hit.error, STUBDNS_ETIMEOUT);
    ck_assert_int_eq(find("a.test", now_us, &hit), STUBDNS__CACHE_NOTHING);
  }
  end();
}
END_TEST

START_TEST(answer_ends_a_failure_and_failure_leaves_the_stale_answer) {
  const struct short_reply reply = {RA, 60, "a.test A 1", "", ""};
  const stubdns_question_t question = ask("a.test");
  const struct stubdns__cache_key key = {&question, STUBDNS_FLAG_RD};
  struct stubdns__cache_hit hit;
  begin(1 << 20, 1000);
  stubdns__cache_store_failure(&cache, &key, STUBDNS_ETIMEOUT, 0);
  store("a.test", &reply, 1);
  ck_assert_int_eq(find("a.test", 2, &hit), STUBDNS__CACHE_FRESH);
  stubdns__cache_store_failure(&cache, &key, STUBDNS_ETIMEOUT, 61 * SECOND);
  ck_assert_int_eq(find("a.test", 62 * SECOND, &hit), STUBDNS__CACHE_FAILURE);
  ck_assert_int_eq(stubdns__cache_find_stale(&cache, &key, 62 * SECOND, &hit),
                   STUBDNS__CACHE_STALE);
  end();
}
END_TEST

static void name_of(char *text, unsigned number) {
  text[0] = (char)('a' + number / 676 % 26);
  text[1] = (char)('a' + number / 26 % 26);
  text[2] = (char)('a' + number % 26);
  text[3] = '\0';
}

static void store_number(unsigned number, uint64_t now_us) {
  char name[4];
  char answer[32] = "";
  name_of(name, number);
  strcat(strcat(answer, name), " A 1");
  const struct short_reply reply = {RA, 600, answer, "", ""};
  store(name, &reply, now_us);
}

START_TEST(cache_stays_in_its_room_and_keeps_what_is_used) {
  struct stubdns__cache_hit hit;
  char name[4];
  begin(16384, 0);
  store_number(0, 0);
  for (unsigned i = 1; i < 3000; i++) {
    store_number(i, i);
    ck_assert_uint_le(cache.octets_used, cache.octets_max);
    ck_assert_int_eq(find("aaa", i, &hit), STUBDNS__CACHE_FRESH);
  }
  name_of(name, 2999);
  ck_assert_int_eq(find(name, 3000, &hit), STUBDNS__CACHE_FRESH);
  name_of(name, 1);
  ck_assert_int_eq(find(name, 3000, &hit), STUBDNS__CACHE_NOTHING);
  end();
}
END_TEST

START_TEST(cache_without_memory_keeps_nothing_and_breaks_nothing) {
  struct stubdns__cache_hit hit;
  begin(1 << 20, 0);
  allocations_left = (size_t)_i;
  for (unsigned i = 0; i < 200; i++)
    store_number(i, i);
  allocations_left = SIZE_MAX;
  store_number(1000, 1000);
  ck_assert_int_eq(find("bmm", 1000, &hit), STUBDNS__CACHE_FRESH);
  end();
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("cache");
  tcase_add_loop_test(cases, cache_keeps_a_reply_as_long_as_it_says, 0,
                      (int)(sizeof rows / sizeof rows[0]));
  tcase_add_test(cases, cache_counts_ttls_down);
  tcase_add_test(cases, cache_gives_a_stale_answer_only_when_asked_for_one);
  tcase_add_test(cases, cache_tells_flags_types_and_classes_apart);
  tcase_add_test(cases, cache_tells_every_part_of_a_key_apart);
  tcase_add_loop_test(cases, cache_tells_keys_of_one_hash_apart, 0,
                      (int)(sizeof collisions / sizeof collisions[0]));
  tcase_add_test(cases, cache_keeps_no_reply_that_takes_half_of_it);
  tcase_add_test(cases, cache_needs_memory_and_randomness);
  tcase_add_test(cases, failure_is_remembered_longer_each_time_C15);
  tcase_add_test(cases,
                 answer_ends_a_failure_and_failure_leaves_the_stale_answer);
  tcase_add_test(cases, cache_stays_in_its_room_and_keeps_what_is_used);
  tcase_add_loop_test(
      cases, cache_without_memory_keeps_nothing_and_breaks_nothing, 0, 80);
  Suite *const suite = suite_create("resolver/cache");
  suite_add_tcase(suite, cases);
  return suite;
}
