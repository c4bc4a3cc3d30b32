/* Building messages.  Names are compressed with a table of the labels written
 * so far: each entry is a label and the entry of the label behind it, so that a
 * name is looked up from its root in one step a label.  RFC 1035 section 4.1.4,
 * RFC 3597 section 4. */
#include "stubdns/builder.h"

#include "stubdns/error.h"
#include "stubdns/query.h"
#include "wire/message.h"
#include "wire/name.h"

#include <string.h>

#define HEADER_LENGTH 12
#define POINTER 0xc000u
#define POINTER_TARGETS_END 0x4000u /* a pointer has 14 bits */
#define PROBES_MAX 8                /* bounds the work of a look-up */

/* Pointers that a name goes through at most.  What is built can thus be parsed:
 * most hops for its size has a MINFO, 9 in 16 octets, and all names together
 * may go through STUBDNS__HOPS_FREE and one for each two octets. */
#define HOPS_MAX 3u

#define QUESTIONS 4 /* the "section" in front of the answer */

static void fail(stubdns_builder_t *b, int error) {
  if (!b->error) b->error = error;
}

static int fits(const stubdns_builder_t *b, size_t length) {
  return b->length <= b->size && length <= b->size - b->length;
}

static void put(stubdns_builder_t *b, const uint8_t *octets, size_t length) {
  if (fits(b, length) && length) memcpy(b->octets + b->length, octets, length);
  b->length += length;
}

static void put16(stubdns_builder_t *b, uint16_t value) {
  const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
  put(b, octets, 2);
}

static void put32(stubdns_builder_t *b, uint32_t value) {
  put16(b, (uint16_t)(value >> 16));
  put16(b, (uint16_t)value);
}

static void set16(stubdns_builder_t *b, size_t offset, uint16_t value) {
  if (b->size < 2 || offset > b->size - 2) return;
  b->octets[offset] = (uint8_t)(value >> 8);
  b->octets[offset + 1] = (uint8_t)value;
}

/* FNV-1a over the label, begun with its parent. */
static uint32_t hash_label(const uint8_t *label, uint16_t parent) {
  uint32_t hash = 2166136261u ^ parent;
  for (unsigned i = 0; i <= label[0]; i++)
    hash = (hash ^ label[i]) * 16777619u;
  return hash ^ hash >> 15;
}

static int is_label_at(const uint8_t *octets, const uint8_t *label) {
  return octets[0] == label[0] && !memcmp(octets + 1, label + 1, label[0]);
}

/* Where `label` in front of `parent` stands in the table, or the free entry
 * where it would; -1 where neither is near. */
static int find_label(const stubdns_builder_t *b, const uint8_t *label,
                      uint16_t parent) {
  uint32_t index = hash_label(label, parent);
  for (int probe = 0; probe < PROBES_MAX; probe++, index++) {
    const uint32_t entry = index % STUBDNS_BUILDER_LABELS_MAX;
    const unsigned offset = b->labels[entry].offset;
    if (offset == 0) return (int)entry;
    if (b->labels[entry].parent == parent &&
        is_label_at(b->octets + offset, label))
      return (int)entry;
  }
  return -1;
}

/* Notes the label at `offset` of the message, from where a name goes through
 * `hops` pointers; gives what its children call it, 0 where it was not noted. A
 * label that did not fit into the buffer has no octets to compare with. */
static uint16_t note_label(stubdns_builder_t *b, const uint8_t *label,
                           uint16_t parent, size_t offset, unsigned hops) {
  if (offset >= POINTER_TARGETS_END || b->length > b->size) return 0;
  const int entry = find_label(b, label, parent);
  if (entry < 0) return 0;
  if (b->labels[entry].offset == 0 || b->labels[entry].hops > hops) {
    b->labels[entry].offset = offset & (POINTER_TARGETS_END - 1);
    b->labels[entry].hops = hops & HOPS_MAX;
    b->labels[entry].parent = parent;
  }
  return (uint16_t)(entry + 1);
}

/* Fills `starts` with the offset of each label of `name` but the root's. */
static size_t find_starts(const stubdns_name_t *name,
                          uint8_t starts[STUBDNS_LABELS_MAX]) {
  size_t count = 0;
  for (size_t offset = 0; name->octets[offset] && count < STUBDNS_LABELS_MAX;
       offset += 1u + name->octets[offset])
    starts[count++] = (uint8_t)offset; /* a name has at most 255 octets */
  return count;
}

/* Looks the name up from its last label on; gives the labels in front that are
 * to be written, and in `*parent` the entry behind them.  A name that would go
 * through too many pointers is written whole, and later ones lead there; where
 * no pointer could lead there, it ends with the suffix that is near enough. */
static size_t match_suffix(const stubdns_builder_t *b,
                           const stubdns_name_t *name, const uint8_t *starts,
                           size_t count, uint16_t *parent) {
  const size_t whole = count;
  *parent = 0;
  while (count > 0) {
    const int entry = find_label(b, name->octets + starts[count - 1], *parent);
    if (entry < 0 || b->labels[entry].offset == 0) return count;
    if (b->labels[entry].hops == HOPS_MAX) break;
    *parent = (uint16_t)(entry + 1);
    count--;
  }
  if (count == 0 || b->length >= POINTER_TARGETS_END) return count;
  *parent = 0;
  return whole;
}

/* Notes the labels that were written at `offset`, last one first, since each
 * needs the entry of the one behind it. */
static void note_labels(stubdns_builder_t *b, const stubdns_name_t *name,
                        const uint8_t *starts, size_t count, uint16_t parent,
                        size_t offset) {
  const unsigned hops = parent ? b->labels[parent - 1].hops + 1u : 0;
  while (count > 0) {
    const uint8_t start = starts[--count];
    parent = note_label(b, name->octets + start, parent, offset + start, hops);
    if (parent == 0) return;
  }
}

static void put_name(stubdns_builder_t *b, const stubdns_name_t *name,
                     int compress) {
  uint8_t starts[STUBDNS_LABELS_MAX];
  uint16_t parent = 0;
  const size_t count = find_starts(name, starts);
  const size_t fresh =
      compress ? match_suffix(b, name, starts, count, &parent) : count;
  const size_t offset = b->length;
  const size_t end = fresh < count ? starts[fresh] : name->length - 1u;
  put(b, name->octets, end);
  if (parent)
    put16(b, (uint16_t)(POINTER | b->labels[parent - 1].offset));
  else
    put(b, (const uint8_t[]){0}, 1);
  note_labels(b, name, starts, fresh, parent, offset);
}

void stubdns_builder_begin(stubdns_builder_t *builder, uint8_t *octets,
                           size_t size, uint16_t id, uint16_t flags) {
  memset(builder, 0, sizeof *builder);
  builder->octets = octets;
  builder->size = size;
  builder->section = QUESTIONS;
  put16(builder, id);
  put16(builder, flags);
  for (int i = 0; i < 4; i++)
    put16(builder, 0);
}

/* Counts one more of what the header's field `index` counts. */
static void count_one(stubdns_builder_t *b, unsigned index) {
  if (b->counts[index] == UINT16_MAX)
    fail(b, STUBDNS_EINVALID);
  else
    b->counts[index]++;
}

void stubdns_builder_question(stubdns_builder_t *builder,
                              const stubdns_question_t *question) {
  if (builder->section != QUESTIONS) fail(builder, STUBDNS_EINVALID);
  if (builder->error) return;
  count_one(builder, 0);
  put_name(builder, &question->name, 1);
  put16(builder, question->type);
  put16(builder, question->class_);
}

static void enter_section(stubdns_builder_t *b, enum stubdns_section section) {
  if (b->section != QUESTIONS && section < b->section)
    fail(b, STUBDNS_EINVALID);
  b->section = (uint8_t)section;
  count_one(b, 1u + section);
}

/* Names that stand one behind the other in a field: none of them compressed. */
static void put_names(stubdns_builder_t *b, const stubdns_record_t *record,
                      size_t offset, size_t end) {
  struct stubdns__reader reader = {stubdns__cursor_make(record->octets, end),
                                   NULL, 0};
  stubdns__cursor_seek(&reader.cursor, offset);
  while (stubdns__cursor_left(&reader.cursor)) {
    stubdns_name_t name;
    stubdns__name_expand(&name, record->octets, record->length,
                         reader.cursor.offset);
    put_name(b, &name, 0);
    stubdns__reader_name(&reader);
  }
}

/* RFC 2874 section 3.1: the suffix has a fixed size, then there may be a name.
 */
static void put_a6(stubdns_builder_t *b, const stubdns_field_t *field) {
  const uint8_t *octets = stubdns_field_octets(field);
  const size_t fixed = 1 + (128u - octets[0] + 7) / 8;
  put(b, octets, fixed);
  put_names(b, field->record, field->offset + fixed,
            field->offset + field->length);
}

static void put_field(stubdns_builder_t *b, const stubdns_field_t *field) {
  stubdns_name_t name;
  switch (field->kind) {
  case STUBDNS_FIELD_NAME_COMPRESSIBLE:
  case STUBDNS_FIELD_NAME:
  case STUBDNS_FIELD_NAME_PLAIN:
    name = stubdns_field_name(field);
    put_name(b, &name, field->kind == STUBDNS_FIELD_NAME_COMPRESSIBLE);
    break;
  case STUBDNS_FIELD_NAMES:
    put_names(b, field->record, field->offset, field->offset + field->length);
    break;
  case STUBDNS_FIELD_A6_ADDRESS:
    put_a6(b, field);
    break;
  default:
    put(b, stubdns_field_octets(field), field->length);
    break;
  }
}

static int may_hold_pointers(uint8_t kind) {
  return kind == STUBDNS_FIELD_NAME ||
         kind == STUBDNS_FIELD_NAME_COMPRESSIBLE ||
         kind == STUBDNS_FIELD_NAMES || kind == STUBDNS_FIELD_A6_ADDRESS;
}

int stubdns__record_can_be_copied(const stubdns_record_t *record) {
  const struct stubdns__type *form = stubdns__record_form(record);
  if (!record->error || !form) return 1;
  for (unsigned i = 0; form->fields[i].kind != STUBDNS_FIELD_END; i++)
    if (may_hold_pointers(form->fields[i].kind)) return 0;
  return 1;
}

static void put_rdata(stubdns_builder_t *b, const stubdns_record_t *record) {
  if (!stubdns__record_can_be_copied(record)) fail(b, record->error);
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  int count = 0;
  while (stubdns_fields_next(&fields, &field)) {
    put_field(b, &field);
    count++;
  }
  if (count == 0)
    put(b, record->octets + record->rdata_offset, record->rdata_length);
}

void stubdns_builder_record(stubdns_builder_t *builder,
                            enum stubdns_section section,
                            const stubdns_record_t *record) {
  enter_section(builder, section);
  if (record->type == STUBDNS_TYPE_OPT && builder->has_opt++)
    fail(builder, STUBDNS_EINVALID);
  if (builder->error) return;
  const stubdns_name_t owner = stubdns_record_owner(record);
  put_name(builder, &owner, 1);
  put16(builder, record->type);
  put16(builder, record->class_);
  put32(builder, record->ttl_octets);
  put16(builder, 0);
  const size_t start = builder->length;
  put_rdata(builder, record);
  const size_t length = builder->length - start;
  if (length > UINT16_MAX) fail(builder, STUBDNS_ETOOLONG);
  set16(builder, start - 2, (uint16_t)length);
}

void stubdns_builder_opt(stubdns_builder_t *builder, const stubdns_edns_t *edns,
                         const uint8_t *options, size_t length) {
  enter_section(builder, STUBDNS_SECTION_ADDITIONAL);
  if (builder->has_opt++) fail(builder, STUBDNS_EINVALID);
  if (length > UINT16_MAX) fail(builder, STUBDNS_ETOOLONG);
  if (builder->error) return;
  put(builder, (const uint8_t[]){0}, 1);
  put16(builder, STUBDNS_TYPE_OPT);
  put16(builder, edns->payload_size);
  put16(builder,
        (uint16_t)((unsigned)edns->extended_rcode << 8 | edns->version));
  put16(builder, edns->flags);
  put16(builder, (uint16_t)length);
  put(builder, options, length);
}

int stubdns_builder_finish(stubdns_builder_t *builder, size_t *length) {
  for (unsigned i = 0; i < 4; i++)
    set16(builder, 4 + 2u * i, builder->counts[i]);
  *length = builder->length;
  if (builder->error) return builder->error;
  if (builder->length > STUBDNS_MESSAGE_MAX) return STUBDNS_ETOOLONG;
  return builder->length > builder->size ? STUBDNS_ENOSPACE : 0;
}
