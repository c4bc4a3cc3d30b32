/* replayed CAPTURE: a test that needs no network and no time. */
#include <stdio.h>
#include <string.h>
#include <stubdns.h>
#include <stubdns/replay.h>

static char found[256];

static void on_reply(stubdns_lookup_t *lookup, int status,
                     const stubdns_answer_t *answer) {
  stubdns_record_t record;
  stubdns_resolver_close(lookup->resolver, NULL);
  if (status) return;
  stubdns_records_t records =
      stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
  if (stubdns_records_next(&records, &record))
    stubdns_record_to_text(&record, 0, found, sizeof found, NULL);
}

int main(int argc, char **argv) {
  const stubdns_address_t server = {4, {192, 0, 2, 53}, STUBDNS_PORT, 0};
  stubdns_resolver_options_t options = {0};
  stubdns_resolver_t dns;
  stubdns_lookup_t lookup;
  stubdns_replay_t replay;
  stubdns_problem_t problem;
  options.flags = STUBDNS_NO_SYSTEM_SERVERS;
  stubdns_replay_init(&replay);
  replay.faults.delay_us = 2000000; /* passes at once */
  if (argc < 2 || stubdns_replay_add_file(&replay, argv[1], &problem) ||
      stubdns_resolver_init(uv_default_loop(), &dns, &options) ||
      stubdns_resolver_add_server(&dns, &server) ||
      stubdns_replay_attach(&dns, &replay) ||
      stubdns_lookup(&dns, &lookup, "www.example.test", STUBDNS_TYPE_A, NULL,
                     on_reply) ||
      uv_run(uv_default_loop(), UV_RUN_DEFAULT))
    return 1;
  stubdns_replay_free(&replay);
  puts(found);
  return strcmp(found, "www.example.test.\t300\tIN\tA\t192.0.2.80") != 0;
}
