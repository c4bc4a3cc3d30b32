/* src/config/gai_conf.c: lines of gai.conf(5), good and bad ones. */
#include "config/gai_conf.h"

#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_SIZE 4096

/* A text; the lines that it has, "KIND PREFIX/LENGTH VALUE", the prefix in
 * hexadecimal digits without the zeros at its end; and the words that are not
 * understood. */
static const struct {
  const char *text;
  const char *lines;
  const char *complaints;
} rows[] = {
    {"", "", ""},
    {"# label ::1/128 0\n  \n", "", ""},
    {"label ::1/128 0\nlabel ::/0 1",
     "label 00000000000000000000000000000001"
     "/128 0, label /0 1, ",
     ""},
    {"precedence  2002::/16\t30 # 6to4\r\n", "precedence 2002/16 30, ", ""},
    {"precedence ::ffff:0:0/96 100#",
     "precedence 00000000000000000000ffff/96 "
     "100, ",
     ""},
    {"label 2001:db8::1 4", "label 20010db8000000000000000000000001/128 4, ",
     ""},
    {"label ::ffff:192.0.2.0/120 9",
     "label 00000000000000000000ffffc00002/120 9, ", ""},
    {"scopev4 ::ffff:169.254.0.0/112 2",
     "scopev4 00000000000000000000ffffa9fe/112 2, ", ""},
    {"scopev4 169.254.0.0/16 2\nscopev4 0.0.0.0/0 14\nscopev4 192.0.2.1 5",
     "scopev4 00000000000000000000ffffa9fe/112 2, "
     "scopev4 00000000000000000000ffff/96 14, "
     "scopev4 00000000000000000000ffffc0000201/128 5, ",
     ""},
    {"label ::/0 2147483647\n", "label /0 2147483647, ", ""},
    {"reload yes\nreload no\n", "", ""},

    {"labels ::/0 1\nLABEL ::/0 1\n", "", "1:labels 2:LABEL "},
    {"label\nlabel ::/0\n", "", "2:::/0 "},
    {"label ::/0 x\nlabel ::/0 -1\nlabel ::/0 2147483648\n", "",
     "1:x 2:-1 3:2147483648 "},
    {"label ::/129 1\nlabel ::/ 1\nlabel ::/x 1\nlabel ::/-1 1", "",
     "1:::/129 2:::/ 3:::/x 4:::/-1 "},
    {"label 192.0.2.0/24 1\nprecedence x/24 1\nlabel ::1%lo/64 1", "",
     "1:192.0.2.0/24 2:x/24 3:::1%lo/64 "},
    {"label [::1] 1\nlabel [::1]:53 1\nscopev4 192.0.2.1:53 1", "",
     "1:[::1] 2:[::1]:53 3:192.0.2.1:53 "},
    {"scopev4 192.0.2.0/33 1\nscopev4 ::1/128 1\nscopev4 ::ffff:0:0/95 1", "",
     "1:192.0.2.0/33 2:::1/128 3:::ffff:0:0/95 "},
    {"label ::/0 1 more words\n", "label /0 1, ", "1:more 1:words "},
    {"label ::/0\0 1\nlabel ::/0 2", "", "1:::/0 "},
};

struct printed {
  char lines[TEXT_SIZE];
  char complaints[TEXT_SIZE];
};

static int on_line(void *data, const struct stubdns__gai_line *line) {
  static const char *const kinds[] = {"label", "precedence", "scopev4"};
  struct printed *const printed = data;
  char *const end = printed->lines + strlen(printed->lines);
  size_t used = sizeof line->prefix;
  char digits[33] = "";
  while (used > 0 && !line->prefix[used - 1])
    used--;
  for (size_t i = 0; i < used; i++)
    sprintf(digits + 2 * i, "%02x", line->prefix[i]);
  sprintf(end, "%s %s/%u %" PRIu32 ", ", kinds[line->kind], digits,
          line->prefix_length, line->value);
  return 1;
}

static void on_word(void *data, size_t line, struct stubdns__span word) {
  struct printed *const printed = data;
  sprintf(printed->complaints + strlen(printed->complaints), "%zu:%.*s ", line,
          (int)word.length, word.text);
}

static void parse(struct printed *printed, const char *text, size_t length) {
  const struct stubdns__gai_visitor visitor = {printed, on_line};
  const struct stubdns__complain complain = {printed, on_word};
  char *const exact = malloc(length + !length); /* reads outside are seen */
  memset(printed, 0, sizeof *printed);
  memcpy(exact, text, length);
  stubdns__gai_conf_parse(exact, length, &visitor, &complain);
  free(exact);
}

START_TEST(lines_are_read_and_what_is_not_understood_is_told) {
  struct printed printed;
  parse(&printed, rows[_i].text, strlen(rows[_i].text));
  ck_assert_str_eq(printed.lines, rows[_i].lines);
  ck_assert_str_eq(printed.complaints, rows[_i].complaints);
}
END_TEST

static int has_no_room(void *data, const struct stubdns__gai_line *line) {
  (void)data, (void)line;
  return 0;
}

START_TEST(line_without_room_is_told) {
  static const char text[] = "label ::/0 1\n";
  struct printed printed = {.lines = ""};
  const struct stubdns__gai_visitor visitor = {NULL, has_no_room};
  const struct stubdns__complain complain = {&printed, on_word};
  stubdns__gai_conf_parse(text, sizeof text - 1, &visitor, &complain);
  ck_assert_str_eq(printed.complaints, "1:::/0 ");
  stubdns__gai_conf_parse(text, sizeof text - 1, &visitor, NULL);
}
END_TEST

Suite *test_suite(void) {
  TCase *const cases = tcase_create("gai_conf");
  tcase_add_loop_test(cases, lines_are_read_and_what_is_not_understood_is_told,
                      0, (int)(sizeof rows / sizeof rows[0]));
  tcase_add_test(cases, line_without_room_is_told);
  Suite *const suite = suite_create("config/gai_conf");
  suite_add_tcase(suite, cases);
  return suite;
}
