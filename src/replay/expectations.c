/* Reading what a scenario expects: how lookups end, and which queries are
 * sent. */
#include "replay/text.h"

#include <string.h>

/* How a lookup may end without a reply. */
static int status_of(const char *word) {
  static const struct {
    const char *name;
    int status;
  } statuses[] = {{"timeout", STUBDNS_ETIMEOUT},
                  {"shut", STUBDNS_EREFUSED},
                  {"malformed", STUBDNS_EMALFORMED},
                  {"unreachable", STUBDNS_EUNREACHABLE},
                  {"closed", STUBDNS_ECLOSED},
                  {"alias-loop", STUBDNS_EALIASLOOP},
                  {"alias-conflict", STUBDNS_EALIASCONFLICT},
                  {"alias-depth", STUBDNS_EALIASDEPTH}};
  for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
    if (!strcmp(word, statuses[i].name)) return statuses[i].status;
  return 0;
}

/* Reads "at T", "within T" or "between T and T": 1, 0 where it is neither, or
 * an error. */
static int read_span(struct stubdns__words *words, struct stubdns__span *span,
                     const char *word) {
  int error;
  if (!strcmp(word, "at")) {
    error = stubdns__words_duration(words, &span->from_us);
    span->to_us = span->from_us;
  } else if (!strcmp(word, "within")) {
    span->from_us = 0;
    error = stubdns__words_duration(words, &span->to_us);
  } else if (!strcmp(word, "between")) {
    error = stubdns__words_duration(words, &span->from_us);
    if (!error && !stubdns__words_take(words, "and"))
      error = stubdns__words_fail(words, "between one time and another");
    if (!error) error = stubdns__words_duration(words, &span->to_us);
    if (!error && span->from_us > span->to_us)
      error = stubdns__words_fail(words, "the first of two times is the less");
  } else {
    return 0;
  }
  return error ? error : 1;
}

static int read_lookup_word(struct stubdns__words *words,
                            struct stubdns__expectation *expected,
                            const char *word) {
  const int rcode = stubdns__rcode_of(word);
  const int status = status_of(word);
  if (rcode >= 0) {
    expected->rcode = (uint64_t)rcode;
    expected->status = 0;
    return 0;
  }
  if (status) {
    expected->status = status;
    return 0;
  }
  if (!strcmp(word, "drops"))
    return stubdns__words_number(words, &expected->drops);
  if (!strcmp(word, "records"))
    return stubdns__words_number(words, &expected->records);
  if (!strcmp(word, "answers"))
    return stubdns__words_number(words, &expected->answers);
  const int result = read_span(words, &expected->span, word);
  if (result) return result < 0 ? result : 0;
  return stubdns__words_fail(
      words,
      "a lookup ends with an RCODE, timeout, shut, closed, malformed, "
      "unreachable or alias-loop, -conflict or -depth; at, within or between "
      "times; drops N; records N; answers N");
}

/* Reads "N" or "N to M". */
static int read_numbers(struct stubdns__words *words,
                        struct stubdns__expectation *expected, uint64_t least) {
  int error = stubdns__words_number_within(
      words, &expected->number, least, UINT64_MAX,
      least ? "lookups and queries are counted from 1" : "a number is missing");
  expected->number_last = expected->number;
  if (!error && stubdns__words_take(words, "to"))
    error = stubdns__words_number_within(
        words, &expected->number_last, expected->number, UINT64_MAX,
        "the second of two numbers is the greater");
  return error;
}

static int read_lookup(struct stubdns__reading *text,
                       struct stubdns__expectation *expected) {
  const char *word;
  int error = read_numbers(&text->words, expected, 1);
  while (!error && (word = stubdns__words_next(&text->words)) != NULL)
    error = read_lookup_word(&text->words, expected, word);
  return error;
}

static int read_query(struct stubdns__reading *text,
                      struct stubdns__expectation *expected) {
  const char *word;
  int error = stubdns__words_number_within(
      &text->words, &expected->number, 1, UINT64_MAX,
      "lookups and queries are counted from 1");
  while (!error && (word = stubdns__words_next(&text->words)) != NULL) {
    int result = read_span(&text->words, &expected->span, word);
    if (!result)
      result = stubdns__text_condition(text, &expected->condition, word);
    if (result < 0) error = result;
    if (result == 0)
      error = stubdns__words_fail(
          &text->words,
          "a query is udp, tcp, edns, plain, cookie, no-cookie, "
          "to a server, of a name or type; at, within or "
          "between times");
  }
  return error;
}

static int read_expected(struct stubdns__reading *text,
                         struct stubdns__expectation *expected) {
  struct stubdns__words *words = &text->words;
  if (stubdns__words_take(words, "lookup")) return read_lookup(text, expected);
  expected->kind = STUBDNS__EXPECT_QUERY;
  if (stubdns__words_take(words, "query")) return read_query(text, expected);
  expected->kind = STUBDNS__EXPECT_QUERY_COUNT;
  if (stubdns__words_take(words, "queries"))
    return read_numbers(words, expected, 0);
  return stubdns__words_fail(words, "expect lookup N, query N or queries N");
}

int stubdns__text_expectation(struct stubdns__reading *text, const char *word) {
  struct stubdns__script *script = text->script;
  struct stubdns__expectation expected = {
      .scenario = text->scenario,
      .line = text->words.line,
      .kind = STUBDNS__EXPECT_LOOKUP,
      .span = {0, UINT64_MAX},
      .status = 1,
      .rcode = STUBDNS__ANY,
      .drops = STUBDNS__ANY,
      .records = STUBDNS__ANY,
      .answers = STUBDNS__ANY,
      .condition = STUBDNS__CONDITION_ANY,
  };
  if (strcmp(word, "expect") != 0) return 0;
  const int error = read_expected(text, &expected);
  if (error) return error;
  if (stubdns__array_reserve((void **)&script->expected,
                             &script->expected_capacity, script->expected_count,
                             sizeof expected))
    return STUBDNS_ENOMEM;
  script->expected[script->expected_count++] = expected;
  return 1;
}
