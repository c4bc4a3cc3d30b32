/* The small parts of tools/udpdig/bulk: words, held texts, statistics. */
#include "support/suite.h"

#include "bulk/held.h"
#include "bulk/statistics.h"
#include "bulk/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *text;
  size_t length;     /* 0: of the text */
  const char *words; /* kind and words, divided by "|" */
} word_rows[] = {
    {"", 0, "empty"},
    {" \t\r", 0, "empty"},
    {"# a.test", 0, "empty"},
    {"  ;a.test", 0, "empty"},
    {"a.test", 0, "name|a.test"},
    {" a.test \r", 0, "name|a.test"},
    {"MX", 0, "name|MX"},
    {"a.test MX", 0, "name 15|a.test|MX"},
    {"a.test\tmx\r", 0, "name 15|a.test|mx"},
    {"mx mx", 0, "name 15|mx|mx"},
    {"a.test TYPE65280", 0, "name 65280|a.test|TYPE65280"},
    {"a.test b.test", 0, "words|a.test|b.test"},
    {"MX a.test", 0, "words|MX|a.test"},
    {"a.test A AAAA", 0, "words|a.test|A|AAAA"},
    {"+short a.test", 0, "words|+short|a.test"},
    {"@a.test", 0, "words|@a.test"},
    {"-x 192.0.2.1", 0, "words|-x|192.0.2.1"},
    {"a#b.test", 0, "name|a#b.test"},
    {"b\xc3\xbc.test", 0, "words|b\xc3\xbc.test"},
    {"a\0b.test", 8, "bad"},
};

static void describe(char *text, const struct words *words) {
  static const char *const kinds[] = {"empty", "name", "words", "bad"};
  text += sprintf(text, "%s", kinds[words->kind]);
  if (words->type) text += sprintf(text, " %u", words->type);
  for (size_t i = 0; words->kind != LINE_BAD && i < words->count; i++)
    text += sprintf(text, "|%s", words->words[i]);
}

/* The text lies in a block of exactly its size and one. */
START_TEST(line_is_cut_into_words) {
  const size_t length =
      word_rows[_i].length ? word_rows[_i].length : strlen(word_rows[_i].text);
  char *const text = malloc(length + 1);
  char described[256];
  struct words words;
  ck_assert_ptr_nonnull(text);
  memcpy(text, word_rows[_i].text, length);
  words_cut(&words, text, length);
  describe(described, &words);
  ck_assert_str_eq(described, word_rows[_i].words);
  free(text);
}
END_TEST

START_TEST(words_beyond_the_most_are_bad) {
  char text[4 * WORDS_MAX + 1] = "";
  struct words words;
  for (int i = 0; i < WORDS_MAX; i++)
    strcat(text, "w ");
  words_cut(&words, text, strlen(text));
  ck_assert_uint_eq(words.count, WORDS_MAX);
  for (size_t i = 0; i < sizeof text; i++)
    if (!text[i]) text[i] = ' ';
  strcpy(text + 2 * WORDS_MAX, "w");
  words_cut(&words, text, strlen(text));
  ck_assert_int_eq(words.kind, LINE_BAD);
}
END_TEST

/* Texts of any length come out as they went in, and the memory is used
 * again. */
START_TEST(held_text_comes_back_whole) {
  static const size_t lengths[] = {0, 1, 243, 244, 245, 5000, 100000};
  struct held_pool pool = {0};
  struct output output = {0};
  char *const text = malloc(100000);
  ck_assert_ptr_nonnull(text);
  for (size_t i = 0; i < 100000; i++)
    text[i] = (char)(i * 7 % 251);
  for (int round = 0; round < 3; round++) {
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
      struct held held = {0};
      const size_t half = lengths[i] / 2;
      ck_assert_int_eq(held_add(&pool, &held, text, half), 0);
      ck_assert_int_eq(held_add(&pool, &held, text + half, lengths[i] - half),
                       0);
      output_clear(&output);
      held_take(&pool, &held, &output);
      ck_assert_uint_eq(output.length, lengths[i]);
      if (lengths[i]) ck_assert_mem_eq(output.text, text, lengths[i]);
      ck_assert_uint_eq(pool.octets, 0);
    }
  }
  held_pool_release(&pool);
  output_release(&output);
  free(text);
}
END_TEST

/* Every time lies in its bucket, whose width is a sixteenth of it at most. */
START_TEST(bucket_is_as_wide_as_a_sixteenth_of_its_times) {
  for (uint64_t rtt = 0; rtt < 40000000; rtt += 1 + rtt / 37) {
    const size_t bucket = rtt_bucket(rtt);
    ck_assert_uint_le(rtt, rtt_bucket_end(bucket));
    if (bucket) ck_assert_uint_gt(rtt, rtt_bucket_end(bucket - 1));
    ck_assert_uint_le(rtt_bucket_end(bucket) - rtt, rtt / 16);
  }
  ck_assert_uint_eq(rtt_bucket(UINT64_MAX), RTT_BUCKETS - 1);
}
END_TEST

static void count_times(struct statistics *statistics, uint64_t from,
                        uint64_t to) {
  for (uint64_t rtt = from; rtt <= to; rtt++) {
    statistics->answered++;
    statistics->rtts[rtt_bucket(rtt)]++;
  }
  statistics->rtt_max_us = to;
}

START_TEST(percentiles_are_true_to_a_sixteenth) {
  static struct statistics statistics;
  static struct statistics other;
  count_times(&statistics, 1, 5000);
  count_times(&other, 5001, 10000);
  statistics_add(&statistics, &other);
  for (unsigned per_mille = 1; per_mille <= 1000; per_mille++) {
    const uint64_t rtt = statistics_percentile(&statistics, per_mille);
    ck_assert_uint_ge(rtt, per_mille * 10);
    ck_assert_uint_le(rtt, per_mille * 10 + per_mille * 10 / 16 + 1);
  }
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("bulk_parts");
  TCase *tests = tcase_create("bulk_parts");
  tcase_add_loop_test(tests, line_is_cut_into_words, 0,
                      sizeof word_rows / sizeof word_rows[0]);
  tcase_add_test(tests, words_beyond_the_most_are_bad);
  tcase_add_test(tests, held_text_comes_back_whole);
  tcase_add_test(tests, bucket_is_as_wide_as_a_sixteenth_of_its_times);
  tcase_add_test(tests, percentiles_are_true_to_a_sixteenth);
  suite_add_tcase(suite, tests);
  return suite;
}
