/* A record as a line: owner, TTL, class, type and RDATA in dig's columns. */
#include "wire/text.h"

#include "wire/name.h"

typedef struct stubdns__text text_t;

#define TAB 8

static void put_blanks(text_t *text, char blank, size_t count) {
  for (; count; count--)
    stubdns__text_raw_char(text, blank);
}

/* Goes on in `column`, or, when the line is beyond it, in the next one: with
 * tabs, which for one column to a tab stop is a tab, or a blank where that is
 * nearer; every column is a tab stop.  `*gained` is by how much the line is
 * longer than its characters. */
static void indent(text_t *text, size_t *gained, size_t column) {
  if (stubdns__text_has(text, STUBDNS_TEXT_TABS)) {
    stubdns__text_raw_char(text, '\t');
    return;
  }
  const size_t at = text->length + *gained;
  if (column <= at) column = at + 1;
  const size_t tabs = column / TAB - at / TAB;
  put_blanks(text, '\t', tabs);
  if (tabs == 0) put_blanks(text, ' ', column - at);
  *gained = column - text->length;
}

/* The columns of class, type and RDATA; the TTL is always in column 24. */
struct columns {
  uint8_t class_;
  uint8_t type;
  uint8_t rdata;
};

static struct columns columns_of(unsigned style) {
  const unsigned both = STUBDNS_TEXT_NO_TTL | STUBDNS_TEXT_NO_CLASS;
  if ((style & STUBDNS_TEXT_MULTILINE) || (style & both) == both)
    return (struct columns){24, 24, 32};
  if (style & both) return (struct columns){24, 32, 40};
  return (struct columns){32, 40, 48};
}

static void put_owner(text_t *text, const stubdns_record_t *record) {
  stubdns_name_t owner;
  stubdns__name_expand(&owner, record->octets, record->length,
                       record->owner_offset);
  stubdns__text_name(text, &owner);
}

static void put_ttl(text_t *text, uint32_t ttl_s) {
  if (stubdns__text_has(text, STUBDNS_TEXT_TTL_UNITS))
    stubdns__text_ttl_units(text, ttl_s);
  else
    stubdns__text_number(text, ttl_s);
}

static void put_class(text_t *text, uint16_t class_) {
  if (stubdns__text_has(text, STUBDNS_TEXT_UNKNOWN)) {
    stubdns__text_word(text, "CLASS");
    stubdns__text_number(text, class_);
  } else {
    stubdns__text_class(text, class_);
  }
}

static void put_type(text_t *text, uint16_t type) {
  if (stubdns__text_has(text, STUBDNS_TEXT_UNKNOWN)) {
    stubdns__text_word(text, "TYPE");
    stubdns__text_number(text, type);
  } else {
    stubdns__text_type(text, type);
  }
}

int stubdns_rdata_to_text(const stubdns_record_t *record, unsigned style,
                          char *buffer, size_t size, size_t *length) {
  text_t text = stubdns__text_make(buffer, size, style);
  stubdns__text_rdata(&text, record);
  return stubdns__text_finish(&text, length);
}

int stubdns_record_to_text(const stubdns_record_t *record, unsigned style,
                           char *buffer, size_t size, size_t *length) {
  text_t text = stubdns__text_make(buffer, size, style);
  const struct columns columns = columns_of(style);
  size_t gained = 0;
  put_owner(&text, record);
  if (!stubdns__text_has(&text, STUBDNS_TEXT_NO_TTL)) {
    indent(&text, &gained, 24);
    put_ttl(&text, record->ttl_s);
  }
  if (!stubdns__text_has(&text, STUBDNS_TEXT_NO_CLASS)) {
    indent(&text, &gained, columns.class_);
    put_class(&text, record->class_);
  }
  indent(&text, &gained, columns.type);
  put_type(&text, record->type);
  indent(&text, &gained, columns.rdata);
  stubdns__text_rdata(&text, record);
  return stubdns__text_finish(&text, length);
}
