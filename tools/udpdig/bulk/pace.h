/* How fast questions are asked: evenly at a given rate, and so many at a time
 * as the way to the servers bears.  Pure: time comes in as a number, in
 * nanoseconds of any clock that does not go back. */
#ifndef UDPDIG_BULK_PACE_H
#define UDPDIG_BULK_PACE_H

#include <stdint.h>

/* The time in which no more than a tenth above the rate may be sent, in slots
 * of a millisecond, and one for that which has only begun. */
#define PACE_SLOTS 101

/* A schedule with the time at which the next query is due: what could not be
 * sent in time is made up for, but not more than PACE_DEBT_NS of it.  Beside it
 * the queries of the last slots are counted, which bounds a burst. */
struct pace {
  uint64_t interval_ns; /* 0: no limit */
  uint64_t due_ns;
  uint64_t slot; /* milliseconds: the newest one */
  uint32_t most; /* queries in all slots */
  uint32_t sum;  /* that are in them */
  uint32_t counts[PACE_SLOTS];
};

#define PACE_DEBT_NS 50000000

/* `rate` is in queries a second; 0 is no limit. */
void pace_init(struct pace *pace, uint32_t rate, uint64_t now_ns);

/* Whether a query may be sent now. */
int pace_allows(struct pace *pace, uint64_t now_ns);

/* A query is sent now; also one that nobody was asked about, such as a
 * retransmission. */
void pace_spend(struct pace *pace, uint64_t now_ns);

/* When the next query may be sent. */
uint64_t pace_due(const struct pace *pace);

/* How many questions may be under way.  Of every `limit` that end those that
 * needed another packet are counted: more than one in WINDOW_LOSS_SHARE halve
 * the limit, fewer let it grow by an eighth, up to what was asked for. */
struct window {
  uint32_t most;
  uint32_t least;
  uint32_t limit;
  uint32_t ended; /* since the limit was last looked at */
  uint32_t lost;
};

#define WINDOW_LOSS_SHARE 8

void window_init(struct window *window, uint32_t most);

/* A question ended; `lost` is whether a packet for it went unanswered. */
void window_end(struct window *window, int lost);

#endif
