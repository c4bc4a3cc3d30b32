/* A scenario as it is kept: rules that say what a query gets, what is asked
 * when, and what is expected.  Their text is described in stubdns-replay(5). */
#ifndef STUBDNS_REPLAY_SCRIPT_H
#define STUBDNS_REPLAY_SCRIPT_H

#include "replay/faults.h"
#include "stubdns/lookup.h"

/* What a query must be for a rule to be about it; all of these hold. */
struct stubdns__condition {
  uint64_t first; /* of the queries, counted from 1 */
  uint64_t last;
  stubdns_name_t name; /* of length 0: any */
  uint16_t type;       /* 0: any */
  unsigned server;     /* 0: any */
  signed char tcp;     /* 1: yes, 0: no, -1: either */
  signed char edns;
  signed char cookie;
};

enum stubdns__reaction_kind {
  STUBDNS__REACT_ANSWER, /* from what was recorded */
  STUBDNS__REACT_DROP,
  STUBDNS__REACT_RCODE,
  STUBDNS__REACT_BARE_RCODE, /* the header only */
  STUBDNS__REACT_TRUNCATED,
  STUBDNS__REACT_SHUT, /* ICMP says that nobody listens */
  STUBDNS__REACT_ECHO,
  STUBDNS__REACT_HEX,
  STUBDNS__REACT_STREAM, /* octets on a connection, no message */
  STUBDNS__REACT_CLOSE   /* of the connection */
};

enum stubdns__cookie_way {
  STUBDNS__COOKIE_AS_RECORDED,
  STUBDNS__COOKIE_RIGHT,
  STUBDNS__COOKIE_WRONG
};

struct stubdns__reaction {
  enum stubdns__reaction_kind kind;
  enum stubdns__origin origin;
  enum stubdns__cookie_way cookie;
  uint8_t is_folded; /* the letters of the question are made small */
  uint16_t rcode;
  uint64_t after_us;
  const char *spelling; /* see spelling.h */
};

/* Items of the preamble, which hold in every scenario, have scenario 0. */
struct stubdns__rule {
  size_t scenario;
  struct stubdns__condition condition;
  size_t first_reaction;
  size_t reaction_count;
};

struct stubdns__question_asked {
  size_t scenario;
  uint64_t time_us;
  stubdns_question_t question; /* '#' stands for the lookup's number */
  unsigned flags;              /* STUBDNS_LOOKUP_* */
  uint32_t count;
};

/* A span of time; both ends belong to it. */
struct stubdns__span {
  uint64_t from_us;
  uint64_t to_us;
};

enum stubdns__expected_kind {
  STUBDNS__EXPECT_LOOKUP,
  STUBDNS__EXPECT_QUERY,
  STUBDNS__EXPECT_QUERY_COUNT
};

#define STUBDNS__ANY UINT64_MAX

struct stubdns__expectation {
  size_t scenario;
  uint32_t line;
  enum stubdns__expected_kind kind;
  uint64_t number;      /* of the lookup or query; the count */
  uint64_t number_last; /* of the lookups; the greatest count */
  struct stubdns__span span;
  int status;     /* of a lookup: 0 or an error; 1: any */
  uint64_t rcode; /* these four: or STUBDNS__ANY */
  uint64_t drops;
  uint64_t records;                    /* in the answer section */
  uint64_t answers;                    /* that the question leads to */
  struct stubdns__condition condition; /* of a query */
};

#define STUBDNS__SCRIPT_SERVERS_MAX 16

struct stubdns__ways {
  size_t server_count;
  stubdns_address_t servers[STUBDNS__SCRIPT_SERVERS_MAX];
  unsigned lookup_flags;
  uint32_t deadline_ms;
  uint32_t seeds; /* times the scenario is run, each with another seed */
  uint32_t cache_octets;
  uint32_t in_flight_max;
};

struct stubdns__scenario {
  const char *title;
  struct stubdns__ways ways;
};

struct stubdns__script {
  size_t chosen;                       /* 0: there is only the preamble */
  struct stubdns__scenario *scenarios; /* the first is the preamble */
  size_t scenario_count;
  size_t scenario_capacity;
  struct stubdns__rule *rules;
  size_t rule_count;
  size_t rule_capacity;
  struct stubdns__reaction *reactions;
  size_t reaction_count;
  size_t reaction_capacity;
  struct stubdns__question_asked *asks;
  size_t ask_count;
  size_t ask_capacity;
  struct stubdns__expectation *expected;
  size_t expected_count;
  size_t expected_capacity;
};

/* Makes a script with an empty preamble, or gives that of the replay.  NULL
 * where there is no memory. */
struct stubdns__script *stubdns__script_need(stubdns_replay_t *replay);
void stubdns__script_free(struct stubdns__script *script);

/* The ways of the chosen scenario. */
const struct stubdns__ways *
stubdns__script_ways(const struct stubdns__script *script);

/* Whether an item belongs to the chosen scenario. */
int stubdns__script_holds(const struct stubdns__script *script,
                          size_t scenario);

/* Which of the scenario's servers an address is, from 1; 0 for none of them.
 * Where it names none, every one is the first. */
unsigned stubdns__script_server(const stubdns_replay_t *replay,
                                const stubdns_address_t *address);

/* Whether every query that comes over UDP, or TCP, is told that the port is
 * shut, so that the server need not listen there. */
int stubdns__script_is_shut(const struct stubdns__script *script, int is_tcp);

/* When the chosen scenario asks first. */
uint64_t stubdns__script_first_ask_us(const struct stubdns__script *script);

/* Whether a query, the `number`th, is what `condition` says. */
int stubdns__condition_holds(const struct stubdns__condition *condition,
                             const struct stubdns__received *query,
                             unsigned server, uint64_t number);

/* Does what the first rule about a query says, or answers it from what was
 * recorded where there is none.  Returns one of enum stubdns_replay_result or
 * STUBDNS_ENOMEM. */
int stubdns__script_react(struct stubdns__way *way,
                          const struct stubdns__asking *asking,
                          const struct stubdns__received *query,
                          struct stubdns__draft *draft);

#endif
