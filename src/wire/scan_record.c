/* A record from its line: owner, TTL, class and type, then the RDATA by the
 * table of types or in the form of RFC 3597 section 5. */
#include "stubdns/text.h"

#include "wire/name.h"
#include "wire/rdata.h"
#include "wire/scan.h"

#include "stubdns/message.h"

typedef struct stubdns__scanner scanner_t;
typedef struct stubdns__word word_t;

static const stubdns_name_t root = {1, {0}};

/* Goes to the first line that holds a record; returns 0 where none is left. */
static int find_line(scanner_t *scanner) {
  while (scanner->offset < scanner->length) {
    const size_t start = scanner->offset;
    if (stubdns__scan_more(scanner)) {
      scanner->offset = start;
      scanner->depth = 0;
      return 1;
    }
    if (scanner->offset < scanner->length) scanner->offset++;
  }
  return 0;
}

static int begins_with_blank(const scanner_t *scanner) {
  const char c = scanner->text[scanner->offset];
  return c == ' ' || c == '\t';
}

/* A line that begins with a blank belongs to the owner before. */
static void scan_owner(scanner_t *scanner, const stubdns_name_t *last) {
  if (!begins_with_blank(scanner)) {
    stubdns__scan_name(scanner);
  } else if (last) {
    stubdns__writer_octets(&scanner->writer, last->octets, last->length);
  } else {
    stubdns__scan_fail(scanner, STUBDNS_EEMPTYLABEL, scanner->offset);
  }
}

/* Writes type, class and TTL; TTL and class may be left out and stand in either
 * order, RFC 1035 section 5.1.  A mnemonic is no TTL, and CLASS is no TYPE. */
static void scan_fixed(scanner_t *scanner, const stubdns_record_text_t *source,
                       uint16_t *type, uint16_t *class_) {
  uint32_t ttl_s = source->ttl_s;
  *class_ = source->class_ ? source->class_ : STUBDNS_CLASS_IN;
  word_t word = stubdns__scan_need(scanner);
  int has_ttl = 0;
  int has_class = 0;
  while (!scanner->error) {
    if (!has_ttl && stubdns__word_duration(&word, &ttl_s))
      has_ttl = 1;
    else if (!has_class && !word.is_quoted &&
             !stubdns_class_from_text(class_, word.text, word.length))
      has_class = 1;
    else
      break;
    word = stubdns__scan_need(scanner);
  }
  *type = stubdns__word_type(scanner, &word);
  stubdns__writer_u16(&scanner->writer, *type);
  stubdns__writer_u16(&scanner->writer, *class_);
  stubdns__writer_u32(&scanner->writer, ttl_s);
}

/* "\# 4 C0000201" behind the first word. */
static void scan_generic(scanner_t *scanner) {
  const size_t start = scanner->writer.length;
  const word_t word = stubdns__scan_need(scanner);
  const uint64_t length = stubdns__word_number(scanner, &word, UINT16_MAX);
  stubdns__scan_hex(scanner);
  if (scanner->writer.length - start != length)
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, word.offset);
}

/* Fields may be right each and make no sense together. */
static void check(scanner_t *scanner, const struct stubdns__type *form,
                  size_t start, size_t text_offset) {
  const struct stubdns__writer *writer = &scanner->writer;
  if (writer->length > writer->size || scanner->error) return;
  struct stubdns__reader reader = {
      stubdns__cursor_make(writer->octets + start, writer->length - start),
      NULL, 0};
  stubdns__rdata_check(&reader, form);
  if (reader.cursor.error)
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, text_offset);
}

static void scan_fields(scanner_t *scanner, const struct stubdns__type *form) {
  const struct stubdns__field_form *field = form->fields;
  for (; field->kind != STUBDNS_FIELD_END && !scanner->error; field++)
    stubdns__scan_field(scanner, field->kind);
}

static void scan_rdata(scanner_t *scanner, uint16_t type, uint16_t class_) {
  const struct stubdns__type *form = stubdns__type_of_rdata(type, class_);
  const size_t start = scanner->writer.length;
  (void)stubdns__scan_more(scanner);
  const size_t text_offset = scanner->offset;
  scanner_t ahead = *scanner;
  word_t word;
  if (stubdns__scan_word(&ahead, &word) && stubdns__word_is(&word, "\\#")) {
    *scanner = ahead;
    scan_generic(scanner);
  } else if (form) {
    scan_fields(scanner, form);
    check(scanner, form, start, text_offset);
  } else {
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, text_offset);
  }
}

static void scan_record(scanner_t *scanner,
                        const stubdns_record_text_t *source) {
  struct stubdns__writer *writer = &scanner->writer;
  uint16_t type;
  uint16_t class_;
  scan_owner(scanner, source->owner);
  scan_fixed(scanner, source, &type, &class_);
  if (scanner->error) return;
  const size_t length_offset = writer->length;
  const size_t text_offset = scanner->offset;
  stubdns__writer_u16(writer, 0);
  scan_rdata(scanner, type, class_);
  const size_t length = writer->length - length_offset - 2;
  if (length > UINT16_MAX)
    stubdns__scan_fail(scanner, STUBDNS_EBADTEXT, text_offset);
  stubdns__patch_u16(writer, length_offset, length);
  stubdns__scan_line_end(scanner);
}

int stubdns_record_from_text(stubdns_record_text_t *source, uint8_t *octets,
                             size_t size, size_t *length) {
  scanner_t scanner = {.text = source->text,
                       .length = source->length,
                       .offset = source->offset,
                       .origin = source->origin ? source->origin : &root,
                       .writer = stubdns__writer_make(octets, size)};
  if (find_line(&scanner)) scan_record(&scanner, source);
  *length = scanner.error ? 0 : scanner.writer.length;
  source->error_offset = scanner.error_offset;
  if (scanner.error) return scanner.error;
  if (*length > size) return STUBDNS_ENOSPACE;
  source->offset = scanner.offset;
  return 0;
}
