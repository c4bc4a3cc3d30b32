/* The ladder from EDNS to plain queries, RFC 6891 section 7, RFC 8906 section
 * 3: some servers answer EDNS with an error, some not at all. */
#include "exchange/edns.h"

/* What the attempts with EDNS say about one server. */
struct trial {
  unsigned silent_count;
  unsigned plain_count;
  enum stubdns__complaint complaint; /* the strongest */
};

enum stubdns__complaint stubdns__edns_complaint(unsigned rcode) {
  switch (rcode) {
  case STUBDNS_RCODE_FORMERR:
  case STUBDNS_RCODE_NOTIMP:
  case STUBDNS_RCODE_BADVERS:
    return STUBDNS__COMPLAINT_CLEAR;
  case STUBDNS_RCODE_SERVFAIL:
    return STUBDNS__COMPLAINT_VAGUE;
  default:
    return STUBDNS__COMPLAINT_NONE;
  }
}

static struct trial review(const struct stubdns__exchange *x, unsigned index) {
  struct trial trial = {0, 0, STUBDNS__COMPLAINT_NONE};
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older) {
    if (a->server != index) continue;
    trial.plain_count += !a->edns;
    if (!a->edns) continue;
    trial.silent_count += a->outcome == STUBDNS__SILENT && !a->tcp;
    if (a->complaint > trial.complaint)
      trial.complaint = (enum stubdns__complaint)a->complaint;
  }
  return trial;
}

int stubdns__edns_is_plain(const struct stubdns__exchange *x, unsigned index,
                           const struct stubdns__server *server,
                           uint64_t now_us) {
  if (now_us < server->plain_until_us) return 1;
  const struct trial trial = review(x, index);
  if (trial.complaint != STUBDNS__COMPLAINT_NONE) return 1;
  return trial.silent_count >= STUBDNS__EDNS_SILENT_MAX &&
         trial.plain_count == 0;
}

static void trust(struct stubdns__server *server) {
  server->plain_until_us = 0;
  server->edns_doubts = 0;
}

int stubdns__edns_learn(const struct stubdns__exchange *x,
                        const struct stubdns__attempt *attempt, int has_opt,
                        struct stubdns__server *server, uint64_t now_us) {
  if (attempt->edns) {
    if (has_opt) trust(server);
    return 0;
  }
  const struct trial trial = review(x, attempt->server);
  const int is_clear = trial.complaint == STUBDNS__COMPLAINT_CLEAR ||
                       trial.silent_count >= STUBDNS__EDNS_SILENT_MAX;
  const int is_vague = trial.complaint == STUBDNS__COMPLAINT_VAGUE;
  if (is_vague && server->edns_doubts < STUBDNS__EDNS_DOUBTS_MAX)
    server->edns_doubts++;
  if (!is_clear &&
      !(is_vague && server->edns_doubts == STUBDNS__EDNS_DOUBTS_MAX))
    return 0;
  server->plain_until_us = now_us + STUBDNS__PLAIN_SPAN_US;
  return 1;
}
