/* libFuzzer: any characters as records in presentation format.  A record that
 * is read is written as text, and that is read as the same record. */
#include "round_trip.h"

#include "stubdns/wire.h"

static uint8_t octets[STUBDNS_MESSAGE_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *characters, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *characters, size_t length) {
  stubdns_record_text_t source = {.text = (const char *)characters,
                                  .length = length};
  stubdns_record_t record;
  size_t wire_length;
  unsigned number = (unsigned)length;
  while (
      !stubdns_record_from_text(&source, octets, sizeof octets, &wire_length) &&
      wire_length > 0)
    if (!stubdns_record_from_wire(&record, octets, wire_length))
      check_round_trip(&record, number++);
  return 0;
}
