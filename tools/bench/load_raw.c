/* What no client can be better than, but by other means: loops that send
 * queries made beforehand, and look at nothing that comes back. */
#include "load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 32
#define SIZE 512
#define HEADER 12
#define LOST_MS 400

static int connect_to(uint16_t port) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
  const int size = 4 << 20; /* or a window of 1000 would not fit */
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (connect(descriptor, (struct sockaddr *)&server, sizeof server)) exit(1);
  return descriptor;
}

/* An ordinary query with an OPT record, as long as ours. */
static size_t make_query(const struct load *load, size_t number,
                         uint8_t *query) {
  static const uint8_t header[HEADER] = {0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1};
  static const uint8_t end[] = {0, 0,  1, 0,  1, 0, 0, 41, 4, 0xd0, 0, 0, 0, 0,
                                0, 12, 0, 10, 0, 8, 1, 2,  3, 4,    5, 6, 7, 8};
  char name[64];
  size_t length = HEADER;
  load_name(load, number, name);
  memcpy(query, header, HEADER);
  query[0] = (uint8_t)(number >> 8);
  query[1] = (uint8_t)number;
  for (const char *label = name; label;) {
    const char *const dot = strchr(label, '.');
    const size_t size = dot ? (size_t)(dot - label) : strlen(label);
    query[length] = (uint8_t)size;
    memcpy(query + length + 1, label, size);
    length += 1 + size;
    label = dot ? dot + 1 : NULL;
  }
  memcpy(query + length, end, sizeof end);
  return length + sizeof end;
}

static uint8_t sent[BATCH][SIZE];
static uint8_t received[BATCH][SIZE];
static struct iovec sent_vectors[BATCH];
static struct iovec received_vectors[BATCH];
static struct mmsghdr outgoing[BATCH];
static struct mmsghdr incoming[BATCH];

static void prepare(const struct load *load) {
  for (size_t i = 0; i < BATCH; i++) {
    sent_vectors[i] = (struct iovec){sent[i], make_query(load, i, sent[i])};
    received_vectors[i] = (struct iovec){received[i], SIZE};
    outgoing[i].msg_hdr.msg_iov = &sent_vectors[i];
    outgoing[i].msg_hdr.msg_iovlen = 1;
    incoming[i].msg_hdr.msg_iov = &received_vectors[i];
    incoming[i].msg_hdr.msg_iovlen = 1;
  }
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

/* What is lost is given up, and not asked again. */
int load_raw(struct load *load) {
  const int server = connect_to(load->port);
  size_t begun = 0;
  size_t ended = 0;
  prepare(load);
  while (ended < load->count) {
    while (begun < load->count && begun - ended < load->window) {
      const size_t room =
          smaller(load->window - (begun - ended), load->count - begun);
      const int count =
          sendmmsg(server, outgoing, (unsigned)smaller(room, BATCH), 0);
      if (count < 0) return 1;
      begun += (size_t)count;
    }
    const int count = recvmmsg(server, incoming, BATCH, MSG_DONTWAIT, NULL);
    struct pollfd polled = {server, POLLIN, 0};
    if (count > 0) {
      load->answered += (size_t)count;
      ended += (size_t)count;
    } else if (poll(&polled, 1, LOST_MS) == 0) {
      ended = begun;
    }
  }
  return close(server);
}

int load_blocking(struct load *load) {
  const int server = connect_to(load->port);
  prepare(load);
  for (size_t i = 0; i < load->count; i++) {
    const struct iovec *const query = &sent_vectors[i % BATCH];
    const uint64_t begin_ns = load_now_ns();
    if (sendto(server, query->iov_base, query->iov_len, 0, NULL, 0) < 0)
      return 1;
    if (recvfrom(server, received[0], SIZE, 0, NULL, NULL) < 0) return 1;
    if (load->latencies_ns) load->latencies_ns[i] = load_now_ns() - begin_ns;
    load->answered++;
  }
  return close(server);
}
