/* src/uv/search_lookup.c, and what the words of resolv.conf make of lookups, in
 * virtual time.  The names asked for are those of the queries sent. */
#include "scripted.h"

#include "resolver/state.h"
#include "stubdns/text.h"
#include "support/suite.h"
#include "uv/transport.h"

#include <string.h>

#define TEXT_SIZE 2048
#define AD STUBDNS_FLAG_AD /* in the place of an RCODE: beside NOERROR */

static struct scripted net;
static char asked[TEXT_SIZE]; /* "name " of every query that is another one */
static unsigned query_flags;  /* of the last query */

/* What a lookup ended with. */
struct end {
  stubdns_lookup_t lookup; /* first */
  int callback_count;
  int status;
  unsigned ms;
  unsigned rcode;
  unsigned flags;
  size_t answer_count;
  char name[STUBDNS_NAME_TEXT_SIZE]; /* of the answer's question */
};

static struct end end;

static void write_name(char *text, const stubdns_name_t *name) {
  size_t length;
  ck_assert_int_eq(
      stubdns_name_to_text(name, text, STUBDNS_NAME_TEXT_SIZE, &length), 0);
  for (; *text; text++)
    if (*text >= 'A' && *text <= 'Z') *text = (char)(*text + 'a' - 'A');
}

static void on_traffic(void *data, const stubdns_traffic_t *traffic) {
  char name[STUBDNS_NAME_TEXT_SIZE];
  stubdns_message_t message;
  (void)data;
  if (traffic->is_received) return;
  ck_assert_int_eq(
      stubdns_message_parse(&message, traffic->octets, traffic->length, 0), 0);
  const stubdns_question_t question = stubdns_message_question(&message);
  query_flags = message.flags;
  write_name(name, &question.name);
  strcat(name, " ");
  const size_t length = strlen(asked);
  if (length >= strlen(name) &&
      strcmp(asked + length - strlen(name), name) == 0)
    return; /* once more */
  strcat(asked, name);
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  struct end *const e = (struct end *)lookup;
  e->callback_count++;
  e->status = status;
  e->ms = scripted_ms(&net);
  write_name(e->name, &answer->question.name);
  if (!answer->message) return;
  e->rcode = stubdns_message_rcode(answer->message);
  e->flags = answer->message->flags;
  e->answer_count = answer->message->record_counts[STUBDNS_SECTION_ANSWER];
}

static const struct script_answer script[] = {
    {"www.one.test.", STUBDNS_TYPE_A, 10, 0, "www.one.test. 300 A 192.0.2.1"},
    {"www.two.test.", STUBDNS_TYPE_A, 10, 0, "www.two.test. 300 A 192.0.2.2"},
    {"second.two.test.", STUBDNS_TYPE_A, 10, 0,
     "second.two.test. 300 A 192.0.2.2"},
    {"tld.", STUBDNS_TYPE_A, 10, 0, "tld. 300 A 192.0.2.3"},
    {"empty.one.test.", STUBDNS_TYPE_A, 10, 0, ""},
    {"empty.two.test.", STUBDNS_TYPE_A, 10, 0,
     "empty.two.test. 300 A 192.0.2.4"},
    {"broken.one.test.", STUBDNS_TYPE_A, 10, STUBDNS_RCODE_SERVFAIL, ""},
    {"broken.two.test.", STUBDNS_TYPE_A, 10, 0,
     "broken.two.test. 300 A 192.0.2.5"},
    {"silent.one.test.", STUBDNS_TYPE_A, 0, SCRIPT_SILENCE, ""},
    {"silent.two.test.", STUBDNS_TYPE_A, 10, 0,
     "silent.two.test. 300 A 192.0.2.6"},
    {"slow.one.test.", STUBDNS_TYPE_A, 300, STUBDNS_RCODE_NXDOMAIN, ""},
    {"slow.two.test.", STUBDNS_TYPE_A, 300, STUBDNS_RCODE_NXDOMAIN, ""},
    {"slow.", STUBDNS_TYPE_A, 0, SCRIPT_SILENCE, ""},
    {"a.b.", STUBDNS_TYPE_A, 10, 0, "a.b. 300 A 192.0.2.7"},
    {"sure.test.", STUBDNS_TYPE_A, 10, AD, "sure.test. 300 A 192.0.2.8"},
    {NULL, 0, 0, 0, NULL},
};

static void open_net(const char *search, const char *words) {
  const stubdns_resolver_options_t options = {.search = search,
                                              .resolv_options = words};
  scripted_open(&net, script, &options);
  stubdns_resolver_watch(&net.resolver, on_traffic, NULL);
  memset(&end, 0, sizeof end);
  asked[0] = '\0';
}

static int try(const char *name, const stubdns_lookup_options_t *options) {
  return stubdns_lookup(&net.resolver, &end.lookup, name, STUBDNS_TYPE_A,
                        options, on_answer);
}

static void look_up(const char *name, unsigned flags) {
  const stubdns_lookup_options_t options = {.flags = flags,
                                            .deadline_ms = 2000};
  ck_assert_int_eq(try(name, &options), 0);
  scripted_run(&net);
  ck_assert_int_eq(end.callback_count, 1);
}

static const struct row {
  const char *name;
  unsigned flags;
  const char *asked;
  int status;
  unsigned rcode;
  size_t answer_count;
  const char *found;
} rows[] = {
    {"www", STUBDNS_LOOKUP_SEARCH, "www.one.test. ", 0, 0, 1, "www.one.test."},
    {"second", STUBDNS_LOOKUP_SEARCH, "second.one.test. second.two.test. ", 0,
     0, 1, "second.two.test."},
    {"tld", STUBDNS_LOOKUP_SEARCH, "tld.one.test. tld.two.test. tld. ", 0, 0, 1,
     "tld."},
    {"none", STUBDNS_LOOKUP_SEARCH, "none.one.test. none.two.test. none. ", 0,
     STUBDNS_RCODE_NXDOMAIN, 0, "none."},
    {"a.b", STUBDNS_LOOKUP_SEARCH, "a.b. ", 0, 0, 1, "a.b."},
    {"x.y", STUBDNS_LOOKUP_SEARCH, "x.y. x.y.one.test. x.y.two.test. ", 0,
     STUBDNS_RCODE_NXDOMAIN, 0, "x.y.two.test."},
    {"www.", STUBDNS_LOOKUP_SEARCH, "www. ", 0, STUBDNS_RCODE_NXDOMAIN, 0,
     "www."},
    {"www", 0, "www. ", 0, STUBDNS_RCODE_NXDOMAIN, 0, "www."},
    /* That there are no records is an answer. */
    {"empty", STUBDNS_LOOKUP_SEARCH, "empty.one.test. ", 0, 0, 0,
     "empty.one.test."},
    /* A failure does not look like a "no", nor do later names hide it. */
    {"broken", STUBDNS_LOOKUP_SEARCH, "broken.one.test. ", 0,
     STUBDNS_RCODE_SERVFAIL, 0, "broken.one.test."},
    {"silent", STUBDNS_LOOKUP_SEARCH, "silent.one.test. ", STUBDNS_ETIMEOUT, 0,
     0, "silent.one.test."},
    /* Special-use names leave as they are, or not at all. */
    {"localhost", STUBDNS_LOOKUP_SEARCH, "", 0, 0, 1, "localhost."},
    {"invalid", STUBDNS_LOOKUP_SEARCH, "", 0, STUBDNS_RCODE_NXDOMAIN, 0,
     "invalid."},
    {"ipv4only.arpa", STUBDNS_LOOKUP_SEARCH, "ipv4only.arpa. ", 0,
     STUBDNS_RCODE_NXDOMAIN, 0, "ipv4only.arpa."},
};

START_TEST(first_name_that_exists_is_the_answer_B28) {
  const struct row *const row = &rows[_i];
  open_net("one.test two.test", NULL);
  look_up(row->name, row->flags);
  ck_assert_str_eq(asked, row->asked);
  ck_assert_int_eq(end.status, row->status);
  ck_assert_uint_eq(end.rcode, row->rcode);
  ck_assert_uint_eq(end.answer_count, row->answer_count);
  ck_assert_str_eq(end.name, row->found);
  scripted_close(&net);
}
END_TEST

START_TEST(resolver_discovery_names_are_not_searched_for_B26) {
  open_net("one.test", "ndots:5");
  look_up("_dns.resolver.arpa", STUBDNS_LOOKUP_SEARCH);
  ck_assert_str_eq(asked, "_dns.resolver.arpa. ");
  scripted_close(&net);
}
END_TEST

START_TEST(without_a_list_a_name_is_asked_for_as_it_is) {
  open_net(_i ? "" : NULL, NULL);
  look_up("tld", STUBDNS_LOOKUP_SEARCH);
  ck_assert_str_eq(asked, "tld. ");
  ck_assert_uint_eq(end.answer_count, 1);
  scripted_close(&net);
}
END_TEST

START_TEST(words_of_the_list_are_heeded) {
  open_net("one.test", "ndots:2 no-tld-query");
  look_up("a.b", STUBDNS_LOOKUP_SEARCH);
  ck_assert_str_eq(asked, "a.b.one.test. a.b. ");
  asked[0] = '\0';
  end.callback_count = 0;
  look_up("tld", STUBDNS_LOOKUP_SEARCH);
  ck_assert_str_eq(asked, "tld.one.test. ");
  ck_assert_uint_eq(end.rcode, STUBDNS_RCODE_NXDOMAIN);
  scripted_close(&net);
}
END_TEST

/* All names together have the time of one lookup. */
START_TEST(search_ends_by_the_deadline_of_its_lookup) {
  open_net("one.test two.test", NULL);
  look_up("slow", STUBDNS_LOOKUP_SEARCH);
  ck_assert_str_eq(asked, "slow.one.test. slow.two.test. slow. ");
  ck_assert_int_eq(end.status, STUBDNS_ETIMEOUT);
  ck_assert_uint_eq(end.ms, 2000);
  scripted_close(&net);
}
END_TEST

START_TEST(search_keeps_the_options_of_its_lookup) {
  const stubdns_address_t server = {4, {192, 0, 2, 99}, 53, 0};
  const stubdns_lookup_options_t options = {
      .flags = STUBDNS_LOOKUP_SEARCH | STUBDNS_LOOKUP_NO_RECURSION |
               STUBDNS_LOOKUP_CHECKING_DISABLED,
      .servers = &server,
      .server_count = 1};
  open_net("one.test two.test", NULL);
  ck_assert_int_eq(try("second", &options), 0);
  scripted_run(&net);
  ck_assert_str_eq(asked, "second.one.test. second.two.test. ");
  ck_assert_uint_eq(query_flags, STUBDNS_FLAG_CD);
  ck_assert_uint_eq(end.answer_count, 1);
  ck_assert_uint_eq(stubdns__core_server_count(net.resolver.transport->core),
                    1);
  scripted_close(&net);
}
END_TEST

static void cancel_at_the_second(uv_check_t *check) {
  if (strcmp(asked, "slow.one.test. slow.two.test. ") != 0) return;
  ck_assert_int_eq(stubdns_cancel(&end.lookup), 0);
  uv_close((uv_handle_t *)check, NULL);
}

START_TEST(search_is_canceled_at_any_of_its_names) {
  const stubdns_lookup_options_t options = {.flags = STUBDNS_LOOKUP_SEARCH};
  uv_check_t check;
  open_net("one.test two.test", NULL);
  uv_check_init(&net.loop, &check);
  uv_check_start(&check, cancel_at_the_second);
  uv_unref((uv_handle_t *)&check);
  ck_assert_int_eq(try("slow", &options), 0);
  scripted_run(&net);
  ck_assert_int_eq(end.callback_count, 1);
  ck_assert_int_eq(end.status, STUBDNS_ECANCELED);
  scripted_close(&net);
}
END_TEST

START_TEST(search_ends_with_its_resolver) {
  const stubdns_lookup_options_t options = {.flags = STUBDNS_LOOKUP_SEARCH};
  open_net("one.test two.test", NULL);
  ck_assert_int_eq(try("slow", &options), 0);
  scripted_close(&net);
  ck_assert_int_eq(end.callback_count, 1);
  ck_assert_int_eq(end.status, STUBDNS_ECANCELED);
}
END_TEST

START_TEST(wrong_arguments_are_told_at_once) {
  const stubdns_lookup_options_t options = {.flags = STUBDNS_LOOKUP_SEARCH,
                                            .payload_size = 1};
  open_net("one.test two.test", NULL);
  ck_assert_int_eq(try("www", &options), STUBDNS_EINVALID);
  ck_assert_int_eq(try("a..b", &options), STUBDNS_EEMPTYLABEL);
  ck_assert_int_eq(try(NULL, &options), STUBDNS_EINVALID);
  scripted_close(&net);
  ck_assert_int_eq(end.callback_count, 0);
}
END_TEST

/* Each allocation fails in turn: the lookup fails with that, or is not there in
 * time to need it. */
START_TEST(search_without_memory_fails_and_leaks_nothing) {
  const stubdns_lookup_options_t options = {.flags = STUBDNS_LOOKUP_SEARCH};
  size_t failed_count = 0;
  for (size_t ahead = 1;; ahead++) {
    open_net("one.test two.test", NULL);
    net.fail_at = net.calls + ahead;
    const int error = try("second", &options);
    if (!error) scripted_run(&net);
    const int status = error ? error : end.status;
    const int is_over = net.calls < net.fail_at;
    ck_assert(status == 0 || status == STUBDNS_ENOMEM);
    ck_assert_int_eq(end.callback_count, !error);
    if (status == 0) ck_assert_str_eq(end.name, "second.two.test.");
    failed_count += status != 0;
    scripted_close(&net);
    if (is_over) break;
  }
  ck_assert_uint_ge(failed_count, 4); /* two lookups with their queries */
}
END_TEST

START_TEST(ad_is_taken_out_unless_the_way_is_trusted_C14) {
  open_net(NULL, _i ? "trust-ad" : NULL);
  look_up("sure.test", _i ? 0 : STUBDNS_LOOKUP_AUTHENTIC_DATA);
  ck_assert_uint_eq(end.answer_count, 1);
  ck_assert_uint_eq(query_flags & AD, AD);
  ck_assert_uint_eq(end.flags & AD, _i ? AD : 0);
  scripted_close(&net);
}
END_TEST

START_TEST(ad_is_left_to_who_spells_the_query_out) {
  const stubdns_query_t query = STUBDNS_QUERY_INIT;
  const stubdns_lookup_options_t options = {.query = &query};
  open_net(NULL, NULL);
  ck_assert_int_eq(try("sure.test", &options), 0);
  scripted_run(&net);
  ck_assert_uint_eq(end.flags & AD, AD);
  scripted_close(&net);
}
END_TEST

/* The servers that lookups begin with, as their last octets. */
static void first_servers(char *servers, int count) {
  for (int i = 0; i < count; i++) {
    ck_assert_int_eq(try("www.one.test", NULL), 0);
    const struct stubdns__request *const request = end.lookup.request;
    const unsigned first = request->exchange.first_server;
    servers[i] =
        (char)('0' +
               stubdns__server_at(request, first)->address.octets[3] % 10);
    ck_assert_int_eq(stubdns_cancel(&end.lookup), 0);
    uv_run(&net.loop, UV_RUN_DEFAULT);
  }
  servers[count] = '\0';
}

START_TEST(rotate_begins_each_lookup_with_the_next_server) {
  const stubdns_address_t more[] = {{4, {192, 0, 2, 54}, 53, 0},
                                    {4, {192, 0, 2, 55}, 53, 0}};
  char servers[8];
  open_net(NULL, _i ? "rotate" : NULL);
  for (int i = 0; i < 2; i++)
    ck_assert_int_eq(stubdns_resolver_add_server(&net.resolver, &more[i]), 0);
  first_servers(servers, 7);
  ck_assert_str_eq(servers, _i ? "3453453" : "3333333");
  scripted_close(&net);
}
END_TEST

static const struct {
  const char *words;
  uint32_t deadline_ms; /* that the user sets */
  uint8_t sends;
  uint32_t core_deadline_ms;
  uint8_t core_sends;
} schedules[] = {
    {NULL, 0, 0, 5000, 4},
    {"timeout:1", 0, 0, 2000, 4},
    {"attempts:3", 0, 0, 15000, 3},
    {"timeout:1 attempts:1", 0, 0, 1000, 1},
    {"timeout:30 attempts:5", 0, 0, 150000, 4},
    {"timeout:0 attempts:0", 0, 0, 5000, 4},
    {"timeout:1 attempts:1", 700, 2, 700, 2},
};

START_TEST(timeout_and_attempts_bound_a_lookup) {
  const stubdns_resolver_options_t options = {
      .resolv_options = schedules[_i].words,
      .deadline_ms = schedules[_i].deadline_ms,
      .sends_per_server = schedules[_i].sends};
  scripted_open(&net, script, &options);
  const struct stubdns__transport *const transport = net.resolver.transport;
  ck_assert_uint_eq(transport->core->deadline_ms,
                    schedules[_i].core_deadline_ms);
  ck_assert_uint_eq(transport->deadline_ms, schedules[_i].core_deadline_ms);
  ck_assert_uint_eq(transport->core->sends_per_server,
                    schedules[_i].core_sends);
  scripted_close(&net);
}
END_TEST

static int was_tcp;

static void on_path(void *data, const stubdns_traffic_t *traffic) {
  (void)data;
  was_tcp = traffic->is_tcp;
}

START_TEST(use_vc_means_tcp_unless_a_lookup_wants_none) {
  open_net(NULL, _i < 2 ? "use-vc" : NULL);
  stubdns_resolver_watch(&net.resolver, on_path, NULL);
  look_up("www.one.test", _i == 1 ? STUBDNS_LOOKUP_NO_TCP : 0);
  ck_assert_uint_eq(end.answer_count, 1);
  ck_assert_int_eq(was_tcp, _i == 0);
  scripted_close(&net);
}
END_TEST

#define COUNT(rows) ((int)(sizeof(rows) / sizeof(rows)[0]))

Suite *test_suite(void) {
  TCase *const cases = tcase_create("search_lookup");
  tcase_add_loop_test(cases, first_name_that_exists_is_the_answer_B28, 0,
                      COUNT(rows));
  tcase_add_test(cases, resolver_discovery_names_are_not_searched_for_B26);
  tcase_add_loop_test(cases, without_a_list_a_name_is_asked_for_as_it_is, 0, 2);
  tcase_add_test(cases, words_of_the_list_are_heeded);
  tcase_add_test(cases, search_ends_by_the_deadline_of_its_lookup);
  tcase_add_test(cases, search_keeps_the_options_of_its_lookup);
  tcase_add_test(cases, search_is_canceled_at_any_of_its_names);
  tcase_add_test(cases, search_ends_with_its_resolver);
  tcase_add_test(cases, wrong_arguments_are_told_at_once);
  tcase_add_test(cases, search_without_memory_fails_and_leaks_nothing);
  tcase_add_loop_test(cases, ad_is_taken_out_unless_the_way_is_trusted_C14, 0,
                      2);
  tcase_add_test(cases, ad_is_left_to_who_spells_the_query_out);
  tcase_add_loop_test(cases, rotate_begins_each_lookup_with_the_next_server, 0,
                      2);
  tcase_add_loop_test(cases, timeout_and_attempts_bound_a_lookup, 0,
                      COUNT(schedules));
  tcase_add_loop_test(cases, use_vc_means_tcp_unless_a_lookup_wants_none, 0, 3);
  Suite *const suite = suite_create("uv/search_lookup");
  suite_add_tcase(suite, cases);
  return suite;
}
