/* The sockets' own counters, sock_diag(7). */
#include "bulk/drops.h"

#ifdef __linux__
#include <linux/sock_diag.h>
#include <sys/socket.h>

static int read_count(const uv_handle_t *handle, uint32_t *count) {
  uint32_t about[SK_MEMINFO_VARS] = {0};
  socklen_t length = sizeof about;
  uv_os_fd_t descriptor;
  if (uv_fileno(handle, &descriptor)) return 0;
  if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, about, &length)) return 0;
  *count = about[SK_MEMINFO_DROPS];
  return length > SK_MEMINFO_DROPS * sizeof *about;
}
#else
static int read_count(const uv_handle_t *handle, uint32_t *count) {
  (void)handle;
  (void)count;
  return 0;
}
#endif

/* A socket that counts less than before is another one in its place. */
static void note(struct drops *drops, const uv_handle_t *handle,
                 uint32_t count) {
  for (size_t i = 0; i < DROPS_SOCKETS_MAX; i++) {
    if (drops->sockets[i].handle && drops->sockets[i].handle != handle)
      continue;
    const uint32_t before = drops->sockets[i].count;
    drops->total += count < before ? count : count - before;
    drops->sockets[i].handle = handle;
    drops->sockets[i].count = count;
    return;
  }
}

static void look_at(uv_handle_t *handle, void *drops) {
  uint32_t count;
  if (handle->type == UV_UDP && read_count(handle, &count))
    note(drops, handle, count);
}

void drops_look(struct drops *drops, uv_loop_t *loop) {
  uv_walk(loop, look_at, drops);
}
