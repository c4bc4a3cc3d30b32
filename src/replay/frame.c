/* From a captured frame to the UDP datagram in it: link header and VLAN tags,
 * IPv4 (RFC 791) with options, IPv6 (RFC 8200) with extension headers, UDP (RFC
 * 768), and "port unreachable" of ICMP about one.  Fragments are not put
 * together, nor are segments of TCP (RFC 9293): a message on TCP is found only
 * where it has a segment to itself. */
#include "replay/capture.h"

#include <string.h>

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86dd };

/* Protocols and extension headers of the IANA registry. */
enum {
  HOP_BY_HOP = 0,
  ICMP = 1,
  TCP = 6,
  UDP = 17,
  ROUTING = 43,
  FRAGMENT = 44,
  AUTHENTICATION = 51,
  ICMPV6 = 58,
  DESTINATION = 60,
  MOBILITY = 135,
  HOST_IDENTITY = 139,
  SHIM6 = 140,
};

int stubdns__link_is_known(uint16_t link) {
  switch (link) {
  case STUBDNS__LINK_NULL:
  case STUBDNS__LINK_ETHERNET:
  case STUBDNS__LINK_RAW_BSD:
  case STUBDNS__LINK_RAW_OPENBSD:
  case STUBDNS__LINK_RAW:
  case STUBDNS__LINK_LOOP:
  case STUBDNS__LINK_COOKED:
  case STUBDNS__LINK_IPV4:
  case STUBDNS__LINK_IPV6:
  case STUBDNS__LINK_COOKED_2:
    return 1;
  default:
    return 0;
  }
}

/* Steps over VLAN tags: IEEE 802.1Q, 802.1ad and what came before it. */
static uint16_t skip_tags(struct stubdns__cursor *cursor, uint16_t type) {
  while (type == 0x8100 || type == 0x88a8 || type == 0x9100) {
    stubdns__cursor_take(cursor, 2);
    type = stubdns__cursor_u16(cursor);
  }
  return type;
}

/* The address family of the host that captured, in its byte order: 2 is IPv4
 * everywhere, IPv6 has a number in each system. */
static uint16_t read_family(struct stubdns__cursor *cursor) {
  const uint32_t family = stubdns__cursor_u32(cursor);
  switch (family >> 24 | (family & 0xff)) {
  case 2:
    return ETHERTYPE_IPV4;
  case 10: /* Linux */
  case 24: /* NetBSD, OpenBSD */
  case 28: /* FreeBSD */
  case 30: /* Darwin */
    return ETHERTYPE_IPV6;
  default:
    return 0;
  }
}

static uint16_t read_version(struct stubdns__cursor cursor) {
  switch (stubdns__cursor_u8(&cursor) >> 4) {
  case 4:
    return ETHERTYPE_IPV4;
  case 6:
    return ETHERTYPE_IPV6;
  default:
    return 0;
  }
}

/* Steps over the link header; gives the EtherType of what follows. */
static uint16_t read_link(struct stubdns__cursor *cursor, uint16_t link) {
  uint16_t type;
  switch (link) {
  case STUBDNS__LINK_ETHERNET:
    stubdns__cursor_take(cursor, 12);
    return skip_tags(cursor, stubdns__cursor_u16(cursor));
  case STUBDNS__LINK_COOKED:
    stubdns__cursor_take(cursor, 14);
    return skip_tags(cursor, stubdns__cursor_u16(cursor));
  case STUBDNS__LINK_COOKED_2:
    type = stubdns__cursor_u16(cursor);
    stubdns__cursor_take(cursor, 18);
    return skip_tags(cursor, type);
  case STUBDNS__LINK_NULL:
  case STUBDNS__LINK_LOOP:
    return read_family(cursor);
  default:
    return read_version(*cursor);
  }
}

static void read_address(struct stubdns__cursor *cursor,
                         stubdns_address_t *address, uint8_t length) {
  memset(address, 0, sizeof *address);
  const uint8_t *octets = stubdns__cursor_take(cursor, length);
  if (!octets) return;
  address->length = length;
  memcpy(address->octets, octets, length);
}

/* Leaves of the frame what the IP header says is the packet's: short Ethernet
 * frames are padded.  A capture may hold less. */
static void narrow_to_packet(struct stubdns__cursor *cursor, size_t length) {
  if (length < stubdns__cursor_left(cursor))
    stubdns__cursor_narrow(cursor, length);
}

/* Reads an IPv4 header; gives the protocol, or FRAGMENT. */
static int read_ipv4(struct stubdns__cursor *cursor,
                     stubdns_datagram_t *datagram) {
  const size_t header_length = (stubdns__cursor_u8(cursor) & 0xfu) * 4;
  stubdns__cursor_u8(cursor);
  const uint16_t length = stubdns__cursor_u16(cursor);
  stubdns__cursor_u16(cursor);
  const uint16_t fragment = stubdns__cursor_u16(cursor);
  stubdns__cursor_u8(cursor);
  const uint8_t protocol = stubdns__cursor_u8(cursor);
  stubdns__cursor_u16(cursor);
  read_address(cursor, &datagram->source, 4);
  read_address(cursor, &datagram->destination, 4);
  if (header_length < 20 || length < header_length) return -1;
  stubdns__cursor_take(cursor, header_length - 20);
  narrow_to_packet(cursor, length - header_length);
  /* More fragments follow, or this is not the first. */
  return fragment & 0x3fff ? FRAGMENT : protocol;
}

/* Steps over a fragment header; whether the packet is a fragment indeed (RFC
 * 6946 tells of those that are whole). */
static int read_fragment(struct stubdns__cursor *cursor) {
  stubdns__cursor_u8(cursor);
  const uint16_t fragment = stubdns__cursor_u16(cursor);
  stubdns__cursor_u32(cursor);
  return (fragment & 0xfff9) != 0;
}

/* Steps over extension headers; gives the protocol, or FRAGMENT.  Each header
 * takes octets, so this ends. */
static int skip_extensions(struct stubdns__cursor *cursor, uint8_t protocol) {
  while (!cursor->error) {
    switch (protocol) {
    case HOP_BY_HOP:
    case ROUTING:
    case DESTINATION:
    case MOBILITY:
    case HOST_IDENTITY:
    case SHIM6:
      protocol = stubdns__cursor_u8(cursor);
      stubdns__cursor_take(cursor, stubdns__cursor_u8(cursor) * 8u + 6);
      break;
    case AUTHENTICATION: /* RFC 4302 section 2.2 */
      protocol = stubdns__cursor_u8(cursor);
      stubdns__cursor_take(cursor, stubdns__cursor_u8(cursor) * 4u + 6);
      break;
    case FRAGMENT:
      protocol = stubdns__cursor_u8(cursor);
      if (read_fragment(cursor)) return FRAGMENT;
      break;
    default:
      return protocol;
    }
  }
  return protocol;
}

static int read_ipv6(struct stubdns__cursor *cursor,
                     stubdns_datagram_t *datagram) {
  stubdns__cursor_u32(cursor);
  const uint16_t length = stubdns__cursor_u16(cursor);
  const uint8_t protocol = stubdns__cursor_u8(cursor);
  stubdns__cursor_u8(cursor);
  read_address(cursor, &datagram->source, 16);
  read_address(cursor, &datagram->destination, 16);
  narrow_to_packet(cursor, length);
  return skip_extensions(cursor, protocol);
}

/* Whether the UDP header can be right; its payload may be cut off. */
static int read_udp(struct stubdns__cursor *cursor,
                    stubdns_datagram_t *datagram) {
  datagram->source.port = stubdns__cursor_u16(cursor);
  datagram->destination.port = stubdns__cursor_u16(cursor);
  const uint16_t length = stubdns__cursor_u16(cursor);
  stubdns__cursor_u16(cursor);
  if (length < 8) return 0;
  datagram->length = length - 8u;
  datagram->octets = stubdns__cursor_take(cursor, datagram->length);
  return 1;
}

/* Whether the segment is one message behind its length, RFC 1035 section
 * 4.2.2. */
static int read_tcp(struct stubdns__cursor *cursor,
                    stubdns_datagram_t *datagram) {
  datagram->source.port = stubdns__cursor_u16(cursor);
  datagram->destination.port = stubdns__cursor_u16(cursor);
  stubdns__cursor_take(cursor, 8); /* sequence numbers */
  const size_t header_length = (stubdns__cursor_u8(cursor) >> 4) * 4u;
  stubdns__cursor_take(cursor, 7);
  if (header_length < 20) return 0;
  stubdns__cursor_take(cursor, header_length - 20);
  if (stubdns__cursor_left(cursor) < 2) return 0;
  datagram->length = stubdns__cursor_u16(cursor);
  if (datagram->length != stubdns__cursor_left(cursor)) return 0;
  datagram->octets = stubdns__cursor_take(cursor, datagram->length);
  return 1;
}

static int read_packet(struct stubdns__cursor *cursor, uint16_t type,
                       stubdns_datagram_t *datagram) {
  if (type == ETHERTYPE_IPV4) return read_ipv4(cursor, datagram);
  if (type == ETHERTYPE_IPV6) return read_ipv6(cursor, datagram);
  return -1;
}

/* Whether ICMP says "port unreachable", RFC 792 and RFC 4443 section 3.1, of
 * the UDP datagram whose first octets it quotes. */
static int read_refusal(struct stubdns__cursor *cursor, int protocol,
                        stubdns_datagram_t *datagram) {
  const uint16_t wanted = protocol == ICMP ? 0x0303 : 0x0104; /* type, code */
  const uint16_t found = stubdns__cursor_u16(cursor);
  stubdns__cursor_take(cursor, 6);
  if (found != wanted) return 0;
  const uint16_t type = protocol == ICMP ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
  if (read_packet(cursor, type, datagram) != UDP) return 0;
  const stubdns_address_t sender = datagram->source;
  datagram->source = datagram->destination;
  datagram->destination = sender;
  datagram->destination.port = stubdns__cursor_u16(cursor);
  datagram->source.port = stubdns__cursor_u16(cursor);
  datagram->octets = NULL;
  datagram->length = 0;
  return 1;
}

static int read_payload(struct stubdns__cursor *cursor, int protocol,
                        const stubdns_capture_t *capture,
                        stubdns_datagram_t *datagram) {
  const int is_icmp = protocol == ICMP || protocol == ICMPV6;
  datagram->is_tcp = protocol == TCP;
  datagram->is_refusal = is_icmp != 0;
  if (protocol == UDP) return read_udp(cursor, datagram);
  if (protocol == TCP) return capture->with_tcp && read_tcp(cursor, datagram);
  return is_icmp && capture->with_refusals &&
         read_refusal(cursor, protocol, datagram);
}

enum stubdns__frame_content
stubdns__frame_datagram(const stubdns_capture_t *capture,
                        const struct stubdns__frame *frame,
                        stubdns_datagram_t *datagram) {
  struct stubdns__cursor cursor =
      stubdns__cursor_make(frame->octets, frame->length);
  const uint16_t type = read_link(&cursor, frame->link);
  const int protocol = read_packet(&cursor, type, datagram);
  const int is_found =
      !cursor.error && read_payload(&cursor, protocol, capture, datagram);
  if (cursor.error) return STUBDNS__FRAME_CUT;
  if (protocol == FRAGMENT) return STUBDNS__FRAME_FRAGMENT;
  return is_found ? STUBDNS__FRAME_DATAGRAM : STUBDNS__FRAME_OTHER;
}
