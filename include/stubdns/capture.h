/* Reading captures (pcap and pcapng) and hex files, and writing pcap.  Part of
 * the library stubdns_replay; nothing here needs libuv. */
#ifndef STUBDNS_CAPTURE_H
#define STUBDNS_CAPTURE_H

#include "address.h"
#include "error.h"
#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Interfaces of one pcapng section; frames of later ones are counted only. */
#define STUBDNS_CAPTURE_INTERFACES_MAX 32

/* The longest frame; libpcap's own limit, and so that of tshark.  One that says
 * it is longer is damage. */
#define STUBDNS_CAPTURE_FRAME_MAX 262144

/* One UDP datagram of a capture, or one TCP message, or word that nobody
 * listens at a UDP port: a "port unreachable" of ICMP (RFC 792) or ICMPv6 (RFC
 * 4443 section 3.1).  That has no octets; its source is the port of which it
 * tells, and its destination the one that sent there. */
typedef struct stubdns_datagram {
  const uint8_t *octets; /* the payload; on TCP without its length in front */
  size_t length;
  stubdns_address_t source;
  stubdns_address_t destination;
  uint64_t time_ns;      /* since 1970; 0 where the capture does not say */
  uint32_t number;       /* of its frame, the first is 1 */
  uint64_t frame_offset; /* of its record, from the file's first octet */
  uint8_t is_tcp;
  uint8_t is_refusal;
} stubdns_datagram_t;

/* A walk over the datagrams of a capture. */
typedef struct stubdns_capture {
  /* to be set after open */
  uint8_t goes_on; /* the file does, behind the octets that were given */
  uint8_t
      with_tcp; /* TCP messages that stand whole in one segment are wanted */
  uint8_t with_refusals; /* and what ICMP says of ports */
  /* to be read */
  uint32_t frame_count;        /* frames read so far; of these gave nothing: */
  uint32_t fragment_count;     /* fragments of IP packets */
  uint32_t cut_count;          /* frames that end inside a header or datagram */
  uint32_t other_count;        /* TCP, ICMP, ARP, other ports ... */
  uint32_t unknown_link_count; /* frames of interfaces we cannot read */
  uint64_t error_offset;       /* where the file is damaged */
  /* private */
  uint64_t base; /* where in the file `octets` begin */
  const uint8_t *octets;
  size_t length;
  size_t offset;
  const uint16_t *ports;
  size_t port_count;
  uint8_t is_pcapng;
  uint8_t is_little_endian;
  uint32_t interface_count;
  struct stubdns__interface {
    uint16_t link_type;
    uint8_t resolution; /* if_tsresol: power of ten, or of two with bit 7 */
    uint32_t snap_length;
    int64_t time_offset_s;
  } interfaces[STUBDNS_CAPTURE_INTERFACES_MAX];
} stubdns_capture_t;

/* Begins to read a capture:
 *
 *   stubdns_capture_t capture;
 *   int error = stubdns_capture_open(&capture, octets, length, NULL, 0);
 *   if (error) return error;
 *   stubdns_datagram_t datagram;
 *   while ((error = stubdns_capture_next(&capture, &datagram)) > 0) ...
 *
 * Reading never allocates; what is read borrows the file's octets.  They are
 * `length` octets of a pcap or pcapng file, of either byte
 * order, of links Ethernet (with VLAN tags), Linux cooked 1 and 2, raw IP, null
 * and loop.  Of its datagrams those from or to one of `ports` are given, or all
 * where `port_count` is 0.  `octets` and `ports` are borrowed.
 *
 * Returns 0, STUBDNS_ENOCAPTURE, STUBDNS_EBADCAPTURE or STUBDNS_ELINKTYPE. */
int stubdns_capture_open(stubdns_capture_t *capture, const uint8_t *octets,
                         size_t length, const uint16_t *ports,
                         size_t port_count);

/* Steps to the next datagram.
 *
 * Returns 1; 0 at the end; STUBDNS_CAPTURE_MORE where the file goes on and the
 * next frame is not whole; or STUBDNS_EBADCAPTURE, with `error_offset` telling
 * the frame that is damaged, and then nothing more can be read. */
int stubdns_capture_next(stubdns_capture_t *capture,
                         stubdns_datagram_t *datagram);

#define STUBDNS_CAPTURE_MORE 2

/* How many of the octets are read: those behind them are to be given again,
 * with more of the file, by stubdns_capture_feed(). */
size_t stubdns_capture_consumed(const stubdns_capture_t *capture);

/* Goes on in other octets, which follow in the file what was consumed.
 * Datagrams borrow the octets that they were read from.  A file is read in
 * pieces like this:
 *
 *   capture.goes_on = 1;
 *   while ((error = stubdns_capture_next(&capture, &datagram)) > 0)
 *     if (error == STUBDNS_CAPTURE_MORE) refill(&capture); */
void stubdns_capture_feed(stubdns_capture_t *capture, const uint8_t *octets,
                          size_t length);

/* Writing a capture: a header, then a frame for each message, for files that
 * any reader of pcap knows.
 *
 *   uint8_t octets[STUBDNS_CAPTURE_WRITE_MAX];
 *   stubdns_capture_write_header(octets);
 *   fwrite(octets, STUBDNS_CAPTURE_HEADER_LENGTH, 1, file);
 *   if (!stubdns_capture_write(&datagram, octets, &length))
 *     fwrite(octets, length, 1, file); */
#define STUBDNS_CAPTURE_HEADER_LENGTH 24

/* Headers of frame, IPv6 and TCP, and the longest message. */
#define STUBDNS_CAPTURE_WRITE_MAX (16 + 40 + 20 + 2 + 65535)

void stubdns_capture_write_header(
    uint8_t octets[STUBDNS_CAPTURE_HEADER_LENGTH]);

/* Writes one message as an IP packet (a UDP datagram, a TCP segment of its own,
 * or ICMP for a refusal), of which octets, length, source, destination,
 * time_ns, frame_offset (of which TCP's sequence numbers are made), is_tcp and
 * is_refusal count; the time is rounded down to a microsecond.  Gives the
 * octets written in
 * `*length`.
 *
 * Returns 0, or STUBDNS_EINVALID: the addresses are not of one family, or no IP
 * packet is so long, which can only be where the message is longer than 65493
 * octets. */
int stubdns_capture_write(const stubdns_datagram_t *datagram,
                          uint8_t octets[STUBDNS_CAPTURE_WRITE_MAX],
                          size_t *length);

/* Reads octets written as pairs of hex digits, with blanks between pairs and
 * comments from '#' to the end of a line.
 *
 * Gives in `*count` the octets written, or, on error, the offset in `text`.
 * Returns 0, STUBDNS_EBADHEX or STUBDNS_ENOSPACE. */
int stubdns_hex_read(const char *text, size_t length, uint8_t *octets,
                     size_t size, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
