/* The reasons for which ares_dns_parse() and we differ, each with the octets
 * that it depends on.  What none of them explains is a mistake of one of the
 * two. */
#include "cares_message.h"

/* Why c-ares accepts a malformed message. */
static const char *explain_message(const struct reading *reading) {
  const struct place *const place = &reading->places[reading->fault_record];
  if (reading->fault_in_rdata && !cares_knows(place->type))
    return "c-ares gives the RDATA of other types raw";
  switch (reading->fault) {
  case FAULT_POINTER:
    return "c-ares follows pointers to where no name began";
  case FAULT_LONG_NAME:
    return "c-ares accepts names of more than 255 octets";
  case FAULT_HOPS:
    return "c-ares follows more than 126 pointers";
  case FAULT_OPT:
    return "c-ares accepts OPT anywhere, with any owner, and several";
  case FAULT_RDATA_LONG:
    return "c-ares accepts octets behind the last field of RDATA";
  default:
    return NULL;
  }
}

static int is_known_opcode(unsigned opcode) {
  return opcode <= STUBDNS_OPCODE_UPDATE && opcode != 3;
}

static int is_known_class(unsigned class_) {
  return class_ == STUBDNS_CLASS_IN || class_ == STUBDNS_CLASS_CH ||
         class_ == STUBDNS_CLASS_HS || class_ == STUBDNS_CLASS_NONE;
}

static int is_printable(const uint8_t *octets, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (octets[i] < 0x20 || octets[i] > 0x7e) return 0;
  return 1;
}

/* Whether a character-string, which c-ares gives as a C string, or the target
 * of URI has octets outside printable ASCII. */
static int has_odd_string(const struct subject *subject,
                          const struct place *place) {
  const struct form *const form = form_of(place->type, STUBDNS_CLASS_IN, 1);
  const uint8_t *const rdata = subject->octets + place->rdata_offset;
  size_t offset = 0;
  if (place->type == STUBDNS_TYPE_URI)
    return !is_printable(rdata + 4, place->rdata_length - 4);
  for (const char *field = form->fields; *field; field++) {
    if (*field >= '1' && *field <= '8') offset += (size_t)(*field - '0');
    if (*field != 's' && *field != 't') continue;
    if (!is_printable(rdata + offset + 1, rdata[offset])) return 1;
    offset += 1u + rdata[offset];
  }
  return 0;
}

/* Why we accept a message with RDATA that c-ares finds malformed. */
static const char *explain_fault(const struct place *place) {
  if (place->fault)
    return "c-ares refuses the message where content of one RDATA is malformed";
  if (place->rdata_length == 0)
    return "c-ares wants RDATA in records of class NONE too";
  if (!form_of(place->type, place->class_, place->rdata_length))
    return "c-ares reads RDATA of other classes like that of class IN";
  return NULL;
}

/* Why c-ares refuses the message for a record of a type that it knows. */
static const char *explain_known(const struct subject *subject,
                                 const struct place *place) {
  const uint8_t *const rdata = subject->octets + place->rdata_offset;
  if (!is_known_class(place->class_) && place->type != STUBDNS_TYPE_OPT &&
      !(place->type == STUBDNS_TYPE_SIG && place->class_ == STUBDNS_CLASS_ANY))
    return "c-ares refuses records of classes that it does not know";
  if (their_fault(subject, place) ||
      (place->type == STUBDNS_TYPE_CAA && rdata[1] == 0))
    return explain_fault(place);
  if (place->type == STUBDNS_TYPE_CAA && place->rdata_length == 2u + rdata[1])
    return "c-ares refuses an empty CAA value";
  if (has_odd_string(subject, place))
    return "c-ares refuses strings that are not printable";
  return NULL;
}

/* Why c-ares refuses a message that we accept. */
static const char *explain_refusal(const struct subject *subject) {
  const struct reading *const reading = &subject->reading;
  const char *reason = NULL;
  if (reading->question_count != 1) return "c-ares wants exactly one question";
  if (!is_known_opcode(stubdns_message_opcode(&subject->message)))
    return "c-ares refuses opcodes that it does not know";
  if (!is_known_class(reading->question_class) &&
      reading->question_class != STUBDNS_CLASS_ANY)
    return "c-ares refuses questions of classes that it does not know";
  for (size_t i = 0; i < reading->count && !reason; i++) {
    const struct place *const place = &reading->places[i];
    if (place->type == STUBDNS_TYPE_ANY)
      reason = "c-ares refuses records of type ANY";
    else if (cares_knows(place->type))
      reason = explain_known(subject, place);
  }
  return reason;
}

/* What in the record c-ares reads in a way of its own. */
static const char *explain_place(const struct subject *subject,
                                 const struct place *place) {
  const int is_known = cares_knows(place->type);
  if (!is_known && place->rdata_length == 0)
    return "c-ares loses the type of a raw record without RDATA";
  if (is_known && place->type != STUBDNS_TYPE_OPT &&
      !form_of(place->type, place->class_, place->rdata_length))
    return "c-ares reads RDATA of other classes like that of class IN";
  if (is_known && place->fault == FAULT_RDATA_LONG)
    return "c-ares accepts octets behind the last field of RDATA";
  if (is_known && place->fault == FAULT_RDATA_VALUE &&
      (place->type == STUBDNS_TYPE_SVCB || place->type == STUBDNS_TYPE_HTTPS))
    return "c-ares accepts a compressed target of SVCB (RFC 9460 section 2.2)";
  if (has_code_twice(subject, place))
    return "c-ares keeps the last of options or parameters with one code";
  return NULL;
}

/* Why both accept the message and find something else: c-ares must find just
 * what its ways make of the message. */
static const char *explain_items(const struct subject *subject,
                                 const struct items *theirs) {
  static struct items expected;
  const struct reading *const reading = &subject->reading;
  unsigned ways = 0;
  do {
    foretell_theirs(&expected, subject, ways);
  } while (!items_equal(&expected, theirs) && ++ways < WAYS_END);
  if (ways == WAYS_END) return NULL;
  if (ways & WAY_RCODE)
    return "c-ares calls RCODEs that it does not know SERVFAIL";
  const char *reason = NULL;
  for (size_t i = 0; i < reading->count && !reason; i++)
    reason = explain_place(subject, &reading->places[i]);
  return reason;
}

const char *explain_whole(const struct subject *subject,
                          const struct items *theirs) {
  if (subject->reading.fault) return explain_message(&subject->reading);
  if (theirs->error) return explain_refusal(subject);
  return explain_items(subject, theirs);
}
