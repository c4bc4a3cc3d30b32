/* Makes out of the option table what else lists the options: the manual page
 * and the completions of shells.  Runs when udpdig is built.
 *
 * usage: describe man TEMPLATE | bash | zsh | fish */
#include "option_table.h"
#include "output.h"

#include "stubdns/message.h"

#include <stdio.h>
#include <string.h>

static int has_no(const struct option *option) {
  return option->kind == OPTION_SWITCH || option->kind == OPTION_NUMBER_MAYBE ||
         option->kind == OPTION_CHOICE_MAYBE ||
         option->kind == OPTION_TEXT_MAYBE;
}

static int needs_value(const struct option *option) {
  return option->kind == OPTION_NUMBER || option->kind == OPTION_DURATION ||
         option->kind == OPTION_TEXT || option->kind == OPTION_WORD;
}

/* Text of a manual page: the backslash is special. */
static void put_man_text(const char *text) {
  for (; *text; text++)
    if (*text == '\\')
      fputs("\\e", stdout);
    else
      putchar(*text);
}

static void put_man_value(const struct option *option) {
  if (!option->value) return;
  printf(needs_value(option) ? " Ns = Ns Ar %s" : " Ns Op = Ns Ar %s",
         option->value);
}

static void put_man_option(const struct option *option) {
  const char *position = NULL;
  size_t length;
  const char *name;
  if (option->letter) {
    printf(".It Fl %c", option->letter);
    if (needs_value(option)) printf(" Ar %s", option->value);
    putchar('\n');
  }
  while ((name = option_next_name(option, &position, &length))) {
    if (option->letter || option->topic >= TOPIC_FORMS)
      printf(".It Fl -%.*s", (int)length, name);
    else
      printf(".It Cm +%s%.*s", has_no(option) ? "[no]" : "", (int)length, name);
    put_man_value(option);
    putchar('\n');
  }
  put_man_text(option->help);
  putchar('\n');
}

static void put_man_options(void) {
  for (int topic = 0; topic < TOPIC_REFUSED; topic++) {
    printf(".Ss %s\n.Bl -tag -width Ds -compact\n", topic_titles[topic]);
    for (size_t i = 0; i < option_count; i++)
      if (option_table[i].topic == (enum option_topic)topic)
        put_man_option(&option_table[i]);
    puts(".El");
  }
}

static int put_man(const char *path) {
  char line[1024];
  FILE *const file = fopen(path, "r");
  if (!file) return 1;
  while (fgets(line, sizeof line, file))
    if (strcmp(line, "@OPTIONS@\n") == 0)
      put_man_options();
    else
      fputs(line, stdout);
  return fclose(file) != 0;
}

/* Calls `put` for every spelling: "+name", "+noname", "--name", "--no-name",
 * with "=" where a value must follow. */
static void each_word(void (*put)(const char *word,
                                  const struct option *option)) {
  static const char *const signs[2][2] = {{"+", "+no"}, {"--", "--no-"}};
  char word[64];
  for (size_t i = 0; i < option_count; i++) {
    const struct option *const option = &option_table[i];
    const char *position = NULL;
    size_t length;
    const char *name;
    if (option->kind == OPTION_REFUSED) continue;
    while ((name = option_next_name(option, &position, &length)))
      for (int sign = 0; sign < 2; sign++)
        for (int no = 0; no <= has_no(option); no++) {
          snprintf(word, sizeof word, "%s%.*s%s", signs[sign][no], (int)length,
                   name, needs_value(option) ? "=" : "");
          put(word, option);
        }
  }
}

static void put_plain_word(const char *word, const struct option *option) {
  (void)option;
  printf(" %s", word);
}

static void put_letters(void) {
  for (size_t i = 0; i < option_count; i++)
    if (option_table[i].letter && option_table[i].kind != OPTION_REFUSED)
      printf(" -%c", option_table[i].letter);
}

static void put_types(void) {
  for (uint32_t type = 1; type <= UINT16_MAX; type++) {
    const char *const name = stubdns_type_mnemonic((uint16_t)type);
    if (name && type != 41 && (type < 249 || type > 252)) printf(" %s", name);
  }
}

static void put_bash(void) {
  fputs("# bash completion for udpdig\n_udpdig() {\n  local words=\"", stdout);
  put_letters();
  each_word(put_plain_word);
  fputs("\"\n  local types=\"", stdout);
  put_types();
  fputs(
      "\"\n"
      "  local word=${COMP_WORDS[COMP_CWORD]}\n"
      "  # bash takes \"=\" and \"@\" for the end of a word\n"
      "  case $word in\n"
      "    [-+]*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
      "    @*) COMPREPLY=($(compgen -A hostname -P @ -- \"${word#@}\")) ;;\n"
      "    *) COMPREPLY=($(compgen -W \"$types\" -- \"$word\")) ;;\n"
      "  esac\n"
      "  [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
      "  return 0\n"
      "}\n"
      "complete -F _udpdig udpdig\n",
      stdout);
}

/* In single quotes; a colon divides the word from its description. */
static void put_zsh_text(const char *text) {
  for (; *text; text++)
    if (*text == '\'')
      fputs("'\\''", stdout);
    else if (*text == ':')
      fputs("\\:", stdout);
    else
      putchar(*text);
}

static void put_zsh_word(const char *word, const struct option *option) {
  fputs("    '", stdout);
  put_zsh_text(word);
  putchar(':');
  put_zsh_text(option->help);
  fputs("'\n", stdout);
}

static void put_zsh(void) {
  char letter[] = "-x";
  fputs(
      "#compdef udpdig\n_udpdig() {\n  local -a options types\n"
      "  options=(\n",
      stdout);
  for (size_t i = 0; i < option_count; i++) {
    letter[1] = option_table[i].letter;
    if (letter[1] && option_table[i].kind != OPTION_REFUSED)
      put_zsh_word(letter, &option_table[i]);
  }
  each_word(put_zsh_word);
  fputs("  )\n  types=(", stdout);
  put_types();
  fputs(
      " )\n"
      "  case $PREFIX in\n"
      "    [-+]*) _describe -o option options ;;\n"
      "    @*) compset -P @ && _hosts ;;\n"
      "    *) _describe type types ;;\n"
      "  esac\n"
      "}\n"
      "_udpdig \"$@\"\n",
      stdout);
}

static void put_fish_text(const char *text) {
  putchar('\'');
  for (; *text; text++) {
    if (*text == '\'' || *text == '\\') putchar('\\');
    putchar(*text);
  }
  putchar('\'');
}

static void put_fish_word(const char *word, const struct option *option) {
  fputs("complete -c udpdig -f -a ", stdout);
  put_fish_text(word);
  fputs(" -d ", stdout);
  put_fish_text(option->help);
  putchar('\n');
}

static void put_fish(void) {
  char letter[] = "-x";
  puts("# fish completion for udpdig");
  for (size_t i = 0; i < option_count; i++) {
    letter[1] = option_table[i].letter;
    if (letter[1] && option_table[i].kind != OPTION_REFUSED)
      put_fish_word(letter, &option_table[i]);
  }
  each_word(put_fish_word);
  fputs("complete -c udpdig -f -a '", stdout);
  put_types();
  puts("' -d type");
}

int main(int argc, char **argv) {
  const char *const what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "man") == 0 && argc == 3) return put_man(argv[2]);
  if (strcmp(what, "bash") == 0)
    put_bash();
  else if (strcmp(what, "zsh") == 0)
    put_zsh();
  else if (strcmp(what, "fish") == 0)
    put_fish();
  else
    return 1;
  return fflush(stdout) != 0;
}
