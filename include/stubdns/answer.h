/* What a reply answers: following aliases from the question to the records that
 * answer it, and telling the kinds of "no" apart.  Records that neither are
 * aliases on that way nor stand at its end are not part of the answer, whatever
 * the server put into the message: RFC 1034 section 3.6.2, RFC 2181 section
 * 10.1, RFC 2308 section 2, RFC 6672 section 3.4. */
#ifndef STUBDNS_ANSWER_H
#define STUBDNS_ANSWER_H

#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

#define STUBDNS_ALIASES_MAX 16 /* CNAME and DNAME records on the way */

enum stubdns_outcome {
  STUBDNS_OUTCOME_ANSWER = 0, /* there are records */
  STUBDNS_OUTCOME_NODATA,     /* the name has none of this type */
  STUBDNS_OUTCOME_NXDOMAIN,   /* the name at the end does not exist */
  STUBDNS_OUTCOME_INCOMPLETE, /* aliases lead to a name to be asked next */
  STUBDNS_OUTCOME_REFERRAL,   /* the server names other servers instead */
  STUBDNS_OUTCOME_FAILURE     /* another RCODE than NOERROR and NXDOMAIN */
};

/* The way from a question to its answer.  It borrows the message. */
typedef struct stubdns_chain {
  const stubdns_message_t *message;
  stubdns_name_t target; /* the name at the end of the aliases */
  uint16_t type;         /* asked */
  uint16_t class_;       /* asked */
  uint8_t outcome;       /* enum stubdns_outcome */
  uint8_t minimal_any;   /* HINFO "RFC8482" stands for an answer to ANY */
  uint8_t null_mx;       /* the only MX names no host: no mail, RFC 7505 */
  uint8_t alias_count;
  uint16_t answer_count;    /* records that answer */
  uint16_t unrelated_count; /* records of the answer section that do not */
  uint32_t ttl_s; /* lowest of aliases and answers, RFC 2181 section 5.2; for
                     NODATA and NXDOMAIN see stubdns_message_negative_ttl() */
  size_t alias_offsets[STUBDNS_ALIASES_MAX]; /* private */
} stubdns_chain_t;

/* Follows CNAME and DNAME records of the answer section, in whatever order they
 * stand, from `question` on.  A question for CNAME or ANY follows none.  The
 * additional section never answers.  A truncated message is read like any
 * other: look at STUBDNS_FLAG_TC.
 *
 * Returns 0, or STUBDNS_EALIASLOOP; STUBDNS_EALIASCONFLICT for two different
 * CNAME records at one name or a CNAME that is not what its DNAME makes;
 * STUBDNS_EALIASDEPTH beyond STUBDNS_ALIASES_MAX; STUBDNS_ENAMETOOLONG where a
 * DNAME makes the name too long; STUBDNS_EBADRDATA where a record that answers
 * has malformed content, which spoils its whole RRset (RFC 9460 section 2.2).
 */
int stubdns_chain_follow(stubdns_chain_t *chain,
                         const stubdns_message_t *message,
                         const stubdns_question_t *question);

/* What RFC 9499 (sections 3 to 5 and 7) calls how the reply ended: "NOERROR",
 * also where the aliases lead on, "NODATA", "NXDOMAIN", "REFERRAL", or an RCODE
 * such as "SERVFAIL"; NULL for an RCODE without a name. */
const char *stubdns_chain_status(const stubdns_chain_t *chain);

/* Gives the alias at `index`, in the order from the question on; returns 0
 * behind the last one. */
int stubdns_chain_alias(const stubdns_chain_t *chain, size_t index,
                        stubdns_record_t *record);

/* Steps to the next record that answers; begin with
 * stubdns_message_records(message, STUBDNS_SECTION_ANSWER).  Returns 0 behind
 * the last one. */
int stubdns_chain_next(const stubdns_chain_t *chain, stubdns_records_t *records,
                       stubdns_record_t *record);

/* How long "no" may be believed: the lower of the TTL and the last field of the
 * SOA record in the authority section, RFC 2308 section 5.  The SOA must own
 * `name` or stand above it.  Returns 0 where there is none. */
int stubdns_message_negative_ttl(const stubdns_message_t *message,
                                 const stubdns_name_t *name, uint32_t *ttl_s);

/* Joins the character-strings of a TXT or SPF record to one text, with nothing
 * between them (RFC 7208 section 3.3, RFC 6376 section 3.6.2.2), and gives its
 * length in `*length`, also where it did not fit.  The octets are any, and no
 * NUL is put behind them; 65535 are always enough.
 *
 * Returns 0, STUBDNS_ENOSPACE, or STUBDNS_EINVALID where the record is of
 * another type or malformed. */
int stubdns_record_join_text(const stubdns_record_t *record, uint8_t *text,
                             size_t size, size_t *length);

/* A parameter of a SVCB or HTTPS record, RFC 9460 section 2.1. */
typedef struct stubdns_svc_param {
  uint16_t key;
  uint16_t length;
  const uint8_t *octets;
} stubdns_svc_param_t;

/* Steps over a SVC_PARAMS field; begin with `*position` 0.  Returns 0 behind
 * the last one. */
int stubdns_field_next_param(const stubdns_field_t *field, size_t *position,
                             stubdns_svc_param_t *param);

/* Whether a SVCB or HTTPS record is in AliasMode (RFC 9460 section 2.4.2); then
 * `target` is the name to ask for next, and the root says that there is no
 * service. */
int stubdns_record_is_service_alias(const stubdns_record_t *record,
                                    stubdns_name_t *target);

/* Whether a client may use a SVCB or HTTPS record: not malformed, and knowing
 * the `count` parameter keys in `known` is enough (RFC 9460 section 8). */
int stubdns_record_is_usable_service(const stubdns_record_t *record,
                                     const uint16_t *known, size_t count);

#ifdef __cplusplus
}
#endif
#endif
