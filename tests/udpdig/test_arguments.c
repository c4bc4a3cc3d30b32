/* The command line as rows: words in, inquiries or settings out.  Words that
 * are wrong have their rows in wrong_arguments.txt. */
#include "support/suite.h"

#include "arguments.h"

#include "stubdns/message.h"
#include "stubdns/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64

struct line {
  char text[256];
  const char *words[WORDS_MAX];
  size_t count;
};

static void cut(struct line *line, const char *text) {
  snprintf(line->text, sizeof line->text, "%s", text);
  line->count = 0;
  for (char *word = strtok(line->text, " "); word; word = strtok(NULL, " "))
    line->words[line->count++] = word;
}

static void read_line(struct arguments *arguments, const char *text) {
  static struct line line;
  struct output message = {0};
  cut(&line, text);
  const int error = arguments_read(arguments, line.count, line.words, &message);
  ck_assert_msg(!error, "%s: %.*s", text, (int)message.length, message.text);
  output_release(&message);
}

static void describe_server(struct output *output, const struct server *server,
                            const struct settings *settings) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  if (server->is_host) {
    stubdns_name_to_text(&server->name, text, sizeof text, NULL);
    output_format(output, " @%s#%u", text,
                  server->port ? server->port : settings->port);
    return;
  }
  const stubdns_address_t address = server_address(server, 0, settings);
  ck_assert_int_eq(stubdns_address_to_text(&address, text, sizeof text), 0);
  output_format(output, " @%s", text);
}

static void describe(struct output *output, const struct arguments *arguments) {
  char text[STUBDNS_NAME_TEXT_SIZE];
  for (size_t i = 0; i < arguments->inquiry_count; i++) {
    const struct inquiry *const inquiry = &arguments->inquiries[i];
    const struct group *const group = inquiry->group;
    stubdns_name_to_text(inquiry->name, text, sizeof text, NULL);
    output_format(output, "%s%s", i ? "; " : "", text);
    stubdns_type_to_text(inquiry->type, text, sizeof text, NULL);
    output_format(output, " %s", text);
    if (inquiry->class_ != STUBDNS_CLASS_IN) {
      stubdns_class_to_text(inquiry->class_, text, sizeof text, NULL);
      output_format(output, " %s", text);
    }
    for (size_t j = 0; j < group->servers.count; j++)
      describe_server(output, &arguments->servers[group->servers.first + j],
                      &group->settings);
  }
}

static const struct {
  const char *words;
  const char *inquiries;
} question_rows[] = {
    /* the words in any order */
    {"", ". NS"},
    {"MX", ". MX"},
    {"@192.0.2.1", ". NS @192.0.2.1#53"},
    {"www.example.test", "www.example.test. A"},
    {"www.example.test.", "www.example.test. A"},
    {"www.example.test AAAA", "www.example.test. AAAA"},
    {"AAAA www.example.test", "www.example.test. AAAA"},
    {"aaaa www.example.test in", "www.example.test. AAAA"},
    {"CH TXT version.bind", "version.bind. TXT CH"},
    {"version.bind txt ch", "version.bind. TXT CH"},
    {"a.test TYPE65280 CLASS77", "a.test. TYPE65280 CLASS77"},
    {"a.test type1 class1", "a.test. A"},
    {"a.test ANY", "a.test. ANY"},
    {"a.test -c ANY", "a.test. A ANY"},
    {".", ". A"},
    {"Mixed.CASE.test", "Mixed.CASE.test. A"},
    {"EXAMPLE.TEST", "EXAMPLE.TEST. A"},
    {"1.2.3.4", "1.2.3.4. A"},
    {"a\\.b.test", "a\\.b.test. A"},
    {"a\\000b.test", "a\\000b.test. A"},
    {"_sip._tcp.a.test SRV", "_sip._tcp.a.test. SRV"},
    /* letters */
    {"-q MX", "MX. A"},
    {"-q BOGUS", "BOGUS. A"},
    {"-qMX -tMX -cCH", "MX. MX CH"},
    {"-q -short.test", "-short.test. A"},
    {"-q @server.test", "\\@server.test. A"},
    {"-t MX a.test", "a.test. MX"},
    {"a.test -t MX -t TXT", "a.test. MX; a.test. TXT"},
    {"-c CH a.test", "a.test. A CH"},
    {"-p 5300 @192.0.2.1 a.test", "a.test. A @192.0.2.1#5300"},
    {"-p5300 a.test @192.0.2.1", "a.test. A @192.0.2.1#5300"},
    {"a.test @192.0.2.1 --port=5300", "a.test. A @192.0.2.1#5300"},
    {"-4p 5300 a.test @192.0.2.1", "a.test. A @192.0.2.1#5300"},
    {"-r a.test", "a.test. A"},
    {"-- a.test MX", "a.test. MX"},
    {"-- -odd.test", "-odd.test. A"},
    {"-- +odd.test --odd.test", "+odd.test. A; --odd.test. A"},
    {"-- @odd.test", "\\@odd.test. A"},
    /* addresses */
    {"-x 192.0.2.80", "80.2.0.192.in-addr.arpa. PTR"},
    {"-x192.0.2.80", "80.2.0.192.in-addr.arpa. PTR"},
    {"-x 2001:db8::1",
     "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
     " PTR"},
    {"-x ::ffff:192.0.2.1",
     "1.0.2.0.0.0.0.c.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa."
     " PTR"},
    {"-x 192.0.2.80 ANY", "80.2.0.192.in-addr.arpa. ANY"},
    {"MX -x 192.0.2.80", "80.2.0.192.in-addr.arpa. PTR"},
    {"-x 192.0.2.1 -x 192.0.2.2",
     "1.2.0.192.in-addr.arpa. PTR; 2.2.0.192.in-addr.arpa. PTR"},
    {"-x 192.0.2.1 a.test", "1.2.0.192.in-addr.arpa. PTR; a.test. A"},
    {"a.test -x 192.0.2.1", "a.test. A; 1.2.0.192.in-addr.arpa. PTR"},
    /* servers */
    {"@127.0.0.1#5302 a.test", "a.test. A @127.0.0.1#5302"},
    {"@127.0.0.1:5302 a.test", "a.test. A @127.0.0.1#5302"},
    {"@[::1]:5300 a.test", "a.test. A @::1#5300"},
    {"@[::1]#5300 a.test", "a.test. A @::1#5300"},
    {"@[::1] a.test", "a.test. A @::1#53"},
    {"@::1#5300 a.test", "a.test. A @::1#5300"},
    {"@::1 a.test", "a.test. A @::1#53"},
    {"@2001:DB8:0:0:0:0:0:1 a.test", "a.test. A @2001:db8::1#53"},
    {"@::ffff:192.0.2.1 a.test", "a.test. A @192.0.2.1#53"},
    {"@192.0.2.1#53 -p 5300 a.test", "a.test. A @192.0.2.1#53"},
    {"@fe80::1%lo a.test", "a.test. A @fe80::1%1#53"},
    {"@fe80::1%7#5300 a.test", "a.test. A @fe80::1%7#5300"},
    {"@192.0.2.1 @192.0.2.2:5 a.test", "a.test. A @192.0.2.1#53 @192.0.2.2#5"},
    {"@ns1.example.test a.test", "a.test. A @ns1.example.test.#53"},
    {"@ns1.example.test:5300 a.test", "a.test. A @ns1.example.test.#5300"},
    {"@localhost#5300 a.test", "a.test. A @localhost.#5300"},
    {"-6 @::1 a.test", "a.test. A @::1#53"},
    {"-4 -6 @::1 a.test", "a.test. A @::1#53"},
    /* several */
    {"a.test b.test", "a.test. A; b.test. A"},
    {"a.test A AAAA MX", "a.test. A; a.test. AAAA; a.test. MX"},
    {"a.test b.test A MX", "a.test. A; a.test. MX; b.test. A; b.test. MX"},
    {"a.test MX b.test TXT", "a.test. MX; b.test. TXT"},
    {"a.test MX b.test", "a.test. MX; b.test. A"},
    {"MX a.test b.test", "a.test. MX; b.test. MX"},
    {"MX a.test b.test TXT",
     "a.test. MX; a.test. TXT; b.test. MX; b.test. TXT"},
    {"A a.test A A", "a.test. A"},
    {"CH a.test b.test IN c.test", "a.test. A; b.test. A; c.test. A CH"},
    {"a.test @192.0.2.1 b.test @192.0.2.2 @192.0.2.3",
     "a.test. A @192.0.2.1#53; b.test. A @192.0.2.2#53 @192.0.2.3#53"},
    {"@192.0.2.1 a.test b.test MX @192.0.2.2 c.test",
     "a.test. MX @192.0.2.2#53; b.test. MX @192.0.2.2#53; "
     "c.test. A @192.0.2.1#53"},
    {"@192.0.2.1 a.test -p 5300 b.test",
     "a.test. A @192.0.2.1#5300; b.test. A @192.0.2.1#53"},
    {"-p 5300 @192.0.2.1 a.test -p 5301 b.test",
     "a.test. A @192.0.2.1#5301; b.test. A @192.0.2.1#5300"},
};

START_TEST(words_become_inquiries) {
  struct arguments arguments;
  struct output text = {0};
  read_line(&arguments, question_rows[_i].words);
  describe(&text, &arguments);
  output_octets(&text, "", 1);
  ck_assert_str_eq(text.text, question_rows[_i].inquiries);
  output_release(&text);
  arguments_release(&arguments);
}
END_TEST

static const struct {
  const char *all; /* the command line */
  const char *line;
  const char *inquiries;
} line_rows[] = {
    {"", "a.test", "a.test. A"},
    {"", "a.test MX TXT", "a.test. MX; a.test. TXT"},
    {"AAAA TXT", "a.test b.test",
     "a.test. AAAA; a.test. TXT; b.test. AAAA; b.test. TXT"},
    {"AAAA TXT", "a.test MX", "a.test. MX"},
    {"AAAA", "MX a.test", "a.test. MX"},
    {"AAAA", "-x 192.0.2.1", "1.2.0.192.in-addr.arpa. PTR"},
    {"CH", "a.test", "a.test. A CH"},
    {"CH", "a.test HS", "a.test. A HS"},
    {"@192.0.2.1 @192.0.2.2#54 -p 53", "a.test +tries=1",
     "a.test. A @192.0.2.1#53 @192.0.2.2#54"},
    {"@192.0.2.1", "a.test @192.0.2.9", "a.test. A @192.0.2.9#53"},
    {"@192.0.2.1 -p 5300", "a.test", "a.test. A @192.0.2.1#5300"},
    {"@192.0.2.1 -p 5300", "a.test -p 54", "a.test. A @192.0.2.1#54"},
    {"a.test @192.0.2.1 MX", "b.test", "b.test. A"},
    {"MX", "", ". MX"},
};

/* The command line is used twice: nothing of the first line stays in it. */
START_TEST(line_of_a_file_takes_over_what_holds_for_all_names) {
  struct arguments all;
  read_line(&all, line_rows[_i].all);
  for (int i = 0; i < 2; i++) {
    struct arguments arguments;
    struct output text = {0};
    struct line line;
    cut(&line, line_rows[_i].line);
    ck_assert_int_eq(
        arguments_read_line(&arguments, &all, line.count, line.words, &text),
        0);
    describe(&text, &arguments);
    output_octets(&text, "", 1);
    ck_assert_str_eq(text.text, line_rows[_i].inquiries);
    output_release(&text);
    arguments_release(&arguments);
  }
  arguments_release(&all);
}
END_TEST

/* Members by name, to say how settings differ from those without options. */
#define MEMBER_MAP(X)                                                          \
  X(recursion)                                                                 \
  X(authentic_data)                                                            \
  X(checking_disabled)                                                         \
  X(edns)                                                                      \
  X(dnssec_ok)                                                                 \
  X(ignore_truncation)                                                         \
  X(tcp)                                                                       \
  X(ipv4_only)                                                                 \
  X(ipv6_only)                                                                 \
  X(edns_version)                                                              \
  X(payload_size)                                                              \
  X(port)                                                                      \
  X(tries)                                                                     \
  X(timeout_ms)                                                                \
  X(deadline_ms)                                                               \
  X(short_form)                                                                \
  X(command)                                                                   \
  X(comments)                                                                  \
  X(question)                                                                  \
  X(answer)                                                                    \
  X(authority)                                                                 \
  X(additional)                                                                \
  X(statistics)                                                                \
  X(microseconds)                                                              \
  X(sent_query)                                                                \
  X(class_)                                                                    \
  X(ttl)                                                                       \
  X(ttl_units)                                                                 \
  X(multiline)                                                                 \
  X(split)                                                                     \
  X(crypto)                                                                    \
  X(expand_ipv6)                                                               \
  X(unknown_format)                                                            \
  X(record_comments)                                                           \
  X(form)                                                                      \
  X(tabs)                                                                      \
  X(timeline)                                                                  \
  X(authoritative)                                                             \
  X(truncated)                                                                 \
  X(available)                                                                 \
  X(reserved)                                                                  \
  X(compact_ok)                                                                \
  X(header_only)                                                               \
  X(letters)                                                                   \
  X(nsid)                                                                      \
  X(expire)                                                                    \
  X(keepalive)                                                                 \
  X(cookie)                                                                    \
  X(take_errors)                                                               \
  X(edns_negotiation)                                                          \
  X(bad_cookie_retry)                                                          \
  X(idn_in)                                                                    \
  X(idn_out)                                                                   \
  X(edns_flags)                                                                \
  X(padding)                                                                   \
  X(opcode)                                                                    \
  X(query_id)                                                                  \
  X(has_query_id)                                                              \
  X(cookie_length)                                                             \
  X(subnet_family)                                                             \
  X(subnet_prefix)                                                             \
  X(edns_options_length)                                                       \
  X(best_effort)                                                               \
  X(identify)                                                                  \
  X(split_width)                                                               \
  X(explain)                                                                   \
  X(color)                                                                     \
  X(count)                                                                     \
  X(interval_ms)                                                               \
  X(all_servers)                                                               \
  X(diff)                                                                      \
  X(exit_rcode)                                                                \
  X(deterministic)                                                             \
  X(expectation_count)

static void describe_settings(struct output *output,
                              const struct settings *settings) {
  const char *divider = "";
#define X(member)                                                              \
  if (settings->member != default_settings.member) {                           \
    output_format(output, "%s" #member "=%u", divider,                         \
                  (unsigned)settings->member);                                 \
    divider = " ";                                                             \
  }
  MEMBER_MAP(X)
#undef X
}

#define SHORT                                                                  \
  "short_form=1 command=0 comments=0 question=0 authority=0 additional=0 "     \
  "statistics=0 record_comments=0"
#define NO_PARTS                                                               \
  "command=0 comments=0 question=0 answer=0 authority=0 additional=0 "         \
  "statistics=0"
#define ONLY_ANSWER                                                            \
  "command=0 comments=0 question=0 authority=0 additional=0 statistics=0"

static const struct {
  const char *words;
  const char *settings;
} option_rows[] = {
    {"", ""},
    {"+norec", "recursion=0"},
    {"+norecurse", "recursion=0"},
    {"+nordflag", "recursion=0"},
    {"--no-recurse", "recursion=0"},
    {"--norec", "recursion=0"},
    {"+norec +rec", ""},
    {"+noad", "authentic_data=0"},
    {"+noadflag", "authentic_data=0"},
    {"+cd", "checking_disabled=1"},
    {"+cdflag", "checking_disabled=1"},
    {"+do", "dnssec_ok=1"},
    {"+dnssec", "dnssec_ok=1"},
    {"--dnssec", "dnssec_ok=1"},
    {"+do +nodnssec", ""},
    {"+noedns", "edns=0"},
    {"+noedns +do", "dnssec_ok=1"},
    {"+do +noedns", "edns=0 dnssec_ok=1"},
    {"+noedns +edns", ""},
    {"+edns=0", ""},
    {"+bufsize=4096", "payload_size=4096"},
    {"+noedns +bufsize=512", "payload_size=512"},
    {"+bufsize=4096 +bufsize", ""},
    {"+bufsize=65535", "payload_size=65535"},
    {"+timeout=2", "timeout_ms=2000"},
    {"+time=2", "timeout_ms=2000"},
    {"+timeout=400ms", "timeout_ms=400"},
    {"+timeout=1.5", "timeout_ms=1500"},
    {"+timeout=1.25s", "timeout_ms=1250"},
    {"+timeout=0.001", "timeout_ms=1"},
    {"+deadline=3600", "deadline_ms=3600000"},
    {"--deadline=10s", "deadline_ms=10000"},
    {"+tries=1", "tries=1"},
    {"+retry=0", "tries=1"},
    {"+retry=3", "tries=4"},
    {"+ignore", "ignore_truncation=1"},
    {"-4", "ipv4_only=1"},
    {"--ipv6", "ipv6_only=1"},
    {"-46", "ipv6_only=1"},
    {"-u", "microseconds=1"},
    {"+short", SHORT},
    {"--short", SHORT},
    {"+sho", SHORT},
    {"+short +rrcomments",
     "short_form=1 command=0 comments=0 question=0 authority=0 additional=0 "
     "statistics=0 record_comments=1"},
    {"+noall", NO_PARTS},
    {"+noall +answer", ONLY_ANSWER},
    {"+noall +ans", ONLY_ANSWER},
    {"+noall +all", ""},
    {"+noadd", "additional=0"},
    {"+noauth", "authority=0"},
    {"+nocomm", "comments=0"},
    {"+noquest", "question=0"},
    {"+nostat", "statistics=0"},
    {"+nocmd", "command=0"},
    {"+nocl", "class_=0"},
    {"+noclass", "class_=0"},
    {"+nottlid", "ttl=0"},
    {"+nottl", "ttl=0"},
    {"+ttlunits", "ttl_units=1"},
    {"+ttlu", "ttl_units=1"},
    {"+multi", "multiline=1"},
    {"+nosplit", "split=0"},
    {"+nocrypto", "crypto=0"},
    {"+expandaaaa", "expand_ipv6=1"},
    {"+unknown", "unknown_format=1"},
    {"+rrcomments", "record_comments=1"},
    {"+norrcomments", "record_comments=0"},
    {"+qr", "sent_query=1"},
    {"+json", "form=1"},
    {"--json=rfc8427", "form=2"},
    {"--json=doh", "form=3"},
    {"+json +nojson", ""},
    {"--timeline", "timeline=1"},
    {"+tsv",
     "command=0 comments=0 question=0 authority=0 additional=0 statistics=0 "
     "split=0 record_comments=0 tabs=1"},
    /* what is refused, but asked not to be done */
    {"+tcp +notcp", ""},
    {"+vc", "tcp=1"},
    {"+nosearch +notrace", ""},
    /* what else stands in the query */
    {"+nocookie", "cookie=0"},
    {"+cookie=0011223344556677", "cookie_length=8"},
    {"+cookie=0011223344556677 +cookie", ""},
    {"--cookie=0011223344556677 --no-cookie", "cookie=0"},
    {"+nsid +noedns +expire", "nsid=1 expire=1"},
    {"+subnet=192.0.2.0/24", "subnet_family=1 subnet_prefix=24"},
    {"+subnet=2001:db8::", "subnet_family=2 subnet_prefix=128"},
    {"--subnet 0", "subnet_family=1"},
    {"+subnet=0 +nosubnet", ""},
    {"+ednsopt=3 +ednsopt=65001:00", "edns_options_length=9"},
    {"+ednsopt=3 +noednsopt", ""},
    {"+ednsflags=0x4000", "edns_flags=16384"},
    {"+ednsflags=0X4a", "edns_flags=74"},
    {"+padding=128 +keepalive", "keepalive=1 padding=128"},
    {"+qid=0", "has_query_id=1"},
    {"--qid 7", "query_id=7 has_query_id=1"},
    {"+qid=7 +noqid", ""},
    {"+opcode=notify", "opcode=4"},
    {"+opcode=15 +noopcode", ""},
    {"+aaonly +tcflag +raflag +zflag +co",
     "authoritative=1 truncated=1 available=1 reserved=1 compact_ok=1"},
    {"+header-only --0x20", "header_only=1 letters=1"},
    {"+fail +nobadcookie +noednsnegotiation +nobesteffort",
     "take_errors=1 edns_negotiation=0 bad_cookie_retry=0 best_effort=0"},
    {"+split=16", "split_width=16"},
    {"+split=16 +split", ""},
    {"--explain --deterministic --exit-rcode",
     "explain=1 exit_rcode=1 deterministic=1"},
    {"--all-servers", "all_servers=1"},
    {"--all-servers --no-all-servers", ""},
    {"--count 10 --interval 0.2", "count=10 interval_ms=200"},
    {"--color", "color=1"},
    {"--color=never", "color=2"},
    {"--color=always --color=auto", ""},
    {"--no-color", "color=2"},
    {"--expect A --expect ttl<=300 --expect rcode=NOERROR",
     "expectation_count=3"},
    {"--expect=count>=2 +noexpect", ""},
    {"+identify +noidnout", "idn_out=0 identify=1"},
};

START_TEST(options_change_settings) {
  struct arguments arguments;
  struct output text = {0};
  char line[256];
  snprintf(line, sizeof line, "%s a.test", option_rows[_i].words);
  read_line(&arguments, line);
  describe_settings(&text, &arguments.inquiries[0].group->settings);
  output_octets(&text, "", 1);
  ck_assert_str_eq(text.text, option_rows[_i].settings);
  output_release(&text);
  arguments_release(&arguments);
}
END_TEST

START_TEST(options_behind_a_name_are_its_group_s_alone) {
  struct arguments arguments;
  read_line(&arguments, "+cd a.test b.test +short c.test");
  ck_assert_uint_eq(arguments.inquiry_count, 3);
  ck_assert_uint_eq(arguments.inquiries[0].group->settings.short_form, 1);
  ck_assert_uint_eq(arguments.inquiries[1].group->settings.short_form, 1);
  ck_assert_uint_eq(arguments.inquiries[2].group->settings.short_form, 0);
  ck_assert_uint_eq(arguments.inquiries[2].group->settings.checking_disabled,
                    1);
  arguments_release(&arguments);
}
END_TEST

START_TEST(help_and_version_end_the_reading) {
  struct arguments arguments;
  read_line(&arguments, "a.test -h +nonsense");
  ck_assert_int_eq(arguments.mode, MODE_HELP);
  arguments_release(&arguments);
  read_line(&arguments, "--version +nonsense");
  ck_assert_int_eq(arguments.mode, MODE_VERSION);
  arguments_release(&arguments);
  read_line(&arguments, "-v");
  ck_assert_int_eq(arguments.mode, MODE_VERSION);
  arguments_release(&arguments);
}
END_TEST

static const struct {
  struct settings settings;
  uint32_t deadline_ms;
} deadline_rows[] = {
    {{0}, 0},
    {{.timeout_ms = 1000}, 3000},
    {{.timeout_ms = 1000, .tries = 1}, 1000},
    {{.timeout_ms = 1000, .tries = 4}, 4000},
    {{.tries = 1}, 0},
    {{.timeout_ms = 1000, .deadline_ms = 200}, 200},
};

START_TEST(timeout_and_tries_come_to_a_deadline) {
  ck_assert_uint_eq(settings_deadline_ms(&deadline_rows[_i].settings),
                    deadline_rows[_i].deadline_ms);
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof((rows)[0]))

Suite *test_suite(void) {
  Suite *suite = suite_create("arguments");
  TCase *tests = tcase_create("arguments");
  tcase_add_loop_test(tests, line_of_a_file_takes_over_what_holds_for_all_names,
                      0, sizeof line_rows / sizeof line_rows[0]);
  tcase_add_loop_test(tests, words_become_inquiries, 0, ROWS(question_rows));
  tcase_add_loop_test(tests, line_of_a_file_takes_over_what_holds_for_all_names,
                      0, ROWS(line_rows));
  tcase_add_loop_test(tests, options_change_settings, 0, ROWS(option_rows));
  tcase_add_test(tests, options_behind_a_name_are_its_group_s_alone);
  tcase_add_test(tests, help_and_version_end_the_reading);
  tcase_add_loop_test(tests, timeout_and_tries_come_to_a_deadline, 0,
                      ROWS(deadline_rows));
  suite_add_tcase(suite, tests);
  return suite;
}
