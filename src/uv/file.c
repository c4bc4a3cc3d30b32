/* Reads files at once, without the pool of threads: they are short, and a
 * lookup waits for them. */
#include "uv/file.h"

#include "uv/transport.h"

#include <fcntl.h>
#include <string.h>

#define FIRST_SIZE 4096

static struct stubdns__file_version version_of(const uv_stat_t *stat) {
  return (struct stubdns__file_version){
      .device = stat->st_dev,
      .inode = stat->st_ino,
      .size = stat->st_size,
      .time_s = (uint64_t)stat->st_ctim.tv_sec,
      .time_ns = (uint64_t)stat->st_ctim.tv_nsec,
  };
}

void stubdns__file_version(struct stubdns__transport *transport,
                           const char *path,
                           struct stubdns__file_version *version) {
  uv_fs_t request;
  memset(version, 0, sizeof *version);
  if (!uv_fs_stat(transport->loop, &request, path, NULL))
    *version = version_of(&request.statbuf);
  uv_fs_req_cleanup(&request);
}

static int read_part(uv_loop_t *loop, uv_file file, char *text, size_t size) {
  const uv_buf_t buffer = uv_buf_init(text, (unsigned)size);
  uv_fs_t request;
  const int result = uv_fs_read(loop, &request, file, &buffer, 1, -1, NULL);
  uv_fs_req_cleanup(&request);
  return result;
}

/* Moves the text into `size` octets, which are more than it has. */
static int grow(struct stubdns__transport *transport,
                struct stubdns__file_text *text, size_t size) {
  char *const larger = stubdns__transport_allocate(transport, size);
  if (!larger) return STUBDNS_ENOMEM;
  if (text->length > 0) memcpy(larger, text->text, text->length);
  if (text->text) stubdns__transport_release(transport, text->text);
  text->text = larger;
  return 0;
}

/* There is always room for one octet more than `max`, to tell whether it is
 * too much. */
static int read_all(struct stubdns__transport *transport, uv_file file,
                    size_t max, struct stubdns__file_text *text) {
  size_t size = 0;
  for (;;) {
    if (text->length > max) return UV_EFBIG;
    if (text->length == size) {
      size = size == 0 ? FIRST_SIZE : 2 * size;
      const int error = grow(transport, text, size);
      if (error) return error;
    }
    const int got = read_part(transport->loop, file, text->text + text->length,
                              size - text->length);
    if (got <= 0) return got;
    text->length += (size_t)got;
  }
}

/* A pipe in the place of the file must not keep anybody waiting. */
static int open_file(uv_loop_t *loop, const char *path) {
  uv_fs_t request;
  const int file =
      uv_fs_open(loop, &request, path, O_RDONLY | O_NONBLOCK, 0, NULL);
  uv_fs_req_cleanup(&request);
  return file;
}

static void close_file(uv_loop_t *loop, uv_file file) {
  uv_fs_t request;
  uv_fs_close(loop, &request, file, NULL);
  uv_fs_req_cleanup(&request);
}

static int stat_file(uv_loop_t *loop, uv_file file,
                     struct stubdns__file_version *version) {
  uv_fs_t request;
  const int error = uv_fs_fstat(loop, &request, file, NULL);
  if (!error) *version = version_of(&request.statbuf);
  uv_fs_req_cleanup(&request);
  return error;
}

int stubdns__file_read(struct stubdns__transport *transport, const char *path,
                       size_t max, struct stubdns__file_text *text) {
  memset(text, 0, sizeof *text);
  const int file = open_file(transport->loop, path);
  if (file < 0) return file;
  int error = stat_file(transport->loop, file, &text->version);
  if (!error) error = read_all(transport, file, max, text);
  close_file(transport->loop, file);
  if (!error) return 0;
  if (text->text) stubdns__transport_release(transport, text->text);
  memset(text, 0, sizeof *text);
  return error;
}
