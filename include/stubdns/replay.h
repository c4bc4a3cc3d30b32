/* Recorded traffic: reading captures and hex files, and answering questions
 * from what was recorded, so that a test needs no network.
 *
 *   stubdns_replay_t replay;
 *   stubdns_problem_t problem;
 *   stubdns_replay_init(&replay);
 *   if (stubdns_replay_add_file(&replay, "answers.pcap", &problem)) ...
 *   stubdns_replay_attach(&resolver, &replay);
 *
 * From there on the lookups of `resolver` are answered from the file.  This is
 * a library of its own: link stubdns_replay before stubdns. */
#ifndef STUBDNS_REPLAY_H
#define STUBDNS_REPLAY_H

#include "capture.h"
#include "error.h"
#include "network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What befalls replies on their way.  Rates are out of a million replies; what
 * happens is the same for the same seed.  Over TCP there are only delays and
 * errors. */
typedef struct stubdns_faults {
  uint64_t seed;
  uint32_t loss;
  uint32_t duplication;
  uint32_t reordering; /* held back for 20 ms */
  uint32_t truncation; /* TC, and no records */
  uint32_t corruption; /* one bit is turned */
  uint32_t wrong_id;
  uint32_t spoofing;  /* a forged reply with another ID comes 1 ms before it */
  uint32_t error;     /* an RCODE in its place */
  uint16_t rcode;     /* that one; 0: SERVFAIL */
  uint32_t delay_us;  /* of every reply, beside what was recorded */
  uint32_t jitter_us; /* and up to this much more */
} stubdns_faults_t;

/* Recorded exchanges, to answer from; and maybe a scenario, see
 * stubdns-replay(5). */
typedef struct stubdns_replay {
  /* to be set before the first answer */
  stubdns_faults_t faults;
  uint16_t unmatched_rcode; /* init sets STUBDNS_RCODE_REFUSED; see below */
  uint8_t in_order; /* questions must come in the order of the recording */
  uint8_t at_once;  /* replies need no time, whatever it was */
  /* to be read */
  size_t exchange_count;
  uint8_t has_script;       /* rules were read, or what else makes a scenario */
  uint64_t unmatched_count; /* queries that nothing was recorded for */
  uint64_t now_us;          /* the time of attached resolvers, since 1970 */
  uint64_t frame_count;     /* of captures; of these gave no message: */
  uint64_t fragment_count;  /* fragments of IP packets */
  uint64_t cut_count;       /* frames that end inside a header or datagram */
  uint64_t other_count;     /* of other protocols; parts of TCP streams */
  uint64_t unknown_link_count; /* of interfaces we cannot read */
  /* private */
  uint64_t stop_us;
  struct stubdns__store *store;
} stubdns_replay_t;

/* As `unmatched_rcode`: a question that nothing was recorded for gets no reply
 * at all. */
#define STUBDNS_REPLAY_NO_REPLY 0xffffu

/* What stubdns_replay_answer() did. */
enum stubdns_replay_result {
  STUBDNS_REPLAY_SILENT = 0,    /* no query, or one that had no reply */
  STUBDNS_REPLAY_RECORDED = 1,  /* a recorded reply */
  STUBDNS_REPLAY_UNMATCHED = 2, /* `unmatched_rcode`, or nothing */
  STUBDNS_REPLAY_REJECTED = 3   /* FORMERR or NOTIMP: no ordinary question */
};

void stubdns_replay_init(stubdns_replay_t *replay);

/* Adds a recorded exchange.  `query` may be NULL, for a reply without the query
 * it answered; then its own question counts.  Octets are copied.
 *
 * Returns 0; STUBDNS_ENOMEM; or an error of stubdns_message_parse() where the
 * query (the reply, without one) cannot be read; STUBDNS_EQUESTIONS where it
 * has no question. */
int stubdns_replay_add(stubdns_replay_t *replay, const uint8_t *query,
                       size_t query_length, const uint8_t *reply,
                       size_t reply_length);

/* Adds every exchange that the rest of `capture` holds, over UDP and, where a
 * message has a segment to itself, over TCP.  A reply belongs to the last query
 * before it with its ID, addresses and ports, else to the last with these
 * addresses and ports; one without stands for itself.  A query without a reply
 * is an exchange as well: whoever asks the same hears nothing.  Where ICMP says
 * of the port that a query was sent to that it is shut, attached resolvers hear
 * that again.
 *
 * Returns 0, STUBDNS_ENOMEM or an error of stubdns_capture_next(). */
int stubdns_replay_add_capture(stubdns_replay_t *replay,
                               stubdns_capture_t *capture);

/* Where in a file something is wrong, and what. */
typedef struct stubdns_problem {
  uint64_t offset;      /* from the file's first octet */
  uint32_t line;        /* from 1; 0 in a file that is no text */
  const char *sentence; /* static */
} stubdns_problem_t;

/* Adds what a file holds: a capture, a reply as hex digits, or text in the
 * format of stubdns-replay(5).  "-" is the standard input.  A capture is read
 * in pieces, and may come from a pipe.
 *
 * Returns 0; STUBDNS_ENOMEM; -errno where the file cannot be read; or an error
 * of the calls above.  On any error `problem` tells where and why. */
int stubdns_replay_add_file(stubdns_replay_t *replay, const char *path,
                            stubdns_problem_t *problem);

/* The same for text that is in memory; files that it names are looked for in
 * `folder`, NULL for the current one. */
int stubdns_replay_add_text(stubdns_replay_t *replay, const char *text,
                            size_t length, const char *folder,
                            stubdns_problem_t *problem);

/* Answers a query that came over UDP: with the first recorded reply to the same
 * question (letters folded), else with `unmatched_rcode`.  Where several
 * exchanges were recorded, that whose query was most alike counts: EDNS or not,
 * DO, payload size, RD and CD; of equals each is given once, in their order,
 * and the last one from then on.  The reply gets the ID, the letters and the
 * client cookie of the query where it had those of its own.
 *
 * `reply` should have room for STUBDNS_MESSAGE_MAX octets; `size` must be at
 * least 512.  Returns one of enum stubdns_replay_result, or
 * STUBDNS_ENOSPACE. */
int stubdns_replay_answer(stubdns_replay_t *replay, const uint8_t *query,
                          size_t query_length, uint8_t *reply, size_t size,
                          size_t *reply_length);

/* Has every lookup of a resolver, which has begun none yet, answered from the
 * replay, without sockets, in a time of its own: it jumps to the next reply or
 * deadline whenever the loop has nothing else to do.  What is random in queries
 * depends on the faults' seed alone, so that a run can be repeated.  The replay
 * must outlive the resolver; several may share it, and its time.
 *
 * Returns 0, STUBDNS_ENOMEM, or STUBDNS_EINVALID (lookups are under way). */
int stubdns_replay_attach(stubdns_resolver_t *resolver,
                          stubdns_replay_t *replay);

/* A reply as it was recorded, and the query that it answered. */
typedef struct stubdns_original {
  const uint8_t *query; /* NULL where only the reply is known */
  size_t query_length;
  uint64_t query_us; /* since 1970; 0 where it is not known */
  const uint8_t *reply;
  size_t reply_length;
  uint64_t reply_us;
} stubdns_original_t;

/* Finds what was recorded of a reply that was given: the same octets, before
 * ID, letters of the question and client cookie became those of another query.
 * The octets are the replay's, until it is freed.
 *
 * Returns 1, or 0 where there is none such. */
int stubdns_replay_find_original(const stubdns_replay_t *replay,
                                 const stubdns_message_t *given,
                                 stubdns_original_t *original);

/* Steps through the questions that nothing was recorded for, with how often
 * each was asked; begin with `*position` 0.  Returns 0 behind the last; of more
 * than 1000 the others are left out. */
int stubdns_replay_next_unmatched(const stubdns_replay_t *replay,
                                  size_t *position,
                                  stubdns_question_t *question,
                                  uint64_t *count);

/* Scenarios of the text that was added, as stubdns-replay(5) describes them:
 * how many there are, and the title of one, from 0.  With none there may be
 * rules all the same. */
size_t stubdns_replay_scenario_count(const stubdns_replay_t *replay);
const char *stubdns_replay_scenario_title(const stubdns_replay_t *replay,
                                          size_t index);

/* Chooses the scenario whose rules answer; the first is chosen to begin with.
 * Every exchange counts as not given yet. */
void stubdns_replay_choose(stubdns_replay_t *replay, size_t index);

/* What a scenario expected, and what happened instead. */
typedef struct stubdns_failure {
  uint32_t line;
  const char *text; /* a sentence, valid until the callback returns */
} stubdns_failure_t;

typedef void (*stubdns_failure_cb)(void *data,
                                   const stubdns_failure_t *failure);

/* Runs the chosen scenario: asks with a resolver of ours what it says, and
 * tells `on_failure` every expectation that was not met.
 *
 * Returns 0 (also where there were failures), STUBDNS_ENOMEM or an error of
 * libuv. */
int stubdns_replay_check(stubdns_replay_t *replay,
                         stubdns_failure_cb on_failure, void *data);

/* Releases the memory; the replay is empty then. */
void stubdns_replay_free(stubdns_replay_t *replay);

#ifdef __cplusplus
}
#endif
#endif
