/* Whether a datagram is the reply to a query: RFC 5452 section 9.1, one rule
 * after the other.  Address and port are the kernel's part, since every path
 * is a connected socket. */
#ifndef STUBDNS_EXCHANGE_MATCH_H
#define STUBDNS_EXCHANGE_MATCH_H

#include "stubdns/message.h"

enum stubdns__verdict {
  STUBDNS__ACCEPT, /* the reply: it ends the exchange */
  STUBDNS__SOFT,   /* a reply that something better may still replace */
  STUBDNS__DROP    /* not ours: nothing happens but that it is counted */
};

/* What a datagram is found to be, each with its verdict and a sentence. */
#define STUBDNS__FINDING_MAP(X)                                                \
  X(ANSWER, ACCEPT, "it is the reply")                                         \
  X(ERROR_REPLY, SOFT, "the server replied with an error")                     \
  X(MALFORMED, SOFT, "the reply is malformed")                                 \
  X(TRUNCATED, SOFT, "the reply is truncated")                                 \
  X(SHORT_HEADER, DROP, "it is shorter than a header")                         \
  X(OTHER_ID, DROP, "its ID is not the query's")                               \
  X(QUERY, DROP, "it is a query, not a reply")                                 \
  X(OTHER_OPCODE, DROP, "its opcode is not the query's")                       \
  X(SEVERAL_QUESTIONS, DROP, "it has more than one question")                  \
  X(BARE_ERROR, DROP, "it is an error without a question")                     \
  X(NO_QUESTION, DROP, "it has no question")                                   \
  X(UNASKED_QUESTION, DROP, "it has a question, unlike the query")             \
  X(BROKEN_QUESTION, DROP, "its question cannot be read")                      \
  X(OTHER_NAME, DROP, "it answers a question about another name")              \
  X(OTHER_TYPE, DROP, "it answers a question about another type")              \
  X(OTHER_CLASS, DROP, "it answers a question about another class")            \
  X(OTHER_CASE, DROP, "its name has other capitals than the query's")          \
  X(OTHER_COOKIE, DROP, "its cookie is not ours")                              \
  X(NO_COOKIE, DROP, "it has no cookie, which its server gave before")         \
  X(UNPROVEN, DROP, "somebody guesses at replies, and it has no cookie")       \
  X(UNASKED, DROP, "no query with its ID is under way")

enum stubdns__finding {
#define X(name, verdict, text) STUBDNS__FOUND_##name,
  STUBDNS__FINDING_MAP(X)
#undef X
      STUBDNS__FINDING_COUNT
};

/* Octets up to the end of the longest question: header, name, type, class. */
#define STUBDNS__QUESTION_END_MAX (12 + STUBDNS_NAME_MAX + 4)

/* How far a datagram could be read. */
enum stubdns__extent {
  STUBDNS__READ_NOTHING,
  STUBDNS__READ_HEADER,
  STUBDNS__READ_QUESTION,
  STUBDNS__READ_ALL
};

/* A datagram as far as it could be read.  Short of READ_ALL the message views
 * `head` and has no records, short of READ_QUESTION no question either. */
struct stubdns__reply {
  stubdns_message_t message;
  enum stubdns__extent extent;
  int error; /* why it could not be read to its end */
  uint8_t head[STUBDNS__QUESTION_END_MAX];
};

/* What a reply must answer to. */
struct stubdns__expected {
  const stubdns_question_t *question; /* NULL: to a query without one */
  uint16_t id;
  uint8_t exact;         /* capitals count: the query had them at random */
  uint8_t cookie_is_due; /* the server is known to give cookies */
  uint8_t opcode;
  uint8_t any_rcode; /* an error is as good as an answer */
  uint8_t proven;    /* only with a cookie that is due */
  uint8_t whole;     /* a truncated reply is not the one to end with */
  const uint8_t *client_cookie; /* that the query had, or NULL */
};

void stubdns__reply_read(struct stubdns__reply *reply, const uint8_t *octets,
                         size_t length);

enum stubdns__finding stubdns__match(const struct stubdns__reply *reply,
                                     const struct stubdns__expected *expected);

enum stubdns__verdict stubdns__finding_verdict(enum stubdns__finding finding);

/* The sentence, which is static. */
const char *stubdns__finding_text(enum stubdns__finding finding);

#endif
