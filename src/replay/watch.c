/* What is expected of a scenario's queries: when each is sent, how, and how
 * many there are. */
#include "replay/watch.h"

#include "replay/answer.h"
#include "stubdns/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SENTENCE_SIZE 300

int stubdns__watch_init(struct stubdns__watch *watch,
                        const struct stubdns__script *script,
                        stubdns_failure_cb on_failure, void *data) {
  *watch = (struct stubdns__watch){
      .script = script, .on_failure = on_failure, .data = data};
  watch->is_seen = calloc(script->expected_count + 1, 1);
  return watch->is_seen ? 0 : STUBDNS_ENOMEM;
}

void stubdns__watch_free(struct stubdns__watch *watch) {
  free(watch->is_seen);
}

int stubdns__is_within(const struct stubdns__span *span, uint64_t time_us) {
  return time_us >= span->from_us && time_us <= span->to_us;
}

void stubdns__watch_fail(const struct stubdns__watch *watch,
                         const struct stubdns__expectation *expected,
                         const char *text) {
  const stubdns_failure_t failure = {expected->line, text};
  watch->on_failure(watch->data, &failure);
}

static void describe_query(char *text, uint64_t number, uint64_t time_us,
                           const struct stubdns__received *query,
                           unsigned server) {
  char type[24];
  stubdns_option_t cookie;
  stubdns_type_to_text(query->asked.question.type, type, sizeof type, NULL);
  snprintf(text, SENTENCE_SIZE,
           "query %" PRIu64 " was sent after %" PRIu64
           ".%03u ms: %s, %s, "
           "%s, type %s, to server %u",
           number, time_us / 1000, (unsigned)(time_us % 1000),
           query->asked.is_tcp ? "tcp" : "udp",
           query->asked.payload_size ? "edns" : "plain",
           stubdns__find_cookie(&query->message, &cookie) ? "cookie"
                                                          : "no-cookie",
           type, server);
}

static void check_query(struct stubdns__watch *watch,
                        const struct stubdns__received *query, unsigned server,
                        uint64_t time_us) {
  char text[SENTENCE_SIZE];
  for (size_t i = 0; i < watch->script->expected_count; i++) {
    const struct stubdns__expectation *expected = &watch->script->expected[i];
    if (expected->kind != STUBDNS__EXPECT_QUERY ||
        expected->number != watch->query_count ||
        !stubdns__script_holds(watch->script, expected->scenario))
      continue;
    watch->is_seen[i] = 1;
    if (stubdns__is_within(&expected->span, time_us) &&
        stubdns__condition_holds(&expected->condition, query, server,
                                 watch->query_count))
      continue;
    describe_query(text, watch->query_count, time_us, query, server);
    stubdns__watch_fail(watch, expected, text);
  }
}

void stubdns__watch_query(struct stubdns__watch *watch,
                          const struct stubdns__asking *asking) {
  struct stubdns__received query;
  unsigned rcode;
  watch->query_count++;
  if (stubdns__query_read(&query, asking->octets, asking->length,
                          asking->is_tcp, &rcode) == STUBDNS_REPLAY_RECORDED)
    check_query(watch, &query, asking->server,
                asking->now_us - watch->begin_us);
}

static void check_expectation(const struct stubdns__watch *watch,
                              size_t index) {
  const struct stubdns__expectation *expected = &watch->script->expected[index];
  char text[SENTENCE_SIZE];
  if (expected->kind == STUBDNS__EXPECT_QUERY && !watch->is_seen[index]) {
    snprintf(text, sizeof text, "query %" PRIu64 " was not sent",
             expected->number);
    stubdns__watch_fail(watch, expected, text);
  } else if (expected->kind == STUBDNS__EXPECT_QUERY_COUNT &&
             (watch->query_count < expected->number ||
              watch->query_count > expected->number_last)) {
    snprintf(text, sizeof text, "%" PRIu64 " queries were sent",
             watch->query_count);
    stubdns__watch_fail(watch, expected, text);
  }
}

void stubdns__watch_end(const struct stubdns__watch *watch) {
  for (size_t i = 0; i < watch->script->expected_count; i++)
    if (stubdns__script_holds(watch->script,
                              watch->script->expected[i].scenario))
      check_expectation(watch, i);
}
