/* Records by form. */
#include "bulk/record.h"

#include "stubdns/error.h"
#include "stubdns/text.h"

#include <inttypes.h>
#include <string.h>

#define PROGRAM "udpdig: "

static void clear(struct report *report) {
  output_clear(&report->text);
  output_clear(&report->complaint);
}

static void put_tab(struct output *output) {
  output_octets(output, "\t", 1);
}

typedef int (*name_writer)(uint16_t number, char *buffer, size_t size,
                           size_t *length);

static void put_mnemonic(struct output *output, name_writer writer,
                         uint16_t number) {
  size_t length = 0;
  char *const room = output_room(output, 24);
  if (!room) return;
  (void)writer(number, room, 24, &length);
  output_added(output, length);
}

static void put_name(struct output *output, const stubdns_name_t *name) {
  size_t length = 0;
  char *const room = output_room(output, STUBDNS_NAME_TEXT_SIZE);
  if (!room) return;
  (void)stubdns_name_to_text(name, room, STUBDNS_NAME_TEXT_SIZE, &length);
  output_added(output, length);
}

static void put_rcode(struct output *output, unsigned rcode) {
  size_t length = 0;
  char *const room = output_room(output, 24);
  if (!room) return;
  (void)stubdns_rcode_to_text(rcode, room, 24, &length);
  output_added(output, length);
}

/* The first two columns. */
static void put_head(struct output *output, const struct result *result) {
  output_number(output, result->number);
  put_tab(output);
  if (result->answer && result->answer->message)
    put_rcode(output, stubdns_message_rcode(result->answer->message));
  else
    output_text(output, result_error_code(result));
  put_tab(output);
}

/* A line where there are no records. */
static void put_question(struct output *output, const struct result *result) {
  put_head(output, result);
  put_name(output, &result->question->name);
  output_octets(output, "\t\t", 2);
  put_mnemonic(output, stubdns_class_to_text, result->question->class_);
  put_tab(output);
  put_mnemonic(output, stubdns_type_to_text, result->question->type);
  put_tab(output);
  if (result->status) output_text(output, error_sentence(result->status));
  output_octets(output, "\n", 1);
}

static void put_record(struct output *output, const struct result *result,
                       const stubdns_record_t *record) {
  const unsigned style = STUBDNS_TEXT_TABS | STUBDNS_TEXT_NO_SPLIT;
  size_t length = 511;
  int error = STUBDNS_ENOSPACE;
  put_head(output, result);
  for (int i = 0; i < 2 && error; i++) {
    char *const room = output_room(output, length + 1);
    if (!room) return;
    error = stubdns_record_to_text(record, style, room, length + 1, &length);
  }
  output_added(output, length);
  output_octets(output, "\n", 1);
}

static void put_tabs(struct output *output, const struct result *result) {
  const stubdns_answer_t *const answer = result->answer;
  size_t count = 0;
  if (answer && answer->message) {
    stubdns_record_t record;
    stubdns_records_t records =
        stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
    for (; stubdns_records_next(&records, &record); count++)
      put_record(output, result, &record);
  }
  if (!count) put_question(output, result);
}

/* Puts "FILE:LINE: " behind the program's name in a complaint. */
static void name_origin(struct output *complaint, const struct origin *origin) {
  static const size_t program = sizeof PROGRAM - 1;
  if (complaint->length <= program) return;
  const size_t sentence = complaint->length - program;
  output_format(complaint, "%s:%" PRIu64 ": ", origin->file, origin->line);
  const size_t added = complaint->length - program - sentence;
  char *const room = output_room(complaint, added);
  if (!room) return;
  char *const place = complaint->text + program;
  memcpy(room, place + sentence, added);
  memmove(place + added, place, sentence);
  memcpy(place, room, added);
}

/* What the text has no word about where there is no reply. */
static void comment(struct output *text, const struct output *complaint) {
  static const size_t program = sizeof PROGRAM - 1;
  if (complaint->length <= program) return;
  output_text(text, ";; ");
  output_octets(text, complaint->text + program, complaint->length - program);
  output_text(text, "\n");
}

void record_write(struct report *report, const struct arguments *arguments,
                  const struct inquiry *inquiry, const struct result *result,
                  const struct origin *origin) {
  const struct settings *const settings = &inquiry->group->settings;
  clear(report);
  if (settings->tabs && settings->form == FORM_TEXT) {
    report->status = status_of_error(result->status);
    put_tabs(&report->text, result);
    return;
  }
  const int comments = settings->comments && settings->form == FORM_TEXT;
  if (comments)
    output_format(&report->text, ";; LINE: %" PRIu64 "\n", origin->line);
  report_result(report, arguments, inquiry, result);
  if (!report->complaint.length) return;
  name_origin(&report->complaint, origin);
  if (comments && result->status) comment(&report->text, &report->complaint);
}

static void put_bad_tabs(struct output *output, const struct origin *origin,
                         const char *message, size_t length) {
  output_number(output, origin->line);
  output_text(output, "\tBADNAME\t\t\t\t\t");
  output_octets(output, message, length);
  output_octets(output, "\n", 1);
}

void record_write_bad(struct report *report, const struct settings *settings,
                      const struct origin *origin, const char *why,
                      size_t why_length) {
  struct output *const complaint = &report->complaint;
  clear(report);
  report->status = STATUS_NO_REPLY;
  output_format(complaint, PROGRAM "%s:%" PRIu64 ": ", origin->file,
                origin->line);
  output_octets(complaint, why, why_length);
  output_octets(complaint, "", 1);
  if (complaint->error) return;
  const char *const message = complaint->text + sizeof PROGRAM - 1;
  complaint->length--;
  if (settings->form != FORM_TEXT)
    print_json_failure(&report->text, origin->line, "BADNAME", message);
  else if (settings->tabs)
    put_bad_tabs(&report->text, origin, message, strlen(message));
  else if (settings->comments)
    output_format(&report->text, ";; LINE: %" PRIu64 "\n;; %s\n\n",
                  origin->line, message);
  if (settings->form != FORM_TEXT || settings->tabs)
    output_clear(complaint);
  else
    output_text(complaint, "\n");
}
