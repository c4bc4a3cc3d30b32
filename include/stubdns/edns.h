/* EDNS: the OPT record of a message and its options, RFC 6891. */
#ifndef STUBDNS_EDNS_H
#define STUBDNS_EDNS_H

#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Option codes, IANA registry "DNS EDNS0 Option Codes (OPT)", with the names
 * that dig writes. */
#define STUBDNS_OPTION_MAP(X)                                                  \
  X(NSID, 3, "NSID")                      /* RFC 5001 */                       \
  X(DAU, 5, "DAU")                        /* RFC 6975 */                       \
  X(DHU, 6, "DHU")                        /* RFC 6975 */                       \
  X(N3U, 7, "N3U")                        /* RFC 6975 */                       \
  X(CLIENT_SUBNET, 8, "CLIENT-SUBNET")    /* RFC 7871 */                       \
  X(EXPIRE, 9, "EXPIRE")                  /* RFC 7314 */                       \
  X(COOKIE, 10, "COOKIE")                 /* RFC 7873 */                       \
  X(KEEPALIVE, 11, "TCP KEEPALIVE")       /* RFC 7828 */                       \
  X(PADDING, 12, "PADDING")               /* RFC 7830 */                       \
  X(CHAIN, 13, "CHAIN")                   /* RFC 7901 */                       \
  X(KEY_TAG, 14, "KEY-TAG")               /* RFC 8145 */                       \
  X(EXTENDED_ERROR, 15, "EDE")            /* RFC 8914 */                       \
  X(REPORT_CHANNEL, 18, "REPORT-CHANNEL") /* RFC 9567 */                       \
  X(ZONE_VERSION, 19, "ZONEVERSION")      /* RFC 9660 */

enum stubdns_option_code {
#define X(identifier, number, mnemonic) STUBDNS_OPTION_##identifier = number,
  STUBDNS_OPTION_MAP(X)
#undef X
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

/* The name of an option code as dig writes it ("NSID", "COOKIE"), or NULL. */
const char *stubdns_option_mnemonic(uint16_t code);

/* The purpose of an extended error code, IANA registry "Extended DNS Error
 * Codes" ("DNSSEC Bogus"), or NULL for one that is not registered. */
const char *stubdns_extended_error_text(uint16_t code);

/* Values of options.  Each function below reads one kind and returns 0, or
 * STUBDNS_EBADOPTION where the octets do not have the form that the option's
 * RFC gives; the caller has looked at `option->code`.  What is borrowed is
 * valid as long as the message. */

/* RFC 7871 section 6. */
typedef struct stubdns_client_subnet {
  uint16_t family; /* 1: IPv4, 2: IPv6 */
  uint8_t source_prefix;
  uint8_t scope_prefix;
  uint8_t address[16]; /* zeros behind the prefix */
} stubdns_client_subnet_t;

/* RFC 7873 section 4. */
typedef struct stubdns_cookie {
  uint8_t client[8];
  uint8_t server_length; /* 0, or 8 to 32 */
  uint8_t server[32];
} stubdns_cookie_t;

/* RFC 8914 section 2.  The text is octets from the network, not ended by a NUL
 * and not safe to print as they are. */
typedef struct stubdns_extended_error {
  uint16_t code;
  uint16_t text_length;
  const uint8_t *text;
} stubdns_extended_error_t;

/* RFC 9660 section 2. */
typedef struct stubdns_zone_version {
  uint8_t label_count; /* of the zone's name */
  uint8_t type;        /* 0: SOA serial */
  uint16_t version_length;
  const uint8_t *version;
} stubdns_zone_version_t;

int stubdns_option_client_subnet(const stubdns_option_t *option,
                                 stubdns_client_subnet_t *subnet);
int stubdns_option_cookie(const stubdns_option_t *option,
                          stubdns_cookie_t *cookie);
int stubdns_option_extended_error(const stubdns_option_t *option,
                                  stubdns_extended_error_t *extended_error);

/* An empty option, as in a query, gives a version of length 0. */
int stubdns_option_zone_version(const stubdns_option_t *option,
                                stubdns_zone_version_t *version);

/* EXPIRE: seconds, RFC 7314 section 2; keepalive: units of 100 ms, RFC 7828
 * section 3.1.  `*present` is 0 where the option is empty. */
int stubdns_option_expire(const stubdns_option_t *option, int *present,
                          uint32_t *expire_s);
int stubdns_option_keepalive(const stubdns_option_t *option, int *present,
                             uint16_t *timeout);

/* The name in CHAIN (RFC 7901 section 4) and report-channel (RFC 9567). */
int stubdns_option_name(const stubdns_option_t *option, stubdns_name_t *name);

/* The key tag at `index` of RFC 8145 section 4.1; returns 0 behind the last. */
int stubdns_option_key_tag(const stubdns_option_t *option, size_t index,
                           uint16_t *key_tag);

/* Collects options in wire form, for stubdns_query_t and stubdns_builder_opt().
 * Begin with the buffer, its size and 0: {buffer, sizeof buffer, 0, 0}.  Calls
 * may go on after an error, which sticks: STUBDNS_ENOSPACE, or
 * STUBDNS_EBADOPTION for a value that has no valid form. */
typedef struct stubdns_options {
  uint8_t *octets;
  size_t size;
  size_t length; /* octets of all options, also of those that did not fit */
  int error;
} stubdns_options_t;

/* Adds an option of any code with any value: DAU, DHU, N3U, NSID and those that
 * no function below knows. */
void stubdns_options_add(stubdns_options_t *options, uint16_t code,
                         const uint8_t *octets, size_t length);
void stubdns_options_add_client_subnet(stubdns_options_t *options,
                                       const stubdns_client_subnet_t *subnet);
void stubdns_options_add_cookie(stubdns_options_t *options,
                                const stubdns_cookie_t *cookie);
void stubdns_options_add_extended_error(
    stubdns_options_t *options, const stubdns_extended_error_t *extended_error);
void stubdns_options_add_zone_version(stubdns_options_t *options,
                                      const stubdns_zone_version_t *version);
void stubdns_options_add_expire(stubdns_options_t *options, uint32_t expire_s);
void stubdns_options_add_keepalive(stubdns_options_t *options,
                                   uint16_t timeout);
void stubdns_options_add_name(stubdns_options_t *options, uint16_t code,
                              const stubdns_name_t *name);
void stubdns_options_add_key_tags(stubdns_options_t *options,
                                  const uint16_t *key_tags, size_t count);

/* Adds PADDING of `length` zero octets, RFC 7830. */
void stubdns_options_add_padding(stubdns_options_t *options, size_t length);

#ifdef __cplusplus
}
#endif
#endif
