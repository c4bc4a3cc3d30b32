/* src/resolver/search.c: the names tried, in their order, and what ends a
 * search. */
#include "resolver/search.h"

#include "stubdns/builder.h"
#include "stubdns/error.h"
#include "stubdns/text.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE 8192

static struct stubdns__search_list *list;

static stubdns_name_t name_of(const char *text) {
  stubdns_name_t name;
  ck_assert_int_eq(stubdns_name_from_text(&name, text, strlen(text)), 0);
  return name;
}

/* Domains with blanks between them. */
static void begin_list(const char *domains, unsigned ndots, int no_tld_query) {
  char words[TEXT_SIZE];
  strcpy(words, domains);
  list = calloc(1, sizeof *list +
                       STUBDNS__SEARCH_DOMAINS_MAX * sizeof list->domains[0]);
  ck_assert_ptr_nonnull(list);
  list->ndots = (uint8_t)ndots;
  list->no_tld_query = (uint8_t)no_tld_query;
  for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
    list->domains[list->domain_count++] = name_of(word);
}

static void append(char *text, const stubdns_name_t *name) {
  char written[STUBDNS_NAME_TEXT_SIZE];
  size_t length;
  ck_assert_int_eq(stubdns_name_to_text(name, written, sizeof written, &length),
                   0);
  strcat(strcat(text, written), " ");
}

static struct stubdns__search begin(const char *text) {
  struct stubdns__search search;
  memset(&search, 0xaa, sizeof search);
  ck_assert_int_eq(stubdns__search_begin(&search, list, text, strlen(text)), 0);
  return search;
}

static const struct row {
  const char *domains;
  unsigned ndots;
  int no_tld_query;
  const char *name;
  const char *tried;
} rows[] = {
    /* RFC 1535 section 6: a name with a dot is tried as it is first. */
    {"corp.example", 1, 0, "www", "www.corp.example. www. "},
    {"corp.example", 1, 0, "www.example.com",
     "www.example.com. www.example.com.corp.example. "},
    {"corp.example", 1, 0, "www.example.com.", "www.example.com. "},
    {"corp.example", 1, 0, "www.", "www. "},
    {"corp.example", 1, 0, ".", ". "},
    {"a b c", 1, 0, "x", "x.a. x.b. x.c. x. "},
    {"a b c", 1, 0, "x.y", "x.y. x.y.a. x.y.b. x.y.c. "},
    {"a b", 2, 0, "x.y", "x.y.a. x.y.b. x.y. "},
    {"a b", 2, 0, "x.y.z", "x.y.z. x.y.z.a. x.y.z.b. "},
    {"a b", 15, 0, "x.y.z", "x.y.z.a. x.y.z.b. x.y.z. "},
    {"a", 0, 0, "x", "x. x.a. "},
    {"", 1, 0, "x", "x. "},
    {"", 15, 0, "x.y", "x.y. "},
    {"a", 1, 0, "x\\.y", "x\\.y.a. x\\.y. "},
    /* The root in the list is the name as it is. */
    {".", 1, 0, "x", "x. "},
    {"a . b", 1, 0, "x", "x.a. x. x.b. "},
    {"a . b .", 1, 0, "x.y", "x.y. x.y.a. x.y.b. "},
    /* no-tld-query is about names without a dot, where there is a list. */
    {"a b", 1, 1, "x", "x.a. x.b. "},
    {"a b", 2, 1, "x.y", "x.y.a. x.y.b. x.y. "},
    {"", 1, 1, "x", "x. "},
    {"a .", 1, 1, "x", "x.a. x. "},
    {"a", 0, 1, "x", "x. x.a. "},
    /* Special-use names go nowhere else. */
    {"a b", 1, 0, "localhost", "localhost. "},
    {"a b", 2, 0, "www.localhost", "www.localhost. "},
    {"a b", 2, 0, "facebookcorewwwi.ONION", "facebookcorewwwi.ONION. "},
    {"a b", 2, 0, "x.alt", "x.alt. "},
    {"a b", 2, 0, "x.invalid", "x.invalid. "},
    {"a b", 2, 0, "printer.local", "printer.local. "},
    {"a b", 3, 0, "_dns.resolver.arpa", "_dns.resolver.arpa. "},
    {"a b", 3, 0, "ipv4only.ARPA", "ipv4only.ARPA. "},
    {"a", 3, 0, "x.ipv4only.arpa", "x.ipv4only.arpa. "},
    {"a", 3, 0, "xipv4only.arpa", "xipv4only.arpa.a. xipv4only.arpa. "},
    {"a", 3, 0, "arpa", "arpa.a. arpa. "},
    {"a", 1, 0, "notlocalhost", "notlocalhost.a. notlocalhost. "},
    {"a", 2, 0, "localhost.example",
     "localhost.example.a. "
     "localhost.example. "},
};

START_TEST(names_are_tried_in_the_order_of_ndots_and_list_B28) {
  const struct row *const row = &rows[_i];
  char text[TEXT_SIZE] = "";
  begin_list(row->domains, row->ndots, row->no_tld_query);
  struct stubdns__search search = begin(row->name);
  stubdns_name_t name;
  while (stubdns__search_next(&search, &name))
    append(text, &name);
  ck_assert_str_eq(text, row->tried);
  ck_assert(!stubdns__search_next(&search, &name));
  free(list);
}
END_TEST

START_TEST(without_a_list_a_name_is_tried_as_it_is) {
  list = NULL;
  struct stubdns__search search = begin("www");
  stubdns_name_t name;
  ck_assert(stubdns__search_next(&search, &name));
  ck_assert(!stubdns__search_next(&search, &name));
}
END_TEST

START_TEST(names_that_would_be_too_long_are_passed_over) {
  char text[STUBDNS_NAME_TEXT_SIZE] = "";
  char tried[TEXT_SIZE] = "";
  for (int i = 0; i < 62; i++)
    strcat(text, "abc."); /* 248 octets */
  text[strlen(text) - 1] = '\0';
  for (int no_tld_query = 0; no_tld_query < 2; no_tld_query++) {
    begin_list("abcde abcdef", 99, no_tld_query);
    struct stubdns__search search = begin(text);
    stubdns_name_t name;
    ck_assert(stubdns__search_next(&search, &name));
    ck_assert_uint_eq(name.length, STUBDNS_NAME_MAX);
    ck_assert(stubdns__search_next(&search, &name));
    ck_assert_uint_eq(name.length, 249);
    ck_assert(!stubdns__search_next(&search, &name));
    free(list);
  }
  /* Where nothing fits, the name itself is still tried. */
  begin_list(text, 99, 1);
  struct stubdns__search search = begin("abcdefgh");
  stubdns_name_t name;
  while (stubdns__search_next(&search, &name))
    append(tried, &name);
  ck_assert_str_eq(tried, "abcdefgh. ");
  free(list);
}
END_TEST

START_TEST(what_is_no_name_is_told) {
  static const char *const wrong[] = {"", "a..b", ".a", "\\999"};
  begin_list("a", 1, 0);
  struct stubdns__search search;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    stubdns_name_t name;
    const int error =
        stubdns__search_begin(&search, list, wrong[i], strlen(wrong[i]));
    ck_assert_int_lt(error, 0);
    ck_assert_int_eq(error,
                     stubdns_name_from_text(&name, wrong[i], strlen(wrong[i])));
  }
  free(list);
}
END_TEST

/* An answer for a name: `alias` is where a CNAME record leads, if not NULL. */
struct reply {
  uint8_t octets[1024];
  stubdns_message_t message;
  stubdns_answer_t answer;
};

static void add_alias(stubdns_builder_t *builder, const stubdns_name_t *name,
                      const char *alias) {
  const stubdns_name_t target = name_of(alias);
  uint8_t octets[2 * STUBDNS_NAME_MAX + 10];
  memcpy(octets, name->octets, name->length);
  uint8_t *const fields = octets + name->length;
  memcpy(fields, "\0\5\0\1\0\0\0\x3c\0", 9);
  fields[9] = target.length;
  memcpy(fields + 10, target.octets, target.length);
  stubdns_record_t record;
  ck_assert_int_eq(
      stubdns_record_from_wire(&record, octets,
                               (size_t)name->length + 10 + target.length),
      0);
  stubdns_builder_record(builder, STUBDNS_SECTION_ANSWER, &record);
}

static void make_reply(struct reply *reply, const stubdns_name_t *name,
                       unsigned rcode, const char *alias) {
  stubdns_builder_t builder;
  size_t length;
  memset(reply, 0, sizeof *reply);
  reply->answer.question = (stubdns_question_t){
      .name = *name, .type = STUBDNS_TYPE_A, .class_ = STUBDNS_CLASS_IN};
  stubdns_builder_begin(&builder, reply->octets, sizeof reply->octets, 1,
                        (uint16_t)(STUBDNS_FLAG_QR | rcode));
  stubdns_builder_question(&builder, &reply->answer.question);
  if (alias) add_alias(&builder, name, alias);
  ck_assert_int_eq(stubdns_builder_finish(&builder, &length), 0);
  ck_assert_int_eq(
      stubdns_message_parse(&reply->message, reply->octets, length, 0), 0);
  reply->answer.message = &reply->message;
}

/* The names tried where every one is answered with NXDOMAIN. */
static void try_all(const char *name_text, const char *alias, char *tried) {
  struct stubdns__search search = begin(name_text);
  stubdns_name_t name;
  tried[0] = '\0';
  while (stubdns__search_next(&search, &name)) {
    struct reply reply;
    append(tried, &name);
    make_reply(&reply, &name, STUBDNS_RCODE_NXDOMAIN, alias);
    ck_assert(stubdns__search_is_denied(&search, 0, &reply.answer));
  }
}

START_TEST(nothing_is_tried_below_a_name_that_does_not_exist_C6) {
  char tried[TEXT_SIZE];
  begin_list("example c www.example x.www.example", 9, 0);
  try_all("www", NULL, tried);
  ck_assert_str_eq(tried, "www.example. www.c. www. ");
  free(list);
  /* "example." denied: then "www.example." is not tried. */
  begin_list(". www example", 9, 0);
  try_all("example", NULL, tried);
  ck_assert_str_eq(tried, "example. example.www. ");
  free(list);
}
END_TEST

START_TEST(alias_to_nowhere_denies_its_target_alone_C6) {
  char tried[TEXT_SIZE];
  begin_list("example www.example", 9, 0);
  try_all("www", "gone.example.org", tried);
  ck_assert_str_eq(tried, "www.example. www.www.example. www. ");
  free(list);
}
END_TEST

#define ENDS_COUNT 10

/* Only that the name does not exist lets a search go on. */
START_TEST(other_ends_end_the_search) {
  static const struct {
    int status;
    unsigned rcode;
    int has_message;
    const char *alias;
  } ends[ENDS_COUNT] = {
      {0, STUBDNS_RCODE_NOERROR, 1, NULL}, /* NODATA */
      {0, STUBDNS_RCODE_SERVFAIL, 1, NULL},
      {0, STUBDNS_RCODE_REFUSED, 1, NULL},
      {0, STUBDNS_RCODE_FORMERR, 1, NULL},
      {0, 0, 0, NULL},
      {STUBDNS_ETIMEOUT, 0, 0, NULL},
      {STUBDNS_EREFUSED, 0, 0, NULL},
      {STUBDNS_ECANCELED, STUBDNS_RCODE_NXDOMAIN, 1, NULL},
      {STUBDNS_ETIMEOUT, STUBDNS_RCODE_NXDOMAIN, 1, NULL},
      /* The alias is the name that is asked for. */
      {0, STUBDNS_RCODE_NXDOMAIN, 1, "x.a"},
  };
  begin_list("a b", 1, 0);
  struct stubdns__search search = begin("x");
  stubdns_name_t name;
  struct reply reply;
  ck_assert(stubdns__search_next(&search, &name));
  make_reply(&reply, &name, ends[_i].rcode, ends[_i].alias);
  if (!ends[_i].has_message) reply.answer.message = NULL;
  ck_assert(
      !stubdns__search_is_denied(&search, ends[_i].status, &reply.answer));
  free(list);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("search");
  tcase_add_loop_test(cases, names_are_tried_in_the_order_of_ndots_and_list_B28,
                      0, (int)(sizeof rows / sizeof rows[0]));
  tcase_add_test(cases, without_a_list_a_name_is_tried_as_it_is);
  tcase_add_test(cases, names_that_would_be_too_long_are_passed_over);
  tcase_add_test(cases, what_is_no_name_is_told);
  tcase_add_test(cases, nothing_is_tried_below_a_name_that_does_not_exist_C6);
  tcase_add_test(cases, alias_to_nowhere_denies_its_target_alone_C6);
  tcase_add_loop_test(cases, other_ends_end_the_search, 0, ENDS_COUNT);
  Suite *const suite = suite_create("resolver/search");
  suite_add_tcase(suite, cases);
  return suite;
}
