/* Messages out of the octets of a connection. */
#include "replay/stream.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX 2 /* octets of length before a message */

static uint8_t *make_room(struct stubdns__stream *stream, size_t length) {
  const size_t needed = stream->length + length;
  if (needed > stream->size) {
    uint8_t *const octets = realloc(stream->octets, 2 * needed);
    if (!octets) return NULL;
    stream->octets = octets;
    stream->size = 2 * needed;
  }
  return stream->octets + stream->length;
}

/* What was taken is not there any more. */
static void forget_given(struct stubdns__stream *stream) {
  if (!stream->given) return;
  stream->length -= stream->given;
  memmove(stream->octets, stream->octets + stream->given, stream->length);
  stream->given = 0;
}

void stubdns__stream_add(struct stubdns__stream *stream, const uint8_t *octets,
                         size_t length, int is_raw) {
  const size_t prefix = is_raw ? 0 : PREFIX;
  forget_given(stream);
  uint8_t *const place = make_room(stream, prefix + length);
  if (!place) return;
  if (prefix) {
    place[0] = (uint8_t)(length >> 8);
    place[1] = (uint8_t)length;
  }
  if (length) memcpy(place + prefix, octets, length);
  stream->length += prefix + length;
}

int stubdns__stream_next(struct stubdns__stream *stream, uint8_t **octets,
                         size_t *length) {
  forget_given(stream);
  if (stream->length < PREFIX) return 0;
  const size_t size = (size_t)stream->octets[0] << 8 | stream->octets[1];
  if (stream->length - PREFIX < size) return 0;
  stream->given = PREFIX + size;
  *octets = stream->octets + PREFIX;
  *length = size;
  return 1;
}

void stubdns__stream_free(struct stubdns__stream *stream) {
  free(stream->octets);
}
