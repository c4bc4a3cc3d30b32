/* libFuzzer: any octets as a message, over unicast and multicast.  What parses
 * is walked, expanded and printed, and each record's text is read again. */
#include "round_trip.h"

#include "resolver/multicast.h"
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

/* What replies by multicast say together is a message again. */
static void check_merge(const stubdns_message_t *message) {
  static uint8_t merged[STUBDNS_MESSAGE_MAX];
  const stubdns_message_t messages[] = {*message, *message};
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_message_t again;
  stubdns_record_t record;
  size_t length;
  if (!stubdns_records_next(&records, &record)) return;
  const stubdns_question_t question = {stubdns_record_owner(&record),
                                       record.type, STUBDNS_CLASS_IN};
  if (stubdns__multicast_merge(messages, 2, &question, merged, sizeof merged,
                               &length))
    return;
  if (stubdns_message_parse(&again, merged, length, 0)) abort();
  if (again.record_counts[0] > message->record_counts[0]) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  static const unsigned flags[] = {0, STUBDNS_PARSE_MDNS};
  stubdns_message_t message;
  for (int i = 0; i < 2; i++) {
    if (stubdns_message_parse(&message, octets, length, flags[i])) continue;
    walk_message(&message);
    check_records(&message);
    check_merge(&message);
  }
  return 0;
}
