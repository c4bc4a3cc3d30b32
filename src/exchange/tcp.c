/* TCP in place of UDP.  A connection retransmits by itself, so that a server is
 * asked again only where it ended the connection; the next one is asked when
 * the turn of the last is over. */
#include "exchange/tcp.h"

#include "exchange/cookie.h"

#include <stddef.h>

/* The attempt that shows that UDP will not do, or NULL. */
static const struct stubdns__attempt *
find_reason(const struct stubdns__exchange *x) {
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older)
    if (a->outcome == STUBDNS__TRUNCATED ||
        (a->bad_cookie && stubdns__cookie_is_spent(x, a->server)))
      return a;
  return NULL;
}

int stubdns__tcp_is_due(const struct stubdns__exchange *x) {
  if (x->tcp_use == STUBDNS__TCP_IF_NEEDED)
    return x->drop_count >= STUBDNS__ATTACK_DROPS || find_reason(x) != NULL;
  return x->tcp_use == STUBDNS__TCP_ALWAYS;
}

/* Whether the attempt calls for another one to the same server: the connection
 * ended, or the server wants the query in another form. */
static int is_to_be_repeated(const struct stubdns__attempt *attempt) {
  return attempt->outcome == STUBDNS__CLOSED ||
         (attempt->outcome == STUBDNS__ERROR &&
          attempt->complaint != STUBDNS__COMPLAINT_NONE);
}

static int is_settled(const struct stubdns__exchange *x, unsigned server) {
  unsigned count = 0;
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older) {
    if (!a->tcp || a->server != server) continue;
    if (!is_to_be_repeated(a)) return 1;
    count++;
  }
  return count >= STUBDNS__TCP_ATTEMPTS;
}

/* The server that gave the reason comes first. */
static unsigned first_in_rotation(const struct stubdns__exchange *x) {
  const struct stubdns__attempt *const reason = find_reason(x);
  if (!x->newest) return 0;
  if (!x->newest->tcp) return reason ? reason->server : x->newest->server;
  if (is_to_be_repeated(x->newest)) return x->newest->server;
  return (x->newest->server + 1u) % x->server_count;
}

/* Whether a reply may still come that is better than what there is. */
static int may_hope(const struct stubdns__exchange *x) {
  int any_silent = 0;
  int any_silent_tcp = 0;
  int is_truncated = 0;
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older) {
    const int is_silent = a->outcome == STUBDNS__SILENT;
    any_silent |= is_silent;
    any_silent_tcp |= is_silent && a->tcp;
    is_truncated |= a->outcome == STUBDNS__TRUNCATED;
  }
  return is_truncated ? any_silent_tcp : any_silent;
}

/* Nothing that came before may keep a true answer behind it from being heard:
 * it may be forged, or the server's first word. */
static uint64_t pause_end(const struct stubdns__exchange *x) {
  uint64_t end_us = 0;
  for (const struct stubdns__attempt *a = x->newest; a; a = a->older) {
    const uint64_t pause_us = a->sent_us + a->rtt_us + STUBDNS__ERROR_PAUSE_US;
    if (a->outcome >= STUBDNS__GARBLED && pause_us > end_us) end_us = pause_us;
  }
  return end_us;
}

struct stubdns__decision stubdns__tcp_decide(const struct stubdns__exchange *x,
                                             uint64_t now_us) {
  struct stubdns__decision d = {STUBDNS__STEP_WAIT, 0, 1, STUBDNS__NEVER};
  const struct stubdns__attempt *const newest = x->newest;
  unsigned skipped = 0;
  d.server = first_in_rotation(x);
  while (skipped < x->server_count && is_settled(x, d.server)) {
    d.server = (d.server + 1) % x->server_count;
    skipped++;
  }
  if (skipped == x->server_count) {
    if (!may_hope(x)) d.until_us = pause_end(x);
    if (d.until_us <= now_us) d.step = STUBDNS__STEP_END;
    return d;
  }
  d.until_us = now_us;
  if (newest && newest->tcp && newest->outcome == STUBDNS__SILENT)
    d.until_us = newest->sent_us + newest->wait_us;
  if (d.until_us <= now_us) d.step = STUBDNS__STEP_ASK;
  return d;
}
