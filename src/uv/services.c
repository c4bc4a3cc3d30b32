/* Keeps the text of the services file for as long as the file is the same. */
#include "uv/services.h"

#include "config/services.h"
#include "uv/transport.h"

#include <fcntl.h>
#include <string.h>

/* A number that is another one when the file has been written, or replaced. */
static uint64_t version_of(const uv_stat_t *stat) {
  return (uint64_t)stat->st_mtim.tv_sec * 1000000007 +
         (uint64_t)stat->st_mtim.tv_nsec * 31 + stat->st_ino + stat->st_size +
         1;
}

static int stat_file(uv_loop_t *loop, const char *path, uv_stat_t *stat) {
  uv_fs_t request;
  const int error = uv_fs_stat(loop, &request, path, NULL);
  if (!error) *stat = request.statbuf;
  uv_fs_req_cleanup(&request);
  return error;
}

static int open_file(uv_loop_t *loop, const char *path) {
  uv_fs_t request;
  const int file = uv_fs_open(loop, &request, path, O_RDONLY, 0, NULL);
  uv_fs_req_cleanup(&request);
  return file;
}

static size_t read_file(uv_loop_t *loop, uv_file file, char *text,
                        size_t size) {
  uv_fs_t request;
  size_t length = 0;
  int got = 1;
  while (length < size && got > 0) {
    const uv_buf_t buffer =
        uv_buf_init(text + length, (unsigned)(size - length));
    got = uv_fs_read(loop, &request, file, &buffer, 1, -1, NULL);
    uv_fs_req_cleanup(&request);
    if (got > 0) length += (size_t)got;
  }
  uv_fs_close(loop, &request, file, NULL);
  uv_fs_req_cleanup(&request);
  return length;
}

void stubdns__services_release(struct stubdns__transport *transport) {
  stubdns__transport_release(transport, transport->services.text);
  memset(&transport->services, 0, sizeof transport->services);
}

static void load(struct stubdns__transport *transport, size_t size) {
  struct stubdns__services *const services = &transport->services;
  services->text = stubdns__transport_allocate(transport, size);
  if (!services->text) return;
  const int file = open_file(transport->loop, STUBDNS__SERVICES_PATH);
  if (file >= 0)
    services->length = read_file(transport->loop, file, services->text, size);
}

static void refresh(struct stubdns__transport *transport) {
  uv_stat_t stat;
  const int error = stat_file(transport->loop, STUBDNS__SERVICES_PATH, &stat);
  const int is_there =
      !error && stat.st_size > 0 && stat.st_size <= STUBDNS__SERVICES_MAX;
  const uint64_t version = is_there ? version_of(&stat) : 0;
  if (version == transport->services.version) return;
  stubdns__services_release(transport);
  if (is_there) load(transport, (size_t)stat.st_size);
  if (transport->services.text) transport->services.version = version;
}

int stubdns__services_port(struct stubdns__transport *transport,
                           const char *service, const char *protocol,
                           uint16_t *port) {
  refresh(transport);
  const struct stubdns__services *const services = &transport->services;
  return services->text &&
         stubdns__services_find_port(services->text, services->length, service,
                                     protocol, port);
}

int stubdns__services_name(struct stubdns__transport *transport, uint16_t port,
                           const char *protocol, char *service, size_t size) {
  refresh(transport);
  const struct stubdns__services *const services = &transport->services;
  return services->text &&
         stubdns__services_find_name(services->text, services->length, port,
                                     protocol, service, size);
}
