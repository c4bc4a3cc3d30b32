/* The reasons for which c-ares 1.18 and we differ, each with the octets that it
 * depends on.  What none of them explains is a mistake of one of the two. */
#include "cares.h"

#include <sys/select.h> /* fd_set, for ares.h */

#include <ares.h>
#include <string.h>

#define HOPS_MAX 50 /* c-ares follows no more pointers in a name */

static int is_address(uint16_t type) {
  return type == STUBDNS_TYPE_A || type == STUBDNS_TYPE_AAAA;
}

static int wants_chaos(uint16_t type) {
  return type == STUBDNS_TYPE_TXT || type == STUBDNS_TYPE_CAA;
}

static int is_answer(const struct place *place) {
  return place->section == STUBDNS_SECTION_ANSWER;
}

/* Whether c-ares reads the RDATA of the record when it looks for `type`. */
static int is_read(uint16_t type, const struct place *place) {
  const int is_of_type =
      place->type == type ||
      (is_address(type) && place->type == STUBDNS_TYPE_CNAME);
  return is_answer(place) && is_of_type &&
         (place->class_ == STUBDNS_CLASS_IN ||
          (wants_chaos(type) && place->class_ == STUBDNS_CLASS_CH));
}

/* Why c-ares accepts RDATA that it reads and that has a fault. */
static const char *explain_rdata(const struct place *place, enum fault fault) {
  const uint16_t type = place->type;
  if (is_address(type)) return "c-ares passes over addresses of wrong length";
  if (type == STUBDNS_TYPE_TXT && place->rdata_length == 0)
    return "c-ares takes TXT without a string for no record";
  if (fault == FAULT_RDATA_LONG)
    return "c-ares accepts octets behind the last field of RDATA";
  if (fault == FAULT_RDATA_SHORT) return "c-ares reads fields beyond RDLENGTH";
  if (fault == FAULT_RDATA_VALUE && type == STUBDNS_TYPE_CAA)
    return "c-ares accepts any octets in a CAA tag";
  return NULL;
}

/* The first answer record of the type in class IN, or NULL. */
static const struct place *first_of(uint16_t type,
                                    const struct reading *reading) {
  for (size_t i = 0; i < reading->count; i++)
    if (is_answer(&reading->places[i]) && reading->places[i].type == type &&
        reading->places[i].class_ == STUBDNS_CLASS_IN)
      return &reading->places[i];
  return NULL;
}

/* Why c-ares accepts a malformed message. */
static const char *explain_message(uint16_t type,
                                   const struct reading *reading) {
  const struct place *const place = &reading->places[reading->fault_record];
  const struct place *const soa = first_of(STUBDNS_TYPE_SOA, reading);
  if (reading->fault_section == SECTION_NONE &&
      reading->counts[STUBDNS_SECTION_ANSWER] == 0)
    return "c-ares does not read the question where there is no answer";
  if (reading->fault_section == STUBDNS_SECTION_AUTHORITY ||
      reading->fault_section == STUBDNS_SECTION_ADDITIONAL)
    return "c-ares does not read authority and additional records";
  if (type == STUBDNS_TYPE_SOA && soa && soa < place)
    return "c-ares reads nothing behind the first SOA record";
  if (reading->fault_in_rdata && !is_read(type, place))
    return "c-ares does not read the RDATA of other types and classes";
  if (reading->fault == FAULT_POINTER)
    return "c-ares follows pointers to where no name began";
  if (reading->fault == FAULT_LONG_NAME)
    return "c-ares accepts names of more than 255 octets";
  if (reading->fault == FAULT_OPT)
    return "c-ares accepts OPT where there must be none";
  return reading->fault_in_rdata ? explain_rdata(place, reading->fault) : NULL;
}

/* Why c-ares accepts answer records whose content is malformed. */
static const char *explain_content(uint16_t type,
                                   const struct reading *reading) {
  const char *reason = NULL;
  for (size_t i = 0; i < reading->count && !reason; i++)
    if (reading->places[i].fault && is_read(type, &reading->places[i]))
      reason = explain_rdata(&reading->places[i], reading->places[i].fault);
  return reason;
}

/* Why c-ares refuses a record that it reads. */
static const char *explain_refused(const struct reading *reading,
                                   const struct place *place) {
  const uint8_t *const rdata = reading->octets + place->rdata_offset;
  if (place->type == STUBDNS_TYPE_CAA && place->rdata_length >= 2 &&
      place->rdata_length == 2u + rdata[1])
    return "c-ares refuses an empty CAA value";
  if (place->fault && place->class_ != STUBDNS_CLASS_IN)
    return "c-ares reads CAA records of class CH too";
  if (place->rdata.is_odd &&
      (place->type == STUBDNS_TYPE_NS || place->type == STUBDNS_TYPE_CNAME))
    return "c-ares refuses names that are no host names (RFC 2181 section 11)";
  if (place->rdata.hops > HOPS_MAX) return "c-ares follows at most 50 pointers";
  return NULL;
}

/* Why c-ares refuses a message that we accept. */
static const char *explain_refusal(uint16_t type,
                                   const struct subject *subject) {
  const struct reading *const reading = &subject->reading;
  const char *reason = NULL;
  if (reading->question_count != 1) return "c-ares wants exactly one question";
  if (type == STUBDNS_TYPE_SOA && !first_of(type, reading))
    return "c-ares calls a message without a SOA record bad";
  if (type == STUBDNS_TYPE_SOA && reading->question_type == type &&
      reading->counts[STUBDNS_SECTION_ANSWER] > 1)
    return "c-ares refuses SOA beside other records when SOA was asked";
  if (reading->question.hops > HOPS_MAX)
    return "c-ares follows at most 50 pointers";
  for (size_t i = 0; i < reading->count && !reason; i++) {
    const struct place *const place = &reading->places[i];
    if (is_answer(place) && place->owner.hops > HOPS_MAX)
      reason = "c-ares follows at most 50 pointers";
    else if (is_read(type, place))
      reason = explain_refused(reading, place);
  }
  return reason;
}

static const struct {
  unsigned ways;
  const char *reason;
} ways[] = {
    {WAY_ALIASES, "c-ares gives addresses at the end of the aliases only"},
    {WAY_FIRST, "c-ares gives the first SOA record only"},
    {WAY_CHAOS, "c-ares gives TXT and CAA records of class CH too"},
    {WAY_ZERO, "c-ares ends names and strings at a zero octet"},
};

/* Why both accept the message and find other records. */
static const char *explain_records(uint16_t type, const struct subject *subject,
                                   const struct items *theirs) {
  static struct items expected;
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    parse_ours(&expected, type, subject, ways[i].ways);
    if (items_equal(&expected, theirs)) return ways[i].reason;
  }
  return NULL;
}

const char *explain(uint16_t type, const struct subject *subject,
                    const struct items *ours, const struct items *theirs) {
  if (subject->reading.fault) return explain_message(type, &subject->reading);
  if (theirs->error && theirs->error != ARES_ENODATA)
    return explain_refusal(type, subject);
  if (ours->error) return explain_content(type, &subject->reading);
  return explain_records(type, subject, theirs);
}
