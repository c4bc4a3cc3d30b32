/* The classic capture format of libpcap, draft-ietf-opsawg-pcap: a header of 24
 * octets, then records, each with a header of 16. */
#include "replay/capture.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS 0xa1b23c4du

/* Whether the magic number is one of ours in the byte order that is set. */
static int read_magic(stubdns_capture_t *capture) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(capture->octets, capture->length);
  const uint32_t magic = stubdns__capture_u32(capture, &cursor);
  capture->interfaces[0].resolution = magic == MAGIC_NANOSECONDS ? 9 : 6;
  return magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS;
}

int stubdns__pcap_open(stubdns_capture_t *capture) {
  if (!read_magic(capture)) {
    capture->is_little_endian = 1;
    if (!read_magic(capture)) return STUBDNS_ENOCAPTURE;
  }
  struct stubdns__cursor cursor =
      stubdns__cursor_make(capture->octets, capture->length);
  stubdns__cursor_take(&cursor, 20);
  /* The upper half tells of a checksum behind each frame. */
  const uint32_t link = stubdns__capture_u32(capture, &cursor) & 0xffff;
  if (cursor.error) {
    capture->error_offset = cursor.offset;
    return STUBDNS_EBADCAPTURE;
  }
  capture->interfaces[0].link_type = (uint16_t)link; /* masked above */
  capture->offset = cursor.offset;
  if (stubdns__link_is_known(capture->interfaces[0].link_type)) return 0;
  capture->error_offset = 20;
  return STUBDNS_ELINKTYPE;
}

int stubdns__pcap_next(stubdns_capture_t *capture,
                       struct stubdns__frame *frame) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(capture->octets, capture->length);
  stubdns__cursor_seek(&cursor, capture->offset);
  if (!stubdns__cursor_left(&cursor))
    return capture->goes_on ? STUBDNS_CAPTURE_MORE : 0;
  const uint64_t seconds = stubdns__capture_u32(capture, &cursor);
  const uint64_t fraction = stubdns__capture_u32(capture, &cursor);
  frame->length = stubdns__capture_u32(capture, &cursor);
  stubdns__capture_u32(capture, &cursor); /* the length before it was cut */
  if (frame->length > STUBDNS_CAPTURE_FRAME_MAX) return STUBDNS_EBADCAPTURE;
  frame->octets = stubdns__cursor_take(&cursor, frame->length);
  if (cursor.error)
    return capture->goes_on ? STUBDNS_CAPTURE_MORE : STUBDNS_EBADCAPTURE;
  const unsigned scale = capture->interfaces[0].resolution == 9 ? 1 : 1000;
  frame->time_ns = seconds * 1000000000u + fraction * scale;
  frame->link = capture->interfaces[0].link_type;
  frame->offset = capture->base + capture->offset;
  capture->offset = cursor.offset;
  return 1;
}
