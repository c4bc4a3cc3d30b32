/* The reasons for which c-ares 1.18 and we differ, each with the rule behind
 * it.  What none of them explains is a mistake of one of the two. */
#include "compare.h"

#include <sys/select.h> /* fd_set, for ares.h */

#include <ares.h>
#include <string.h>

/* Where our parser fails in the answer section. */
struct failure {
  int error;     /* 0: it does not */
  unsigned type; /* of the record that fails, 0: it cannot be read */
  unsigned class_;
};

static uint8_t copy[STUBDNS_MESSAGE_MAX];

static void set_count(size_t offset, unsigned count) {
  copy[offset] = (uint8_t)(count >> 8);
  copy[offset + 1] = (uint8_t)count;
}

static int parse_answers(stubdns_message_t *message, size_t length,
                         unsigned count) {
  set_count(6, count);
  return stubdns_message_parse(message, copy, length, 0);
}

/* Reads type and class of the record at `offset`, behind its owner. */
static void read_type(struct failure *failure, size_t offset, size_t length) {
  while (offset < length && copy[offset] != 0 && copy[offset] < 0xc0)
    offset += 1u + copy[offset];
  if (offset >= length) return;
  offset += copy[offset] ? 2 : 1;
  if (offset + 3 >= length) return;
  failure->type = (unsigned)copy[offset] << 8 | copy[offset + 1];
  failure->class_ = (unsigned)copy[offset + 2] << 8 | copy[offset + 3];
}

/* Takes the authority and additional sections away, and finds the first answer
 * record at which parsing fails. */
static struct failure find_failure(const uint8_t *octets, size_t length) {
  stubdns_message_t message = {0};
  struct failure failure = {0, 0, 0};
  if (length < 12) return (struct failure){STUBDNS_ESHORT, 0, 0};
  memcpy(copy, octets, length);
  const unsigned count = (unsigned)octets[6] << 8 | octets[7];
  set_count(8, 0);
  set_count(10, 0);
  for (unsigned i = 0; i <= count && !failure.error; i++) {
    const size_t offset = message.records_end;
    failure.error = parse_answers(&message, length, i);
    if (failure.error && i > 0) read_type(&failure, offset, length);
  }
  return failure;
}

/* Whether c-ares takes the octets for those of a host name. */
static int is_hostname(const stubdns_name_t *name) {
  static const char allowed[] =
      "abcdefghijklmnopqrstuvwxyz"
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/*";
  size_t offset = 0;
  while (name->octets[offset]) {
    for (unsigned i = 1; i <= name->octets[offset]; i++) {
      const uint8_t octet = name->octets[offset + i];
      if (octet == 0 || !strchr(allowed, octet)) return 0;
    }
    offset += 1u + name->octets[offset];
  }
  return 1;
}

/* Whether all names of the question and of the answer section are host names.
 */
static int has_only_hostnames(const stubdns_message_t *message) {
  const stubdns_question_t question = stubdns_message_question(message);
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  stubdns_field_t field;
  if (!is_hostname(&question.name)) return 0;
  while (stubdns_records_next(&records, &record)) {
    const stubdns_name_t owner = stubdns_record_owner(&record);
    if (!is_hostname(&owner)) return 0;
    stubdns_fields_t fields = stubdns_record_fields(&record);
    while (stubdns_fields_next(&fields, &field)) {
      const stubdns_name_t name = stubdns_field_name(&field);
      if (!is_hostname(&name)) return 0;
    }
  }
  return 1;
}

/* Why we accept what c-ares refuses. */
static const char *explain_theirs(uint16_t type, const uint8_t *octets,
                                  size_t length, const struct items *ours) {
  stubdns_message_t message;
  stubdns_message_parse(&message, octets, length, 0);
  if (message.question_count != 1) return "c-ares wants exactly one question";
  if (type == STUBDNS_TYPE_SOA && ours->count == 0)
    return "c-ares calls a message without a SOA record bad";
  if (!has_only_hostnames(&message))
    return "c-ares refuses names that are no host names (RFC 2181 section 11)";
  return NULL;
}

/* Why we refuse what c-ares accepts, by what is wrong in the answer section. */
static const char *explain_ours(uint16_t type, struct failure failure) {
  switch (failure.error) {
  case 0:
    return "c-ares does not read authority and additional records";
  case STUBDNS_EBADPOINTER:
    return "c-ares follows pointers to where no name began";
  case STUBDNS_ERDATAEXTRA:
    return "c-ares accepts octets behind the last field of RDATA";
  case STUBDNS_ERDATAEND:
    return "c-ares reads fields beyond RDLENGTH, or passes the record over";
  default:
    return failure.type != type || failure.class_ != STUBDNS_CLASS_IN
               ? "c-ares does not read the RDATA of other types and classes"
               : NULL;
  }
}

/* Whether `few` has nothing but items of `many`, in their order. */
static int is_part_of(const struct items *few, const struct items *many) {
  size_t found = 0;
  for (size_t i = 0; i < many->count && found < few->count; i++) {
    const size_t start = i ? many->ends[i - 1] : 0;
    const size_t few_start = found ? few->ends[found - 1] : 0;
    const size_t length = many->ends[i] - start;
    if (few->ends[found] - few_start == length &&
        !memcmp(few->octets + few_start, many->octets + start, length))
      found++;
  }
  return found == few->count;
}

const char *explain(uint16_t type, const uint8_t *octets, size_t length,
                    const struct items *ours, const struct items *theirs) {
  if (ours->error) return explain_ours(type, find_failure(octets, length));
  if ((type == STUBDNS_TYPE_A || type == STUBDNS_TYPE_AAAA) &&
      (!theirs->error || theirs->error == ARES_ENODATA) &&
      is_part_of(theirs, ours))
    return "c-ares gives addresses at the end of the aliases only";
  if (theirs->error) return explain_theirs(type, octets, length, ours);
  if ((type == STUBDNS_TYPE_TXT || type == STUBDNS_TYPE_CAA) &&
      ours->count < theirs->count && is_part_of(ours, theirs))
    return "c-ares gives TXT and CAA records of class CH too";
  return NULL;
}
