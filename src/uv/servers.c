/* The servers that the system is configured with: reads resolv.conf and finds
 * the interfaces that it names. */
#include "uv/servers.h"

#include "config/resolv_conf.h"

#include <fcntl.h>
#include <net/if.h>

#define RESOLV_CONF "/etc/resolv.conf"
#define FILE_MAX 65536

static const stubdns_address_t local_host = {
    4, {127, 0, 0, 1}, STUBDNS_PORT, 0};

static int read_part(uv_loop_t *loop, uv_file file, char *text, size_t size) {
  const uv_buf_t buffer = uv_buf_init(text, (unsigned)size);
  uv_fs_t request;
  const int result = uv_fs_read(loop, &request, file, &buffer, 1, -1, NULL);
  uv_fs_req_cleanup(&request);
  return result;
}

/* Reads to the end.  A file that fills the room is none of this kind. */
static int read_all(uv_loop_t *loop, uv_file file, char *text, size_t size,
                    size_t *length) {
  *length = 0;
  while (*length < size) {
    const int got = read_part(loop, file, text + *length, size - *length);
    if (got <= 0) return got;
    *length += (size_t)got;
  }
  return UV_EFBIG;
}

static int read_file(uv_loop_t *loop, const char *path, char *text, size_t size,
                     size_t *length) {
  uv_fs_t request;
  const int file = uv_fs_open(loop, &request, path, O_RDONLY, 0, NULL);
  uv_fs_req_cleanup(&request);
  if (file < 0) return file;
  const int error = read_all(loop, file, text, size, length);
  uv_fs_close(loop, &request, file, NULL);
  uv_fs_req_cleanup(&request);
  return error;
}

/* A server on an interface that is not there is skipped, as a bad line is. */
static int add_one(struct stubdns__core *core,
                   struct stubdns__scoped_address *server) {
  if (server->scope[0]) {
    server->address.scope_id = if_nametoindex(server->scope);
    if (server->address.scope_id == 0) return 0;
  }
  return stubdns__core_add_server(core, &server->address);
}

static int add_all(struct stubdns__core *core,
                   struct stubdns__resolv_conf *config) {
  for (size_t i = 0; i < config->server_count; i++) {
    const int error = add_one(core, &config->servers[i]);
    if (error) return error;
  }
  if (stubdns__core_server_count(core) > 0) return 0;
  return stubdns__core_add_server(core, &local_host);
}

int stubdns__servers_add_system(struct stubdns__transport *transport,
                                const char *path) {
  char *const text = (char *)transport->octets; /* nothing is received yet */
  size_t length = 0;
  const int error = read_file(transport->loop, path ? path : RESOLV_CONF, text,
                              FILE_MAX, &length);
  if (error && (path || error != UV_ENOENT)) return error;
  struct stubdns__resolv_conf config;
  stubdns__resolv_conf_parse(&config, text, length, NULL);
  return add_all(transport->core, &config);
}
