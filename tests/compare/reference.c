/* The plain reader: header, questions, records and names, RFC 1035 sections
 * 4.1 and 3.1, RFC 9619, RFC 6891 section 6.1.1. */
#include "reference.h"

#include <assert.h>
#include <string.h>

#define NAME_LENGTH_MAX 255
#define HOPS_MAX 126
#define TYPE_OPT 41

void reader_fail(struct reader *reader, enum fault fault) {
  if (!reader->fault) reader->fault = fault;
}

size_t reader_left(const struct reader *reader) {
  return reader->fault ? 0 : reader->end - reader->offset;
}

void reader_skip(struct reader *reader, size_t count) {
  if (count > reader_left(reader))
    reader_fail(reader, FAULT_CUT);
  else
    reader->offset += count;
}

unsigned reader_number(struct reader *reader, unsigned size) {
  unsigned number = 0;
  reader_skip(reader, size);
  for (unsigned i = 0; i < size && !reader->fault; i++)
    number = number << 8 | reader->octets[reader->offset - size + i];
  return number;
}

/* A name being read: it jumps at pointers. */
struct walk {
  size_t at;
  size_t end;    /* of the octets it may read there */
  size_t length; /* of the name so far */
  unsigned hops;
  size_t behind; /* offset behind the first pointer, 0: none yet */
};

/* RFC 952 and what else is seen in names of hosts. */
static int is_of_hostname(uint8_t octet) {
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyz"
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/";
  return octet && strchr(allowed, octet);
}

static void note_label(struct traits *traits, const uint8_t *octets) {
  for (unsigned i = 1; i <= octets[0]; i++)
    if (!is_of_hostname(octets[i])) traits->is_odd = 1;
}

static void take_label(struct reader *reader, struct walk *walk) {
  const uint8_t *const octets = reader->octets + walk->at;
  const size_t size = 1u + octets[0];
  if (size > walk->end - walk->at) {
    reader_fail(reader, FAULT_CUT);
    return;
  }
  note_label(&reader->traits, octets);
  if (walk->length + size >= NAME_LENGTH_MAX) {
    reader_fail(reader, FAULT_LONG_NAME);
    return;
  }
  memcpy(reader->name + walk->length, octets, size);
  walk->length += size;
  walk->at += size;
}

static void take_pointer(struct reader *reader, struct walk *walk) {
  if (walk->end - walk->at < 2) {
    reader_fail(reader, FAULT_CUT);
    return;
  }
  const uint8_t *const octets = reader->octets + walk->at;
  const size_t target = (size_t)(octets[0] & 0x3f) << 8 | octets[1];
  if (target >= reader->length || !reader->began[target])
    reader_fail(reader, FAULT_POINTER);
  if (++walk->hops > HOPS_MAX) reader_fail(reader, FAULT_HOPS);
  if (!walk->behind) walk->behind = walk->at + 2;
  walk->at = target;
  walk->end = reader->length;
}

/* Takes a label, a pointer or the root; gives whether the name goes on. */
static int take_part(struct reader *reader, struct walk *walk) {
  const uint8_t octet = walk->at < walk->end ? reader->octets[walk->at] : 0;
  if (walk->at >= walk->end)
    reader_fail(reader, FAULT_CUT);
  else if (octet >= 0xc0)
    take_pointer(reader, walk);
  else if (octet >= 0x40)
    reader_fail(reader, FAULT_LABEL_TYPE);
  else if (octet > 0)
    take_label(reader, walk);
  else
    walk->at++;
  return octet != 0 && !reader->fault;
}

/* The name was read whole: from now on pointers may lead to it, and to every
 * label and the pointer that it has here. */
static void mark_places(struct reader *reader, size_t start) {
  size_t at = start;
  reader->began[at] = 1;
  while (reader->octets[at] != 0 && reader->octets[at] < 0xc0) {
    at += 1u + reader->octets[at];
    reader->began[at] = 1;
  }
}

void reader_name(struct reader *reader) {
  const size_t start = reader->offset;
  struct walk walk = {start, reader->end, 0, 0, 0};
  if (reader->fault) return;
  while (take_part(reader, &walk))
    ;
  if (reader->fault) return;
  reader->name[walk.length] = 0;
  reader->name_length = walk.length + 1;
  mark_places(reader, start);
  if (walk.hops > reader->traits.hops) reader->traits.hops = walk.hops;
  reader->offset = walk.behind ? walk.behind : walk.at;
}

static void check_opt(struct reader *reader, const struct reading *reading,
                      const struct place *place) {
  if (place->section != 2 || reader->octets[place->owner_offset] != 0)
    reader_fail(reader, FAULT_OPT);
  for (const struct place *other = reading->places; other < place; other++)
    if (other->type == TYPE_OPT) reader_fail(reader, FAULT_OPT);
}

static struct traits take_traits(struct reader *reader) {
  const struct traits traits = reader->traits;
  reader->traits = (struct traits){0, 0};
  return traits;
}

static int is_of_name(enum fault fault) {
  return fault == FAULT_LABEL_TYPE || fault == FAULT_LONG_NAME ||
         fault == FAULT_POINTER || fault == FAULT_HOPS;
}

static void read_rdata(struct reader *reader, struct reading *reading,
                       struct place *place) {
  const struct form *const form =
      form_of(place->type, place->class_, place->rdata_length);
  const size_t end = place->rdata_offset + place->rdata_length;
  reading->fault_in_rdata = 1;
  reader->end = end;
  if (form) reference_read_rdata(reader, form);
  place->rdata = take_traits(reader);
  if (reader->fault == FAULT_CUT) reader->fault = FAULT_RDATA_SHORT;
  if (form && (form->rule & FORM_CONTENT) && !is_of_name(reader->fault)) {
    place->fault = reader->fault;
    reader->fault = FAULT_NONE;
  }
  if (reader->fault) return;
  reading->fault_in_rdata = 0;
  reader->offset = end;
  reader->end = reader->length;
}

static void read_record(struct reader *reader, struct reading *reading,
                        unsigned section) {
  struct place *const place = &reading->places[reading->count];
  memset(place, 0, sizeof *place);
  place->section = (uint8_t)section;
  place->owner_offset = reader->offset;
  reading->fault_record = reading->count;
  reader_name(reader);
  place->owner = take_traits(reader);
  place->type = (uint16_t)reader_number(reader, 2);
  place->class_ = (uint16_t)reader_number(reader, 2);
  reader_skip(reader, 4);
  place->rdata_length = reader_number(reader, 2);
  place->rdata_offset = reader->offset;
  if (reader->fault) return;
  assert(reading->count < PLACES_MAX - 1);
  reading->count++;
  if (place->type == TYPE_OPT) check_opt(reader, reading, place);
  if (place->rdata_length > reader_left(reader)) reader_fail(reader, FAULT_CUT);
  if (!reader->fault) read_rdata(reader, reading, place);
}

static void read_questions(struct reader *reader, struct reading *reading,
                           unsigned flags) {
  const unsigned qr_and_opcode = flags & 0xf800;
  reading->question_type = 0;
  reading->question_class = 0;
  reading->question = (struct traits){0, 0};
  if (reading->question_count > 1 && qr_and_opcode == 0x8000)
    reader_fail(reader, FAULT_QUESTIONS);
  for (unsigned i = 0; i < reading->question_count && !reader->fault; i++) {
    reader_name(reader);
    const unsigned type = reader_number(reader, 2);
    const unsigned class_ = reader_number(reader, 2);
    const struct traits traits = take_traits(reader);
    if (i > 0) continue;
    reading->question_type = type;
    reading->question_class = class_;
    reading->question = traits;
  }
}

void reference_read(struct reading *reading, const uint8_t *octets,
                    size_t length) {
  static uint8_t began[65536];
  memset(began, 0, length);
  struct reader reader = {
      .octets = octets, .length = length, .end = length, .began = began};
  reading->octets = octets;
  reading->length = length;
  reading->count = 0;
  reading->fault_record = 0;
  reading->fault_section = SECTION_NONE;
  reading->fault_in_rdata = 0;
  reader_skip(&reader, 2);
  const unsigned flags = reader_number(&reader, 2);
  reading->question_count = reader_number(&reader, 2);
  for (unsigned i = 0; i < 3; i++)
    reading->counts[i] = reader_number(&reader, 2);
  read_questions(&reader, reading, flags);
  for (unsigned section = 0; section < 3; section++) {
    if (!reader.fault) reading->fault_section = (uint8_t)section;
    for (unsigned i = 0; i < reading->counts[section] && !reader.fault; i++)
      read_record(&reader, reading, section);
  }
  reading->fault = reader.fault;
}
