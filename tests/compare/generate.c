/* Well-formed messages of random records, built by our builder.  Names share
 * their ends, so that there is much to compress; types are those whose RDATA
 * the forms of reference.h describe, and unknown ones. */
#include "compare.h"

#include <assert.h>
#include <string.h>

#define NAMES 8
#define RECORDS_MAX 6 /* in a section, mostly fewer */
#define RDATA_SIZE 4096

/* A message being made. */
struct plan {
  uint64_t *state;
  stubdns_builder_t builder;
  struct items *records;
  stubdns_name_t names[NAMES];
};

/* Octets being written. */
struct output {
  size_t length;
  uint8_t octets[RDATA_SIZE];
};

static int one_in(struct plan *plan, size_t count) {
  return random_below(plan->state, count) == 0;
}

static void put(struct output *output, const void *octets, size_t length) {
  assert(length <= RDATA_SIZE - output->length);
  memcpy(output->octets + output->length, octets, length);
  output->length += length;
}

static void put_number(struct output *output, uint64_t number, unsigned size) {
  while (size-- > 0) {
    const uint8_t octet = (uint8_t)(number >> 8 * size);
    put(output, &octet, 1);
  }
}

static uint8_t random_letter(struct plan *plan) {
  static const char letters[] = "abcdefgABCDEFG0123456789-_";
  return (uint8_t)letters[random_below(plan->state, sizeof letters - 1)];
}

/* Letters mostly, else any octets. */
static void put_random(struct plan *plan, struct output *output, size_t count) {
  const int is_text = !one_in(plan, 8);
  while (count-- > 0)
    put_number(output, is_text ? random_letter(plan) : next_random(plan->state),
               1);
}

static size_t random_size(struct plan *plan, size_t max) {
  return random_below(plan->state, one_in(plan, 16) ? max + 1 : 9);
}

/* A label, now and then a long one, in front of an earlier name or the root. */
static stubdns_name_t make_name(struct plan *plan, size_t count) {
  struct output output = {0, {0}};
  const size_t size = 1 + random_size(plan, STUBDNS_LABEL_MAX - 1);
  put_number(&output, size, 1);
  put_random(plan, &output, size);
  const stubdns_name_t *const parent =
      count && !one_in(plan, 8) ? &plan->names[random_below(plan->state, count)]
                                : NULL;
  put(&output, parent ? parent->octets : (const uint8_t *)"",
      parent ? parent->length : 1);
  stubdns_name_t name;
  if (stubdns_name_from_wire(&name, output.octets, output.length))
    stubdns_name_from_text(&name, ".", 1); /* it became too long */
  return name;
}

static void make_names(struct plan *plan) {
  for (size_t i = 0; i < NAMES; i++)
    plan->names[i] = make_name(plan, i);
}

static const stubdns_name_t *random_name(struct plan *plan) {
  return &plan->names[random_below(plan->state, NAMES)];
}

static void put_name(struct plan *plan, struct output *output) {
  const stubdns_name_t *const name = random_name(plan);
  put(output, name->octets, name->length);
}

static void put_string(struct plan *plan, struct output *output) {
  const size_t size = random_size(plan, 255);
  put_number(output, size, 1);
  put_random(plan, output, size);
}

static void put_strings(struct plan *plan, struct output *output) {
  size_t count = 1 + random_below(plan->state, 3);
  while (count-- > 0)
    put_string(plan, output);
}

static void put_tag(struct plan *plan, struct output *output) {
  static const char *const tags[] = {"\5issue", "\11issuewild", "\5iodef",
                                     "\1a", "\4TAG7"};
  const char *const tag = tags[random_below(plan->state, 5)];
  put(output, tag, 1u + (uint8_t)tag[0]);
}

/* Codes that rise and have no meaning yet. */
static void put_options(struct plan *plan, struct output *output) {
  size_t count = random_below(plan->state, 3);
  for (uint64_t code = 1000; count-- > 0; code++) {
    const size_t size = random_size(plan, 40);
    put_number(output, code, 2);
    put_number(output, size, 2);
    put_random(plan, output, size);
  }
}

static void put_sized(struct plan *plan, struct output *output) {
  const size_t size = random_size(plan, 40);
  put_number(output, size, 2);
  put_random(plan, output, size);
}

static void put_field(struct plan *plan, struct output *output, char field) {
  switch (field) {
  case 'n':
  case 'p':
    put_name(plan, output);
    break;
  case 's':
    put_string(plan, output);
    break;
  case 'S':
    put_strings(plan, output);
    break;
  case 't':
    put_tag(plan, output);
    break;
  case 'b':
    put_sized(plan, output);
    break;
  case 'o':
    put_options(plan, output);
    break;
  case '*':
    put_random(plan, output, random_size(plan, 100));
    break;
  case '+':
    put_random(plan, output, 1 + random_size(plan, 100));
    break;
  case '=':
    put_random(plan, output, 16);
    break;
  default:
    put_number(output, next_random(plan->state), (unsigned)(field - '0'));
    break;
  }
}

/* TSIG has a place of its own, OPT is no record, and the others have forms that
 * random octets do not fill. */
static int can_be_made(const struct form *form) {
  return form->type != STUBDNS_TYPE_OPT && form->type != STUBDNS_TYPE_TSIG &&
         !strpbrk(form->fields, "Nhair?");
}

static const struct form *random_form(struct plan *plan) {
  const struct form *form;
  do {
    form = &forms[random_below(plan->state, form_count)];
  } while (!can_be_made(form));
  return form;
}

static void put_rdata(struct plan *plan, struct output *output,
                      const struct form *form) {
  if (!form) put_random(plan, output, random_size(plan, 255));
  for (const char *field = form ? form->fields : ""; *field; field++)
    put_field(plan, output, *field);
}

/* Owner, type, class and TTL. */
static void put_head(struct plan *plan, struct output *output,
                     const struct form *form) {
  static const uint16_t unknown[] = {0, 1234, 65280, 65535};
  const uint16_t type =
      form ? form->type : unknown[random_below(plan->state, 4)];
  put_name(plan, output);
  put_number(output, type, 2);
  put_number(output, one_in(plan, 16) ? STUBDNS_CLASS_CH : STUBDNS_CLASS_IN, 2);
  put_number(output, next_random(plan->state) >> random_below(plan->state, 32),
             4);
}

/* Notes a record as parsing must find it: without RDLENGTH. */
static void note_record(struct plan *plan, enum stubdns_section section,
                        const struct output *head, const struct output *rdata) {
  items_put16(plan->records, section);
  items_put(plan->records, head->octets, head->length);
  items_put(plan->records, rdata->octets, rdata->length);
  items_end_one(plan->records);
}

static void add_record(struct plan *plan, enum stubdns_section section) {
  struct output head = {0, {0}};
  struct output rdata = {0, {0}};
  const struct form *const form = one_in(plan, 8) ? NULL : random_form(plan);
  put_head(plan, &head, form);
  put_rdata(plan, &rdata, form);
  note_record(plan, section, &head, &rdata);
  put_number(&head, rdata.length, 2);
  put(&head, rdata.octets, rdata.length);
  stubdns_record_t record;
  const int error = stubdns_record_from_wire(&record, head.octets, head.length);
  assert(!error);
  stubdns_builder_record(&plan->builder, section, &record);
}

static void add_opt(struct plan *plan) {
  const stubdns_edns_t edns = {(uint16_t)next_random(plan->state), 0, 0,
                               one_in(plan, 2) ? 0x8000 : 0};
  struct output head = {0, {0}};
  struct output options = {0, {0}};
  put_number(&head, 0, 1);
  put_number(&head, STUBDNS_TYPE_OPT, 2);
  put_number(&head, edns.payload_size, 2);
  put_number(&head, edns.flags, 4);
  put_options(plan, &options);
  note_record(plan, STUBDNS_SECTION_ADDITIONAL, &head, &options);
  stubdns_builder_opt(&plan->builder, &edns, options.octets, options.length);
}

static void add_section(struct plan *plan, enum stubdns_section section) {
  size_t count = random_below(plan->state, RECORDS_MAX);
  if (one_in(plan, 50)) count *= 6;
  while (count-- > 0)
    add_record(plan, section);
}

static void add_question(struct plan *plan) {
  const stubdns_question_t question = {
      *random_name(plan), random_form(plan)->type, STUBDNS_CLASS_IN};
  stubdns_builder_question(&plan->builder, &question);
}

size_t generate(uint8_t *octets, struct items *records, uint64_t *state) {
  static struct plan plan;
  static const uint16_t flags[] = {0x8180, 0x8580, 0x8183, 0x0100, 0x81b0};
  size_t length;
  items_begin(records);
  plan.state = state;
  plan.records = records;
  make_names(&plan);
  stubdns_builder_begin(&plan.builder, octets, STUBDNS_MESSAGE_MAX,
                        (uint16_t)next_random(state),
                        flags[random_below(state, 5)]);
  add_question(&plan);
  for (unsigned section = 0; section < 3; section++)
    add_section(&plan, section);
  if (one_in(&plan, 2)) add_opt(&plan);
  return stubdns_builder_finish(&plan.builder, &length) ? 0 : length;
}
