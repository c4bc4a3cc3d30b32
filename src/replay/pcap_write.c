/* Writing a capture: pcap of raw IP, little-endian, in microseconds. */
#include "replay/capture.h"
#include "stubdns/message.h"

#include <string.h>

enum {
  IPV4_LENGTH = 20,
  IPV6_LENGTH = 40,
  UDP_LENGTH = 8,
  TCP_LENGTH = 20,
  ICMP_LENGTH = 8
};
enum {
  PROTOCOL_ICMP = 1,
  PROTOCOL_TCP = 6,
  PROTOCOL_UDP = 17,
  PROTOCOL_ICMPV6 = 58
};

#define PCAP_MAGIC 0xa1b2c3d4u
#define PCAP_VERSION_MAJOR 2
#define PCAP_VERSION_MINOR 4
#define TCP_PREFIX 2      /* the length in front of a message */
#define TCP_FLAGS 0x5018u /* five words of header; PSH and ACK */
#define TCP_WINDOW 65535
#define HOP_LIMIT 64

/* Where the next octet is written. */
struct pen {
  uint8_t *at;
};

static void put_u8(struct pen *pen, unsigned value) {
  *pen->at++ = (uint8_t)value;
}

static void put_u16(struct pen *pen, unsigned value) {
  put_u8(pen, value >> 8);
  put_u8(pen, value);
}

static void put_u32(struct pen *pen, uint32_t value) {
  put_u16(pen, value >> 16);
  put_u16(pen, value & 0xffff);
}

static void put_little_u16(struct pen *pen, unsigned value) {
  put_u8(pen, value);
  put_u8(pen, value >> 8);
}

static void put_little_u32(struct pen *pen, uint32_t value) {
  put_little_u16(pen, value & 0xffff);
  put_little_u16(pen, value >> 16);
}

static void put_octets(struct pen *pen, const uint8_t *octets, size_t length) {
  if (length) memcpy(pen->at, octets, length);
  pen->at += length;
}

/* The sum of RFC 1071, of 16 bits each; an odd octet is the upper half. */
static uint32_t add_sum(uint32_t sum, const uint8_t *octets, size_t length) {
  for (size_t i = 0; i < length; i++)
    sum += i % 2 ? octets[i] : (uint32_t)octets[i] << 8;
  return sum;
}

static uint16_t fold_sum(uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

static void set_u16(uint8_t *octets, uint16_t value) {
  octets[0] = (uint8_t)(value >> 8);
  octets[1] = (uint8_t)value;
}

static void put_ipv4(struct pen *pen, const stubdns_datagram_t *datagram,
                     unsigned protocol, size_t length) {
  uint8_t *const header = pen->at;
  put_u16(pen, 0x4500);
  put_u16(pen, (unsigned)(IPV4_LENGTH + length));
  put_u32(pen, 0);
  put_u8(pen, HOP_LIMIT);
  put_u8(pen, protocol);
  put_u16(pen, 0);
  put_octets(pen, datagram->source.octets, 4);
  put_octets(pen, datagram->destination.octets, 4);
  set_u16(header + 10, fold_sum(add_sum(0, header, IPV4_LENGTH)));
}

static void put_ipv6(struct pen *pen, const stubdns_datagram_t *datagram,
                     unsigned protocol, size_t length) {
  put_u32(pen, 0x60000000);
  put_u16(pen, (unsigned)length);
  put_u8(pen, protocol);
  put_u8(pen, HOP_LIMIT);
  put_octets(pen, datagram->source.octets, 16);
  put_octets(pen, datagram->destination.octets, 16);
}

static void put_ip(struct pen *pen, const stubdns_datagram_t *datagram,
                   unsigned protocol, size_t length) {
  if (datagram->source.length == 4)
    put_ipv4(pen, datagram, protocol, length);
  else
    put_ipv6(pen, datagram, protocol, length);
}

static void put_ports(struct pen *pen, const stubdns_datagram_t *datagram) {
  put_u16(pen, datagram->source.port);
  put_u16(pen, datagram->destination.port);
}

static void put_udp(struct pen *pen, const stubdns_datagram_t *datagram) {
  put_ports(pen, datagram);
  put_u16(pen, (unsigned)(UDP_LENGTH + datagram->length));
  put_u16(pen, 0);
}

/* Each message is a segment of its own; as nothing is known of its place in the
 * stream, its place in the file stands for that, and no two overlap. */
static void put_tcp(struct pen *pen, const stubdns_datagram_t *datagram) {
  put_ports(pen, datagram);
  put_u32(pen, (uint32_t)datagram->frame_offset);
  put_u32(pen, 1);
  put_u16(pen, TCP_FLAGS);
  put_u16(pen, TCP_WINDOW);
  put_u32(pen, 0);
  put_u16(pen, (unsigned)datagram->length);
}

/* "Port unreachable" of RFC 792 or RFC 4443 section 3.1, with the headers of
 * the datagram that it is about; of that no more is known. */
static void put_icmp(struct pen *pen, const stubdns_datagram_t *datagram) {
  stubdns_datagram_t quoted = {.source = datagram->destination,
                               .destination = datagram->source};
  put_u16(pen, datagram->source.length == 4 ? 0x0303 : 0x0104);
  put_u16(pen, 0);
  put_u32(pen, 0);
  put_ip(pen, &quoted, PROTOCOL_UDP, UDP_LENGTH);
  put_udp(pen, &quoted);
}

/* RFC 768, RFC 9293 section 3.1 and RFC 8200 section 8.1: over a header of
 * addresses as well, but in ICMP of IPv4. */
static uint16_t transport_sum(const stubdns_datagram_t *datagram,
                              unsigned protocol, const uint8_t *octets,
                              size_t length) {
  const size_t address = datagram->source.length;
  uint32_t sum = add_sum(0, octets, length);
  if (protocol != PROTOCOL_ICMP) {
    sum += (uint32_t)length + protocol;
    sum = add_sum(sum, datagram->source.octets, address);
    sum = add_sum(sum, datagram->destination.octets, address);
  }
  const uint16_t folded = fold_sum(sum);
  return folded || protocol != PROTOCOL_UDP ? folded : 0xffff;
}

void stubdns_capture_write_header(
    uint8_t octets[STUBDNS_CAPTURE_HEADER_LENGTH]) {
  struct pen pen;
  pen.at = octets;
  put_little_u32(&pen, PCAP_MAGIC);
  put_little_u16(&pen, PCAP_VERSION_MAJOR);
  put_little_u16(&pen, PCAP_VERSION_MINOR);
  put_little_u32(&pen, 0);
  put_little_u32(&pen, 0);
  put_little_u32(&pen, STUBDNS_CAPTURE_FRAME_MAX);
  put_little_u32(&pen, STUBDNS__LINK_RAW);
}

static void put_frame_header(struct pen *pen, uint64_t time_ns, size_t length) {
  const uint64_t time_us = time_ns / 1000;
  put_little_u32(pen, (uint32_t)(time_us / 1000000));
  put_little_u32(pen, (uint32_t)(time_us % 1000000));
  put_little_u32(pen, (uint32_t)length);
  put_little_u32(pen, (uint32_t)length);
}

/* Both addresses are of one family; the octets fit an IP packet. */
static int is_writable(const stubdns_datagram_t *datagram, size_t length) {
  const size_t address = datagram->source.length;
  if (address != datagram->destination.length) return 0;
  if (address == 4) return length <= UINT16_MAX - IPV4_LENGTH;
  return address == 16 && length <= UINT16_MAX;
}

/* How a datagram stands in an IP packet. */
struct form {
  unsigned protocol;
  size_t header_length; /* with what precedes a message on TCP */
  size_t sum_offset;    /* of the checksum, in the header */
  void (*put)(struct pen *pen, const stubdns_datagram_t *datagram);
};

static struct form form_of(const stubdns_datagram_t *datagram) {
  const int is_ipv4 = datagram->source.length == 4;
  if (datagram->is_refusal)
    return (struct form){is_ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6,
                         ICMP_LENGTH + UDP_LENGTH +
                             (is_ipv4 ? IPV4_LENGTH : IPV6_LENGTH),
                         2, put_icmp};
  if (datagram->is_tcp)
    return (struct form){PROTOCOL_TCP, TCP_LENGTH + TCP_PREFIX, 16, put_tcp};
  return (struct form){PROTOCOL_UDP, UDP_LENGTH, 6, put_udp};
}

int stubdns_capture_write(const stubdns_datagram_t *datagram,
                          uint8_t octets[STUBDNS_CAPTURE_WRITE_MAX],
                          size_t *length) {
  const struct form form = form_of(datagram);
  const size_t payload = datagram->is_refusal ? 0 : datagram->length;
  const size_t transport = form.header_length + payload;
  const size_t ip = datagram->source.length == 4 ? IPV4_LENGTH : IPV6_LENGTH;
  struct pen pen;
  pen.at = octets;
  *length = 0;
  if (payload > STUBDNS_MESSAGE_MAX || !is_writable(datagram, transport))
    return STUBDNS_EINVALID;
  put_frame_header(&pen, datagram->time_ns, ip + transport);
  put_ip(&pen, datagram, form.protocol, transport);
  uint8_t *const header = pen.at;
  form.put(&pen, datagram);
  put_octets(&pen, datagram->octets, payload);
  set_u16(header + form.sum_offset,
          transport_sum(datagram, form.protocol, header, transport));
  *length = (size_t)(pen.at - octets);
  return 0;
}
