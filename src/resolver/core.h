/* The resolver room's face: many lookups, their queries, paths and deadlines,
 * without a socket, a clock or a callback.  What happens is told to the core by
 * a call that carries the time; what is to be done is asked from it:
 *
 *   stubdns__core_on_datagram(core, path, octets, length, now_us);
 *   struct stubdns__action action;
 *   while (stubdns__core_next_action(core, &action)) perform(&action);
 *   if (stubdns__core_deadline(core, &deadline_us)) arm(deadline_us);
 *
 * Every call may leave actions.  They are drained after each on_... call,
 * before its octets go away; after a call that the user made (start, cancel,
 * close) at the next moment when no callback of the user is on the stack below,
 * so that none runs from inside a call of his.  The core never calls up, but
 * for the hooks: while an action is performed, and from the user's callback,
 * every function here may be called except destroy, on_datagram and
 * next_action.
 *
 * Time is in microseconds of any clock that does not go back. */
#ifndef STUBDNS_RESOLVER_CORE_H
#define STUBDNS_RESOLVER_CORE_H

#include "stubdns/error.h"
#include "stubdns/lookup.h"

#include <stddef.h>
#include <stdint.h>

struct stubdns__core;
struct stubdns__request; /* one lookup under way */

/* What the core needs from outside.  `allocate` and `release` as malloc and
 * free.  `random` fills `octets` from a generator fit for cryptography and
 * returns 0, or anything else on failure; it may be called for 2 octets at a
 * time, often.  `log`, which may be NULL, is told every event as it happens,
 * with the `user` of its lookup, NULL for a datagram that is about none; it
 * must not call the core. */
struct stubdns__hooks {
  void *data;
  void *(*allocate)(void *data, size_t size);
  void (*release)(void *data, void *memory);
  int (*random)(void *data, uint8_t *octets, size_t length);
  void (*log)(void *data, void *user, const stubdns_event_t *event);
};

/* Zero in a field means its default. */
struct stubdns__core_options {
  uint32_t deadline_ms;     /* STUBDNS_DEADLINE_MS */
  uint32_t in_flight_max;   /* lookups sent at a time; others wait in turn */
  uint8_t sends_per_server; /* STUBDNS_SENDS_PER_SERVER */
  size_t cache_octets;      /* of memory for answers; 0: none are kept */
  uint32_t stale_s;         /* how long expired ones may still help */
  uint8_t no_0x20;          /* 1: names are sent as they were given */
  uint8_t shares_paths;     /* 1: queries share paths from the first on */
  uint32_t paths_max;       /* paths in use at a time; further queries share */
};

/* What may be set anew at any time; lookups under way go on as they began. Zero
 * in a field means its default. */
struct stubdns__core_settings {
  uint32_t deadline_ms;     /* STUBDNS_DEADLINE_MS */
  uint8_t sends_per_server; /* STUBDNS_SENDS_PER_SERVER */
  uint8_t rotates;          /* 1: each lookup begins with the next server */
  uint8_t trusts_ad;        /* 1: the AD flag of replies is left in them */
  unsigned lookup_flags;    /* STUBDNS_LOOKUP_* that every lookup has */
};

enum stubdns__protocol {
  STUBDNS__UDP, /* a connected socket with its own random port */
  STUBDNS__TCP  /* a connection; octets are without RFC 1035's length prefix */
};

/* A path: a connected socket to one server.  The core owns it; its fields
 * below are the transport's to read, and the slot is its to use. */
struct stubdns__path {
  void *transport;
  stubdns_address_t address;
  enum stubdns__protocol protocol;
};

/* What can befall a path. */
enum stubdns__trouble {
  STUBDNS__TROUBLE_REFUSED,     /* ECONNREFUSED: ICMP says the port is shut */
  STUBDNS__TROUBLE_UNREACHABLE, /* any other error of connect or send */
  STUBDNS__TROUBLE_NO_DESCRIPTORS, /* EMFILE, ENFILE: wait and try again */
  STUBDNS__TROUBLE_NO_MEMORY,
  STUBDNS__TROUBLE_CLOSED /* TCP: the server closed or broke the connection */
};

enum stubdns__action_kind {
  STUBDNS__OPEN,    /* open `path`, then call on_path_open or on_path_error */
  STUBDNS__SEND,    /* send `octets` on `path`, which is open */
  STUBDNS__CLOSE,   /* close `path` */
  STUBDNS__COMPLETE /* hand `status` and `answer` to `user` */
};

/* One thing to do.  All it points at is valid until the next call of
 * stubdns__core_next_action(), whatever else is called meanwhile. */
struct stubdns__action {
  enum stubdns__action_kind kind;
  struct stubdns__path *path;     /* OPEN, SEND, CLOSE */
  const uint8_t *octets;          /* SEND */
  size_t length;                  /* SEND */
  void *user;                     /* COMPLETE: as given to start */
  int status;                     /* COMPLETE */
  const stubdns_answer_t *answer; /* COMPLETE; never NULL */
};

/* Makes a core.  `hooks` and `options` are copied; `options` may be NULL.
 *
 * Returns 0, STUBDNS_ENOMEM or STUBDNS_ERANDOM. */
int stubdns__core_create(const struct stubdns__hooks *hooks,
                         const struct stubdns__core_options *options,
                         struct stubdns__core **core);

/* Draws anew what core and servers were given by the random hook, for a hook
 * that has changed since: before any lookup.
 *
 * Returns 0 or STUBDNS_ERANDOM. */
int stubdns__core_renew_secrets(struct stubdns__core *core);

/* Releases a core and all it holds, at any moment.  Nothing is completed or
 * closed any more: for that, close it first and drain its actions. */
void stubdns__core_destroy(struct stubdns__core *core);

void stubdns__core_set(struct stubdns__core *core,
                       const struct stubdns__core_settings *settings);

/* Adds a server behind those there are.  Lookups under way do not ask it.
 *
 * Returns 0, STUBDNS_EINVALID (an address that no server can have, or
 * STUBDNS_SERVERS_MAX are there) or STUBDNS_ENOMEM. */
int stubdns__core_add_server(struct stubdns__core *core,
                             const stubdns_address_t *address);

/* Puts `count` servers in the place of the first `first_count` that there are;
 * those behind them stay.  Lookups under way go on with theirs; the cache is
 * emptied.  Errors as above. */
int stubdns__core_replace_servers(struct stubdns__core *core,
                                  size_t first_count,
                                  const stubdns_address_t *addresses,
                                  size_t count);

/* Adds a server behind those that names at and below `domain` have for
 * themselves; of several domains the longest counts.  The cache is emptied.
 * Errors as above. */
int stubdns__core_add_domain_server(struct stubdns__core *core,
                                    const stubdns_name_t *domain,
                                    const stubdns_address_t *address);

/* Whether a special-use domain that the name is in has servers of its own: then
 * the name is asked of them like any other. */
int stubdns__core_asks_special(const struct stubdns__core *core,
                               const stubdns_name_t *name);

size_t stubdns__core_server_count(const struct stubdns__core *core);

/* Tells about the server at `index`, counted from 0 as they were added. */
void stubdns__core_server_info(const struct stubdns__core *core, size_t index,
                               stubdns_server_info_t *info);

/* Begins a lookup.  `question` and `options` (which may be NULL) are copied;
 * a class in `options` other than 0 goes before that of `question`.
 * `*request` is valid until its COMPLETE is handed out, which happens exactly
 * once where 0 is returned.
 *
 * Returns 0, STUBDNS_EBADTYPE, STUBDNS_ENOSERVER, STUBDNS_EINVALID,
 * STUBDNS_ENOMEM, or STUBDNS_ECANCELED where the core is closing. */
int stubdns__core_start(struct stubdns__core *core,
                        const stubdns_question_t *question,
                        const stubdns_lookup_options_t *options, void *user,
                        uint64_t now_us, struct stubdns__request **request);

/* While COMPLETE is performed: begins a lookup that is as that one was, but for
 * another name, in what is left of its time.  For a search; returns as above.
 */
int stubdns__core_start_next(struct stubdns__core *core,
                             const stubdns_name_t *name, uint64_t now_us,
                             struct stubdns__request **request);

/* Ends a lookup: its COMPLETE will carry STUBDNS_ECANCELED, also where it was
 * about to be handed out with something else. */
void stubdns__core_cancel(struct stubdns__core *core,
                          struct stubdns__request *request, uint64_t now_us);

/* Cancels every lookup and closes every path.  Once next_action returns 0
 * after this, nothing is under way. */
void stubdns__core_close(struct stubdns__core *core, uint64_t now_us);

/* A path that OPEN asked for is open; its SENDs follow.  `local_port` is shown
 * in the timeline, 0 if unknown.  May be called while OPEN is performed. */
void stubdns__core_on_path_open(struct stubdns__core *core,
                                struct stubdns__path *path, uint16_t local_port,
                                uint64_t now_us);

/* Trouble with a path.  Before on_path_open it means that OPEN failed: the path
 * is gone with this call, and no CLOSE follows.  Afterwards the path stays open
 * until CLOSE, since a refusal may be forged and the answer still come.  May be
 * called while OPEN or SEND is performed. */
void stubdns__core_on_path_error(struct stubdns__core *core,
                                 struct stubdns__path *path,
                                 enum stubdns__trouble trouble,
                                 uint64_t now_us);

/* A datagram came on an open path: whatever its length, 0 included.  The kernel
 * has seen to it that it is from the path's server (connected sockets).  On
 * TCP: one message, without its length.
 *
 * A COMPLETE that follows may point into `octets`: drain before they go.  The
 * letters of their question may be changed, into those that the user wrote. */
void stubdns__core_on_datagram(struct stubdns__core *core,
                               struct stubdns__path *path, uint8_t *octets,
                               size_t length, uint64_t now_us);

/* Time has passed; may be called at any moment. */
void stubdns__core_on_time(struct stubdns__core *core, uint64_t now_us);

/* The time of the last event: whatever was decided since is dated by it. */
uint64_t stubdns__core_now_us(const struct stubdns__core *core);

/* When stubdns__core_on_time() is to be called next; returns 0 where there is
 * nothing to wait for.  It may be a little before anything is due: the call
 * then only sorts, and the next deadline is nearer to the truth. */
int stubdns__core_deadline(const struct stubdns__core *core,
                           uint64_t *deadline_us);

/* Takes the next thing to do; returns 0 when there is none.
 *
 * Each path is OPENed once and, unless that failed, CLOSEd once; CLOSE may come
 * before on_path_open.  Once CLOSE is handed out no call may name the path. */
int stubdns__core_next_action(struct stubdns__core *core,
                              struct stubdns__action *action);

/* The same, but only what has to be done before the octets of the last datagram
 * go away: COMPLETEs, until none of those left points into them. */
int stubdns__core_next_borrower(struct stubdns__core *core,
                                struct stubdns__action *action);

/* Lookups whose COMPLETE was not yet handed out; with 0 the loop need not be
 * kept alive. */
size_t stubdns__core_lookup_count(const struct stubdns__core *core);

#endif
