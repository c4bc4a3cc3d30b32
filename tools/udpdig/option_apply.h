/* What options do beyond storing a number: functions for the option table. */
#ifndef UDPDIG_OPTION_APPLY_H
#define UDPDIG_OPTION_APPLY_H

#include "output.h"
#include "settings.h"

/* After the member was stored: `on` is 0 for +noname, `value` the number or 0;
 * option_apply.c. */
typedef void option_apply(struct settings *settings, int on, uint32_t value);

option_apply option_apply_all;
option_apply option_apply_bufsize;
option_apply option_apply_color;
option_apply option_apply_cookie;
option_apply option_apply_diff;
option_apply option_apply_dnssec;
option_apply option_apply_domain;
option_apply option_apply_edns;
option_apply option_apply_edns_needed;
option_apply option_apply_ednsflags;
option_apply option_apply_ednsopt;
option_apply option_apply_expect;
option_apply option_apply_help;
option_apply option_apply_idn;
option_apply option_apply_ipv4;
option_apply option_apply_ipv6;
option_apply option_apply_json;
option_apply option_apply_ndots;
option_apply option_apply_opcode;
option_apply option_apply_qid;
option_apply option_apply_retry;
option_apply option_apply_short;
option_apply option_apply_split;
option_apply option_apply_stats;
option_apply option_apply_subnet;
option_apply option_apply_tsv;
option_apply option_apply_version;
option_apply option_apply_yaml;

/* Reads a value that is text.  Returns 0, or STUBDNS_EINVALID with the rest of
 * a sentence that begins with the value in `message`; option_read.c. */
typedef int option_read(struct settings *settings, const char *text,
                        struct output *message);

option_read option_read_cookie;
option_read option_read_domain;
option_read option_read_ednsflags;
option_read option_read_ednsopt;
option_read option_read_expect;
option_read option_read_opcode;
option_read option_read_subnet;

#endif
