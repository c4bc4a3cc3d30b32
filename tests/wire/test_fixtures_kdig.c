/* Every recorded reply, as we read and print it, against what kdig printed of
 * the same octets: a second decoder, which shares no code with the first and
 * keeps the order of the records. */
#include "stubdns/message.h"

#include "replies.h"
#include "support/expect.h"
#include "support/suite.h"

#include "stubdns/text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

static int reply_count;

/* A record's line as fields; RDATA is the rest. */
struct line {
  char owner[STUBDNS_NAME_TEXT_SIZE];
  char ttl[16];
  char class_[16];
  char type[16];
  const char *rdata;
};

static void split_line(struct line *line, const char *text) {
  int end = 0;
  line->rdata = "";
  const int count = sscanf(text, "%1004s %15s %15s %15s %n", line->owner,
                           line->ttl, line->class_, line->type, &end);
  ck_assert_msg(count == 4, "no record: %s", text);
  line->rdata = text + end;
}

static int is_one_of(const char *word, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(word, words[i])) return 1;
  return 0;
}

/* Fixtures of which kdig refuses a record, and prints nothing more. */
static int is_refused(const char *name) {
  static const char *const names[] = {
      "knotd-key-none",   "knotd-loc-version", "named-apl-unknown",
      "named-chaos-a",    "named-chaos-ns",    "named-chaos-soa",
      "named-chaos-txt",  "named-key-none",    "named-loc-version",
      "named-null-empty", "nsd-apl-unknown",
  };
  return is_one_of(name, names, sizeof names / sizeof names[0]);
}

/* Types of which kdig writes numbers in another way: CERT without mnemonics,
 * LOC without ".00", the groups of NID and L64 with their zeros. */
static int has_other_numbers(const char *type) {
  static const char *const types[] = {"CERT", "LOC", "NID", "L64"};
  return is_one_of(type, types, sizeof types / sizeof types[0]);
}

/* Types of which kdig writes hex or base32 digits in the other case, or values
 * of parameters without quotes. */
static int has_other_letters(const char *type) {
  static const char *const types[] = {"EUI48", "EUI64", "NSEC3", "SVCB",
                                      "HTTPS"};
  return is_one_of(type, types, sizeof types / sizeof types[0]);
}

static void fold(char *to, size_t size, const char *from) {
  size_t length = 0;
  for (; *from && length + 1 < size; from++)
    if (*from != '"') to[length++] = (char)tolower((unsigned char)*from);
  to[length] = '\0';
}

static void check_folded(const char *rdata, const char *printed) {
  char ours[4096];
  char theirs[4096];
  fold(ours, sizeof ours, rdata);
  fold(theirs, sizeof theirs, printed);
  expect_text("RDATA", ours, theirs);
}

/* kdig never writes the last 32 bits as an IPv4 address. */
static void check_ipv6(const char *rdata, const char *printed) {
  unsigned char ours[16];
  unsigned char theirs[16];
  if (inet_pton(AF_INET6, rdata, ours) != 1 ||
      inet_pton(AF_INET6, printed, theirs) != 1 ||
      memcmp(ours, theirs, sizeof ours) != 0)
    expect_text("an address", rdata, printed);
}

/* kdig has no name for class HS. */
static const char *class_of_kdig(const char *class_) {
  return strcmp(class_, "HS") ? class_ : "CLASS4";
}

static void check_typed(const char *text, const char *printed) {
  struct line ours;
  struct line theirs;
  split_line(&ours, text);
  split_line(&theirs, printed);
  expect_text("an owner", ours.owner, theirs.owner);
  expect_text("a TTL", ours.ttl, theirs.ttl);
  expect_text("a class", class_of_kdig(ours.class_), theirs.class_);
  expect_text("a type", ours.type, theirs.type);
  if (has_other_numbers(ours.type)) return;
  if (!strcmp(ours.class_, "HS") && !strcmp(ours.type, "A"))
    expect_number("opaque", strstr(text, " \\# ") != NULL, 1); /* not IN */
  else if (!strcmp(ours.type, "AAAA"))
    check_ipv6(ours.rdata, theirs.rdata);
  else if (has_other_letters(ours.type))
    check_folded(ours.rdata, theirs.rdata);
  else
    expect_text("RDATA", ours.rdata, theirs.rdata);
}

/* What kdig cannot print typed, we print in the form of RFC 3597 as well. */
static void check_unknown(const char *text, const char *printed) {
  expect_text("RDATA", strstr(text, " \\# "), strstr(printed, " \\# "));
}

static void check_records(const struct reply_lines *typed,
                          const struct reply_lines *unknown,
                          const struct printed *printed) {
  for (int section = 0; section < 3; section++)
    expect_number("the end of a section", typed->section_ends[section],
                  printed->section_ends[section]);
  if (typed->section_ends[2] != printed->section_ends[2]) return;
  for (size_t i = 0; i < typed->section_ends[2]; i++)
    if (strstr(printed->records[i], " \\# "))
      check_unknown(unknown->lines[i], printed->records[i]);
    else
      check_typed(typed->lines[i], printed->records[i]);
}

static void compare_records(int number) {
  stubdns_message_t message;
  struct printed printed;
  struct reply_lines typed;
  struct reply_lines unknown;
  reply_parse(&message, number);
  reply_read_printed(&printed, number, ".kdig", NULL);
  reply_print(&typed, &message, STUBDNS_TEXT_NO_SPLIT);
  reply_print(&unknown, &message, STUBDNS_TEXT_NO_SPLIT | STUBDNS_TEXT_UNKNOWN);
  check_records(&typed, &unknown, &printed);
  reply_lines_free(&typed);
  reply_lines_free(&unknown);
  printed_free(&printed);
}

START_TEST(records_are_those_that_kdig_printed) {
  for (int i = 0; i < reply_count; i++)
    if (!is_refused(reply_name(i))) compare_records(i);
  expect_end();
}
END_TEST

Suite *test_suite(void) {
  reply_count = replies_load();
  TCase *const cases = tcase_create("recorded replies");
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, records_are_those_that_kdig_printed);
  Suite *const suite = suite_create("wire/fixtures_kdig");
  suite_add_tcase(suite, cases);
  return suite;
}
