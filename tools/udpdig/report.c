/* From the end of a lookup to words. */
#include "report.h"

#include "course.h"
#include "difference.h"
#include "expect.h"
#include "explain.h"
#include "print.h"
#include "print_yaml.h"
#include "timeline.h"

#include "stubdns/edns.h"
#include "stubdns/error.h"
#include "stubdns/text.h"

#include <string.h>
#include <time.h>

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

static void complain_of_silence(struct report *report,
                                const struct inquiry *inquiry,
                                const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  char server[STUBDNS_ADDRESS_TEXT_SIZE];
  begin_complaint(report, inquiry);
  output_text(&report->complaint, error_sentence(result->status));
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
  const struct settings *const settings = &inquiry->group->settings;
  if (settings->comments) return;
  if (notes->truncated)
    complain(
        report, inquiry,
        "the reply is truncated, and TCP failed: some records are missing");
  if (settings->records_max &&
      message->record_counts[0] > settings->records_max)
    complain(report, inquiry, "there are more records than --max-rrs allows");
  if (message->malformed_count)
    complain(report, inquiry,
             "records with malformed content are shown as \\# LENGTH HEX");
}

/* The address without its port. */
static void host_text(const stubdns_address_t *address, char *text) {
  address_text(address, text);
  text[strcspn(text, "#")] = '\0';
}

/* As typed, or `host`, the address alone, for a server of the system. */
static const char *server_typed(const struct arguments *arguments,
                                const struct group *group,
                                const stubdns_address_t *address,
                                const char *host) {
  for (size_t i = 0; i < group->servers.count; i++) {
    const struct server *const server =
        &arguments->servers[group->servers.first + i];
    for (size_t j = 0; j < server->address_count; j++) {
      const stubdns_address_t its = server_address(server, j, &group->settings);
      if (stubdns_address_equal(&its, address))
        return server->text ? server->text : host;
    }
  }
  return host;
}

static void append_footer(struct report *report,
                          const struct arguments *arguments,
                          const struct group *group,
                          const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  char server[STUBDNS_ADDRESS_TEXT_SIZE];
  char typed[STUBDNS_ADDRESS_TEXT_SIZE];
  if (!group->settings.statistics || group->settings.short_form) return;
  address_text(&answer->server, server);
  host_text(&answer->server, typed);
  const struct footer footer = {
      .rtt_us = answer->rtt_us,
      .server = server,
      .server_typed = server_typed(arguments, group, &answer->server, typed),
      .when = (time_t)(result->when_ms / 1000),
      .length = answer->message->length,
      .is_tcp = course_of(answer).is_tcp,
  };
  print_footer(&report->text, &group->settings, &footer);
}

static void append_query(struct report *report, const struct settings *settings,
                         const struct result *result) {
  stubdns_message_t message;
  if (!settings->sent_query || !result->query) return;
  if (stubdns_message_parse(&message, result->query, result->query_length, 0))
    return;
  print_query(&report->text, settings, &message);
  if (settings->explain) explain_message(&report->text, &message, "query");
}

/* The cookie that the reply must repeat.  One that the library made it has
 * checked already, unless the server did not keep to cookies. */
static const uint8_t *client_cookie(const struct settings *settings,
                                    const stubdns_answer_t *answer) {
  static const uint8_t other[8];
  stubdns_event_t event;
  stubdns_option_t option;
  size_t position = 0;
  int was_sent = 0;
  if (settings->cookie_length) return settings->cookie_octets;
  while (stubdns_answer_next_event(answer, &position, &event)) {
    if (event.kind == STUBDNS_EVENT_COOKIES_OFF) return other;
    was_sent |= event.kind == STUBDNS_EVENT_SENT && event.cookie;
  }
  position = 0;
  while (was_sent &&
         stubdns_message_next_option(answer->message, &position, &option))
    if (option.code == STUBDNS_OPTION_COOKIE && option.length >= 8)
      return option.octets;
  return NULL;
}

/* Data alone has no remarks, and is printed for long lists. */
static struct notes brief_notes_of(const struct result *result,
                                   const char *server) {
  return (struct notes){
      .server = server,
      .rtt_us = result->answer->rtt_us,
      .truncated = result->answer->truncated && result->truncated,
  };
}

static struct notes notes_of(const struct settings *settings,
                             const struct result *result, const char *server) {
  const stubdns_answer_t *const answer = result->answer;
  if (settings->form == FORM_TEXT && !settings->comments)
    return brief_notes_of(result, server);
  const struct course course = course_of(answer);
  return (struct notes){
      .client_cookie = client_cookie(settings, answer),
      .drop_count = answer->drop_count,
      .drop_reason = answer->drop_reason,
      .server = server,
      .rtt_us = answer->rtt_us,
      .retried_over_tcp = course.was_truncated && course.is_tcp,
      .cookies_off = course.cookies_off,
      .letters_off = course.letters_off,
      .truncated = answer->truncated && result->truncated,
  };
}

static void append_reply(struct report *report,
                         const struct arguments *arguments,
                         const struct inquiry *inquiry,
                         const struct result *result) {
  const struct settings *const settings = &inquiry->group->settings;
  const stubdns_message_t *const message = result->answer->message;
  char server[STUBDNS_ADDRESS_TEXT_SIZE] = "";
  if (settings->identify) host_text(&result->answer->server, server);
  const struct notes notes = notes_of(settings, result, server);
  print_reply(&report->text, settings, message, &notes);
  if (settings->explain) explain_message(&report->text, message, "reply");
  append_footer(report, arguments, inquiry->group, result);
  warn(report, inquiry, message, &notes);
}

static void report_yaml(struct report *report, const struct settings *settings,
                        const struct result *result) {
  struct notes notes = {0};
  if (result->answer && result->answer->message)
    notes = notes_of(settings, result, NULL);
  if (settings->sent_query) print_yaml_query(&report->text, settings, result);
  print_yaml(&report->text, settings, result, &notes);
}

static void report_text(struct report *report,
                        const struct arguments *arguments,
                        const struct inquiry *inquiry,
                        const struct result *result) {
  const struct settings *const settings = &inquiry->group->settings;
  const stubdns_answer_t *const answer = result->answer;
  append_query(report, settings, result);
  if (!answer || !answer->message)
    complain_of_silence(report, inquiry, result);
  else
    append_reply(report, arguments, inquiry, result);
  if (answer && settings->timeline)
    timeline_print(&report->text, answer, settings->deterministic);
}

static void report_form(struct report *report,
                        const struct arguments *arguments,
                        const struct inquiry *inquiry,
                        const struct result *result) {
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
  case FORM_YAML:
    report_yaml(report, &inquiry->group->settings, result);
    break;
  default:
    report_text(report, arguments, inquiry, result);
  }
}

static enum status status_of_rcode(const stubdns_message_t *message) {
  const unsigned rcode = stubdns_message_rcode(message);
  if (rcode == STUBDNS_RCODE_NOERROR)
    return message->record_counts[0] ? STATUS_ANSWERED : STATUS_NODATA;
  return rcode < 16 ? (enum status)(STATUS_NODATA + rcode) : STATUS_RCODE_MAX;
}

/* What the reply itself makes of the exit status. */
static void check_reply(struct report *report, const struct inquiry *inquiry,
                        const struct result *result) {
  const struct settings *const settings = &inquiry->group->settings;
  const stubdns_message_t *const message = result->answer->message;
  const char *const unmet = expect_unmet(settings, message);
  if (settings->exit_rcode)
    report->status = status_worse(report->status, status_of_rcode(message));
  if (result->answer->truncated && result->truncated)
    report->status = status_worse(report->status, STATUS_NO_REPLY);
  if (!unmet) return;
  report->status = status_worse(report->status, STATUS_UNEXPECTED);
  begin_complaint(report, inquiry);
  output_text(&report->complaint, "the reply is not as expected: ");
  output_quoted(&report->complaint, unmet, strlen(unmet));
  output_text(&report->complaint, "\n");
}

void report_result(struct report *report, const struct arguments *arguments,
                   const struct inquiry *inquiry, const struct result *result) {
  const struct settings *const settings = &inquiry->group->settings;
  report->status =
      status_worse(report->status, status_of_error(result->status));
  if (settings->diff)
    difference_summarise(&report->text, result);
  else if (!settings->count)
    report_form(report, arguments, inquiry, result);
  if (result->answer && result->answer->message)
    check_reply(report, inquiry, result);
}

void report_release(struct report *report) {
  output_release(&report->text);
  output_release(&report->complaint);
}
