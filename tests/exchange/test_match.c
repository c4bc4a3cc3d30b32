/* src/exchange/match.c: every kind of datagram that can come for one query, in
 * a table.  The query is 0x1234, RD, www.example.com IN A. */
#include "exchange/match.h"

#include "exchange/hex.h"
#include "support/suite.h"

#include "stubdns/types.h"

#include <stdio.h>

#define WWW "03777777 076578616d706c65 03636f6d 00 "
#define WWW_CAPITALS "03575757 076578414d504c65 03434f6d 00 "
#define MAIL "04 6d61696c 076578616d706c65 03636f6d 00 "
#define IN_A "0001 0001 "
#define QUESTION WWW IN_A
#define ANSWER "c00c 0001 0001 0000003c 0004 c0000201 "
#define OPT "00 0029 04d0 00000000 0000 "
#define OK "1234 8180 0001 0001 0000 0000 "

struct row {
  const char *what;
  const char *datagram;
  enum stubdns__finding finding;
};

static const struct row rows[] = {
    {"the answer", OK QUESTION ANSWER, STUBDNS__FOUND_ANSWER},
    {"other capitals (M5)", OK WWW_CAPITALS IN_A ANSWER, STUBDNS__FOUND_ANSWER},
    {"NXDOMAIN", "1234 8183 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_ANSWER},
    {"YXDOMAIN with records (C3)",
     "1234 8186 0001 0001 0000 0000" QUESTION ANSWER, STUBDNS__FOUND_ANSWER},
    {"truncated", "1234 8380 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_ANSWER},
    {"without OPT (M22)", OK QUESTION ANSWER, STUBDNS__FOUND_ANSWER},
    {"with an OPT nobody asked for (M23)",
     "1234 8180 0001 0001 0000 0001" QUESTION ANSWER OPT,
     STUBDNS__FOUND_ANSWER},
    {"octets behind the last record", OK QUESTION ANSWER "ffff",
     STUBDNS__FOUND_ANSWER},
    {"the Z bit set", "1234 81c0 0001 0001 0000 0000" QUESTION ANSWER,
     STUBDNS__FOUND_ANSWER},

    {"SERVFAIL", "1234 8182 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_ERROR_REPLY},
    {"YXDOMAIN without records", "1234 8186 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_ERROR_REPLY},
    {"REFUSED", "1234 8185 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_ERROR_REPLY},
    {"FORMERR", "1234 8181 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_ERROR_REPLY},
    {"NOTIMP", "1234 8184 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_ERROR_REPLY},
    {"RCODE 11, which nobody has defined",
     "1234 818b 0001 0000 0000 0000" QUESTION, STUBDNS__FOUND_ERROR_REPLY},
    {"BADVERS, by its OPT record",
     "1234 8180 0001 0000 0000 0001" QUESTION "00 0029 04d0 01000000 0000",
     STUBDNS__FOUND_ERROR_REPLY},
    {"SERVFAIL with an answer", "1234 8182 0001 0001 0000 0000" QUESTION ANSWER,
     STUBDNS__FOUND_ERROR_REPLY},

    {"cut in its answer", OK QUESTION "c00c 0001 0001 0000003c 0004 c000",
     STUBDNS__FOUND_MALFORMED},
    {"cut behind its question", OK QUESTION, STUBDNS__FOUND_MALFORMED},
    {"a looping owner", OK QUESTION "c021 0001 0001 0000003c 0004 c0000201",
     STUBDNS__FOUND_MALFORMED},
    {"RDLENGTH past the end",
     OK QUESTION "c00c 0001 0001 0000003c 0100 c0000201",
     STUBDNS__FOUND_MALFORMED},
    {"ANCOUNT 65535", "1234 8180 0001 ffff 0000 0000" QUESTION ANSWER,
     STUBDNS__FOUND_MALFORMED},
    {"two OPT records", "1234 8180 0001 0001 0000 0002" QUESTION ANSWER OPT OPT,
     STUBDNS__FOUND_MALFORMED},
    {"an A record of 3 octets",
     OK QUESTION "c00c 0001 0001 0000003c 0003 c00002",
     STUBDNS__FOUND_MALFORMED},
    {"cut, and an error besides",
     "1234 8182 0001 0001 0000 0000" QUESTION "c00c 00",
     STUBDNS__FOUND_MALFORMED},

    {"empty (T17)", "", STUBDNS__FOUND_SHORT_HEADER},
    {"5 octets", "1234 8180 00", STUBDNS__FOUND_SHORT_HEADER},
    {"6 octets of a header", "1234 8180 0001", STUBDNS__FOUND_SHORT_HEADER},
    {"11 octets", "1234 8180 0001 0000 0000 00", STUBDNS__FOUND_SHORT_HEADER},

    {"another ID (M4)", "1235 8180 0001 0001 0000 0000" QUESTION ANSWER,
     STUBDNS__FOUND_OTHER_ID},
    {"its ID with the octets swapped",
     "3412 8180 0001 0001 0000 0000" QUESTION ANSWER, STUBDNS__FOUND_OTHER_ID},
    {"another ID, cut", "1235 8180 0001 0001 0000 0000" QUESTION,
     STUBDNS__FOUND_OTHER_ID},
    {"another ID, broken question", "1235 8180 0001 0001 0000 0000 ff03",
     STUBDNS__FOUND_OTHER_ID},
    {"another ID, a bare SERVFAIL", "1235 8182 0000 0000 0000 0000",
     STUBDNS__FOUND_OTHER_ID},

    {"our query echoed (M7)", "1234 0100 0001 0000 0000 0000" QUESTION,
     STUBDNS__FOUND_QUERY},
    {"an answer with QR=0", "1234 0180 0001 0001 0000 0000" QUESTION ANSWER,
     STUBDNS__FOUND_QUERY},
    {"NOTIFY (M8)", "1234 a180 0001 0001 0000 0000" QUESTION ANSWER,
     STUBDNS__FOUND_OTHER_OPCODE},
    {"opcode 15", "1234 f980 0001 0001 0000 0000" QUESTION ANSWER,
     STUBDNS__FOUND_OTHER_OPCODE},
    {"DSO (B23)", "1234 b180 0000 0000 0000 0000", STUBDNS__FOUND_OTHER_OPCODE},

    {"QDCOUNT 0 with an answer (M9)",
     "1234 8180 0000 0001 0000 0000" WWW "0001 0001 0000003c 0004 c0000201",
     STUBDNS__FOUND_NO_QUESTION},
    {"QDCOUNT 2 (M9)", "1234 8180 0002 0001 0000 0000" QUESTION QUESTION ANSWER,
     STUBDNS__FOUND_SEVERAL_QUESTIONS},
    {"QDCOUNT 2, cut", "1234 8180 0002 0001 0000 0000" QUESTION,
     STUBDNS__FOUND_SEVERAL_QUESTIONS},
    {"a bare SERVFAIL", "1234 8182 0000 0000 0000 0000",
     STUBDNS__FOUND_BARE_ERROR},
    {"a bare REFUSED", "1234 8185 0000 0000 0000 0000",
     STUBDNS__FOUND_BARE_ERROR},
    {"a bare FORMERR", "1234 8181 0000 0000 0000 0000",
     STUBDNS__FOUND_BARE_ERROR},
    {"a bare NOTIMP", "1234 8184 0000 0000 0000 0000",
     STUBDNS__FOUND_BARE_ERROR},
    {"a bare FORMERR with OPT", "1234 8181 0000 0000 0000 0001" OPT,
     STUBDNS__FOUND_BARE_ERROR},
    {"a bare NOERROR", "1234 8180 0000 0000 0000 0000",
     STUBDNS__FOUND_NO_QUESTION},
    {"a bare NXDOMAIN", "1234 8183 0000 0000 0000 0000",
     STUBDNS__FOUND_NO_QUESTION},
    {"SERVFAIL that promises records, but ends",
     "1234 8182 0000 0001 0000 0000", STUBDNS__FOUND_NO_QUESTION},
    {"SERVFAIL with a record, without a question",
     "1234 8182 0000 0000 0001 0000" WWW "0001 0001 0000003c 0004 c0000201",
     STUBDNS__FOUND_NO_QUESTION},

    {"a broken question", "1234 8180 0001 0001 0000 0000 ff03 7777",
     STUBDNS__FOUND_BROKEN_QUESTION},
    {"a looping question", "1234 8180 0001 0001 0000 0000 c00c" IN_A ANSWER,
     STUBDNS__FOUND_BROKEN_QUESTION},
    {"a question cut in its name", "1234 8180 0001 0001 0000 0000 0377 77",
     STUBDNS__FOUND_BROKEN_QUESTION},
    {"a question cut in its class",
     "1234 8180 0001 0000 0000 0000" WWW "0001 00",
     STUBDNS__FOUND_BROKEN_QUESTION},

    {"another name (M5)", OK MAIL IN_A "c00c 0001 0001 0000003c 0004 c0000201",
     STUBDNS__FOUND_OTHER_NAME},
    {"the root", OK "00" IN_A "00 0001 0001 0000003c 0004 c0000201",
     STUBDNS__FOUND_OTHER_NAME},
    {"SERVFAIL for another name", "1234 8182 0001 0000 0000 0000" MAIL IN_A,
     STUBDNS__FOUND_OTHER_NAME},
    {"another name, cut", OK MAIL IN_A, STUBDNS__FOUND_OTHER_NAME},
    {"truncated, another name (T13)", "1234 8380 0001 0000 0000 0000" MAIL IN_A,
     STUBDNS__FOUND_OTHER_NAME},
    {"another type (M6)", OK WWW "001c 0001" ANSWER, STUBDNS__FOUND_OTHER_TYPE},
    {"another class (M6)", OK WWW "0001 0003" ANSWER,
     STUBDNS__FOUND_OTHER_CLASS},
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static stubdns_question_t ask_www(void) {
  stubdns_question_t question = {.type = STUBDNS_TYPE_A,
                                 .class_ = STUBDNS_CLASS_IN};
  ck_assert_int_eq(
      stubdns_name_from_text(&question.name, "www.example.com", 15), 0);
  return question;
}

static enum stubdns__finding found(const char *hex, uint16_t id,
                                   uint8_t exact) {
  const stubdns_question_t question = ask_www();
  const struct stubdns__expected expected = {
      .question = &question, .id = id, .exact = exact};
  size_t length;
  uint8_t *octets = hex_octets(hex, &length);
  struct stubdns__reply reply;
  stubdns__reply_read(&reply, octets, length);
  const enum stubdns__finding finding = stubdns__match(&reply, &expected);
  free(octets);
  return finding;
}

START_TEST(match_judges_every_row_M4_M5_M6_M7_M8_M9_M22_M23_T13_T17) {
  for (size_t i = 0; i < ROW_COUNT; i++) {
    const struct row *row = &rows[i];
    const enum stubdns__finding finding = found(row->datagram, 0x1234, 0);
    ck_assert_msg(finding == row->finding, "%s: found \"%s\", not \"%s\"",
                  row->what, stubdns__finding_text(finding),
                  stubdns__finding_text(row->finding));
  }
}
END_TEST

/* A signature of 16 octets by hmac-md5; nobody checks it. */
#define TSIG                                                                   \
  "036b657900 00fa 00ff 00000000 002a 08686d61632d6d643500 000067452301 012c " \
  "0010 00112233445566778899aabbccddeeff 1234 0000 0000 "

static enum stubdns__verdict verdict_of_signed(const char *datagram) {
  const stubdns_question_t question = ask_www();
  const struct stubdns__expected expected = {.question = &question,
                                             .id = 0x1234};
  char hex[4096];
  size_t length;
  snprintf(hex, sizeof hex, "%s " TSIG, datagram);
  uint8_t *octets = hex_octets(hex, &length);
  octets[11]++;
  struct stubdns__reply reply;
  stubdns__reply_read(&reply, octets, length);
  const enum stubdns__finding finding = stubdns__match(&reply, &expected);
  free(octets);
  return stubdns__finding_verdict(finding);
}

static int is_without_header(enum stubdns__finding finding) {
  return finding == STUBDNS__FOUND_SHORT_HEADER;
}

START_TEST(signature_makes_no_reply_of_what_is_none_T26) {
  size_t drop_count = 0;
  for (size_t i = 0; i < ROW_COUNT; i++) {
    const struct row *row = &rows[i];
    if (is_without_header(row->finding) ||
        stubdns__finding_verdict(row->finding) != STUBDNS__DROP)
      continue;
    ck_assert_msg(verdict_of_signed(row->datagram) == STUBDNS__DROP,
                  "%s, signed", row->what);
    drop_count++;
  }
  ck_assert_uint_ge(drop_count, 25);
  ck_assert_int_eq(verdict_of_signed(OK QUESTION ANSWER), STUBDNS__ACCEPT);
}
END_TEST

START_TEST(match_counts_capitals_when_they_were_random_M5) {
  ck_assert_int_eq(found(OK QUESTION ANSWER, 0x1234, 1), STUBDNS__FOUND_ANSWER);
  ck_assert_int_eq(found(OK WWW_CAPITALS IN_A ANSWER, 0x1234, 1),
                   STUBDNS__FOUND_OTHER_CASE);
  ck_assert_int_eq(found(OK WWW_CAPITALS IN_A, 0x1234, 1),
                   STUBDNS__FOUND_OTHER_CASE);
}
END_TEST

#define COOKIE_HEADER "1234 8180 0001 0001 0000 0001 "
#define OPT_HEAD "00 0029 04d0 00000000 "
#define OURS "0001020304050607 "
#define THEIRS "ff01020304050607 "
#define SERVER "a0a1a2a3a4a5a6a7 "
#define SERVER_16 SERVER SERVER

/* What stands in the OPT record of an answer: from its RDLENGTH on. */
struct cookie_row {
  const char *what;
  const char *options;
  enum stubdns__finding finding;
};

static const struct cookie_row cookie_rows[] = {
    {"ours with the server's (M12)", "0014 000a 0010" OURS SERVER,
     STUBDNS__FOUND_ANSWER},
    {"ours with 32 octets of the server's",
     "002c 000a 0028" OURS SERVER_16 SERVER_16, STUBDNS__FOUND_ANSWER},
    {"ours alone", "000c 000a 0008" OURS, STUBDNS__FOUND_ANSWER},
    {"another option before", "0018 fde9 0000 000a 0010" OURS SERVER,
     STUBDNS__FOUND_ANSWER},
    {"not ours (M12)", "0014 000a 0010" THEIRS SERVER,
     STUBDNS__FOUND_OTHER_COOKIE},
    {"8 octets, not ours (M12)", "000c 000a 0008" THEIRS,
     STUBDNS__FOUND_OTHER_COOKIE},
    {"7 octets (M12)", "000b 000a 0007 00010203040506",
     STUBDNS__FOUND_OTHER_COOKIE},
    {"12 octets (M12)", "0010 000a 000c" OURS "a0a1a2a3",
     STUBDNS__FOUND_OTHER_COOKIE},
    {"41 octets (M12)", "002d 000a 0029" OURS SERVER_16 SERVER_16 "a0",
     STUBDNS__FOUND_OTHER_COOKIE},
    {"no octets (M12)", "0004 000a 0000", STUBDNS__FOUND_OTHER_COOKIE},
    {"right, then wrong (M15)",
     "0028 000a 0010" OURS SERVER "000a 0010" THEIRS SERVER,
     STUBDNS__FOUND_ANSWER},
    {"wrong, then right (M15)",
     "0028 000a 0010" THEIRS SERVER "000a 0010" OURS SERVER,
     STUBDNS__FOUND_OTHER_COOKIE},
    {"none", "0000", STUBDNS__FOUND_ANSWER},
};

static enum stubdns__finding found_protected(const char *options, int is_asked,
                                             uint8_t is_due, uint8_t proven) {
  static const uint8_t ours[8] = {0, 1, 2, 3, 4, 5, 6, 7};
  char hex[512];
  const stubdns_question_t question = ask_www();
  const struct stubdns__expected expected = {.question = &question,
                                             .id = 0x1234,
                                             .client_cookie =
                                                 is_asked ? ours : NULL,
                                             .cookie_is_due = is_due,
                                             .proven = proven};
  snprintf(hex, sizeof hex, "%s%s", COOKIE_HEADER QUESTION ANSWER OPT_HEAD,
           options);
  size_t length;
  uint8_t *octets = hex_octets(hex, &length);
  struct stubdns__reply reply;
  stubdns__reply_read(&reply, octets, length);
  const enum stubdns__finding finding = stubdns__match(&reply, &expected);
  free(octets);
  return finding;
}

static enum stubdns__finding found_cookie(const char *options, int is_asked,
                                          uint8_t is_due) {
  return found_protected(options, is_asked, is_due, 0);
}

START_TEST(match_judges_every_cookie_M12_M15) {
  for (size_t i = 0; i < sizeof cookie_rows / sizeof cookie_rows[0]; i++) {
    const struct cookie_row *row = &cookie_rows[i];
    const enum stubdns__finding finding = found_cookie(row->options, 1, 0);
    ck_assert_msg(finding == row->finding, "%s: found \"%s\"", row->what,
                  stubdns__finding_text(finding));
  }
}
END_TEST

START_TEST(match_misses_a_cookie_that_the_server_gave_before_M13) {
  ck_assert_int_eq(found_cookie("0000", 1, 1), STUBDNS__FOUND_NO_COOKIE);
  ck_assert_int_eq(found_cookie("0014 000a 0010" OURS SERVER, 1, 1),
                   STUBDNS__FOUND_ANSWER);
  ck_assert_int_eq(found_cookie("0014 000a 0010" THEIRS SERVER, 1, 1),
                   STUBDNS__FOUND_OTHER_COOKIE);
}
END_TEST

/* Under attack a reply counts with a due cookie alone: one that came with ours
 * is an answer, one from a server that never gave any proves nothing. */
START_TEST(match_takes_a_proof_for_an_answer_where_one_is_due_M11) {
  static const struct {
    uint8_t proven;
    uint8_t is_due;
    enum stubdns__finding finding;
  } proofs[] = {{0, 0, STUBDNS__FOUND_ANSWER},
                {0, 1, STUBDNS__FOUND_ANSWER},
                {1, 0, STUBDNS__FOUND_UNPROVEN},
                {1, 1, STUBDNS__FOUND_ANSWER}};
  for (size_t i = 0; i < sizeof proofs / sizeof proofs[0]; i++)
    ck_assert_int_eq(found_protected("0014 000a 0010" OURS SERVER, 1,
                                     proofs[i].is_due, proofs[i].proven),
                     proofs[i].finding);
}
END_TEST

START_TEST(match_passes_over_cookies_that_were_not_asked_for_M12) {
  for (size_t i = 0; i < sizeof cookie_rows / sizeof cookie_rows[0]; i++)
    ck_assert_int_eq(found_cookie(cookie_rows[i].options, 0, 1),
                     STUBDNS__FOUND_ANSWER);
}
END_TEST

START_TEST(match_takes_any_id_B2) {
  ck_assert_int_eq(found("0000 8180 0001 0001 0000 0000" QUESTION ANSWER, 0, 0),
                   STUBDNS__FOUND_ANSWER);
  ck_assert_int_eq(
      found("ffff 8180 0001 0001 0000 0000" QUESTION ANSWER, 0xFFFF, 0),
      STUBDNS__FOUND_ANSWER);
  ck_assert_int_eq(found("ffff 8180 0001 0001 0000 0000" QUESTION ANSWER, 0, 0),
                   STUBDNS__FOUND_OTHER_ID);
}
END_TEST

/* A reply cut anywhere is never taken for the answer, nor for more than its
 * readable part allows. */
START_TEST(match_never_accepts_a_prefix_of_the_answer_M10) {
  const stubdns_question_t question = ask_www();
  const struct stubdns__expected expected = {.question = &question,
                                             .id = 0x1234};
  size_t whole;
  uint8_t *octets = hex_octets(OK QUESTION ANSWER, &whole);
  for (size_t length = 0; length < whole; length++) {
    uint8_t *cut = malloc(length ? length : 1);
    ck_assert_ptr_nonnull(memcpy(cut, octets, length));
    struct stubdns__reply reply;
    stubdns__reply_read(&reply, cut, length);
    const enum stubdns__finding finding = stubdns__match(&reply, &expected);
    const enum stubdns__finding due = length < 12 ? STUBDNS__FOUND_SHORT_HEADER
                                      : length < 12 + 17 + 4
                                          ? STUBDNS__FOUND_BROKEN_QUESTION
                                          : STUBDNS__FOUND_MALFORMED;
    ck_assert_msg(finding == due, "%zu octets: %s", length,
                  stubdns__finding_text(finding));
    free(cut);
  }
  free(octets);
}
END_TEST

/* The longest question still fits the part that is read of a broken reply. */
START_TEST(match_reads_the_longest_question_of_a_broken_reply) {
  stubdns_question_t question = {.type = STUBDNS_TYPE_A,
                                 .class_ = STUBDNS_CLASS_IN};
  question.name.length = 255;
  for (size_t i = 0; i < 127; i++) {
    question.name.octets[2 * i] = 1;
    question.name.octets[2 * i + 1] = 'a';
  }
  question.name.octets[254] = 0;
  uint8_t octets[12 + 255 + 4 + 1] = {0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1};
  memcpy(octets + 12, question.name.octets, 255);
  octets[268] = 1;
  octets[270] = 1;
  struct stubdns__reply reply;
  stubdns__reply_read(&reply, octets, sizeof octets);
  const struct stubdns__expected expected = {
      .question = &question, .id = 0x1234, .exact = 1};
  ck_assert_int_eq(stubdns__match(&reply, &expected), STUBDNS__FOUND_MALFORMED);
}
END_TEST

START_TEST(finding_has_a_verdict_and_a_sentence_of_its_own) {
  const enum stubdns__finding finding = (enum stubdns__finding)_i;
  const enum stubdns__verdict verdict = stubdns__finding_verdict(finding);
  ck_assert_int_eq(verdict == STUBDNS__ACCEPT,
                   finding == STUBDNS__FOUND_ANSWER);
  ck_assert_int_eq(verdict == STUBDNS__SOFT,
                   finding == STUBDNS__FOUND_ERROR_REPLY ||
                       finding == STUBDNS__FOUND_MALFORMED ||
                       finding == STUBDNS__FOUND_TRUNCATED);
  for (int other = 0; other < _i; other++)
    ck_assert_str_ne(stubdns__finding_text((enum stubdns__finding)other),
                     stubdns__finding_text(finding));
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("match");
  tcase_add_test(cases,
                 match_judges_every_row_M4_M5_M6_M7_M8_M9_M22_M23_T13_T17);
  tcase_add_test(cases, match_counts_capitals_when_they_were_random_M5);
  tcase_add_test(cases, match_judges_every_cookie_M12_M15);
  tcase_add_test(cases, match_misses_a_cookie_that_the_server_gave_before_M13);
  tcase_add_test(cases, match_takes_a_proof_for_an_answer_where_one_is_due_M11);
  tcase_add_test(cases, match_passes_over_cookies_that_were_not_asked_for_M12);
  tcase_add_test(cases, match_takes_any_id_B2);
  tcase_add_test(cases, match_never_accepts_a_prefix_of_the_answer_M10);
  tcase_add_test(cases, signature_makes_no_reply_of_what_is_none_T26);
  tcase_add_test(cases, match_reads_the_longest_question_of_a_broken_reply);
  tcase_add_loop_test(cases, finding_has_a_verdict_and_a_sentence_of_its_own, 0,
                      STUBDNS__FINDING_COUNT);
  Suite *const suite = suite_create("exchange/match");
  suite_add_tcase(suite, cases);
  return suite;
}
