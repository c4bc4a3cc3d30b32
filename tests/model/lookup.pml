/* The life of one lookup, for the model checker Spin: two attempts to two
 * servers, a user who may cancel it or close the resolver at any moment, a
 * network that loses, delays and doubles, and somebody who forges.
 *
 * As in src/resolver, events only change the lookup and mark it as complete;
 * the callback is a step of its own, so that cancel and close may come between.
 * The state space is searched whole: every lookup calls back exactly once, with
 * the status that its events allow, and nothing is sent or received after.
 *
 * MISTAKE_... builds a wrong core, which a property must find. */

#define ATTEMPTS 2

mtype = { NONE, ANSWERED, TIMED_OUT, CANCELLED }
mtype = { REPLY, FORGERY }

mtype status = NONE;    /* what the lookup is complete with */
bool is_complete = false;
bool is_closing = false;
bool was_cancelled = false;
byte callbacks = 0;
byte sends = 0;

bool path_is_open[ATTEMPTS];
byte sent_at_callback = 0; /* sends when the callback ran */

/* What is under way to the paths; a datagram carries who wrote it. */
chan wire[ATTEMPTS] = [2] of { mtype };

/* Marks the lookup as complete, once; cancelling is heard until the callback. */
inline complete(how) {
  if
  :: !is_complete ->
       is_complete = true;
       status = how;
       path_is_open[0] = false;
       path_is_open[1] = false
#ifndef MISTAKE_CANCEL_IS_LOST
  :: is_complete && how == CANCELLED && callbacks == 0 -> status = CANCELLED
#endif
  :: else -> skip
  fi
}

inline send(attempt) {
  path_is_open[attempt] = true;
  sends++
}

/* The core: one event at a time. */
active proctype core() {
  mtype datagram;
  atomic { if :: !is_complete -> send(0) :: else -> skip fi }
  do
#ifdef MISTAKE_SENDS_ON
  :: atomic { callbacks == 0 && sends < ATTEMPTS -> send(1) }
#else
  :: atomic { !is_complete && sends < ATTEMPTS -> send(1) }  /* its turn is over */
#endif
  :: atomic { path_is_open[0] && nempty(wire[0]) ->
       wire[0]?datagram;
       if
       :: datagram == REPLY -> complete(ANSWERED)
       :: datagram == FORGERY -> skip           /* dropped: wrong ID */
       fi }
  :: atomic { path_is_open[1] && nempty(wire[1]) ->
       wire[1]?datagram;
       if
       :: datagram == REPLY -> complete(ANSWERED)
       :: datagram == FORGERY -> skip
       fi }
#ifndef MISTAKE_NO_DEADLINE
  :: atomic { !is_complete -> complete(TIMED_OUT) }          /* the deadline */
#endif
  :: atomic { is_complete && callbacks == 0 ->
       callbacks++;
       sent_at_callback = sends }
#ifdef MISTAKE_CALLS_TWICE
  :: atomic { callbacks == 1 && status == TIMED_OUT -> callbacks++ }
#endif
  :: atomic { callbacks == 1 -> break }
  od
}

/* The user, from anywhere, at any moment before the callback. */
active proctype user() {
  do
  :: atomic { callbacks == 0 && !was_cancelled ->
       was_cancelled = true;
       complete(CANCELLED) }
  :: atomic { callbacks == 0 && !is_closing ->
       is_closing = true;
       was_cancelled = true;
       complete(CANCELLED) }
  :: break
  od
}

/* Servers answer what was sent, or not, and sometimes twice. */
active [2] proctype server() {
  byte number = _pid - 2;
  byte replies = 0;
  do
  :: atomic { sends > number && replies < 2 && nfull(wire[number]) ->
       wire[number]!REPLY;
       replies++ }
  :: break
  od
}

/* The forger never knows the ID. */
active proctype forger() {
  byte tries = 0;
  do
  :: atomic { tries < 2 && nfull(wire[0]) -> wire[0]!FORGERY; tries++ }
  :: atomic { tries < 2 && nfull(wire[1]) -> wire[1]!FORGERY; tries++ }
  :: break
  od
}

ltl exactly_once { <> [] (callbacks == 1) }
ltl never_twice { [] (callbacks <= 1) }
ltl nothing_sent_after { [] (callbacks == 1 -> sends == sent_at_callback) }
ltl no_path_left { [] (callbacks == 1 -> (!path_is_open[0] && !path_is_open[1])) }
ltl cancel_is_heard { [] ((callbacks == 1 && was_cancelled) -> status == CANCELLED) }
ltl success_needs_a_reply { [] ((status == ANSWERED) -> sends > 0) }
