/* The length of the pieces is an option of the socket, so that an ordinary send
 * of libuv does it; it is set again when the length changes.  A datagram that
 * is not longer is left alone. */
#include "uv/segment.h"

#if defined(__linux__) && !defined(STUBDNS_NO_UDP_SEGMENT)
#include <errno.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#endif

#if defined(UDP_SEGMENT) && !defined(STUBDNS_NO_UDP_SEGMENT)

static int set(struct stubdns__socket *socket, size_t length) {
  const int value = (int)length;
  uv_os_fd_t descriptor;
  if (socket->segment == length) return 0;
  const int error = uv_fileno((const uv_handle_t *)&socket->udp, &descriptor);
  if (error) return error;
  if (setsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, &value, sizeof value))
    return uv_translate_sys_error(errno);
  socket->segment = length;
  return 0;
}

/* What waits in libuv would be cut as well. */
int stubdns__segment_send(struct stubdns__socket *socket, const uint8_t *octets,
                          size_t length, size_t count) {
  if (uv_udp_get_send_queue_count(&socket->udp) > 0) return UV_EAGAIN;
  const int error = set(socket, length);
  if (error) return error;
  const uv_buf_t buffer =
      uv_buf_init((char *)octets, (unsigned)(length * count));
  const int sent = uv_udp_try_send(&socket->udp, &buffer, 1, NULL);
  return sent < 0 ? sent : 0;
}

void stubdns__segment_spare(struct stubdns__socket *socket, size_t length) {
  if (socket->segment &&
      (length > socket->segment || !socket->transport->outbox.can_segment))
    (void)set(socket, 0);
}

#else

int stubdns__segment_send(struct stubdns__socket *socket, const uint8_t *octets,
                          size_t length, size_t count) {
  (void)socket;
  (void)octets;
  (void)length;
  (void)count;
  return UV_ENOSYS;
}

void stubdns__segment_spare(struct stubdns__socket *socket, size_t length) {
  (void)socket;
  (void)length;
}

#endif

/* EIO: the device does no checksums; EINVAL: its MTU is too small. */
int stubdns__segment_is_missing(int error) {
  switch (error) {
  case UV_EINVAL:
  case UV_EIO:
  case UV_EMSGSIZE:
  case UV_ENOPROTOOPT:
  case UV_ENOSYS:
  case UV_ENOTSUP:
    return 1;
  default:
    return 0;
  }
}
