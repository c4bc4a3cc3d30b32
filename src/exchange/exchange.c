/* The course of one exchange: who is asked when, derived from the attempts made
 * so far.  RFC 1123 section 6.1.3.3 (rotate through the servers, back off), RFC
 * 9520 section 3.1 (bounded sends), RFC 5452 section 9.2 (attempts stay valid).
 */
#include "exchange/exchange.h"

#include "exchange/tcp.h"
#include "stubdns/error.h"

#include <assert.h>
#include <string.h>

/* What the attempts say about one server. */
struct standing {
  unsigned send_count;
  unsigned error_count;
  uint64_t ready_us; /* not to be asked before */
};

static int is_settled(const struct stubdns__exchange *x,
                      const struct standing *server) {
  return server->send_count >= x->sends_per_server ||
         server->error_count >= STUBDNS__ERRORS_PER_SERVER;
}

static uint64_t turn_end(const struct stubdns__attempt *attempt) {
  return attempt->sent_us + attempt->wait_us;
}

/* When the server of its newest attempt may be asked again: at once with a new
 * cookie, which only the server can have sent; when its turn is over, or a
 * while after an error reply.  A refusal or a malformed reply never makes it
 * sooner: both are easily forged or repeated at once. */
static uint64_t ready_again(const struct stubdns__attempt *attempt) {
  const uint64_t turn = turn_end(attempt);
  if (attempt->bad_cookie) return 0;
  if (attempt->outcome != STUBDNS__ERROR) return turn;
  const uint64_t pause =
      attempt->sent_us + attempt->rtt_us + STUBDNS__ERROR_PAUSE_US;
  return pause < turn ? pause : turn;
}

/* Fills in where each server stands; returns whether an attempt is silent. */
static int survey(const struct stubdns__exchange *x, struct standing *servers) {
  int any_silent = 0;
  memset(servers, 0, sizeof(*servers) * x->server_count);
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older) {
    struct standing *server = &servers[a->server];
    if (server->send_count == 0) server->ready_us = ready_again(a);
    server->send_count++;
    server->error_count += a->outcome == STUBDNS__ERROR && !a->bad_cookie;
    any_silent |= a->outcome == STUBDNS__SILENT;
  }
  return any_silent;
}

/* Nobody is asked while the newest attempt is silent and has its turn. */
static uint64_t pause_end(const struct stubdns__exchange *x) {
  const struct stubdns__attempt *a = x->newest;
  return a && a->outcome == STUBDNS__SILENT ? turn_end(a) : 0;
}

/* A new cookie is for the server that gave it, RFC 7873 section 5.3. */
static unsigned first_in_rotation(const struct stubdns__exchange *x) {
  if (!x->newest) return x->first_server;
  if (x->newest->bad_cookie) return x->newest->server;
  return (x->newest->server + 1u) % x->server_count;
}

/* The unsettled server that can be asked first; of several, the next in
 * rotation.  Without any, `until_us` is STUBDNS__NEVER. */
static struct stubdns__decision choose(const struct stubdns__exchange *x,
                                       const struct standing *servers) {
  struct stubdns__decision best = {STUBDNS__STEP_WAIT, 0, 0, STUBDNS__NEVER};
  const uint64_t pause_us = pause_end(x);
  unsigned index = first_in_rotation(x);
  for (unsigned i = 0; i < x->server_count; i++) {
    const struct standing *server = &servers[index];
    const uint64_t due_us =
        server->ready_us > pause_us ? server->ready_us : pause_us;
    if (!is_settled(x, server) && due_us < best.until_us) {
      best.server = index;
      best.until_us = due_us;
    }
    index = (index + 1) % x->server_count;
  }
  return best;
}

static struct stubdns__decision decide_udp(const struct stubdns__exchange *x,
                                           uint64_t now_us) {
  struct standing servers[STUBDNS_SERVERS_MAX];
  const int any_silent = survey(x, servers);
  struct stubdns__decision decision = choose(x, servers);
  const int all_settled = decision.until_us == STUBDNS__NEVER;
  if (all_settled && !any_silent)
    decision.step = STUBDNS__STEP_END;
  else if (decision.until_us <= now_us)
    decision.step = STUBDNS__STEP_ASK;
  return decision;
}

struct stubdns__decision
stubdns__exchange_decide(const struct stubdns__exchange *x, uint64_t now_us) {
  struct stubdns__decision decision = stubdns__tcp_is_due(x)
                                          ? stubdns__tcp_decide(x, now_us)
                                          : decide_udp(x, now_us);
  if (now_us >= x->deadline_us) decision.step = STUBDNS__STEP_END;
  if (decision.until_us > x->deadline_us) decision.until_us = x->deadline_us;
  return decision;
}

unsigned stubdns__exchange_round(const struct stubdns__exchange *x,
                                 unsigned server) {
  unsigned count = 0;
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older)
    count += a->server == server;
  return count;
}

void stubdns__exchange_add(struct stubdns__exchange *x,
                           struct stubdns__attempt *attempt, uint64_t now_us) {
  assert(attempt->server < x->server_count);
  attempt->sent_us = now_us;
  attempt->rtt_us = 0;
  attempt->outcome = STUBDNS__SILENT;
  attempt->complaint = STUBDNS__COMPLAINT_NONE;
  attempt->lacks = 0;
  attempt->bad_cookie = 0;
  attempt->older = x->newest;
  x->newest = attempt;
}

struct stubdns__attempt *
stubdns__exchange_restart(struct stubdns__exchange *x,
                          struct stubdns__attempt *past) {
  struct stubdns__attempt **link = &x->newest;
  while (*link)
    link = &(*link)->older;
  *link = past;
  struct stubdns__attempt *const all = x->newest;
  x->newest = NULL;
  return all;
}

void stubdns__exchange_withdraw(struct stubdns__exchange *x,
                                struct stubdns__attempt *attempt) {
  struct stubdns__attempt **link = &x->newest;
  while (*link != attempt)
    link = &(*link)->older;
  *link = attempt->older;
}

int stubdns__attempt_note(struct stubdns__attempt *attempt,
                          enum stubdns__outcome outcome, uint64_t now_us) {
  const uint64_t passed_us = now_us - attempt->sent_us;
  if (outcome <= attempt->outcome) return 0;
  attempt->outcome = (uint8_t)outcome;
  attempt->rtt_us = passed_us < UINT32_MAX ? (uint32_t)passed_us : UINT32_MAX;
  return 1;
}

void stubdns__exchange_note_drop(struct stubdns__exchange *x,
                                 enum stubdns__finding finding) {
  if (x->drop_count == 0) x->drop_first = (uint8_t)finding;
  if (x->drop_count < UINT16_MAX) x->drop_count++;
}

int stubdns__exchange_explain(const struct stubdns__exchange *x) {
  static const int errors[] = {
      [STUBDNS__SILENT] = STUBDNS_ETIMEOUT,
      [STUBDNS__UNREACHABLE] = STUBDNS_EUNREACHABLE,
      [STUBDNS__CLOSED] = STUBDNS_ECLOSED,
      [STUBDNS__REFUSED] = STUBDNS_EREFUSED,
      [STUBDNS__GARBLED] = STUBDNS_EMALFORMED,
  };
  unsigned best = STUBDNS__SILENT;
  int any_silent = x->newest == NULL;
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older) {
    any_silent |= a->outcome == STUBDNS__SILENT;
    if (a->outcome <= STUBDNS__GARBLED && a->outcome > best) best = a->outcome;
  }
  /* A refusal explains the end only where nobody was left silent. */
  return best < STUBDNS__GARBLED && any_silent ? STUBDNS_ETIMEOUT
                                               : errors[best];
}

/* FORMERR, NOTIMP and the errors of EDNS speak about the form of one query;
 * SERVFAIL says that the server tried. */
unsigned stubdns__error_rank(unsigned rcode) {
  switch (rcode) {
  case STUBDNS_RCODE_SERVFAIL:
    return 3;
  case STUBDNS_RCODE_FORMERR:
  case STUBDNS_RCODE_NOTIMP:
  case STUBDNS_RCODE_BADVERS:
  case STUBDNS_RCODE_BADCOOKIE:
    return 1;
  default:
    return 2;
  }
}
