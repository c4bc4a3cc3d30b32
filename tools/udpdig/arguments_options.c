/* Reading one option by the table. */
#include "number.h"
#include "parser.h"
#include "suggestion.h"

#include "stubdns/error.h"

#include <string.h>

/* An option as typed: "+nobufsize=99" in its parts. */
struct typed {
  const char *word;
  const char *name; /* without the signs and "no" */
  size_t name_length;
  const char *value; /* behind "=", or NULL */
  int on;
};

static void split(struct typed *typed, const char *word) {
  const char *name = word + (word[0] == '+' ? 1 : 2);
  typed->word = word;
  typed->on = strncmp(name, "no", 2) != 0;
  if (!typed->on) name += name[2] == '-' ? 3 : 2;
  typed->name = name;
  typed->name_length = strcspn(name, "=");
  typed->value =
      name[typed->name_length] ? name + typed->name_length + 1 : NULL;
}

static void append_range(struct output *message, const struct option *option) {
  if (option->kind == OPTION_DURATION)
    output_text(message, " is no time like 2, 1.5 or 400ms, up to an hour");
  else if (option->minimum == option->maximum)
    output_format(message, " is not %u", option->minimum);
  else
    output_format(message, " is no number from %u to %u", option->minimum,
                  option->maximum);
}

static int complain_value(struct parser *parser, const struct option *option,
                          const char *word, const char *value) {
  struct output *const message = parser->message;
  output_quoted(message, word, strlen(word));
  output_text(message, ": ");
  output_quoted(message, value, strlen(value));
  append_range(message, option);
  return STUBDNS_EINVALID;
}

/* The place of a word among those that an option may have, counted from 1. */
static int read_choice(struct parser *parser, const struct option *option,
                       const char *word, const char *text, uint32_t *value) {
  const char *choice = option->value;
  const size_t length = strlen(text);
  for (*value = 1; *choice; ++*value) {
    const size_t its = strcspn(choice, "|");
    if (its == length && memcmp(choice, text, length) == 0) return 0;
    choice += its + (choice[its] == '|');
  }
  parser_complain(parser, word, ": ");
  output_quoted(parser->message, text, length);
  output_format(parser->message, " is none of %s", option->value);
  return STUBDNS_EINVALID;
}

static int read_value(struct parser *parser, const struct option *option,
                      const char *word, const char *text, uint32_t *value) {
  if (option->kind == OPTION_CHOICE_MAYBE)
    return read_choice(parser, option, word, text, value);
  const int error = option->kind == OPTION_DURATION
                        ? duration_read(value, text, strlen(text))
                        : number_read(value, text, strlen(text));
  if (!error && *value >= option->minimum && *value <= option->maximum)
    return 0;
  return complain_value(parser, option, word, text);
}

static void *member_of(struct settings *settings, const struct option *option) {
  return (char *)settings + option->member;
}

static int takes_text(const struct option *option) {
  return option->kind == OPTION_TEXT || option->kind == OPTION_TEXT_MAYBE ||
         option->kind == OPTION_FILE_MAYBE;
}

static void apply(struct parser *parser, const struct option *option, int on,
                  uint32_t value) {
  struct settings *const settings = &parser_group(parser)->settings;
  parser->names_may_join = 0;
  if (option->member != NO_MEMBER) {
    if (takes_text(option))
      *(const char **)member_of(settings, option) = NULL;
    else if (option->kind == OPTION_SWITCH)
      *(uint8_t *)member_of(settings, option) = on != 0;
    else
      *(uint32_t *)member_of(settings, option) =
          on ? value
             : *(const uint32_t *)member_of(
                   (struct settings *)&default_settings, option);
  }
  if (option->apply) option->apply(settings, on, value);
  parser->arguments->mode = (enum mode)settings->mode;
}

static int needs_value(const struct option *option) {
  return option->kind == OPTION_NUMBER || option->kind == OPTION_DURATION ||
         option->kind == OPTION_TEXT;
}

static int takes_value(const struct option *option) {
  return needs_value(option) || option->kind == OPTION_NUMBER_MAYBE ||
         option->kind == OPTION_CHOICE_MAYBE ||
         option->kind == OPTION_TEXT_MAYBE || option->kind == OPTION_FILE_MAYBE;
}

static int refuse(struct parser *parser, const struct option *option,
                  const char *word) {
  parser_complain(parser, word, " is refused: udpdig does not have it, since ");
  output_text(parser->message, option->help);
  return STUBDNS_EINVALID;
}

static int store_text(struct parser *parser, const struct option *option,
                      const struct typed *typed) {
  struct settings *const settings = &parser_group(parser)->settings;
  struct output *const message = parser->message;
  parser->names_may_join = 0;
  if (!option->read) {
    *(const char **)member_of(settings, option) = typed->value;
    return 0;
  }
  output_quoted(message, typed->word, strlen(typed->word));
  output_text(message, ": ");
  output_quoted(message, typed->value, strlen(typed->value));
  if (option->read(settings, typed->value, message)) return STUBDNS_EINVALID;
  output_clear(message);
  return 0;
}

/* Whether -f is among the words: before or behind the one that is read. */
static int reads_file(const struct parser *parser) {
  for (size_t i = 0; i < parser->word_count; i++)
    if (strncmp(parser->words[i], "-f", 2) == 0) return 1;
  return 0;
}

/* What the option's value is, where it must have one: behind "=", or behind
 * "--name" the next word. */
static int find_value(struct parser *parser, const struct option *option,
                      struct typed *typed) {
  const int is_file =
      option->kind == OPTION_FILE_MAYBE && typed->word[0] == '-';
  if (typed->value || !typed->on) return 0;
  if (!needs_value(option) && !(is_file && reads_file(parser))) return 0;
  if (typed->word[0] == '-' && parser->next < parser->word_count) {
    typed->value = parser->words[parser->next++];
    return 0;
  }
  parser_complain(parser, typed->word, " needs a value: =");
  output_text(parser->message, option->value);
  return STUBDNS_EINVALID;
}

/* Does what `option` says, which is not refused and takes no word. */
static int read_typed(struct parser *parser, const struct option *option,
                      struct typed *typed) {
  uint32_t value = 0;
  if (typed->value && (!takes_value(option) || !typed->on))
    return parser_complain(parser, typed->word, " takes no value");
  int error = find_value(parser, option, typed);
  if (error) return error;
  if (typed->value && takes_text(option))
    return store_text(parser, option, typed);
  if (typed->value)
    error = read_value(parser, option, typed->word, typed->value, &value);
  if (!error) apply(parser, option, typed->on, value);
  return error;
}

static void suggest(struct parser *parser, const struct typed *typed) {
  struct suggestion suggestion =
      suggestion_begin(typed->name, typed->name_length);
  for (size_t i = 0; i < option_count; i++) {
    const char *position = NULL;
    size_t length;
    const char *name;
    if (option_table[i].kind == OPTION_REFUSED) continue;
    while ((name = option_next_name(&option_table[i], &position, &length)))
      suggestion_offer(&suggestion, name, length);
  }
  if (!suggestion.word) {
    output_text(parser->message, "; 'udpdig -h' lists them");
    return;
  }
  const int before = (int)(typed->name - typed->word);
  output_format(parser->message, "; did you mean '%.*s%.*s'?", before,
                typed->word, (int)suggestion.word_length, suggestion.word);
}

static int complain_unknown(struct parser *parser, const struct typed *typed) {
  parser_complain(parser, typed->word, " is no option");
  suggest(parser, typed);
  return STUBDNS_EINVALID;
}

static int complain_ambiguous(struct parser *parser,
                              const struct typed *typed) {
  const char *divider = " could be ";
  parser_complain(parser, typed->word, "");
  for (size_t i = 0; i < option_count; i++) {
    const struct option *const option = &option_table[i];
    const char *position = NULL;
    size_t length;
    const char *name;
    if (option->kind == OPTION_REFUSED) continue;
    while ((name = option_next_name(option, &position, &length))) {
      if (length < typed->name_length ||
          memcmp(name, typed->name, typed->name_length) != 0)
        continue;
      output_format(parser->message, "%s%.*s", divider, (int)length, name);
      divider = ", ";
    }
  }
  return STUBDNS_EINVALID;
}

int parser_read_long_option(struct parser *parser, const char *word) {
  struct typed typed;
  const struct option *option;
  split(&typed, word);
  const size_t count = option_by_name(typed.name, typed.name_length, &option);
  if (!count) return complain_unknown(parser, &typed);
  if (count > 1) return complain_ambiguous(parser, &typed);
  if (option->kind != OPTION_REFUSED) return read_typed(parser, option, &typed);
  return typed.on ? refuse(parser, option, word) : 0;
}

/* What follows the letter in its word, or else the next word. */
static const char *take_value(struct parser *parser, const char *behind) {
  if (*behind) return behind;
  if (parser->next == parser->word_count) return NULL;
  return parser->words[parser->next++];
}

static int read_letter_value(struct parser *parser, const struct option *option,
                             const char *text) {
  const char letter[] = {'-', option->letter, '\0'};
  uint32_t value;
  switch (option->letter) {
  case 'q':
    return parser_add_name(parser, text);
  case 't':
    return parser_add_type(parser, text);
  case 'c':
    return parser_add_class(parser, text);
  case 'x':
    return parser_add_reverse(parser, text);
  case 'b':
    return parser_set_local(parser, text);
  case 'f':
    parser->arguments->file = text;
    parser->arguments->mode = MODE_BULK;
    parser_group(parser)->settings.mode = MODE_BULK;
    return 0;
  default:
    if (read_value(parser, option, letter, text, &value))
      return STUBDNS_EINVALID;
    apply(parser, option, 1, value);
    return 0;
  }
}

static int complain_letter(struct parser *parser, const char *word,
                           const char *sentence, char letter) {
  parser_complain(parser, word, sentence);
  output_quoted(parser->message, &letter, 1);
  return STUBDNS_EINVALID;
}

int parser_read_letters(struct parser *parser, const char *word) {
  if (!word[1])
    return parser_complain(parser, word, " is no option and no name");
  for (const char *letter = word + 1; *letter; letter++) {
    const struct option *const option = option_by_letter(*letter);
    if (!option)
      return complain_letter(parser, word, " has an unknown letter: ", *letter);
    if (option->kind == OPTION_REFUSED) return refuse(parser, option, word);
    if (option->kind == OPTION_SWITCH || option->kind == OPTION_CHOICE_MAYBE) {
      apply(parser, option, 1, 0);
      continue;
    }
    const char *const value = take_value(parser, letter + 1);
    if (value) return read_letter_value(parser, option, value);
    parser_complain(parser, word, " needs a value: ");
    output_text(parser->message, option->value);
    return STUBDNS_EINVALID;
  }
  return 0;
}
