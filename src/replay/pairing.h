/* The queries of a capture that may still be answered, kept from one piece of
 * the file to the next. */
#ifndef STUBDNS_REPLAY_PAIRING_H
#define STUBDNS_REPLAY_PAIRING_H

#include "stubdns/replay.h"

struct stubdns__pairing;

/* NULL where there is no memory; the caller's to free(). */
struct stubdns__pairing *stubdns__pairing_make(void);

/* Adds what the capture gives.  Returns STUBDNS_ENOMEM, or what
 * stubdns_capture_next() ended with. */
int stubdns__pairing_run(stubdns_replay_t *replay, stubdns_capture_t *capture,
                         struct stubdns__pairing *pairing);

#endif
