/* One question on its way: the attempts made, and what is to be done next.
 *
 * The attempts are the whole state.  Whom to ask and when is derived from them
 * each time (stubdns__exchange_decide), so that no second truth has to be kept
 * in step with the first.  Nothing here allocates, sends or waits: the owner of
 * an exchange brings attempts, carries out decisions and tells what came. */
#ifndef STUBDNS_EXCHANGE_EXCHANGE_H
#define STUBDNS_EXCHANGE_EXCHANGE_H

#include "exchange/match.h"
#include "exchange/rtt.h"
#include "stubdns/lookup.h"

#include <stdbool.h>

/* A server that answered with an error is not asked again sooner than this: a
 * true answer may be under way behind a forged error. */
#define STUBDNS__ERROR_PAUSE_US 100000

/* Error replies (from different attempts) after which a server has nothing
 * better to say. */
#define STUBDNS__ERRORS_PER_SERVER 2

/* Datagrams that are no replies after which somebody is taken to guess at one,
 * RFC 5452 section 9.3. */
#define STUBDNS__ATTACK_DROPS 100

#define STUBDNS__NEVER UINT64_MAX

/* What has come of an attempt, in the order in which it is better known. */
enum stubdns__outcome {
  STUBDNS__SILENT,      /* nothing came yet */
  STUBDNS__UNREACHABLE, /* it could not be sent */
  STUBDNS__CLOSED,      /* TCP: the server ended the connection */
  STUBDNS__REFUSED,     /* ICMP, or TCP, says that the port is shut */
  STUBDNS__GARBLED,     /* a malformed reply came */
  STUBDNS__ERROR,       /* a reply with an error RCODE came */
  STUBDNS__TRUNCATED,   /* a truncated reply came */
  STUBDNS__ANSWERED
};

/* How much a reply says against the form of the query. */
enum stubdns__complaint {
  STUBDNS__COMPLAINT_NONE,
  STUBDNS__COMPLAINT_VAGUE,
  STUBDNS__COMPLAINT_CLEAR
};

/* Protections that a reply to an attempt was found to lack. */
#define STUBDNS__LACKS_LETTERS 0x01u
#define STUBDNS__LACKS_COOKIE 0x02u

/* One query to one server, valid for a reply until the exchange's end. */
struct stubdns__attempt {
  struct stubdns__attempt *older;
  uint64_t sent_us;
  uint32_t wait_us; /* the server's turn lasts this long from sent_us */
  uint32_t rtt_us;  /* from sent_us to what came, unless silent */
  uint16_t id;
  uint8_t server;      /* by its place in the list */
  uint8_t outcome;     /* enum stubdns__outcome */
  uint8_t complaint;   /* enum stubdns__complaint, if `edns` */
  uint8_t lacks;       /* STUBDNS__LACKS_*: each is counted once */
  bool edns : 1;       /* sent with an OPT record */
  bool cookie : 1;     /* sent with a cookie */
  bool exact : 1;      /* sent with random letters */
  bool bad_cookie : 1; /* a reply said so and brought a better one */
  bool tcp : 1;        /* sent over TCP */
};

/* When queries go over TCP. */
enum stubdns__tcp_use {
  STUBDNS__TCP_IF_NEEDED, /* once UDP has shown that it will not do */
  STUBDNS__TCP_ALWAYS,
  STUBDNS__TCP_NEVER
};

struct stubdns__exchange {
  struct stubdns__attempt *newest;
  uint64_t deadline_us;
  uint16_t drop_count; /* or more */
  uint8_t drop_first;  /* enum stubdns__finding, if drop_count is not 0 */
  uint8_t server_count;
  uint8_t sends_per_server;
  uint8_t tcp_use;      /* enum stubdns__tcp_use */
  uint8_t first_server; /* is asked first */
};

enum stubdns__step {
  STUBDNS__STEP_WAIT, /* until `until_us` */
  STUBDNS__STEP_ASK,  /* `server`, now */
  STUBDNS__STEP_END   /* nothing better can come: end with the best there is */
};

struct stubdns__decision {
  enum stubdns__step step;
  unsigned server;
  uint8_t tcp;       /* ASK: over TCP */
  uint64_t until_us; /* at most the exchange's deadline */
};

/* What is to be done at `now_us`.  At the deadline it is END. */
struct stubdns__decision
stubdns__exchange_decide(const struct stubdns__exchange *x, uint64_t now_us);

/* Attempts made to `server` so far: the round, counted from 0, that the next
 * one is in. */
unsigned stubdns__exchange_round(const struct stubdns__exchange *x,
                                 unsigned server);

/* Adds an attempt, of which `id`, `server`, `edns`, `tcp` and `wait_us` are
 * set.
 */
void stubdns__exchange_add(struct stubdns__exchange *x,
                           struct stubdns__attempt *attempt, uint64_t now_us);

/* Begins anew with another question: gives the attempts so far, which count no
 * more, with those of `past` behind them. */
struct stubdns__attempt *
stubdns__exchange_restart(struct stubdns__exchange *x,
                          struct stubdns__attempt *past);

/* Takes an attempt back that was never sent. */
void stubdns__exchange_withdraw(struct stubdns__exchange *x,
                                struct stubdns__attempt *attempt);

/* Notes what came for an attempt; a worse outcome than known changes nothing.
 * Returns whether anything changed. */
int stubdns__attempt_note(struct stubdns__attempt *attempt,
                          enum stubdns__outcome outcome, uint64_t now_us);

/* Notes a datagram that is no reply: it is counted, the first one's reason is
 * kept, and nothing else changes. */
void stubdns__exchange_note_drop(struct stubdns__exchange *x,
                                 enum stubdns__finding finding);

/* The error that explains why no reply was usable: STUBDNS_EMALFORMED,
 * STUBDNS_EREFUSED, STUBDNS_ECLOSED, STUBDNS_EUNREACHABLE or STUBDNS_ETIMEOUT.
 */
int stubdns__exchange_explain(const struct stubdns__exchange *x);

/* How much an error RCODE explains: of two error replies the one with the
 * higher rank is kept. */
unsigned stubdns__error_rank(unsigned rcode);

#endif
