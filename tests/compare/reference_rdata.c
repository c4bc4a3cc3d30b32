/* The plain reader: RDATA, by a line for each type with a name in it, with
 * fields of RFC 1035, or that c-ares takes apart.  The forms were written from
 * the RFC of each type, not from the library's table. */
#include "reference.h"

#include <stdlib.h>

#define CLASS_IN 1
#define CLASS_NONE 254
#define CLASS_ANY 255
#define TYPE_OPT 41

const struct form forms[] = {
    {1, FORM_IN, "4"},                      /* A */
    {2, FORM_CLASSIC, "n"},                 /* NS */
    {3, FORM_CLASSIC, "n"},                 /* MD */
    {4, FORM_CLASSIC, "n"},                 /* MF */
    {5, FORM_CLASSIC, "n"},                 /* CNAME */
    {6, FORM_CLASSIC, "nn44444"},           /* SOA */
    {7, FORM_CLASSIC, "n"},                 /* MB */
    {8, FORM_CLASSIC, "n"},                 /* MG */
    {9, FORM_CLASSIC, "n"},                 /* MR */
    {12, FORM_CLASSIC, "n"},                /* PTR */
    {13, FORM_CLASSIC, "ss"},               /* HINFO */
    {14, FORM_CLASSIC, "nn"},               /* MINFO */
    {15, FORM_CLASSIC, "2n"},               /* MX */
    {16, FORM_CLASSIC, "S"},                /* TXT */
    {17, FORM_CLASSIC, "nn"},               /* RP */
    {18, FORM_CLASSIC, "2n"},               /* AFSDB */
    {21, FORM_CLASSIC, "2n"},               /* RT */
    {23, FORM_CONTENT | FORM_IN, "n"},      /* NSAP-PTR */
    {24, FORM_CONTENT, "2114442n+"},        /* SIG */
    {26, FORM_CONTENT | FORM_IN, "2nn"},    /* PX */
    {28, FORM_IN, "="},                     /* AAAA */
    {30, FORM_CONTENT, "n?"},               /* NXT */
    {33, FORM_IN, "222n"},                  /* SRV */
    {35, FORM_CONTENT | FORM_IN, "22sssn"}, /* NAPTR */
    {36, FORM_IN, "2n"},                    /* KX */
    {38, FORM_CONTENT | FORM_IN, "a"},      /* A6 */
    {39, FORM_CLASSIC, "n"},                /* DNAME */
    {TYPE_OPT, FORM_CLASSIC, "o"},
    {45, FORM_CONTENT | FORM_IN, "1i*"}, /* IPSECKEY */
    {46, FORM_CONTENT, "2114442n+"},     /* RRSIG */
    {47, FORM_CONTENT, "n?"},            /* NSEC */
    {52, FORM_CONTENT, "111+"},          /* TLSA */
    {55, FORM_CONTENT, "hN"},            /* HIP */
    {58, FORM_CONTENT, "nn"},            /* TALINK */
    {64, FORM_CONTENT | FORM_IN, "2po"}, /* SVCB */
    {65, FORM_CONTENT | FORM_IN, "2po"}, /* HTTPS */
    {66, FORM_CONTENT, "212p"},          /* DSYNC */
    {107, FORM_CONTENT, "2n"},           /* LP */
    {249, FORM_CONTENT, "n4422bb"},      /* TKEY */
    {250, FORM_CONTENT, "n62b22b"},      /* TSIG */
    {256, FORM_CONTENT, "22+"},          /* URI */
    {257, FORM_CONTENT, "1t*"},          /* CAA */
    {260, FORM_CONTENT, "1r"},           /* AMTRELAY */
};
const size_t form_count = sizeof forms / sizeof forms[0];

/* RFC 2136 section 2.4 and 2.5: updates name types without giving RDATA. */
static int is_of_update(unsigned class_, size_t rdata_length) {
  return rdata_length == 0 && (class_ == CLASS_NONE || class_ == CLASS_ANY);
}

const struct form *form_of(unsigned type, unsigned class_,
                           size_t rdata_length) {
  if (type != TYPE_OPT && is_of_update(class_, rdata_length)) return NULL;
  for (size_t i = 0; i < form_count; i++)
    if (forms[i].type == type)
      return (forms[i].rule & FORM_IN) && class_ != CLASS_IN ? NULL : &forms[i];
  return NULL;
}

/* RFC 9460 section 2.2: the target is not compressed. */
static void read_plain_name(struct reader *reader) {
  struct reader ahead = *reader;
  unsigned size = reader_number(&ahead, 1);
  while (size > 0 && size < 64) {
    reader_skip(&ahead, size);
    size = reader_number(&ahead, 1);
    if (ahead.offset - reader->offset > 255) size = 0;
  }
  if (size >= 0xc0)
    reader_fail(reader, FAULT_RDATA_VALUE);
  else
    reader_name(reader);
}

static void read_string(struct reader *reader) {
  reader_skip(reader, reader_number(reader, 1));
}

static void read_strings(struct reader *reader) {
  do {
    read_string(reader);
  } while (reader_left(reader));
}

/* RFC 8659 section 4.1. */
static void read_tag(struct reader *reader) {
  unsigned size = reader_number(reader, 1);
  if (size == 0) reader_fail(reader, FAULT_RDATA_VALUE);
  while (size-- > 0 && !reader->fault) {
    const unsigned c = reader_number(reader, 1);
    const unsigned folded = c | 0x20;
    if (!(c >= '0' && c <= '9') && !(folded >= 'a' && folded <= 'z'))
      reader_fail(reader, FAULT_RDATA_VALUE);
  }
}

static void read_options(struct reader *reader) {
  while (reader_left(reader)) {
    reader_skip(reader, 2);
    reader_skip(reader, reader_number(reader, 2));
  }
}

static void read_rest_not_empty(struct reader *reader) {
  reader_skip(reader, 1);
  reader_skip(reader, reader_left(reader));
}

/* RFC 8005 section 5: HIT length, algorithm, key length, HIT, key. */
static void read_host_identity(struct reader *reader) {
  const unsigned hit_length = reader_number(reader, 1);
  reader_skip(reader, 1);
  const unsigned key_length = reader_number(reader, 2);
  if (hit_length == 0 || key_length == 0)
    reader_fail(reader, FAULT_RDATA_VALUE);
  reader_skip(reader, hit_length);
  reader_skip(reader, key_length);
}

/* RFC 2874 section 3.1. */
static void read_a6(struct reader *reader) {
  const unsigned prefix = reader_number(reader, 1);
  if (prefix > 128) reader_fail(reader, FAULT_RDATA_VALUE);
  if (reader->fault) return;
  reader_skip(reader, (128 - prefix + 7) / 8);
  if (prefix > 0) reader_name(reader);
}

/* RFC 4025 section 2.3, RFC 8777 section 4.2.3. */
static void read_gateway(struct reader *reader, unsigned type) {
  if (type == 1) reader_skip(reader, 4);
  if (type == 2) reader_skip(reader, 16);
  if (type == 3) read_plain_name(reader);
}

static void read_ipseckey(struct reader *reader) {
  const unsigned type = reader_number(reader, 1);
  if (type > 3) reader_fail(reader, FAULT_RDATA_VALUE);
  reader_skip(reader, 1);
  read_gateway(reader, type);
}

static void read_amtrelay(struct reader *reader) {
  const unsigned type = reader_number(reader, 1) & 0x7f;
  if (type > 3) reader_fail(reader, FAULT_RDATA_VALUE);
  read_gateway(reader, type);
}

static void read_names(struct reader *reader) {
  while (reader_left(reader))
    reader_name(reader);
}

static void read_sized(struct reader *reader) {
  reader_skip(reader, reader_number(reader, 2));
}

static void read_rest(struct reader *reader) {
  reader_skip(reader, reader_left(reader));
}

static const struct {
  char field;
  void (*read)(struct reader *reader);
} ways[] = {
    {'n', reader_name},         {'p', read_plain_name},    {'N', read_names},
    {'s', read_string},         {'S', read_strings},       {'t', read_tag},
    {'b', read_sized},          {'o', read_options},       {'*', read_rest},
    {'+', read_rest_not_empty}, {'h', read_host_identity}, {'a', read_a6},
    {'i', read_ipseckey},       {'r', read_amtrelay},      {'?', read_rest},
};

void reference_read_field(struct reader *reader, char field) {
  if (field == '=') reader_skip(reader, 16);
  if (field >= '1' && field <= '8') reader_skip(reader, (size_t)(field - '0'));
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
    if (ways[i].field == field) ways[i].read(reader);
}

void reference_read_rdata(struct reader *reader, const struct form *form) {
  for (const char *field = form->fields; *field && !reader->fault; field++)
    reference_read_field(reader, *field);
  if (reader_left(reader)) reader_fail(reader, FAULT_RDATA_LONG);
}
