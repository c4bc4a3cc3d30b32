/* bench-worst: the messages of up to 64 KiB that cost the most.
 *
 *   bench-worst count   for callgrind: a dump named "message|length|what"
 *                       holds the instructions of one parse, of one walk over
 *                       all records, fields, options and parameters, or of
 *                       printing all records as text or the message as JSON;
 *                       there the length is that of what is printed
 *   bench-worst stack   prints "message octets": the stack that parsing and
 *                       walking take */
#include "worst.h"
#include "compose.h"

#include "stubdns/answer.h"
#include "stubdns/edns.h"
#include "stubdns/json.h"
#include "stubdns/message.h"
#include "stubdns/text.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/callgrind.h>

#define STACK_SIZE (256 * 1024)
#define PAINT 0xa5

volatile uint64_t sink;

static struct composer composer;
static stubdns_message_t message;

static int parse(void) {
  return stubdns_message_parse(&message, composer.octets, composer.length, 0);
}

static uint64_t walk_field(const stubdns_field_t *field) {
  uint64_t sum = field->length;
  size_t position = 0;
  size_t length;
  const uint8_t *octets;
  stubdns_svc_param_t param;
  while (stubdns_field_next_string(field, &position, &octets, &length))
    sum += length;
  while (stubdns_field_next_param(field, &position, &param))
    sum += param.key;
  return sum;
}

static void walk(void) {
  stubdns_records_t records = stubdns_message_all_records(&message);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record)) {
    stubdns_fields_t fields = stubdns_record_fields(&record);
    stubdns_field_t field;
    while (stubdns_fields_next(&fields, &field))
      sink += walk_field(&field);
  }
  size_t position = 0;
  stubdns_option_t option;
  while (stubdns_message_next_option(&message, &position, &option))
    sink += option.code;
}

static char printed[1u << 26]; /* names expanded, an octet as five */

static size_t print_text(void) {
  stubdns_records_t records = stubdns_message_all_records(&message);
  stubdns_record_t record;
  size_t used = 0;
  while (stubdns_records_next(&records, &record)) {
    size_t length = 0;
    if (stubdns_record_to_text(&record, 0, printed + used,
                               sizeof printed - used, &length))
      abort();
    used += length;
  }
  return used;
}

static size_t print_json(void) {
  size_t length = 0;
  if (stubdns_message_to_json(&message, printed, sizeof printed, &length))
    abort();
  return length;
}

static void count_printing(const struct worst *worst, const char *what,
                           size_t (*print)(void)) {
  char name[80];
  CALLGRIND_ZERO_STATS;
  const size_t length = print();
  snprintf(name, sizeof name, "%s|%zu|%s", worst->name, length, what);
  CALLGRIND_DUMP_STATS_AT(name);
}

static void count_one(const struct worst *worst) {
  char name[80];
  worst->compose(&composer);
  const int error = parse(); /* binds and warms */
  snprintf(name, sizeof name, "%s|%zu|parse", worst->name, composer.length);
  CALLGRIND_ZERO_STATS;
  parse();
  CALLGRIND_DUMP_STATS_AT(name);
  if ((error == 0) != worst->parses) {
    fprintf(stderr, "bench-worst: %s gives %d\n", worst->name, error);
    exit(EXIT_FAILURE);
  }
  if (error) return;
  snprintf(name, sizeof name, "%s|%zu|walk", worst->name, composer.length);
  CALLGRIND_ZERO_STATS;
  walk();
  CALLGRIND_DUMP_STATS_AT(name);
  count_printing(worst, "text", print_text);
  count_printing(worst, "json", print_json);
}

static void *parse_and_walk(void *unused) {
  if (!parse()) walk();
  return unused;
}

/* What a thread with a painted stack leaves unpainted. */
static size_t measure_stack(void) {
  static _Alignas(4096) uint8_t stack[STACK_SIZE];
  pthread_attr_t attributes;
  pthread_t thread;
  memset(stack, PAINT, sizeof stack);
  if (pthread_attr_init(&attributes) ||
      pthread_attr_setstack(&attributes, stack, sizeof stack) ||
      pthread_create(&thread, &attributes, parse_and_walk, NULL) ||
      pthread_join(thread, NULL) || pthread_attr_destroy(&attributes))
    exit(EXIT_FAILURE);
  size_t painted = 0;
  while (painted < sizeof stack && stack[painted] == PAINT)
    painted++;
  return sizeof stack - painted;
}

int main(int argc, char **argv) {
  for (const struct worst *worst = worsts; worst->name; worst++) {
    if (argc == 2 && !strcmp(argv[1], "stack")) {
      worst->compose(&composer);
      printf("%s|%zu\n", worst->name, measure_stack());
    } else {
      count_one(worst);
    }
  }
  return EXIT_SUCCESS;
}
