/* The block format pcapng, draft-ietf-opsawg-pcapng: sections of either byte
 * order, interfaces with a link type and a resolution of time, and packets.
 * Blocks of other types are stepped over. */
#include "replay/capture.h"

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

/* Types of blocks, section 11.1. */
#define SECTION_HEADER 0x0a0d0d0au /* reads the same in both byte orders */
#define INTERFACE_DESCRIPTION 1u
#define PACKET 2u /* obsolete, appendix A */
#define SIMPLE_PACKET 3u
#define ENHANCED_PACKET 6u

/* Type and length in front, the length again behind. */
#define BLOCK_LENGTH_MIN 12u

/* More than any block needs, and what libpcap takes at most. */
#define BLOCK_LENGTH_MAX (16u << 20)

/* Options of an interface, section 4.2. */
#define OPTION_END 0
#define OPTION_RESOLUTION 9
#define OPTION_TIME_OFFSET 14

#define LINK_UNKNOWN 0xffff

static uint64_t read_u64(const stubdns_capture_t *capture,
                         struct stubdns__cursor *cursor) {
  const uint64_t first = stubdns__capture_u32(capture, cursor);
  const uint64_t second = stubdns__capture_u32(capture, cursor);
  return capture->is_little_endian ? second << 32 | first
                                   : first << 32 | second;
}

/* Begins a section, whose byte order is told behind type and length; whether
 * it is one of the two. */
static int begin_section(stubdns_capture_t *capture, size_t offset) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(capture->octets, capture->length);
  stubdns__cursor_seek(&cursor, offset);
  stubdns__cursor_take(&cursor, 8);
  struct stubdns__cursor again = cursor;
  capture->interface_count = 0;
  capture->is_little_endian = stubdns__cursor_u32(&cursor) != BYTE_ORDER_MAGIC;
  return stubdns__capture_u32(capture, &again) == BYTE_ORDER_MAGIC;
}

static void read_interface_option(const stubdns_capture_t *capture,
                                  struct stubdns__interface *interface,
                                  uint16_t code, struct stubdns__cursor value) {
  if (code == OPTION_RESOLUTION)
    interface->resolution = stubdns__cursor_u8(&value);
  if (code == OPTION_TIME_OFFSET)
    interface->time_offset_s = (int64_t)read_u64(capture, &value);
}

/* Reads code, length, value and padding to a multiple of four. */
static void read_interface_options(const stubdns_capture_t *capture,
                                   struct stubdns__interface *interface,
                                   struct stubdns__cursor *cursor) {
  while (stubdns__cursor_left(cursor)) {
    const uint16_t code = stubdns__capture_u16(capture, cursor);
    const uint16_t length = stubdns__capture_u16(capture, cursor);
    if (code == OPTION_END) return;
    const uint8_t *value = stubdns__cursor_take(cursor, length);
    stubdns__cursor_take(cursor, (4 - length % 4u) % 4);
    if (cursor->error) return;
    read_interface_option(capture, interface, code,
                          stubdns__cursor_make(value, length));
  }
}

static void read_interface(stubdns_capture_t *capture,
                           struct stubdns__cursor *cursor) {
  struct stubdns__interface interface = {.resolution = 6};
  interface.link_type = stubdns__capture_u16(capture, cursor);
  stubdns__cursor_take(cursor, 2);
  interface.snap_length = stubdns__capture_u32(capture, cursor);
  read_interface_options(capture, &interface, cursor);
  if (capture->interface_count < STUBDNS_CAPTURE_INTERFACES_MAX)
    capture->interfaces[capture->interface_count] = interface;
  if (capture->interface_count < UINT32_MAX) capture->interface_count++;
}

/* `ticks` of a resolution in nanoseconds; what a resolution has beyond 64 bits
 * of them is lost. */
static uint64_t to_ns(uint64_t ticks, uint8_t resolution) {
  const unsigned power = resolution & 0x7f;
  if (resolution & 0x80) {
    if (power > 63) return 0;
    const uint64_t fraction = ticks & (((uint64_t)1 << power) - 1);
    const unsigned excess = power > 30 ? power - 30 : 0;
    return (ticks >> power) * 1000000000u +
           ((fraction >> excess) * 1000000000u >> (power - excess));
  }
  for (unsigned i = power; i < 9; i++)
    ticks *= 10;
  for (unsigned i = power; i > 9; i--)
    ticks /= 10;
  return ticks;
}

/* Fills in what the frame's interface says; one that is not in the table has a
 * link of no kind. */
static void apply_interface(const stubdns_capture_t *capture, uint32_t number,
                            uint64_t ticks, struct stubdns__frame *frame) {
  frame->link = LINK_UNKNOWN;
  frame->time_ns = 0;
  if (number >= STUBDNS_CAPTURE_INTERFACES_MAX) return;
  const struct stubdns__interface *interface = &capture->interfaces[number];
  frame->link = interface->link_type;
  frame->time_ns = to_ns(ticks, interface->resolution) +
                   (uint64_t)interface->time_offset_s * 1000000000u;
}

static void read_packet(stubdns_capture_t *capture, uint32_t type,
                        struct stubdns__cursor *cursor,
                        struct stubdns__frame *frame) {
  const uint32_t number = type == PACKET
                              ? stubdns__capture_u16(capture, cursor)
                              : stubdns__capture_u32(capture, cursor);
  if (type == PACKET) stubdns__cursor_take(cursor, 2); /* drops */
  const uint64_t upper = stubdns__capture_u32(capture, cursor);
  const uint64_t lower = stubdns__capture_u32(capture, cursor);
  frame->length = stubdns__capture_u32(capture, cursor);
  stubdns__cursor_take(cursor, 4); /* the length before it was cut */
  frame->octets = stubdns__cursor_take(cursor, frame->length);
  if (number >= capture->interface_count ||
      frame->length > STUBDNS_CAPTURE_FRAME_MAX)
    stubdns__cursor_fail(cursor, STUBDNS_EBADCAPTURE);
  else
    apply_interface(capture, number, upper << 32 | lower, frame);
}

/* A packet of the first interface, as long as its snap length and the block
 * let it be; without a time. */
static void read_simple_packet(stubdns_capture_t *capture,
                               struct stubdns__cursor *cursor,
                               struct stubdns__frame *frame) {
  const uint32_t snap_length = capture->interfaces[0].snap_length;
  frame->length = stubdns__capture_u32(capture, cursor);
  if (snap_length && frame->length > snap_length) frame->length = snap_length;
  frame->octets = stubdns__cursor_take(cursor, frame->length);
  if (capture->interface_count == 0 ||
      frame->length > STUBDNS_CAPTURE_FRAME_MAX)
    stubdns__cursor_fail(cursor, STUBDNS_EBADCAPTURE);
  else
    apply_interface(capture, 0, 0, frame);
  frame->time_ns = 0;
}

/* Reads what a block holds; whether that is a frame. */
static int read_body(stubdns_capture_t *capture, uint32_t type,
                     struct stubdns__cursor *cursor,
                     struct stubdns__frame *frame) {
  switch (type) {
  case INTERFACE_DESCRIPTION:
    read_interface(capture, cursor);
    return 0;
  case SIMPLE_PACKET:
    read_simple_packet(capture, cursor, frame);
    return 1;
  case PACKET:
  case ENHANCED_PACKET:
    read_packet(capture, type, cursor, frame);
    return 1;
  default:
    return 0;
  }
}

/* Narrows `cursor` to the body of the block that it is at; gives its type.  It
 * fails with STUBDNS_ESHORT where the octets end before the block does. */
static uint32_t read_block(stubdns_capture_t *capture,
                           struct stubdns__cursor *cursor) {
  const size_t start = cursor->offset;
  if (!stubdns__cursor_has(cursor, BLOCK_LENGTH_MIN)) return 0;
  const uint32_t type = stubdns__capture_u32(capture, cursor);
  if (type == SECTION_HEADER && !begin_section(capture, start))
    stubdns__cursor_fail(cursor, STUBDNS_EBADCAPTURE);
  const uint32_t length = stubdns__capture_u32(capture, cursor);
  if (length < BLOCK_LENGTH_MIN || length > BLOCK_LENGTH_MAX || length % 4)
    stubdns__cursor_fail(cursor, STUBDNS_EBADCAPTURE);
  struct stubdns__cursor ahead = *cursor;
  stubdns__cursor_take(&ahead, length - BLOCK_LENGTH_MIN);
  const uint32_t again = stubdns__capture_u32(capture, &ahead);
  if (ahead.error) stubdns__cursor_fail(cursor, ahead.error);
  if (again != length) stubdns__cursor_fail(cursor, STUBDNS_EBADCAPTURE);
  if (cursor->error) return 0;
  stubdns__cursor_narrow(cursor, length - BLOCK_LENGTH_MIN);
  capture->offset = start + length;
  return type;
}

int stubdns__pcapng_next(stubdns_capture_t *capture,
                         struct stubdns__frame *frame) {
  for (;;) {
    const size_t start = capture->offset;
    struct stubdns__cursor cursor =
        stubdns__cursor_make(capture->octets, capture->length);
    stubdns__cursor_seek(&cursor, start);
    if (!stubdns__cursor_left(&cursor))
      return capture->goes_on ? STUBDNS_CAPTURE_MORE : 0;
    const uint32_t type = read_block(capture, &cursor);
    if (cursor.error == STUBDNS_ESHORT && capture->goes_on)
      return STUBDNS_CAPTURE_MORE;
    const int is_frame =
        !cursor.error && read_body(capture, type, &cursor, frame);
    if (cursor.error) {
      capture->offset = start;
      return STUBDNS_EBADCAPTURE;
    }
    frame->offset = capture->base + start;
    if (is_frame) return 1;
  }
}

int stubdns__pcapng_open(stubdns_capture_t *capture) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(capture->octets, capture->length);
  if (stubdns__cursor_u32(&cursor) != SECTION_HEADER ||
      !begin_section(capture, 0))
    return STUBDNS_ENOCAPTURE;
  capture->is_pcapng = 1;
  return 0;
}
