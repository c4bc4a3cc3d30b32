/* src/replay/attach.c: lookups of a resolver answered from what was recorded,
 * in virtual time. */
#include "stubdns/replay.h"

#include "stubdns.h"
#include "support/fixture.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

static stubdns_replay_t replay;
static stubdns_problem_t problem;
static uv_loop_t loop;
static stubdns_resolver_t resolver;

/* What a lookup ended with. */
static struct {
  size_t count;
  int status;
  unsigned rcode;
  uint64_t rtt_us;
  uint32_t send_count;
  uint32_t drop_count;
  uint16_t id;
  uint8_t truncated;
  unsigned record_count;
} result;

/* What went over the wire, as one number. */
static uint64_t traffic_hash;
static size_t tcp_count;

/* The first datagram that was received. */
static uint8_t received[STUBDNS_PAYLOAD_SIZE];
static size_t received_length;

static void keep_first(const stubdns_traffic_t *traffic) {
  if (received_length || !traffic->is_received || traffic->is_refusal) return;
  ck_assert_uint_le(traffic->length, sizeof received);
  received_length = traffic->length;
  memcpy(received, traffic->octets, traffic->length);
}

static void on_traffic(void *data, const stubdns_traffic_t *traffic) {
  (void)data;
  keep_first(traffic);
  tcp_count += traffic->is_tcp;
  traffic_hash = (traffic_hash ^ traffic->time_us) * 1099511628211u;
  for (size_t i = 0; i < traffic->length; i++)
    traffic_hash = (traffic_hash ^ traffic->octets[i]) * 1099511628211u;
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  (void)lookup;
  result.count++;
  result.status = status;
  result.rtt_us = answer->rtt_us;
  result.send_count = answer->send_count;
  result.drop_count = answer->drop_count;
  result.truncated = answer->truncated;
  if (!answer->message) return;
  result.rcode = stubdns_message_rcode(answer->message);
  result.record_count = answer->message->record_counts[0];
}

static void open_resolver(void) {
  const stubdns_resolver_options_t options = {.flags =
                                                  STUBDNS_NO_SYSTEM_SERVERS};
  const stubdns_address_t server = {4, {192, 0, 2, 53}, 53, 0};
  memset(&result, 0, sizeof result);
  traffic_hash = 0;
  tcp_count = 0;
  received_length = 0;
  ck_assert_int_eq(uv_loop_init(&loop), 0);
  ck_assert_int_eq(stubdns_resolver_init(&loop, &resolver, &options), 0);
  ck_assert_int_eq(stubdns_resolver_add_server(&resolver, &server), 0);
  ck_assert_int_eq(stubdns_replay_attach(&resolver, &replay), 0);
  stubdns_resolver_watch(&resolver, on_traffic, NULL);
}

static void close_resolver(void) {
  stubdns_resolver_close(&resolver, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* Asks `count` times at once, and gives the time that passed. */
static uint64_t ask(const char *name, uint16_t type, size_t count) {
  static stubdns_lookup_t lookups[100];
  const stubdns_lookup_options_t options = {.flags =
                                                STUBDNS_LOOKUP_NO_COALESCE};
  const uint64_t begin_us = replay.now_us;
  for (size_t i = 0; i < count; i++)
    ck_assert_int_eq(
        stubdns_lookup(&resolver, &lookups[i], name, type, &options, on_answer),
        0);
  uv_run(&loop, UV_RUN_DEFAULT);
  return replay.now_us - begin_us;
}

static void set_up(void) {
  stubdns_replay_init(&replay);
}

static void tear_down(void) {
  stubdns_replay_free(&replay);
}

static void add_file(const char *path) {
  ck_assert_int_eq(stubdns_replay_add_file(&replay, path, &problem), 0);
}

/* Adds the query of a capture, what it holds behind that where `with_reply`
 * says so, and word that the server's port is shut. */
static void add_refused(const char *path, int with_reply) {
  static uint8_t
      made[STUBDNS_CAPTURE_HEADER_LENGTH + 3 * STUBDNS_CAPTURE_WRITE_MAX];
  const struct octets file = file_read(path);
  size_t end = STUBDNS_CAPTURE_HEADER_LENGTH;
  stubdns_capture_t capture;
  stubdns_datagram_t datagram;
  size_t length;
  stubdns_capture_write_header(made);
  ck_assert_int_eq(
      stubdns_capture_open(&capture, file.octets, file.length, NULL, 0), 0);
  for (int i = 0; i < 2; i++) {
    ck_assert_int_eq(stubdns_capture_next(&capture, &datagram), 1);
    if (i > 0 && !with_reply) continue;
    ck_assert_int_eq(stubdns_capture_write(&datagram, made + end, &length), 0);
    end += length;
  }
  datagram.is_refusal = 1;
  ck_assert_int_eq(stubdns_capture_write(&datagram, made + end, &length), 0);
  ck_assert_int_eq(stubdns_capture_open(&capture, made, end + length, NULL, 0),
                   0);
  ck_assert_int_eq(stubdns_replay_add_capture(&replay, &capture), 0);
  free(file.octets);
}

static void add_text(const char *text) {
  ck_assert_int_eq(
      stubdns_replay_add_text(&replay, text, strlen(text), NULL, &problem), 0);
}

START_TEST(lookup_is_answered_from_a_capture_after_the_recorded_time) {
  add_file(STUBDNS_FIXTURES "/recorded/named-a.pcap");
  open_resolver();
  const uint64_t span_us = ask("www.example.test", STUBDNS_TYPE_A, 1);
  ck_assert_uint_eq(result.count, 1);
  ck_assert_int_eq(result.status, 0);
  ck_assert_uint_eq(result.record_count, 1);
  ck_assert_uint_eq(result.rtt_us, span_us);
  ck_assert_uint_gt(span_us, 0);
  ck_assert_uint_lt(span_us, 1000000);
  close_resolver();
}
END_TEST

/* What is asked over which protocol, and how it ends. */
static const struct {
  int with_reply;
  unsigned flags;
  int status;
  unsigned record_count;
} refused[] = {
    {0, STUBDNS_LOOKUP_NO_TCP, STUBDNS_EREFUSED, 0},
    {1, STUBDNS_LOOKUP_NO_TCP, 0, 1},
    {1, STUBDNS_LOOKUP_TCP, 0, 1},
};

START_TEST(shut_port_is_one_again_over_udp) {
  add_refused(STUBDNS_FIXTURES "/recorded/named-a.pcap",
              refused[_i].with_reply);
  open_resolver();
  const stubdns_lookup_options_t options = {.flags = refused[_i].flags};
  stubdns_lookup_t lookup;
  ck_assert_int_eq(stubdns_lookup(&resolver, &lookup, "www.example.test",
                                  STUBDNS_TYPE_A, &options, on_answer),
                   0);
  uv_run(&loop, UV_RUN_DEFAULT);
  ck_assert_int_eq(result.status, refused[_i].status);
  ck_assert_uint_eq(result.record_count, refused[_i].record_count);
  ck_assert_uint_eq(replay.unmatched_count, 0);
  close_resolver();
}
END_TEST

START_TEST(cookie_of_the_query_comes_back) {
  add_file(STUBDNS_FIXTURES "/recorded/knotd-cookie.pcap");
  open_resolver();
  ask("www.example.test", STUBDNS_TYPE_A, 1);
  ck_assert_uint_eq(result.rcode, STUBDNS_RCODE_BADCOOKIE);
  ck_assert_int_eq(result.status, 0);
  ck_assert_uint_eq(result.drop_count, 0);
  close_resolver();
}
END_TEST

START_TEST(question_that_was_not_recorded_gets_the_rcode_chosen) {
  add_file(STUBDNS_FIXTURES "/recorded/named-a.pcap");
  replay.unmatched_rcode = STUBDNS_RCODE_NXDOMAIN;
  open_resolver();
  ask("absent.example.test", STUBDNS_TYPE_A, 1);
  ck_assert_uint_eq(result.rcode, STUBDNS_RCODE_NXDOMAIN);
  ck_assert_uint_eq(replay.unmatched_count, 1);
  close_resolver();
}
END_TEST

static const char www[] =
    "question www.example.com A\n"
    "answer www.example.com. 60 A 192.0.2.1\n";

/* A run with faults, as what went over the wire. */
static uint64_t run_with_faults(uint64_t seed) {
  replay.faults = (stubdns_faults_t){.seed = seed,
                                     .loss = 300000,
                                     .duplication = 200000,
                                     .reordering = 200000,
                                     .corruption = 100000,
                                     .wrong_id = 100000,
                                     .spoofing = 300000,
                                     .error = 50000,
                                     .delay_us = 10000,
                                     .jitter_us = 50000};
  replay.now_us = 0;
  open_resolver();
  ask("www.example.com", STUBDNS_TYPE_A, 100);
  ck_assert_uint_eq(result.count, 100);
  const uint64_t hash = traffic_hash;
  close_resolver();
  return hash;
}

START_TEST(same_seed_gives_the_same_octets_at_the_same_times) {
  add_text(www);
  const uint64_t first = run_with_faults(1);
  ck_assert_uint_eq(run_with_faults(1), first);
  ck_assert_uint_ne(run_with_faults(2), first);
}
END_TEST

START_TEST(lost_replies_end_in_a_timeout_after_no_real_time) {
  add_text(www);
  replay.faults.loss = 1000000;
  open_resolver();
  const uint64_t begin_ns = uv_hrtime();
  ck_assert_uint_eq(ask("www.example.com", STUBDNS_TYPE_A, 1), 5000000);
  ck_assert_uint_lt(uv_hrtime() - begin_ns, 4000000000u);
  ck_assert_int_eq(result.status, STUBDNS_ETIMEOUT);
  close_resolver();
}
END_TEST

/* Each fault alone, at every reply, and what a lookup makes of it. */
static const struct {
  const char *what;
  stubdns_faults_t faults;
  int status;
  uint32_t drop_count;  /* at least */
  uint64_t span_us;     /* at least */
  uint64_t span_us_max; /* 0: the same */
  unsigned rcode;
  uint8_t is_tcp; /* in the end */
} single_faults[] = {
    {.what = "none"},
    {.what = "delay", .faults.delay_us = 80000, .span_us = 80000},
    {.what = "jitter",
     .faults = {.delay_us = 1000, .jitter_us = 50000},
     .span_us = 1001,
     .span_us_max = 51000},
    {.what = "duplication", .faults.duplication = 1000000},
    {.what = "reordering", .faults.reordering = 1000000, .span_us = 20000},
    {.what = "truncation", .faults.truncation = 1000000, .is_tcp = 1},
    {.what = "spoofing",
     .faults = {.spoofing = 1000000, .delay_us = 5000},
     .drop_count = 1,
     .span_us = 5000},
    {.what = "wrong ID",
     .faults.wrong_id = 1000000,
     .status = STUBDNS_ETIMEOUT,
     .drop_count = 1,
     .span_us = 5000000},
    {.what = "loss",
     .faults.loss = 1000000,
     .status = STUBDNS_ETIMEOUT,
     .span_us = 5000000},
    {.what = "loss in spite of two copies",
     .faults = {.loss = 1000000, .duplication = 1000000},
     .status = STUBDNS_ETIMEOUT,
     .span_us = 5000000},
    {.what = "error",
     .faults.error = 1000000,
     .rcode = STUBDNS_RCODE_SERVFAIL,
     .span_us_max = 5000000},
    {.what = "an error that is chosen",
     .faults = {.error = 1000000, .rcode = STUBDNS_RCODE_NXDOMAIN},
     .rcode = STUBDNS_RCODE_NXDOMAIN},
};

START_TEST(each_fault_has_its_consequence) {
  add_text(www);
  replay.faults = single_faults[_i].faults;
  open_resolver();
  const uint64_t span_us = ask("www.example.com", STUBDNS_TYPE_A, 1);
  const uint64_t most_us = single_faults[_i].span_us_max
                               ? single_faults[_i].span_us_max
                               : single_faults[_i].span_us;
  ck_assert_msg(result.status == single_faults[_i].status, "%s",
                single_faults[_i].what);
  ck_assert_uint_ge(result.drop_count, single_faults[_i].drop_count);
  ck_assert_uint_eq(result.rcode, single_faults[_i].rcode);
  ck_assert_int_eq(tcp_count != 0, single_faults[_i].is_tcp);
  ck_assert_msg(span_us >= single_faults[_i].span_us && span_us <= most_us,
                "%s: %u us", single_faults[_i].what, (unsigned)span_us);
  if (!result.status && !result.rcode)
    ck_assert_uint_eq(result.record_count, 1);
  close_resolver();
}
END_TEST

static unsigned count_bits(unsigned octet) {
  unsigned count = 0;
  for (; octet; octet >>= 1)
    count += octet & 1;
  return count;
}

/* The same seed, the same query, and so the same reply but for its fault. */
START_TEST(corruption_turns_one_bit) {
  uint8_t clean[sizeof received];
  unsigned difference = 0;
  add_text(www);
  replay.faults.seed = (uint64_t)_i;
  open_resolver();
  ask("www.example.com", STUBDNS_TYPE_A, 1);
  close_resolver();
  const size_t length = received_length;
  memcpy(clean, received, length);
  replay.now_us = 0;
  replay.faults.corruption = 1000000;
  open_resolver();
  ask("www.example.com", STUBDNS_TYPE_A, 1);
  close_resolver();
  ck_assert_uint_gt(length, 0);
  ck_assert_uint_eq(received_length, length);
  for (size_t i = 0; i < length; i++)
    difference += count_bits(clean[i] ^ received[i]);
  ck_assert_uint_eq(difference, 1);
}
END_TEST

START_TEST(error_in_place_of_replies_is_the_answer_in_the_end) {
  add_text(www);
  replay.faults.error = 1000000;
  replay.faults.rcode = STUBDNS_RCODE_REFUSED;
  open_resolver();
  ask("www.example.com", STUBDNS_TYPE_A, 1);
  ck_assert_int_eq(result.status, 0);
  ck_assert_uint_eq(result.rcode, STUBDNS_RCODE_REFUSED);
  close_resolver();
}
END_TEST

START_TEST(recorded_time_may_be_left_out) {
  add_file(STUBDNS_FIXTURES "/recorded/named-a.pcap");
  replay.at_once = 1;
  open_resolver();
  ck_assert_uint_eq(ask("www.example.test", STUBDNS_TYPE_A, 1), 0);
  ck_assert_uint_eq(result.record_count, 1);
  close_resolver();
}
END_TEST

START_TEST(questions_may_have_to_come_in_order) {
  add_text(www);
  add_text(
      "question mail.example.com A\n"
      "answer mail.example.com. 60 A 192.0.2.2\n");
  replay.in_order = 1;
  replay.unmatched_rcode = STUBDNS_RCODE_NXDOMAIN;
  open_resolver();
  ask("mail.example.com", STUBDNS_TYPE_A, 1);
  ck_assert_uint_eq(result.rcode, STUBDNS_RCODE_NXDOMAIN);
  ask("www.example.com", STUBDNS_TYPE_A, 1);
  ck_assert_uint_eq(result.rcode, 0);
  ask("mail.example.com", STUBDNS_TYPE_A, 1);
  ck_assert_uint_eq(result.rcode, 0);
  ask("www.example.com", STUBDNS_TYPE_A, 1);
  ck_assert_uint_eq(result.rcode, STUBDNS_RCODE_NXDOMAIN);
  ck_assert_uint_eq(replay.unmatched_count, 2);
  close_resolver();
}
END_TEST

/* Each with how often it was asked, as other tests of programs want to see. */
START_TEST(questions_that_were_not_recorded_are_listed) {
  stubdns_question_t question;
  size_t position = 0;
  uint64_t count;
  add_text(www);
  replay.unmatched_rcode = STUBDNS_RCODE_NXDOMAIN;
  open_resolver();
  ask("a.example.com", STUBDNS_TYPE_A, 3);
  ask("www.example.com", STUBDNS_TYPE_A, 1);
  ask("a.example.com", STUBDNS_TYPE_MX, 1);
  ck_assert(
      stubdns_replay_next_unmatched(&replay, &position, &question, &count));
  ck_assert_uint_eq(question.type, STUBDNS_TYPE_A);
  ck_assert_uint_eq(count, 3);
  ck_assert(
      stubdns_replay_next_unmatched(&replay, &position, &question, &count));
  ck_assert_uint_eq(question.type, STUBDNS_TYPE_MX);
  ck_assert_uint_eq(count, 1);
  ck_assert(
      !stubdns_replay_next_unmatched(&replay, &position, &question, &count));
  close_resolver();
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("attach");
  tcase_add_checked_fixture(cases, set_up, tear_down);
  tcase_add_test(cases,
                 lookup_is_answered_from_a_capture_after_the_recorded_time);
  tcase_add_loop_test(cases, shut_port_is_one_again_over_udp, 0,
                      (int)(sizeof refused / sizeof refused[0]));
  tcase_add_test(cases, cookie_of_the_query_comes_back);
  tcase_add_test(cases, question_that_was_not_recorded_gets_the_rcode_chosen);
  tcase_add_test(cases, same_seed_gives_the_same_octets_at_the_same_times);
  tcase_add_test(cases, lost_replies_end_in_a_timeout_after_no_real_time);
  tcase_add_loop_test(cases, each_fault_has_its_consequence, 0,
                      (int)(sizeof single_faults / sizeof single_faults[0]));
  tcase_add_loop_test(cases, corruption_turns_one_bit, 0, 5);
  tcase_add_test(cases, error_in_place_of_replies_is_the_answer_in_the_end);
  tcase_add_test(cases, recorded_time_may_be_left_out);
  tcase_add_test(cases, questions_may_have_to_come_in_order);
  tcase_add_test(cases, questions_that_were_not_recorded_are_listed);
  Suite *const suite = suite_create("replay/attach");
  suite_add_tcase(suite, cases);
  return suite;
}
