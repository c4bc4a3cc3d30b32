/* A whole RDATA as text: its fields with what stands between them, over several
 * lines or on one, with comments, as dig 9.18 lays it out; and the form of RFC
 * 3597 section 5 for what has no other. */
#include "wire/text.h"

#include "wire/message.h"
#include "wire/plain.h"

typedef struct stubdns__text text_t;
typedef const stubdns_record_t record_t;

#define NEVER UINT8_MAX

/* How the multi-line form of a type is laid out: the field that the parenthesis
 * opens before, and those that begin a line (a bit each). */
struct layout {
  uint16_t type;
  uint8_t open;
  uint16_t breaks;
};

static const struct layout layouts[] = {
    {STUBDNS_TYPE_SOA, 2, 0x78},     {STUBDNS_TYPE_SIG, 5, 1 << 8},
    {STUBDNS_TYPE_RRSIG, 4, 1 << 8}, {STUBDNS_TYPE_IPSECKEY, 0, 1 << 4},
    {STUBDNS_TYPE_HIP, 0, 1 << 1},   {STUBDNS_TYPE_NSEC3, 4, 1 << 5},
};
#define LAYOUTS (sizeof layouts / sizeof layouts[0])

static int is_long(uint8_t kind) {
  return kind == STUBDNS_FIELD_HEX_NOT_EMPTY || kind == STUBDNS_FIELD_BASE64 ||
         kind == STUBDNS_FIELD_BASE64_NOT_EMPTY;
}

/* Where no line above says otherwise, the parenthesis stands before a long
 * field at the end. */
static struct layout layout_of(record_t *record) {
  for (size_t i = 0; i < LAYOUTS; i++)
    if (layouts[i].type == record->type) return layouts[i];
  const struct stubdns__field_form *fields =
      stubdns__record_form(record)->fields;
  uint8_t last = 0;
  while (fields[last + 1].kind != STUBDNS_FIELD_END)
    last++;
  return (struct layout){record->type,
                         is_long(fields[last].kind) ? last : NEVER, 0};
}

static void put_separator(text_t *text, const struct layout *layout,
                          unsigned index) {
  if (layout->open == index) {
    stubdns__text_word(text, index ? " (" : "( ");
    if (index) stubdns__text_break(text);
  } else if (layout->breaks >> index & 1) {
    stubdns__text_break(text);
  } else if (index) {
    stubdns__text_char(text, ' ');
  }
}

/* The key tag of RFC 4034 appendix B, for every algorithm. */
static unsigned key_tag(record_t *record) {
  const uint8_t *octets = record->octets + record->rdata_offset;
  uint32_t sum = 0; /* at most 65535 * 0xff00, less than 2^32 */
  for (size_t i = 0; i < record->rdata_length; i++)
    sum += i % 2 ? octets[i] : (uint32_t)octets[i] << 8;
  return (sum + (sum >> 16)) & 0xffff;
}

static int is_dnskey(uint16_t type) {
  return type == STUBDNS_TYPE_DNSKEY || type == STUBDNS_TYPE_CDNSKEY;
}

static int is_key(uint16_t type) {
  return is_dnskey(type) || type == STUBDNS_TYPE_KEY ||
         type == STUBDNS_TYPE_RKEY;
}

static int is_omissible(uint16_t type) {
  switch (type) {
  case STUBDNS_TYPE_RRSIG:
  case STUBDNS_TYPE_DS:
  case STUBDNS_TYPE_CDS:
  case STUBDNS_TYPE_TA:
  case STUBDNS_TYPE_DLV:
  case STUBDNS_TYPE_ZONEMD:
  case STUBDNS_TYPE_OPENPGPKEY:
    return 1;
  default:
    return is_key(type);
  }
}

static void put_key_tag(text_t *text, record_t *record) {
  stubdns__text_word(text, "key id = ");
  stubdns__text_number(text, key_tag(record));
}

static void put_omitted(text_t *text, record_t *record) {
  if (is_key(record->type)) {
    stubdns__text_char(text, '[');
    put_key_tag(text, record);
    stubdns__text_char(text, ']');
  } else {
    stubdns__text_word(text, "[omitted]");
  }
}

#define SOA_SERIAL 2 /* the first field of a SOA with a comment */

/* "3600       ; refresh (1 hour)": the comments begin in one column. */
static void put_soa_comment(text_t *text, const stubdns_field_t *field,
                            size_t width, unsigned index) {
  for (; width < 10; width++)
    stubdns__text_char(text, ' ');
  stubdns__text_word(text, " ; ");
  stubdns__text_word(text, field->label);
  if (index == SOA_SERIAL) return;
  stubdns__text_word(text, " (");
  stubdns__text_ttl_words(text, (uint32_t)stubdns_field_number(field));
  stubdns__text_char(text, ')');
}

static void put_field(text_t *text, const stubdns_field_t *field,
                      unsigned index) {
  const size_t start = text->length;
  const uint16_t type = field->record->type;
  if (stubdns__text_has(text, STUBDNS_TEXT_NO_CRYPTO) && is_long(field->kind) &&
      is_omissible(type)) {
    put_omitted(text, field->record);
    return;
  }
  stubdns__text_field(text, field);
  if (type == STUBDNS_TYPE_SOA && index >= SOA_SERIAL &&
      stubdns__text_has(text, STUBDNS_TEXT_COMMENTS) &&
      stubdns__text_has(text, STUBDNS_TEXT_MULTILINE))
    put_soa_comment(text, field, text->length - start, index);
}

#define KEY_FIELD 3      /* flags, protocol, algorithm, key */
#define KSK 0x0001u      /* RFC 4034 section 2.1.1 */
#define REVOKED 0x0080u  /* RFC 5011 section 7 */
#define PRIVATE_NAME 253 /* RFC 4034 appendix A.1.1: a name begins the key */

static void put_key_role(text_t *text, unsigned flags) {
  stubdns__text_word(text, " ; ");
  if ((flags & KSK) && (flags & REVOKED)) stubdns__text_word(text, "revoked ");
  stubdns__text_word(text, flags & KSK ? "KSK" : "ZSK");
}

/* The name of a private algorithm without its final dot; returns 0 where the
 * key does not begin with a name. */
static int put_private_algorithm(text_t *text, const uint8_t *octets,
                                 size_t length) {
  stubdns_name_t name;
  size_t end = 0;
  while (end < length && octets[end])
    end += octets[end] + 1u;
  if (end >= length || stubdns_name_from_wire(&name, octets, end + 1)) return 0;
  const size_t start = text->length;
  stubdns__text_name(text, &name);
  if (name.length > 1) text->length--;
  return text->length > start;
}

static void put_key_comment(text_t *text, record_t *record) {
  const uint8_t *octets = record->octets + record->rdata_offset;
  if (is_dnskey(record->type))
    put_key_role(text, (unsigned)octets[0] << 8 | octets[1]);
  stubdns__text_word(text, "; alg = ");
  if (octets[3] != PRIVATE_NAME ||
      !put_private_algorithm(text, octets + 4, record->rdata_length - 4u))
    stubdns__text_algorithm(text, octets[3]);
  stubdns__text_word(text, " ; ");
  put_key_tag(text, record);
}

/* RFC 4701 section 3.3: identifier type, digest type, length of the digest. */
static void put_dhcid_comment(text_t *text, record_t *record) {
  const uint8_t *octets = record->octets + record->rdata_offset;
  if (record->rdata_length <= 3) return;
  stubdns__text_word(text, " ; ");
  stubdns__text_number(text, (unsigned)octets[0] << 8 | octets[1]);
  stubdns__text_char(text, ' ');
  stubdns__text_number(text, octets[2]);
  stubdns__text_char(text, ' ');
  stubdns__text_number(text, record->rdata_length - 3u);
}

/* What comes behind the last field, which was field number `count` - 1. */
static void put_end(text_t *text, record_t *record, unsigned count,
                    int is_open) {
  const int has_comments = stubdns__text_has(text, STUBDNS_TEXT_COMMENTS);
  const int has_key_comment =
      has_comments && is_key(record->type) && count > KEY_FIELD;
  if (is_open &&
      (has_key_comment || (has_comments && record->type == STUBDNS_TYPE_SOA)))
    stubdns__text_break(text);
  else if (has_key_comment || (is_open && record->type != STUBDNS_TYPE_SOA))
    stubdns__text_char(text, ' ');
  if (is_open) stubdns__text_char(text, ')');
  if (has_key_comment) put_key_comment(text, record);
  if (is_open && has_comments && record->type == STUBDNS_TYPE_DHCID)
    put_dhcid_comment(text, record);
}

static void put_fields(text_t *text, record_t *record) {
  const struct layout one_line = {record->type, NEVER, 0};
  const struct layout layout = stubdns__text_has(text, STUBDNS_TEXT_MULTILINE)
                                   ? layout_of(record)
                                   : one_line;
  stubdns_fields_t fields = stubdns_record_fields(record);
  stubdns_field_t field;
  unsigned count = 0;
  while (stubdns_fields_next(&fields, &field)) {
    if (stubdns__field_is_blank(&field)) continue;
    put_separator(text, &layout, count);
    put_field(text, &field, count);
    count++;
  }
  put_end(text, record, count, count > layout.open);
}

static void put_generic(text_t *text, record_t *record) {
  struct stubdns__plain plain;
  struct stubdns__hex hex = {text, 0};
  const uint8_t *octets;
  size_t length = stubdns__plain_length(record);
  const int is_lines = stubdns__text_has(text, STUBDNS_TEXT_MULTILINE);
  stubdns__text_word(text, "\\# ");
  stubdns__text_number(text, length);
  if (length == 0) return;
  stubdns__text_word(text, is_lines ? " ( " : " ");
  stubdns__plain_begin(&plain, record);
  while (stubdns__plain_next(&plain, &octets, &length))
    stubdns__hex_put(&hex, octets, length);
  if (is_lines) stubdns__text_word(text, " )");
}

/* A field that may have no text of its own is the first of its type. */
int stubdns__rdata_has_text(record_t *record) {
  const struct stubdns__type *form = stubdns__record_form(record);
  if (!form || record->error) return 0;
  const uint8_t kind = form->fields[0].kind;
  if (kind != STUBDNS_FIELD_LOCATION && kind != STUBDNS_FIELD_PREFIXES &&
      kind != STUBDNS_FIELD_ATM_ADDRESS)
    return 1;
  const stubdns_field_t first = {.record = record,
                                 .kind = kind,
                                 .offset = record->rdata_offset,
                                 .length = record->rdata_length};
  return stubdns__field_has_text(&first);
}

/* EDNS options have no presentation format: what stood here for them, and be it
 * nothing, could not be read again. */
void stubdns__text_rdata(text_t *text, record_t *record) {
  if (stubdns__text_has(text, STUBDNS_TEXT_UNKNOWN) ||
      record->type == STUBDNS_TYPE_OPT || !stubdns__rdata_has_text(record))
    put_generic(text, record);
  else
    put_fields(text, record);
}
