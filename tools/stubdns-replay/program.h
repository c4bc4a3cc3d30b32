/* What the files of the program stubdns-replay share. */
#ifndef STUBDNS_REPLAY_PROGRAM_H
#define STUBDNS_REPLAY_PROGRAM_H

#include "stubdns/replay.h"

/* Exit statuses, as those of udpdig. */
enum {
  STATUS_SUCCESS = 0,
  STATUS_USAGE = 1,
  STATUS_UNMET = 2,
  STATUS_FILE = 8,
  STATUS_INTERNAL = 10,
  STATUS_OUTPUT = 11,
};

struct options {
  stubdns_address_t address;
  const char *scenario; /* title or number; NULL: the first */
  uint8_t is_check;
  char **paths;
  int path_count;
};

/* Reads the arguments, those about answering into `replay`; moves the paths to
 * the front of `argv`.  Gives -1 where the program is to go on, else the status
 * to exit with. */
int options_read(struct options *options, stubdns_replay_t *replay, int argc,
                 char **argv);

/* Reads every file and chooses the scenario; says on the standard error what is
 * wrong.  Gives a status. */
int files_read(stubdns_replay_t *replay, const struct options *options);

/* Answers over UDP and TCP until a signal to stop, then lists what was not
 * recorded; gives a status. */
int server_run(stubdns_replay_t *replay, const struct options *options);

/* Runs the scenarios with a resolver of ours and prints how they went, in TAP;
 * gives a status. */
int check_run(stubdns_replay_t *replay, const struct options *options);

#endif
