/* The records of fixtures/texts.txt with their text in dig's forms. */
#ifndef STUBDNS_TESTS_TEXTS_H
#define STUBDNS_TESTS_TEXTS_H

#include "stubdns/message.h"

#include <stddef.h>
#include <stdint.h>

#define TEXT_FORMS_MAX 16

/* One form of dig's and the text that it gives. */
struct text_form {
  unsigned style; /* STUBDNS_TEXT_* */
  char *text;
};

/* One record.  The first form is the plain one. */
struct text_row {
  char *what;
  uint8_t *message; /* 12 octets of header and the record as additional */
  size_t length;
  struct text_form forms[TEXT_FORMS_MAX];
  size_t form_count;
};

struct text_table {
  struct text_row *rows;
  size_t count;
};

#define TEXT_HEADER 12 /* octets of `message` before the record */

struct text_table texts_load(void);
void texts_free(struct text_table *table);

/* Parses the row's message into `message`; gives its only record. */
stubdns_record_t text_row_record(const struct text_row *row,
                                 stubdns_message_t *message);

/* The style that dig's options, divided by blanks, stand for. */
unsigned text_style_of_form(const char *form);

#endif
