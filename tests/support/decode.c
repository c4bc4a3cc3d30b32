/* decode: what the parser says of messages, in lines that a script can compare
 * with what other decoders said.
 *
 * usage: decode < LIST
 *
 * Each line of the list is a flag, "unicast" or "mdns", a blank and a path.
 * For each message come
 *
 *   message PATH
 *   error NAME OFFSET                            it does not parse; or
 *   header ID FLAGS QDCOUNT ANCOUNT NSCOUNT ARCOUNT RCODE TRAILING
 *   question TYPE CLASS<tab>NAME                 where there is one
 *   record SECTION TYPE CLASS TTL RDLENGTH ERROR<tab>OWNER<tab>RDATA
 *
 * with ERROR "ok" or the name of what is wrong with the record's content. */
#include "stubdns/error.h"
#include "stubdns/message.h"
#include "stubdns/text.h"

#include "support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* RDATA of 65535 octets as text: \DDD for each, quotes, names between. */
static char text[8 * 65536];

static void print_name(const stubdns_name_t *name) {
  stubdns_name_to_text(name, text, sizeof text, NULL);
  fputs(text, stdout);
}

static void print_header(const stubdns_message_t *message) {
  printf("header %u %u %u %u %u %u %u %zu\n", message->id, message->flags,
         message->question_count, message->record_counts[0],
         message->record_counts[1], message->record_counts[2],
         stubdns_message_rcode(message),
         stubdns_message_trailing_length(message));
}

static void print_question(const stubdns_message_t *message) {
  if (message->question_count == 0) return;
  const stubdns_question_t question = stubdns_message_question(message);
  printf("question %u %u\t", question.type, question.class_);
  print_name(&question.name);
  putchar('\n');
}

static void print_record(const stubdns_record_t *record) {
  const stubdns_name_t owner = stubdns_record_owner(record);
  printf("record %u %u %u %lu %u %s\t", record->section, record->type,
         record->class_, (unsigned long)record->ttl_s, record->rdata_length,
         record->error ? stubdns_error_name(record->error) : "ok");
  print_name(&owner);
  putchar('\t');
  if (stubdns_rdata_to_text(record, STUBDNS_TEXT_NO_SPLIT, text, sizeof text,
                            NULL))
    fixture_fail("a record", "does not fit into the buffer");
  puts(text);
}

static void print_message(const stubdns_message_t *message) {
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  print_header(message);
  print_question(message);
  while (stubdns_records_next(&records, &record))
    print_record(&record);
}

static void decode(const char *path, unsigned flags) {
  const struct octets file = file_read(path);
  stubdns_message_t message;
  const int error =
      stubdns_message_parse(&message, file.octets, file.length, flags);
  printf("message %s\n", path);
  if (error)
    printf("error %s %zu\n", stubdns_error_name(error), message.error_offset);
  else
    print_message(&message);
  free(file.octets);
}

int main(void) {
  char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = '\0';
    char *const path = strchr(line, ' ');
    if (!path) fixture_fail(line, "has no path");
    decode(path + 1, line[0] == 'm' ? STUBDNS_PARSE_MDNS : 0);
  }
  return 0;
}
