/* libFuzzer: whatever message parses becomes JSON of printable ASCII, in a
 * buffer of exactly the size that was said to be enough. */
#include "stubdns/json.h"
#include "stubdns/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void check_characters(const char *json, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (json[i] < 0x20 || json[i] > 0x7e) abort();
  if (json[0] != '{' || json[length - 1] != '}') abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  stubdns_message_t message;
  size_t needed;
  if (stubdns_message_parse(&message, octets, length, 0)) return 0;
  if (stubdns_message_to_json(&message, NULL, 0, &needed) != STUBDNS_ENOSPACE)
    abort();
  char *const json = malloc(needed + 1);
  size_t written;
  if (!json || stubdns_message_to_json(&message, json, needed + 1, &written) ||
      written != needed)
    abort();
  check_characters(json, written);
  free(json);
  return 0;
}
