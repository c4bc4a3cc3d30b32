/* libFuzzer: any octets as a message, over unicast and multicast.  What parses
 * is walked, expanded and printed, and each record's text is read again. */
#include "round_trip.h"

#include "stubdns/wire.h"
#include "support/fixture.h"
#include "support/walk.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* What walking calls when something cannot be. */
void fixture_fail(const char *path, const char *sentence) {
  fprintf(stderr, "%s: %s\n", path, sentence);
  abort();
}

static void check_records(const stubdns_message_t *message) {
  stubdns_records_t records = stubdns_message_all_records(message);
  stubdns_record_t record;
  unsigned number = message->id;
  while (stubdns_records_next(&records, &record))
    check_round_trip(&record, number++);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  static const unsigned flags[] = {0, STUBDNS_PARSE_MDNS};
  stubdns_message_t message;
  for (int i = 0; i < 2; i++) {
    if (stubdns_message_parse(&message, octets, length, flags[i])) continue;
    walk_message(&message);
    check_records(&message);
  }
  return 0;
}
