/* The header, the sections and the footer of a reply. */
#include "print.h"

#include "flag_words.h"

#include "stubdns/edns.h"
#include "stubdns/error.h"
#include "stubdns/text.h"
#include "stubdns/types.h"

#include <stdio.h>
#include <string.h>

#define MNEMONIC_SIZE 24 /* room for any type, class, RCODE or OPCODE */
#define RECORD_SIZE 256  /* first try; most records fit */

unsigned print_style(const struct settings *settings) {
  const int comments =
      settings->record_comments == RECORD_COMMENTS_ON ||
      (settings->record_comments == RECORD_COMMENTS_IF_MULTILINE &&
       settings->multiline);
  unsigned style = 0;
  if (settings->multiline) style |= STUBDNS_TEXT_MULTILINE;
  if (!settings->split) style |= STUBDNS_TEXT_NO_SPLIT;
  if (settings->split && settings->split_width)
    style |= STUBDNS_TEXT_SPLIT(settings->split_width);
  if (settings->ttl_units) style |= STUBDNS_TEXT_TTL_UNITS;
  if (!settings->ttl) style |= STUBDNS_TEXT_NO_TTL;
  if (!settings->class_) style |= STUBDNS_TEXT_NO_CLASS;
  if (settings->unknown_format) style |= STUBDNS_TEXT_UNKNOWN;
  if (!settings->crypto) style |= STUBDNS_TEXT_NO_CRYPTO;
  if (settings->expand_ipv6) style |= STUBDNS_TEXT_EXPAND_IPV6;
  if (comments) style |= STUBDNS_TEXT_COMMENTS;
  if (settings->tabs) style |= STUBDNS_TEXT_TABS;
  return style;
}

typedef int (*record_writer)(const stubdns_record_t *record, unsigned style,
                             char *buffer, size_t size, size_t *length);

/* Forgets what is beyond --max-text, and says so in a comment. */
static void end_record(struct output *output, const struct settings *settings,
                       size_t length) {
  const size_t excess = settings->text_max && length > settings->text_max
                            ? length - settings->text_max
                            : 0;
  output_added(output, length - excess);
  if (excess) output_format(output, " ; %zu characters more", excess);
  output_text(output, "\n");
}

/* Writes straight into the output, a second time where the first was too
 * small. */
static void print_by(record_writer writer, struct output *output,
                     const struct settings *settings,
                     const stubdns_record_t *record, unsigned style) {
  size_t length = RECORD_SIZE - 1;
  int error = STUBDNS_ENOSPACE;
  for (int i = 0; i < 2 && error; i++) {
    char *const room = output_room(output, length + 1);
    if (!room) return;
    error = writer(record, style, room, length + 1, &length);
  }
  end_record(output, settings, length);
}

static void print_record(struct output *output, const struct settings *settings,
                         const stubdns_record_t *record) {
  print_by(stubdns_record_to_text, output, settings, record,
           print_style(settings));
  if (record->error && settings->comments)
    output_format(output, ";; malformed: %s (octet %zu of the message)\n",
                  stubdns_error_text(record->error), record->error_offset);
}

static void print_title(struct output *output, const struct settings *settings,
                        const char *title) {
  if (settings->comments) output_format(output, ";; %s SECTION:\n", title);
}

static void end_section(struct output *output,
                        const struct settings *settings) {
  if (settings->comments) output_text(output, "\n");
}

/* dig's columns: the class at 32 and the type at 40, 8 less for each column
 * that records have less.  The ";" does not count. */
static void print_question(struct output *output,
                           const struct settings *settings,
                           const stubdns_question_t *question) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  const int narrow =
      settings->multiline || (!settings->ttl && !settings->class_);
  const int full = settings->ttl && settings->class_ && !settings->multiline;
  size_t column;
  stubdns_name_to_text(&question->name, text, sizeof text, &column);
  output_format(output, ";%s", text);
  output_indent(output, &column, full ? 32 : 24);
  if (settings->unknown_format)
    snprintf(text, sizeof text, "CLASS%u", question->class_);
  else
    stubdns_class_to_text(question->class_, text, sizeof text, NULL);
  output_text(output, text);
  column += strlen(text);
  output_indent(output, &column, narrow ? 24 : full ? 40 : 32);
  if (settings->unknown_format)
    snprintf(text, sizeof text, "TYPE%u", question->type);
  else
    stubdns_type_to_text(question->type, text, sizeof text, NULL);
  output_format(output, "%s\n", text);
}

/* An update has sections of its own, RFC 2136 section 2. */
static const char *section_title(const stubdns_message_t *message,
                                 unsigned index) {
  static const char *const titles[2][4] = {
      {"QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL"},
      {"ZONE", "PREREQUISITE", "UPDATE", "ADDITIONAL"}};
  return titles[stubdns_message_opcode(message) == STUBDNS_OPCODE_UPDATE]
               [index];
}

static void print_questions(struct output *output,
                            const struct settings *settings,
                            const stubdns_message_t *message) {
  if (!settings->question || !message->question_count) return;
  const stubdns_question_t question = stubdns_message_question(message);
  print_title(output, settings, section_title(message, 0));
  print_question(output, settings, &question);
  end_section(output, settings);
}

/* OPT is printed apart, TSIG behind all others. */
static int is_pseudo(const stubdns_record_t *record) {
  return record->type == STUBDNS_TYPE_OPT || record->type == STUBDNS_TYPE_TSIG;
}

static int is_within(const struct settings *settings, uint32_t index) {
  return !settings->records_max || index < settings->records_max;
}

static void tell_excess(struct output *output, const struct settings *settings,
                        uint32_t count) {
  if (settings->comments && count && !is_within(settings, count - 1))
    output_format(output, ";; %u records more\n",
                  count - settings->records_max);
}

static void print_section(struct output *output,
                          const struct settings *settings,
                          const stubdns_message_t *message,
                          enum stubdns_section section) {
  stubdns_records_t records = stubdns_message_records(message, section);
  stubdns_record_t record;
  uint32_t count = 0;
  while (stubdns_records_next(&records, &record)) {
    if (is_pseudo(&record)) continue;
    if (!count)
      print_title(output, settings, section_title(message, section + 1));
    if (is_within(settings, count++)) print_record(output, settings, &record);
  }
  tell_excess(output, settings, count);
  if (count) end_section(output, settings);
}

static void print_signature(struct output *output,
                            const struct settings *settings,
                            const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ADDITIONAL);
  stubdns_record_t record;
  if (!settings->comments) return;
  while (stubdns_records_next(&records, &record)) {
    if (record.type != STUBDNS_TYPE_TSIG) continue;
    output_text(output, ";; TSIG PSEUDOSECTION:\n");
    print_record(output, settings, &record);
    output_text(output, "\n");
  }
}

static void print_sections(struct output *output,
                           const struct settings *settings,
                           const stubdns_message_t *message,
                           const struct notes *notes) {
  if (settings->comments) print_opt(output, message, notes);
  print_questions(output, settings, message);
  if (settings->answer)
    print_section(output, settings, message, STUBDNS_SECTION_ANSWER);
  if (settings->authority)
    print_section(output, settings, message, STUBDNS_SECTION_AUTHORITY);
  if (!settings->additional) return;
  print_section(output, settings, message, STUBDNS_SECTION_ADDITIONAL);
  print_signature(output, settings, message);
}

static void print_flags(struct output *output, unsigned flags) {
  output_text(output, ";; flags:");
  for (size_t i = 0; i < FLAG_WORD_COUNT; i++)
    if (flags & flag_words[i].flag)
      output_format(output, " %s", flag_words[i].word);
  if (flags & STUBDNS_FLAG_Z) output_text(output, "; MBZ: 0x4");
}

static void print_header(struct output *output,
                         const stubdns_message_t *message) {
  char opcode[MNEMONIC_SIZE];
  char rcode[MNEMONIC_SIZE];
  stubdns_opcode_to_text(stubdns_message_opcode(message), opcode, sizeof opcode,
                         NULL);
  stubdns_rcode_to_text(stubdns_message_rcode(message), rcode, sizeof rcode,
                        NULL);
  output_format(output, ";; ->>HEADER<<- opcode: %s, status: %s, id: %u\n",
                opcode, rcode, message->id);
  print_flags(output, message->flags);
  output_format(output,
                "; QUERY: %u, ANSWER: %u, AUTHORITY: %u, ADDITIONAL: %u\n",
                message->question_count, message->record_counts[0],
                message->record_counts[1], message->record_counts[2]);
}

/* Names below local. are for multicast DNS, RFC 6762 section 3. */
static void warn_of_local(struct output *output,
                          const stubdns_message_t *message) {
  static const stubdns_name_t local = {7, {5, 'l', 'o', 'c', 'a', 'l', 0}};
  const stubdns_question_t question = stubdns_message_question(message);
  if (stubdns_name_is_below(&question.name, &local))
    output_text(output,
                ";; WARNING: .local is reserved for Multicast DNS\n"
                ";; You are currently testing what happens when an "
                "mDNS query is leaked to DNS\n");
}

static void print_warnings(struct output *output,
                           const stubdns_message_t *message,
                           const struct notes *notes) {
  const size_t trailing = stubdns_message_trailing_length(message);
  if (message->flags & STUBDNS_FLAG_RD && !(message->flags & STUBDNS_FLAG_RA))
    output_text(output, ";; WARNING: recursion requested but not available\n");
  if (trailing)
    output_format(output, ";; WARNING: Message has %zu extra bytes at end\n",
                  trailing);
  if (notes->truncated)
    output_text(output,
                ";; WARNING: the reply is truncated, and TCP failed: some "
                "records are missing\n");
  if (notes->cookies_off)
    output_text(output,
                ";; WARNING: the server does not keep to cookies: its reply "
                "is easier to forge\n");
  if (notes->letters_off)
    output_text(output,
                ";; WARNING: the server does not repeat the capitals of a "
                "name: its reply is easier to forge\n");
  if (notes->drop_count)
    output_format(output,
                  ";; WARNING: ignored %u datagram%s that did not answer the "
                  "query; the first: %s\n",
                  notes->drop_count, notes->drop_count == 1 ? "" : "s",
                  notes->drop_reason);
}

/* dig's words, on the record's line. */
static void print_identity(struct output *output, const struct notes *notes) {
  output->length--; /* the newline */
  output_format(output, " from server %s in %llu ms.\n", notes->server,
                (unsigned long long)(notes->rtt_us / 1000));
}

static void print_short(struct output *output, const struct settings *settings,
                        const stubdns_message_t *message,
                        const struct notes *notes) {
  const unsigned style = print_style(settings) & ~STUBDNS_TEXT_MULTILINE;
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  uint32_t count = 0;
  while (settings->answer && is_within(settings, count++) &&
         stubdns_records_next(&records, &record)) {
    print_by(stubdns_rdata_to_text, output, settings, &record, style);
    if (settings->identify && notes->server && output->length)
      print_identity(output, notes);
  }
}

void print_reply(struct output *output, const struct settings *settings,
                 const stubdns_message_t *message, const struct notes *notes) {
  if (settings->short_form) {
    print_short(output, settings, message, notes);
    return;
  }
  if (settings->comments) {
    if (notes->retried_over_tcp)
      output_text(output, ";; Truncated, retrying in TCP mode.\n");
    output_text(output, ";; Got answer:\n");
    warn_of_local(output, message);
    print_header(output, message);
    print_warnings(output, message, notes);
    output_text(output, "\n");
  }
  print_sections(output, settings, message, notes);
}

void print_query(struct output *output, const struct settings *settings,
                 const stubdns_message_t *message) {
  if (settings->short_form) return;
  if (settings->comments) {
    output_text(output, ";; Sending:\n");
    warn_of_local(output, message);
    print_header(output, message);
    output_text(output, "\n");
  }
  print_sections(output, settings, message, &(struct notes){0});
  if (settings->statistics)
    output_format(output, ";; QUERY SIZE: %zu\n\n", message->length);
}

void print_footer(struct output *output, const struct settings *settings,
                  const struct footer *footer) {
  char when[64] = "";
  struct tm local;
  if (!settings->statistics || settings->short_form) return;
  if (settings->deterministic ? gmtime_r(&footer->when, &local)
                              : localtime_r(&footer->when, &local))
    strftime(when, sizeof when, "%a %b %d %H:%M:%S %Z %Y", &local);
  const unsigned long long rtt =
      settings->microseconds ? footer->rtt_us : footer->rtt_us / 1000;
  output_format(output, ";; Query time: %llu %s\n", rtt,
                settings->microseconds ? "usec" : "msec");
  output_format(output, ";; SERVER: %s(%s) (%s)\n", footer->server,
                footer->server_typed, footer->is_tcp ? "TCP" : "UDP");
  output_format(output, ";; WHEN: %s\n;; MSG SIZE  rcvd: %zu\n\n", when,
                footer->length);
}
