/* datagrams: prints what the reader finds in a capture, for scripts.
 *
 * usage: datagrams [-t] FILE [PORT...]
 *
 * With -t TCP messages as well.
 * One line for each datagram: the frame's number, the time in nanoseconds,
 * source, destination and the payload as hex digits; then one line
 *
 *   FRAMES FRAGMENTS CUT OTHER UNKNOWN-LINKS ERROR OFFSET
 *
 * with ERROR "ok" or the name of what ended the reading. */
#include "stubdns/replay.h"

#include "support/fixture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_address(const stubdns_address_t *address) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  stubdns_address_to_text(address, text, sizeof text);
  printf("%s ", text);
}

static void print_datagram(const stubdns_datagram_t *datagram) {
  printf("%" PRIu32 " %" PRIu64 " ", datagram->number, datagram->time_ns);
  print_address(&datagram->source);
  print_address(&datagram->destination);
  for (size_t i = 0; i < datagram->length; i++)
    printf("%02x", datagram->octets[i]);
  putchar('\n');
}

int main(int argc, char **argv) {
  uint16_t ports[8];
  size_t port_count = 0;
  const int with_tcp = argc > 1 && !strcmp(argv[1], "-t");
  argc -= with_tcp;
  argv += with_tcp;
  if (argc < 2 || argc > 10) return 1;
  for (int i = 2; i < argc; i++)
    ports[port_count++] = (uint16_t)strtoul(argv[i], NULL, 10);
  const struct octets file = file_read(argv[1]);
  stubdns_capture_t capture;
  stubdns_datagram_t datagram;
  int result = stubdns_capture_open(&capture, file.octets, file.length, ports,
                                    port_count);
  capture.with_tcp = (uint8_t)with_tcp;
  while (!result && (result = stubdns_capture_next(&capture, &datagram)) > 0) {
    print_datagram(&datagram);
    result = 0;
  }
  printf("%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %s %zu\n",
         capture.frame_count, capture.fragment_count, capture.cut_count,
         capture.other_count, capture.unknown_link_count,
         result ? stubdns_error_name(result) : "ok",
         (size_t)capture.error_offset);
  free(file.octets);
  return 0;
}
