/* What reading the command line keeps between words; for arguments.c,
 * arguments_words.c and arguments_options.c. */
#ifndef UDPDIG_PARSER_H
#define UDPDIG_PARSER_H

#include "arguments.h"
#include "option_table.h"

struct parser {
  struct arguments *arguments;
  struct output *message;
  const char *const *words;
  size_t word_count;
  size_t next;        /* word to be read next */
  int options_ended;  /* by "--" */
  int names_may_join; /* the last word was a name of the current group */
};

/* The group that the next option or type belongs to. */
struct group *parser_group(struct parser *parser);

/* Puts "'WORD' SENTENCE" into the message and returns STUBDNS_EINVALID. */
int parser_complain(struct parser *parser, const char *word,
                    const char *sentence);

/* Adds what a word or an option names.  Each returns 0 or STUBDNS_EINVALID. */
int parser_add_name(struct parser *parser, const char *word);
int parser_add_type(struct parser *parser, const char *word);
int parser_add_class(struct parser *parser, const char *word);
int parser_add_reverse(struct parser *parser, const char *word);
int parser_set_local(struct parser *parser, const char *word);
int parser_add_server(struct parser *parser, const char *word);

/* Reads a word that is no option: a type, a class or a name. */
int parser_read_word(struct parser *parser, const char *word);

/* Reads "+name...", "--name..." or "-letters", and the word behind it where the
 * option's value stands there. */
int parser_read_long_option(struct parser *parser, const char *word);
int parser_read_letters(struct parser *parser, const char *word);

#endif
