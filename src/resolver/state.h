/* What the resolver room keeps: lookups, their queries on paths, and the core
 * that holds the lists of them.  Shared by this room's files alone. */
#ifndef STUBDNS_RESOLVER_STATE_H
#define STUBDNS_RESOLVER_STATE_H

#include "exchange/cookie.h"
#include "exchange/edns.h"
#include "exchange/exchange.h"
#include "exchange/letters.h"
#include "exchange/server.h"
#include "exchange/tcp.h"
#include "resolver/cache.h"
#include "resolver/core.h"
#include "resolver/id_table.h"
#include "resolver/list.h"
#include "resolver/spares.h"
#include "resolver/table.h"
#include "resolver/wheel.h"
#include "stubdns/query.h"

/* Lookups in flight at a time.  With servers 50 ms away they are 200 000
 * answers a second, more than a core can take; and 4 MiB of memory. */
#define STUBDNS__IN_FLIGHT_MAX 10000

/* Paths that take queries at a time: as many queries have one each, before any
 * share.  1024 descriptors are a usual limit for all that a process has. */
#define STUBDNS__PATHS_MAX 256

/* A lookup that found no free descriptor tries again after this, or sooner when
 * a path is closed. */
#define STUBDNS__STARVED_PAUSE_US 50000

/* A connection on which nothing is under way is kept for so long: a client
 * should not hold it for more than a few seconds, RFC 7766 section 6.2.3. */
#define STUBDNS__IDLE_US 2000000

enum stubdns__path_state {
  STUBDNS__PATH_NEW,     /* in `opens` */
  STUBDNS__PATH_OPENING, /* in `paths`: OPEN was handed out */
  STUBDNS__PATH_OPEN,    /* in `paths` */
  STUBDNS__PATH_CLOSING  /* in `closes` */
  /* A connection without queries, opening or open, is in `idles` instead. */
};

/* Queries of one length go on one path for a while: then many can be sent as
 * one. */
#define STUBDNS__RUNS 32

struct stubdns__run {
  struct stubdns__route *route; /* NULL: none */
  uint32_t left;                /* queries until it is another's turn */
};

/* The paths to one server that take queries. */
struct stubdns__pool {
  struct stubdns__link routes;
  uint32_t count;
  struct stubdns__run runs[STUBDNS__RUNS]; /* by the length of the name */
};

/* A server for as long as somebody may need it. */
struct stubdns__held_server {
  struct stubdns__server server;
  struct stubdns__pool pool;
  struct stubdns__entry entry; /* in the core's `servers` */
  struct stubdns__link link;   /* in `idle_servers` while nobody holds it */
  uint32_t holder_count;       /* places in lists, and paths */
  struct stubdns__route *connection; /* TCP, or NULL */
};

/* Servers in the order in which they are asked. */
struct stubdns__server_list {
  uint32_t holder_count;
  uint8_t count;
  struct stubdns__server *servers[];
};

/* Names at and below `name` have servers of their own. */
struct stubdns__domain {
  struct stubdns__link link;
  struct stubdns__server_list *servers;
  stubdns_name_t name;
};

/* A path as the core sees it.  Its IDs are its own: queries on different paths
 * may have the same one, and on one path none comes twice. */
struct stubdns__route {
  struct stubdns__path path; /* what the transport sees */
  struct stubdns__link link;
  struct stubdns__link pool_link; /* in the pool's `routes` */
  struct stubdns__link flights;   /* that it is not open for yet, or are sent */
  struct stubdns__server *server;
  struct stubdns__pool *pool; /* where it takes queries; NULL: no more */
  uint64_t number;            /* no other path has it, now or later */
  uint64_t begin_us;
  uint8_t *used_ids;      /* a bit for each, once there are two */
  uint64_t idle_until_us; /* while in `idles` */
  uint32_t flight_count;
  uint32_t query_count; /* queries that ever were on it */
  uint16_t first_id;
  uint16_t local_port;
  uint8_t stray_count; /* datagrams that no server had a reason to send */
  uint8_t state;       /* enum stubdns__path_state */
};

/* An attempt on its path. */
struct stubdns__flight {
  struct stubdns__attempt attempt;
  struct stubdns__request *request;
  struct stubdns__route *route; /* NULL when it has left its path */
  struct stubdns__link link;    /* in the route's `flights`, or in `sends` */
  uint64_t letters;    /* which letters of the name have changed, if `exact` */
  uint16_t local_port; /* the path's, which may be gone */
  uint16_t length;     /* of the query */
  uint16_t number;     /* of the event that it was sent */
  uint8_t is_sent;
};

/* An event that cannot be read off an attempt: anything but the query itself
 * and the answer.  Few lookups have one. */
struct stubdns__mark {
  struct stubdns__mark *older;
  unsigned number;
  stubdns_event_t event;
};

/* A reply kept because nothing better may come, or because no datagram has it.
 */
struct stubdns__kept {
  const struct stubdns__flight *flight; /* NULL: no server sent it */
  uint8_t rank;
  uint16_t rcode;
  size_t length;
  uint8_t octets[];
};

/* A chain of aliases whose end is being asked for: the name there, then the
 * message with all of them. */
struct stubdns__tail {
  struct stubdns__attempt *past; /* attempts to ask for what stands before it,
                                  * newest first */
  size_t length;                 /* of the message */
  unsigned alias_count;
  uint8_t name_length;
  uint8_t octets[];
};

enum stubdns__request_state {
  STUBDNS__REQUEST_WAITING,   /* in `waiting`: too many others are in flight */
  STUBDNS__REQUEST_ACTIVE,    /* in `active` */
  STUBDNS__REQUEST_STARVED,   /* in `starved`: no descriptor was free */
  STUBDNS__REQUEST_FOLLOWING, /* in its leader's `followers` */
  STUBDNS__REQUEST_COMPLETED  /* in `completed` */
};

/* Where the message of an answer is. */
enum stubdns__origin {
  STUBDNS__ORIGIN_NONE,     /* there is none */
  STUBDNS__ORIGIN_DATAGRAM, /* what came last */
  STUBDNS__ORIGIN_KEPT,     /* a reply that came before */
  STUBDNS__ORIGIN_SPECIAL,  /* made here, for a special-use name */
  STUBDNS__ORIGIN_CACHE,
  STUBDNS__ORIGIN_STALE,  /* from the cache, expired */
  STUBDNS__ORIGIN_FAILURE /* there is none, as the cache knows */
};

/* How the queries of a lookup are built, where its user says so. */
struct stubdns__form {
  stubdns_query_t query; /* `options` are below */
  uint8_t options[];
};

/* Octets of the longest query: an ordinary one, and what a form adds. */
#define STUBDNS__QUERY_SIZE                                                    \
  (STUBDNS_QUERY_MAX + STUBDNS__COOKIE_OPTION_MAX +                            \
   2 * STUBDNS_LOOKUP_OPTIONS_MAX)

/* Requests come in so many sizes, by their names, a pointer's size apart. */
#define STUBDNS__REQUEST_SIZES (STUBDNS_NAME_MAX / sizeof(void *) + 2)

/* One lookup.  Until it is completed its timer is armed. */
struct stubdns__request {
  struct stubdns__link link;
  struct stubdns__timer timer;
  struct stubdns__exchange exchange;
  struct stubdns__server_list *servers;
  void *user;
  struct stubdns__entry entry;     /* in the core's `leaders`, if `leads` */
  struct stubdns__link followers;  /* lookups that end with this one */
  struct stubdns__request *leader; /* whose exchange its answer comes of; NULL:
                                    * its own */
  struct stubdns__form *form;      /* NULL: as the flags say */
  struct stubdns__kept *kept;
  struct stubdns__tail *tail;  /* NULL while the name itself is asked for */
  struct stubdns__mark *marks; /* newest first */
  uint64_t begin_us;
  uint32_t holder_count; /* lookups whose `leader` it is */
  unsigned flags;        /* STUBDNS_LOOKUP_* */
  int16_t status;        /* what it was completed with: 0 or an error */
  uint16_t send_count;
  uint16_t type;
  uint16_t class_;
  uint16_t payload_size;
  uint16_t event_count;   /* events numbered so far */
  uint16_t answer_length; /* of the reply that was the answer */
  uint8_t mark_count;
  uint8_t state;  /* enum stubdns__request_state */
  uint8_t origin; /* enum stubdns__origin */
  bool leads : 1;
  bool has_own_servers : 1; /* the user named them */
  bool is_released : 1;     /* as soon as nobody holds it */
  bool is_probe : 1;        /* nobody waits for it: see health.c */
  uint8_t name_length;
  uint8_t name[];
};

struct stubdns__core {
  struct stubdns__hooks hooks;
  uint64_t now_us;
  uint32_t deadline_ms;
  uint32_t in_flight_max;
  uint32_t in_flight; /* lookups active or starved */
  uint8_t sends_per_server;
  uint8_t is_closing;
  uint8_t no_0x20;
  uint8_t rotates;
  uint8_t trusts_ad;
  uint8_t has_avoided; /* a server did not reply, now or before */
  uint8_t rotation;    /* which server is the next to be first */
  unsigned lookup_flags;
  struct stubdns__siphash_key cookie_secret;
  struct stubdns__table servers; /* all that are known, by address */
  struct stubdns__link idle_servers;
  size_t idle_count;
  struct stubdns__server_list *default_servers;
  struct stubdns__link domains;
  size_t lookup_count;
  uint32_t probe_count;                 /* requests that are no lookups */
  struct stubdns__siphash_key hash_key; /* of the tables below */
  struct stubdns__table leaders; /* lookups that identical ones may follow */
  struct stubdns__cache cache;   /* without buckets where it is off */

  uint8_t shares_paths;   /* from the first query on */
  uint32_t paths_max;     /* paths in all pools, where each has one at least */
  uint32_t path_count;    /* paths in all pools */
  uint32_t retired_count; /* paths that have left theirs, and not ended */
  uint64_t last_number;   /* of a route */
  uint64_t crowded_until_us; /* until then no descriptor is expected free */
  struct stubdns__id_table flights; /* by route and ID */
  struct stubdns__spares spare_flights;
  struct stubdns__spares spare_requests[STUBDNS__REQUEST_SIZES];

  struct stubdns__link waiting;
  struct stubdns__link active;
  struct stubdns__link starved;
  struct stubdns__link completed;
  struct stubdns__link opens;
  struct stubdns__link paths;
  struct stubdns__link idles; /* the longest idle one first */
  struct stubdns__link closes;
  struct stubdns__link sends;
  struct stubdns__wheel wheel;

  /* What the last action points at, until the next is taken. */
  struct stubdns__request *handed_request;
  struct stubdns__route *handed_route;
  stubdns_message_t handed_message;
  stubdns_answer_t handed_answer;
  uint8_t handed_query[STUBDNS__QUERY_SIZE];

  /* The datagram that came last; `borrower_count` lookups have it as their
   * answer and were not yet handed out. */
  struct stubdns__reply reply;
  size_t borrower_count;
};

void *stubdns__allocate(struct stubdns__core *core, size_t size);
void stubdns__release(struct stubdns__core *core, void *memory);

/* Moves the clock; it never goes back. */
void stubdns__core_set_time(struct stubdns__core *core, uint64_t now_us);

/* Does what is due and lets waiting lookups in; the end of every event. */
void stubdns__core_settle(struct stubdns__core *core);

/* Releases what the last action pointed at. */
void stubdns__core_release_handed(struct stubdns__core *core);

/* request.c */
int stubdns__request_create(struct stubdns__core *core,
                            const stubdns_question_t *question,
                            const stubdns_lookup_options_t *options, void *user,
                            struct stubdns__request **request);
void stubdns__request_release(struct stubdns__core *core,
                              struct stubdns__request *request);
void stubdns__request_question(const struct stubdns__request *request,
                               stubdns_question_t *question);
/* Its attempts with other questions than the current one, newest first. */
struct stubdns__attempt *
stubdns__request_past(const struct stubdns__request *request);
/* Whose reply is the answer, if any is. */
struct stubdns__flight *
stubdns__request_answered(const struct stubdns__request *request);
/* Gives the memory back that requests have left. */
void stubdns__requests_clear(struct stubdns__core *core);
/* Keeps a copy of a message in the place of the one kept so far. */
int stubdns__request_keep(struct stubdns__core *core,
                          struct stubdns__request *request,
                          const uint8_t *octets, size_t length);
void stubdns__request_enter(struct stubdns__core *core,
                            struct stubdns__request *request,
                            enum stubdns__request_state state);
/* Carries out what its exchange decides. */
void stubdns__request_step(struct stubdns__core *core,
                           struct stubdns__request *request);
/* Has it stepped at the end of this event. */
void stubdns__request_wake(struct stubdns__core *core,
                           struct stubdns__request *request);
/* Ends a lookup; those that follow it go on. */
void stubdns__request_finish(struct stubdns__core *core,
                             struct stubdns__request *request, int status);
/* Ends a lookup and those that follow it. */
void stubdns__request_conclude(struct stubdns__core *core,
                               struct stubdns__request *request, int status);
/* Has the answer's message elsewhere, or nowhere. */
void stubdns__request_set_origin(struct stubdns__core *core,
                                 struct stubdns__request *request,
                                 enum stubdns__origin origin);

/* servers.c */
int stubdns__servers_init(struct stubdns__core *core);
/* Makes the cookies for all servers anew. */
void stubdns__servers_renew_cookies(struct stubdns__core *core);
void stubdns__servers_clear(struct stubdns__core *core);
void stubdns__server_hold(struct stubdns__core *core,
                          struct stubdns__server *server);
void stubdns__server_let_go(struct stubdns__core *core,
                            struct stubdns__server *server);
/* Makes a list that its maker holds.  Returns 0, an error of
 * stubdns__server_address(), STUBDNS_EINVALID where there are too many, or
 * STUBDNS_ENOMEM. */
int stubdns__server_list_make(struct stubdns__core *core,
                              const stubdns_address_t *addresses, size_t count,
                              struct stubdns__server_list **made);
/* `list` may be NULL. */
void stubdns__server_list_let_go(struct stubdns__core *core,
                                 struct stubdns__server_list *list);
int stubdns__server_list_is_same(const struct stubdns__server_list *a,
                                 const struct stubdns__server_list *b);
/* The servers of the longest domain that `name` is in, or the default ones. */
struct stubdns__server_list *
stubdns__servers_of(const struct stubdns__core *core,
                    const stubdns_name_t *name);

static inline struct stubdns__server *
stubdns__server_at(const struct stubdns__request *request, unsigned index) {
  return request->servers->servers[index];
}

static inline struct stubdns__pool *
stubdns__pool_of(struct stubdns__server *server) {
  return &STUBDNS__ITEM(server, struct stubdns__held_server, server)->pool;
}

/* The server that a query went to. */
static inline struct stubdns__server *
stubdns__server_asked(const struct stubdns__flight *flight) {
  return stubdns__server_at(flight->request, flight->attempt.server);
}

/* What is to be asked now: the question, or one for the end of its aliases. */
void stubdns__request_current_question(const struct stubdns__request *request,
                                       stubdns_question_t *question);

/* health.c */
/* Looks at an attempt whose lookup ends: whether its server has failed. */
void stubdns__health_review(struct stubdns__core *core,
                            const struct stubdns__flight *flight);
/* Notes that the server replied. */
void stubdns__health_note_reply(struct stubdns__core *core,
                                const struct stubdns__flight *flight);
/* Has a server that does not reply asked behind the others. */
void stubdns__health_choose_first(const struct stubdns__core *core,
                                  struct stubdns__request *request);
/* Asks those the same that do not reply and whose time it is. */
void stubdns__health_probe(struct stubdns__core *core,
                           const struct stubdns__request *request);
/* Releases probes that have ended, up to the first lookup that has. */
void stubdns__health_drop_probes(struct stubdns__core *core);

/* chain.c */
/* Follows the aliases of an answer; `*goes_on` is 1 where their end has to be
 * asked for.  Where it was, the whole message is the one kept.
 *
 * Returns 0, STUBDNS_ENOMEM or an error of the aliases. */
int stubdns__chain_take(struct stubdns__core *core,
                        struct stubdns__flight *flight, int *goes_on);
/* Keeps the aliases whose end got no answer, before the reply that was kept.
 * Returns 0, STUBDNS_ENOMEM or STUBDNS_ETOOLONG. */
int stubdns__chain_explain(struct stubdns__core *core,
                           struct stubdns__request *request);

/* answer.c */
void stubdns__answer_fill(struct stubdns__core *core,
                          const struct stubdns__request *request,
                          stubdns_answer_t *answer);

/* share.c */
/* Has a lookup that begins follow an identical one: returns 1 where there is
 * one. */
int stubdns__share_join(struct stubdns__core *core,
                        struct stubdns__request *request);
/* Nobody can follow the lookup any more. */
void stubdns__share_retire(struct stubdns__core *core,
                           struct stubdns__request *request);
/* Gives the exchange of a lookup that ends to one that follows it, if any. */
void stubdns__share_hand_over(struct stubdns__core *core,
                              struct stubdns__request *request);
/* The lookup whose exchange the answer of this one comes of. */
const struct stubdns__request *
stubdns__share_source(const struct stubdns__request *request);

/* recall.c */
/* Answers from the cache if it can; then `*done` is 1.  Returns 0 or
 * STUBDNS_ENOMEM. */
int stubdns__recall_begin(struct stubdns__core *core,
                          struct stubdns__request *request, int *done);
/* Keeps an answer for later lookups. */
void stubdns__recall_keep(struct stubdns__core *core,
                          const struct stubdns__request *request,
                          const stubdns_message_t *message);
/* Keeps that a lookup failed, with the reply it has kept or with `error`.
 * Returns 1 where it has got an answer of the cache instead. */
int stubdns__recall_fail(struct stubdns__core *core,
                         struct stubdns__request *request, int error);

/* form.c */
/* Whether the lookup's query can be built in that way: 0, or an error. */
int stubdns__form_check(const stubdns_lookup_options_t *options,
                        const stubdns_question_t *question);
/* Copies what the user said; `*form` is NULL where he said nothing.  Returns 0
 * or STUBDNS_ENOMEM. */
int stubdns__form_copy(struct stubdns__core *core,
                       const stubdns_lookup_options_t *options,
                       struct stubdns__form **form);
/* What stands in a lookup's queries, but for ID, question and cookie. */
void stubdns__form_fill(const struct stubdns__request *request,
                        stubdns_query_t *query);

/* route.c */
/* A path to the server of a query for it.  Returns NULL where there is no
 * memory for one. */
struct stubdns__route *
stubdns__route_choose(struct stubdns__core *core,
                      const struct stubdns__flight *flight, uint16_t random);
/* A new path outside of the pool; or NULL. */
struct stubdns__route *stubdns__route_make(struct stubdns__core *core,
                                           struct stubdns__server *server,
                                           enum stubdns__protocol protocol);
/* A new path, also where there should be no more; or NULL. */
struct stubdns__route *stubdns__route_create(struct stubdns__core *core,
                                             struct stubdns__server *server);
/* Puts a query on the path under an ID that was never used there: its own, if
 * so, or another.  Returns 0, or STUBDNS_ENOMEM or STUBDNS_ERANDOM; then the
 * path may be gone. */
int stubdns__route_join(struct stubdns__core *core,
                        struct stubdns__route *route,
                        struct stubdns__flight *flight);
/* Takes a query off the path, which ends when that was the last one. */
void stubdns__route_leave(struct stubdns__core *core,
                          struct stubdns__flight *flight);
/* The query with an ID on the path, or NULL. */
struct stubdns__flight *stubdns__route_find(const struct stubdns__core *core,
                                            const struct stubdns__route *route,
                                            uint16_t id);
/* Notes a datagram that was dropped: it may be a sign of guessing. */
void stubdns__route_note_stray(struct stubdns__route *route);
/* Whether a query on the path had the ID, now or earlier. */
int stubdns__route_has_used(const struct stubdns__route *route, uint16_t id);
/* The path takes no queries any more. */
void stubdns__route_retire(struct stubdns__core *core,
                           struct stubdns__route *route);
/* No path takes queries any more. */
void stubdns__routes_retire(struct stubdns__core *core);
struct stubdns__route *stubdns__route_of(struct stubdns__path *path);
void stubdns__route_release(struct stubdns__core *core,
                            struct stubdns__route *route);

/* flight.c */
/* Carries out a decision to ask. */
int stubdns__flight_begin(struct stubdns__core *core,
                          struct stubdns__request *request,
                          const struct stubdns__decision *decision);
struct stubdns__flight *stubdns__flight_of(struct stubdns__attempt *attempt);
int stubdns__flight_has_fixed_id(const struct stubdns__flight *flight);
uint16_t stubdns__flight_header_flags(unsigned lookup_flags);
int stubdns__flight_build(const struct stubdns__flight *flight, uint8_t *octets,
                          size_t size, size_t *length);
/* The question as it stands in the query, with its random letters. */
void stubdns__flight_question(const struct stubdns__flight *flight,
                              stubdns_question_t *question);
void stubdns__flight_release(struct stubdns__core *core,
                             struct stubdns__flight *flight);

/* judge.c */
/* What the datagram just read is, for `flight` or, where that is NULL, for no
 * query.  May turn a feature of the server off. */
enum stubdns__finding stubdns__judge(struct stubdns__core *core,
                                     struct stubdns__flight *flight);
/* Learns from a reply what its server knows of cookies and letters. */
void stubdns__judge_learn(struct stubdns__core *core,
                          struct stubdns__flight *flight);
/* Takes the AD flag out of a reply unless the way to the servers is trusted,
 * RFC 4035 section 4.9.3, or the lookup spells its query out. */
void stubdns__judge_distrust(struct stubdns__core *core,
                             const struct stubdns__flight *flight,
                             uint8_t *octets);
/* Gives the question in a reply the letters that the user asked with; records
 * that point to it have them as well. */
void stubdns__judge_restore(const struct stubdns__flight *flight,
                            uint8_t *octets);

/* timeline.c */
struct stubdns__happening {
  enum stubdns_event_kind kind;
  const char *text; /* NULL: that of the kind */
  size_t length;
  unsigned rcode;
};
/* Notes an event of the flight's lookup, and tells the log. */
void stubdns__timeline_note(struct stubdns__core *core,
                            struct stubdns__flight *flight,
                            const struct stubdns__happening *happening);
/* Tells the log, and it alone, what the flight showed about its server. */
void stubdns__timeline_tell_server(struct stubdns__core *core,
                                   const struct stubdns__flight *flight,
                                   enum stubdns_event_kind kind);
/* Tells the log about a datagram that is about no lookup. */
void stubdns__timeline_tell_unasked(struct stubdns__core *core,
                                    const struct stubdns__route *route,
                                    const char *text, size_t length);
void stubdns__timeline_release(struct stubdns__core *core,
                               struct stubdns__request *request);

/* connection.c */
/* The TCP connection to a server, a fresh one if asked for; NULL: no memory. */
struct stubdns__route *stubdns__connection_to(struct stubdns__core *core,
                                              struct stubdns__server *server,
                                              int is_fresh);
/* Whether queries may still begin on the connection. */
int stubdns__connection_is_kept(const struct stubdns__core *core,
                                const struct stubdns__route *route);
/* No query begins on the connection any more. */
void stubdns__connection_forget(const struct stubdns__route *route);
/* Nothing is under way on the connection: it is kept for a while. */
void stubdns__connection_rest(struct stubdns__core *core,
                              struct stubdns__route *route);
/* The connection is used again. */
void stubdns__connection_wake(struct stubdns__core *core,
                              struct stubdns__route *route);
/* Closes the connections that have been idle until `until_us` or longer. */
void stubdns__connections_close_idle(struct stubdns__core *core,
                                     uint64_t until_us);

#endif
