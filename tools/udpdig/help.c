/* Two kinds of help: the names of all options on one screen, and a line on each
 * of them.  Both are made from the option table. */
#include "help.h"

#include "option_table.h"

#include <stdio.h>
#include <string.h>

#define HELP_COLUMN 26

#define LINE_MAX 78

static const char usage[] =
    "usage: udpdig [@SERVER[#PORT]]... [NAME]... [TYPE]... [CLASS] "
    "[OPTION]...\n"
    "\n"
    "Asks DNS servers over UDP and prints their replies as dig does: every "
    "name\n"
    "for every type, all at once; options before the first name are for all "
    "names.\n";

static const char endnote[] =
    "\n"
    "+name may be written --name, +noname --no-name, and either cut short.\n"
    "T is in seconds (2, 1.5) or milliseconds (400ms).\n"
    "\n"
    "Exit status: 0 every query got a reply, 1 wrong arguments, 2 --expect not "
    "met,\n"
    "8 a file cannot be read, 9 a query got no reply, 10 internal error, 11 "
    "the\n"
    "output could not be written, 130 interrupted.\n";

static int is_optional(const struct option *option) {
  return option->kind == OPTION_NUMBER_MAYBE ||
         option->kind == OPTION_CHOICE_MAYBE ||
         option->kind == OPTION_TEXT_MAYBE || option->kind == OPTION_FILE_MAYBE;
}

/* What stands before the names: dig's own are written with a plus. */
static const char *sign_of(const struct option *option) {
  if (option->letter || option->topic >= TOPIC_FORMS) return "--";
  return option->kind == OPTION_SWITCH || is_optional(option) ? "+[no]" : "+";
}

static void print_letter(struct output *output, const struct option *option) {
  output_format(output, "-%c", option->letter);
  if (option->value && !is_optional(option))
    output_format(output, " %s", option->value);
}

static void print_name(struct output *output, const struct option *option,
                       const char *sign, const char *name, size_t length) {
  output_format(output, "%s%.*s", sign, (int)length, name);
  if (option->value)
    output_format(output, is_optional(option) ? "[=%s]" : "=%s", option->value);
}

/* "+[no]dnssec, +[no]do", "+tries=N", "-p PORT": as much as is true of it. */
static void print_forms(struct output *output, const struct option *option) {
  const char *position = NULL;
  size_t length;
  const char *name;
  const char *divider = option->letter ? ", " : "";
  if (option->letter) print_letter(output, option);
  while ((name = option_next_name(option, &position, &length))) {
    output_text(output, divider);
    print_name(output, option, sign_of(option), name, length);
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

/* "+ad", "+cookie[=HEX]", "-x ADDRESS": the main name alone. */
static void print_short_form(struct output *output,
                             const struct option *option) {
  const char *position = NULL;
  size_t length;
  const char *const name = option_next_name(option, &position, &length);
  if (option->letter)
    print_letter(output, option);
  else
    print_name(output, option, option->topic >= TOPIC_FORMS ? "--" : "+", name,
               length);
}

/* The options of a topic behind its title, wrapped. */
static void print_topic(struct output *output, int topic) {
  size_t column = output->length;
  output_format(output, "%s:", topic_titles[topic]);
  column = output->length - column;
  for (size_t i = 0; i < option_count; i++) {
    struct output form = {0};
    if (option_table[i].topic != (enum option_topic)topic) continue;
    print_short_form(&form, &option_table[i]);
    if (column + 1 + form.length > LINE_MAX) {
      output_text(output, "\n ");
      column = 1;
    }
    output_text(output, " ");
    output_octets(output, form.text, form.length);
    column += 1 + form.length;
    if (form.error) output->error = form.error;
    output_release(&form);
  }
  output_text(output, "\n");
}

void help_print(struct output *output) {
  output_text(output, usage);
  output_text(output, "\n");
  for (int topic = 0; topic < TOPIC_REFUSED; topic++)
    print_topic(output, topic);
  output_text(output,
              "\n--help=all explains each of them, and so does "
              "udpdig(1).\n");
}

void help_print_all(struct output *output) {
  output_text(output, usage);
  for (int topic = 0; topic < TOPIC_REFUSED; topic++) {
    output_format(output, "\n%s:\n", topic_titles[topic]);
    for (size_t i = 0; i < option_count; i++)
      if (option_table[i].topic == (enum option_topic)topic)
        print_option(output, &option_table[i]);
  }
  output_text(output, endnote);
}
