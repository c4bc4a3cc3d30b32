/* src/wire/answer.c and service.c: which records answer, and what kind of "no"
 * it is.  A row is a reply in short: its flags, its records, the outcome. */
#include "stubdns/wire.h"

#include "support/octets.h"
#include "support/short_reply.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

#define TTL 300
#define NXDOMAIN 3
#define SERVFAIL 2

#define AA 0x8400
#define RA 0x8080
#define NONE 0x8000

static const struct row {
  const char *what;
  uint16_t flags;       /* with the RCODE */
  const char *question; /* for A of this name */
  const char *answer;
  const char *authority;
  const char *additional;
  int error;
  int outcome;
  const char *target;
  unsigned answers;
  unsigned aliases;
  unsigned unrelated;
} rows[] = {
    {"an address", RA, "www.test", "www.test A 1", "", "", 0,
     STUBDNS_OUTCOME_ANSWER, "www.test", 1, 0, 0},
    {"letter case does not matter N23", RA, "www.test", "WwW.tEsT A 1", "", "",
     0, STUBDNS_OUTCOME_ANSWER, "www.test", 1, 0, 0},
    {"a chain in order", RA, "a.test",
     "a.test CNAME b.test;b.test CNAME c.test;c.test A 1;c.test A 2", "", "", 0,
     STUBDNS_OUTCOME_ANSWER, "c.test", 2, 2, 0},
    {"a chain in reverse order C1", RA, "a.test",
     "c.test A 1;b.test CNAME c.test;a.test CNAME b.test", "", "", 0,
     STUBDNS_OUTCOME_ANSWER, "c.test", 1, 2, 0},
    {"an owner that was not asked C2", RA, "www.test", "evil.test A 6", "", "",
     0, STUBDNS_OUTCOME_NODATA, "www.test", 0, 0, 1},
    {"an owner beside the chain C2", RA, "a.test",
     "a.test CNAME b.test;evil.test A 6;b.test A 1", "", "", 0,
     STUBDNS_OUTCOME_ANSWER, "b.test", 1, 1, 1},
    {"an answer in the additional section only C12", RA, "www.test", "",
     "test SOA 60", "www.test A 1", 0, STUBDNS_OUTCOME_NODATA, "www.test", 0, 0,
     0},
    {"a loop of two R53", RA, "a.test",
     "a.test CNAME b.test;b.test CNAME a.test", "", "", STUBDNS_EALIASLOOP, 0,
     NULL, 0, 0, 0},
    {"a loop of one", RA, "a.test", "a.test CNAME a.test", "", "",
     STUBDNS_EALIASLOOP, 0, NULL, 0, 0, 0},
    {"two different aliases R52", RA, "a.test",
     "a.test CNAME b.test;a.test CNAME c.test;b.test A 1", "", "",
     STUBDNS_EALIASCONFLICT, 0, NULL, 0, 0, 0},
    {"the same alias twice", RA, "a.test",
     "a.test CNAME b.test;a.test CNAME b.test;b.test A 1", "", "", 0,
     STUBDNS_OUTCOME_ANSWER, "b.test", 1, 1, 1},
    {"sixteen aliases", RA, "0.test",
     "0.test CNAME 1.test;1.test CNAME 2.test;2.test CNAME 3.test;"
     "3.test CNAME 4.test;4.test CNAME 5.test;5.test CNAME 6.test;"
     "6.test CNAME 7.test;7.test CNAME 8.test;8.test CNAME 9.test;"
     "9.test CNAME 10.test;10.test CNAME 11.test;11.test CNAME 12.test;"
     "12.test CNAME 13.test;13.test CNAME 14.test;14.test CNAME 15.test;"
     "15.test CNAME 16.test;16.test A 1",
     "", "", 0, STUBDNS_OUTCOME_ANSWER, "16.test", 1, 16, 0},
    {"seventeen aliases C1", RA, "0.test",
     "0.test CNAME 1.test;1.test CNAME 2.test;2.test CNAME 3.test;"
     "3.test CNAME 4.test;4.test CNAME 5.test;5.test CNAME 6.test;"
     "6.test CNAME 7.test;7.test CNAME 8.test;8.test CNAME 9.test;"
     "9.test CNAME 10.test;10.test CNAME 11.test;11.test CNAME 12.test;"
     "12.test CNAME 13.test;13.test CNAME 14.test;14.test CNAME 15.test;"
     "15.test CNAME 16.test;16.test CNAME 17.test;17.test A 1",
     "", "", STUBDNS_EALIASDEPTH, 0, NULL, 0, 0, 0},
    {"a DNAME with its CNAME C3", RA, "a.old.test",
     "old.test DNAME new.test;a.old.test CNAME a.new.test;a.new.test A 1", "",
     "", 0, STUBDNS_OUTCOME_ANSWER, "a.new.test", 1, 2, 0},
    {"a DNAME without its CNAME", RA, "a.old.test",
     "old.test DNAME new.test;a.new.test A 1", "", "", 0,
     STUBDNS_OUTCOME_ANSWER, "a.new.test", 1, 1, 0},
    {"a CNAME that its DNAME does not make C3", RA, "a.old.test",
     "old.test DNAME new.test;a.old.test CNAME a.evil.test;a.evil.test A 6", "",
     "", STUBDNS_EALIASCONFLICT, 0, NULL, 0, 0, 0},
    {"a DNAME is not for its own owner", RA, "old.test",
     "old.test DNAME new.test;new.test A 6", "test SOA 60", "", 0,
     STUBDNS_OUTCOME_NODATA, "old.test", 0, 0, 2},
    {"a DNAME loop", RA, "a.x.test", "x.test DNAME x.test", "", "",
     STUBDNS_EALIASDEPTH, 0, NULL, 0, 0, 0},
    {"a DNAME that makes the name too long C3", RA,
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.x",
     "x DNAME "
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test",
     "", "", STUBDNS_ENAMETOOLONG, 0, NULL, 0, 0, 0},
    {"only the alias", RA, "a.test", "a.test CNAME b.test", "", "", 0,
     STUBDNS_OUTCOME_INCOMPLETE, "b.test", 0, 1, 0},
    {"an alias out of the zone with its NS", AA, "a.test",
     "a.test CNAME b.example", "test NS ns.test", "", 0,
     STUBDNS_OUTCOME_INCOMPLETE, "b.example", 0, 1, 0},
    {"an alias to a name without data", RA, "a.test", "a.test CNAME b.test",
     "test SOA 60", "", 0, STUBDNS_OUTCOME_NODATA, "b.test", 0, 1, 0},
    {"an alias with the SOA of another zone", RA, "a.test",
     "a.test CNAME b.test", "example SOA 60", "", 0, STUBDNS_OUTCOME_INCOMPLETE,
     "b.test", 0, 1, 0},
    {"an alias to no name R51 M24", RA | NXDOMAIN, "a.test",
     "a.test CNAME b.test", "test SOA 60", "", 0, STUBDNS_OUTCOME_NXDOMAIN,
     "b.test", 0, 1, 0},
    {"no name, with SOA", RA | NXDOMAIN, "a.test", "", "test SOA 60", "", 0,
     STUBDNS_OUTCOME_NXDOMAIN, "a.test", 0, 0, 0},
    {"no name, without SOA", RA | NXDOMAIN, "a.test", "", "", "", 0,
     STUBDNS_OUTCOME_NXDOMAIN, "a.test", 0, 0, 0},
    {"no data, type 1: SOA and NS C4", AA, "a.test", "",
     "test SOA 60;test NS ns.test", "", 0, STUBDNS_OUTCOME_NODATA, "a.test", 0,
     0, 0},
    {"no data, type 2: SOA C4", AA, "a.test", "", "test SOA 60", "", 0,
     STUBDNS_OUTCOME_NODATA, "a.test", 0, 0, 0},
    {"no data, type 3: nothing C4", AA, "a.test", "", "", "", 0,
     STUBDNS_OUTCOME_NODATA, "a.test", 0, 0, 0},
    {"a referral C4", NONE, "a.sub.test", "", "sub.test NS ns.sub.test",
     "ns.sub.test A 1", 0, STUBDNS_OUTCOME_REFERRAL, "a.sub.test", 0, 0, 0},
    {"NS with SOA is no referral C4", NONE, "a.sub.test", "",
     "sub.test NS ns.sub.test;example SOA 60", "", 0, STUBDNS_OUTCOME_NODATA,
     "a.sub.test", 0, 0, 0},
    {"NS from a recursive server is no referral", RA, "a.sub.test", "",
     "sub.test NS ns.sub.test", "", 0, STUBDNS_OUTCOME_NODATA, "a.sub.test", 0,
     0, 0},
    {"an asterisk answers for itself C8", RA, "*.test", "*.test A 1;a.test A 6",
     "", "", 0, STUBDNS_OUTCOME_ANSWER, "*.test", 1, 0, 1},
    {"an asterisk answers for nobody else C8", RA, "a.test", "*.test A 6",
     "test SOA 60", "", 0, STUBDNS_OUTCOME_NODATA, "a.test", 0, 0, 1},
    {"a server failure", RA | SERVFAIL, "a.test", "", "", "", 0,
     STUBDNS_OUTCOME_FAILURE, "a.test", 0, 0, 0},
};

static uint8_t octets[4096];

static void parse_reply(stubdns_message_t *message, const struct row *row,
                        const stubdns_question_t *question) {
  const struct short_reply reply = {row->flags, TTL, row->answer,
                                    row->authority, row->additional};
  const size_t length =
      short_reply_write(&reply, question, octets, sizeof octets);
  ck_assert_int_eq(stubdns_message_parse(message, octets, length, 0), 0);
}

START_TEST(chain_finds_the_outcome_of_each_reply_C1_C2_C3_C4_C8_C12_M24) {
  const struct row *const row = &rows[_i];
  const stubdns_question_t question = {NAME(row->question), STUBDNS_TYPE_A,
                                       STUBDNS_CLASS_IN};
  stubdns_message_t message;
  stubdns_chain_t chain;
  parse_reply(&message, row, &question);
  const int error = stubdns_chain_follow(&chain, &message, &question);
  ck_assert_msg(error == row->error, "%s: error %d", row->what, error);
  if (error) return;
  const stubdns_name_t target = NAME(row->target);
  ck_assert_msg(chain.outcome == row->outcome, "%s: outcome %u", row->what,
                chain.outcome);
  ck_assert_msg(stubdns_name_equal(&chain.target, &target), "%s", row->what);
  ck_assert_msg(chain.answer_count == row->answers, "%s", row->what);
  ck_assert_msg(chain.alias_count == row->aliases, "%s", row->what);
  ck_assert_msg(chain.unrelated_count == row->unrelated, "%s", row->what);
  stubdns_records_t records =
      stubdns_message_records(&message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  unsigned answers = 0;
  while (stubdns_chain_next(&chain, &records, &record))
    answers += record.type == STUBDNS_TYPE_A;
  ck_assert_uint_eq(answers, row->answers);
}
END_TEST

START_TEST(chain_gives_its_aliases_in_the_order_of_the_way) {
  const stubdns_question_t question = {NAME("a.test"), STUBDNS_TYPE_A,
                                       STUBDNS_CLASS_IN};
  const struct row *const row = &rows[3]; /* written in reverse order */
  static const char *const owners[] = {"a.test", "b.test"};
  stubdns_message_t message;
  stubdns_chain_t chain;
  stubdns_record_t alias;
  parse_reply(&message, row, &question);
  ck_assert_int_eq(stubdns_chain_follow(&chain, &message, &question), 0);
  for (size_t i = 0; i < 2; i++) {
    const stubdns_name_t owner = NAME(owners[i]);
    ck_assert(stubdns_chain_alias(&chain, i, &alias));
    ck_assert(stubdns_record_is_owned_by(&alias, &owner));
  }
  ck_assert(!stubdns_chain_alias(&chain, 2, &alias));
}
END_TEST

START_TEST(question_for_cname_follows_none) {
  const stubdns_question_t question = {NAME("a.test"), STUBDNS_TYPE_CNAME,
                                       STUBDNS_CLASS_IN};
  const struct row row = {
      "", RA, "a.test", "a.test CNAME b.test", "", "", 0, 0, NULL, 0, 0, 0};
  stubdns_message_t message;
  stubdns_chain_t chain;
  parse_reply(&message, &row, &question);
  ck_assert_int_eq(stubdns_chain_follow(&chain, &message, &question), 0);
  ck_assert_uint_eq(chain.answer_count, 1);
  ck_assert_uint_eq(chain.alias_count, 0);
}
END_TEST

/* To ANY of a.test: the owner is the root. */
#define HINFO "00 000d 0001 0000003c "
static const struct {
  const char *records; /* hex, one after the other */
  unsigned count;
  int minimal_any;
} any_rows[] = {
    {HINFO "0009 07 52464338343832 00", 1, 1}, /* RFC8482 */
    {"00 0001 0001 0000003c 0004 c0000201 " HINFO "0009 07 52464338343832 00",
     2, 1},
    {HINFO "0009 07 52464338343833 00", 1, 0},
    {HINFO "0008 06 524643383438 00", 1, 0},
    {"00 0001 0001 0000003c 0004 c0000201", 1, 0},
    /* Of another class, where HINFO has the same form. */
    {"00 000d 0003 0000003c 0009 07 52464338343832 00", 1, 0},
    {"", 0, 0},
};

START_TEST(hinfo_in_place_of_any_is_told_C9_R19_B20) {
  const stubdns_question_t question = {NAME("."), STUBDNS_TYPE_ANY,
                                       STUBDNS_CLASS_IN};
  char hex[256];
  size_t length;
  snprintf(hex, sizeof hex, "0001 8080 0001 %04x 0000 0000 00 00ff 0001 %s",
           any_rows[_i].count, any_rows[_i].records);
  uint8_t *const reply = octets_from_hex(hex, &length);
  stubdns_message_t message;
  stubdns_chain_t chain;
  ck_assert_int_eq(stubdns_message_parse(&message, reply, length, 0), 0);
  ck_assert_int_eq(stubdns_chain_follow(&chain, &message, &question), 0);
  ck_assert_int_eq(chain.minimal_any, any_rows[_i].minimal_any);
  free(reply);
}
END_TEST

/* CNAME and A records of class CH at the root, to a question of class IN. */
START_TEST(records_of_another_class_are_unrelated_C2) {
  size_t length;
  uint8_t *const reply = octets_from_hex(
      "0001 8080 0001 0002 0000 0000 00 0001 0001 "
      "00 0005 0003 0000003c 0003 016100 00 0001 0003 0000003c 0004 c0000201",
      &length);
  const stubdns_question_t question = {NAME("."), STUBDNS_TYPE_A,
                                       STUBDNS_CLASS_IN};
  stubdns_message_t message;
  stubdns_chain_t chain;
  stubdns_record_t record;
  ck_assert_int_eq(stubdns_message_parse(&message, reply, length, 0), 0);
  ck_assert_int_eq(stubdns_chain_follow(&chain, &message, &question), 0);
  ck_assert_int_eq(chain.outcome, STUBDNS_OUTCOME_NODATA);
  ck_assert_uint_eq(chain.unrelated_count, 2);
  stubdns_records_t records = stubdns_message_all_records(&message);
  ck_assert(!stubdns_chain_next(&chain, &records, &record));
  free(reply);
}
END_TEST

/* The content of an answer is malformed: HTTPS whose parameter is cut. */
START_TEST(malformed_answer_is_no_answer) {
  static const uint8_t reply[] = {0, 1,  0x80, 0x80, 0, 1, 0, 1,  0, 0, 0, 0,
                                  0, 0,  65,   0,    1, 0, 0, 65, 0, 1, 0, 0,
                                  0, 60, 0,    6,    0, 1, 0, 0,  1, 0};
  const stubdns_question_t question = {NAME("."), STUBDNS_TYPE_HTTPS,
                                       STUBDNS_CLASS_IN};
  stubdns_message_t message;
  stubdns_chain_t chain;
  ck_assert_int_eq(stubdns_message_parse(&message, reply, sizeof reply, 0), 0);
  ck_assert_int_eq(stubdns_chain_follow(&chain, &message, &question),
                   STUBDNS_EBADRDATA);
}
END_TEST

static void follow(stubdns_chain_t *chain, const struct row *row,
                   uint16_t type) {
  static stubdns_message_t message;
  const stubdns_question_t question = {NAME(row->question), type,
                                       STUBDNS_CLASS_IN};
  parse_reply(&message, row, &question);
  ck_assert_int_eq(stubdns_chain_follow(chain, &message, &question), 0);
}

static const struct {
  const char *answer; /* to MX of a.test */
  int null_mx;
} mail_rows[] = {
    {"a.test MX .", 1},         {"a.test CNAME b.test;b.test MX .", 1},
    {"a.test MX mail.test", 0}, {"a.test MX .;a.test MX mail.test", 0},
    {"b.test MX .", 0},         {"", 0},
};

START_TEST(null_mx_alone_says_that_there_is_no_mail_C10) {
  const struct row row = {
      "", RA, "a.test", mail_rows[_i].answer, "", "", 0, 0, NULL, 0, 0, 0};
  stubdns_chain_t chain;
  follow(&chain, &row, STUBDNS_TYPE_MX);
  ck_assert_int_eq(chain.null_mx, mail_rows[_i].null_mx);
}
END_TEST

/* RFC 2136 section 2.4: in class ANY records have no RDATA. */
START_TEST(mx_record_without_rdata_says_nothing) {
  static const uint8_t reply[] = {0, 1, 0x81, 0x80, 0,   1,   0, 1, 0, 0, 0,
                                  0, 0, 0,    15,   0,   255, /* . ANY MX */
                                  0, 0, 15,   0,    255, 0,   0, 0, 9, 0, 0};
  const stubdns_question_t question = {NAME("."), STUBDNS_TYPE_MX,
                                       STUBDNS_CLASS_ANY};
  stubdns_message_t message;
  stubdns_chain_t chain;
  ck_assert_int_eq(stubdns_message_parse(&message, reply, sizeof reply, 0), 0);
  ck_assert_int_eq(stubdns_chain_follow(&chain, &message, &question), 0);
  ck_assert_uint_eq(chain.answer_count, 1);
  ck_assert_int_eq(chain.null_mx, 0);
}
END_TEST

/* RFC 2181 section 8: a TTL has 31 bits, and with the top bit it is 0. */
static const struct {
  const char *answer; /* to A of a.test */
  uint32_t ttl_s;
} ttl_rows[] = {
    {"a.test A 1 60;a.test A 2 30", 30},
    {"a.test A 1 30;a.test A 2 60;b.test A 3 1", 30},
    {"a.test CNAME b.test 20;b.test A 1 60", 20},
    {"a.test CNAME b.test 60;b.test A 1 2147483647", 60},
    {"a.test A 1 2147483647", 2147483647},
    {"a.test A 1 2147483648", 0},
    {"a.test A 1 4294967295;a.test A 2 60", 0},
    {"", 0},
};

START_TEST(lowest_ttl_of_aliases_and_answers_counts_PP11_C7) {
  const struct row row = {
      "", RA, "a.test", ttl_rows[_i].answer, "", "a.test A 1 7", 0, 0, NULL,
      0,  0,  0};
  stubdns_chain_t chain;
  follow(&chain, &row, STUBDNS_TYPE_A);
  ck_assert_uint_eq(chain.ttl_s, ttl_rows[_i].ttl_s);
}
END_TEST

static const struct {
  uint16_t flags;
  const char *answer; /* to A of a.test */
  const char *authority;
  const char *status; /* NULL: none */
} status_rows[] = {
    {RA, "a.test A 1", "", "NOERROR"},
    {RA, "a.test CNAME b.test", "", "NOERROR"},
    {RA, "", "test SOA 60", "NODATA"},
    {RA | NXDOMAIN, "", "test SOA 60", "NXDOMAIN"},
    {RA | NXDOMAIN, "a.test CNAME b.test", "test SOA 60", "NXDOMAIN"},
    {NONE, "", "test NS ns.test", "REFERRAL"},
    {RA | 1, "", "", "FORMERR"},
    {RA | SERVFAIL, "", "", "SERVFAIL"},
    {RA | 4, "", "", "NOTIMP"},
    {RA | 5, "", "", "REFUSED"},
    {RA | 15, "", "", NULL},
};

START_TEST(status_has_the_name_that_rfc_9499_gives_it_C13) {
  const struct row row = {"",
                          status_rows[_i].flags,
                          "a.test",
                          status_rows[_i].answer,
                          status_rows[_i].authority,
                          "",
                          0,
                          0,
                          NULL,
                          0,
                          0,
                          0};
  stubdns_chain_t chain;
  follow(&chain, &row, STUBDNS_TYPE_A);
  if (status_rows[_i].status)
    ck_assert_str_eq(stubdns_chain_status(&chain), status_rows[_i].status);
  else
    ck_assert_ptr_null(stubdns_chain_status(&chain));
}
END_TEST

static const struct {
  const char *authority;
  const char *name;
  int found;
  uint32_t ttl_s;
} negative_rows[] = {
    {"test SOA 60", "a.test", 1, 60},    {"test SOA 4000", "a.test", 1, TTL},
    {"example SOA 60", "a.test", 0, 0},  {"test NS ns.test", "a.test", 0, 0},
    {"a.a.test SOA 60", "a.test", 0, 0}, {". SOA 60", "a.test", 1, 60},
};

START_TEST(negative_ttl_is_the_lower_of_two_C5) {
  const stubdns_question_t question = {NAME(negative_rows[_i].name),
                                       STUBDNS_TYPE_A, STUBDNS_CLASS_IN};
  const struct row row = {
      "", RA, "", "", negative_rows[_i].authority, "", 0, 0, NULL, 0, 0, 0};
  stubdns_message_t message;
  uint32_t ttl_s = 0;
  parse_reply(&message, &row, &question);
  ck_assert_int_eq(
      stubdns_message_negative_ttl(&message, &question.name, &ttl_s),
      negative_rows[_i].found);
  ck_assert_uint_eq(ttl_s, negative_rows[_i].ttl_s);
}
END_TEST

/* HTTPS records: owner root, class IN, TTL 60, RDLENGTH, RDATA. */
#define HTTPS(length) "00 0041 0001 0000003c " length " "
#define OF_CLASS_CH "00 0041 0003 0000003c 0003 "
#define SVCB "00 0040 0001 0000003c 0003 "
#define RP "00 0011 0001 0000003c 0002 "
static const struct {
  const char *what;
  const char *record;
  int alias;
  int usable; /* by who knows mandatory, alpn and port */
} services[] = {
    {"an alias", HTTPS("0008") "0000 03737663 00 00", -1, 0},
    {"an alias to a service", HTTPS("0007") "0000 03737663 00", 1, 1},
    {"no service C11", HTTPS("0003") "0000 00", 1, 1},
    {"no service by SVCB", SVCB "0000 00", 1, 1},
    {"another class", OF_CLASS_CH "0000 00", 0, 0},
    {"another type", RP "00 00", 0, 0},
    {"a service", HTTPS("000a") "0001 00 0001 0003 026832", 0, 1},
    {"a key one must know and does",
     HTTPS("000f") "0001 00 0000 0002 0003 0003 0002 01bb", 0, 1},
    {"a key one must know and does not C11",
     HTTPS("000f") "0001 00 0000 0002 029b 029b 0002 6869", 0, 0},
};

START_TEST(service_tells_alias_and_usable_records_S20_C11) {
  size_t length;
  uint8_t *const wire = octets_from_hex(services[_i].record, &length);
  static const uint16_t known[] = {0, 1, 3};
  stubdns_record_t record;
  stubdns_name_t target;
  const int error = stubdns_record_from_wire(&record, wire, length);
  if (services[_i].alias < 0) {
    ck_assert_int_ne(error, 0);
    ck_assert(!stubdns_record_is_service_alias(&record, &target));
    ck_assert(!stubdns_record_is_usable_service(&record, known, 3));
  } else {
    ck_assert_msg(error == 0, "%s: %d", services[_i].what, error);
    ck_assert_int_eq(stubdns_record_is_service_alias(&record, &target),
                     services[_i].alias);
    ck_assert_msg(stubdns_record_is_usable_service(&record, known, 3) ==
                      services[_i].usable,
                  "%s", services[_i].what);
  }
  free(wire);
}
END_TEST

START_TEST(other_fields_have_no_parameters) {
  size_t length;
  uint8_t *const wire = octets_from_hex(HTTPS("0003") "0001 00", &length);
  stubdns_record_t record;
  stubdns_field_t field;
  stubdns_svc_param_t param;
  size_t position = 0;
  ck_assert_int_eq(stubdns_record_from_wire(&record, wire, length), 0);
  ck_assert(stubdns_record_field(&record, "priority", &field));
  ck_assert(!stubdns_field_next_param(&field, &position, &param));
  ck_assert_uint_eq(position, 0);
  free(wire);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

Suite *test_suite(void) {
  TCase *const cases = tcase_create("answer");
  tcase_add_loop_test(
      cases, chain_finds_the_outcome_of_each_reply_C1_C2_C3_C4_C8_C12_M24, 0,
      COUNT(rows));
  tcase_add_test(cases, chain_gives_its_aliases_in_the_order_of_the_way);
  tcase_add_test(cases, question_for_cname_follows_none);
  tcase_add_loop_test(cases, hinfo_in_place_of_any_is_told_C9_R19_B20, 0,
                      COUNT(any_rows));
  tcase_add_test(cases, records_of_another_class_are_unrelated_C2);
  tcase_add_test(cases, malformed_answer_is_no_answer);
  tcase_add_test(cases, mx_record_without_rdata_says_nothing);
  tcase_add_loop_test(cases, null_mx_alone_says_that_there_is_no_mail_C10, 0,
                      COUNT(mail_rows));
  tcase_add_loop_test(cases, lowest_ttl_of_aliases_and_answers_counts_PP11_C7,
                      0, COUNT(ttl_rows));
  tcase_add_loop_test(cases, status_has_the_name_that_rfc_9499_gives_it_C13, 0,
                      COUNT(status_rows));
  tcase_add_loop_test(cases, negative_ttl_is_the_lower_of_two_C5, 0,
                      COUNT(negative_rows));
  tcase_add_loop_test(cases, service_tells_alias_and_usable_records_S20_C11, 0,
                      COUNT(services));
  tcase_add_test(cases, other_fields_have_no_parameters);
  Suite *const suite = suite_create("wire/answer");
  suite_add_tcase(suite, cases);
  return suite;
}
