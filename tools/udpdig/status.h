/* How udpdig ends.  Of several questions the worst counts. */
#ifndef UDPDIG_STATUS_H
#define UDPDIG_STATUS_H

enum status {
  STATUS_ANSWERED = 0, /* every query got a reply, whatever its RCODE */
  STATUS_USAGE = 1,
  STATUS_UNEXPECTED = 2, /* --expect was not met */
  STATUS_FILE = 8,       /* a file cannot be opened or read */
  STATUS_NO_REPLY = 9,   /* at least one query got no valid reply */
  STATUS_INTERNAL = 10,  /* no memory, no randomness, no sockets */
  STATUS_OUTPUT = 11,    /* the output could not be written */
  STATUS_NODATA = 20,    /* --exit-rcode: there is no such record */
  STATUS_RCODE_MAX = 36, /* 20 + the RCODE, this for 16 and above */
  STATUS_INTERRUPTED = 130
};

/* The worse of two: whatever went wrong is worse than any RCODE. */
enum status status_worse(enum status a, enum status b);

/* What a lookup that ended with `error` comes to. */
enum status status_of_error(int error);

/* What is wrong, in words: of the library's errors, and of libuv's. */
const char *error_sentence(int error);

#endif
