/* From the end of a lookup to words. */
#include "report.h"

#include "print.h"

#include "stubdns/error.h"
#include "stubdns/query.h"
#include "stubdns/text.h"

#include <time.h>
#include <uv.h>

static void begin_complaint(struct report *report,
                            const struct inquiry *inquiry) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  char type[24];
  stubdns_name_to_text(inquiry->name, name, sizeof name, NULL);
  stubdns_type_to_text(inquiry->type, type, sizeof type, NULL);
  output_format(&report->complaint, "udpdig: %s %s: ", name, type);
}

static void complain(struct report *report, const struct inquiry *inquiry,
                     const char *sentence) {
  begin_complaint(report, inquiry);
  output_format(&report->complaint, "%s\n", sentence);
}

static void address_text(const stubdns_address_t *address, char *text) {
  if (stubdns_address_to_text(address, text, STUBDNS_ADDRESS_TEXT_SIZE))
    text[0] = '\0';
}

static void complain_drops(struct report *report,
                           const stubdns_answer_t *answer) {
  if (!answer->drop_count) return;
  output_format(&report->complaint,
                "; ignored %u datagram%s that did not answer the query; the "
                "first: %s",
                answer->drop_count, answer->drop_count == 1 ? "" : "s",
                answer->drop_reason);
}

static enum status status_of(int error) {
  switch (error) {
  case 0:
    return STATUS_ANSWERED;
  case STUBDNS_ETIMEOUT:
  case STUBDNS_EREFUSED:
  case STUBDNS_EMALFORMED:
  case STUBDNS_EUNREACHABLE:
  case STUBDNS_ENOSERVER:
    return STATUS_NO_REPLY;
  default:
    return STATUS_INTERNAL;
  }
}

/* libuv's own errors have sentences of their own. */
static const char *sentence_of(int error) {
  return stubdns_error_name(error) ? stubdns_error_text(error)
                                   : uv_strerror(error);
}

static void complain_of_silence(struct report *report,
                                const struct inquiry *inquiry,
                                const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  char server[STUBDNS_ADDRESS_TEXT_SIZE];
  begin_complaint(report, inquiry);
  output_text(&report->complaint, sentence_of(result->status));
  if (answer && answer->send_count) {
    address_text(&answer->server, server);
    output_format(&report->complaint, " (%u %s sent, the last to %s)",
                  answer->send_count,
                  answer->send_count == 1 ? "query" : "queries", server);
  }
  if (answer) complain_drops(report, answer);
  output_text(&report->complaint, "\n");
}

/* What the text says among its comments must not be lost where they are not
 * printed. */
static void warn(struct report *report, const struct inquiry *inquiry,
                 const stubdns_message_t *message, const struct notes *notes) {
  if (inquiry->group->settings.comments) return;
  if (notes->truncated)
    complain(report, inquiry,
             "the reply is truncated: some records are missing; try a larger "
             "+bufsize");
  if (message->malformed_count)
    complain(report, inquiry,
             "records with malformed content are shown as \\# LENGTH HEX");
}

/* As typed, or the address alone for a server of the system. */
static const char *server_typed(const struct arguments *arguments,
                                const struct group *group,
                                const stubdns_address_t *address, char *text) {
  for (size_t i = 0; i < group->servers.count; i++) {
    const struct server *const server =
        &arguments->servers[group->servers.first + i];
    for (size_t j = 0; j < server->address_count; j++) {
      const stubdns_address_t its = server_address(server, j, &group->settings);
      if (stubdns_address_equal(&its, address)) return server->text;
    }
  }
  size_t length = 0;
  while (text[length] && text[length] != '#')
    length++;
  text[length] = '\0';
  return text;
}

static void append_footer(struct report *report,
                          const struct arguments *arguments,
                          const struct group *group,
                          const stubdns_answer_t *answer) {
  char server[STUBDNS_ADDRESS_TEXT_SIZE];
  char typed[STUBDNS_ADDRESS_TEXT_SIZE];
  address_text(&answer->server, server);
  address_text(&answer->server, typed);
  const struct footer footer = {
      .rtt_us = answer->rtt_us,
      .server = server,
      .server_typed = server_typed(arguments, group, &answer->server, typed),
      .when = time(NULL),
      .length = answer->message->length,
  };
  print_footer(&report->text, &group->settings, &footer);
}

/* Whether the query that was answered had an OPT record. */
static int answered_with_edns(const stubdns_answer_t *answer) {
  stubdns_event_t event;
  size_t position = 0;
  while (stubdns_answer_next_event(answer, &position, &event))
    if (event.kind == STUBDNS_EVENT_SENT && event.id == answer->message->id)
      return event.edns;
  return 0;
}

/* The query as the library sent it: built from the same settings, with the ID
 * that the reply repeats. */
static void append_query(struct report *report, const struct settings *settings,
                         const stubdns_answer_t *answer) {
  uint8_t octets[STUBDNS_QUERY_MAX];
  size_t length;
  stubdns_message_t message;
  stubdns_query_t query = STUBDNS_QUERY_INIT;
  query.question = &answer->question;
  query.id = answer->message->id;
  query.flags = 0;
  if (settings->recursion) query.flags |= STUBDNS_FLAG_RD;
  if (settings->authentic_data) query.flags |= STUBDNS_FLAG_AD;
  if (settings->checking_disabled) query.flags |= STUBDNS_FLAG_CD;
  query.edns = (uint8_t)answered_with_edns(answer);
  query.edns_flags = settings->dnssec_ok ? STUBDNS_EDNS_DO : 0;
  query.payload_size = (uint16_t)settings->payload_size;
  if (stubdns_query_build(&query, octets, sizeof octets, &length)) return;
  if (stubdns_message_parse(&message, octets, length, 0)) return;
  print_query(&report->text, settings, &message);
}

static void report_text(struct report *report,
                        const struct arguments *arguments,
                        const struct inquiry *inquiry,
                        const struct result *result) {
  const struct settings *const settings = &inquiry->group->settings;
  const stubdns_answer_t *const answer = result->answer;
  if (!answer || !answer->message) {
    complain_of_silence(report, inquiry, result);
    return;
  }
  const struct notes notes = {
      .drop_count = answer->drop_count,
      .drop_reason = answer->drop_reason,
      .truncated = answer->truncated && result->truncated,
  };
  if (settings->sent_query) append_query(report, settings, answer);
  print_reply(&report->text, settings, answer->message, &notes);
  append_footer(report, arguments, inquiry->group, answer);
  warn(report, inquiry, answer->message, &notes);
}

void report_result(struct report *report, const struct arguments *arguments,
                   const struct inquiry *inquiry, const struct result *result) {
  report->status = status_of(result->status);
  switch (inquiry->group->settings.form) {
  case FORM_JSON:
    print_json(&report->text, result);
    break;
  case FORM_RFC8427:
    print_json_rfc8427(&report->text, result);
    break;
  case FORM_DOH:
    print_json_doh(&report->text, result);
    break;
  default:
    report_text(report, arguments, inquiry, result);
  }
}

void report_release(struct report *report) {
  output_release(&report->text);
  output_release(&report->complaint);
}
