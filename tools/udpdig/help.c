/* One line an option, by topic. */
#include "help.h"

#include "option_table.h"

#include <stdio.h>
#include <string.h>

#define HELP_COLUMN 26

static const char usage[] =
    "usage: udpdig [@SERVER[#PORT]]... [NAME]... [TYPE]... [CLASS] "
    "[OPTIONS]\n"
    "\n"
    "Asks DNS servers over UDP and prints their replies as dig does.  Words\n"
    "come in any order.  Every name is asked for every type, all at once; "
    "what\n"
    "stands before the first name holds for all names.  Without @SERVER the\n"
    "system's servers are asked, without TYPE the type is A.\n";

static const char endnote[] =
    "\n"
    "Options may be cut short, and written as --name, --no-name.  T is in\n"
    "seconds (2, 1.5) or milliseconds (400ms).\n"
    "\n"
    "Exit status: 0 every query got a reply, 1 wrong arguments, 9 a query got\n"
    "no reply, 10 internal error, 11 the output could not be written.\n";

/* "+[no]dnssec, +[no]do", "+tries=N", "-p PORT": as much as is true of it. */
static void print_forms(struct output *output, const struct option *option) {
  const char *divider = "";
  const char *position = NULL;
  size_t length;
  const char *name;
  const int is_program = option->topic == TOPIC_PROGRAM;
  const int is_optional = option->kind == OPTION_NUMBER_MAYBE ||
                          option->kind == OPTION_CHOICE_MAYBE ||
                          option->kind == OPTION_TEXT_MAYBE;
  const int has_no = option->kind == OPTION_SWITCH || is_optional;
  const char *const before = is_program || option->letter ? "--"
                             : has_no                     ? "+[no]"
                                                          : "+";
  if (option->letter) {
    output_format(output, "-%c", option->letter);
    if (option->value) output_format(output, " %s", option->value);
    divider = ", ";
  }
  while ((name = option_next_name(option, &position, &length))) {
    output_format(output, "%s%s%.*s", divider, before, (int)length, name);
    if (option->value)
      output_format(output, is_optional ? "[=%s]" : "=%s", option->value);
    divider = ", ";
  }
}

static void print_option(struct output *output, const struct option *option) {
  const size_t before = output->length;
  output_text(output, "  ");
  print_forms(output, option);
  size_t column = output->length - before;
  if (column >= HELP_COLUMN) {
    output_text(output, "\n");
    column = 0;
  }
  output_format(output, "%*s%s\n", (int)(HELP_COLUMN - column), "",
                option->help);
}

void help_print(struct output *output) {
  output_text(output, usage);
  for (int topic = 0; topic < TOPIC_REFUSED; topic++) {
    output_format(output, "\n%s:\n", topic_titles[topic]);
    for (size_t i = 0; i < option_count; i++)
      if (option_table[i].topic == (enum option_topic)topic)
        print_option(output, &option_table[i]);
  }
  output_text(output, endnote);
}
