/* The items of a YAML sequence, one for each message. */
#include "print_yaml.h"

#include "course.h"
#include "flag_words.h"
#include "print_yaml_opt.h"
#include "status.h"

#include "stubdns/error.h"
#include "stubdns/text.h"
#include "stubdns/types.h"

#include <stdlib.h>
#include <string.h>

#define ITEM "        "  /* how far a section's items are indented */
#define MNEMONIC_SIZE 24 /* room for any type, class, RCODE or OPCODE */

/* In single quotes, where a quote is doubled and nothing else is special. */
static void put_item(struct output *output, const char *indent,
                     const char *text) {
  output_format(output, "%s- '", indent);
  for (; *text; text++)
    output_octets(output,
                  *text == '\''   ? "''"
                  : *text == '\t' ? " "
                                  : text,
                  *text == '\'' ? 2 : 1);
  output_text(output, "'\n");
}

static void put_record(struct output *output, const struct settings *settings,
                       const stubdns_record_t *record, const char *indent) {
  const unsigned style =
      (print_style(settings) | STUBDNS_TEXT_TABS) &
      ~(STUBDNS_TEXT_MULTILINE | STUBDNS_TEXT_COMMENTS | STUBDNS_TEXT_NO_TTL |
        STUBDNS_TEXT_NO_CLASS | STUBDNS_TEXT_TTL_UNITS);
  size_t length = 0;
  (void)stubdns_record_to_text(record, style, NULL, 0, &length);
  char *const text = malloc(length + 1);
  if (!text) {
    output->error = STUBDNS_ENOMEM;
    return;
  }
  (void)stubdns_record_to_text(record, style, text, length + 1, &length);
  put_item(output, indent, text);
  free(text);
}

/* An update has sections of its own, RFC 2136 section 2. */
static const char *const *titles_of(const stubdns_message_t *message) {
  static const char *const titles[2][4] = {
      {"QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL"},
      {"ZONE", "PREREQ", "UPDATE", "ADDITIONAL"}};
  return titles[stubdns_message_opcode(message) == STUBDNS_OPCODE_UPDATE];
}

static void put_section(struct output *output, const struct settings *settings,
                        const stubdns_message_t *message,
                        enum stubdns_section section) {
  stubdns_records_t records = stubdns_message_records(message, section);
  stubdns_record_t record;
  int begun = 0;
  while (stubdns_records_next(&records, &record)) {
    if (record.type == STUBDNS_TYPE_OPT || record.type == STUBDNS_TYPE_TSIG)
      continue;
    if (!begun)
      output_format(output, "      %s_SECTION:\n",
                    titles_of(message)[section + 1]);
    begun = 1;
    put_record(output, settings, &record, ITEM);
  }
}

/* As dig indents it. */
static void put_signature(struct output *output,
                          const struct settings *settings,
                          const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ADDITIONAL);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    if (record.type != STUBDNS_TYPE_TSIG) continue;
    output_text(output, "      TSIG_PSEUDOSECTION:\n");
    put_record(output, settings, &record, "      ");
  }
}

static void put_question(struct output *output,
                         const stubdns_message_t *message) {
  const stubdns_question_t asked = stubdns_message_question(message);
  const stubdns_question_t *const question = &asked;
  char text[STUBDNS_NAME_TEXT_SIZE + 2 * MNEMONIC_SIZE];
  size_t length;
  (void)stubdns_name_to_text(&question->name, text, sizeof text, &length);
  text[length++] = ' ';
  size_t more;
  (void)stubdns_class_to_text(question->class_, text + length, MNEMONIC_SIZE,
                              &more);
  length += more;
  text[length++] = ' ';
  (void)stubdns_type_to_text(question->type, text + length, MNEMONIC_SIZE,
                             NULL);
  output_format(output, "      %s_SECTION:\n", titles_of(message)[0]);
  put_item(output, ITEM, text);
}

static void put_header(struct output *output,
                       const stubdns_message_t *message) {
  char opcode[MNEMONIC_SIZE];
  char rcode[MNEMONIC_SIZE];
  (void)stubdns_opcode_to_text(stubdns_message_opcode(message), opcode,
                               sizeof opcode, NULL);
  (void)stubdns_rcode_to_text(stubdns_message_rcode(message), rcode,
                              sizeof rcode, NULL);
  output_format(output,
                "      opcode: %s\n      status: %s\n      id: %u\n"
                "      flags:",
                opcode, rcode, message->id);
  for (size_t i = 0; i < FLAG_WORD_COUNT; i++)
    if (message->flags & flag_words[i].flag)
      output_format(output, " %s", flag_words[i].word);
  output_text(output, "\n");
  if (message->flags & STUBDNS_FLAG_Z) output_text(output, "      MBZ: 0x4\n");
  const char *const *const titles = titles_of(message);
  output_format(output,
                "      %s: %u\n      %s: %u\n      %s: %u\n      %s: %u\n",
                titles[0], message->question_count, titles[1],
                message->record_counts[0], titles[2], message->record_counts[1],
                titles[3], message->record_counts[2]);
}

static void put_data(struct output *output, const struct settings *settings,
                     const stubdns_message_t *message,
                     const struct notes *notes) {
  put_header(output, message);
  if (settings->comments) print_yaml_opt(output, message, notes);
  if (settings->question && message->question_count)
    put_question(output, message);
  if (settings->answer)
    put_section(output, settings, message, STUBDNS_SECTION_ANSWER);
  if (settings->authority)
    put_section(output, settings, message, STUBDNS_SECTION_AUTHORITY);
  if (!settings->additional) return;
  put_section(output, settings, message, STUBDNS_SECTION_ADDITIONAL);
  put_signature(output, settings, message);
}

/* dig's words: by RD in queries, by RD and RA in replies. */
static const char *kind_of(const stubdns_message_t *message) {
  const unsigned both = STUBDNS_FLAG_RD | STUBDNS_FLAG_RA;
  if (message->flags & STUBDNS_FLAG_QR)
    return (message->flags & both) == both ? "RECURSIVE_RESPONSE"
                                           : "AUTH_RESPONSE";
  return message->flags & STUBDNS_FLAG_RD ? "RECURSIVE_QUERY" : "AUTH_QUERY";
}

static void put_time(struct output *output, const char *key, uint64_t when_ms) {
  output_format(output, "    %s: !!timestamp ", key);
  output_timestamp(output, when_ms);
  output_text(output, "\n");
}

static void put_course(struct output *output, const stubdns_answer_t *answer,
                       size_t length) {
  const int is_ipv4 = answer->server.length == 4;
  char server[STUBDNS_ADDRESS_TEXT_SIZE] = "";
  (void)stubdns_address_to_text(&answer->server, server, sizeof server);
  output_format(output,
                "    message_size: %zub\n    socket_family: %s\n"
                "    socket_protocol: %s\n    response_address: \"%.*s\"\n"
                "    response_port: %u\n    query_address: \"%s\"\n"
                "    query_port: 0\n",
                length, is_ipv4 ? "INET" : "INET6",
                course_of(answer).is_tcp ? "TCP" : "UDP",
                (int)strcspn(server, "#"), server, answer->server.port,
                is_ipv4 ? "0.0.0.0" : "::");
}

void print_yaml_query(struct output *output, const struct settings *settings,
                      const struct result *result) {
  stubdns_message_t message;
  if (!result->query) return;
  if (stubdns_message_parse(&message, result->query, result->query_length, 0))
    return;
  output_format(output, "- type: MESSAGE\n  message:\n    type: %s\n",
                kind_of(&message));
  put_time(output, "query_time",
           result->when_ms - result->answer->rtt_us / 1000);
  put_course(output, result->answer, message.length);
  output_text(output, "    query_message_data:\n");
  put_data(output, settings, &message, &(struct notes){0});
}

void print_yaml(struct output *output, const struct settings *settings,
                const struct result *result, const struct notes *notes) {
  const stubdns_answer_t *const answer = result->answer;
  const stubdns_message_t *const message = answer ? answer->message : NULL;
  if (!message) {
    output_format(output, "- type: DIG_ERROR\n  message: |\n    %s\n",
                  error_sentence(result->status));
    return;
  }
  output_format(output, "- type: MESSAGE\n  message:\n    type: %s\n",
                kind_of(message));
  put_time(output, "query_time", result->when_ms - answer->rtt_us / 1000);
  put_time(output, "response_time", result->when_ms);
  put_course(output, answer, message->length);
  output_text(output, "    response_message_data:\n");
  put_data(output, settings, message, notes);
}
