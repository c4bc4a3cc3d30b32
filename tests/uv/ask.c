/* ask ADDRESS...: asks these servers for what the standard input names, each
 * line "NAME TYPE CLASS" with numbers, all at once, and prints for each line in
 * its order "RCODE TC", the records of the answer, and an empty line. */
#include "stubdns.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 1000
#define RECORD_SIZE 400000 /* 64 KiB of octets as \DDD, and then some */

struct question {
  stubdns_lookup_t lookup; /* first */
  char *answer;            /* as it is to be printed */
};

static struct question questions[LINES_MAX];
static char record_text[RECORD_SIZE];

static void fail(const char *what, int error) {
  fprintf(stderr, "ask: %s: %s\n", what, stubdns_error_text(error));
  exit(1);
}

static void print_records(FILE *stream, const stubdns_message_t *message) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    const int error = stubdns_record_to_text(&record, 0, record_text,
                                             sizeof record_text, NULL);
    if (error) fail("a record", error);
    fprintf(stream, "%s\n", record_text);
  }
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct question *const question = (struct question *)lookup;
  size_t length;
  FILE *const stream = open_memstream(&question->answer, &length);
  if (status) {
    fprintf(stream, "%s\n", stubdns_error_name(status));
  } else {
    fprintf(stream, "%u %d\n", stubdns_message_rcode(answer->message),
            answer->truncated);
    print_records(stream, answer->message);
  }
  fclose(stream);
}

static size_t ask_all(stubdns_resolver_t *resolver) {
  char name[1100];
  uint16_t type;
  stubdns_lookup_options_t options = {.flags = STUBDNS_LOOKUP_NO_ALIASES};
  size_t count = 0;
  while (count < LINES_MAX && scanf("%1099s %" SCNu16 " %" SCNu16, name, &type,
                                    &options.class_) == 3) {
    const int error = stubdns_lookup(resolver, &questions[count].lookup, name,
                                     type, &options, on_answer);
    if (error) fail(name, error);
    count++;
  }
  return count;
}

static void add_server(stubdns_resolver_t *resolver, const char *text) {
  stubdns_address_t server;
  int error = stubdns_address_from_text(&server, text, strlen(text));
  if (!error) error = stubdns_resolver_add_server(resolver, &server);
  if (error) fail(text, error);
}

int main(int argc, char **argv) {
  const stubdns_resolver_options_t options = {.flags =
                                                  STUBDNS_NO_SYSTEM_SERVERS};
  uv_loop_t *const loop = uv_default_loop();
  stubdns_resolver_t resolver;
  const int error = stubdns_resolver_init(loop, &resolver, &options);
  if (error) fail("no resolver", error);
  for (int i = 1; i < argc; i++)
    add_server(&resolver, argv[i]);
  const size_t count = ask_all(&resolver);
  uv_run(loop, UV_RUN_DEFAULT);
  for (size_t i = 0; i < count; i++) {
    printf("%s\n", questions[i].answer);
    free(questions[i].answer);
  }
  stubdns_resolver_close(&resolver, NULL);
  uv_run(loop, UV_RUN_DEFAULT);
  return uv_loop_close(loop) != 0;
}
