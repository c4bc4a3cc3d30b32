/* The table itself, one line an option, and how options are found in it. */
#include "option_table.h"

#include "stubdns/lookup.h"
#include "stubdns/query.h"

#include <string.h>

#define DURATION_MAX_MS 3600000 /* four tries of it still fit 32 bits */

static void apply_short(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (!on) return;
  settings->command = 0;
  settings->comments = 0;
  settings->question = 0;
  settings->answer = 1;
  settings->authority = 0;
  settings->additional = 0;
  settings->statistics = 0;
  settings->record_comments = RECORD_COMMENTS_OFF;
}

static void apply_all(struct settings *settings, int on, uint32_t value) {
  (void)value;
  const uint8_t shown = on != 0;
  settings->command = shown;
  settings->comments = shown;
  settings->question = shown;
  settings->answer = shown;
  settings->authority = shown;
  settings->additional = shown;
  settings->statistics = shown;
}

static void apply_retry(struct settings *settings, int on, uint32_t value) {
  (void)on;
  settings->tries = value + 1;
}

static void apply_edns(struct settings *settings, int on, uint32_t value) {
  settings->edns = on != 0;
  settings->edns_version = value;
}

static void apply_dnssec(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (on) settings->edns = 1;
}

static void apply_bufsize(struct settings *settings, int on, uint32_t value) {
  settings->payload_size = on && value ? value : STUBDNS_PAYLOAD_SIZE;
  if (on) settings->edns = 1;
}

static void apply_json(struct settings *settings, int on, uint32_t value) {
  settings->form = (uint8_t)(on ? FORM_JSON + value : FORM_TEXT);
}

/* The answers alone, as +noall +answer. */
static void apply_tsv(struct settings *settings, int on, uint32_t value) {
  if (!on) return;
  apply_all(settings, 0, value);
  settings->answer = 1;
  settings->split = 0;
  settings->record_comments = RECORD_COMMENTS_OFF;
}

static void apply_ipv4(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (on) settings->ipv6_only = 0;
}

static void apply_ipv6(struct settings *settings, int on, uint32_t value) {
  (void)value;
  if (on) settings->ipv4_only = 0;
}

const char *const topic_titles[TOPIC_COUNT] = {
    [TOPIC_WHAT] = "What is asked, and whom",
    [TOPIC_QUERY] = "The query",
    [TOPIC_TIME] = "Time and tries",
    [TOPIC_PARTS] = "Which parts are printed",
    [TOPIC_RECORDS] = "How records are printed",
    [TOPIC_FORMS] = "Other forms",
    [TOPIC_PROGRAM] = "The program",
    [TOPIC_REFUSED] = "Options of dig that are refused",
};

#define AT(member) offsetof(struct settings, member)
#define SWITCH(topic, names, member, help, apply)                              \
  {names, 0, TOPIC_##topic, OPTION_SWITCH, AT(member), 0, 0, NULL, help, apply},
#define LETTER(topic, letter, kind, value, help)                               \
  {"", letter, TOPIC_##topic, OPTION_##kind, NO_MEMBER,                        \
   0,  0,      value,         help,          NULL},
#define NUMBER(topic, names, kind, member, minimum, maximum, value, help,      \
               apply)                                                          \
  {names,   0,       TOPIC_##topic, OPTION_##kind, member,                     \
   minimum, maximum, value,         help,          apply},
#define DURATION(topic, names, member, help)                                   \
  {                                                                            \
      names,      0,   TOPIC_##topic,   OPTION_DURATION,                       \
      AT(member), 1,   DURATION_MAX_MS, "T",                                   \
      help,       NULL},
#define REFUSED(names, letter, reason)                                         \
  {names, letter, TOPIC_REFUSED, OPTION_REFUSED, NO_MEMBER,                    \
   0,     0,      NULL,          reason,         NULL},

/* clang-format off */
const struct option option_table[] = {
  LETTER(WHAT, 'q', WORD, "NAME", "ask for NAME, whatever it looks like")
  LETTER(WHAT, 't', WORD, "TYPE", "ask for records of TYPE: MX, TYPE65280")
  LETTER(WHAT, 'c', WORD, "CLASS", "ask in CLASS: IN, CH, CLASS77")
  LETTER(WHAT, 'x', WORD, "ADDRESS", "ask for the name of an address (PTR)")
  {"port", 'p', TOPIC_WHAT, OPTION_NUMBER, AT(port), 1, 65535, "PORT",
   "port of servers named without one", NULL},
  {"ipv4", '4', TOPIC_WHAT, OPTION_SWITCH, AT(ipv4_only), 0, 0, NULL,
   "ask servers with IPv4 addresses only", apply_ipv4},
  {"ipv6", '6', TOPIC_WHAT, OPTION_SWITCH, AT(ipv6_only), 0, 0, NULL,
   "ask servers with IPv6 addresses only", apply_ipv6},

  SWITCH(QUERY, "rec recurse rdflag", recursion, "set RD [on]", NULL)
  SWITCH(QUERY, "ad adflag", authentic_data, "set AD [on]", NULL)
  SWITCH(QUERY, "cd cdflag", checking_disabled, "set CD", NULL)
  SWITCH(QUERY, "dnssec do", dnssec_ok, "ask for DNSSEC records", apply_dnssec)
  NUMBER(QUERY, "edns", NUMBER_MAYBE, NO_MEMBER, 0, 0, "0",
         "send EDNS, version 0 [on]", apply_edns)
  NUMBER(QUERY, "bufsize", NUMBER_MAYBE, NO_MEMBER, 512, 65535, "N",
         "UDP payload size in octets [1232]", apply_bufsize)

  DURATION(TIME, "deadline", deadline_ms, "give up after T [5]")
  DURATION(TIME, "timeout time", timeout_ms,
           "give up after T for each try; +deadline wins")
  NUMBER(TIME, "tries", NUMBER, AT(tries), 1, STUBDNS_SENDS_PER_SERVER, "N",
         "send at most N queries to each server [4]", NULL)
  NUMBER(TIME, "retry", NUMBER, NO_MEMBER, 0, STUBDNS_SENDS_PER_SERVER - 1, "N",
         "the same, the first one not counted", apply_retry)
  SWITCH(TIME, "ignore", ignore_truncation,
         "take a truncated reply without a word", NULL)

  SWITCH(PARTS, "short", short_form, "data of the answers only", apply_short)
  {"all", 0, TOPIC_PARTS, OPTION_SWITCH, NO_MEMBER, 0, 0, NULL,
   "all parts, or none: +noall +answer", apply_all},
  SWITCH(PARTS, "cmd", command, "the command line", NULL)
  SWITCH(PARTS, "comments", comments, "header, EDNS, titles of sections", NULL)
  SWITCH(PARTS, "question", question, "question section", NULL)
  SWITCH(PARTS, "answer", answer, "answer section", NULL)
  SWITCH(PARTS, "authority", authority, "authority section", NULL)
  SWITCH(PARTS, "additional", additional, "additional section", NULL)
  SWITCH(PARTS, "stats", statistics, "time, server and size", NULL)
  SWITCH(PARTS, "qr", sent_query, "the query as well", NULL)
  {"", 'u', TOPIC_PARTS, OPTION_SWITCH, AT(microseconds), 0, 0, NULL,
   "the query time in microseconds", NULL},

  SWITCH(RECORDS, "cl class", class_, "class [on]", NULL)
  SWITCH(RECORDS, "ttlid ttl", ttl, "TTL [on]", NULL)
  SWITCH(RECORDS, "ttlunits", ttl_units, "TTL as 1h30m", NULL)
  SWITCH(RECORDS, "multiline", multiline, "long records on several lines", NULL)
  SWITCH(RECORDS, "split", split, "hex and base64 in pieces [on]", NULL)
  SWITCH(RECORDS, "crypto", crypto, "keys and signatures [on]", NULL)
  SWITCH(RECORDS, "rrcomments", record_comments, "comments on keys", NULL)
  SWITCH(RECORDS, "expandaaaa", expand_ipv6, "IPv6 addresses in full", NULL)
  SWITCH(RECORDS, "unknownformat", unknown_format,
         "RDATA as \\# LENGTH HEX, RFC 3597", NULL)

  {"json", 0, TOPIC_FORMS, OPTION_CHOICE_MAYBE, NO_MEMBER, 0, 0, "rfc8427|doh",
   "a JSON object a line, failures too", apply_json},
  SWITCH(FORMS, "tsv", tabs, "answers with one tab between columns", apply_tsv)
  SWITCH(FORMS, "timeline", timeline,
         "each query sent, each datagram ignored", NULL)

  {"help", 'h', TOPIC_PROGRAM, OPTION_FLAG, NO_MEMBER, 0, 0, NULL,
   "print this", NULL},
  {"version", 'V', TOPIC_PROGRAM, OPTION_FLAG, NO_MEMBER, 0, 0, NULL,
   "print the version", NULL},
  LETTER(PROGRAM, 'v', FLAG, NULL, "the same, as with dig")
  LETTER(PROGRAM, 'r', SWITCH, NULL, "read no configuration file; none is ever")

  REFUSED("tcp vc keepopen", 0, "it asks over UDP")
  REFUSED("tls tls-ca tls-hostname tls-certfile tls-keyfile https https-get "
          "https-post http-plain http-plain-get http-plain-post", 0,
          "it asks over UDP, without encryption")
  REFUSED("trace nssearch dns64prefix", 0,
          "it asks one question and draws no conclusions from the answer")
  REFUSED("onesoa", 0, "it asks over UDP, and zone transfers need TCP")
  REFUSED("besteffort", 0, "a reply that cannot be parsed is not printed")
  REFUSED("mapped", 0, "an IPv4-mapped address is asked over IPv4")
  REFUSED("fail", 0, "after SERVFAIL it asks the next server")
  REFUSED("aaflag aaonly tcflag raflag zflag coflag qid opcode header-only "
          "ednsflags ednsopt ednsnegotiation nsid cookie badcookie "
          "showbadcookie subnet padding keepalive expire search defname "
          "showsearch ndots domain identify idnin idnout yaml", 0,
          "this version does not have it")
  REFUSED("", 'b', "this version leaves the source address to the system")
  REFUSED("", 'f', "this version reads no files of names")
  REFUSED("", 'i', "ip6.int has not been in use since 2005 (RFC 4159)")
  REFUSED("", 'k', "this version does not sign its queries")
  REFUSED("", 'm', "this version does not watch its memory")
  REFUSED("", 'y', "this version does not sign its queries")
};
/* clang-format on */

const size_t option_count = sizeof option_table / sizeof option_table[0];

const char *option_next_name(const struct option *option, const char **position,
                             size_t *length) {
  const char *name = *position ? *position : option->names;
  name += strspn(name, " ");
  *length = strcspn(name, " ");
  *position = name + *length;
  return *length ? name : NULL;
}

const struct option *option_by_letter(char letter) {
  for (size_t i = 0; i < option_count; i++)
    if (option_table[i].letter == letter) return &option_table[i];
  return NULL;
}

enum likeness { UNLIKE, BEGINNING, WHOLE };

static enum likeness option_likeness(const struct option *option,
                                     const char *name, size_t length) {
  enum likeness likeness = UNLIKE;
  const char *position = NULL;
  size_t its_length;
  const char *its;
  while ((its = option_next_name(option, &position, &its_length))) {
    if (its_length < length || memcmp(its, name, length) != 0) continue;
    if (its_length == length) return WHOLE;
    if (option->kind != OPTION_REFUSED) likeness = BEGINNING;
  }
  return likeness;
}

size_t option_by_name(const char *name, size_t length,
                      const struct option **option) {
  size_t count = 0;
  *option = NULL;
  if (!length) return 0;
  for (size_t i = 0; i < option_count; i++) {
    const enum likeness likeness =
        option_likeness(&option_table[i], name, length);
    if (likeness == UNLIKE) continue;
    if (likeness == WHOLE || !*option) *option = &option_table[i];
    if (likeness == WHOLE) return 1;
    count++;
  }
  return count;
}
