/* What c-ares makes of a message by its known ways. */
#include "cares_message.h"

#include <string.h>

/* A reader of the octets from `offset` to `end` that follows every pointer. */
static struct reader reader_of(const struct subject *subject, size_t offset,
                               size_t end) {
  static uint8_t anywhere[STUBDNS_MESSAGE_MAX];
  memset(anywhere, 1, subject->length);
  return (struct reader){.octets = subject->octets,
                         .length = subject->length,
                         .offset = offset,
                         .end = end,
                         .began = anywhere};
}

/* The RCODEs that c-ares has a name for. */
static int is_known_rcode(unsigned rcode) {
  return rcode <= 11 || (rcode >= 16 && rcode <= 23);
}

static void put_header(struct items *items, const struct subject *subject,
                       unsigned ways) {
  const unsigned known = 0x87b0; /* QR, AA, TC, RD, RA, AD, CD */
  const stubdns_message_t *const message = &subject->message;
  const unsigned rcode = stubdns_message_rcode(message);
  const int is_lost = (ways & WAY_RCODE) && !is_known_rcode(rcode);
  struct reader reader = reader_of(subject, 12, subject->length);
  reader_name(&reader);
  items_put16(items, message->id);
  items_put16(items, message->flags & known);
  items_put16(items, message->flags >> 11 & 15);
  items_put16(items, is_lost ? STUBDNS_RCODE_SERVFAIL : rcode);
  items_put(items, reader.name, reader.name_length);
  items_put16(items, subject->reading.question_type);
  items_put16(items, subject->reading.question_class);
  items_end_one(items);
}

/* An option or parameter: code, length and value from `octets` on. */
struct option {
  const uint8_t *octets;
  size_t length; /* with code and length */
};

static int next_option(struct reader *reader, struct option *option) {
  if (!reader_left(reader)) return 0;
  option->octets = reader->octets + reader->offset;
  reader_skip(reader, 2);
  option->length = 4u + reader_number(reader, 2);
  reader_skip(reader, option->length - 4);
  return !reader->fault;
}

/* Gives the last option of those left that has the code of `option`. */
static struct option last_like(struct reader left, struct option option) {
  struct option other;
  struct option last = option;
  while (next_option(&left, &other))
    if (!memcmp(other.octets, option.octets, 2)) last = other;
  return last;
}

/* Whether the option is the first with its code from `begin` on. */
static int is_first(struct reader begin, struct option option) {
  struct option other = {NULL, 0};
  while (next_option(&begin, &other))
    if (!memcmp(other.octets, option.octets, 2)) break;
  return other.octets == option.octets;
}

static void put_options(struct items *items, struct reader *reader) {
  const struct reader begin = *reader;
  struct option option;
  while (next_option(reader, &option)) {
    const struct option last = last_like(*reader, option);
    if (is_first(begin, option)) items_put(items, last.octets, last.length);
  }
}

/* c-ares lets every name be compressed, and takes any string for a CAA tag. */
static void read_field(struct reader *reader, char field) {
  char lenient = field;
  if (field == 'p') lenient = 'n';
  if (field == 't') lenient = 's';
  reference_read_field(reader, lenient);
}

static void put_field(struct items *items, struct reader *reader, char field) {
  const size_t start = reader->offset;
  if (field == 'o') {
    put_options(items, reader);
    return;
  }
  read_field(reader, field);
  if (field == 'n' || field == 'p')
    items_put(items, reader->name, reader->name_length);
  else
    items_put(items, reader->octets + start, reader->offset - start);
}

static struct reader rdata_reader(const struct subject *subject,
                                  const struct place *place) {
  return reader_of(subject, place->rdata_offset,
                   place->rdata_offset + place->rdata_length);
}

/* The form that c-ares reads the RDATA by, whatever the class. */
static const struct form *their_form(const struct place *place) {
  return cares_knows(place->type) ? form_of(place->type, STUBDNS_CLASS_IN, 1)
                                  : NULL;
}

static void put_rdata(struct items *items, const struct subject *subject,
                      const struct place *place) {
  const struct form *const form = their_form(place);
  struct reader reader = rdata_reader(subject, place);
  for (const char *field = form ? form->fields : "*"; *field; field++)
    put_field(items, &reader, *field);
}

enum fault their_fault(const struct subject *subject,
                       const struct place *place) {
  const struct form *const form = their_form(place);
  struct reader reader = rdata_reader(subject, place);
  for (const char *field = form ? form->fields : "*"; *field; field++)
    read_field(&reader, *field);
  return reader.fault;
}

int has_code_twice(const struct subject *subject, const struct place *place) {
  const struct form *const form = their_form(place);
  struct reader reader = rdata_reader(subject, place);
  const char *field = form ? form->fields : "";
  for (; *field && *field != 'o'; field++)
    read_field(&reader, *field);
  const struct reader begin = reader;
  struct option option;
  while (*field && next_option(&reader, &option))
    if (!is_first(begin, option)) return 1;
  return 0;
}

static void put_place(struct items *items, const struct subject *subject,
                      const struct place *place, unsigned ways) {
  const int is_lost = (ways & WAY_EMPTY) && place->rdata_length == 0 &&
                      !cares_knows(place->type);
  struct reader reader =
      reader_of(subject, place->owner_offset, subject->length);
  reader_name(&reader);
  items_put16(items, place->section);
  items_put(items, reader.name, reader.name_length);
  items_put16(items, is_lost ? 0 : place->type);
  const uint8_t *const fixed = subject->octets + reader.offset;
  items_put(items, fixed + 2, 2);
  if (place->type == STUBDNS_TYPE_OPT)
    items_put(items, fixed + 5, 3);
  else
    items_put(items, fixed + 4, 4);
  put_rdata(items, subject, place);
  items_end_one(items);
}

void foretell_theirs(struct items *items, const struct subject *subject,
                     unsigned ways) {
  items_begin(items);
  put_header(items, subject, ways);
  for (size_t i = 0; i < subject->reading.count; i++)
    put_place(items, subject, &subject->reading.places[i], ways);
}
