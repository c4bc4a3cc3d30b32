/* One call fills the room for several receives; where it does not, the socket
 * is empty, and is not asked again to find that out. */
#include "uv/gather.h"

#if defined(__linux__) && !defined(STUBDNS_NO_UDP_GRO)
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#endif

#if defined(UDP_GRO) && !defined(STUBDNS_NO_UDP_GRO)

#define CALLS_MAX 8 /* in one turn of the loop */
#define RECEIVES (STUBDNS__RECEIVE_SIZE / STUBDNS__DATAGRAM_SIZE)

/* A control message of the length of each datagram. */
struct control {
  _Alignas(struct cmsghdr) uint8_t octets[CMSG_SPACE(sizeof(int))];
};

struct batch {
  struct mmsghdr messages[RECEIVES];
  struct iovec vectors[RECEIVES];
  union stubdns__sockaddr peers[RECEIVES];
  struct control controls[RECEIVES];
};

int stubdns__gather_is_on(void) {
  return 1;
}

void stubdns__gather_begin(const struct stubdns__socket *socket) {
  const int on = 1;
  uv_os_fd_t descriptor;
  if (uv_fileno((const uv_handle_t *)&socket->udp, &descriptor)) return;
  (void)setsockopt(descriptor, IPPROTO_UDP, UDP_GRO, &on, sizeof on);
}

static void prepare(struct batch *batch, uint8_t *octets) {
  for (size_t i = 0; i < RECEIVES; i++) {
    batch->vectors[i].iov_base = octets + i * STUBDNS__DATAGRAM_SIZE;
    batch->vectors[i].iov_len = STUBDNS__DATAGRAM_SIZE;
    batch->messages[i].msg_hdr = (struct msghdr){
        .msg_name = &batch->peers[i],
        .msg_namelen = sizeof batch->peers[i],
        .msg_iov = &batch->vectors[i],
        .msg_iovlen = 1,
        .msg_control = &batch->controls[i],
        .msg_controllen = sizeof batch->controls[i],
    };
  }
}

/* The length of each datagram but the last, which may be shorter; of a single
 * one its own. */
static size_t piece_length(struct mmsghdr *message) {
  const struct cmsghdr *const control = CMSG_FIRSTHDR(&message->msg_hdr);
  int length = 0;
  if (control && control->cmsg_level == IPPROTO_UDP &&
      control->cmsg_type == UDP_GRO &&
      control->cmsg_len >= CMSG_LEN(sizeof length))
    memcpy(&length, CMSG_DATA(control), sizeof length);
  return length > 0 ? (size_t)length : message->msg_len;
}

/* Any datagram may be the last: its callback may close the path. */
static void deliver(struct stubdns__socket *socket, struct mmsghdr *message) {
  const struct msghdr *const header = &message->msg_hdr;
  const union stubdns__sockaddr *const from = header->msg_name;
  uint8_t *octets = header->msg_iov->iov_base;
  const size_t piece = piece_length(message);
  size_t left = message->msg_len;
  do {
    const size_t length = left < piece ? left : piece;
    stubdns__socket_deliver(socket, octets, length, &from->any,
                            (header->msg_flags & MSG_TRUNC) != 0);
    octets += length;
    left -= length;
  } while (left > 0 && socket->path);
}

/* Returns how many receives were filled, or an error. */
static int receive_some(struct stubdns__socket *socket, int descriptor) {
  struct batch batch;
  prepare(&batch, socket->transport->octets);
  const int count =
      recvmmsg(descriptor, batch.messages, RECEIVES, MSG_DONTWAIT, NULL);
  if (count < 0) return uv_translate_sys_error(errno);
  for (int i = 0; i < count && socket->path; i++)
    deliver(socket, &batch.messages[i]);
  return count;
}

int stubdns__gather_receive(struct stubdns__socket *socket) {
  uv_os_fd_t descriptor;
  int count = uv_fileno((const uv_handle_t *)&socket->udp, &descriptor);
  if (count) return count;
  for (int i = 0; i < CALLS_MAX && socket->path; i++) {
    count = receive_some(socket, descriptor);
    if (count != (int)RECEIVES) break;
  }
  return count < 0 && count != UV_EAGAIN && count != UV_EINTR ? count : 0;
}

#else

int stubdns__gather_is_on(void) {
  return 0;
}

void stubdns__gather_begin(const struct stubdns__socket *socket) {
  (void)socket;
}

int stubdns__gather_receive(struct stubdns__socket *socket) {
  (void)socket;
  return UV_ENOSYS;
}

#endif
