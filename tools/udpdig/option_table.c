/* The table itself, one line an option. */
#include "option_table.h"
#include "option_apply.h"

#include "stubdns/lookup.h"

#define DURATION_MAX_MS 3600000 /* four tries of it still fit 32 bits */

const char *const topic_titles[TOPIC_COUNT] = {
    [TOPIC_WHAT] = "What is asked, and whom",
    [TOPIC_QUERY] = "The query",
    [TOPIC_TIME] = "Time and tries",
    [TOPIC_PARTS] = "Which parts are printed",
    [TOPIC_RECORDS] = "How records are printed",
    [TOPIC_FORMS] = "Other forms",
    [TOPIC_CHECKS] = "Checks and tests",
    [TOPIC_BULK] = "Many names",
    [TOPIC_PROGRAM] = "The program",
    [TOPIC_REFUSED] = "Options of dig that are refused",
};

#define AT(member) offsetof(struct settings, member)
#define SWITCH(topic, names, member, help, apply)                              \
  {names, 0,    TOPIC_##topic, OPTION_SWITCH, AT(member), 0,                   \
   0,     NULL, help,          apply,         NULL},
#define TEXT(topic, names, kind, value, help, apply, read)                     \
  {names, 0,     TOPIC_##topic, OPTION_##kind, NO_MEMBER, 0,                   \
   0,     value, help,          apply,         read},
#define LETTER(topic, letter, kind, value, help)                               \
  {"", letter, TOPIC_##topic, OPTION_##kind, NO_MEMBER, 0,                     \
   0,  value,  help,          NULL,          NULL},
#define NUMBER(topic, names, kind, member, minimum, maximum, value, help,      \
               apply)                                                          \
  {names,   0,     TOPIC_##topic, OPTION_##kind, member, minimum,              \
   maximum, value, help,          apply,         NULL},
#define DURATION(topic, names, member, help)                                   \
  {names,                                                                      \
   0,                                                                          \
   TOPIC_##topic,                                                              \
   OPTION_DURATION,                                                            \
   AT(member),                                                                 \
   1,                                                                          \
   DURATION_MAX_MS,                                                            \
   "T",                                                                        \
   help,                                                                       \
   NULL,                                                                       \
   NULL},
#define REFUSED(names, letter, reason)                                         \
  {names, letter, TOPIC_REFUSED, OPTION_REFUSED, NO_MEMBER, 0,                 \
   0,     NULL,   reason,        NULL,           NULL},

/* clang-format off */
const struct option option_table[] = {
  LETTER(WHAT, 'q', WORD, "NAME", "ask for NAME, whatever it looks like")
  LETTER(WHAT, 't', WORD, "TYPE", "ask for records of TYPE: MX, TYPE65280")
  LETTER(WHAT, 'c', WORD, "CLASS", "ask in CLASS: IN, CH, CLASS77")
  LETTER(WHAT, 'x', WORD, "ADDRESS", "ask for the name of an address (PTR)")
  LETTER(WHAT, 'b', WORD, "ADDRESS[#PORT]", "ask from this address of the host")
  {"port", 'p', TOPIC_WHAT, OPTION_NUMBER, AT(port), 1, 65535, "PORT",
   "port of servers named without one", NULL, NULL},
  {"ipv4", '4', TOPIC_WHAT, OPTION_SWITCH, AT(ipv4_only), 0, 0, NULL,
   "ask servers with IPv4 addresses only", option_apply_ipv4, NULL},
  {"ipv6", '6', TOPIC_WHAT, OPTION_SWITCH, AT(ipv6_only), 0, 0, NULL,
   "ask servers with IPv6 addresses only", option_apply_ipv6, NULL},

  SWITCH(WHAT, "search defname", search,
         "try the names that the search list makes of NAME", NULL)
  NUMBER(WHAT, "ndots", NUMBER, AT(ndots), 0, 15, "N",
         "with +search: NAME with N dots comes first", option_apply_ndots)
  TEXT(WHAT, "domain", TEXT, "DOMAIN", "+search with this search list alone",
       option_apply_domain, option_read_domain)
  SWITCH(WHAT, "all-servers", all_servers, "ask each server, not one of them",
         NULL)

  SWITCH(QUERY, "rec recurse rdflag", recursion, "set RD [on]", NULL)
  SWITCH(QUERY, "ad adflag", authentic_data, "set AD [on]", NULL)
  SWITCH(QUERY, "cd cdflag", checking_disabled, "set CD", NULL)
  SWITCH(QUERY, "dnssec do", dnssec_ok, "ask for DNSSEC records", option_apply_dnssec)
  NUMBER(QUERY, "edns", NUMBER_MAYBE, NO_MEMBER, 0, 255, "N",
         "send EDNS, version N [on, 0]", option_apply_edns)
  NUMBER(QUERY, "bufsize", NUMBER_MAYBE, NO_MEMBER, 512, 65535, "N",
         "UDP payload size in octets [1232]", option_apply_bufsize)

  TEXT(QUERY, "cookie", TEXT_MAYBE, "HEX",
       "send a cookie, RFC 7873 [on]", option_apply_cookie, option_read_cookie)
  SWITCH(QUERY, "nsid", nsid, "ask for the server's ID, RFC 5001",
         option_apply_edns_needed)
  TEXT(QUERY, "subnet", TEXT, "NETWORK",
       "send a client subnet, RFC 7871; 0: no address", option_apply_subnet,
       option_read_subnet)
  SWITCH(QUERY, "expire", expire, "ask when the zone expires, RFC 7314",
         option_apply_edns_needed)
  SWITCH(QUERY, "keepalive", keepalive, "ask how long TCP stays, RFC 7828",
         option_apply_edns_needed)
  NUMBER(QUERY, "padding", NUMBER, AT(padding), 0, STUBDNS_LOOKUP_OPTIONS_MAX,
         "N", "pad the query to a multiple of N octets, RFC 7830",
         option_apply_edns_needed)
  TEXT(QUERY, "ednsopt", TEXT, "CODE[:HEX]", "send any EDNS option",
       option_apply_ednsopt, option_read_ednsopt)
  TEXT(QUERY, "ednsflags", TEXT, "N", "set unassigned flags of EDNS",
       option_apply_ednsflags, option_read_ednsflags)
  SWITCH(QUERY, "coflag co", compact_ok, "set CO, RFC 9824",
         option_apply_edns_needed)
  NUMBER(QUERY, "qid", NUMBER, AT(query_id), 0, 65535, "N",
         "use this query ID", option_apply_qid)
  TEXT(QUERY, "opcode", TEXT, "OPCODE", "use another opcode: NOTIFY, 4",
       option_apply_opcode, option_read_opcode)
  SWITCH(QUERY, "aaflag aaonly", authoritative, "set AA", NULL)
  SWITCH(QUERY, "tcflag", truncated, "set TC", NULL)
  SWITCH(QUERY, "raflag", available, "set RA", NULL)
  SWITCH(QUERY, "zflag", reserved, "set the reserved bit Z", NULL)
  SWITCH(QUERY, "header-only", header_only, "send no question", NULL)
  SWITCH(QUERY, "0x20", letters, "send random capitals, to be repeated", NULL)

  DURATION(TIME, "deadline", deadline_ms, "give up after T [5]")
  DURATION(TIME, "timeout time", timeout_ms,
           "give up after T for each try; +deadline wins")
  NUMBER(TIME, "tries", NUMBER, AT(tries), 1, STUBDNS_SENDS_PER_SERVER, "N",
         "send at most N queries to each server [4]", NULL)
  NUMBER(TIME, "retry", NUMBER, NO_MEMBER, 0, STUBDNS_SENDS_PER_SERVER - 1, "N",
         "the same, the first one not counted", option_apply_retry)
  SWITCH(TIME, "ignore", ignore_truncation,
         "take a truncated reply, and use no TCP", NULL)
  SWITCH(TIME, "tcp vc", tcp, "ask over TCP", NULL)

  SWITCH(TIME, "fail", take_errors,
         "take the first reply, errors too, and ask no more", NULL)
  SWITCH(TIME, "ednsnegotiation", edns_negotiation,
         "off: take BADVERS as the reply [on]", NULL)
  SWITCH(TIME, "badcookie", bad_cookie_retry,
         "off: take BADCOOKIE as the reply [on]", NULL)

  SWITCH(PARTS, "short", short_form, "data of the answers only", option_apply_short)
  {"all", 0, TOPIC_PARTS, OPTION_SWITCH, NO_MEMBER, 0, 0, NULL,
   "all parts, or none: +noall +answer", option_apply_all, NULL},
  SWITCH(PARTS, "cmd", command, "the command line", NULL)
  SWITCH(PARTS, "comments", comments, "header, EDNS, titles of sections", NULL)
  SWITCH(PARTS, "question", question, "question section", NULL)
  SWITCH(PARTS, "answer", answer, "answer section", NULL)
  SWITCH(PARTS, "authority", authority, "authority section", NULL)
  SWITCH(PARTS, "additional", additional, "additional section", NULL)
  {"stats", 0, TOPIC_PARTS, OPTION_FILE_MAYBE, AT(statistics_file), 0, 0, "FILE",
   "time, server and size; with -f: a summary",
   option_apply_stats, NULL},
  SWITCH(PARTS, "qr", sent_query, "the query as well", NULL)
  SWITCH(PARTS, "identify", identify, "with +short: whose answer it is", NULL)
  SWITCH(PARTS, "besteffort", best_effort,
         "off: records with malformed content are an error [on]", NULL)
  {"", 'u', TOPIC_PARTS, OPTION_SWITCH, AT(microseconds), 0, 0, NULL,
   "the query time in microseconds", NULL, NULL},

  SWITCH(RECORDS, "cl class", class_, "class [on]", NULL)
  SWITCH(RECORDS, "ttlid ttl", ttl, "TTL [on]", NULL)
  SWITCH(RECORDS, "ttlunits", ttl_units, "TTL as 1h30m", NULL)
  SWITCH(RECORDS, "multiline", multiline, "long records on several lines", NULL)
  NUMBER(RECORDS, "split", NUMBER_MAYBE, AT(split_width), 0, 65532, "N",
         "hex and base64 in pieces of N characters [56]", option_apply_split)
  SWITCH(RECORDS, "crypto", crypto, "keys and signatures [on]", NULL)
  SWITCH(RECORDS, "rrcomments", record_comments, "comments on keys", NULL)
  SWITCH(RECORDS, "expandaaaa", expand_ipv6, "IPv6 addresses in full", NULL)
  NUMBER(RECORDS, "max-rrs", NUMBER, AT(records_max), 0, UINT32_MAX, "N",
         "at most N records of a section, not in JSON and YAML", NULL)
  NUMBER(RECORDS, "max-text", NUMBER, AT(text_max), 0, UINT32_MAX, "N",
         "at most N characters of a record, not in JSON and YAML", NULL)
  SWITCH(RECORDS, "idnin", idn_in, "names with any letters to ask for [on]",
         NULL)
  {"idn", 0, TOPIC_RECORDS, OPTION_SWITCH, NO_MEMBER, 0, 0, NULL,
   "both", option_apply_idn, NULL},
  SWITCH(RECORDS, "idnout", idn_out, "names as people write them [on a terminal]", NULL)
  SWITCH(RECORDS, "unknownformat", unknown_format,
         "RDATA as \\# LENGTH HEX, RFC 3597", NULL)

  {"json", 0, TOPIC_FORMS, OPTION_CHOICE_MAYBE, NO_MEMBER, 0, 0, "rfc8427|doh",
   "a JSON object a line, failures too", option_apply_json, NULL},
  {"yaml", 0, TOPIC_FORMS, OPTION_SWITCH, NO_MEMBER, 0, 0, NULL,
   "YAML as dig's, but lists where that repeats a key", option_apply_yaml,
   NULL},
  SWITCH(FORMS, "tsv", tabs, "answers with one tab between columns", option_apply_tsv)
  SWITCH(FORMS, "timeline", timeline,
         "each query sent, each datagram ignored", NULL)
  SWITCH(FORMS, "explain", explain, "every octet of the reply, with its field",
         NULL)
  {"color", 0, TOPIC_FORMS, OPTION_CHOICE_MAYBE, NO_MEMBER, 0, 0,
   "auto|always|never", "colours; auto: on a terminal [auto]",
   option_apply_color, NULL},

  LETTER(BULK, 'f', WORD, "FILE",
         "ask for each line: a name, NAME TYPE, arguments")
  NUMBER(BULK, "window", NUMBER, AT(window), 1, 1000000, "N",
         "questions under way at a time [1000]", NULL)
  NUMBER(BULK, "rate", NUMBER, AT(rate), 1, 100000000, "N",
         "at most N queries a second", NULL)
  NUMBER(BULK, "threads", NUMBER, AT(threads), 1, 256, "N",
         "threads that ask [1]", NULL)
  SWITCH(BULK, "unordered", unordered, "records as they come", NULL)
  NUMBER(BULK, "first-line", NUMBER, AT(first_line), 1, UINT32_MAX, "N",
         "count lines from N on: of a part of a file [1]", NULL)
  {"resume", 0, TOPIC_BULK, OPTION_TEXT, AT(journal), 0, 0, "JOURNAL",
   "go on where a run with this journal was cut short", NULL, NULL},

  TEXT(CHECKS, "expect", TEXT, "WHAT",
       "exit with 2 unless met: 'A 192.0.2.1', ttl<=300 ...",
       option_apply_expect, option_read_expect)
  NUMBER(CHECKS, "count", NUMBER, AT(count), 1, 1000000, "N",
         "ask N times; print a line each, then percentiles", NULL)
  DURATION(CHECKS, "interval", interval_ms, "time from one to the next [1]")
  SWITCH(CHECKS, "diff", diff,
         "ask each server, print what differs, exit with 2",
         option_apply_diff)
  SWITCH(CHECKS, "exit-rcode", exit_rcode,
         "exit with 20 + RCODE, 20 for no data", NULL)
  {"decode", 0, TOPIC_CHECKS, OPTION_TEXT, AT(decode_file), 0, 0, "FILE",
   "print the messages of a capture; -: stdin", NULL, NULL},
  {"decode-port", 0, TOPIC_CHECKS, OPTION_NUMBER, AT(decode_port), 1, 65535,
   "N", "of the datagrams decoded [53, 5353]", NULL, NULL},
  {"record", 0, TOPIC_CHECKS, OPTION_TEXT, AT(record_file), 0, 0, "FILE",
   "write what is sent and received, as pcap", NULL, NULL},
  {"replay", 0, TOPIC_CHECKS, OPTION_TEXT, AT(replay_file), 0, 0, "FILE",
   "answer from what was recorded, with no network", NULL, NULL},
  SWITCH(CHECKS, "deterministic", deterministic,
         "fixed ID and times, for tests of programs", NULL)

  {"help", 'h', TOPIC_PROGRAM, OPTION_CHOICE_MAYBE, NO_MEMBER, 0, 0, "all",
   "print the options; all: and what they do", option_apply_help, NULL},
  {"version", 'V', TOPIC_PROGRAM, OPTION_SWITCH, NO_MEMBER, 0, 0, NULL,
   "print the version", option_apply_version, NULL},
  {"", 'v', TOPIC_PROGRAM, OPTION_SWITCH, NO_MEMBER, 0, 0, NULL,
   "the same, as with dig", option_apply_version, NULL},
  LETTER(PROGRAM, 'r', SWITCH, NULL, "read no configuration file; none is ever")

  REFUSED("keepopen", 0, "connections are shared and kept without asking")
  REFUSED("tls tls-ca tls-hostname tls-certfile tls-keyfile https https-get "
          "https-post http-plain http-plain-get http-plain-post", 0,
          "it asks without encryption")
  REFUSED("trace nssearch dns64prefix", 0,
          "it asks one question and draws no conclusions from the answer")
  REFUSED("onesoa", 0, "it makes no zone transfers")
  REFUSED("mapped", 0, "an IPv4-mapped address is asked over IPv4")
  REFUSED("showbadcookie", 0, "--timeline tells of every reply")
  REFUSED("showsearch", 0, "--timeline tells of every query")
  REFUSED("", 'i', "ip6.int has not been in use since 2005 (RFC 4159)")
  REFUSED("", 'k', "this version does not sign its queries")
  REFUSED("", 'm', "this version does not watch its memory")
  REFUSED("", 'y', "this version does not sign its queries")
};
/* clang-format on */

const size_t option_count = sizeof option_table / sizeof option_table[0];
