/* What the options say: how a question is asked and how its reply is printed.
 * Every switch is 0 or 1 and every number stands in one unit, so that the
 * option table can name a member and need no code. */
#ifndef UDPDIG_SETTINGS_H
#define UDPDIG_SETTINGS_H

#include "stubdns/lookup.h"

#include <stdint.h>

enum record_comments {
  RECORD_COMMENTS_OFF = 0,
  RECORD_COMMENTS_ON = 1,
  RECORD_COMMENTS_IF_MULTILINE = 2
};

/* How replies are printed. */
enum form {
  FORM_TEXT, /* as dig does; with `short_form` the data alone */
  FORM_JSON,
  FORM_RFC8427,
  FORM_DOH,
  FORM_YAML
};

/* What the program does. */
enum mode { MODE_ASK, MODE_BULK, MODE_HELP, MODE_HELP_ALL, MODE_VERSION };

/* Whether names are written with letters outside ASCII. */
enum idn_out { IDN_OUT_NEVER, IDN_OUT_ALWAYS, IDN_OUT_ON_TERMINAL };

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

#define EXPECTATIONS_MAX 16

struct settings {
  /* asking */
  uint8_t recursion;
  uint8_t authentic_data;
  uint8_t checking_disabled;
  uint8_t edns;
  uint8_t dnssec_ok;
  uint8_t authoritative; /* the header's AA, TC, RA, Z */
  uint8_t truncated;
  uint8_t available;
  uint8_t reserved;
  uint8_t compact_ok; /* CO of EDNS */
  uint8_t header_only;
  uint8_t letters; /* random capitals, 0x20 */
  uint8_t nsid;
  uint8_t expire;
  uint8_t keepalive;
  uint8_t cookie;
  uint8_t take_errors;
  uint8_t edns_negotiation; /* 0: BADVERS is a reply like any other */
  uint8_t bad_cookie_retry; /* 0: and so is BADCOOKIE */
  uint8_t idn_in;
  uint8_t idn_out; /* enum idn_out */
  uint8_t ignore_truncation;
  uint8_t tcp; /* from the first query on */
  uint8_t ipv4_only;
  uint8_t ipv6_only;
  stubdns_address_t local; /* asked from; length 0: the system's choice */
  uint32_t edns_version;
  uint32_t edns_flags;
  uint32_t payload_size;
  uint32_t padding; /* block in octets; 0: none */
  uint32_t opcode;
  uint32_t query_id;
  uint8_t has_query_id;
  uint8_t cookie_length; /* 0: the library makes one */
  uint8_t cookie_octets[40];
  uint8_t subnet_family; /* RFC 7871: 1, 2; 0: no option */
  uint8_t subnet_prefix;
  uint8_t subnet_address[16];
  uint16_t edns_options_length;
  uint8_t edns_options[STUBDNS_LOOKUP_OPTIONS_MAX]; /* in wire form */
  uint8_t search;
  uint32_t ndots;
  uint8_t has_ndots;  /* 0: the system's */
  const char *domain; /* the whole search list; NULL: the system's */
  uint32_t port;
  uint32_t tries;       /* 0: the library's number */
  uint32_t timeout_ms;  /* of each try; 0: not said */
  uint32_t deadline_ms; /* of the lookup; 0: not said */
  /* printing */
  uint8_t short_form;
  uint8_t command;
  uint8_t comments;
  uint8_t question;
  uint8_t answer;
  uint8_t authority;
  uint8_t additional;
  uint8_t statistics;
  uint8_t microseconds;
  uint8_t sent_query;
  uint8_t class_;
  uint8_t ttl;
  uint8_t ttl_units;
  uint8_t multiline;
  uint8_t split;
  uint8_t crypto;
  uint8_t expand_ipv6;
  uint8_t unknown_format;
  uint8_t best_effort; /* 0: malformed content makes a reply malformed */
  uint8_t identify;
  uint32_t split_width;    /* 0: dig's */
  uint32_t records_max;    /* in a section; 0: all */
  uint32_t text_max;       /* characters of a record; 0: all */
  uint8_t record_comments; /* enum record_comments */
  uint8_t form;            /* enum form */
  uint8_t tabs;            /* one tab between columns, in text */
  uint8_t timeline;
  uint8_t explain;
  uint8_t color; /* enum color */
  uint8_t mode;  /* enum mode */
  /* checking */
  uint32_t count; /* how often each question is asked; 0: once, and printed */
  uint32_t interval_ms;
  uint8_t all_servers;   /* each of them is asked */
  uint8_t diff;          /* and what they say is compared */
  uint8_t exit_rcode;    /* the exit status tells the RCODE */
  uint8_t deterministic; /* no ID, time or port that differs between runs */
  uint8_t expectation_count;
  const char *expectations[EXPECTATIONS_MAX]; /* see expect.h */
  const char *decode_file; /* whose messages are printed; nothing is asked */
  uint32_t decode_port;    /* of its datagrams; 0: 53 and 5353 */
  const char *record_file; /* where all that is sent and received goes */
  const char *replay_file; /* which answers in the network's place */
  /* many names; the command line alone says so */
  const char *journal;
  const char *statistics_file;
  uint32_t window;
  uint32_t rate; /* queries a second, 0 for no limit */
  uint32_t threads;
  uint32_t first_line; /* number of the file's first line */
  uint8_t unordered;
};

/* RD and AD, EDNS with 1232 octets; everything printed but the query. */
extern const struct settings default_settings;

/* How long a lookup may take: what +deadline says, else what +timeout and
 * +tries come to, else 0, the library's own deadline. */
uint32_t settings_deadline_ms(const struct settings *settings);

#endif
