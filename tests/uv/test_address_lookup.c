/* src/uv/address_lookup.c: addresses of hosts, in virtual time. */
#include "scripted.h"

#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRIVALS_MAX 8

/* What a lookup ended with, and what was told before. */
struct outcome {
  stubdns_address_lookup_t lookup; /* first */
  int callback_count;
  int status;
  unsigned ms;
  stubdns_addresses_t all;
  char text[512]; /* addresses and TTLs in their order */
  struct {
    uint16_t type;
    int status;
    unsigned ms;
    size_t count;
  } arrivals[ARRIVALS_MAX];
  size_t arrival_count;
  int cancels_on_arrival;
};

static struct scripted net;
static struct outcome outcome;

static void append_text(char *text, size_t size,
                        const stubdns_host_address_t *found) {
  char address[STUBDNS_ADDRESS_TEXT_SIZE];
  const size_t length = strlen(text);
  ck_assert_int_eq(
      stubdns_address_to_text(&found->address, address, sizeof address), 0);
  snprintf(text + length, size - length, "%s%s/%u", length ? " " : "", address,
           (unsigned)found->ttl_s);
}

static void on_addresses(stubdns_address_lookup_t *lookup, int status,
                         const stubdns_addresses_t *addresses) {
  struct outcome *const o = (struct outcome *)lookup;
  o->callback_count++;
  o->status = status;
  o->ms = scripted_ms(&net);
  o->all = *addresses;
  for (size_t i = 0; i < addresses->address_count; i++)
    append_text(o->text, sizeof o->text, &addresses->addresses[i]);
}

static void on_arrival(stubdns_address_lookup_t *lookup,
                       const stubdns_address_arrival_t *arrival) {
  struct outcome *const o = (struct outcome *)lookup;
  const size_t i = o->arrival_count++;
  ck_assert_int_eq(o->callback_count, 0);
  ck_assert_uint_lt(i, ARRIVALS_MAX);
  o->arrivals[i].type = arrival->type;
  o->arrivals[i].status = arrival->status;
  o->arrivals[i].ms = scripted_ms(&net);
  o->arrivals[i].count = arrival->address_count;
  if (arrival->type == STUBDNS_TYPE_HTTPS && !arrival->status)
    ck_assert_ptr_nonnull(arrival->answer);
  if (o->cancels_on_arrival)
    ck_assert_int_eq(stubdns_address_cancel(lookup), 0);
}

static void ask(const char *name, const stubdns_address_options_t *options) {
  memset(&outcome, 0, sizeof outcome);
  ck_assert_int_eq(stubdns_address_lookup(&net.resolver, &outcome.lookup, name,
                                          options, on_addresses),
                   0);
  ck_assert_int_eq(outcome.callback_count, 0);
}

static const struct script_answer script[] = {
    {"both.test.", STUBDNS_TYPE_A, 10, 0, "both.test. 300 A 192.0.2.1"},
    {"both.test.", STUBDNS_TYPE_AAAA, 30, 0, "both.test. 60 AAAA 2001:db8::1"},
    {"old.test.", STUBDNS_TYPE_A, 10, 0,
     "old.test. 7 A 192.0.2.1\nold.test. 7 A 192.0.2.2"},
    {"old.test.", STUBDNS_TYPE_AAAA, 10, 0, ""},
    {"alias.test.", STUBDNS_TYPE_A, 0, 0,
     "alias.test. 20 CNAME both.test.\nboth.test. 300 A 192.0.2.1"},
    {"alias.test.", STUBDNS_TYPE_AAAA, 0, 0,
     "alias.test. 20 CNAME both.test.\nboth.test. 60 AAAA 2001:db8::1"},
    {"empty.test.", STUBDNS_TYPE_A, 0, 0, ""},
    {"empty.test.", STUBDNS_TYPE_AAAA, 0, 0, ""},
    {"half.test.", STUBDNS_TYPE_A, 0, 0, "half.test. 5 A 192.0.2.3"},
    {"half.test.", STUBDNS_TYPE_AAAA, 0, SCRIPT_SILENCE, ""},
    {"lies.test.", STUBDNS_TYPE_A, 0, 0, ""},
    {"lies.test.", STUBDNS_TYPE_AAAA, 0, STUBDNS_RCODE_NXDOMAIN, ""},
    {"broken.test.", STUBDNS_TYPE_A, 0, STUBDNS_RCODE_SERVFAIL, ""},
    {"broken.test.", STUBDNS_TYPE_AAAA, 0, 0, ""},
    {"mute.test.", STUBDNS_TYPE_A, 0, SCRIPT_SILENCE, ""},
    {"mute.test.", STUBDNS_TYPE_AAAA, 0, SCRIPT_SILENCE, ""},
    {"foreign.test.", STUBDNS_TYPE_A, 0, 0, "other.test. 5 A 192.0.2.66"},
    {"foreign.test.", STUBDNS_TYPE_AAAA, 0, 0, ""},
    {"late.test.", STUBDNS_TYPE_A, 10, 0, "late.test. 5 A 192.0.2.4"},
    {"late.test.", STUBDNS_TYPE_AAAA, 100, 0, "late.test. 5 AAAA 2001:db8::4"},
    {"both.test.", STUBDNS_TYPE_HTTPS, 20, 0, "both.test. 9 HTTPS 1 . alpn=h2"},
    {"_8443._https.both.test.", STUBDNS_TYPE_HTTPS, 5, 0,
     "_8443._https.both.test. 9 HTTPS 1 . alpn=h3"},
    {NULL, 0, 0, 0, NULL},
};

#define NO4 STUBDNS_ADDRESS_NO_IPV4
#define NO6 STUBDNS_ADDRESS_NO_IPV6

static const struct {
  const char *name;
  unsigned flags;
  int status;
  const char *text;
  size_t query_count; /* 0: not looked at */
} rows[] = {
    {"both.test", 0, 0, "2001:db8::1#0/60 192.0.2.1#0/300", 2},
    {"BOTH.test.", NO4, 0, "2001:db8::1#0/60", 1},
    {"both.test", NO6, 0, "192.0.2.1#0/300", 1},
    {"old.test", 0, 0, "192.0.2.1#0/7 192.0.2.2#0/7", 2},
    {"old.test", NO4, STUBDNS_ENODATA, "", 1},
    {"alias.test", 0, 0, "2001:db8::1#0/20 192.0.2.1#0/20", 2},
    {"empty.test", 0, STUBDNS_ENODATA, "", 2},
    {"nobody.test", 0, STUBDNS_ENONAME, "", 2},
    {"half.test", 0, 0, "192.0.2.3#0/5", 0},
    {"lies.test", 0, STUBDNS_ENODATA, "", 2},
    {"broken.test", NO6, STUBDNS_EFAILURE, "", 0},
    {"broken.test", 0, STUBDNS_EFAILURE, "", 0},
    {"mute.test", 0, STUBDNS_ETIMEOUT, "", 0},
    {"foreign.test", 0, STUBDNS_ENODATA, "", 2},
    {"localhost", 0, 0, "::1#0/86400 127.0.0.1#0/86400", 0},
    {"www.localhost.", NO6, 0, "127.0.0.1#0/86400", 0},
    {"a.invalid", 0, STUBDNS_ENONAME, "", 0},
    {"192.0.2.9", 0, 0, "192.0.2.9#0/0", 0},
    {"127.1", 0, 0, "127.0.0.1#0/0", 0},
    {"2001:db8::9", 0, 0, "2001:db8::9#0/0", 0},
    {"fe80::1%7", 0, 0, "fe80::1%7#0/0", 0},
    {"fe80::1%nosuch0", 0, STUBDNS_ENONAME, "", 0},
    {"192.0.2.9", NO4, STUBDNS_ENODATA, "", 0},
    {"2001:db8::9", NO6, STUBDNS_ENODATA, "", 0},
};

START_TEST(addresses_are_found_with_their_TTLs) {
  const stubdns_address_options_t options = {.flags = rows[_i].flags};
  scripted_open(&net, script, NULL);
  ask(rows[_i].name, &options);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, rows[_i].status);
  ck_assert_str_eq(outcome.text, rows[_i].text);
  if (rows[_i].query_count)
    ck_assert_uint_eq(net.query_count, rows[_i].query_count);
  scripted_close(&net);
}
END_TEST

START_TEST(both_families_are_asked_at_once) {
  scripted_open(&net, script, NULL);
  ask("both.test", NULL);
  scripted_run(&net);
  ck_assert_uint_eq(outcome.ms, 30);
  scripted_close(&net);
}
END_TEST

START_TEST(half_that_failed_is_told) {
  scripted_open(&net, script, NULL);
  ask("half.test", NULL);
  scripted_run(&net);
  ck_assert_int_eq(outcome.status, 0);
  ck_assert_int_eq(outcome.all.ipv4_status, 0);
  ck_assert_int_eq(outcome.all.ipv6_status, STUBDNS_ETIMEOUT);
  scripted_close(&net);
}
END_TEST

START_TEST(canonical_name_is_at_the_end_of_the_aliases) {
  stubdns_name_t name;
  scripted_open(&net, script, NULL);
  ask("alias.test", NULL);
  scripted_run(&net);
  ck_assert_int_eq(stubdns_name_from_text(&name, "both.test", 9), 0);
  ck_assert(stubdns_name_equal(&outcome.all.canonical_name, &name));
  scripted_close(&net);
}
END_TEST

START_TEST(addresses_have_the_port_of_the_options) {
  const stubdns_address_options_t options = {.port = 443};
  scripted_open(&net, script, NULL);
  ask("both.test", &options);
  scripted_run(&net);
  ck_assert_str_eq(outcome.text, "2001:db8::1#443/60 192.0.2.1#443/300");
  scripted_close(&net);
}
END_TEST

/* RFC 8305 section 3. */
static const struct {
  const char *name;
  unsigned flags;
  uint16_t port;
  uint32_t delay_ms;
  size_t count;
  struct {
    uint16_t type;
    unsigned ms;
    int status;
  } arrivals[3];
} arrivals[] = {
    {"both.test",
     0,
     0,
     0,
     2,
     {{STUBDNS_TYPE_AAAA, 30, 0}, {STUBDNS_TYPE_A, 30, 0}}},
    {"both.test",
     0,
     0,
     5,
     2,
     {{STUBDNS_TYPE_A, 15, 0}, {STUBDNS_TYPE_AAAA, 30, 0}}},
    {"late.test",
     0,
     0,
     0,
     2,
     {{STUBDNS_TYPE_A, 60, 0}, {STUBDNS_TYPE_AAAA, 100, 0}}},
    {"late.test",
     0,
     0,
     90,
     2,
     {{STUBDNS_TYPE_AAAA, 100, 0}, {STUBDNS_TYPE_A, 100, 0}}},
    {"old.test",
     0,
     0,
     0,
     2,
     {{STUBDNS_TYPE_A, 10, 0}, {STUBDNS_TYPE_AAAA, 10, STUBDNS_ENODATA}}},
    {"both.test", NO6, 0, 0, 1, {{STUBDNS_TYPE_A, 10, 0}}},
    {"both.test",
     STUBDNS_ADDRESS_HTTPS,
     443,
     0,
     3,
     {{STUBDNS_TYPE_HTTPS, 20, 0},
      {STUBDNS_TYPE_AAAA, 30, 0},
      {STUBDNS_TYPE_A, 30, 0}}},
    {"both.test",
     STUBDNS_ADDRESS_HTTPS,
     8443,
     0,
     3,
     {{STUBDNS_TYPE_HTTPS, 5, 0},
      {STUBDNS_TYPE_AAAA, 30, 0},
      {STUBDNS_TYPE_A, 30, 0}}},
    {"old.test",
     STUBDNS_ADDRESS_HTTPS,
     443,
     0,
     3,
     {{STUBDNS_TYPE_A, 10, 0},
      {STUBDNS_TYPE_AAAA, 10, STUBDNS_ENODATA},
      {STUBDNS_TYPE_HTTPS, 10, STUBDNS_ENONAME}}},
};

START_TEST(types_are_told_as_they_arrive) {
  const stubdns_address_options_t options = {.flags = arrivals[_i].flags,
                                             .port = arrivals[_i].port,
                                             .resolution_delay_ms =
                                                 arrivals[_i].delay_ms,
                                             .on_arrival = on_arrival};
  scripted_open(&net, script, NULL);
  ask(arrivals[_i].name, &options);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_uint_eq(outcome.arrival_count, arrivals[_i].count);
  for (size_t i = 0; i < arrivals[_i].count; i++) {
    ck_assert_uint_eq(outcome.arrivals[i].type, arrivals[_i].arrivals[i].type);
    ck_assert_uint_eq(outcome.arrivals[i].ms, arrivals[_i].arrivals[i].ms);
    ck_assert_int_eq(outcome.arrivals[i].status,
                     arrivals[_i].arrivals[i].status);
  }
  scripted_close(&net);
}
END_TEST

static const char *const cancelled[] = {"both.test", "192.0.2.1", "localhost",
                                        "mute.test"};

START_TEST(cancelled_lookup_calls_back_once) {
  scripted_open(&net, script, NULL);
  ask(cancelled[_i], NULL);
  ck_assert_int_eq(stubdns_address_cancel(&outcome.lookup), 0);
  ck_assert_int_eq(stubdns_address_cancel(&outcome.lookup), 0);
  ck_assert_int_eq(outcome.callback_count, 0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, STUBDNS_ECANCELED);
  ck_assert_int_eq(stubdns_address_cancel(&outcome.lookup), STUBDNS_EINVALID);
  scripted_close(&net);
}
END_TEST

START_TEST(closing_ends_lookups_that_wait) {
  scripted_open(&net, script, NULL);
  ask(cancelled[_i], NULL);
  scripted_close(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, STUBDNS_ECANCELED);
}
END_TEST

START_TEST(cancelling_on_arrival_ends_the_arrivals) {
  const stubdns_address_options_t options = {.on_arrival = on_arrival};
  scripted_open(&net, script, NULL);
  ask("late.test", &options);
  outcome.cancels_on_arrival = 1;
  scripted_run(&net);
  ck_assert_uint_eq(outcome.arrival_count, 1);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, STUBDNS_ECANCELED);
  scripted_close(&net);
}
END_TEST

static void on_addresses_close(stubdns_address_lookup_t *lookup, int status,
                               const stubdns_addresses_t *addresses) {
  on_addresses(lookup, status, addresses);
  stubdns_resolver_close(&net.resolver, NULL);
}

START_TEST(resolver_may_be_closed_from_the_callback) {
  struct outcome other;
  scripted_open(&net, script, NULL);
  memset(&outcome, 0, sizeof outcome);
  memset(&other, 0, sizeof other);
  ck_assert_int_eq(stubdns_address_lookup(&net.resolver, &outcome.lookup,
                                          cancelled[_i], NULL,
                                          on_addresses_close),
                   0);
  ck_assert_int_eq(stubdns_address_lookup(&net.resolver, &other.lookup,
                                          "mute.test", NULL, on_addresses),
                   0);
  scripted_run(&net);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(other.callback_count, 1);
  ck_assert_uint_eq(net.blocks, 0);
  ck_assert_int_eq(uv_loop_close(&net.loop), 0);
}
END_TEST

START_TEST(wrong_arguments_are_refused_at_once) {
  const stubdns_address_options_t none = {.flags = NO4 | NO6};
  const stubdns_address_options_t unknown = {.flags = 0x8000};
  stubdns_address_lookup_t lookup;
  scripted_open(&net, script, NULL);
  stubdns_resolver_t *const r = &net.resolver;
  ck_assert_int_eq(stubdns_address_lookup(r, &lookup, "a", NULL, NULL),
                   STUBDNS_EINVALID);
  ck_assert_int_eq(stubdns_address_lookup(r, &lookup, NULL, NULL, on_addresses),
                   STUBDNS_EINVALID);
  ck_assert_int_eq(stubdns_address_lookup(r, &lookup, "a", &none, on_addresses),
                   STUBDNS_EINVALID);
  ck_assert_int_eq(
      stubdns_address_lookup(r, &lookup, "a", &unknown, on_addresses),
      STUBDNS_EINVALID);
  ck_assert_int_eq(
      stubdns_address_lookup(r, &lookup, "a..b", NULL, on_addresses),
      STUBDNS_EEMPTYLABEL);
  scripted_close(&net);
}
END_TEST

/* Each allocation fails in turn: the lookup says so, or does without. */
START_TEST(lookup_without_memory_ends_cleanly) {
  const stubdns_address_options_t options = {
      .flags = STUBDNS_ADDRESS_HTTPS, .port = 8443, .on_arrival = on_arrival};
  const stubdns_resolver_options_t resolver_options = {.search = "other.test"};
  for (size_t fail_after = 1; fail_after < 1000; fail_after++) {
    scripted_open(&net, script, &resolver_options);
    memset(&outcome, 0, sizeof outcome);
    net.fail_at = net.calls + fail_after;
    const int error = stubdns_address_lookup(
        &net.resolver, &outcome.lookup, "alias.test", &options, on_addresses);
    scripted_run(&net);
    const int is_past = net.calls < net.fail_at;
    ck_assert_int_eq(outcome.callback_count, error == 0);
    ck_assert(!error || error == STUBDNS_ENOMEM);
    scripted_close(&net);
    if (is_past) {
      ck_assert_int_eq(outcome.status, 0);
      ck_assert_uint_gt(fail_after, 5);
      return;
    }
  }
  ck_abort_msg("memory never suffices");
}
END_TEST

/* The hosts file, nsswitch.conf and the search list. */
static const struct {
  const char *name;
  const char *hosts;
  const char *nsswitch; /* NULL: none */
  const char *search;   /* NULL: none */
  unsigned flags;
  int status;
  const char *text;
  const char *canonical_name;
  size_t query_count;
} sources[] = {
    {"both.test", "192.0.2.70 both.test\n", NULL, NULL, 0, 0, "192.0.2.70#0/0",
     "both.test.", 0},
    {"Short", "192.0.2.70 long.test short\n2001:db8::70 other short\n", NULL,
     NULL, 0, 0, "2001:db8::70#0/0 192.0.2.70#0/0", "long.test.", 0},
    {"both.test", "192.0.2.70 both.test\n", NULL, NULL, NO4, 0,
     "2001:db8::1#0/60", "both.test.", 1},
    {"both.test", "192.0.2.70 both.test\n", NULL, NULL,
     STUBDNS_ADDRESS_NO_HOSTS | NO4, 0, "2001:db8::1#0/60", "both.test.", 1},
    {"both.test", "192.0.2.70 both.test\n", "hosts: dns files\n", NULL, NO6, 0,
     "192.0.2.1#0/300", "both.test.", 1},
    {"nobody.test", "192.0.2.70 nobody.test\n", "hosts: dns files\n", NULL, 0,
     0, "192.0.2.70#0/0", "nobody.test.", 2},
    {"nobody.test", "192.0.2.70 nobody.test\n",
     "hosts: dns [NOTFOUND=return] files\n", NULL, 0, STUBDNS_ENONAME, "",
     "nobody.test.", 2},
    {"both.test", "", "hosts: files\n", NULL, 0, STUBDNS_ENONAME, "",
     "both.test.", 0},
    {"both.test", "192.0.2.70 both.test\n",
     "hosts: files [SUCCESS=continue] dns\n", NULL, NO6, 0,
     "192.0.2.70#0/0 192.0.2.1#0/300", "both.test.", 1},
    {"both.test", "", "hosts: mdns4_minimal [NOTFOUND=return] dns\n", NULL, NO6,
     0, "192.0.2.1#0/300", "both.test.", 1},
    {"both", "", NULL, "nowhere.test test", 0, 0,
     "2001:db8::1#0/60 192.0.2.1#0/300", "both.test.", 4},
    {"both", "", NULL, "test", STUBDNS_ADDRESS_NO_SEARCH, STUBDNS_ENONAME, "",
     "both.", 2},
    {"both.", "", NULL, "test", 0, STUBDNS_ENONAME, "", "both.", 2},
    {"both.test", "", NULL, "other.test", NO6, 0, "192.0.2.1#0/300",
     "both.test.", 1},
    {"empty", "", NULL, "test nowhere.test", 0, STUBDNS_ENODATA, "", "empty.",
     2},
    {"broken", "", NULL, "test nowhere.test", NO6, STUBDNS_EFAILURE, "",
     "broken.", 0},
    {"mute", "", NULL, "test nowhere.test", 0, STUBDNS_ETIMEOUT, "", "mute.",
     0},
    {"unknown", "", NULL, "test nowhere.test", 0, STUBDNS_ENONAME, "",
     "unknown.", 6},
    {"lies", "", NULL, "test nowhere.test", 0, STUBDNS_ENODATA, "", "lies.", 2},
    {"localhost", "", NULL, "test", NO6, 0, "127.0.0.1#0/86400", "localhost.",
     0},
};

static const char *write_file(char *path, const char *text) {
  const int file = mkstemp(path);
  ck_assert_int_ge(file, 0);
  ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  return path;
}

START_TEST(sources_are_asked_in_the_order_of_nsswitch) {
  char hosts[] = "/tmp/stubdns-hosts-XXXXXX";
  char nsswitch[] = "/tmp/stubdns-nsswitch-XXXXXX";
  const char *const rules = sources[_i].nsswitch;
  const stubdns_resolver_options_t options = {
      .hosts = write_file(hosts, sources[_i].hosts),
      .nsswitch = write_file(nsswitch, rules ? rules : ""),
      .search = sources[_i].search};
  const stubdns_address_options_t address_options = {.flags =
                                                         sources[_i].flags};
  stubdns_name_t name;
  scripted_open(&net, script, &options);
  ask(sources[_i].name, &address_options);
  scripted_run(&net);
  unlink(hosts);
  unlink(nsswitch);
  ck_assert_int_eq(outcome.callback_count, 1);
  ck_assert_int_eq(outcome.status, sources[_i].status);
  ck_assert_str_eq(outcome.text, sources[_i].text);
  ck_assert_int_eq(stubdns_name_from_text(&name, sources[_i].canonical_name,
                                          strlen(sources[_i].canonical_name)),
                   0);
  ck_assert(stubdns_name_equal(&outcome.all.canonical_name, &name));
  if (sources[_i].status != STUBDNS_ETIMEOUT &&
      sources[_i].status != STUBDNS_EFAILURE)
    ck_assert_uint_eq(net.query_count, sources[_i].query_count);
  scripted_close(&net);
}
END_TEST

/* resolv.conf(5): "no-aaaa". */
START_TEST(ipv6_is_not_asked_where_the_system_does_not_want_it) {
  const stubdns_resolver_options_t options = {.resolv_options = "no-aaaa"};
  scripted_open(&net, script, &options);
  ask("both.test", NULL);
  scripted_run(&net);
  ck_assert_str_eq(outcome.text, "192.0.2.1#0/300");
  ck_assert_int_eq(outcome.all.ipv6_status, STUBDNS_ENODATA);
  ck_assert_uint_eq(net.query_count, 1);
  scripted_close(&net);
}
END_TEST

/* The names of the list share one deadline. */
START_TEST(search_ends_at_the_deadline) {
  static const struct script_answer slow[] = {
      {"x.a.test.", STUBDNS_TYPE_A, 700, STUBDNS_RCODE_NXDOMAIN, ""},
      {"x.b.test.", STUBDNS_TYPE_A, 0, SCRIPT_SILENCE, ""},
      {NULL, 0, 0, 0, NULL}};
  const stubdns_resolver_options_t options = {.search = "a.test b.test"};
  const stubdns_address_options_t address_options = {
      .flags = NO6, .lookup = {.deadline_ms = 1000}};
  scripted_open(&net, slow, &options);
  ask("x", &address_options);
  scripted_run(&net);
  ck_assert_int_eq(outcome.status, STUBDNS_ETIMEOUT);
  ck_assert_uint_ge(outcome.ms, 1000);
  ck_assert_uint_le(outcome.ms, 1002);
  scripted_close(&net);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

Suite *test_suite(void) {
  Suite *suite = suite_create("address_lookup");
  TCase *cases = tcase_create("cases");
  tcase_add_loop_test(cases, addresses_are_found_with_their_TTLs, 0,
                      COUNT(rows));
  tcase_add_test(cases, both_families_are_asked_at_once);
  tcase_add_test(cases, half_that_failed_is_told);
  tcase_add_test(cases, canonical_name_is_at_the_end_of_the_aliases);
  tcase_add_test(cases, addresses_have_the_port_of_the_options);
  tcase_add_loop_test(cases, types_are_told_as_they_arrive, 0, COUNT(arrivals));
  tcase_add_loop_test(cases, cancelled_lookup_calls_back_once, 0,
                      COUNT(cancelled));
  tcase_add_loop_test(cases, closing_ends_lookups_that_wait, 0,
                      COUNT(cancelled));
  tcase_add_test(cases, cancelling_on_arrival_ends_the_arrivals);
  tcase_add_loop_test(cases, resolver_may_be_closed_from_the_callback, 0,
                      COUNT(cancelled));
  tcase_add_test(cases, wrong_arguments_are_refused_at_once);
  tcase_add_test(cases, lookup_without_memory_ends_cleanly);
  tcase_add_loop_test(cases, sources_are_asked_in_the_order_of_nsswitch, 0,
                      COUNT(sources));
  tcase_add_test(cases, ipv6_is_not_asked_where_the_system_does_not_want_it);
  tcase_add_test(cases, search_ends_at_the_deadline);
  suite_add_tcase(suite, cases);
  return suite;
}
