/* What the files of the program stubdns-replay share. */
#ifndef STUBDNS_REPLAY_PROGRAM_H
#define STUBDNS_REPLAY_PROGRAM_H

#include "stubdns/replay.h"

/* Exit statuses, as those of udpdig. */
enum {
  STATUS_SUCCESS = 0,
  STATUS_USAGE = 1,
  STATUS_FILE = 8,
  STATUS_INTERNAL = 10,
  STATUS_OUTPUT = 11,
};

struct options {
  uint16_t port;
  char **paths;
  int path_count;
};

/* Reads the arguments; moves the paths to the front of `argv`.  Gives -1 where
 * the program is to go on, else the status to exit with. */
int options_read(struct options *options, int argc, char **argv);

/* What was read from all files.  Replies borrow the octets of the contents. */
struct recordings {
  stubdns_replay_t replay;
  uint8_t **contents;
  int content_count;
};

/* Reads every file; says on the standard error what is wrong with one.  Gives a
 * status.  recordings_free() is to be called in any case. */
int recordings_read(struct recordings *recordings,
                    const struct options *options);
void recordings_free(struct recordings *recordings);

/* Answers on 127.0.0.1 until a signal to stop; gives a status. */
int server_run(const stubdns_replay_t *replay, uint16_t port);

#endif
