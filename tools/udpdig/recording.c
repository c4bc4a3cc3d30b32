/* From messages that a resolver tells of to frames in a file. */
#include "recording.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void note_error(struct recording *recording) {
  if (!recording->error) recording->error = errno ? errno : EIO;
}

static void append(struct recording *recording, size_t length) {
  if (fwrite(recording->octets, 1, length, recording->file) != length ||
      (!recording->is_buffered && fflush(recording->file)))
    note_error(recording);
  recording->length += length;
}

int recording_open(struct recording *recording, const char *path) {
  recording->file = fopen(path, "wb");
  if (!recording->file) return errno;
  const int error = uv_mutex_init(&recording->mutex);
  if (error) {
    fclose(recording->file);
    recording->file = NULL;
    return -error;
  }
  stubdns_capture_write_header(recording->octets);
  append(recording, STUBDNS_CAPTURE_HEADER_LENGTH);
  return 0;
}

uint64_t recording_time(const struct recording *recording, uint64_t time_us) {
  return recording->begin_us + time_us;
}

/* An address that is not known is written as zeros. */
static stubdns_address_t local_of(const stubdns_traffic_t *traffic) {
  stubdns_address_t local = traffic->local;
  if (local.length == traffic->server.length) return local;
  memset(&local, 0, sizeof local);
  local.length = traffic->server.length;
  return local;
}

static void add(struct recording *recording, const stubdns_traffic_t *traffic) {
  const stubdns_address_t local = local_of(traffic);
  size_t length;
  if (!recording->begin_us) recording->begin_us = now_us() - traffic->time_us;
  const stubdns_datagram_t datagram = {
      .octets = traffic->octets,
      .length = traffic->length,
      .source = traffic->is_received ? traffic->server : local,
      .destination = traffic->is_received ? local : traffic->server,
      .time_ns = recording_time(recording, traffic->time_us) * 1000,
      .frame_offset = recording->length,
      .is_tcp = traffic->is_tcp,
      .is_refusal = traffic->is_refusal,
  };
  if (stubdns_capture_write(&datagram, recording->octets, &length))
    recording->left_out++;
  else
    append(recording, length);
}

void recording_add(struct recording *recording,
                   const stubdns_traffic_t *traffic) {
  uv_mutex_lock(&recording->mutex);
  if (!recording->error) add(recording, traffic);
  uv_mutex_unlock(&recording->mutex);
}

int recording_close(struct recording *recording) {
  if (!recording->file) return 0;
  if (fclose(recording->file)) note_error(recording);
  recording->file = NULL;
  uv_mutex_destroy(&recording->mutex);
  return recording->error;
}
