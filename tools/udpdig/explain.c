/* Walks a message in the order of its octets: header, questions, records.  What
 * stands in RDATA is told by the fields of its type.  RFC 1035 section 4. */
#include "explain.h"

#include "flag_words.h"

#include "stubdns/edns.h"
#include "stubdns/error.h"
#include "stubdns/text.h"

#include "wire/cursor.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS 8        /* octets on a line */
#define NOTE_SIZE 320    /* room for a label or a name, and words */
#define MNEMONIC_SIZE 24 /* room for any type or class */
#define POINTER 0xc0     /* the first octet of one, RFC 1035 section 4.1.4 */
#define OPT_ROWS 4       /* of an option: code, length */

struct explanation {
  struct output *output;
  const stubdns_message_t *message;
  struct stubdns__cursor cursor;
};

/* One line of octets, in hex and as letters. */
static void put_line(struct explanation *e, size_t offset,
                     const uint8_t *octets, size_t length, const char *note) {
  output_format(e->output, "; %04zx ", offset);
  for (size_t i = 0; i < COLUMNS; i++)
    if (i < length)
      output_format(e->output, " %02x", octets[i]);
    else
      output_text(e->output, "   ");
  output_text(e->output, "  ");
  output_printable(e->output, octets, length);
  if (*note)
    output_format(e->output, "%*s%s", (int)(COLUMNS + 2 - length), "", note);
  output_text(e->output, "\n");
}

/* The next `length` octets, what they mean beside the first of them. */
static void put(struct explanation *e, size_t length, const char *note) {
  for (size_t done = 0; done < length || !done; done += COLUMNS) {
    const size_t offset = e->cursor.offset;
    const size_t count = length - done < COLUMNS ? length - done : COLUMNS;
    const uint8_t *const octets = stubdns__cursor_take(&e->cursor, count);
    if (!octets) return;
    put_line(e, offset, octets, count, done ? "" : note);
  }
}

static void title(struct explanation *e, const char *text) {
  output_format(e->output, "; -- %s\n", text);
}

/* The next 16 bits without going on. */
static uint16_t peek16(const struct explanation *e) {
  struct stubdns__cursor ahead = e->cursor;
  return stubdns__cursor_u16(&ahead);
}

static void put_number(struct explanation *e, size_t length, const char *what,
                       unsigned long long number) {
  char note[NOTE_SIZE];
  snprintf(note, sizeof note, "%s %llu", what, number);
  put(e, length, note);
}

static void put_count(struct explanation *e, const char *what) {
  put_number(e, 2, what, peek16(e));
}

/* The pointer with an arrow to where it leads, and the name that is there. */
static void put_pointer(struct explanation *e, const stubdns_name_t *name) {
  const unsigned target = peek16(e) & 0x3fffu;
  char text[STUBDNS_NAME_TEXT_SIZE];
  char note[STUBDNS_NAME_TEXT_SIZE + 64];
  (void)stubdns_name_to_text(name, text, sizeof text, NULL);
  snprintf(note, sizeof note, "--> %04x, the name is %s", target, text);
  put(e, 2, note);
}

/* A name as it stands; `name` is all of it. */
static void put_name(struct explanation *e, const char *what,
                     const stubdns_name_t *name) {
  char note[NOTE_SIZE];
  snprintf(note, sizeof note, "%s:", what);
  title(e, note);
  while (stubdns__cursor_left(&e->cursor)) {
    const uint8_t length = (uint8_t)(peek16(e) >> 8);
    if (length >= POINTER) {
      put_pointer(e, name);
      return;
    }
    put(e, 1u + length, length ? "label" : "end of the name");
    if (length == 0) return;
  }
}

static void put_type(struct explanation *e) {
  char type[MNEMONIC_SIZE];
  char note[NOTE_SIZE];
  (void)stubdns_type_to_text(peek16(e), type, sizeof type, NULL);
  snprintf(note, sizeof note, "type %s", type);
  put(e, 2, note);
}

static void put_class(struct explanation *e) {
  char class_[MNEMONIC_SIZE];
  char note[NOTE_SIZE];
  (void)stubdns_class_to_text(peek16(e), class_, sizeof class_, NULL);
  snprintf(note, sizeof note, "class %s", class_);
  put(e, 2, note);
}

static void append_flags(char *note, size_t size, unsigned flags) {
  for (size_t i = 0; i < FLAG_WORD_COUNT; i++)
    if (flags & flag_words[i].flag)
      snprintf(note + strlen(note), size - strlen(note), " %s",
               flag_words[i].word);
  if (flags & STUBDNS_FLAG_Z)
    snprintf(note + strlen(note), size - strlen(note), " z");
}

static void put_flags(struct explanation *e) {
  char opcode[MNEMONIC_SIZE];
  char rcode[MNEMONIC_SIZE];
  char note[NOTE_SIZE] = "flags";
  const unsigned flags = peek16(e);
  (void)stubdns_opcode_to_text(flags >> 11 & 15, opcode, sizeof opcode, NULL);
  (void)stubdns_rcode_to_text(flags & 15, rcode, sizeof rcode, NULL);
  append_flags(note, sizeof note, flags);
  snprintf(note + strlen(note), sizeof note - strlen(note),
           ", opcode %s, RCODE %s", opcode, rcode);
  put(e, 2, note);
}

static void put_header(struct explanation *e) {
  title(e, "header");
  put_count(e, "ID");
  put_flags(e);
  put_count(e, "questions:");
  put_count(e, "answers:");
  put_count(e, "authorities:");
  put_count(e, "additional:");
}

static void put_question(struct explanation *e) {
  const stubdns_question_t question = stubdns_message_question(e->message);
  put_name(e, "question", &question.name);
  put_type(e);
  put_class(e);
}

static int is_name(uint8_t kind) {
  return kind == STUBDNS_FIELD_NAME_COMPRESSIBLE ||
         kind == STUBDNS_FIELD_NAME || kind == STUBDNS_FIELD_NAME_PLAIN;
}

static int is_number(uint8_t kind) {
  return kind == STUBDNS_FIELD_U8 || kind == STUBDNS_FIELD_U16 ||
         kind == STUBDNS_FIELD_U32 || kind == STUBDNS_FIELD_U48 ||
         kind == STUBDNS_FIELD_DURATION || kind == STUBDNS_FIELD_ALGORITHM;
}

static void put_field(struct explanation *e, const stubdns_field_t *field) {
  stubdns__cursor_seek(&e->cursor, field->offset);
  if (is_name(field->kind)) {
    const stubdns_name_t name = stubdns_field_name(field);
    put_name(e, field->label, &name);
  } else if (is_number(field->kind)) {
    put_number(e, field->length, field->label, stubdns_field_number(field));
  } else if (field->length) {
    put(e, field->length, field->label);
  }
}

/* OPT's options, RFC 6891 section 6.1.2. */
static void put_options(struct explanation *e, size_t end) {
  while (e->cursor.offset + OPT_ROWS <= end && !e->cursor.error) {
    const uint16_t code = peek16(e);
    const char *const name = stubdns_option_mnemonic(code);
    char note[NOTE_SIZE];
    snprintf(note, sizeof note, "option %u%s%s", code, name ? ", " : "",
             name ? name : "");
    put(e, 2, note);
    const uint16_t length = peek16(e);
    put_number(e, 2, "length", length);
    if (length) put(e, length, "");
  }
}

static void put_rdata(struct explanation *e, const stubdns_record_t *record) {
  const size_t end = record->rdata_offset + record->rdata_length;
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  if (record->type == STUBDNS_TYPE_OPT && !record->error)
    put_options(e, end);
  else
    while (stubdns_fields_next(&fields, &field))
      put_field(e, &field);
  if (e->cursor.offset < end && !e->cursor.error)
    put(e, end - e->cursor.offset,
        record->error ? stubdns_error_text(record->error) : "data");
}

/* OPT's class and TTL have a meaning of their own, RFC 6891 section 6.1.3. */
static void put_fixed_part(struct explanation *e,
                           const stubdns_record_t *record) {
  const int is_opt = record->type == STUBDNS_TYPE_OPT;
  put_type(e);
  if (is_opt) {
    put_count(e, "UDP payload size");
    put(e, 4, "extended RCODE, version, flags of EDNS");
  } else {
    put_class(e);
    put_number(e, 4, "TTL", record->ttl_octets);
  }
  put_count(e, "length of the data:");
}

static void put_record(struct explanation *e, const stubdns_record_t *record,
                       unsigned number) {
  static const char *const sections[] = {"answer", "authority", "additional"};
  char what[NOTE_SIZE];
  const stubdns_name_t owner = stubdns_record_owner(record);
  snprintf(what, sizeof what, "%s record %u", sections[record->section],
           number);
  put_name(e, what, &owner);
  put_fixed_part(e, record);
  put_rdata(e, record);
}

static void put_records(struct explanation *e) {
  stubdns_records_t records = stubdns_message_all_records(e->message);
  stubdns_record_t record;
  unsigned number = 0;
  uint8_t section = 0;
  while (stubdns_records_next(&records, &record)) {
    number = record.section == section ? number + 1 : 1;
    section = record.section;
    put_record(e, &record, number);
  }
}

void explain_message(struct output *output, const stubdns_message_t *message,
                     const char *what) {
  struct explanation e = {
      output, message, stubdns__cursor_make(message->octets, message->length)};
  output_format(output, ";; EXPLAINED, the %s's %zu octets:\n", what,
                message->length);
  put_header(&e);
  if (message->question_count) put_question(&e);
  put_records(&e);
  if (stubdns__cursor_left(&e.cursor)) {
    title(&e, "behind the last record");
    put(&e, stubdns__cursor_left(&e.cursor), "");
  }
  output_text(output, "\n");
}
