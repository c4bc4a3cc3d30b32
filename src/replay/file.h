/* Reading files of every kind. */
#ifndef STUBDNS_REPLAY_FILE_H
#define STUBDNS_REPLAY_FILE_H

#include "stubdns/replay.h"

enum stubdns__file_kinds { STUBDNS__FILE_ANY, STUBDNS__FILE_NO_TEXT };

/* As stubdns_replay_add_file(), for the kinds that are wanted. */
int stubdns__file_add(stubdns_replay_t *replay, const char *path,
                      enum stubdns__file_kinds kinds,
                      stubdns_problem_t *problem);

#endif
