/* Files: captures in pieces, so that a pipe may go on and on; hex digits and
 * text whole. */
#include "replay/file.h"

#include "replay/pairing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 65536

/* More than any text that people write, or octets in hex. */
#define TEXT_MAX (8u << 20)

/* Octets of a file, from `offset` on. */
struct source {
  FILE *file;
  uint8_t *octets;
  size_t length;
  size_t size;
  int is_at_end;
};

/* Reads another piece behind those that are there.  Returns 0, STUBDNS_ENOMEM
 * or -errno. */
static int read_piece(struct source *source) {
  if (source->size - source->length < PIECE) {
    const size_t size = source->size * 2 + PIECE;
    uint8_t *moved = realloc(source->octets, size);
    if (!moved) return STUBDNS_ENOMEM;
    source->octets = moved;
    source->size = size;
  }
  const size_t count =
      fread(source->octets + source->length, 1, PIECE, source->file);
  source->length += count;
  source->is_at_end = count == 0;
  return count == 0 && ferror(source->file) ? -errno : 0;
}

static void drop(struct source *source, size_t count) {
  source->length -= count;
  memmove(source->octets, source->octets + count, source->length);
}

static int refill(struct source *source, stubdns_capture_t *capture) {
  drop(source, stubdns_capture_consumed(capture));
  const int error = read_piece(source);
  stubdns_capture_feed(capture, source->octets, source->length);
  capture->goes_on = !source->is_at_end;
  return error;
}

static int add_capture(stubdns_replay_t *replay, struct source *source,
                       stubdns_capture_t *capture) {
  struct stubdns__pairing *pairing = stubdns__pairing_make();
  int result = pairing ? STUBDNS_CAPTURE_MORE : STUBDNS_ENOMEM;
  capture->with_tcp = 1;
  capture->with_refusals = 1;
  capture->goes_on = !source->is_at_end;
  while (result == STUBDNS_CAPTURE_MORE) {
    result = stubdns__pairing_run(replay, capture, pairing);
    const int error =
        result == STUBDNS_CAPTURE_MORE ? refill(source, capture) : 0;
    if (error) result = error;
  }
  free(pairing);
  return result;
}

static int is_hex_character(uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
         (c >= 'A' && c <= 'F') || c == ' ' || c == '\t' || c == '\r' ||
         c == '\n';
}

/* Whether the first thing that is no comment is a pair of hex digits, and then
 * a blank or another digit: no statement begins like that. */
static int is_hex(const struct source *source) {
  size_t i = 0;
  while (i < source->length) {
    if (source->octets[i] == '#')
      while (i < source->length && source->octets[i] != '\n')
        i++;
    else if (is_hex_character(source->octets[i]) && source->octets[i] > ' ')
      return i + 2 >= source->length ||
             (is_hex_character(source->octets[i + 1]) &&
              is_hex_character(source->octets[i + 2]));
    else if (source->octets[i] > ' ')
      return 0;
    else
      i++;
  }
  return 1;
}

/* Two digits become one octet in place. */
static int add_hex(stubdns_replay_t *replay, const struct source *source,
                   stubdns_problem_t *problem) {
  size_t count;
  int error = stubdns_hex_read((const char *)source->octets, source->length,
                               source->octets, source->length, &count);
  problem->offset = error ? count : 0;
  if (!error)
    error = stubdns_replay_add(replay, NULL, 0, source->octets, count);
  return error;
}

static int is_text(const struct source *source) {
  return source->length > 0 &&
         memchr(source->octets, 0, source->length) == NULL;
}

/* The folder that `path` is in, in `folder`; NULL for the current one. */
static const char *folder_of(const char *path, char *folder, size_t size) {
  const char *slash = strrchr(path, '/');
  const size_t length = slash ? (size_t)(slash - path) : 0;
  if (!slash || length + 2 > size) return NULL;
  memcpy(folder, path, length ? length : 1);
  folder[length ? length : 1] = '\0';
  return folder;
}

static int read_text(struct source *source, stubdns_problem_t *problem) {
  while (!source->is_at_end) {
    const int error = read_piece(source);
    if (error) return error;
    if (source->length <= TEXT_MAX) continue;
    problem->offset = TEXT_MAX;
    problem->sentence = "the text is longer than 8 MiB";
    return STUBDNS_EBADTEXT;
  }
  return 0;
}

static int add_text(stubdns_replay_t *replay, struct source *source,
                    const char *path, enum stubdns__file_kinds kinds,
                    stubdns_problem_t *problem) {
  char folder[4096];
  if (!is_text(source)) return STUBDNS_ENOCAPTURE;
  const int error = read_text(source, problem);
  if (error) return error;
  if (is_hex(source)) return add_hex(replay, source, problem);
  if (kinds == STUBDNS__FILE_NO_TEXT) return STUBDNS_ENOCAPTURE;
  return stubdns_replay_add_text(
      replay, (const char *)source->octets, source->length,
      folder_of(path, folder, sizeof folder), problem);
}

static int add_source(stubdns_replay_t *replay, struct source *source,
                      const char *path, enum stubdns__file_kinds kinds,
                      stubdns_problem_t *problem) {
  stubdns_capture_t capture;
  int error = read_piece(source);
  if (error) return error;
  error =
      stubdns_capture_open(&capture, source->octets, source->length, NULL, 0);
  if (error == STUBDNS_ENOCAPTURE)
    return add_text(replay, source, path, kinds, problem);
  problem->offset = capture.error_offset;
  if (error) return error;
  error = add_capture(replay, source, &capture);
  problem->offset = error == STUBDNS_EBADCAPTURE
                        ? capture.error_offset
                        : capture.base + stubdns_capture_consumed(&capture);
  return error;
}

static const char *sentence_of(int error) {
  return stubdns_error_name(error) ? stubdns_error_text(error)
                                   : strerror(-error);
}

int stubdns__file_add(stubdns_replay_t *replay, const char *path,
                      enum stubdns__file_kinds kinds,
                      stubdns_problem_t *problem) {
  const int is_standard_input = !strcmp(path, "-");
  struct source source = {0};
  *problem = (stubdns_problem_t){0};
  source.file = is_standard_input ? stdin : fopen(path, "rb");
  const int error =
      source.file ? add_source(replay, &source, path, kinds, problem) : -errno;
  if (source.file && !is_standard_input) fclose(source.file);
  free(source.octets);
  if (error && !problem->sentence) problem->sentence = sentence_of(error);
  return error;
}

int stubdns_replay_add_file(stubdns_replay_t *replay, const char *path,
                            stubdns_problem_t *problem) {
  return stubdns__file_add(replay, path, STUBDNS__FILE_ANY, problem);
}
