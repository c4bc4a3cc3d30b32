/* src/uv/target_lookup.c: MX, SRV, SVCB and PTR with their addresses, in
 * virtual time. */
#include "scripted.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

enum kind { MX, SRV, SVCB, HTTPS, NAMES };

/* What a lookup ended with. */
struct outcome {
  stubdns_target_lookup_t lookup; /* first */
  int callback_count;
  int status;
  size_t target_count;
  size_t asked_count;
  char text[2048];
};

static struct scripted net;
static struct outcome outcome;

static void append(char *text, const char *more) {
  strcat(text, more);
}

static void append_addresses(char *text, const stubdns_target_t *target) {
  char address[STUBDNS_ADDRESS_TEXT_SIZE];
  for (size_t i = 0; i < target->address_count; i++) {
    ck_assert_int_eq(stubdns_address_to_text(&target->addresses[i].address,
                                             address, sizeof address),
                     0);
    append(text, i ? "," : "=");
    append(text, address);
  }
  if (target->status) append(text, "=");
  if (target->status) append(text, stubdns_error_name(target->status));
}

/* "PRIORITY NAME=ADDRESS,...", with "!" for an implicit and "+" for a confirmed
 * target. */
static void append_target(char *text, const stubdns_target_t *target) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  char priority[16];
  size_t length;
  ck_assert_int_eq(
      stubdns_name_to_text(&target->name, name, sizeof name, &length), 0);
  snprintf(priority, sizeof priority, "%s%u ", *text ? "; " : "",
           target->priority);
  append(text, priority);
  append(text, name);
  if (target->is_implicit) append(text, "!");
  if (target->is_confirmed) append(text, "+");
  ck_assert(!target->is_implicit == (target->record.octets != NULL));
  append_addresses(text, target);
}

static void on_targets(stubdns_target_lookup_t *lookup, int status,
                       const stubdns_targets_t *targets) {
  struct outcome *const o = (struct outcome *)lookup;
  o->callback_count++;
  o->status = status;
  o->target_count = targets->target_count;
  for (size_t i = 0; i < targets->target_count; i++)
    o->asked_count += targets->targets[i].was_asked;
  for (size_t i = 0; i < targets->target_count && i < 8; i++)
    append_target(o->text, &targets->targets[i]);
}

static int start(enum kind kind, const char *name,
                 const stubdns_target_options_t *options) {
  stubdns_address_t address;
  stubdns_resolver_t *const r = &net.resolver;
  memset(&outcome, 0, sizeof outcome);
  switch (kind) {
  case MX:
    return stubdns_lookup_mx(r, &outcome.lookup, name, options, on_targets);
  case SRV:
    return stubdns_lookup_srv(r, &outcome.lookup, name, options, on_targets);
  case NAMES:
    ck_assert_int_eq(stubdns_address_from_text(&address, name, strlen(name)),
                     0);
    return stubdns_lookup_names(r, &outcome.lookup, &address, options,
                                on_targets);
  default:
    return stubdns_lookup_svcb(r, &outcome.lookup, name,
                               kind == SVCB ? STUBDNS_TYPE_SVCB
                                            : STUBDNS_TYPE_HTTPS,
                               options, on_targets);
  }
}

#define MXT STUBDNS_TYPE_MX
#define SRVT STUBDNS_TYPE_SRV
#define SVT STUBDNS_TYPE_SVCB
#define HTT STUBDNS_TYPE_HTTPS
#define PTRT STUBDNS_TYPE_PTR
#define AT STUBDNS_TYPE_A
#define A6T STUBDNS_TYPE_AAAA

static const struct script_answer script[] = {
    {"a.test.", AT, 0, 0, "a.test. 300 A 192.0.2.1"},
    {"a.test.", A6T, 0, 0, "a.test. 300 AAAA 2001:db8::1"},
    {"b.test.", AT, 0, 0, "b.test. 300 A 192.0.2.2"},
    {"b.test.", A6T, 0, 0, ""},
    {"alias.test.", AT, 0, 0,
     "alias.test. 9 CNAME a.test.\na.test. 9 A 192.0.2.1"},
    {"alias.test.", A6T, 0, 0, "alias.test. 9 CNAME a.test."},
    {"mail.test.", MXT, 0, 0,
     "mail.test. 300 MX 20 b.test.\nmail.test. 300 MX 10 a.test."},
    {"null.test.", MXT, 0, 0, "null.test. 300 MX 0 ."},
    {"half.test.", MXT, 0, 0,
     "half.test. 300 MX 0 .\nhalf.test. 300 MX 5 b.test."},
    {"implicit.test.", MXT, 0, 0, ""},
    {"implicit.test.", AT, 0, 0, "implicit.test. 300 A 192.0.2.3"},
    {"implicit.test.", A6T, 0, 0, ""},
    {"sick.test.", MXT, 0, STUBDNS_RCODE_SERVFAIL, ""},
    {"ghost.test.", MXT, 0, 0, "ghost.test. 300 MX 1 nobody.test."},
    {"_x._tcp.test.", SRVT, 0, 0,
     "_x._tcp.test. 300 SRV 2 5 443 b.test.\n"
     "_x._tcp.test. 300 SRV 1 5 8443 a.test."},
    {"_none._tcp.test.", SRVT, 0, 0, "_none._tcp.test. 300 SRV 0 0 0 ."},
    {"_empty._tcp.test.", SRVT, 0, 0, ""},
    {"svc.test.", SVT, 0, 0,
     "svc.test. 300 SVCB 2 b.test.\nsvc.test. 300 SVCB 1 . port=853"},
    {"svc.test.", AT, 0, 0, "svc.test. 300 A 192.0.2.5"},
    {"svc.test.", A6T, 0, 0, ""},
    {"to-svc.test.", SVT, 0, 0, "to-svc.test. 300 SVCB 0 svc.test."},
    {"twice.test.", SVT, 0, 0, "twice.test. 300 SVCB 0 to-svc.test."},
    {"mixed.test.", SVT, 0, 0,
     "mixed.test. 300 SVCB 1 b.test.\nmixed.test. 300 SVCB 0 svc.test."},
    {"to-a.test.", HTT, 0, 0, "to-a.test. 300 HTTPS 0 a.test."},
    {"a.test.", HTT, 0, 0, ""},
    {"to-gone.test.", HTT, 0, 0, "to-gone.test. 300 HTTPS 0 gone.test."},
    {"off.test.", HTT, 0, 0, "off.test. 300 HTTPS 0 ."},
    {"circle.test.", HTT, 0, 0, "circle.test. 300 HTTPS 0 circle.test."},
    {"must.test.", HTT, 0, 0,
     "must.test. 300 HTTPS 1 b.test. mandatory=key7 key7=x\n"
     "must.test. 300 HTTPS 2 a.test."},
    {"only-must.test.", HTT, 0, 0,
     "only-must.test. 300 HTTPS 1 b.test. mandatory=key7 key7=x"},
    {"1.2.0.192.in-addr.arpa.", PTRT, 0, 0,
     "1.2.0.192.in-addr.arpa. 9 PTR a.test.\n"
     "1.2.0.192.in-addr.arpa. 9 PTR b.test."},
    {"9.2.0.192.in-addr.arpa.", PTRT, 0, 0,
     "9.2.0.192.in-addr.arpa. 9 PTR liar.test."},
    {NULL, 0, 0, 0, NULL},
};

#define NO6 STUBDNS_TARGET_NO_IPV6
#define NOA STUBDNS_TARGET_NO_ADDRESSES

static const uint16_t knows_7[] = {7};

static const struct {
  enum kind kind;
  const char *name;
  unsigned flags;
  int status;
  const char *text;
  int knows_key_7;
} rows[] = {
    {MX, "mail.test", NO6, 0,
     "10 a.test.=192.0.2.1#25; 20 b.test.=192.0.2.2#25", 0},
    {MX, "mail.test", 0, 0,
     "10 a.test.=2001:db8::1#25,192.0.2.1#25; 20 b.test.=192.0.2.2#25", 0},
    {MX, "mail.test", NOA, 0, "10 a.test.; 20 b.test.", 0},
    {MX, "null.test", 0, STUBDNS_ENOSERVICE, "", 0},
    {MX, "half.test", 0, 0, "5 b.test.=192.0.2.2#25", 0},
    {MX, "implicit.test", 0, 0, "0 implicit.test.!=192.0.2.3#25", 0},
    {MX, "nowhere.test", 0, STUBDNS_ENONAME, "", 0},
    {MX, "sick.test", 0, STUBDNS_EFAILURE, "", 0},
    {MX, "ghost.test", 0, 0, "1 nobody.test.=STUBDNS_ENONAME", 0},
    {SRV, "_x._tcp.test", NO6, 0,
     "1 a.test.=192.0.2.1#8443; 2 b.test.=192.0.2.2#443", 0},
    {SRV, "_none._tcp.test", 0, STUBDNS_ENOSERVICE, "", 0},
    {SRV, "_empty._tcp.test", 0, STUBDNS_ENODATA, "", 0},
    {SRV, "_gone._tcp.test", 0, STUBDNS_ENONAME, "", 0},
    {SVCB, "svc.test", 0, 0,
     "1 svc.test.=192.0.2.5#853; 2 b.test.=192.0.2.2#25", 0},
    {SVCB, "to-svc.test", NO6, 0,
     "1 svc.test.=192.0.2.5#853; 2 b.test.=192.0.2.2#25; "
     "0 svc.test.!=192.0.2.5#25",
     0},
    {SVCB, "twice.test", NOA, 0, "1 svc.test.; 2 b.test.; 0 svc.test.!", 0},
    {SVCB, "mixed.test", NOA, 0, "1 svc.test.; 2 b.test.; 0 svc.test.!", 0},
    {HTTPS, "to-a.test", NO6, 0, "0 a.test.!=192.0.2.1#25", 0},
    {HTTPS, "to-gone.test", 0, 0, "0 gone.test.!=STUBDNS_ENONAME", 0},
    {HTTPS, "off.test", 0, STUBDNS_ENOSERVICE, "", 0},
    {HTTPS, "circle.test", 0, STUBDNS_EALIASDEPTH, "", 0},
    {HTTPS, "a.test", 0, STUBDNS_ENODATA, "", 0},
    {HTTPS, "must.test", NOA, 0, "2 a.test.", 0},
    {HTTPS, "must.test", NOA, 0, "1 b.test.; 2 a.test.", 1},
    {HTTPS, "only-must.test", NOA, STUBDNS_ENODATA, "", 0},
    {NAMES, "192.0.2.1", 0, 0,
     "0 a.test.+=2001:db8::1#25,192.0.2.1#25; 0 b.test.=192.0.2.2#25", 0},
    {NAMES, "192.0.2.9", 0, 0, "0 liar.test.=STUBDNS_ENONAME", 0},
    {NAMES, "192.0.2.8", 0, STUBDNS_ENONAME, "", 0},
};

static stubdns_target_options_t options_of(int row) {
  stubdns_target_options_t options = {.flags = rows[row].flags, .port = 25};
  if (rows[row].knows_key_7) {
    options.known_keys = knows_7;
    options.known_key_count = 1;
  }
  return options;
}

START_TEST(targets_come_with_their_addresses_in_order) {
  const stubdns_target_options_t options = options_of(_i);
  scripted_open(&net, script, NULL);
  ck_assert_int_eq(start(rows[_i].kind, rows[_i].name, &options), 0);
  ck_assert_int_eq(outcome.callback_count, 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_msg(outcome.status == rows[_i].status, "%s: %d", rows[_i].name,
                outcome.status);
  ck_assert_str_eq(outcome.text, rows[_i].text);
  scripted_close(&net);
}
END_TEST

START_TEST(cancelled_lookup_calls_back_once) {
  const stubdns_target_options_t options = options_of(_i);
  scripted_open(&net, script, NULL);
  ck_assert_int_eq(start(rows[_i].kind, rows[_i].name, &options), 0);
  ck_assert_int_eq(stubdns_target_cancel(&outcome.lookup), 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, STUBDNS_ECANCELED);
  ck_assert_int_eq(stubdns_target_cancel(&outcome.lookup), STUBDNS_EINVALID);
  scripted_close(&net);
}
END_TEST

/* The loop's turns until the addresses are being asked for. */
START_TEST(closing_ends_a_lookup_wherever_it_is) {
  for (int turns = 0; turns < 4; turns++) {
    scripted_open(&net, script, NULL);
    ck_assert_int_eq(start(MX, "mail.test", NULL), 0);
    for (int i = 0; i < turns; i++)
      uv_run(&net.loop, UV_RUN_ONCE);
    scripted_close(&net);
    ck_assert_int_eq(outcome.callback_count, 1);
  }
}
END_TEST

static char many_records[64 * 1024];

/* 300 records cost the addresses of a few. */
START_TEST(work_is_bounded_by_the_records_that_are_tried_first) {
  char line[64];
  static const struct script_answer answers[] = {
      {"many.test.", SRVT, 0, 0, many_records}, {NULL, 0, 0, 0, NULL}};
  many_records[0] = '\0';
  for (int i = 0; i < 300; i++) {
    snprintf(line, sizeof line, "many.test. 9 SRV 1 1 1 t%d.test.\n", i);
    append(many_records, line);
  }
  scripted_open(&net, answers, NULL);
  ck_assert_int_eq(start(SRV, "many.test", NULL), 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.status, 0);
  ck_assert_uint_eq(outcome.target_count, STUBDNS_TARGETS_MAX);
  ck_assert_uint_eq(outcome.asked_count, STUBDNS_TARGETS_ASKED_MAX);
  ck_assert_uint_eq(net.query_count, 1 + 2 * STUBDNS_TARGETS_ASKED_MAX);
  scripted_close(&net);
}
END_TEST

/* The deadline is that of the whole: the addresses get what is left. */
START_TEST(deadline_is_shared_by_all_lookups) {
  static const struct script_answer answers[] = {
      {"slow.test.", MXT, 600, 0, "slow.test. 9 MX 1 mute.test."},
      {"mute.test.", AT, 0, SCRIPT_SILENCE, ""},
      {"mute.test.", A6T, 0, SCRIPT_SILENCE, ""},
      {NULL, 0, 0, 0, NULL}};
  const stubdns_target_options_t options = {.lookup = {.deadline_ms = 1000}};
  scripted_open(&net, answers, NULL);
  ck_assert_int_eq(start(MX, "slow.test", &options), 0);
  scripted_run(&net);
  ck_assert_str_eq(outcome.text, "1 mute.test.=STUBDNS_ETIMEOUT");
  ck_assert_uint_ge(scripted_ms(&net), 1000);
  ck_assert_uint_le(scripted_ms(&net), 1002);
  scripted_close(&net);
}
END_TEST

START_TEST(wrong_arguments_are_refused_at_once) {
  const stubdns_target_options_t unknown = {.flags = 0x8000};
  const stubdns_target_options_t none = {.flags = STUBDNS_TARGET_NO_IPV4 | NO6};
  const stubdns_address_t no_address = {0};
  stubdns_target_lookup_t lookup;
  stubdns_resolver_t *const r = &net.resolver;
  scripted_open(&net, script, NULL);
  ck_assert_int_eq(start(MX, NULL, NULL), STUBDNS_EINVALID);
  ck_assert_int_eq(start(MX, "mail.test", &unknown), STUBDNS_EINVALID);
  ck_assert_int_eq(start(MX, "mail.test", &none), STUBDNS_EINVALID);
  ck_assert_int_eq(start(SRV, "a..b", NULL), STUBDNS_EEMPTYLABEL);
  ck_assert_int_eq(stubdns_lookup_mx(r, &lookup, "mail.test", NULL, NULL),
                   STUBDNS_EINVALID);
  ck_assert_int_eq(
      stubdns_lookup_svcb(r, &lookup, "a", STUBDNS_TYPE_A, NULL, on_targets),
      STUBDNS_EINVALID);
  ck_assert_int_eq(
      stubdns_lookup_names(r, &lookup, &no_address, NULL, on_targets),
      STUBDNS_EBADADDRESS);
  scripted_close(&net);
}
END_TEST

START_TEST(lookup_without_memory_ends_cleanly) {
  for (size_t fail_after = 1; fail_after < 1000; fail_after++) {
    scripted_open(&net, script, NULL);
    net.fail_at = net.calls + fail_after;
    const int error = start(MX, "mail.test", NULL);
    scripted_run(&net);
    const int is_past = net.calls < net.fail_at;
    ck_assert_int_eq(outcome.callback_count, error == 0);
    ck_assert(!error || error == STUBDNS_ENOMEM);
    scripted_close(&net);
    if (is_past) {
      ck_assert_int_eq(outcome.status, 0);
      ck_assert_uint_gt(fail_after, 10);
      return;
    }
  }
  ck_abort_msg("memory never suffices");
}
END_TEST

static void keep_ptr(stubdns_lookup_t *lookup, int status,
                     const stubdns_answer_t *answer) {
  ck_assert_int_eq(status, 0);
  ck_assert_uint_eq(answer->message->record_counts[STUBDNS_SECTION_ANSWER], 2);
  ++*(int *)lookup->data;
}

START_TEST(names_of_an_address_are_asked_by_their_name) {
  const stubdns_address_t address = {4, {192, 0, 2, 1}, 0, 0};
  int calls = 0;
  stubdns_lookup_t lookup = {.data = &calls};
  scripted_open(&net, script, NULL);
  ck_assert_int_eq(
      stubdns_lookup_ptr(&net.resolver, &lookup, &address, NULL, keep_ptr), 0);
  scripted_run(&net);
  ck_assert_int_eq(calls, 1);
  scripted_close(&net);
}
END_TEST

#define ROWS ((int)(sizeof rows / sizeof rows[0]))

Suite *test_suite(void) {
  Suite *suite = suite_create("target_lookup");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(cases, targets_come_with_their_addresses_in_order, 0,
                      ROWS);
  tcase_add_loop_test(cases, cancelled_lookup_calls_back_once, 0, ROWS);
  tcase_add_test(cases, closing_ends_a_lookup_wherever_it_is);
  tcase_add_test(cases, work_is_bounded_by_the_records_that_are_tried_first);
  tcase_add_test(cases, deadline_is_shared_by_all_lookups);
  tcase_add_test(cases, wrong_arguments_are_refused_at_once);
  tcase_add_test(cases, lookup_without_memory_ends_cleanly);
  tcase_add_test(cases, names_of_an_address_are_asked_by_their_name);
  suite_add_tcase(suite, cases);
  return suite;
}
