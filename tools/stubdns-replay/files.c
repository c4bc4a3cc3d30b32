/* Reading the files to answer from, and saying where one is wrong. */
#include "program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const char *path, const char *sentence) {
  fprintf(stderr, "stubdns-replay: %s: %s\n", path, sentence);
  return STATUS_FILE;
}

static int complain_at(const char *path, size_t offset, int error) {
  fprintf(stderr, "stubdns-replay: %s: at octet %zu: %s\n", path, offset,
          stubdns_error_text(error));
  return STATUS_FILE;
}

/* Doubles `*size` octets; whether there is memory. */
static int enlarge(uint8_t **octets, size_t *size) {
  const size_t larger = *size ? *size * 2 : 65536;
  uint8_t *moved = larger > *size ? realloc(*octets, larger) : NULL;
  if (!moved) return 0;
  *octets = moved;
  *size = larger;
  return 1;
}

/* Reads all of a file, be it a pipe, into memory that is the caller's even on
 * failure.  Gives 0 or an errno. */
static int read_all(FILE *file, uint8_t **octets, size_t *length) {
  size_t size = 0;
  for (;;) {
    if (*length == size && !enlarge(octets, &size)) return ENOMEM;
    const size_t count = fread(*octets + *length, 1, size - *length, file);
    *length += count;
    if (count == 0) return ferror(file) ? errno : 0;
  }
}

static int read_file(const char *path, uint8_t **octets, size_t *length) {
  *octets = NULL;
  *length = 0;
  FILE *file = fopen(path, "rb");
  if (!file) return complain(path, strerror(errno));
  const int error = read_all(file, octets, length);
  fclose(file);
  return error ? complain(path, strerror(error)) : STATUS_SUCCESS;
}

static int add_capture(stubdns_replay_t *replay, const char *path,
                       stubdns_capture_t *capture) {
  const size_t count = replay->exchange_count;
  const int error = stubdns_replay_add_capture(replay, capture);
  if (error == STUBDNS_EBADCAPTURE)
    return complain_at(path, capture->error_offset, error);
  if (error) return complain(path, stubdns_error_text(error));
  if (replay->exchange_count == count)
    complain(path, "passed over: it holds no reply with a question");
  return STATUS_SUCCESS;
}

/* Reads the hex digits in place: two become one octet. */
static int add_hex(stubdns_replay_t *replay, const char *path, uint8_t *octets,
                   size_t length) {
  size_t count;
  int error =
      stubdns_hex_read((const char *)octets, length, octets, length, &count);
  if (error) return complain_at(path, count, error);
  error = stubdns_replay_add(replay, NULL, 0, octets, count);
  return error ? complain(path, stubdns_error_text(error)) : STATUS_SUCCESS;
}

/* A file that begins with a character of hex text is such; others must be
 * captures. */
static int is_text(const uint8_t *octets, size_t length) {
  return length > 0 &&
         memchr("#0123456789abcdefABCDEF \t\n", octets[0], 26) != NULL;
}

static int add_file(struct recordings *recordings, const char *path) {
  uint8_t *octets;
  size_t length;
  const int status = read_file(path, &octets, &length);
  recordings->contents[recordings->content_count++] = octets;
  if (status) return status;
  stubdns_capture_t capture;
  /* Recorded servers may have listened on any port. */
  const int error = stubdns_capture_open(&capture, octets, length, NULL, 0);
  if (!error) return add_capture(&recordings->replay, path, &capture);
  if (error == STUBDNS_ENOCAPTURE && is_text(octets, length))
    return add_hex(&recordings->replay, path, octets, length);
  return complain_at(path, capture.error_offset, error);
}

int recordings_read(struct recordings *recordings,
                    const struct options *options) {
  stubdns_replay_init(&recordings->replay);
  recordings->content_count = 0;
  recordings->contents =
      calloc((size_t)options->path_count, sizeof *recordings->contents);
  if (!recordings->contents) {
    fputs("stubdns-replay: out of memory\n", stderr);
    return STATUS_INTERNAL;
  }
  for (int i = 0; i < options->path_count; i++) {
    const int status = add_file(recordings, options->paths[i]);
    if (status) return status;
  }
  if (recordings->replay.exchange_count > 0) return STATUS_SUCCESS;
  return complain(options->paths[0], "there is nothing to answer from");
}

void recordings_free(struct recordings *recordings) {
  stubdns_replay_free(&recordings->replay);
  for (int i = 0; i < recordings->content_count; i++)
    free(recordings->contents[i]);
  free(recordings->contents);
}
