/* A message octet by octet, each field with its name: --explain. */
#ifndef UDPDIG_EXPLAIN_H
#define UDPDIG_EXPLAIN_H

#include "output.h"

#include "stubdns/message.h"

/* Every line begins with ";": to a program that reads records it is a comment.
 * `what` says whose octets they are: "query", "reply". */
void explain_message(struct output *output, const stubdns_message_t *message,
                     const char *what);

#endif
