/* A message read by the plain words of the RFCs and the simplest means, apart
 * from the code under test.  It says by the octets what is wrong with a
 * message, which is the ground that a disagreement of two parsers is explained
 * on. */
#ifndef STUBDNS_TESTS_REFERENCE_H
#define STUBDNS_TESTS_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

enum fault {
  FAULT_NONE = 0,
  FAULT_QUESTIONS,   /* several, in a reply to a QUERY */
  FAULT_CUT,         /* the message ends inside a field */
  FAULT_LABEL_TYPE,  /* a length octet begins with 01 or 10 */
  FAULT_LONG_NAME,   /* over 255 octets */
  FAULT_POINTER,     /* not to an earlier place where a name or label began */
  FAULT_HOPS,        /* more than 126 pointers in one name */
  FAULT_OPT,         /* a second one, misplaced, or not owned by the root */
  FAULT_RDATA_SHORT, /* RDATA ends inside a field */
  FAULT_RDATA_LONG,  /* octets behind the last field of RDATA */
  FAULT_RDATA_VALUE, /* a field has octets that it must not have */
};

/* What names had that other parsers mind: the most pointers in one of them, and
 * octets that host names do not have. */
struct traits {
  unsigned hops;
  uint8_t is_odd;
};

/* One record as it stands in the message. */
struct place {
  uint8_t section;
  uint16_t type;
  uint16_t class_;
  size_t owner_offset;
  size_t rdata_offset;
  size_t rdata_length;
  struct traits owner;
  struct traits rdata;
  enum fault fault; /* that makes this record alone malformed */
};

#define PLACES_MAX 6000 /* a record takes 11 of 65535 octets */

#define SECTION_NONE 3 /* the header or the questions */

struct reading {
  const uint8_t *octets;
  size_t length;
  unsigned question_count;
  unsigned question_type; /* of the first */
  unsigned question_class;
  struct traits question;
  unsigned counts[3]; /* of records, as the header has them, by section */
  size_t count;       /* of the records up to the fault */
  struct place places[PLACES_MAX];
  enum fault fault;       /* that makes the message malformed */
  size_t fault_record;    /* the record in which it is, by its place */
  uint8_t fault_section;  /* in which it is: 0 to 2, or SECTION_NONE */
  uint8_t fault_in_rdata; /* it is in the RDATA of places[fault_record] */
};

void reference_read(struct reading *reading, const uint8_t *octets,
                    size_t length);

/* Reading with a mark at every place where a name, a label or a pointer began.
 * The first fault sticks. */
struct reader {
  const uint8_t *octets;
  size_t length; /* of the message */
  size_t offset;
  size_t end; /* of what is read: the message or one RDATA */
  uint8_t *began;
  struct traits traits; /* of the names since they were last cleared */
  uint8_t name[255];    /* the last name, expanded */
  size_t name_length;
  enum fault fault;
};

void reader_fail(struct reader *reader, enum fault fault);
size_t reader_left(const struct reader *reader);
void reader_skip(struct reader *reader, size_t count);
unsigned reader_number(struct reader *reader, unsigned size);
void reader_name(struct reader *reader);

/* How the RDATA of a type is written: a character for each field.
 *
 *   1 2 4 6 8  so many octets        =  16 octets
 *   n  a name                        p  a name that must not be compressed
 *   N  names to the end
 *   s  a character-string            S  one or more of them to the end
 *   t  a CAA tag                     b  two octets of length, and so many
 *   o  codes, each with two octets of length and so many octets
 *   *  octets to the end             +  the same, at least one
 *   h  the host identity of HIP      a  prefix, suffix and name of A6
 *   i  gateway of IPSECKEY           r  relay of AMTRELAY
 *   ?  to the end, not looked at */
struct form {
  uint16_t type;
  uint8_t rule;
  const char *fields;
};

enum {
  FORM_CLASSIC = 0, /* a fault spoils the message */
  FORM_CONTENT = 1, /* a fault other than a name's spoils the record alone */
  FORM_IN = 2,      /* other classes than IN have no known form */
};

extern const struct form forms[];
extern const size_t form_count;

/* The form of the RDATA, or NULL where it is opaque. */
const struct form *form_of(unsigned type, unsigned class_, size_t rdata_length);

/* Reads RDATA, which fills the reader, or one field of it. */
void reference_read_rdata(struct reader *reader, const struct form *form);
void reference_read_field(struct reader *reader, char field);

#endif
