/* Between the readers of capture files: a frame, as a file holds it, and what
 * becomes of it. */
#ifndef STUBDNS_REPLAY_CAPTURE_H
#define STUBDNS_REPLAY_CAPTURE_H

#include "stubdns/capture.h"
#include "wire/cursor.h"

/* Link types, by the numbers of tcpdump.org/linktypes.html. */
enum stubdns__link {
  STUBDNS__LINK_NULL = 0,
  STUBDNS__LINK_ETHERNET = 1,
  STUBDNS__LINK_RAW_BSD = 12,
  STUBDNS__LINK_RAW_OPENBSD = 14,
  STUBDNS__LINK_RAW = 101,
  STUBDNS__LINK_LOOP = 108,
  STUBDNS__LINK_COOKED = 113,
  STUBDNS__LINK_IPV4 = 228,
  STUBDNS__LINK_IPV6 = 229,
  STUBDNS__LINK_COOKED_2 = 276,
};

int stubdns__link_is_known(uint16_t link);

struct stubdns__frame {
  const uint8_t *octets;
  size_t length;
  uint64_t offset; /* of its record in the file */
  uint64_t time_ns;
  uint16_t link;
};

enum stubdns__frame_content {
  STUBDNS__FRAME_DATAGRAM,
  STUBDNS__FRAME_FRAGMENT,
  STUBDNS__FRAME_CUT,
  STUBDNS__FRAME_OTHER,
};

/* Finds the UDP datagram in a frame, or what else of stubdns_datagram_t the
 * capture is to give; only where there is one, `datagram` gets its octets and
 * addresses. */
enum stubdns__frame_content
stubdns__frame_datagram(const stubdns_capture_t *capture,
                        const struct stubdns__frame *frame,
                        stubdns_datagram_t *datagram);

/* Reads the file header: 0, STUBDNS_ENOCAPTURE, STUBDNS_EBADCAPTURE or
 * STUBDNS_ELINKTYPE. */
int stubdns__pcap_open(stubdns_capture_t *capture);
int stubdns__pcapng_open(stubdns_capture_t *capture);

/* Reads the next frame: 1, 0 at the end, or STUBDNS_CAPTURE_MORE or
 * STUBDNS_EBADCAPTURE with the capture's `offset` still at its record.  A frame
 * whose link is unknown has that of no kind above. */
int stubdns__pcap_next(stubdns_capture_t *capture,
                       struct stubdns__frame *frame);
int stubdns__pcapng_next(stubdns_capture_t *capture,
                         struct stubdns__frame *frame);

/* Numbers in the byte order of the host that wrote the capture. */
uint16_t stubdns__capture_u16(const stubdns_capture_t *capture,
                              struct stubdns__cursor *cursor);
uint32_t stubdns__capture_u32(const stubdns_capture_t *capture,
                              struct stubdns__cursor *cursor);

#endif
