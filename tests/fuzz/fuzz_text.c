/* libFuzzer: any characters as records in presentation format.  A record that
 * is read is written as text and read again, which gives the same octets. */
#include "stubdns/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE (1u << 19) /* a type bitmap of 8 KiB grows sixty-fold */

static char text[TEXT_SIZE];
static uint8_t first[STUBDNS_MESSAGE_MAX];
static uint8_t second[STUBDNS_MESSAGE_MAX];

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

/* The record's line: owner, TTL and all. */
static void check_round_trip(const stubdns_record_t *record, size_t length) {
  size_t text_length;
  size_t second_length;
  if (stubdns_record_to_text(record, STUBDNS_TEXT_NO_SPLIT, text, sizeof text,
                             &text_length))
    return;
  stubdns_record_text_t source = {.text = text, .length = text_length};
  const int error =
      stubdns_record_from_text(&source, second, sizeof second, &second_length);
  if (!error && second_length == length && !memcmp(first, second, length))
    return;
  fprintf(stderr, "error %d, not the same again: %s\n", error, text);
  abort();
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
      check_round_trip(&record, wire_length);
  return 0;
}
