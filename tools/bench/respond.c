/* bench-respond: a server that answers every question with one address, those
 * for AAAA with none, and costs as little as one can: for measuring clients.
 *
 *   bench-respond [DELAY-MS [LOSS-PERMILLE [PORT]]]
 *
 * Prints its port, then serves until its standard input ends.  With a delay
 * every reply is sent that much later, and queries are lost at random. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define SIZE 512
#define HEADER 12
#define TYPE_AAAA 28

/* Of the socket, octets: a million queries find room, with what the kernel
 * counts beside each, while the machine has this program wait. */
#define BUFFER (1 << 30)

/* Replies under way, and the longest of them. */
#define DELAYED_MAX (1 << 20)
#define DELAYED_SIZE 128

static const uint8_t record[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
                                 0,    60, 0, 4, 192, 0, 2, 1};

struct reply {
  struct sockaddr_in to;
  uint64_t due_ns;
  uint16_t length;
  uint8_t octets[DELAYED_SIZE];
};

static struct reply delayed[DELAYED_MAX]; /* a ring, the earliest first */
static size_t first;
static size_t delayed_count;
static uint64_t delay_ns;
static unsigned loss_permille;
static int server;

static struct sockaddr_in peers[BATCH];
static uint8_t octets[BATCH][SIZE];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Makes a reply of a query in its place; returns its length, 0 for none. */
static size_t answer(uint8_t *query, size_t length) {
  size_t end = HEADER;
  if (length < HEADER + 5) return 0;
  while (end < length && query[end])
    end += query[end] + 1u;
  end += 5;
  if (end > length || end + sizeof record > SIZE) return 0;
  query[2] |= 0x80;
  query[3] = 0x80;
  memset(query + 6, 0, 6);
  if (query[end - 3] == TYPE_AAAA) return end;
  query[7] = 1;
  memcpy(query + end, record, sizeof record);
  return end + sizeof record;
}

static void keep(const struct sockaddr_in *to, const uint8_t *query,
                 size_t length) {
  if (delayed_count == DELAYED_MAX || length > DELAYED_SIZE) return;
  struct reply *const reply = &delayed[(first + delayed_count) % DELAYED_MAX];
  reply->to = *to;
  reply->due_ns = now_ns() + delay_ns;
  reply->length = (uint16_t)length;
  memcpy(reply->octets, query, length);
  delayed_count++;
}

static void send_messages(unsigned count) {
  for (unsigned done = 0; done < count;) {
    const int sent = sendmmsg(server, messages + done, count - done, 0);
    done += sent > 0 ? (unsigned)sent : 1;
  }
}

static void set_message(unsigned index, struct reply *reply) {
  vectors[index] = (struct iovec){reply->octets, reply->length};
  messages[index].msg_hdr = (struct msghdr){.msg_name = &reply->to,
                                            .msg_namelen = sizeof reply->to,
                                            .msg_iov = &vectors[index],
                                            .msg_iovlen = 1};
}

/* Those that are due, in one call. */
static void send_due(void) {
  const uint64_t now = now_ns();
  unsigned count = 0;
  while (count < BATCH && delayed_count && delayed[first].due_ns <= now) {
    set_message(count++, &delayed[first]);
    first = (first + 1) % DELAYED_MAX;
    delayed_count--;
  }
  send_messages(count);
}

/* Of a sequence that is the same each time. */
static int is_lost(void) {
  static uint64_t state = 1;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (state >> 33) % 1000 < loss_permille;
}

static void prepare(void) {
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){octets[i], SIZE};
    messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i],
                                          .msg_namelen = sizeof peers[i],
                                          .msg_iov = &vectors[i],
                                          .msg_iovlen = 1};
  }
}

static void serve_some(void) {
  prepare();
  const int received = recvmmsg(server, messages, BATCH, MSG_DONTWAIT, NULL);
  unsigned count = 0;
  for (int i = 0; i < received; i++) {
    const size_t length = answer(octets[i], messages[i].msg_len);
    if (!length || is_lost()) continue;
    if (delay_ns) {
      keep(&peers[i], octets[i], length);
    } else {
      messages[count].msg_hdr = messages[i].msg_hdr;
      messages[count++].msg_hdr.msg_iov->iov_len = length;
    }
  }
  send_messages(count);
}

/* Until the next reply is due; whole milliseconds would lengthen the path by
 * half of one. */
static void wait_until_due(struct pollfd *polled) {
  struct timespec left = {0};
  const uint64_t now = now_ns();
  if (delayed_count && delayed[first].due_ns > now)
    left = (struct timespec){
        .tv_sec = (time_t)((delayed[first].due_ns - now) / 1000000000u),
        .tv_nsec = (long)((delayed[first].due_ns - now) % 1000000000u)};
  (void)ppoll(polled, 2, delayed_count ? &left : NULL, NULL);
}

static void listen_on(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  socklen_t length = sizeof address;
  const int size = BUFFER;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(server, (struct sockaddr *)&address, length) ||
      getsockname(server, (struct sockaddr *)&address, &length))
    exit(1);
  if (setsockopt(server, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
    setsockopt(server, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  printf("%u\n", (unsigned)ntohs(address.sin_port));
  fflush(stdout);
}

int main(int argc, char **argv) {
  delay_ns = argc > 1 ? strtoul(argv[1], NULL, 10) * 1000000 : 0;
  loss_permille = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
  listen_on(argc > 3 ? (uint16_t)strtoul(argv[3], NULL, 10) : 0);
  struct pollfd polled[] = {{server, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (!polled[1].revents) {
    wait_until_due(polled);
    if (polled[0].revents) serve_some();
    send_due();
  }
  return 0;
}
