/* Recorded traffic: reading captures and hex files, and answering questions
 * from what was recorded, so that a test needs no network.
 *
 *   stubdns_capture_t capture;
 *   int error = stubdns_capture_open(&capture, octets, length, NULL, 0);
 *   if (error) return error;
 *   stubdns_datagram_t datagram;
 *   while ((error = stubdns_capture_next(&capture, &datagram)) > 0) ...
 *
 * Reading never allocates; what is read borrows the file's octets. */
#ifndef STUBDNS_REPLAY_H
#define STUBDNS_REPLAY_H

#include "address.h"
#include "error.h"
#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Interfaces of one pcapng section; frames of later ones are counted only. */
#define STUBDNS_CAPTURE_INTERFACES_MAX 32

/* One UDP datagram of a capture. */
typedef struct stubdns_datagram {
  const uint8_t *octets; /* the payload */
  size_t length;
  stubdns_address_t source;
  stubdns_address_t destination;
  uint64_t time_ns;    /* since 1970; 0 where the capture does not say */
  uint32_t number;     /* of its frame, the first is 1 */
  size_t frame_offset; /* of the frame's record, from the file's first octet */
} stubdns_datagram_t;

/* A walk over the datagrams of a capture. */
typedef struct stubdns_capture {
  uint32_t frame_count;        /* frames read so far; of these gave nothing: */
  uint32_t fragment_count;     /* fragments of IP packets */
  uint32_t cut_count;          /* frames that end inside a header or datagram */
  uint32_t other_count;        /* TCP, ARP, other ports ... */
  uint32_t unknown_link_count; /* frames of interfaces we cannot read */
  size_t error_offset;         /* where the file is damaged */
  /* private */
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

/* Begins to read `length` octets of a pcap or pcapng file, of either byte
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
 * Returns 1; 0 at the end; or STUBDNS_EBADCAPTURE, with `error_offset` telling
 * the frame that is damaged, and then nothing more can be read. */
int stubdns_capture_next(stubdns_capture_t *capture,
                         stubdns_datagram_t *datagram);

/* Reads octets written as pairs of hex digits, with blanks between pairs and
 * comments from '#' to the end of a line.
 *
 * Gives in `*count` the octets written, or, on error, the offset in `text`.
 * Returns 0, STUBDNS_EBADHEX or STUBDNS_ENOSPACE. */
int stubdns_hex_read(const char *text, size_t length, uint8_t *octets,
                     size_t size, size_t *count);

/* Recorded exchanges, to answer from. */
typedef struct stubdns_replay {
  size_t exchange_count;
  /* private */
  size_t capacity;
  struct stubdns__recorded *exchanges;
  size_t bucket_count;
  size_t *buckets;
} stubdns_replay_t;

/* What stubdns_replay_answer() did. */
enum stubdns_replay_result {
  STUBDNS_REPLAY_SILENT = 0,    /* no query: nothing is to be sent */
  STUBDNS_REPLAY_RECORDED = 1,  /* a recorded reply */
  STUBDNS_REPLAY_UNMATCHED = 2, /* REFUSED: nothing was recorded for it */
  STUBDNS_REPLAY_REJECTED = 3   /* FORMERR or NOTIMP: no ordinary question */
};

void stubdns_replay_init(stubdns_replay_t *replay);

/* Adds a recorded exchange.  `query` may be NULL, for a reply without the query
 * it answered; then its own question counts.  Octets are borrowed.
 *
 * Returns 0; STUBDNS_ENOMEM; or an error of stubdns_message_parse() where the
 * query (the reply, without one) cannot be read; STUBDNS_EQUESTIONS where it
 * has no question. */
int stubdns_replay_add(stubdns_replay_t *replay, const uint8_t *query,
                       size_t query_length, const uint8_t *reply,
                       size_t reply_length);

/* Adds every exchange that the rest of `capture` holds.  A reply belongs to the
 * last query before it with its ID, addresses and ports; one without stands for
 * itself.
 *
 * Returns 0, STUBDNS_ENOMEM or an error of stubdns_capture_next(). */
int stubdns_replay_add_capture(stubdns_replay_t *replay,
                               stubdns_capture_t *capture);

/* Answers a query: with the recorded reply to the same question (letters
 * folded), else REFUSED.  Where several were recorded, that whose query was
 * most alike counts: EDNS or not, DO, payload size, RD and CD, then the first.
 * The reply gets the ID and the letters of the query's name.
 *
 * `reply` should have room for STUBDNS_MESSAGE_MAX octets; `size` must be at
 * least 512.  Returns one of enum stubdns_replay_result, or
 * STUBDNS_ENOSPACE. */
int stubdns_replay_answer(const stubdns_replay_t *replay, const uint8_t *query,
                          size_t query_length, uint8_t *reply, size_t size,
                          size_t *reply_length);

/* Releases the memory; the replay is empty then. */
void stubdns_replay_free(stubdns_replay_t *replay);

#ifdef __cplusplus
}
#endif
#endif
