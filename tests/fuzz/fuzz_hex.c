/* libFuzzer: any octets as hex digits.  What is read is written again and reads
 * the same; what is wrong lies in the text. */
#include "stubdns/capture.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

static void require(int is_true) {
  if (!is_true) abort();
}

/* Reads into exactly `size` octets. */
static int read_hex(const char *text, size_t length, uint8_t *octets,
                    size_t size, size_t *count) {
  const int error = stubdns_hex_read(text, length, octets, size, count);
  require(error == 0 || error == STUBDNS_EBADHEX || error == STUBDNS_ENOSPACE);
  require(*count <= (error ? length : size));
  return error;
}

static void read_again(const uint8_t *octets, size_t count) {
  char *const text = malloc(3 * count + 1);
  uint8_t *const again = malloc(count + !count);
  size_t again_count;
  for (size_t i = 0; i < count; i++)
    snprintf(text + 3 * i, 4, "%02X\n", octets[i]);
  require(!read_hex(text, 3 * count, again, count, &again_count));
  require(again_count == count && !memcmp(again, octets, count));
  free(text);
  free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  const size_t size = length / 2;
  uint8_t *const read = malloc(size + !size);
  size_t count;
  const int error = read_hex((const char *)octets, length, read, size, &count);
  require(error != STUBDNS_ENOSPACE); /* two digits for each octet */
  if (!error) read_again(read, count);
  if (!error && count) {
    size_t less;
    require(read_hex((const char *)octets, length, read, count - 1, &less) ==
            STUBDNS_ENOSPACE);
  }
  free(read);
  return 0;
}
