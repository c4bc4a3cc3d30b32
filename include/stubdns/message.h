/* Received messages, RFC 1035 section 4: one call validates a datagram as a
 * whole, after which walking its records and their fields cannot fail.
 *
 *   stubdns_message_t message;
 *   int error = stubdns_message_parse(&message, octets, length, 0);
 *   if (error) return error;
 *   stubdns_records_t records = stubdns_message_records(
 *       &message, STUBDNS_SECTION_ANSWER);
 *   stubdns_record_t record;
 *   while (stubdns_records_next(&records, &record)) ...
 *
 * Nothing here allocates, and no octet is copied before it is asked for. */
#ifndef STUBDNS_MESSAGE_H
#define STUBDNS_MESSAGE_H

#include "name.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STUBDNS_MESSAGE_MAX 65535

/* Bits of `flags`, as they stand in the header. */
#define STUBDNS_FLAG_QR 0x8000u
#define STUBDNS_FLAG_AA 0x0400u
#define STUBDNS_FLAG_TC 0x0200u
#define STUBDNS_FLAG_RD 0x0100u
#define STUBDNS_FLAG_RA 0x0080u
#define STUBDNS_FLAG_Z 0x0040u
#define STUBDNS_FLAG_AD 0x0020u
#define STUBDNS_FLAG_CD 0x0010u

enum stubdns_opcode {
  STUBDNS_OPCODE_QUERY = 0,
  STUBDNS_OPCODE_IQUERY = 1,
  STUBDNS_OPCODE_STATUS = 2,
  STUBDNS_OPCODE_NOTIFY = 4,
  STUBDNS_OPCODE_UPDATE = 5,
  STUBDNS_OPCODE_DSO = 6
};

enum stubdns_rcode {
  STUBDNS_RCODE_NOERROR = 0,
  STUBDNS_RCODE_FORMERR = 1,
  STUBDNS_RCODE_SERVFAIL = 2,
  STUBDNS_RCODE_NXDOMAIN = 3,
  STUBDNS_RCODE_NOTIMP = 4,
  STUBDNS_RCODE_REFUSED = 5,
  STUBDNS_RCODE_YXDOMAIN = 6,
  STUBDNS_RCODE_YXRRSET = 7,
  STUBDNS_RCODE_NXRRSET = 8,
  STUBDNS_RCODE_NOTAUTH = 9,
  STUBDNS_RCODE_NOTZONE = 10,
  STUBDNS_RCODE_BADVERS = 16,
  STUBDNS_RCODE_BADCOOKIE = 23
};

enum stubdns_class {
  STUBDNS_CLASS_IN = 1,
  STUBDNS_CLASS_CH = 3,
  STUBDNS_CLASS_HS = 4,
  STUBDNS_CLASS_NONE = 254,
  STUBDNS_CLASS_ANY = 255
};

enum stubdns_section {
  STUBDNS_SECTION_ANSWER = 0,
  STUBDNS_SECTION_AUTHORITY = 1,
  STUBDNS_SECTION_ADDITIONAL = 2
};

/* For stubdns_message_parse(): a multicast DNS message, RFC 6762 section 18:
 * any number of questions; the top bit of a record's class is the cache-flush
 * bit, and is not part of the class. */
#define STUBDNS_PARSE_MDNS 1u

/* A validated message.  It borrows the octets it was parsed from. */
typedef struct stubdns_message {
  const uint8_t *octets;
  size_t length;
  uint16_t id;
  uint16_t flags;            /* the header's second 16 bits, STUBDNS_FLAG_* */
  uint16_t question_count;   /* 0 or 1 in a reply to a QUERY */
  uint16_t record_counts[3]; /* by section; each counted record is there */
  uint16_t malformed_count;  /* records with malformed content */
  size_t section_offsets[3];
  size_t records_end;  /* offset behind the last record */
  size_t opt_offset;   /* of the OPT record, 0 where there is none */
  size_t error_offset; /* where parsing failed, when it failed */
  unsigned parse_flags;
} stubdns_message_t;

typedef struct stubdns_question {
  stubdns_name_t name;
  uint16_t type;
  uint16_t class_;
} stubdns_question_t;

/* A record, as a view into its message. */
typedef struct stubdns_record {
  const uint8_t *octets; /* the message's first octet */
  size_t length;         /* of the message */
  size_t owner_offset;
  uint16_t type;
  uint16_t class_;
  uint32_t ttl_s;      /* a TTL with the top bit set is 0, RFC 2181 section 8 */
  uint32_t ttl_octets; /* as it stands on the wire; OPT uses it as flags */
  size_t rdata_offset;
  uint16_t rdata_length;
  uint8_t section;
  uint8_t cache_flush; /* RFC 6762 section 10.2, with STUBDNS_PARSE_MDNS */
  int error;           /* why the content is malformed, or 0 */
  size_t error_offset; /* where, from the message's first octet */
} stubdns_record_t;

/* A walk over the records of one section, or of all. */
typedef struct stubdns_records {
  const stubdns_message_t *message;
  size_t offset;
  size_t remaining;
  uint8_t section;
  uint8_t last_section;
} stubdns_records_t;

/* One field of a record's RDATA. */
typedef struct stubdns_field {
  const stubdns_record_t *record;
  const char *label; /* "preference": static, from the table of types */
  uint8_t kind;      /* STUBDNS_FIELD_* */
  size_t offset;     /* from the message's first octet */
  size_t length;     /* octets that it takes in the RDATA */
} stubdns_field_t;

/* A walk over the fields of one record. */
typedef struct stubdns_fields {
  const stubdns_record_t *record;
  const void *next; /* private */
  size_t offset;    /* private */
} stubdns_fields_t;

/* Parses a received datagram, RFC 1035 section 4.1, and validates all of it:
 * every name, every count, every RDATA by its type.  The work is linear in
 * `length` whatever the octets say, and so is that of reading the names again:
 * each may go through 126 compression pointers, and all together through 8192
 * and one more for each two octets, which no real message comes near.
 *
 * `octets` are borrowed: `message` and every record walked from it are valid as
 * long as they are.  `flags` is 0 or STUBDNS_PARSE_MDNS.  On success no later
 * call on the message can fail.  Octets behind the last record are no error:
 * see stubdns_message_trailing_length().
 *
 * A RDATA whose content is malformed, in a type that the table in types.h marks
 * CONTENT, spoils that record alone: `malformed_count` counts these.
 *
 * Returns 0, or STUBDNS_ESHORT, STUBDNS_ETOOLONG, STUBDNS_EQUESTIONS (RFC
 * 9619), STUBDNS_EBADLABEL, STUBDNS_ENAMETOOLONG, STUBDNS_EBADPOINTER,
 * STUBDNS_EPOINTERCHAIN, STUBDNS_EBADRDATA, STUBDNS_ERDATAEND,
 * STUBDNS_ERDATAEXTRA, STUBDNS_EBADOPT or STUBDNS_EBADOPTION.  On error
 * `message` is empty but for `error_offset`. */
int stubdns_message_parse(stubdns_message_t *message, const uint8_t *octets,
                          size_t length, unsigned flags);

/* The RCODE, with the extension of an OPT record: 0 to 4095, RFC 6891 section
 * 6.1.3. */
unsigned stubdns_message_rcode(const stubdns_message_t *message);

/* The OPCODE, 0 to 15. */
unsigned stubdns_message_opcode(const stubdns_message_t *message);

/* Octets behind the last record: 0 in an orderly message. */
size_t stubdns_message_trailing_length(const stubdns_message_t *message);

/* The first question, or the root, type 0 and class 0 where there is none. */
stubdns_question_t stubdns_message_question(const stubdns_message_t *message);

/* Whether the message asks exactly `question`: one question, same type and
 * class, same name with letters folded, or octet by octet if `exact`. */
int stubdns_message_asks(const stubdns_message_t *message,
                         const stubdns_question_t *question, int exact);

/* Begins a walk over one section. */
stubdns_records_t stubdns_message_records(const stubdns_message_t *message,
                                          enum stubdns_section section);

/* Begins a walk over the records of all sections in their order. */
stubdns_records_t stubdns_message_all_records(const stubdns_message_t *message);

/* Steps to the next record; returns 0 behind the last one. */
int stubdns_records_next(stubdns_records_t *records, stubdns_record_t *record);

/* The OPT record; returns 0 where the message has none. */
int stubdns_message_opt(const stubdns_message_t *message,
                        stubdns_record_t *record);

/* Views the one record that `length` octets hold in wire form, as
 * stubdns_record_from_text() writes it: without compression.
 *
 * Returns 0, or an error of stubdns_message_parse(); one of the RDATA's content
 * marks the record as well, which then can be shown as octets. */
int stubdns_record_from_wire(stubdns_record_t *record, const uint8_t *octets,
                             size_t length);

/* The owner name, expanded; the second form saves a copy of 256 octets. */
stubdns_name_t stubdns_record_owner(const stubdns_record_t *record);
void stubdns_record_read_owner(const stubdns_record_t *record,
                               stubdns_name_t *name);

/* Whether `name` owns the record, letters folded; cheaper than expanding. */
int stubdns_record_is_owned_by(const stubdns_record_t *record,
                               const stubdns_name_t *name);

/* Begins a walk over the fields of a record's RDATA, as types.h lists them for
 * its type.  A record of unknown type, of another class than the format is
 * defined for, or with `error` set has none. */
stubdns_fields_t stubdns_record_fields(const stubdns_record_t *record);

/* Steps to the next field; returns 0 behind the last one. */
int stubdns_fields_next(stubdns_fields_t *fields, stubdns_field_t *field);

/* Finds a field by its label ("exchange"); returns 0 where there is none, and
 * gives a field of kind END without octets: its number is 0, its name the root.
 */
int stubdns_record_field(const stubdns_record_t *record, const char *label,
                         stubdns_field_t *field);

/* The number in a field of a whole-number kind (U8 to U64, TYPE, TIME ...), 0
 * in a field of another kind. */
uint64_t stubdns_field_number(const stubdns_field_t *field);

/* The name in a field of a name kind, the root in a field of another kind; the
 * second form saves a copy of 256 octets. */
stubdns_name_t stubdns_field_name(const stubdns_field_t *field);
void stubdns_field_read_name(const stubdns_field_t *field,
                             stubdns_name_t *name);

/* The field's octets as they stand on the wire: `length` of them.  A
 * character-string begins with its length octet. */
const uint8_t *stubdns_field_octets(const stubdns_field_t *field);

/* Steps over a field that is a sequence of character-strings (STRINGS); begin
 * with `*position` 0.  Gives each string's octets without the length octet.
 * Returns 0 behind the last one. */
int stubdns_field_next_string(const stubdns_field_t *field, size_t *position,
                              const uint8_t **octets, size_t *length);

/* The type's mnemonic ("MX"), or NULL for a number that has none. */
const char *stubdns_type_mnemonic(uint16_t type);

/* The type of a mnemonic, letters folded, or of "TYPEnnn" (RFC 3597 section 5).
 *
 * Returns 0, or STUBDNS_EBADTEXT. */
int stubdns_type_from_text(uint16_t *type, const char *text, size_t length);

/* The same for classes: "IN", "CH", "HS", "NONE", "ANY", "CLASSnnn". */
const char *stubdns_class_mnemonic(uint16_t class_);
int stubdns_class_from_text(uint16_t *class_, const char *text, size_t length);

/* The RCODE's mnemonic ("NXDOMAIN"), or NULL; likewise the OPCODE's. */
const char *stubdns_rcode_mnemonic(unsigned rcode);
const char *stubdns_opcode_mnemonic(unsigned opcode);

#ifdef __cplusplus
}
#endif
#endif
