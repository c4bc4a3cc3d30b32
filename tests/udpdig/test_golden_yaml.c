/* Every recorded reply as YAML, against what dig 9.18 printed of it:
 * fixtures/yaml.txt, which tools/record-yaml writes. */
#include "support/fixture.h"
#include "support/recorded.h"
#include "support/suite.h"

#include "print_yaml.h"
#include "settings.h"

#include <stdlib.h>
#include <string.h>

/* Replies that are printed otherwise on purpose, and why. */
static const struct {
  const char *name; /* how the fixture's name ends */
  const char *reason;
} differences[] = {
    {"knotd-aaaa", "\"::\" where dig writes \"::0\", for YAML without quotes"},
    {"nsd-aaaa", "\"::\" where dig writes \"::0\""},
    {"-aaaa-several", "\"::\" where dig writes \"::0\""},
    {"-apl", "\"::\" where dig writes \"::0\""},
    {"-apl-ends", "\"::\" where dig writes \"::0\""},
    {"-opcode-15", "OPCODE15 where dig has RESERVED15"},
    {"named-chaos-a", "A has a form in class IN alone"},
    {"named-chaos-ns", "A has a form in class IN alone"},
    {"named-chaos-soa", "A has a form in class IN alone"},
    {"named-chaos-txt", "A has a form in class IN alone"},
    {"named-hesiod-a", "A has a form in class IN alone"},
    {"named-hesiod-cname", "A has a form in class IN alone"},
    {"named-hesiod-txt", "A has a form in class IN alone"},
};

static char *texts;
static struct recorded_list recorded;

static void load(void) {
  struct octets file = file_read(STUBDNS_FIXTURES "/yaml.txt");
  texts = calloc(1, file.length + 1);
  ck_assert_ptr_nonnull(texts);
  memcpy(texts, file.octets, file.length);
  free(file.octets);
  recorded = recorded_load();
}

/* The reply of a fixture: the second message of its capture. */
static const struct recorded *find_reply(const char *name, size_t length) {
  for (size_t i = 0; i < recorded.count; i++) {
    const struct recorded *const message = &recorded.messages[i];
    if (message->octets[2] & 0x80 && strlen(message->name) == length &&
        memcmp(message->name, name, length) == 0)
      return message;
  }
  ck_abort_msg("%.*s is not recorded", (int)length, name);
}

static void print(struct output *output, const struct recorded *reply) {
  static const uint8_t cookie[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const struct notes notes = {.client_cookie = cookie};
  stubdns_message_t message;
  const stubdns_answer_t answer = {.message = &message};
  const struct result result = {.answer = &answer};
  ck_assert_int_eq(
      stubdns_message_parse(&message, reply->octets, reply->length, 0), 0);
  print_yaml(output, &default_settings, &result, &notes);
  output_octets(output, "", 1);
}

static int is_meant_to_differ(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
    const size_t end = strlen(differences[i].name);
    if (length >= end &&
        memcmp(name + length - end, differences[i].name, end) == 0)
      return 1;
  }
  return 0;
}

/* Compares line by line, so that a failure says something. */
static void check(const char *name, int name_length, const char *ours,
                  const char *digs, const char *digs_end) {
  const char *const begin = strstr(ours, "response_message_data:\n");
  ck_assert_ptr_nonnull(begin);
  ours = strchr(begin, '\n') + 1;
  while (digs < digs_end) {
    const size_t length = strcspn(digs, "\n");
    if (!length) { /* dig's, behind an error without text */
      digs++;
      continue;
    }
    ck_assert_msg(strncmp(ours, digs, length + 1) == 0,
                  "%.*s\n  ours: %.*s\n  dig's: %.*s", name_length, name,
                  (int)strcspn(ours, "\n"), ours, (int)length, digs);
    ours += length + 1;
    digs += length + 1;
  }
  ck_assert_str_eq(ours, "");
}

START_TEST(yaml_is_what_dig_printed) {
  size_t count = 0;
  const char *next;
  load();
  for (const char *at = texts; at; at = next) {
    const char *const name = at + strlen("=== ");
    const size_t length = strcspn(name, "\n");
    const char *const body = name + length + 1;
    struct output output = {0};
    next = strstr(body, "\n=== ");
    next = next ? next + 1 : NULL;
    count++;
    if (is_meant_to_differ(name, length)) continue;
    print(&output, find_reply(name, length));
    check(name, (int)length, output.text, body,
          next ? next : body + strlen(body));
    output_release(&output);
  }
  ck_assert_uint_ge(count, 500);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("golden_yaml");
  TCase *tests = tcase_create("golden_yaml");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, yaml_is_what_dig_printed);
  suite_add_tcase(suite, tests);
  return suite;
}
