/* The object of one result: what was asked, how the reply came, the reply
 * itself as stubdns/json.h writes it, or what went wrong. */
#include "print_json.h"

#include "course.h"
#include "status.h"

#include "stubdns/error.h"
#include "stubdns/json.h"

#include <inttypes.h>
#include <stdio.h>

#define QUESTION_SIZE 256 /* of most questions */
#define FIRST_SIZE 2048   /* of a message's members; most fit */

static void put_question(struct output *output,
                         const stubdns_question_t *question) {
  size_t length = QUESTION_SIZE - 1;
  int error = STUBDNS_ENOSPACE;
  for (int i = 0; i < 2 && error; i++) {
    char *const room = output_room(output, length + 1);
    if (!room) return;
    error = stubdns_question_to_json(question, room, length + 1, &length);
  }
  output_added(output, length);
}

static void put_members(struct output *output,
                        const stubdns_message_t *message) {
  size_t length = FIRST_SIZE - 1;
  int error = STUBDNS_ENOSPACE;
  for (int i = 0; i < 2 && error; i++) {
    char *const room = output_room(output, length + 1);
    if (!room) return;
    error = stubdns_message_to_json_members(message, room, length + 1, &length);
  }
  output_added(output, length);
}

static void put_address(struct output *output, const char *key,
                        const stubdns_address_t *address) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  if (!address->length) return;
  if (stubdns_address_to_text(address, text, sizeof text)) return;
  output_text(output, ",\"");
  output_text(output, key);
  output_text(output, "\":\"");
  output_text(output, text);
  output_text(output, "\"");
}

/* This runs for every question of a long list: no printf() here. */
static void put_number(struct output *output, const char *key,
                       uint64_t number) {
  output_text(output, ",\"");
  output_text(output, key);
  output_text(output, "\":");
  output_number(output, number);
}

static void put_when(struct output *output, uint64_t when_ms) {
  output_text(output, ",\"when\":\"");
  output_timestamp(output, when_ms);
  output_text(output, "\"");
}

static void put_error(struct output *output, const char *code,
                      const char *message) {
  output_format(output, ",\"error\":{\"code\":\"%s\",\"message\":", code);
  output_json_string(output, message);
  output_text(output, "}");
}

/* A lookup that saw datagrams, but no reply among them, is a MISMATCH. */
const char *result_error_code(const struct result *result) {
  switch (result->status) {
  case STUBDNS_ETIMEOUT:
    return result->answer && result->answer->drop_count ? "MISMATCH"
                                                        : "TIMEOUT";
  case STUBDNS_EREFUSED:
  case STUBDNS_EUNREACHABLE:
  case STUBDNS_ECLOSED:
  case STUBDNS_ENOSERVER:
    return "UNREACHABLE";
  case STUBDNS_EMALFORMED:
    return "MALFORMED";
  case STUBDNS_ECANCELED:
    return "CANCELLED";
  case STUBDNS_ENOMEM:
    return "NOMEM";
  default:
    return "SEND";
  }
}

static void put_failure(struct output *output, const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  char message[256];
  const char *const sentence = error_sentence(result->status);
  if (!answer || !answer->drop_count)
    snprintf(message, sizeof message, "%s", sentence);
  else
    snprintf(message, sizeof message, "%s; ignored %u datagram%s: %s", sentence,
             answer->drop_count, answer->drop_count == 1 ? "" : "s",
             answer->drop_reason);
  output_text(output, ",\"status\":null");
  put_error(output, result_error_code(result), message);
}

/* The next event, with what differs between runs as 0 where that is asked. */
static int next_event(const struct result *result, size_t *position,
                      stubdns_event_t *event) {
  if (!stubdns_answer_next_event(result->answer, position, event)) return 0;
  if (result->is_fixed) {
    event->time_us = 0;
    event->local_port = 0;
  }
  return 1;
}

/* What became of a query: the best known of the events that tell. */
static const char *outcome_of(const struct result *result,
                              const stubdns_event_t *sent, uint64_t *time_us) {
  const char *outcome = "silent";
  stubdns_event_t event;
  size_t position = 0;
  while (next_event(result, &position, &event)) {
    static const char *const words[] = {
        [STUBDNS_EVENT_ANSWERED] = "answered",
        [STUBDNS_EVENT_ERROR_REPLY] = "error",
        [STUBDNS_EVENT_MALFORMED] = "malformed",
        [STUBDNS_EVENT_REFUSED] = "refused",
        [STUBDNS_EVENT_UNREACHABLE] = "unreachable",
        [STUBDNS_EVENT_STARVED] = "starved",
        [STUBDNS_EVENT_TRUNCATED] = "truncated",
        [STUBDNS_EVENT_CLOSED] = "closed",
    };
    const size_t count = sizeof words / sizeof words[0];
    if (event.id != sent->id || event.local_port != sent->local_port) continue;
    if ((size_t)event.kind >= count || !words[event.kind]) continue;
    outcome = words[event.kind];
    *time_us = event.time_us;
  }
  return outcome;
}

static void put_attempt(struct output *output, const struct result *result,
                        const stubdns_event_t *sent) {
  uint64_t end_us = 0;
  const char *const outcome = outcome_of(result, sent, &end_us);
  output_format(output, "{\"time_us\":%" PRIu64, sent->time_us);
  put_address(output, "server", &sent->server);
  output_format(output,
                ",\"proto\":\"%s\",\"local_port\":%u,\"id\":%u,\"size\":%u,"
                "\"edns\":%s,\"cookie\":%s,\"letters\":%s,\"outcome\":\"%s\"",
                sent->tcp ? "tcp" : "udp", sent->local_port, sent->id,
                sent->length, sent->edns ? "true" : "false",
                sent->cookie ? "true" : "false", sent->exact ? "true" : "false",
                outcome);
  if (end_us)
    output_format(output, ",\"rtt_us\":%" PRIu64, end_us - sent->time_us);
  output_text(output, "}");
}

static void put_attempts(struct output *output, const struct result *result) {
  const char *divider = "";
  stubdns_event_t event;
  size_t position = 0;
  output_text(output, ",\"attempts\":[");
  while (next_event(result, &position, &event)) {
    if (event.kind != STUBDNS_EVENT_SENT) continue;
    output_text(output, divider);
    put_attempt(output, result, &event);
    divider = ",";
  }
  output_text(output, "]");
}

static void put_ignored(struct output *output, const struct result *result) {
  const char *divider = "";
  stubdns_event_t event;
  size_t position = 0;
  output_text(output, ",\"ignored\":[");
  while (next_event(result, &position, &event)) {
    if (event.kind != STUBDNS_EVENT_DROPPED) continue;
    output_format(output, "%s{\"time_us\":%" PRIu64, divider, event.time_us);
    put_address(output, "server", &event.server);
    output_format(output, ",\"local_port\":%u,\"size\":%u,\"reason\":",
                  event.local_port, event.length);
    output_json_string(output, event.text);
    output_text(output, "}");
    divider = ",";
  }
  output_text(output, "]");
}

/* How the reply came, or how none did. */
static void put_course(struct output *output, const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  put_address(output, "server", &answer->server);
  output_text(output, course_of(answer).is_tcp ? ",\"proto\":\"tcp\""
                                               : ",\"proto\":\"udp\"");
  put_when(output, result->when_ms);
  if (answer->message) put_number(output, "rtt_us", answer->rtt_us);
  put_number(output, "tries", answer->send_count);
  if (!result->timeline) return;
  put_attempts(output, result);
  put_ignored(output, result);
}

void print_json(struct output *output, const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  output_text(output, "{\"v\":1");
  put_number(output, "n", result->number);
  output_text(output, ",\"question\":");
  put_question(output, result->question);
  if (answer) put_course(output, result);
  if (answer && answer->message) {
    output_text(output, ",");
    put_members(output, answer->message);
    if (answer->truncated && result->truncated)
      put_error(output, "TRUNCATED",
                "the reply is truncated: some records are missing");
  } else {
    put_failure(output, result);
  }
  output_text(output, "}\n");
}

void print_json_failure(struct output *output, uint64_t number,
                        const char *code, const char *message) {
  output_format(output, "{\"v\":1,\"n\":%" PRIu64 ",\"status\":null", number);
  put_error(output, code, message);
  output_text(output, "}\n");
}
