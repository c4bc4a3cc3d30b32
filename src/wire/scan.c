/* The words of a line: divided by blanks, quoted or not, with escapes, comments
 * and parentheses, RFC 1035 section 5.1. */
#include "wire/scan.h"

#include "wire/name.h"

typedef struct stubdns__scanner scanner_t;
typedef struct stubdns__word word_t;

void stubdns__scan_fail(scanner_t *scanner, int error, size_t offset) {
  if (scanner->error) return;
  scanner->error = error;
  scanner->error_offset = offset;
  scanner->offset = scanner->length;
}

static char peek(const scanner_t *scanner) {
  return scanner->text[scanner->offset];
}

static int is_at_end(const scanner_t *scanner) {
  return scanner->offset == scanner->length;
}

static void skip_comment(scanner_t *scanner) {
  while (!is_at_end(scanner) && peek(scanner) != '\n')
    scanner->offset++;
}

static void close_parenthesis(scanner_t *scanner) {
  if (scanner->depth == 0)
    stubdns__scan_fail(scanner, STUBDNS_EUNCLOSED, scanner->offset);
  else
    scanner->depth--;
}

/* Steps over one character that belongs to no word; returns 0 at one that does,
 * and at the newline that ends the line. */
static int skip_between(scanner_t *scanner) {
  switch (peek(scanner)) {
  case '(':
    scanner->depth++;
    break;
  case ')':
    close_parenthesis(scanner);
    if (scanner->error) return 0;
    break;
  case '\n':
    if (scanner->depth == 0) return 0;
    break;
  case ';':
    skip_comment(scanner);
    return 1;
  case ' ':
  case '\t':
  case '\r':
    break;
  default:
    return 0;
  }
  scanner->offset++;
  return 1;
}

int stubdns__scan_more(scanner_t *scanner) {
  while (!is_at_end(scanner) && skip_between(scanner))
    continue;
  if (is_at_end(scanner) && scanner->depth)
    stubdns__scan_fail(scanner, STUBDNS_EUNCLOSED, scanner->length);
  return !is_at_end(scanner) && peek(scanner) != '\n';
}

/* Goes behind the quotation mark that closes the one at the offset. */
static void skip_quoted(scanner_t *scanner) {
  const size_t start = scanner->offset++;
  while (!is_at_end(scanner) && peek(scanner) != '"') {
    if (peek(scanner) == '\\') scanner->offset++;
    if (is_at_end(scanner) || peek(scanner) == '\n') break;
    scanner->offset++;
  }
  if (is_at_end(scanner) || peek(scanner) != '"')
    stubdns__scan_fail(scanner, STUBDNS_EUNCLOSED, start);
  else
    scanner->offset++;
}

static int ends_word(char c) {
  switch (c) {
  case ' ':
  case '\t':
  case '\r':
  case '\n':
  case ';':
  case '(':
  case ')':
    return 1;
  default:
    return 0;
  }
}

static void skip_bare(scanner_t *scanner, word_t *word) {
  while (!is_at_end(scanner) && !ends_word(peek(scanner))) {
    if (peek(scanner) == '"') {
      word->has_quote = 1;
      skip_quoted(scanner);
      continue;
    }
    const int is_escape = peek(scanner) == '\\';
    scanner->offset++;
    if (is_escape && !is_at_end(scanner) && peek(scanner) != '\n')
      scanner->offset++;
  }
}

int stubdns__scan_word(scanner_t *scanner, word_t *word) {
  *word = (word_t){.text = scanner->text + scanner->offset};
  if (!stubdns__scan_more(scanner)) return 0;
  word->is_quoted = peek(scanner) == '"';
  word->offset = scanner->offset + (word->is_quoted ? 1 : 0);
  word->text = scanner->text + word->offset;
  if (word->is_quoted)
    skip_quoted(scanner);
  else
    skip_bare(scanner, word);
  if (scanner->error) return 0;
  word->length = scanner->offset - word->offset - (word->is_quoted ? 1 : 0);
  return 1;
}

word_t stubdns__scan_need(scanner_t *scanner) {
  word_t word;
  if (!stubdns__scan_word(scanner, &word))
    stubdns__scan_fail(scanner, STUBDNS_ETEXTEND, scanner->offset);
  return word;
}

void stubdns__scan_line_end(scanner_t *scanner) {
  if (stubdns__scan_more(scanner))
    stubdns__scan_fail(scanner, STUBDNS_ETEXTEXTRA, scanner->offset);
  if (!is_at_end(scanner)) scanner->offset++;
}

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Reads the digits of \DDD; 256 and more where they are not that. */
static unsigned read_decimal_escape(const char *text, size_t length) {
  if (length < 3 || !is_digit(text[1]) || !is_digit(text[2])) return 256;
  return (unsigned)(text[0] - '0') * 100 + (unsigned)(text[1] - '0') * 10 +
         (unsigned)(text[2] - '0');
}

int stubdns__word_octet(scanner_t *scanner, const word_t *word,
                        size_t *position, uint8_t *octet) {
  const size_t start = *position;
  if (start == word->length || scanner->error) return 0;
  const char *text = word->text + start;
  const size_t left = word->length - start;
  *octet = (uint8_t)text[0];
  *position = start + 1;
  if (text[0] != '\\') return 1;
  if (left == 1) {
    stubdns__scan_fail(scanner, STUBDNS_EBADESCAPE, word->offset + start);
    return 0;
  }
  *octet = (uint8_t)text[1];
  *position = start + 2;
  if (!is_digit(text[1])) return 1;
  const unsigned value = read_decimal_escape(text + 1, left - 1);
  if (value > 255) {
    stubdns__scan_fail(scanner, STUBDNS_EBADESCAPE, word->offset + start);
    return 0;
  }
  *octet = (uint8_t)value;
  *position = start + 4;
  return 1;
}

int stubdns__word_is(const word_t *word, const char *text) {
  return !word->is_quoted && word->length == strlen(text) &&
         stubdns__octets_equal_folded((const uint8_t *)word->text,
                                      (const uint8_t *)text, word->length);
}

void stubdns__word_octets(scanner_t *scanner, const word_t *word) {
  size_t position = 0;
  uint8_t octet;
  if (word->has_quote) {
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset);
    return;
  }
  while (stubdns__word_octet(scanner, word, &position, &octet))
    stubdns__writer_u8(&scanner->writer, octet);
}

void stubdns__word_string(scanner_t *scanner, const word_t *word) {
  struct stubdns__writer *writer = &scanner->writer;
  const size_t start = writer->length;
  stubdns__writer_u8(writer, 0);
  stubdns__word_octets(scanner, word);
  const size_t length = writer->length - start - 1;
  if (length > UINT8_MAX)
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word->offset);
  else
    stubdns__patch_u8(writer, start, length);
}
