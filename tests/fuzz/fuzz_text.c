/* libFuzzer: any characters as records in presentation format.  A record that
 * is read is written as text, and that is read as the same record. */
#include "stubdns/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE (1u << 19) /* a type bitmap of 8 KiB grows sixty-fold */

static char text[TEXT_SIZE];
static char text_again[TEXT_SIZE];
static uint8_t first[STUBDNS_MESSAGE_MAX];
static uint8_t second[STUBDNS_MESSAGE_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

_Noreturn static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, text);
  abort();
}

/* The text of the record that the text of `record` is read as.  Octets may
 * differ: a TTL with the top bit is 0, and a type bitmap loses zeros. */
static void check_round_trip(const stubdns_record_t *record) {
  stubdns_record_t again;
  size_t length;
  size_t second_length;
  if (stubdns_record_to_text(record, STUBDNS_TEXT_NO_SPLIT, text, sizeof text,
                             &length))
    return;
  stubdns_record_text_t source = {.text = text, .length = length};
  if (stubdns_record_from_text(&source, second, sizeof second, &second_length))
    fail("cannot be read");
  if (stubdns_record_from_wire(&again, second, second_length))
    fail("becomes no record");
  stubdns_record_to_text(&again, STUBDNS_TEXT_NO_SPLIT, text_again,
                         sizeof text_again, NULL);
  if (strcmp(text, text_again) != 0) fail("becomes another record");
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  stubdns_record_text_t source = {.text = (const char *)octets,
                                  .length = length};
  stubdns_record_t record;
  size_t wire_length;
  while (
      !stubdns_record_from_text(&source, first, sizeof first, &wire_length) &&
      wire_length > 0)
    if (!stubdns_record_from_wire(&record, first, wire_length))
      check_round_trip(&record);
  return 0;
}
