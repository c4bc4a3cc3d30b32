/* libFuzzer: any octets as a capture.  What is found lies in them, a file that
 * is read in pieces gives what one read whole gives, and damage is told where
 * it is. */
#include "stubdns/capture.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length);

#define FIRST_PIECE 64 /* has the header of the file */

/* What was found, as numbers that can be compared. */
struct found {
  uint64_t hash;
  int result;
  uint32_t counts[5];
  uint64_t error_offset;
};

static void require(int is_true) {
  if (!is_true) abort();
}

static void hash_octets(struct found *found, const void *octets,
                        size_t length) {
  const uint8_t *octet = octets;
  for (size_t i = 0; i < length; i++)
    found->hash = (found->hash ^ octet[i]) * 1099511628211u;
}

static void hash_address(struct found *found,
                         const stubdns_address_t *address) {
  require(address->length == 4 || address->length == 16);
  hash_octets(found, address->octets, address->length);
  hash_octets(found, &address->port, sizeof address->port);
}

static void take_datagram(struct found *found, const stubdns_capture_t *capture,
                          const stubdns_datagram_t *datagram) {
  require(datagram->octets >= capture->octets);
  require(datagram->length <=
          capture->length - (size_t)(datagram->octets - capture->octets));
  hash_octets(found, datagram->octets, datagram->length);
  hash_octets(found, &datagram->time_ns, sizeof datagram->time_ns);
  hash_octets(found, &datagram->number, sizeof datagram->number);
  hash_octets(found, &datagram->frame_offset, sizeof datagram->frame_offset);
  hash_octets(found, &datagram->is_tcp, sizeof datagram->is_tcp);
  hash_address(found, &datagram->source);
  hash_address(found, &datagram->destination);
}

static void take_end(struct found *found, const stubdns_capture_t *capture,
                     int result, size_t length) {
  require(result <= 0);
  found->result = result;
  found->error_offset = capture->error_offset;
  require(capture->error_offset <= length);
  found->counts[0] = capture->frame_count;
  found->counts[1] = capture->fragment_count;
  found->counts[2] = capture->cut_count;
  found->counts[3] = capture->other_count;
  found->counts[4] = capture->unknown_link_count;
}

static struct found read_whole(const uint8_t *octets, size_t length,
                               int with_all) {
  struct found found = {0};
  stubdns_capture_t capture;
  stubdns_datagram_t datagram;
  int result = stubdns_capture_open(&capture, octets, length, NULL, 0);
  capture.with_tcp = capture.with_refusals = with_all != 0;
  if (!result)
    while ((result = stubdns_capture_next(&capture, &datagram)) > 0)
      take_datagram(&found, &capture, &datagram);
  take_end(&found, &capture, result, length);
  return found;
}

/* Octets that are read now, in a block of exactly their size. */
struct pieces {
  const uint8_t *octets;
  size_t length;
  size_t start; /* of the block in the octets */
  size_t end;
  uint8_t *block;
};

static void fill_block(struct pieces *pieces) {
  const size_t length = pieces->end - pieces->start;
  free(pieces->block);
  pieces->block = malloc(length + !length);
  if (length) memcpy(pieces->block, pieces->octets + pieces->start, length);
}

static void refill(struct pieces *pieces, stubdns_capture_t *capture,
                   size_t piece) {
  const size_t left = pieces->length - pieces->end;
  pieces->start += stubdns_capture_consumed(capture);
  pieces->end += piece < left ? piece : left;
  fill_block(pieces);
  stubdns_capture_feed(capture, pieces->block, pieces->end - pieces->start);
  capture->goes_on = left > 0;
}

static struct found read_in_pieces(const uint8_t *octets, size_t length,
                                   int with_all, size_t piece) {
  struct found found = {0};
  struct pieces pieces = {octets, length, 0,
                          length < FIRST_PIECE ? length : FIRST_PIECE, NULL};
  stubdns_capture_t capture;
  stubdns_datagram_t datagram;
  fill_block(&pieces);
  int result =
      stubdns_capture_open(&capture, pieces.block, pieces.end, NULL, 0);
  capture.with_tcp = capture.with_refusals = with_all != 0;
  capture.goes_on = 1;
  while (!result && (result = stubdns_capture_next(&capture, &datagram)) > 0) {
    if (result == STUBDNS_CAPTURE_MORE)
      refill(&pieces, &capture, piece);
    else
      take_datagram(&found, &capture, &datagram);
    result = 0;
  }
  take_end(&found, &capture, result, length);
  free(pieces.block);
  return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length) {
  const int with_all = length % 2 == 0;
  const size_t piece = 1 + length % 61;
  const struct found whole = read_whole(octets, length, with_all);
  const struct found pieces = read_in_pieces(octets, length, with_all, piece);
  require(whole.result == pieces.result && whole.hash == pieces.hash);
  require(whole.error_offset == pieces.error_offset);
  require(!memcmp(whole.counts, pieces.counts, sizeof whole.counts));
  return 0;
}
