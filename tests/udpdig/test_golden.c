/* Every recorded reply, printed in each form, against what dig 9.18 printed of
 * the same reply when it was recorded. */
#include "support/fixture.h"
#include "support/recorded.h"
#include "support/suite.h"

#include "arguments.h"
#include "print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As titled in the .dig files. */
static const char *const forms[] = {
    "",         "+short",    "+noall +answer", "+multiline",
    "+nosplit", "+ttlunits", "+unknownformat",
};
#define FORM_COUNT (sizeof forms / sizeof forms[0])

/* The forms as bits, in the order above. */
#define MULTILINE 0x08u
#define UNKNOWN 0x40u
#define EVERY 0x7fu
#define COMMENTED 0x79u /* not +short and +noall +answer */

/* Replies that are printed otherwise on purpose, in these forms, and why. */
static const struct {
  const char *name; /* how the fixture's name ends */
  unsigned forms;
  const char *reason;
} differences[] = {
    {"-ixfr", COMMENTED, "dig prints transfers without sections"},
    {"-opcode-15", COMMENTED, "OPCODE15 where dig has RESERVED15"},
    {"named-amtrelay-unknown", COMMENTED, "says why a record is octets"},
    {"nsd-status", COMMENTED, "no advice to ask again without EDNS"},
    {"nsd-update", COMMENTED, "no advice to ask again without EDNS"},
    {"named-brid", MULTILINE, "one blank before a parenthesis, dig has two"},
    {"named-hhit", MULTILINE, "one blank before a parenthesis, dig has two"},
    {"named-chaos-a", EVERY, "A has a form in class IN alone"},
    {"named-chaos-ns", COMMENTED, "A has a form in class IN alone"},
    {"named-chaos-soa", COMMENTED, "A has a form in class IN alone"},
    {"named-chaos-txt", COMMENTED & ~UNKNOWN, "A has a form in class IN alone"},
    {"named-hesiod-a", EVERY & ~UNKNOWN, "A has a form in class IN alone"},
    {"named-hesiod-cname", COMMENTED & ~UNKNOWN,
     "A has a form in class IN alone"},
    {"named-hesiod-txt", COMMENTED & ~UNKNOWN,
     "A has a form in class IN alone"},
};

static struct recorded_list replies;

/* Keeps the replies of the recorded messages: QR is set. */
static void load_replies(void) {
  replies = recorded_load();
  size_t kept = 0;
  for (size_t i = 0; i < replies.count; i++) {
    if (replies.messages[i].octets[2] & 0x80)
      replies.messages[kept++] = replies.messages[i];
    else
      free(replies.messages[i].octets);
  }
  replies.count = kept;
}

static struct octets read_dig_text(const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/recorded/%s.dig", STUBDNS_FIXTURES, name);
  struct octets file = file_read(path);
  file.octets = realloc(file.octets, file.length + 1);
  ck_assert_ptr_nonnull(file.octets);
  file.octets[file.length] = '\0';
  return file;
}

/* The text under a form's title, up to the next title. */
static char *section_of(const char *text, const char *form) {
  char title[64];
  snprintf(title, sizeof title, "=== dig%s%s\n", *form ? " " : "", form);
  const char *const found = strstr(text, title);
  ck_assert_msg(!!found, "no section %s", title);
  const char *const begin = found + strlen(title);
  const char *const next = strstr(begin - 1, "\n=== dig");
  const size_t length = next ? (size_t)(next + 1 - begin) : strlen(begin);
  char *const section = calloc(1, length + 1);
  ck_assert_ptr_nonnull(section);
  memcpy(section, begin, length);
  return section;
}

/* Leaves out the command line in front and time, server and size behind, which
 * are not the reply's. */
static char *reply_part(char *section) {
  char *const begin = strstr(section, ";; Got answer:\n");
  if (!begin) return section;
  char *const end = strstr(begin, ";; Query time: ");
  if (end) *end = '\0';
  return begin;
}

static void print_in_form(struct output *output, const struct recorded *reply,
                          const char *form) {
  char words[64];
  const char *list[8] = {"a.test"};
  size_t count = 1;
  struct arguments arguments;
  stubdns_message_t message;
  /* What the table of exchanges has each query with a cookie send. */
  static const uint8_t cookie[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const struct notes notes = {.client_cookie = cookie};
  snprintf(words, sizeof words, "%s", form);
  for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
    list[count++] = word;
  ck_assert_int_eq(arguments_read(&arguments, count, list, output), 0);
  ck_assert_int_eq(
      stubdns_message_parse(&message, reply->octets, reply->length, 0), 0);
  print_reply(output, &arguments.inquiries[0].group->settings, &message,
              &notes);
  output_octets(output, "", 1);
  arguments_release(&arguments);
}

static size_t line_length(const char *line) {
  return strcspn(line, "\n");
}

/* The first line that differs, so that a failure says something. */
static void check_equal(const char *name, const char *form, const char *ours,
                        const char *digs) {
  while (*ours && *digs) {
    const size_t length = line_length(ours);
    ck_assert_msg(length == line_length(digs) &&
                      memcmp(ours, digs, length) == 0,
                  "%s, dig %s\n  ours: %.*s\n  dig's: %.*s", name, form,
                  (int)length, ours, (int)line_length(digs), digs);
    ours += length + (ours[length] == '\n');
    digs += length + (digs[length] == '\n');
  }
  ck_assert_msg(!*ours && !*digs, "%s, dig %s ends early or late: '%s' '%s'",
                name, form, ours, digs);
}

static int ends_with(const char *text, const char *end) {
  const size_t length = strlen(text);
  return length >= strlen(end) && !strcmp(text + length - strlen(end), end);
}

static int is_meant_to_differ(const char *name, size_t form) {
  for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++)
    if (ends_with(name, differences[i].name) &&
        differences[i].forms >> form & 1)
      return 1;
  return 0;
}

static void check_form(const struct recorded *reply, const char *digs_text,
                       size_t form) {
  char *const section = section_of(digs_text, forms[form]);
  const char *const expected = reply_part(section);
  struct output output = {0};
  print_in_form(&output, reply, forms[form]);
  if (is_meant_to_differ(reply->name, form))
    ck_assert_str_ne(output.text, expected);
  else
    check_equal(reply->name, forms[form], output.text, expected);
  output_release(&output);
  free(section);
}

/* Each of a few processes takes every so-manieth reply. */
#define SHARES 8

START_TEST(text_is_what_dig_printed) {
  for (size_t i = (size_t)_i; i < replies.count; i += SHARES) {
    struct octets file = read_dig_text(replies.messages[i].name);
    for (size_t form = 0; form < FORM_COUNT; form++)
      check_form(&replies.messages[i], (const char *)file.octets, form);
    free(file.octets);
  }
}
END_TEST

START_TEST(there_are_replies) {
  ck_assert_uint_ge(replies.count, 500);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("golden");
  TCase *tests = tcase_create("golden");
  load_replies();
  tcase_set_timeout(tests, 60);
  tcase_add_loop_test(tests, text_is_what_dig_printed, 0, SHARES);
  tcase_add_test(tests, there_are_replies);
  suite_add_tcase(suite, tests);
  return suite;
}
