/* sendmmsg() of Linux: libuv's own calls it as well, but only for what has
 * waited for the socket, request by request.  Elsewhere uv_udp_try_send2(), of
 * libuv 1.50 and later. */
#include "uv/group.h"

#if defined(__linux__) && !defined(STUBDNS_NO_SENDMMSG)
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#define GROUP STUBDNS__BUCKET_QUERIES
#else
#define GROUP 20 /* of more, libuv 1.50 leaves every second group out */
#endif

#if defined(__linux__) && !defined(STUBDNS_NO_SENDMMSG)

/* The socket is connected: no message has an address. */
static int send_group(struct stubdns__socket *socket, const uint8_t *octets,
                      size_t length, unsigned count) {
  struct mmsghdr messages[GROUP];
  struct iovec vectors[GROUP];
  uv_os_fd_t descriptor;
  int sent = uv_fileno((const uv_handle_t *)&socket->udp, &descriptor);
  if (sent) return sent;
  memset(messages, 0, count * sizeof messages[0]);
  for (unsigned i = 0; i < count; i++) {
    vectors[i].iov_base = (uint8_t *)octets + i * length;
    vectors[i].iov_len = length;
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  sent = sendmmsg(descriptor, messages, count, 0);
  return sent < 0 ? uv_translate_sys_error(errno) : sent;
}

#elif UV_VERSION_HEX >= 0x013200

static int send_group(struct stubdns__socket *socket, const uint8_t *octets,
                      size_t length, unsigned count) {
  uv_buf_t buffers[GROUP];
  uv_buf_t *lists[GROUP];
  unsigned sizes[GROUP];
  struct sockaddr *addresses[GROUP];
  for (unsigned i = 0; i < count; i++) {
    buffers[i] = uv_buf_init((char *)octets + i * length, (unsigned)length);
    lists[i] = &buffers[i];
    sizes[i] = 1;
    addresses[i] = NULL; /* the one that it is connected to */
  }
  return uv_udp_try_send2(&socket->udp, count, lists, sizes, addresses, 0);
}

#else

static int send_group(struct stubdns__socket *socket, const uint8_t *octets,
                      size_t length, unsigned count) {
  (void)socket;
  (void)octets;
  (void)length;
  (void)count;
  return UV_ENOSYS;
}

#endif

/* What waits in libuv goes first.  A group that is sent in part met an error or
 * a full socket: the next call would tell. */
int stubdns__group_send(struct stubdns__socket *socket, const uint8_t *octets,
                        size_t length, size_t count) {
  size_t done = 0;
  if (uv_udp_get_send_queue_count(&socket->udp) > 0) return UV_EAGAIN;
  while (done < count) {
    const size_t left = count - done;
    const unsigned group = (unsigned)(left < GROUP ? left : GROUP);
    const int sent = send_group(socket, octets + done * length, length, group);
    if (sent <= 0 && !done) return sent;
    if (sent > 0) done += (size_t)sent;
    if (sent < (int)group) break;
  }
  return (int)done;
}
