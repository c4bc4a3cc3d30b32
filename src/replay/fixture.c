/* Replies in presentation format: a question, the header's flags, and the
 * records of each section. */
#include "replay/text.h"

#include "stubdns/builder.h"
#include "stubdns/text.h"

#include <stdlib.h>
#include <string.h>

/* A reply that is being read. */
struct stubdns__fixture {
  int is_open;
  uint16_t flags;
  unsigned rcode;
  stubdns_edns_t edns;
  int has_edns;
  stubdns_builder_t builder;
  uint8_t octets[STUBDNS_MESSAGE_MAX];
  uint8_t record[STUBDNS_MESSAGE_MAX];
};

struct stubdns__fixture *stubdns__fixture_make(void) {
  return calloc(1, sizeof(struct stubdns__fixture));
}

void stubdns__fixture_free(struct stubdns__fixture *fixture) {
  free(fixture);
}

static void patch_flags(struct stubdns__fixture *fixture) {
  const unsigned flags = fixture->flags | (fixture->rcode & 0xf);
  fixture->octets[2] = (uint8_t)(flags >> 8);
  fixture->octets[3] = (uint8_t)flags;
}

int stubdns__text_end_exchange(struct stubdns__reading *text) {
  struct stubdns__fixture *fixture = text->fixture;
  size_t length;
  size_t index;
  if (!fixture->is_open) return 0;
  fixture->is_open = 0;
  fixture->edns.extended_rcode = (uint8_t)(fixture->rcode >> 4);
  if (fixture->has_edns)
    stubdns_builder_opt(&fixture->builder, &fixture->edns, NULL, 0);
  int error = stubdns_builder_finish(&fixture->builder, &length);
  if (error)
    return stubdns__words_fail(&text->words,
                               error == STUBDNS_EINVALID
                                   ? "sections come in the order of a message"
                                   : "the reply before this is too long");
  patch_flags(fixture);
  error = stubdns__recorded_add(text->replay, fixture->octets, length, 0, 0,
                                &index);
  if (error == STUBDNS_ENOMEM) return error;
  if (error)
    return stubdns__words_fail(&text->words,
                               "the reply before this is no message");
  return stubdns__recorded_add_reply(text->replay, index, fixture->octets,
                                     length, 0);
}

static int begin_exchange(struct stubdns__reading *text) {
  struct stubdns__fixture *fixture = text->fixture;
  stubdns_question_t question;
  int error = stubdns__text_end_exchange(text);
  if (!error) error = stubdns__words_question(&text->words, &question);
  if (error) return error;
  fixture->is_open = 1;
  fixture->flags = STUBDNS_FLAG_QR | STUBDNS_FLAG_RD | STUBDNS_FLAG_RA;
  fixture->rcode = 0;
  fixture->has_edns = 0;
  stubdns_builder_begin(&fixture->builder, fixture->octets,
                        sizeof fixture->octets, 0, fixture->flags);
  stubdns_builder_question(&fixture->builder, &question);
  return 0;
}

static unsigned flag_of(const char *word) {
  static const struct {
    const char *name;
    uint16_t flag;
  } flags[] = {{"aa", STUBDNS_FLAG_AA}, {"tc", STUBDNS_FLAG_TC},
               {"rd", STUBDNS_FLAG_RD}, {"ra", STUBDNS_FLAG_RA},
               {"ad", STUBDNS_FLAG_AD}, {"cd", STUBDNS_FLAG_CD}};
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
    if (!strcmp(word, flags[i].name)) return flags[i].flag;
  return 0;
}

/* The flags that are named, and no others but QR. */
static int read_reply(struct stubdns__reading *text) {
  struct stubdns__fixture *fixture = text->fixture;
  const char *word;
  unsigned flags = 0;
  while ((word = stubdns__words_next(&text->words)) != NULL) {
    const unsigned flag = flag_of(word);
    const int rcode = stubdns__rcode_of(word);
    flags |= flag;
    if (rcode >= 0) fixture->rcode = (unsigned)rcode;
    if (!flag && rcode < 0)
      return stubdns__words_fail(
          &text->words, "a reply has an RCODE and flags: aa tc rd ra ad cd");
  }
  if (flags) fixture->flags = (uint16_t)(STUBDNS_FLAG_QR | flags);
  return 0;
}

static int read_edns(struct stubdns__reading *text) {
  struct stubdns__fixture *fixture = text->fixture;
  uint64_t size;
  const int error = stubdns__words_number_within(
      &text->words, &size, 0, UINT16_MAX, "a payload size is below 65536");
  if (error) return error;
  fixture->has_edns = 1;
  memset(&fixture->edns, 0, sizeof fixture->edns);
  fixture->edns.payload_size = (uint16_t)size;
  if (stubdns__words_take(&text->words, "do"))
    fixture->edns.flags = STUBDNS_EDNS_DO;
  return 0;
}

static int read_record(struct stubdns__reading *text,
                       enum stubdns_section section) {
  struct stubdns__fixture *fixture = text->fixture;
  const char *const rest = stubdns__words_rest(&text->words);
  stubdns_record_text_t source = {.text = rest, .length = strlen(rest)};
  stubdns_record_t record;
  size_t length;
  int error = stubdns_record_from_text(&source, fixture->record,
                                       sizeof fixture->record, &length);
  if (!error && !length) error = STUBDNS_ETEXTEND;
  if (!error)
    error = stubdns_record_from_wire(&record, fixture->record, length);
  if (error)
    return stubdns__words_fail(&text->words, stubdns_error_text(error));
  stubdns_builder_record(&fixture->builder, section, &record);
  return 0;
}

static int read_part(struct stubdns__reading *text, const char *word) {
  if (!strcmp(word, "reply")) return read_reply(text);
  if (!strcmp(word, "edns")) return read_edns(text);
  if (!strcmp(word, "answer")) return read_record(text, STUBDNS_SECTION_ANSWER);
  if (!strcmp(word, "authority"))
    return read_record(text, STUBDNS_SECTION_AUTHORITY);
  return read_record(text, STUBDNS_SECTION_ADDITIONAL);
}

int stubdns__text_fixture(struct stubdns__reading *text, const char *word) {
  static const char *const parts[] = {"reply", "edns", "answer", "authority",
                                      "additional"};
  int error;
  if (!strcmp(word, "question")) {
    error = begin_exchange(text);
    return error ? error : 1;
  }
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (strcmp(word, parts[i]) != 0) continue;
    if (!text->fixture->is_open)
      return stubdns__words_fail(&text->words,
                                 "a question must stand before this");
    error = read_part(text, word);
    return error ? error : 1;
  }
  return 0;
}
