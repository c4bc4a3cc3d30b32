/* EDNS: the OPT record of a message and its options, RFC 6891. */
#ifndef STUBDNS_EDNS_H
#define STUBDNS_EDNS_H

#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Option codes, IANA registry "DNS EDNS0 Option Codes (OPT)". */
enum stubdns_option_code {
  STUBDNS_OPTION_NSID = 3,            /* RFC 5001 */
  STUBDNS_OPTION_DAU = 5,             /* RFC 6975 */
  STUBDNS_OPTION_DHU = 6,             /* RFC 6975 */
  STUBDNS_OPTION_N3U = 7,             /* RFC 6975 */
  STUBDNS_OPTION_CLIENT_SUBNET = 8,   /* RFC 7871 */
  STUBDNS_OPTION_EXPIRE = 9,          /* RFC 7314 */
  STUBDNS_OPTION_COOKIE = 10,         /* RFC 7873 */
  STUBDNS_OPTION_KEEPALIVE = 11,      /* RFC 7828 */
  STUBDNS_OPTION_PADDING = 12,        /* RFC 7830 */
  STUBDNS_OPTION_CHAIN = 13,          /* RFC 7901 */
  STUBDNS_OPTION_KEY_TAG = 14,        /* RFC 8145 */
  STUBDNS_OPTION_EXTENDED_ERROR = 15, /* RFC 8914 */
  STUBDNS_OPTION_REPORT_CHANNEL = 18, /* RFC 9567 */
  STUBDNS_OPTION_ZONE_VERSION = 19    /* RFC 9660 */
};

/* One option: its value is borrowed from the message. */
typedef struct stubdns_option {
  uint16_t code;
  uint16_t length;
  const uint8_t *octets;
} stubdns_option_t;

/* The fixed part of an OPT record, RFC 6891 section 6.1.3. */
typedef struct stubdns_edns {
  uint16_t payload_size;  /* below 512 means 512, section 6.2.3 */
  uint8_t extended_rcode; /* the upper 8 bits of 12 */
  uint8_t version;
  uint16_t flags; /* STUBDNS_EDNS_DO */
} stubdns_edns_t;

/* Reads the OPT record's fixed part; returns 0 where there is no OPT. */
int stubdns_message_edns(const stubdns_message_t *message,
                         stubdns_edns_t *edns);

/* Steps over the options of a message's OPT record; begin with `*position` 0.
 * Options come in their order, repeated and unknown ones too.  Where the OPT
 * record has malformed content they are handed out all the same: each user of
 * an option checks what it needs.  Returns 0 behind the last one. */
int stubdns_message_next_option(const stubdns_message_t *message,
                                size_t *position, stubdns_option_t *option);

#ifdef __cplusplus
}
#endif
#endif
