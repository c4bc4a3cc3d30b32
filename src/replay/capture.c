/* Walking a capture: which format it has, which of its frames hold datagrams of
 * the ports asked for, and how many do not. */
#include "replay/capture.h"

#include <string.h>

uint16_t stubdns__capture_u16(const stubdns_capture_t *capture,
                              struct stubdns__cursor *cursor) {
  const uint16_t value = stubdns__cursor_u16(cursor);
  if (!capture->is_little_endian) return value;
  return (uint16_t)(value << 8 | value >> 8);
}

uint32_t stubdns__capture_u32(const stubdns_capture_t *capture,
                              struct stubdns__cursor *cursor) {
  const uint32_t value = stubdns__cursor_u32(cursor);
  if (!capture->is_little_endian) return value;
  return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) |
         value >> 24;
}

int stubdns_capture_open(stubdns_capture_t *capture, const uint8_t *octets,
                         size_t length, const uint16_t *ports,
                         size_t port_count) {
  memset(capture, 0, sizeof *capture);
  capture->octets = octets;
  capture->length = length;
  capture->ports = ports;
  capture->port_count = port_count;
  int error = stubdns__pcap_open(capture);
  if (error == STUBDNS_ENOCAPTURE) error = stubdns__pcapng_open(capture);
  return error;
}

static int is_wanted(const stubdns_capture_t *capture,
                     const stubdns_datagram_t *datagram) {
  for (size_t i = 0; i < capture->port_count; i++)
    if (datagram->source.port == capture->ports[i] ||
        datagram->destination.port == capture->ports[i])
      return 1;
  return capture->port_count == 0;
}

/* Counts a frame that gives no datagram; whether it gives one. */
static int sort_frame(stubdns_capture_t *capture,
                      const struct stubdns__frame *frame,
                      stubdns_datagram_t *datagram) {
  capture->frame_count++;
  if (!stubdns__link_is_known(frame->link)) {
    capture->unknown_link_count++;
    return 0;
  }
  switch (stubdns__frame_datagram(capture, frame, datagram)) {
  case STUBDNS__FRAME_FRAGMENT:
    capture->fragment_count++;
    return 0;
  case STUBDNS__FRAME_CUT:
    capture->cut_count++;
    return 0;
  case STUBDNS__FRAME_DATAGRAM:
    if (is_wanted(capture, datagram)) return 1;
    break;
  case STUBDNS__FRAME_OTHER:
    break;
  }
  capture->other_count++;
  return 0;
}

static int next_frame(stubdns_capture_t *capture,
                      struct stubdns__frame *frame) {
  if (capture->is_pcapng) return stubdns__pcapng_next(capture, frame);
  return stubdns__pcap_next(capture, frame);
}

int stubdns_capture_next(stubdns_capture_t *capture,
                         stubdns_datagram_t *datagram) {
  struct stubdns__frame frame;
  int result;
  while ((result = next_frame(capture, &frame)) == 1) {
    if (!sort_frame(capture, &frame, datagram)) continue;
    datagram->time_ns = frame.time_ns;
    datagram->number = capture->frame_count;
    datagram->frame_offset = frame.offset;
    return 1;
  }
  if (result < 0) capture->error_offset = capture->base + capture->offset;
  return result;
}

size_t stubdns_capture_consumed(const stubdns_capture_t *capture) {
  return capture->offset;
}

void stubdns_capture_feed(stubdns_capture_t *capture, const uint8_t *octets,
                          size_t length) {
  capture->base += capture->offset;
  capture->offset = 0;
  capture->octets = octets;
  capture->length = length;
}
