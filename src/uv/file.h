/* Small files, read whole. */
#ifndef STUBDNS_UV_FILE_H
#define STUBDNS_UV_FILE_H

#include <stddef.h>
#include <stdint.h>

struct stubdns__transport;

/* Another one when the file has been written or replaced.  All zeros: there is
 * no file. */
struct stubdns__file_version {
  uint64_t device;
  uint64_t inode;
  uint64_t size;
  uint64_t time_s; /* of the last change of content or name */
  uint64_t time_ns;
};

/* What was read; `text` is the caller's to release. */
struct stubdns__file_text {
  char *text;
  size_t length;
  struct stubdns__file_version version;
};

void stubdns__file_version(struct stubdns__transport *transport,
                           const char *path,
                           struct stubdns__file_version *version);

/* Reads at most `max` octets.
 *
 * Returns 0, STUBDNS_ENOMEM, UV_EFBIG where there are more, or another error of
 * libuv; then `text` is all zeros. */
int stubdns__file_read(struct stubdns__transport *transport, const char *path,
                       size_t max, struct stubdns__file_text *text);

#endif
