/* The option table holds together: nothing is named twice, everything can be
 * found, everything is explained. */
#include "support/suite.h"

#include "help.h"
#include "option_table.h"
#include "suggestion.h"

#include <stdio.h>
#include <string.h>

START_TEST(every_name_and_letter_finds_its_own_option) {
  for (size_t i = 0; i < option_count; i++) {
    const struct option *const option = &option_table[i];
    const struct option *found;
    const char *position = NULL;
    const char *name;
    size_t length;
    while ((name = option_next_name(option, &position, &length))) {
      ck_assert_uint_eq(option_by_name(name, length, &found), 1);
      ck_assert_msg(found == option, "%.*s is named twice", (int)length, name);
    }
    if (option->letter)
      ck_assert_msg(option_by_letter(option->letter) == option,
                    "-%c is named twice", option->letter);
    ck_assert_msg(option->letter || option->names[0], "row %zu has no name", i);
  }
}
END_TEST

/* "no" before a name means the opposite. */
START_TEST(no_name_begins_with_no) {
  for (size_t i = 0; i < option_count; i++) {
    const char *position = NULL;
    const char *name;
    size_t length;
    while ((name = option_next_name(&option_table[i], &position, &length)))
      ck_assert_int_ne(strncmp(name, "no", 2), 0);
  }
}
END_TEST

START_TEST(every_option_is_explained_in_the_help) {
  struct output help = {0};
  help_print_all(&help);
  output_octets(&help, "", 1);
  for (size_t i = 0; i < option_count; i++) {
    const struct option *const option = &option_table[i];
    const int is_shown = option->kind != OPTION_REFUSED;
    ck_assert_msg(!!strstr(help.text, option->help) == is_shown, "%s",
                  option->help);
  }
  output_release(&help);
}
END_TEST

START_TEST(short_help_names_every_option_on_one_screen) {
  struct output help = {0};
  size_t line_count = 0;
  help_print(&help);
  output_octets(&help, "", 1);
  for (size_t i = 0; i < option_count; i++) {
    const struct option *const option = &option_table[i];
    char form[64];
    if (option->kind == OPTION_REFUSED) continue;
    if (option->letter)
      snprintf(form, sizeof form, " -%c", option->letter);
    else
      snprintf(form, sizeof form, "%.*s", (int)strcspn(option->names, " "),
               option->names);
    ck_assert_msg(!!strstr(help.text, form), "%s", form);
  }
  for (const char *c = help.text; *c; c++)
    line_count += *c == '\n';
  ck_assert_uint_le(line_count, 30);
  output_release(&help);
}
END_TEST

START_TEST(help_has_no_line_over_80_columns) {
  struct output help = {0};
  help_print(&help);
  help_print_all(&help);
  size_t column = 0;
  for (size_t i = 0; i < help.length; i++) {
    column = help.text[i] == '\n' ? 0 : column + 1;
    ck_assert_msg(column <= 80, "%.80s", help.text + i + 1 - column);
  }
  output_release(&help);
}
END_TEST

static const struct {
  const char *typed;
  const char *nearest;
} nearest_rows[] = {{"shrot", "short"},
                    {"shotr", "short"},
                    {"multline", "multiline"},
                    {"SHORT", "short"},
                    {"dnsec", "dnssec"},
                    {"comment", "comments"},
                    {"xyzzy", NULL},
                    {"", NULL},
                    {"q", NULL},
                    {"answr", "answer"},
                    {"bufzise", "bufsize"}};

START_TEST(suggestion_is_the_nearest_word) {
  static const char *const words[] = {"short",    "multiline", "dnssec", "qr",
                                      "comments", "answer",    "bufsize"};
  const char *const typed = nearest_rows[_i].typed;
  struct suggestion suggestion = suggestion_begin(typed, strlen(typed));
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    suggestion_offer(&suggestion, words[i], strlen(words[i]));
  ck_assert_pstr_eq(suggestion.word, nearest_rows[_i].nearest);
}
END_TEST

Suite *test_suite(void) {
  Suite *suite = suite_create("option_table");
  TCase *tests = tcase_create("option_table");
  tcase_add_test(tests, every_name_and_letter_finds_its_own_option);
  tcase_add_test(tests, no_name_begins_with_no);
  tcase_add_test(tests, every_option_is_explained_in_the_help);
  tcase_add_test(tests, short_help_names_every_option_on_one_screen);
  tcase_add_test(tests, help_has_no_line_over_80_columns);
  tcase_add_loop_test(tests, suggestion_is_the_nearest_word, 0,
                      (int)(sizeof nearest_rows / sizeof nearest_rows[0]));
  suite_add_tcase(suite, tests);
  return suite;
}
