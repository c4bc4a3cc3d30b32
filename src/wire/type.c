/* The table of record types and the mnemonics of types, classes, RCODEs and
 * OPCODEs, in both directions. */
#include "wire/type.h"

#include "stubdns/error.h"
#include "stubdns/message.h"
#include "wire/name.h"

#include <string.h>

enum {
  CLASSIC = 0,
  CLASSIC_IN = STUBDNS__RULE_IN,
  CONTENT = STUBDNS__RULE_CONTENT,
  CONTENT_IN = STUBDNS__RULE_CONTENT | STUBDNS__RULE_IN,
};

#define F(kind, label) {label, STUBDNS_FIELD_##kind},
#define X(identifier, number, mnemonic, rfc, rule, fields)                     \
  {number, rule, sizeof mnemonic - 1, mnemonic, {fields F(END, "")}},
const struct stubdns__type stubdns__types[] = {{.mnemonic = ""},
                                               STUBDNS_TYPE_MAP(X)};
#undef X
#undef F

/* Each text has room for the zero octet that ends it. */
#define F(kind, label)                                                         \
  _Static_assert(sizeof label <= STUBDNS__LABEL_SIZE, "label too long");
#define X(identifier, number, mnemonic, rfc, rule, fields)                     \
  _Static_assert(sizeof mnemonic <= STUBDNS__MNEMONIC_SIZE, "too long");       \
  fields
STUBDNS_TYPE_MAP(X)
#undef X
#undef F

enum {
  LINE_NONE,
#define X(identifier, number, mnemonic, rfc, rule, fields) LINE_##identifier,
  STUBDNS_TYPE_MAP(X)
#undef X
      LINE_COUNT
};

const uint16_t stubdns__type_offsets[] = {
#define X(identifier, number, mnemonic, rfc, rule, fields)                     \
  [STUBDNS__TYPE_PLACE(number)] =                                              \
      LINE_##identifier * sizeof(struct stubdns__type),
    STUBDNS_TYPE_MAP(X)
#undef X
};

const struct stubdns__type *stubdns__type_at(unsigned index) {
  return index + 1 < LINE_COUNT ? &stubdns__types[index + 1] : NULL;
}

const char *stubdns_type_mnemonic(uint16_t type) {
  const struct stubdns__type *const line = stubdns__type_find(type);
  return line ? line->mnemonic : NULL;
}

struct mnemonic {
  uint16_t number;
  const char *text;
};

static const struct mnemonic classes[] = {
    {STUBDNS_CLASS_IN, "IN"},     {STUBDNS_CLASS_CH, "CH"},
    {STUBDNS_CLASS_HS, "HS"},     {STUBDNS_CLASS_NONE, "NONE"},
    {STUBDNS_CLASS_ANY, "ANY"},   {STUBDNS_CLASS_CH, "CHAOS"},
    {STUBDNS_CLASS_HS, "HESIOD"}, {0, NULL},
};

static const char *const rcodes[] = {
    "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",   "REFUSED",
    "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE",  "DSOTYPENI",
    NULL,       NULL,      NULL,       NULL,       "BADVERS",  "BADKEY",
    "BADTIME",  "BADMODE", "BADNAME",  "BADALG",   "BADTRUNC", "BADCOOKIE",
};

static const char *const opcodes[] = {
    "QUERY", "IQUERY", "STATUS", NULL, "NOTIFY", "UPDATE", "DSO",
};

const char *stubdns_class_mnemonic(uint16_t class_) {
  const struct mnemonic *line = classes;
  while (line->text && line->number != class_)
    line++;
  return line->text;
}

const char *stubdns_rcode_mnemonic(unsigned rcode) {
  return rcode < sizeof rcodes / sizeof rcodes[0] ? rcodes[rcode] : NULL;
}

const char *stubdns_opcode_mnemonic(unsigned opcode) {
  return opcode < sizeof opcodes / sizeof opcodes[0] ? opcodes[opcode] : NULL;
}

static int text_is(const char *text, size_t length, const char *word) {
  return strlen(word) == length &&
         stubdns__octets_equal_folded((const uint8_t *)text,
                                      (const uint8_t *)word, length);
}

/* Reads "TYPEnnn" or "CLASSnnn", RFC 3597 section 5. */
static int read_generic(uint16_t *number, const char *text, size_t length,
                        const char *prefix) {
  const size_t start = strlen(prefix);
  if (length <= start || length > start + 5 || !text_is(text, start, prefix))
    return STUBDNS_EBADTEXT;
  uint32_t value = 0;
  for (size_t i = start; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return STUBDNS_EBADTEXT;
    value = value * 10 + (uint32_t)(text[i] - '0');
  }
  if (value > UINT16_MAX) return STUBDNS_EBADTEXT;
  *number = (uint16_t)value;
  return 0;
}

int stubdns_type_from_text(uint16_t *type, const char *text, size_t length) {
  for (unsigned i = 1; i < LINE_COUNT; i++) {
    if (!text_is(text, length, stubdns__types[i].mnemonic)) continue;
    *type = stubdns__types[i].number;
    return 0;
  }
  return read_generic(type, text, length, "TYPE");
}

int stubdns_class_from_text(uint16_t *class_, const char *text, size_t length) {
  for (const struct mnemonic *line = classes; line->text; line++) {
    if (!text_is(text, length, line->text)) continue;
    *class_ = line->number;
    return 0;
  }
  return read_generic(class_, text, length, "CLASS");
}
