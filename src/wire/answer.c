/* Following aliases through an answer section.  Each step looks at every record
 * once and there are at most 16 steps, so the work stays linear in the message;
 * the order of the records does not matter. */
#include "stubdns/answer.h"

#include "stubdns/error.h"
#include "wire/name.h"

#include <string.h>

/* What one look at the answer section finds out about one name. */
struct finding {
  size_t answer_count;
  uint32_t ttl_s; /* lowest of the answers */
  int has_cname;
  int has_dname;
  stubdns_record_t cname;
  stubdns_record_t dname; /* of an ancestor */
  int error;
};

static stubdns_name_t target_of(const stubdns_record_t *record) {
  stubdns_field_t field;
  stubdns_record_field(record, "target", &field);
  return stubdns_field_name(&field);
}

static void note_answer(struct finding *finding,
                        const stubdns_record_t *record) {
  if (record->error) finding->error = STUBDNS_EBADRDATA;
  if (finding->answer_count++ == 0 || record->ttl_s < finding->ttl_s)
    finding->ttl_s = record->ttl_s;
}

/* RFC 2181 section 10.1: one name, one CNAME; the same one twice does no harm.
 */
static void note_cname(struct finding *finding,
                       const stubdns_record_t *record) {
  if (finding->has_cname) {
    const stubdns_name_t first = target_of(&finding->cname);
    const stubdns_name_t second = target_of(record);
    if (!stubdns_name_equal(&first, &second))
      finding->error = STUBDNS_EALIASCONFLICT;
  }
  finding->cname = *record;
  finding->has_cname = 1;
}

/* RFC 6672 section 2.2: a DNAME is for the names below its owner alone. */
static void note_dname(struct finding *finding, const stubdns_name_t *name,
                       const stubdns_record_t *record) {
  const stubdns_name_t owner = stubdns_record_owner(record);
  if (!stubdns_name_is_below(name, &owner) || stubdns_name_equal(name, &owner))
    return;
  finding->dname = *record;
  finding->has_dname = 1;
}

static void note_record(const stubdns_chain_t *chain, struct finding *finding,
                        const stubdns_record_t *record) {
  const stubdns_name_t *name = &chain->target;
  if (record->class_ != chain->class_) return;
  if (record->type == STUBDNS_TYPE_DNAME) note_dname(finding, name, record);
  if (!stubdns_record_is_owned_by(record, name)) return;
  if (record->type == chain->type || chain->type == STUBDNS_TYPE_ANY)
    note_answer(finding, record);
  else if (record->type == STUBDNS_TYPE_CNAME)
    note_cname(finding, record);
}

static void look_for(const stubdns_chain_t *chain, struct finding *finding) {
  stubdns_records_t records =
      stubdns_message_records(chain->message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  memset(finding, 0, sizeof *finding);
  while (stubdns_records_next(&records, &record))
    note_record(chain, finding, &record);
}

static void lower_ttl(stubdns_chain_t *chain, uint32_t ttl_s) {
  if (ttl_s < chain->ttl_s) chain->ttl_s = ttl_s;
}

static int add_alias(stubdns_chain_t *chain, const stubdns_record_t *record) {
  if (chain->alias_count == STUBDNS_ALIASES_MAX) return STUBDNS_EALIASDEPTH;
  chain->alias_offsets[chain->alias_count++] = record->owner_offset;
  lower_ttl(chain, record->ttl_s);
  return 0;
}

/* Whether the aliases so far have already led away from `name`. */
static int was_visited(const stubdns_chain_t *chain,
                       const stubdns_name_t *name) {
  stubdns_record_t alias;
  for (size_t i = 0; stubdns_chain_alias(chain, i, &alias); i++)
    if (alias.type == STUBDNS_TYPE_CNAME &&
        stubdns_record_is_owned_by(&alias, name))
      return 1;
  return 0;
}

/* What the DNAME makes of the name; a CNAME beside it must say the same, RFC
 * 6672 section 3.4. */
static int apply_dname(stubdns_chain_t *chain, const struct finding *finding,
                       stubdns_name_t *target) {
  const stubdns_name_t from = stubdns_record_owner(&finding->dname);
  const stubdns_name_t to = target_of(&finding->dname);
  *target = chain->target;
  const int error = stubdns_name_substitute(target, &from, &to);
  if (error) return error;
  if (finding->has_cname) {
    const stubdns_name_t cname = target_of(&finding->cname);
    if (!stubdns_name_equal(target, &cname)) return STUBDNS_EALIASCONFLICT;
  }
  return add_alias(chain, &finding->dname);
}

static int follow_one(stubdns_chain_t *chain, const struct finding *finding) {
  stubdns_name_t target;
  int error = 0;
  if (finding->has_dname) error = apply_dname(chain, finding, &target);
  if (!error && finding->has_cname) {
    target = target_of(&finding->cname);
    error = add_alias(chain, &finding->cname);
  }
  if (error) return error;
  if (was_visited(chain, &target)) return STUBDNS_EALIASLOOP;
  chain->target = target;
  return 0;
}

/* Follows aliases until there are answers or no alias leads on. */
static int follow_all(stubdns_chain_t *chain, struct finding *finding) {
  for (;;) {
    look_for(chain, finding);
    if (finding->error) return finding->error;
    if (finding->answer_count) return 0;
    if (!finding->has_cname && !finding->has_dname) return 0;
    const int error = follow_one(chain, finding);
    if (error) return error;
  }
}

static int authority_has(const stubdns_message_t *message, uint16_t type) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_AUTHORITY);
  stubdns_record_t record;
  while (stubdns_records_next(&records, &record))
    if (record.type == type) return 1;
  return 0;
}

/* RFC 2308 section 2.2: a referral has NS records and no SOA, and comes from a
 * server that neither owns the name nor looks for others. */
static int is_referral(const stubdns_message_t *message) {
  return !(message->flags & (STUBDNS_FLAG_AA | STUBDNS_FLAG_RA)) &&
         authority_has(message, STUBDNS_TYPE_NS) &&
         !authority_has(message, STUBDNS_TYPE_SOA);
}

static enum stubdns_outcome find_outcome(const stubdns_chain_t *chain) {
  uint32_t ttl_s;
  const unsigned rcode = stubdns_message_rcode(chain->message);
  if (rcode != STUBDNS_RCODE_NOERROR && rcode != STUBDNS_RCODE_NXDOMAIN)
    return STUBDNS_OUTCOME_FAILURE;
  if (chain->answer_count) return STUBDNS_OUTCOME_ANSWER;
  if (rcode == STUBDNS_RCODE_NXDOMAIN) return STUBDNS_OUTCOME_NXDOMAIN;
  if (stubdns_message_negative_ttl(chain->message, &chain->target, &ttl_s))
    return STUBDNS_OUTCOME_NODATA;
  if (chain->alias_count) return STUBDNS_OUTCOME_INCOMPLETE;
  return is_referral(chain->message) ? STUBDNS_OUTCOME_REFERRAL
                                     : STUBDNS_OUTCOME_NODATA;
}

/* RFC 8482 section 4.2. */
static int is_minimal_any(const stubdns_chain_t *chain) {
  static const uint8_t cpu[] = {7, 'R', 'F', 'C', '8', '4', '8', '2'};
  stubdns_records_t records =
      stubdns_message_records(chain->message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  stubdns_field_t field;
  if (chain->type != STUBDNS_TYPE_ANY) return 0;
  while (stubdns_chain_next(chain, &records, &record)) {
    if (record.type != STUBDNS_TYPE_HINFO) continue;
    stubdns_record_field(&record, "cpu", &field);
    if (field.length == sizeof cpu &&
        !memcmp(stubdns_field_octets(&field), cpu, sizeof cpu))
      return 1;
  }
  return 0;
}

/* RFC 7505 section 3: a null MX stands alone. */
static int is_null_mx(const stubdns_chain_t *chain) {
  stubdns_records_t records =
      stubdns_message_records(chain->message, STUBDNS_SECTION_ANSWER);
  stubdns_record_t record;
  stubdns_field_t field;
  if (chain->type != STUBDNS_TYPE_MX || chain->answer_count != 1) return 0;
  while (stubdns_chain_next(chain, &records, &record))
    if (stubdns_record_field(&record, "exchange", &field) &&
        stubdns_field_name(&field).length == 1)
      return 1;
  return 0;
}

static uint16_t count_unrelated(const stubdns_chain_t *chain) {
  const unsigned related = chain->alias_count + chain->answer_count;
  const unsigned count = chain->message->record_counts[STUBDNS_SECTION_ANSWER];
  return (uint16_t)(count > related ? count - related : 0);
}

int stubdns_chain_follow(stubdns_chain_t *chain,
                         const stubdns_message_t *message,
                         const stubdns_question_t *question) {
  struct finding finding;
  memset(chain, 0, sizeof *chain);
  chain->message = message;
  chain->target = question->name;
  chain->type = question->type;
  chain->class_ = question->class_;
  chain->ttl_s = UINT32_MAX;
  const int error = follow_all(chain, &finding);
  if (finding.answer_count) lower_ttl(chain, finding.ttl_s);
  if (chain->ttl_s == UINT32_MAX) chain->ttl_s = 0;
  if (error) return error;
  chain->answer_count = (uint16_t)finding.answer_count; /* a header's count */
  chain->unrelated_count = count_unrelated(chain);
  chain->outcome = (uint8_t)find_outcome(chain);
  chain->minimal_any = (uint8_t)is_minimal_any(chain);
  chain->null_mx = (uint8_t)is_null_mx(chain);
  return 0;
}

const char *stubdns_chain_status(const stubdns_chain_t *chain) {
  switch (chain->outcome) {
  case STUBDNS_OUTCOME_NODATA:
    return "NODATA";
  case STUBDNS_OUTCOME_REFERRAL:
    return "REFERRAL";
  case STUBDNS_OUTCOME_ANSWER:
  case STUBDNS_OUTCOME_INCOMPLETE:
    return stubdns_rcode_mnemonic(STUBDNS_RCODE_NOERROR);
  default:
    return stubdns_rcode_mnemonic(stubdns_message_rcode(chain->message));
  }
}

int stubdns_chain_alias(const stubdns_chain_t *chain, size_t index,
                        stubdns_record_t *record) {
  if (index >= chain->alias_count) return 0;
  stubdns_records_t one = {chain->message, chain->alias_offsets[index], 1,
                           STUBDNS_SECTION_ANSWER, STUBDNS_SECTION_ANSWER};
  return stubdns_records_next(&one, record);
}

int stubdns_chain_next(const stubdns_chain_t *chain, stubdns_records_t *records,
                       stubdns_record_t *record) {
  while (stubdns_records_next(records, record))
    if (record->class_ == chain->class_ &&
        (record->type == chain->type || chain->type == STUBDNS_TYPE_ANY) &&
        stubdns_record_is_owned_by(record, &chain->target))
      return 1;
  return 0;
}

int stubdns_message_negative_ttl(const stubdns_message_t *message,
                                 const stubdns_name_t *name, uint32_t *ttl_s) {
  stubdns_records_t records =
      stubdns_message_records(message, STUBDNS_SECTION_AUTHORITY);
  stubdns_record_t record;
  stubdns_field_t field;
  while (stubdns_records_next(&records, &record)) {
    if (!stubdns_record_field(&record, "minimum", &field)) continue;
    const stubdns_name_t owner = stubdns_record_owner(&record);
    if (!stubdns_name_is_below(name, &owner)) continue;
    const uint32_t minimum = (uint32_t)stubdns_field_number(&field);
    *ttl_s = record.ttl_s < minimum ? record.ttl_s : minimum;
    return 1;
  }
  return 0;
}
