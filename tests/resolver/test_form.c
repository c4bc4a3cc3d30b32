/* src/resolver/form.c: queries spelled out by the user, and which replies are
 * theirs. */
#include "exchange/hex.h"
#include "resolver/world.h"
#include "support/suite.h"

#include <string.h>

#define WWW "03777777 076578616d706c65 03636f6d 00 0001 0001"
#define NO_RANDOM (STUBDNS_LOOKUP_NO_COOKIE | STUBDNS_LOOKUP_NO_0X20)

static struct world w;

static const uint8_t nsid[] = {0, 3, 0, 0};

/* What is asked, and the octets of the query but for the ID. */
static const struct {
  const char *what;
  unsigned flags;
  stubdns_query_t query;
  const char *hex;
} query_rows[] = {
    {"every flag of the header",
     0,
     {.flags = STUBDNS_FLAG_AA | STUBDNS_FLAG_TC | STUBDNS_FLAG_RA |
               STUBDNS_FLAG_Z | STUBDNS_FLAG_CD},
     "06d0 0001 0000 0000 0000" WWW},
    {"an opcode", 0, {.opcode = 4}, "2000 0001 0000 0000 0000" WWW},
    {"version and flags of EDNS",
     0,
     {.edns = 1,
      .edns_version = 100,
      .edns_flags = 0x4001,
      .payload_size = 512},
     "0000 0001 0000 0000 0001" WWW "00 0029 0200 00644001 0000"},
    {"an option",
     0,
     {.flags = STUBDNS_FLAG_RD,
      .edns = 1,
      .payload_size = 1232,
      .options = nsid,
      .options_length = sizeof nsid},
     "0100 0001 0000 0000 0001" WWW "00 0029 04d0 00000000 0004 0003 0000"},
    {"padding to 64 octets",
     0,
     {.edns = 1, .payload_size = 1232, .padding_block = 64},
     "0000 0001 0000 0000 0001" WWW "00 0029 04d0 00000000 0014 000c 0010"
     "00000000 00000000 00000000 00000000"},
    {"no question",
     STUBDNS_LOOKUP_NO_QUESTION,
     {.flags = STUBDNS_FLAG_RD},
     "0100 0000 0000 0000 0000"},
    {"the flags of the lookup do not count",
     STUBDNS_LOOKUP_NO_RECURSION | STUBDNS_LOOKUP_DNSSEC_OK,
     {.flags = STUBDNS_FLAG_RD, .edns = 1, .payload_size = 1232},
     "0100 0001 0000 0000 0001" WWW "00 0029 04d0 00000000 0000"},
};

static void ask(const stubdns_query_t *query, unsigned flags) {
  const stubdns_lookup_options_t options = {.flags = flags | NO_RANDOM,
                                            .query = query};
  world_begin(&w, 1, NULL);
  ck_assert_ptr_nonnull(
      world_ask_name(&w, "www.example.com", 1, NULL, &options));
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 1);
}

START_TEST(query_is_built_as_spelled_out) {
  size_t length;
  uint8_t *const octets = hex_octets(query_rows[_i].hex, &length);
  ask(&query_rows[_i].query, query_rows[_i].flags);
  ck_assert_uint_eq(w.sent[0].length, length + 2);
  ck_assert_mem_eq(w.sent[0].octets + 2, octets, length);
  free(octets);
  world_end(&w);
}
END_TEST

START_TEST(cookie_stands_behind_the_options) {
  static const uint8_t head[] = {0, 3, 0, 0, 0, 10, 0, 8};
  const stubdns_query_t query = {.edns = 1,
                                 .payload_size = 1232,
                                 .options = nsid,
                                 .options_length = sizeof nsid};
  const stubdns_lookup_options_t options = {.query = &query};
  world_begin(&w, 1, NULL);
  world_ask_name(&w, "www.example.com", 1, NULL, &options);
  world_drain(&w);
  const struct sent *const sent = &w.sent[0];
  ck_assert_mem_eq(sent->octets + sent->length - 16, head, sizeof head);
  world_end(&w);
}
END_TEST

START_TEST(fixed_id_stands_in_every_query) {
  const stubdns_query_t query = {.id = 4711};
  ask(&query, STUBDNS_LOOKUP_FIXED_ID);
  world_sleep_until(&w, 2000 * MS);
  ck_assert_uint_ge(w.sent_count, 2);
  for (size_t i = 0; i < w.sent_count; i++)
    ck_assert_uint_eq(w.sent[i].id, 4711);
  world_reply(&w, &w.sent[1], REPLY_ANSWER);
  ck_assert_int_eq(w.done[0].status, 0);
  world_end(&w);
}
END_TEST

/* A datagram behind the ID, and whether it ends the lookup at once. */
static const struct {
  const char *what;
  unsigned flags;
  uint8_t opcode;
  uint8_t ends;
  const char *hex;
} reply_rows[] = {
    {"opcode as asked", 0, 4, 1, "a080 0001 0000 0000 0000" WWW},
    {"another opcode", 0, 4, 0, "8080 0001 0000 0000 0000" WWW},
    {"an error may be bettered", 0, 0, 0, "8005 0001 0000 0000 0000" WWW},
    {"an error is taken", STUBDNS_LOOKUP_TAKE_ERRORS, 0, 1,
     "8005 0001 0000 0000 0000" WWW},
    {"a bare error is taken", STUBDNS_LOOKUP_TAKE_ERRORS, 2, 1,
     "9004 0000 0000 0000 0000"},
    {"a bare success is not", STUBDNS_LOOKUP_TAKE_ERRORS, 0, 0,
     "8000 0000 0000 0000 0000"},
    {"no question to none", STUBDNS_LOOKUP_NO_QUESTION, 0, 1,
     "8000 0000 0000 0000 0000"},
    {"a question to none", STUBDNS_LOOKUP_NO_QUESTION, 0, 0,
     "8000 0001 0000 0000 0000" WWW},
};

START_TEST(id_is_fixed_only_where_the_query_is_spelled_out_B2) {
  const stubdns_lookup_options_t options = {.flags = STUBDNS_LOOKUP_FIXED_ID};
  world_begin(&w, 1, NULL);
  for (size_t i = 0; i < 3; i++)
    world_ask(&w, NULL, &options);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 3);
  ck_assert_uint_ne(w.sent[0].id, w.sent[1].id);
  ck_assert_uint_ne(w.sent[1].id, w.sent[2].id);
  world_end(&w);
}
END_TEST

START_TEST(reply_must_fit_the_query_M4_M7) {
  const stubdns_query_t query = {.opcode = reply_rows[_i].opcode};
  size_t length;
  uint8_t octets[64];
  uint8_t *const rest = hex_octets(reply_rows[_i].hex, &length);
  ask(&query, reply_rows[_i].flags);
  memcpy(octets, w.sent[0].octets, 2);
  memcpy(octets + 2, rest, length);
  free(rest);
  world_deliver(&w, &w.sent[0], octets, length + 2);
  ck_assert_msg(w.done_count == reply_rows[_i].ends, "%s", reply_rows[_i].what);
  world_end(&w);
}
END_TEST

/* Spelled out wrongly. */
static const struct {
  stubdns_query_t query;
  int error;
} wrong_rows[] = {
    {{.opcode = 16}, STUBDNS_EINVALID},
    {{.flags = 0x8000}, STUBDNS_EINVALID},
    {{.edns = 1, .payload_size = 511}, STUBDNS_EINVALID},
    {{.edns = 1, .payload_size = 512, .options = nsid, .options_length = 3},
     STUBDNS_EBADOPTION},
    {{.edns = 1, .payload_size = 512, .padding_block = 513}, STUBDNS_EINVALID},
    {{.edns = 1, .payload_size = 512, .options_length = 513}, STUBDNS_EINVALID},
};

START_TEST(what_cannot_be_built_is_refused_at_once) {
  const stubdns_lookup_options_t options = {.query = &wrong_rows[_i].query};
  const stubdns_question_t question = world_question("www.example.com", 1);
  struct stubdns__request *request;
  world_begin(&w, 1, NULL);
  ck_assert_int_eq(stubdns__core_start(w.core, &question, &options, NULL,
                                       w.now_us, &request),
                   wrong_rows[_i].error);
  world_end(&w);
}
END_TEST

START_TEST(no_memory_for_the_copy_is_no_lookup) {
  const stubdns_query_t query = {.opcode = 4};
  const stubdns_lookup_options_t options = {.query = &query};
  const stubdns_question_t question = world_question("www.example.com", 1);
  struct stubdns__request *request;
  world_begin(&w, 1, NULL);
  w.fail_at = w.allocation_count + 2;
  ck_assert_int_eq(stubdns__core_start(w.core, &question, &options, NULL,
                                       w.now_us, &request),
                   STUBDNS_ENOMEM);
  world_end(&w);
}
END_TEST

START_TEST(lookups_spelled_out_share_nothing) {
  const stubdns_query_t query = {.opcode = 0};
  const stubdns_lookup_options_t options = {.query = &query};
  world_begin(&w, 1, NULL);
  world_ask_name(&w, "www.example.com", 1, NULL, &options);
  world_ask_name(&w, "www.example.com", 1, NULL, &options);
  world_drain(&w);
  ck_assert_uint_eq(w.sent_count, 2);
  world_end(&w);
}
END_TEST

#define COUNT(rows) ((int)(sizeof rows / sizeof rows[0]))

Suite *test_suite(void) {
  Suite *suite = suite_create("form");
  TCase *cases = tcase_create("form");
  tcase_add_loop_test(cases, query_is_built_as_spelled_out, 0,
                      COUNT(query_rows));
  tcase_add_test(cases, cookie_stands_behind_the_options);
  tcase_add_test(cases, fixed_id_stands_in_every_query);
  tcase_add_test(cases, id_is_fixed_only_where_the_query_is_spelled_out_B2);
  tcase_add_loop_test(cases, reply_must_fit_the_query_M4_M7, 0,
                      COUNT(reply_rows));
  tcase_add_loop_test(cases, what_cannot_be_built_is_refused_at_once, 0,
                      COUNT(wrong_rows));
  tcase_add_test(cases, no_memory_for_the_copy_is_no_lookup);
  tcase_add_test(cases, lookups_spelled_out_share_nothing);
  suite_add_tcase(suite, cases);
  return suite;
}
