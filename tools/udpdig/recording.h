/* A capture of what is sent and received, written as it happens. */
#ifndef UDPDIG_RECORDING_H
#define UDPDIG_RECORDING_H

#include "stubdns/capture.h"
#include "stubdns/network.h"

#include <stdio.h>
#include <uv.h>

struct recording {
  FILE *file;        /* NULL: nothing is recorded */
  uv_mutex_t mutex;  /* threads share the file */
  uint64_t begin_us; /* where the resolvers' clocks begin, since 1970 */
  uint64_t length;   /* of the file */
  uint64_t left_out; /* messages that no IP packet holds */
  int is_buffered;   /* a frame may wait in memory for others */
  int error;         /* of errno, since when nothing is written */
  uint8_t octets[STUBDNS_CAPTURE_WRITE_MAX];
};

/* Begins a capture; returns 0 or an error of errno. */
int recording_open(struct recording *recording, const char *path);

void recording_add(struct recording *recording,
                   const stubdns_traffic_t *traffic);

/* Microseconds since 1970 of a time by a resolver's clock. */
uint64_t recording_time(const struct recording *recording, uint64_t time_us);

/* Writes the rest, and gives the first error. */
int recording_close(struct recording *recording);

#endif
