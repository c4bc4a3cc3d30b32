/* What has come on a connection and is not dealt with yet: messages, each
 * behind two octets of length, RFC 1035 section 4.2.2, the last one maybe in
 * part. */
#ifndef STUBDNS_REPLAY_STREAM_H
#define STUBDNS_REPLAY_STREAM_H

#include <stddef.h>
#include <stdint.h>

struct stubdns__stream {
  uint8_t *octets;
  size_t size;
  size_t length;
  size_t given; /* octets of the message that was taken last */
};

/* Adds octets as they are, or as a message, which gets its length in front.
 * Without memory they are lost, and nothing more comes. */
void stubdns__stream_add(struct stubdns__stream *stream, const uint8_t *octets,
                         size_t length, int is_raw);

/* Takes a message that is whole; it is valid until the next call. */
int stubdns__stream_next(struct stubdns__stream *stream, uint8_t **octets,
                         size_t *length);

void stubdns__stream_free(struct stubdns__stream *stream);

#endif
