/* many [RECORDING] <NAMES: asks for the A records of every name of the input at
 * once, and prints each with its first address.  With a RECORDING (a capture,
 * or text as in stubdns-replay(5)) that answers, and no packet is sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stubdns.h>
#include <stubdns/replay.h>

typedef struct entry {
  stubdns_lookup_t lookup;
  char name[256];
} entry_t;

static size_t under_way;

static void print_address(const char *name, const stubdns_record_t *record) {
  char text[64];
  if (!stubdns_rdata_to_text(record, 0, text, sizeof text, NULL))
    printf("%s %s\n", name, text);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  entry_t *const entry = (entry_t *)lookup->data;
  stubdns_chain_t chain;
  stubdns_record_t record;
  if (!status &&
      !stubdns_chain_follow(&chain, answer->message, &answer->question)) {
    stubdns_records_t records =
        stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
    if (stubdns_chain_next(&chain, &records, &record))
      print_address(entry->name, &record);
  }
  if (--under_way == 0) stubdns_resolver_close(lookup->resolver, NULL);
  free(entry);
}

static int ask(stubdns_resolver_t *dns, const char *name) {
  entry_t *const entry = (entry_t *)malloc(sizeof *entry);
  if (!entry) return STUBDNS_ENOMEM;
  snprintf(entry->name, sizeof entry->name, "%s", name);
  entry->lookup.data = entry;
  const int error = stubdns_lookup(dns, &entry->lookup, entry->name,
                                   STUBDNS_TYPE_A, NULL, on_answer);
  if (error) free(entry);
  return error;
}

int main(int argc, char **argv) {
  stubdns_resolver_t dns;
  stubdns_replay_t replay;
  stubdns_problem_t problem;
  char line[256];
  stubdns_replay_init(&replay);
  if (stubdns_resolver_init(uv_default_loop(), &dns, NULL) ||
      (argc > 1 && (stubdns_replay_add_file(&replay, argv[1], &problem) ||
                    stubdns_replay_attach(&dns, &replay))))
    return 1;
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    if (ask(&dns, line) == 0) under_way++;
  }
  printf(";; %zu lookups are under way\n", under_way);
  if (under_way == 0) stubdns_resolver_close(&dns, NULL);
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  stubdns_replay_free(&replay);
  return 0;
}
